package exam

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// endBatch is how many sittings one transaction ends.
const endBatch = 200

// EndByClock ends sittings whose time is over and that nobody handed in.
type EndByClock struct{}

// Kind names the job.
func (EndByClock) Kind() string { return "exam.end-by-clock" }

// Jobs registers the module's jobs.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.endByClock)
	r.Schedule(jobs.Schedule{Name: "exam.end-by-clock", Next: jobs.Every(time.Minute), Task: func(time.Time) jobs.Task { return EndByClock{} }})
}

func (s *Service) endByClock(ctx context.Context, tx db.Tx, _ EndByClock) error {
	rows, err := outOfTime(ctx, tx, tx.Now, endBatch)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := s.finish(ctx, tx, rbac.ScopeOf(ctx), &rows[i]); err != nil {
			return err
		}
	}
	return nil
}
