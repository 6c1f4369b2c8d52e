package hazard

import (
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TellStep tells whom one step of a hazard asks to act.
type TellStep struct {
	CompanyID id.Of[id.Company]
	HazardID  id.Of[id.Hazard]
	N         int32
}

// Kind names the job.
func (TellStep) Kind() string { return "hazard.tell-step" }

func (t TellStep) key() string {
	return fmt.Sprintf("%d:%d:%d", int64(t.CompanyID), int64(t.HazardID), t.N)
}

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.tellStep)
	jobs.Handle(r, s.alarmReport)
	jobs.Handle(r, s.tellDirect)
	jobs.Handle(r, s.keepDue)
	jobs.Handle(r, s.openPosters)
	r.Schedule(jobs.Schedule{
		Name: "hazard.open-posters",
		Next: monthly,
		Task: func(due time.Time) jobs.Task {
			return OpenPosters{Month: day.In(due, day.Shanghai).AddMonths(-1)}
		},
	})
}

// monthly is 06:30 in Asia/Shanghai on the first of a month.
func monthly(after time.Time) time.Time {
	l := after.In(day.Shanghai)
	next := time.Date(l.Year(), l.Month(), 1, 6, 30, 0, 0, day.Shanghai)
	if !next.After(after) {
		next = next.AddDate(0, 1, 0)
	}
	return next.UTC()
}

func (s *Service) tellStep(ctx context.Context, tx db.Tx, t TellStep) error {
	scope := rbac.ScopeOf(ctx)
	h, err := hazardByID(ctx, tx, scope, t.HazardID)
	if err != nil {
		return err
	}
	steps, err := stepsOf(ctx, tx, h)
	if err != nil {
		return err
	}
	for _, st := range steps {
		if st.N != t.N {
			continue
		}
		if err := s.follow(ctx, tx, h, st); err != nil {
			return err
		}
		if n, ok := note(h, st); ok {
			return s.Tell(ctx, tx, n)
		}
	}
	return nil
}

// note is the message about a step, if somebody has to be told: who acts next, and the
// principal of a major hazard.
func note(h Hazard, s Step) (Note, bool) {
	n := Note{CompanyID: h.CompanyID, HazardID: h.ID, Step: s.N, Params: map[string]string{"number": h.Number, "place": h.Place, "deadline": s.Detail.V.Deadline}}
	if s.PersonID != nil {
		n.Except = *s.PersonID
	}
	owner := func(code string) {
		if s.OwnerPersonID != nil && *s.OwnerPersonID != n.Except {
			n.Person, n.Code = *s.OwnerPersonID, code
		}
	}
	roles := func(code string, roles ...string) { n.Roles, n.Code = roles, code }
	switch s.Event {
	case Register:
		roles("hazard.note-registered", "safety")
	case Grade:
		if s.Detail.V.Level == Major {
			roles("hazard.note-major", "principal", "safety")
		}
	case Assign:
		owner("hazard.note-assigned")
	case Fix:
		roles("hazard.note-fixed", "safety")
	case Reject, Fail:
		owner("hazard.note-rejected")
	case Pass:
		roles("hazard.note-passed", "principal", "safety")
	case AskExtension:
		if !h.NeedsRegulator() { // else the regulator finds it on his page
			roles("hazard.note-extension-asked", "safety", "director")
		}
	case Extend:
		owner("hazard.note-extended")
	case Refuse:
		if s.Detail.V.Asked == AskedExtension {
			owner("hazard.note-refused")
		}
	case AskVoid:
		roles("hazard.note-void-asked", "principal", "safety")
	case AskTransfer:
		if !h.NeedsRegulator() {
			roles("hazard.note-transfer-asked", "principal", "safety")
		}
	case Void, Transfer:
		owner("hazard.note-ended")
	case StopWork:
		if s.ActorKind == string(rbac.Regulator) {
			roles("hazard.note-stopped", "principal", "safety")
		}
	case Resume:
		roles("hazard.note-resumed", "principal", "safety")
	case FilePlan:
		owner("hazard.note-plan")
	case SelfEvaluate:
		roles("hazard.note-evaluated", "principal", "safety")
	case Start, Accept, AskReview, Cancel, ReportUp, Congress, Progress, List, Delist, Restore, Demand: // an order has messages of its own
	}
	return n, n.Code != ""
}
