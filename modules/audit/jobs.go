package audit

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
)

// KeepAhead makes partitions before they are needed.
type KeepAhead struct{}

// Kind names the job.
func (KeepAhead) Kind() string { return "audit.keep-ahead" }

// Seal gives new entries their places in the chains.
type Seal struct{}

// Kind names the job.
func (Seal) Kind() string { return "audit.seal" }

// KeepAnchors keeps the heads of chains as those of the day before.
type KeepAnchors struct {
	On day.Date `json:"on"`
}

// Kind names the job.
func (KeepAnchors) Kind() string { return "audit.keep-anchors" }

// Jobs registers the module's jobs.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, _ Seal) error {
		more, err := s.seal(ctx, tx)
		if err == nil && more {
			err = jobs.Enqueue(ctx, tx, Seal{})
		}
		return err
	})
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, t KeepAnchors) error {
		return anchorHeads(ctx, tx, t.On.String(), t.On.Midnight(day.Shanghai))
	})
	r.Schedule(jobs.Schedule{Name: "audit.seal", Next: jobs.Every(time.Minute), Task: func(time.Time) jobs.Task { return Seal{} }})
	r.Schedule(jobs.Schedule{Name: "audit.keep-anchors", Next: jobs.DailyAt(0, 20), Task: func(due time.Time) jobs.Task { return KeepAnchors{day.In(due, day.Shanghai).AddDays(-1)} }})
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, _ KeepAhead) error {
		return keepAhead(ctx, tx, tx.Now.In(day.Shanghai))
	})
	r.Schedule(jobs.Schedule{Name: "audit.keep-ahead", Next: jobs.DailyAt(2, 10), Task: func(time.Time) jobs.Task { return KeepAhead{} }})
}
