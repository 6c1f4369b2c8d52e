package instrument

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Settle keeps what falls due for the recipient after a step of a letter, and tells it.
type Settle struct {
	MissiveID id.Of[id.Missive]
	Step      int32
}

// Kind names the job.
func (Settle) Kind() string { return "instrument.settle" }

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.settle)
	jobs.Handle(r, s.handOut)
	jobs.Handle(r, s.urge)
}

func (s *Service) settle(ctx context.Context, tx db.Tx, t Settle) error {
	m, err := missiveByID(ctx, tx, rbac.ScopeOf(ctx), t.MissiveID, false)
	if err != nil {
		return err
	}
	if s.Due != nil && m.CompanyID != nil && m.NumberSeq > 0 {
		if err := s.Due(ctx, tx, rbac.Home{CompanyID: *m.CompanyID, RegionPath: m.RegionPath, Line: m.OversightLine}, m.Items()); err != nil {
			return err
		}
	}
	steps, err := stepsOf(ctx, tx, m)
	if err != nil || s.Tell == nil {
		return err
	}
	i := slices.IndexFunc(steps, func(x Step) bool { return x.N == t.Step })
	if i < 0 {
		return nil
	}
	n, ok := note(m, steps[i])
	if !ok {
		return nil
	}
	return s.Tell(ctx, tx, n)
}

// note is the message of a step to the other side; ok is false where nobody else has to know.
func note(m Missive, s Step) (n Note, ok bool) {
	n = Note{
		Noun: "missive", Object: int64(m.ID), Key: fmt.Sprintf("missive|%d|%d", int64(m.ID), s.N), Roles: []string{"principal", "safety"}, Code: "instrument.note-" + strings.ReplaceAll(string(s.Event), "_", "-"),
		Params: map[string]string{"number": m.Number(), "title": m.Title, "from": m.OrganisationName, "to": m.Recipient, "ack": said(m.AckDueOn), "reply": said(m.ReplyDueOn), "note": s.Note},
	}
	switch s.Event {
	case Issue, Return, Remind, Hold, Accept:
		if m.CompanyID != nil {
			n.Companies = []rbac.CompanyID{*m.CompanyID}
		} else {
			n.OfficeID = *m.OfficeID
		}
	case Withdraw:
		if m.NumberSeq == 0 {
			return n, false
		}
		if m.CompanyID != nil {
			n.Companies = []rbac.CompanyID{*m.CompanyID}
		} else {
			n.OfficeID = *m.OfficeID
		}
	case Sign, Reply:
		n.OfficeID = m.OrganisationID
	default:
		return n, false
	}
	return n, true
}

// Items are what falls due for the company; each is settled where its day is zero.
func (m Missive) Items() []due.Item {
	items := []due.Item{{Kind: "instrument.acknowledge", Before: []int{1, 0}}, {Kind: "instrument.reply", Before: []int{5, 2, 1, 0}}}
	for i := range items {
		items[i].Ref, items[i].Title, items[i].Path = int64(m.ID), strings.TrimSpace(m.Number()+" "+m.Title), "/missives/"+m.ID.String()
	}
	for _, t := range m.Tasks(day.Date{}) {
		if n := slices.Index([]Event{Sign, Reply}, t.Code); n >= 0 {
			items[n].On = t.By
		}
	}
	return items
}
