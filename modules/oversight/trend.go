package oversight

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Month is how an area stood in a month.
type Month struct {
	Month day.Date // its first day
	AsOf  day.Date // its last day, or the day counted while it runs
	Figures
}

// CountMonth keeps how every area stands on a day, and draws the map anew.
type CountMonth struct {
	Day day.Date `json:"day"`
}

// Kind names the job.
func (CountMonth) Kind() string { return "oversight.count-month" }

// trendJobs registers the day's count, late enough for the day to be over and early enough to be its own.
func (s *Service) trendJobs(r *jobs.Registry) {
	jobs.Handle(r, s.countMonth)
	r.Schedule(jobs.Schedule{Name: "oversight.count-month", Next: jobs.DailyAt(23, 40), Task: func(due time.Time) jobs.Task { return CountMonth{day.In(due, day.Shanghai)} }})
}

func (s *Service) countMonth(ctx context.Context, tx db.Tx, j CountMonth) error {
	return s.Count(ctx, tx, j.Day)
}

// Count keeps how every area stands on a day as the day's month, and draws the map, in a system
// transaction.
func (*Service) Count(ctx context.Context, tx db.Tx, on day.Date) error {
	if err := CountAs(ctx, tx, on, "oversight_board"); err != nil {
		return err
	}
	return drawShapes(ctx, tx)
}

// Trend returns how an area stood in the months before and now. Errors: none of its own.
func (s *Service) Trend(ctx context.Context, area string, months int) (rows []Month, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		today := day.In(tx.Now, day.Shanghai)
		rows, err = Months(ctx, tx, scope, start(Filter{Division: area}, scope.Actor()), firstOf(today).AddMonths(1-months), today)
		return err
	})
	return rows, err
}
