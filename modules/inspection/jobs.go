package inspection

import (
	"context"
	"fmt"
	"strings"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

const (
	// batch is how many tasks one job settles; the next is enqueued with its effect.
	batch = 5000
	// planBatch is how many plans one job plans: about a hundred thousand tasks of daily ones.
	planBatch = 250
	// atOnce is how many plans a person's change plans before it answers.
	atOnce = 100
)

// MakeTasks plans the tasks of the year ahead, of the plans after the given one that need it.
type MakeTasks struct {
	On        day.Date       `json:"on"`
	CompanyID rbac.CompanyID `json:"companyId"`
	PlanID    id.Of[Plan]    `json:"planId"`
}

// Kind names the job.
func (MakeTasks) Kind() string { return "inspection.make-tasks" }

// Replan brings the tasks of a company's plans after the given one in line with what has
// changed: who holds a post, a shutdown, a shift.
type Replan struct {
	CompanyID rbac.CompanyID `json:"companyId"`
	PlanID    id.Of[Plan]    `json:"planId"`
	From      day.Date       `json:"from"` // how far back the change reaches
}

// Kind names the job.
func (Replan) Kind() string { return "inspection.replan" }

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
	jobs.Handle(r, s.replan)
	jobs.Handle(r, s.markMissed)
	jobs.Handle(r, s.layOn)
	jobs.Handle(r, s.propose)
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, _ KeepPartitions) error {
		return keepPartitions(ctx, tx, day.In(tx.Now, day.Shanghai))
	})
	s.statJobs(r)
	r.Schedule(jobs.Schedule{Name: "inspection.mark-missed", Next: jobs.DailyAt(0, 2), Task: func(due time.Time) jobs.Task {
		return MarkMissed{Before: day.In(due, day.Shanghai)}
	}})
	r.Schedule(jobs.Schedule{Name: "inspection.make-tasks", Next: jobs.DailyAt(0, 5), Task: func(due time.Time) jobs.Task {
		return MakeTasks{On: day.In(due, day.Shanghai)}
	}})
	r.Schedule(jobs.Schedule{Name: "inspection.propose", Next: jobs.DailyAt(6, 0), Task: func(due time.Time) jobs.Task {
		return Propose{On: day.In(due, day.Shanghai)}
	}})
	r.Schedule(jobs.Schedule{Name: "inspection.keep-partitions", Next: jobs.DailyAt(2, 30), Task: func(time.Time) jobs.Task { return KeepPartitions{} }})
}

// makeTasks plans one batch. The batch, its tasks and the job of the next one stand or fall
// together: a runner that dies in between is followed by one that begins with the same plans.
func (s *Service) makeTasks(ctx context.Context, tx db.Tx, t MakeTasks) error {
	o := s.outlookOn(t.On, t.On)
	keys, err := lockDue(ctx, tx, planKey{t.CompanyID, t.PlanID}, o, t.On.AddDays(horizon-slack), planBatch)
	if err != nil || len(keys) == 0 {
		return err
	}
	if err := draw(ctx, tx, keys, o); err != nil || len(keys) < planBatch {
		return err
	}
	last := keys[len(keys)-1]
	next := MakeTasks{t.On, last.CompanyID, last.PlanID}
	return jobs.Enqueue(ctx, tx, next, jobs.Key(fmt.Sprintf("%s:%s:%s", next.On, next.CompanyID, next.PlanID)))
}

func (s *Service) replan(ctx context.Context, tx db.Tx, t Replan) error {
	o := s.outlookOn(day.In(tx.Now, day.Shanghai), t.From)
	keys, err := lockRunning(ctx, tx, planKey{t.CompanyID, t.PlanID}, t.From, planBatch)
	if err != nil || len(keys) == 0 {
		return err
	}
	if err := draw(ctx, tx, keys, o); err != nil || len(keys) < planBatch {
		return err
	}
	return jobs.Enqueue(ctx, tx, Replan{t.CompanyID, keys[len(keys)-1].PlanID, t.From})
}

func (*Service) markMissed(ctx context.Context, tx db.Tx, t MarkMissed) error {
	n, err := markMissed(ctx, tx, t.Before, batch)
	if err != nil || n < batch {
		return err
	}
	return jobs.Enqueue(ctx, tx, MarkMissed{t.Before, t.Turn + 1}, jobs.Key(fmt.Sprintf("%s:%d", t.Before, t.Turn+1)))
}

// Propose proposes a special check before each holiday that is near, to companies after the given
// one.
type Propose struct {
	On        day.Date       `json:"on"`
	CompanyID rbac.CompanyID `json:"companyId"`
}

// Kind names the job.
func (Propose) Kind() string { return "inspection.propose" }

func (s *Service) propose(ctx context.Context, tx db.Tx, t Propose) error {
	full, last := false, t.CompanyID
	for _, template := range templates() {
		if template.DaysAhead == 0 {
			continue
		}
		for _, h := range s.days().Between(t.On, t.On.AddDays(backward)) {
			begins, err := s.days().Add(h.First, -template.DaysAhead)
			if err != nil || !h.First.After(t.On) || begins.After(t.On) {
				continue // a year without a list: nothing is guessed
			}
			due, err := s.days().Add(h.First, -1)
			if err != nil {
				return err
			}
			to, n, err := proposeHoliday(ctx, tx, t.CompanyID, template, strings.TrimSuffix(h.NameZh, "节")+"节前安全检查", h.First, due, batch)
			if err != nil {
				return err
			}
			full, last = full || n == batch, to
		}
	}
	if !full {
		return nil
	}
	return jobs.Enqueue(ctx, tx, Propose{t.On, last}, jobs.Key(fmt.Sprintf("%s:%s", t.On, last)))
}
