package secret

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
)

// Reseal is one batch of sealing again, which makes the next.
type Reseal struct {
	At      int   `json:"at"`
	Company int64 `json:"company"`
	After   int64 `json:"after"`
}

// Kind names the job.
func (Reseal) Kind() string { return "secret.reseal" }

// Jobs registers the module's jobs. As long as there are former keys, each night looks for what is still
// under one of them.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, t Reseal) error {
		if !s.Former {
			return nil
		}
		next, _, more, err := s.step(ctx, tx, cursor(t))
		if err != nil || !more {
			return err
		}
		return jobs.Enqueue(ctx, tx, Reseal(next))
	})
	r.Schedule(jobs.Schedule{Name: "secret.reseal", Next: jobs.DailyAt(3, 40), Task: func(time.Time) jobs.Task { return Reseal{} }})
}
