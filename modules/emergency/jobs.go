package emergency

import (
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Settle carries what became of a filing into its plan, and tells the company.
type Settle struct {
	CompanyID rbac.CompanyID
	FilingID  id.Of[Filing]
	State     string
}

// Kind names the job.
func (Settle) Kind() string { return "emergency.settle-filing" }

func (t Settle) key(at time.Time) string {
	return fmt.Sprintf("%d:%d:%s:%d", int64(t.CompanyID), int64(t.FilingID), t.State, at.UnixMicro())
}

// Deem counts as filed what the regulator has not answered in time.
type Deem struct{ On day.Date }

// Kind names the job.
func (Deem) Kind() string { return "emergency.deem-filed" }

// deemed is how many filings one transaction looks at.
const deemed = 200

// Jobs registers what the job runner does for this module: at night, silence counts as filed.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.settleFiling)
	jobs.Handle(r, s.deem)
	r.Schedule(jobs.Schedule{Name: "emergency.deem-filed", Next: jobs.DailyAt(0, 20), Task: func(at time.Time) jobs.Task { return Deem{day.In(at, day.Shanghai)} }})
}

func (s *Service) settleFiling(ctx context.Context, tx db.Tx, t Settle) error {
	f, err := filingByID(ctx, tx, rbac.ScopeOf(ctx), t.FilingID, "")
	if err != nil {
		return err
	}
	if err := s.settle(ctx, tx, f.Filing); err != nil || s.Tell == nil || f.State != t.State || f.State == Submitted {
		return err
	}
	return s.Tell(ctx, tx, Note{
		CompanyID: f.CompanyID, FilingID: f.ID, Roles: []string{"principal", "safety"}, Code: "emergency.note-" + f.State, Params: map[string]string{"plan": f.PlanName, "answer": f.Answer},
	})
}

func (s *Service) deem(ctx context.Context, tx db.Tx, t Deem) error {
	waiting, err := uncounted(ctx, tx, deemed)
	if err != nil {
		return err
	}
	for i := range waiting {
		if waiting[i].count(calendar.China()); waiting[i].DeemedOn.IsZero() {
			continue
		}
		if err := updateFiling(ctx, tx, &waiting[i], []string{"check_due_on", "deemed_on"}); err != nil {
			return err
		}
	}
	rows, err := silent(ctx, tx, t.On, deemed)
	if err != nil {
		return err
	}
	for _, f := range rows {
		next := Settle{f.CompanyID, f.ID, Deemed}
		if err := jobs.Enqueue(ctx, tx, next, jobs.Key(next.key(f.SubmittedAt))); err != nil {
			return err
		}
	}
	if len(rows) < deemed {
		return nil
	}
	return jobs.Enqueue(ctx, tx, t)
}
