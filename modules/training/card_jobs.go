package training

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
)

// ForgetNewcomers takes what tells who they were from newcomers refused long ago.
type ForgetNewcomers struct{}

// Kind names the job.
func (ForgetNewcomers) Kind() string { return "training.forget-newcomers" }

func (*Service) cardJobs(r *jobs.Registry) {
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, _ ForgetNewcomers) error {
		return forgetNewcomers(ctx, tx, tx.Now.AddDate(0, 0, -keepRefused))
	})
	r.Schedule(jobs.Schedule{Name: "training.forget-newcomers", Next: jobs.DailyAt(3, 50), Task: func(time.Time) jobs.Task { return ForgetNewcomers{} }})
}
