package certificate

import (
	"cmp"
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Scan reminds of what falls due, batch by batch: each commits its reminders, how far it
// came (certificate.remind_on) and the next batch together.
type Scan struct {
	Day day.Date `json:"day"` // that the schedule meant; reminders speak of the day they are written
}

// Kind names the job.
func (Scan) Kind() string { return "certificate.scan" }

// usualBatch is how many certificates one transaction looks at.
const usualBatch = 500

// Jobs registers the module's jobs: the scan, daily at 06:00 in Asia/Shanghai.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.scan)
	s.closeJobs(r)
	r.Schedule(jobs.Schedule{
		Name: "certificate.scan",
		Next: jobs.DailyAt(6, 0),
		Task: func(due time.Time) jobs.Task { return Scan{day.In(due, day.Shanghai)} },
	})
}

func (s *Service) scan(ctx context.Context, tx db.Tx, t Scan) error {
	n, err := s.scanBatch(ctx, tx, rbac.ScopeOf(ctx), cmp.Or(s.Batch, usualBatch))
	if err != nil || n == 0 {
		return err
	}
	return jobs.Enqueue(ctx, tx, t)
}
