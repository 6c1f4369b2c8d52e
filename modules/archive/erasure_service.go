package archive

import (
	"context"
	"fmt"
	"strings"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of erasing a company's data.
const (
	ActionAsk    rbac.Action = "archive.erasure.ask"    // the company's principal
	ActionDecide rbac.Action = "archive.erasure.decide" // the platform
)

// Wish asks for the erasure.
type Wish struct {
	Name   string `json:"name" maxLength:"200" doc:"the company's name, typed by who asks"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// Ask asks for the erasure of the company's data. Errors: ErrName, ErrExportFirst, ErrOpen.
func (s *Service) Ask(ctx context.Context, w Wish) (n id.Of[id.Erasure], err error) {
	err = s.Gate.Write(ctx, ActionAsk, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		name, code, err := s.Card(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		if strings.TrimSpace(w.Name) != name {
			return ErrName.At("body.name")
		}
		b, err := exported(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		if b.FinishedAt == nil || b.FinishedAt.Before(tx.Now.AddDate(0, 0, -retention.ExportDays)) {
			return ErrExportFirst.With("days", fmt.Sprint(retention.ExportDays))
		}
		a := scope.Actor()
		e := Erasure{
			CompanyID: home.CompanyID, CompanyName: name, CompanyCode: code, State: Asked, Reason: w.Reason, BundleID: b.ID, BundleHash: b.SHA256,
			AskedPersonID: a.PersonID, AskedBy: a.Name, AskedAt: tx.Now, Version: retention.Version,
		}
		if err := insertErasure(ctx, tx, &e); err != nil {
			return err
		}
		n = e.ID
		scope.Made(int64(n))
		scope.Changed("archive_erasure", int64(n), e.CompanyID, erasureTrail{}, e.trail())
		return jobs.Enqueue(ctx, tx, AnnounceErasure{e.CompanyID, n}, jobs.Key(n.String()))
	})
	return n, err
}

// Remark says why.
type Remark struct {
	Note string `json:"note" maxLength:"500" required:"false"`
}

// Withdraw takes the wish back, as long as nothing is erased. Errors: rbac.ErrNotFound, ErrSettled.
func (s *Service) Withdraw(ctx context.Context, n id.Of[id.Erasure], r Remark) error {
	return s.Gate.Write(ctx, ActionAsk, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		return s.step(ctx, tx, scope, home.CompanyID, n, func(e *Erasure) error {
			e.State, e.EndedNote, e.EndedBy, e.EndedAt = Withdrawn, r.Note, scope.Actor().Name, &tx.Now
			return nil
		}, Asked, Agreed)
	})
}

// step changes an erasure that is in one of some states, and notes it.
func (s *Service) step(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, n id.Of[id.Erasure], change func(*Erasure) error, from ...ErasureState) error {
	was, err := lockErasure(ctx, tx, c, n)
	if err != nil {
		return err
	}
	if err := was.may(from...); err != nil {
		return err
	}
	is := was
	if err := change(&is); err != nil {
		return err
	}
	if err := updateErasure(ctx, tx, is); err != nil {
		return err
	}
	scope.Made(int64(n))
	scope.Changed("archive_erasure", int64(n), is.CompanyID, was.trail(), is.trail())
	if was.State != Asked {
		return nil
	}
	return s.TellPlatform(ctx, tx, is)
}

// Own returns one page of the company's erasures, newest first. Errors: page.ErrCursor.
func (s *Service) Own(ctx context.Context, q page.Query) (rows []Erasure, k page.Key, err error) {
	if k, err = q.Start("new", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionAsk, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		rows, err = erasuresIn(ctx, tx, home.CompanyID, "", k, q.Limit)
		return err
	})
	return rows, k, err
}

// Outlook is what would happen to the company's data now.
type Outlook struct {
	Name    string // of the company
	Export  Bundle // the newest finished; the zero Bundle: there is none
	Enough  bool   // it is new enough
	EraseOn day.Date
	Rules   []Rule
}

// Until is the last day on which what a rule keeps is kept at the longest.
func (o Outlook) Until(r Rule) day.Date {
	if r.Class != ClassKeep {
		return day.Date{}
	}
	return r.until(o.EraseOn)
}

// Outlook says what would be erased and what kept if somebody asked today, or is once agreed.
func (s *Service) Outlook(ctx context.Context) (o Outlook, err error) {
	err = s.Gate.Read(ctx, ActionAsk, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if o.Name, _, err = s.Card(ctx, tx, scope, home.CompanyID); err != nil {
			return err
		}
		o.Rules, o.EraseOn = retention.Rules, day.In(tx.Now, day.Shanghai).AddDays(retention.WaitDays)
		open, err := erasuresIn(ctx, tx, home.CompanyID, GroupWaiting, page.Key{}, 1)
		if err != nil {
			return err
		}
		if len(open) > 0 {
			o.EraseOn = open[0].EraseOn
		}
		o.Export, err = exported(ctx, tx, home.CompanyID)
		o.Enough = o.Export.FinishedAt != nil && !o.Export.FinishedAt.Before(tx.Now.AddDate(0, 0, -retention.ExportDays))
		return err
	})
	return o, err
}

// Requests returns one page of all companies' erasures, newest first. Errors: page.ErrCursor.
func (s *Service) Requests(ctx context.Context, group Group, q page.Query) (rows []Erasure, k page.Key, err error) {
	if k, err = q.Start("new-"+string(group), 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionDecide, func(tx db.Tx, _ rbac.Scope) error {
		rows, err = erasuresIn(ctx, tx, 0, group, k, q.Limit)
		return err
	})
	return rows, k, err
}

// Request returns an erasure with what became of each table. Errors: rbac.ErrNotFound.
func (s *Service) Request(ctx context.Context, n id.Of[id.Erasure]) (e Erasure, tables []Tally, err error) {
	err = s.Gate.Read(ctx, ActionDecide, func(tx db.Tx, _ rbac.Scope) error {
		if e, err = erasureByID(ctx, tx, n); err != nil {
			return err
		}
		tables, err = talliesOf(ctx, tx, e)
		return err
	})
	return e, tables, err
}

// Verdict is what the platform decides.
type Verdict struct {
	Agree bool   `json:"agree"`
	Note  string `json:"note" maxLength:"500" required:"false" doc:"why not, where it is refused"`
}

// Decide agrees to an erasure or refuses it. Errors: rbac.ErrNotFound, ErrSettled, ErrAnswer.
func (s *Service) Decide(ctx context.Context, n id.Of[id.Erasure], d Verdict) error {
	if !d.Agree && strings.TrimSpace(d.Note) == "" {
		return ErrAnswer.At("body.note")
	}
	return s.Gate.Write(ctx, ActionDecide, func(tx db.Tx, scope rbac.Scope) error {
		return s.step(ctx, tx, scope, 0, n, func(e *Erasure) error {
			e.Answer, e.AnsweredBy, e.AnsweredAt = d.Note, scope.Actor().Name, &tx.Now
			if !d.Agree {
				e.State = Refused
				return s.TellAsked(ctx, tx, *e, "archive.erasure-refused")
			}
			e.State, e.EraseOn = Agreed, day.In(tx.Now, day.Shanghai).AddDays(retention.WaitDays)
			return s.TellAsked(ctx, tx, *e, "archive.erasure-agreed")
		}, Asked)
	})
}

// Stop ends an erasure that waits for its day. Errors: rbac.ErrNotFound, ErrSettled, ErrAnswer.
func (s *Service) Stop(ctx context.Context, n id.Of[id.Erasure], r Remark) error {
	if strings.TrimSpace(r.Note) == "" {
		return ErrAnswer.At("body.note")
	}
	return s.Gate.Write(ctx, ActionDecide, func(tx db.Tx, scope rbac.Scope) error {
		return s.step(ctx, tx, scope, 0, n, func(e *Erasure) error {
			e.State, e.EndedNote, e.EndedBy, e.EndedAt = Stopped, r.Note, scope.Actor().Name, &tx.Now
			return s.TellAsked(ctx, tx, *e, "archive.erasure-stopped")
		}, Agreed)
	})
}
