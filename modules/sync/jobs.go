package sync

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
)

// KeepAhead makes partitions before they are needed and drops what is kept no longer.
type KeepAhead struct{}

// Kind names the job.
func (KeepAhead) Kind() string { return "sync.keep-ahead" }

// Jobs registers the module's jobs.
func (*Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, _ KeepAhead) error {
		return keepAhead(ctx, tx, tx.Now.In(day.Shanghai))
	})
	r.Schedule(jobs.Schedule{Name: "sync.keep-ahead", Next: jobs.DailyAt(2, 20), Task: func(time.Time) jobs.Task { return KeepAhead{} }})
}
