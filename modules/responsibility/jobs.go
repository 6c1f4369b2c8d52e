package responsibility

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Count counts what companies leave open, for those who oversee them: batch by batch, each
// committing its counts and the next batch together.
type Count struct {
	Day   string         `json:"day"`
	After rbac.CompanyID `json:"after"`
}

// Kind names the job.
func (Count) Kind() string { return "responsibility.count" }

const countBatch = 50

// Jobs registers the module's jobs: the count, daily at 05:10 in Asia/Shanghai.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.countBatch)
	r.Schedule(jobs.Schedule{
		Name: "responsibility.count",
		Next: jobs.DailyAt(5, 10),
		Task: func(due time.Time) jobs.Task { return Count{Day: due.Format(time.DateOnly)} },
	})
}

func (s *Service) countBatch(ctx context.Context, tx db.Tx, t Count) error {
	homes, err := listed(ctx, tx, t.After, countBatch)
	if err != nil || len(homes) == 0 {
		return err
	}
	for _, h := range homes {
		if err := s.Recount(ctx, tx, rbac.ScopeOf(ctx), h); err != nil {
			return err
		}
	}
	return jobs.Enqueue(ctx, tx, Count{t.Day, homes[len(homes)-1].CompanyID})
}
