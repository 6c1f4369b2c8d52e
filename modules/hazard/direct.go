package hazard

import (
	"context"
	"strings"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of the safety officer's direct line (Work Safety Law 2021, art. 46): where nobody
// in charge acts on a major hazard he reported, he may go to the regulator.
const (
	ActionSend   rbac.Action = "hazard.direct.send"
	ActionDirect rbac.Action = "hazard.direct.read" // the sender his own, the regulator those of his area
	ActionHandle rbac.Action = "hazard.direct.handle"
)

// ErrHandled refuses to answer a direct report twice.
var ErrHandled = fault.New(fault.Conflict, "hazard.direct-handled")

// Direct is a report of a safety officer straight to the regulator. The company never sees it.
type Direct struct {
	CompanyID     id.Of[id.Company]
	ID            id.Of[Direct]
	RegionPath    string
	OversightLine int16
	HazardID      *id.Of[id.Hazard]
	Place         string
	Description   string
	ToldOn        day.Date
	ToldWhom      string
	SenderID      id.Of[id.Person]
	SenderName    string
	Phone         string
	SentAt        time.Time
	HandledAt     *time.Time
	HandledName   string
	HandledNote   string
	OpenedID      *id.Of[id.Hazard]
}

// Alert is a direct report as it is written.
type Alert struct {
	HazardID    id.Of[id.Hazard] `json:"hazardId,omitempty" required:"false" doc:"in the ledger; empty: it is not there"`
	Place       string           `json:"place" minLength:"1" maxLength:"100"`
	Description string           `json:"description" minLength:"2" maxLength:"2000"`
	ToldOn      day.Date         `json:"toldOn,omitempty" required:"false" doc:"when somebody in charge of the company was told"`
	ToldWhom    string           `json:"toldWhom,omitempty" maxLength:"100"`
	Phone       string           `json:"phone,omitempty" maxLength:"30" doc:"where the regulator may call"`
}

// Send writes a direct report. Nothing of it reaches the company: no step, no message, no entry
// in its trail, no export. Errors: ErrBlank, ErrFuture, rbac.ErrNotFound.
func (s *Service) Send(ctx context.Context, a Alert) (made id.Of[Direct], err error) {
	err = s.Gate.Write(ctx, ActionSend, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		who, place, said := scope.Actor(), strings.TrimSpace(a.Place), strings.TrimSpace(a.Description)
		switch {
		case who.Kind != rbac.Company:
			return rbac.ErrForbidden
		case place == "":
			return ErrBlank.At("body.place")
		case said == "":
			return ErrBlank.At("body.description")
		case a.ToldOn.After(day.In(tx.Now, day.Shanghai)):
			return ErrFuture.At("body.toldOn")
		}
		d := Direct{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Place: place, Description: said, ToldOn: a.ToldOn,
			ToldWhom: strings.TrimSpace(a.ToldWhom), SenderID: who.PersonID, SenderName: who.Name, Phone: strings.TrimSpace(a.Phone), SentAt: tx.Now,
		}
		if a.HazardID != 0 {
			h, err := hazardByID(ctx, tx, scope, a.HazardID)
			if err != nil {
				return err
			}
			d.HazardID = &h.ID
		}
		if err := insertPaper(ctx, tx, &d); err != nil {
			return err
		}
		made = d.ID
		scope.Made(int64(made))
		scope.Changed("hazard", int64(made), 0, struct{}{}, struct{}{}) // of no company: its own trail shows nothing
		t := TellDirect{d.CompanyID, d.ID, false}
		return jobs.Enqueue(ctx, tx, t, jobs.Key(t.key()))
	})
	return made, err
}

// DirectFilter narrows the direct reports.
type DirectFilter struct {
	page.Query
	Waiting bool `query:"waiting" doc:"only those not answered yet"`
}

// DirectRow is a direct report with the names of its company and of the hazards it is about.
type DirectRow struct {
	Direct
	CompanyName  string
	Number       string
	OpenedNumber string
}

// Directs lists direct reports, newest first: a sender's own, or a regulator's. Errors: page.ErrCursor.
func (s *Service) Directs(ctx context.Context, f DirectFilter) (rows []DirectRow, k page.Key, err error) {
	if k, err = f.Start("sent", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionDirect, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = directs(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// Answer is what the regulator did about a direct report.
type Answer struct {
	Note        string `json:"note" minLength:"1" maxLength:"2000" doc:"the sender reads it"`
	Open        bool   `json:"open,omitempty" doc:"enters a hazard in the company's ledger, as a tip, without a name"`
	Place       string `json:"place,omitempty" maxLength:"100" doc:"of that hazard, in the regulator's words"`
	Description string `json:"description,omitempty" maxLength:"1000"`
}

// Handle answers a direct report, and may enter a hazard because of it: as a tip, suggested to be
// major, with no finder. Its words are the regulator's own, for the sender's could give him away.
// Errors: rbac.ErrNotFound, ErrHandled, ErrBlank.
func (s *Service) Handle(ctx context.Context, n id.Of[Direct], a Answer) (id.Of[Direct], error) {
	err := s.Gate.Write(ctx, ActionHandle, func(tx db.Tx, scope rbac.Scope) error {
		seen, err := directByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		home, err := scope.Within(ctx, tx, seen.CompanyID)
		if err != nil {
			return err
		}
		d, err := lockDirect(ctx, tx, scope, n)
		switch {
		case err != nil:
			return err
		case d.HandledAt != nil:
			return ErrHandled
		case strings.TrimSpace(a.Note) == "":
			return ErrBlank.At("body.note")
		}
		if a.Open {
			opened, err := s.tip(ctx, tx, scope, home, a)
			if err != nil {
				return err
			}
			d.OpenedID = &opened
		}
		now := tx.Now
		d.HandledAt, d.HandledName, d.HandledNote = &now, scope.Actor().Name, strings.TrimSpace(a.Note)
		if err := saveAnswer(ctx, tx, d); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("hazard", int64(n), 0, struct{}{}, struct{}{})
		t := TellDirect{d.CompanyID, d.ID, true}
		return jobs.Enqueue(ctx, tx, t, jobs.Key(t.key()))
	})
	return n, err
}

// tip enters a hazard that somebody told the regulator of.
func (s *Service) tip(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, a Answer) (id.Of[id.Hazard], error) {
	place, said := strings.TrimSpace(a.Place), strings.TrimSpace(a.Description)
	switch {
	case place == "":
		return 0, ErrBlank.At("body.place")
	case said == "":
		return 0, ErrBlank.At("body.description")
	}
	o := origin{home: home, by: whoIs(scope), now: tx.Now}
	h := o.blank()
	h.FoundByStaffID, h.FoundByPersonID, h.FoundByName = nil, nil, ""
	h.Source, h.Place, h.Description, h.SuggestedLevel = Tip, place, said, Major
	f := o.enter(h, nil)
	if err := s.enter(ctx, tx, scope, []*file{f}); err != nil {
		return 0, err
	}
	return f.ID, nil
}

// TellDirect tells the officers of a direct report, or its sender of the answer.
type TellDirect struct {
	CompanyID id.Of[id.Company]
	DirectID  id.Of[Direct]
	Answered  bool
}

// Kind names the job.
func (TellDirect) Kind() string { return "hazard.tell-direct" }

func (t TellDirect) key() string {
	if t.Answered {
		return "answer:" + t.CompanyID.String() + ":" + t.DirectID.String()
	}
	return t.CompanyID.String() + ":" + t.DirectID.String()
}

func (s *Service) tellDirect(ctx context.Context, tx db.Tx, t TellDirect) error {
	d, err := directByID(ctx, tx, rbac.ScopeOf(ctx), t.DirectID)
	if err != nil {
		return err
	}
	n := Note{CompanyID: d.CompanyID, Noun: "hazard_direct", HazardID: id.Of[id.Hazard](d.ID), Params: map[string]string{"place": d.Place}}
	if t.Answered {
		n.Person, n.Code = d.SenderID, "hazard.note-direct-answered"
		return s.Tell(ctx, tx, n)
	}
	if s.Majors.Officers == nil {
		return nil
	}
	officers, err := s.Majors.Officers(ctx, tx, d.RegionPath, d.OversightLine)
	if err != nil {
		return err
	}
	n.Code = "hazard.note-direct"
	for _, o := range officers {
		n.Person, n.Office = o.Person, o.Organisation
		if err := s.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}
