package programme

import (
	"context"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Issue is what a bulletin says besides its words: frozen when it is issued.
type Issue struct {
	Comparison   Comparison `json:"comparison"`
	Overdue      []Named    `json:"overdue" nullable:"false" doc:"companies with overdue hazards, the worst first"`
	OverdueTotal int64      `json:"overdueTotal"`
	Missing      []Named    `json:"missing" nullable:"false" doc:"companies that have not reported"`
	MissingTotal int64      `json:"missingTotal"`
}

// mostNamed is how many companies a list of a bulletin names.
const mostNamed = 500

// Number is the number of an issued bulletin; empty of a draft.
func (b Bulletin) Number() string {
	if b.NumberSeq == nil || b.NumberYear == nil {
		return ""
	}
	return b.NumberPrefix + "〔" + num(int64(*b.NumberYear)) + "〕" + num(int64(*b.NumberSeq)) + "号"
}

// Drafting begins a bulletin.
type Drafting struct {
	Area  string `json:"area" minLength:"4" maxLength:"15" pattern:"^[0-9A-Z]+$" doc:"path, in the actor's areas"`
	Month string `json:"month" minLength:"7" maxLength:"7" pattern:"^[0-9]{4}-[0-9]{2}$"`
}

// Wording is what people write into a draft.
type Wording struct {
	NumberPrefix string `json:"numberPrefix" minLength:"1" maxLength:"20" doc:"before the year and the number: 永安委办"`
	Title        string `json:"title" minLength:"2" maxLength:"120"`
	Opening      string `json:"opening" maxLength:"4000"`
	Demands      string `json:"demands" maxLength:"4000"`
}

// BulletinFilter narrows the list of bulletins.
type BulletinFilter struct {
	page.Query
	State string `query:"state" enum:",draft,issued"`
	Month string `query:"month" maxLength:"7" pattern:"^([0-9]{4}-[0-9]{2})?$"`
}

// Bulletins lists bulletins, latest first: the drafts of one's organisation and what was issued in and around one's areas.
// Errors: page.ErrCursor.
func (s *Service) Bulletins(ctx context.Context, f BulletinFilter) (rows []Bulletin, k page.Key, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionCompare, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = bulletinsOf(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// BulletinByID reads a bulletin; a draft with what it would say now. Errors: rbac.ErrNotFound.
func (s *Service) BulletinByID(ctx context.Context, n id.Of[Bulletin]) (b Bulletin, err error) {
	err = s.Gate.Read(ctx, ActionCompare, func(tx db.Tx, scope rbac.Scope) error {
		b, err = s.bulletin(ctx, tx, scope, n)
		return err
	})
	return b, err
}

func (s *Service) bulletin(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Bulletin]) (Bulletin, error) {
	b, err := bulletinByID(ctx, tx, scope, n, false)
	if err == nil && b.Content.V == nil {
		b.Content.V, err = s.drawUp(ctx, tx, scope, b)
	}
	return b, err
}

// drawUp is what a bulletin would say now.
func (s *Service) drawUp(ctx context.Context, tx db.Tx, scope rbac.Scope, b Bulletin) (*Issue, error) {
	c, err := s.compare(ctx, tx, scope, CompareQuery{b.Area, b.Month})
	if err != nil {
		return nil, err
	}
	from, until, err := monthOf(b.Month)
	if err != nil {
		return nil, err
	}
	out := Issue{Comparison: c, Overdue: []Named{}, Missing: []Named{}}
	if s.Sources.Overdue != nil {
		if out.Overdue, out.OverdueTotal, err = s.Sources.Overdue(ctx, tx, scope, b.Area, until, mostNamed); err != nil {
			return nil, err
		}
	}
	if s.Sources.Missing != nil {
		out.Missing, out.MissingTotal, err = s.Sources.Missing(ctx, tx, scope, b.Area, from, until, mostNamed)
	}
	return &out, err
}

// Draft begins a bulletin of a month that has ended, with words to start from. Errors: ErrArea, ErrWide, ErrPeriod, ErrDrafted.
func (s *Service) Draft(ctx context.Context, in Drafting) (n id.Of[Bulletin], err error) {
	err = s.Gate.Write(ctx, ActionDraft, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		area, err := areaOf(a, in.Area, "body.area")
		if err != nil {
			return err
		}
		_, until, err := monthOf(in.Month)
		if err != nil || !until.Before(today(tx)) {
			return ErrPeriod.At("body.month")
		}
		names, err := namesBelow(ctx, tx, area)
		if err != nil {
			return err
		}
		unit, err := s.office(ctx, tx, scope)
		if err != nil {
			return err
		}
		l := text.Of(ctx)
		b := Bulletin{
			OrganisationID: a.OrganisationID, Area: area, AreaName: names[area], Month: in.Month, State: Draft, UnitName: unit, NumberPrefix: say(l, "bulletin.prefix"),
			Title: say(l, "bulletin.title", "area", names[area], "month", in.Month), Opening: say(l, "bulletin.opening", "area", names[area], "month", in.Month),
			Demands: say(l, "bulletin.demands"), RuleVersion: indicated.Version, MadeAt: tx.Now, MadeBy: a.Name,
		}
		if err := insertBulletin(ctx, tx, &b); err != nil {
			return err
		}
		n = b.ID
		scope.Made(int64(n))
		scope.Changed("programme_bulletin", int64(n), 0, wording{}, b.wording())
		return nil
	})
	return n, err
}

// wording is what the trail keeps of a bulletin.
type wording struct {
	State, Number, Title, Opening, Demands, SHA256 string
}

func (b Bulletin) wording() wording {
	return wording{b.State, b.Number(), b.Title, b.Opening, b.Demands, b.SHA256}
}

// Word writes into a draft. Errors: rbac.ErrNotFound, ErrNotDraft.
func (s *Service) Word(ctx context.Context, n id.Of[Bulletin], in Wording) (id.Of[Bulletin], error) {
	return n, s.write(ctx, n, func(_ db.Tx, _ rbac.Scope, b *Bulletin) error {
		b.NumberPrefix, b.Title, b.Opening, b.Demands = strings.TrimSpace(in.NumberPrefix), strings.TrimSpace(in.Title), strings.TrimSpace(in.Opening), strings.TrimSpace(in.Demands)
		return nil
	})
}

// Drop gives a draft up. Errors: rbac.ErrNotFound, ErrNotDraft.
func (s *Service) Drop(ctx context.Context, n id.Of[Bulletin]) (id.Of[Bulletin], error) {
	return n, s.write(ctx, n, func(_ db.Tx, _ rbac.Scope, b *Bulletin) error {
		b.State = Dropped
		return nil
	})
}

// Publish issues a draft: it gets its number, and its figures and lists are frozen. Errors: rbac.ErrNotFound, ErrNotDraft, ErrNumber.
func (s *Service) Publish(ctx context.Context, n id.Of[Bulletin]) (id.Of[Bulletin], error) {
	return n, s.write(ctx, n, func(tx db.Tx, scope rbac.Scope, b *Bulletin) (err error) {
		if err = s.Freeze(ctx, tx, scope, b); err != nil {
			return err
		}
		year := int16(today(tx).Year())
		seq, err := nextNumber(ctx, tx, *b, year)
		b.State, b.NumberYear, b.NumberSeq, b.IssuedAt, b.IssuedBy = Issued, &year, &seq, &tx.Now, scope.Actor().Name
		return err
	})
}

// Freeze writes what a bulletin says now into it, with its hash.
func (s *Service) Freeze(ctx context.Context, tx db.Tx, scope rbac.Scope, b *Bulletin) (err error) {
	if b.Content.V, err = s.drawUp(ctx, tx, scope, *b); err != nil {
		return err
	}
	b.RuleVersion = indicated.Version
	b.SHA256, err = hash(b.Content.V)
	return err
}

// write changes a draft of the actor's organisation.
func (s *Service) write(ctx context.Context, n id.Of[Bulletin], do func(db.Tx, rbac.Scope, *Bulletin) error) error {
	return s.Gate.Write(ctx, ActionDraft, func(tx db.Tx, scope rbac.Scope) error {
		b, err := bulletinByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		if b.OrganisationID != scope.Actor().OrganisationID {
			return ErrNotOwn
		}
		if b.State != Draft {
			return ErrNotDraft
		}
		if b, err = bulletinByID(ctx, tx, scope, n, true); err != nil {
			return err
		}
		if b.State != Draft { // issued meanwhile
			return ErrNotDraft
		}
		was := b
		if err := do(tx, scope, &b); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("programme_bulletin", int64(n), 0, was.wording(), b.wording())
		return saveBulletin(ctx, tx, b)
	})
}
