package fund

import (
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// closeBatch is how many companies' months one job closes; the next is enqueued with its effect.
const closeBatch = 100

// CloseMonths closes a month, and those before it that are open, of the companies behind one.
type CloseMonths struct {
	Month day.Date       `json:"month"`
	After rbac.CompanyID `json:"after"`
}

// Kind names the job.
func (CloseMonths) Kind() string { return "fund.close-months" }

func (s *Service) closeJobs(r *jobs.Registry) {
	jobs.Handle(r, s.closeMonths)
	r.Schedule(jobs.Schedule{Name: "fund.close-months", Next: closingTime, Task: func(due time.Time) jobs.Task {
		return CloseMonths{Month: monthOf(day.In(due, day.Shanghai)).AddMonths(-1)}
	}})
}

// closingTime is 02:00 on the fifth of a month in Shanghai: expenses of the month have come in.
func closingTime(after time.Time) time.Time {
	due := monthOf(day.In(after, day.Shanghai)).AddDays(4).Midnight(day.Shanghai).Add(2 * time.Hour)
	if !due.After(after) {
		due = monthOf(day.In(after, day.Shanghai)).AddMonths(1).AddDays(4).Midnight(day.Shanghai).Add(2 * time.Hour)
	}
	return due.UTC()
}

// closeMonths closes one batch. The batch and the job of the next one stand or fall together.
func (s *Service) closeMonths(ctx context.Context, tx db.Tx, t CloseMonths) error {
	if monthOf(t.Month).AddMonths(1).After(today(tx)) {
		return nil // not over
	}
	ids, err := claimClosing(ctx, tx, t.After, closeBatch)
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := s.closeAll(ctx, tx, ids, monthOf(t.Month)); err != nil || len(ids) < closeBatch {
		return err
	}
	next := CloseMonths{t.Month, ids[len(ids)-1]}
	return jobs.Enqueue(ctx, tx, next, jobs.Key(fmt.Sprintf("%s:%s", next.Month, next.After)))
}
