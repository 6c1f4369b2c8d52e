package inspection

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

// batch is how many plans or tasks one job takes on; the next is enqueued with its effect.
const batch = 5000

// MakeTasks makes the tasks of a day's periods, for plans after the given one.
type MakeTasks struct {
	On        day.Date       `json:"on"`
	CompanyID rbac.CompanyID `json:"companyId"`
	PlanID    id.Of[Plan]    `json:"planId"`
}

// Kind names the job.
func (MakeTasks) Kind() string { return "inspection.make-tasks" }

// MarkMissed settles tasks that were due before a day.
type MarkMissed struct {
	Before day.Date `json:"before"`
	Turn   int      `json:"turn"`
}

// Kind names the job.
func (MarkMissed) Kind() string { return "inspection.mark-missed" }

// KeepPartitions makes room for the checks of the coming months.
type KeepPartitions struct{}

// Kind names the job.
func (KeepPartitions) Kind() string { return "inspection.keep-partitions" }

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.makeTasks)
	jobs.Handle(r, s.markMissed)
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, _ KeepPartitions) error {
		return keepPartitions(ctx, tx, day.In(tx.Now, day.Shanghai))
	})
	r.Schedule(jobs.Schedule{Name: "inspection.mark-missed", Next: jobs.DailyAt(0, 2), Task: func(due time.Time) jobs.Task {
		return MarkMissed{Before: day.In(due, day.Shanghai)}
	}})
	r.Schedule(jobs.Schedule{Name: "inspection.make-tasks", Next: jobs.DailyAt(0, 5), Task: func(due time.Time) jobs.Task {
		return MakeTasks{On: day.In(due, day.Shanghai)}
	}})
	r.Schedule(jobs.Schedule{Name: "inspection.keep-partitions", Next: jobs.DailyAt(2, 30), Task: func(time.Time) jobs.Task { return KeepPartitions{} }})
}

func (*Service) makeTasks(ctx context.Context, tx db.Tx, t MakeTasks) error {
	last, err := makeTasks(ctx, tx, t.On, planned{CompanyID: t.CompanyID, PlanID: t.PlanID}, batch)
	if err != nil || last.Seen < batch {
		return err
	}
	next := MakeTasks{t.On, last.CompanyID, last.PlanID}
	return jobs.Enqueue(ctx, tx, next, jobs.Key(fmt.Sprintf("%s:%s:%s", next.On, next.CompanyID, next.PlanID)))
}

func (*Service) markMissed(ctx context.Context, tx db.Tx, t MarkMissed) error {
	n, err := markMissed(ctx, tx, t.Before, batch)
	if err != nil || n < batch {
		return err
	}
	return jobs.Enqueue(ctx, tx, MarkMissed{t.Before, t.Turn + 1}, jobs.Key(fmt.Sprintf("%s:%d", t.Before, t.Turn+1)))
}
