package award

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Settle keeps what falls due for the company after a step, and tells those concerned.
type Settle struct {
	CompanyID rbac.CompanyID
	AwardID   id.Of[id.Award]
	Step      id.Of[Step]
}

// Kind names the job.
func (Settle) Kind() string { return "award.settle" }

func (t Settle) key() string {
	return fmt.Sprintf("%d:%d:%d", int64(t.CompanyID), int64(t.AwardID), int64(t.Step))
}

// Daily brings awards to a day, batch by batch: each commits its awards, its messages and the next batch together.
type Daily struct {
	Day  day.Date        `json:"day"` // that the schedule meant
	Part string          `json:"part"`
	On   day.Date        `json:"on"` // part yearly: behind this day …
	ID   id.Of[id.Award] `json:"id"` // … and this award
}

// Kind names the job.
func (Daily) Kind() string { return "award.daily" }

// parts of a day's work, in their order.
var parts = []string{"expire", "window", "yearly"}

// usualBatch is how many awards one transaction looks at.
const usualBatch = 500

// Jobs registers what the job runner does for this module: awards are brought to the day at 00:20 in Asia/Shanghai.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.settle)
	jobs.Handle(r, s.daily)
	r.Schedule(jobs.Schedule{
		Name: "award.daily",
		Next: jobs.DailyAt(0, 20),
		Task: func(due time.Time) jobs.Task { return Daily{Day: day.In(due, day.Shanghai), Part: parts[0]} },
	})
}

func (s *Service) daily(ctx context.Context, tx db.Tx, t Daily) error {
	next, err := s.Bring(ctx, tx, t, cmp.Or(s.Batch, usualBatch))
	if err != nil || next.Part == "" {
		return err
	}
	return jobs.Enqueue(ctx, tx, next)
}
