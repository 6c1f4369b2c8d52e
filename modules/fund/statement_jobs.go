package fund

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// RemindStatements has those who used less than 60 % of a year's due reminded to explain it by 30 April (art. 51), batch by batch:
// each commits its items and the next batch together.
type RemindStatements struct {
	Day   day.Date       `json:"day"` // that the schedule meant
	After rbac.CompanyID `json:"after"`
}

// Kind names the job.
func (RemindStatements) Kind() string { return "fund.remind-statements" }

// remindBatch is how many companies one transaction reminds.
const remindBatch = 200

// statementJobs looks weekly from January to April, on Mondays at 03:40 in Asia/Shanghai: books are closed late.
func (s *Service) statementJobs(r *jobs.Registry) {
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, t RemindStatements) error {
		if t.Day.Month() > time.April {
			return nil
		}
		last, err := s.remindStatements(ctx, tx, yearBefore(t.Day), t.After, remindBatch)
		if err != nil || last == 0 {
			return err
		}
		return jobs.Enqueue(ctx, tx, RemindStatements{t.Day, last})
	})
	r.Schedule(jobs.Schedule{
		Name: "fund.remind-statements",
		Next: jobs.WeeklyAt(time.Monday, 3, 40),
		Task: func(due time.Time) jobs.Task { return RemindStatements{Day: day.In(due, day.Shanghai)} },
	})
}
