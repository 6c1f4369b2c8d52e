package equipment

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// CountPresses counts the presses of companies anew of which one has fallen due, batch by batch.
type CountPresses struct {
	Day day.Date `json:"day"` // that the schedule meant
}

// Kind names the job.
func (CountPresses) Kind() string { return "equipment.count-presses" }

// countBatch is how many companies one transaction counts.
const countBatch = 500

// Jobs registers the module's jobs: the count, daily just after midnight in Asia/Shanghai.
func (*Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, recount)
	r.Schedule(jobs.Schedule{
		Name: "equipment.count-presses",
		Next: jobs.DailyAt(0, 5),
		Task: func(due time.Time) jobs.Task { return CountPresses{day.In(due, day.Shanghai)} },
	})
}

// recounted counts a batch, for the trail.
type recounted struct{ Companies int }

func recount(ctx context.Context, tx db.Tx, t CountPresses) error {
	ids, err := outdated(ctx, tx, countBatch)
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := countPresses(ctx, tx, ids); err != nil {
		return err
	}
	rbac.ScopeOf(ctx).Changed("equipment_press", 0, 0, recounted{}, recounted{len(ids)})
	return jobs.Enqueue(ctx, tx, t)
}

// Recount counts the presses of companies anew, for whoever enters machines by other ways than
// the register. It belongs to a transaction of the job runner.
func Recount(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) error {
	return countPresses(ctx, tx, companies)
}
