package penalty

import (
	"context"
	"fmt"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TellStep tells a company of a regulator's step and lets its standing follow.
type TellStep struct {
	CompanyID rbac.CompanyID
	StepID    id.Of[Step]
}

// Kind names the job.
func (TellStep) Kind() string { return "penalty.tell-step" }

func (t TellStep) key() string { return fmt.Sprintf("%d:%d", int64(t.CompanyID), int64(t.StepID)) }

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) { jobs.Handle(r, s.tellStep) }

func (s *Service) tellStep(ctx context.Context, tx db.Tx, t TellStep) error {
	st, err := stepByID(ctx, tx, t.CompanyID, t.StepID)
	if err != nil {
		return err
	}
	noun, object := st.of()
	n := Note{CompanyID: t.CompanyID, Noun: noun, Object: object, Step: st.ID, Roles: []string{"principal", "safety"}, Code: "penalty.note-" + noun + "-" + string(st.Event)}
	n.Params = map[string]string{"on": st.HappenedOn.String(), "note": st.Note, "number": "", "due": ""}
	switch noun {
	case "penalty":
		p, err := rowByID[Penalty](ctx, tx, rbac.ScopeOf(ctx), "penalty", object, false)
		if err != nil {
			return err
		}
		n.Params["number"] = p.Number
	default:
		x, err := rowByID[Dishonesty](ctx, tx, rbac.ScopeOf(ctx), "penalty_dishonesty", object, false)
		if err != nil {
			return err
		}
		n.Params["number"], n.Params["due"] = x.NoticeNo, x.StatementDueOn.String()
	}
	if s.Touch != nil {
		if err := s.Touch(ctx, tx, t.CompanyID); err != nil {
			return err
		}
	}
	if s.Tell == nil {
		return nil
	}
	return s.Tell(ctx, tx, n)
}
