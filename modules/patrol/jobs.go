package patrol

import (
	"context"
	"fmt"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Tidings tells who has to know of a visit, or of a step of what was handed up.
type Tidings struct {
	Patrol id.Of[id.Patrol]
	Handed id.Of[id.Handed]
	Step   string
}

// Kind names the job.
func (Tidings) Kind() string { return "patrol.tidings" }

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) { jobs.Handle(r, s.tidings) }

func (s *Service) tidings(ctx context.Context, tx db.Tx, t Tidings) error {
	if s.Tell == nil {
		return nil
	}
	scope := rbac.ScopeOf(ctx)
	if t.Patrol != 0 {
		p, err := patrolByID(ctx, tx, scope, t.Patrol)
		if err != nil {
			return err
		}
		code := "patrol.note-visited"
		if p.NoteText != "" {
			code = "patrol.note-left"
		}
		return s.Tell(ctx, tx, Note{
			CompanyID: p.CompanyID, Noun: "patrol", Object: int64(p.ID), Key: fmt.Sprintf("patrol|%d", int64(p.ID)), Code: code, Firm: true,
			Params: map[string]string{"who": p.PersonName, "office": p.OrganisationName, "day": p.OnDay.String(), "note": p.NoteText},
		})
	}
	h, err := handedByID(ctx, tx, scope, t.Handed, "")
	if err != nil {
		return err
	}
	n := Note{
		CompanyID: h.CompanyID, Noun: "handed", Object: int64(h.ID), Key: fmt.Sprintf("handed|%d|%s", int64(h.ID), t.Step), Code: "patrol.note-" + t.Step,
		Params: map[string]string{"who": h.PersonName, "company": h.CompanyName, "text": h.Text, "due": h.DueOn.String(), "answer": h.Answer, "by": h.ReceivedBy},
	}
	if t.Step == string(HandedUp) {
		n.Region, n.Line = h.RegionPath, h.OversightLine
	} else {
		n.PersonID, n.OfficeID = h.PersonID, h.OrganisationID
	}
	return s.Tell(ctx, tx, n)
}
