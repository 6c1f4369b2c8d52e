package selfreport

import (
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
)

// CountBatch freezes which companies a cycle bound at the end of a period: the denominator of
// the reporting rate. Companies registered later are left out of it for good.
type CountBatch struct {
	Cycle string
	From  day.Date // first day of the period
	After id.Of[id.Company]
}

// Kind names the job.
func (CountBatch) Kind() string { return "selfreport.count-batch" }

func (b CountBatch) key() string { return fmt.Sprintf("%s:%s:%d", b.Cycle, b.From, int64(b.After)) }

// FlagLate flags the reports whose last day has passed without a submission, those behind one
// in order of that day.
type FlagLate struct {
	On    day.Date
	After lateKey
}

// lateKey is the place of a report among those waiting.
type lateKey struct {
	DueOn     day.Date
	CompanyID id.Of[id.Company]
	ID        id.Of[id.Report]
}

// Kind names the job.
func (FlagLate) Kind() string { return "selfreport.flag-late" }

func (t FlagLate) key() string { return fmt.Sprintf("%s:%d", t.On, int64(t.After.ID)) }

func (s *Service) countJobs(r *jobs.Registry) {
	jobs.Handle(r, s.countBatch)
	jobs.Handle(r, flagLate)
	r.Schedule(jobs.Schedule{Name: "selfreport.late", Next: jobs.DailyAt(0, 5), Task: func(due time.Time) jobs.Task { return FlagLate{On: day.In(due, day.Shanghai)} }})
}

func (s *Service) countBatch(ctx context.Context, tx db.Tx, b CountBatch) error {
	c, p, firms, err := s.bound(ctx, tx, b.Cycle, b.From, b.After)
	if err != nil || len(firms) == 0 {
		return err
	}
	if err := countMany(ctx, tx, firms, c, p); err != nil {
		return err
	}
	if len(firms) < batch {
		return nil
	}
	b.After = firms[len(firms)-1].CompanyID
	return jobs.Enqueue(ctx, tx, b, jobs.Key(b.key()))
}

func flagLate(ctx context.Context, tx db.Tx, t FlagLate) error {
	n, last, err := flagMany(ctx, tx, t.On, t.After, batch)
	if err != nil || n < batch {
		return err
	}
	t.After = last
	return jobs.Enqueue(ctx, tx, t, jobs.Key(t.key()))
}
