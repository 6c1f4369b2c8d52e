package inspection

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// CountAnswers counts checks that are not counted yet.
type CountAnswers struct {
	Turn int `json:"turn"`
}

// Kind names the job.
func (CountAnswers) Kind() string { return "inspection.count-answers" }

// TellMissed tells leaders once a day what was missed the day before.
type TellMissed struct {
	On        day.Date       `json:"on"` // day that was missed
	CompanyID rbac.CompanyID `json:"companyId"`
}

// Kind names the job.
func (TellMissed) Kind() string { return "inspection.tell-missed" }

// RecountAnswers proves the numbers of a month against the checks themselves, of the companies after
// the given one.
type RecountAnswers struct {
	Month     day.Date       `json:"month"` // first day
	CompanyID rbac.CompanyID `json:"companyId"`
}

// Kind names the job.
func (RecountAnswers) Kind() string { return "inspection.recount-answers" }

const (
	countBatch   = 2000 // checks
	tellBatch    = 500  // companies
	recountBatch = 100  // companies
)

func (s *Service) statJobs(r *jobs.Registry) {
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, t CountAnswers) error {
		n, err := CountItems(ctx, tx, countBatch)
		if err != nil || n < countBatch {
			return err
		}
		return jobs.Enqueue(ctx, tx, CountAnswers{t.Turn + 1})
	})
	jobs.Handle(r, s.tellMissed)
	jobs.Handle(r, recountAnswers)
	r.Schedule(jobs.Schedule{Name: "inspection.count-answers", Next: func(after time.Time) time.Time { return after.Truncate(10 * time.Minute).Add(10 * time.Minute) }, Task: func(time.Time) jobs.Task {
		return CountAnswers{}
	}})
	r.Schedule(jobs.Schedule{Name: "inspection.tell-missed", Next: jobs.DailyAt(7, 30), Task: func(due time.Time) jobs.Task {
		return TellMissed{On: day.In(due, day.Shanghai).AddDays(-1)}
	}})
	r.Schedule(jobs.Schedule{Name: "inspection.recount-answers", Next: jobs.WeeklyAt(time.Sunday, 3, 20), Task: func(due time.Time) jobs.Task {
		on := day.In(due, day.Shanghai).AddDays(-7) // a month that ended in the week is recounted whole
		return RecountAnswers{Month: day.Of(on.Year(), on.Month(), 1)}
	}})
}

// recountAnswers proves one batch; what it had to repair stands in the log, for nothing should.
func recountAnswers(ctx context.Context, tx db.Tx, t RecountAnswers) error {
	firms, err := firmsAfter(ctx, tx, t.CompanyID, recountBatch)
	if err != nil || len(firms) == 0 {
		return err
	}
	n, err := RecountItems(ctx, tx, firms, t.Month)
	if err != nil {
		return err
	}
	if n > 0 {
		slog.WarnContext(ctx, "item statistics differed from the checks", "month", t.Month, "after", t.CompanyID, "rows", n)
	}
	if len(firms) < recountBatch {
		return nil
	}
	last := firms[len(firms)-1]
	return jobs.Enqueue(ctx, tx, RecountAnswers{t.Month, last}, jobs.Key(fmt.Sprintf("%s:%s", t.Month, last)))
}

// missedLine is what one leader is told; HeadID 0: the unit has none, the safety managers are.
type missedLine struct {
	CompanyID rbac.CompanyID
	HeadID    id.Of[id.Staff]
	N         int
	Names     string
}

func (s *Service) tellMissed(ctx context.Context, tx db.Tx, t TellMissed) error {
	lines, err := missedOn(ctx, tx, t.On, t.CompanyID, tellBatch)
	if err != nil {
		return err
	}
	firms, last := 0, t.CompanyID
	for _, l := range lines {
		if l.CompanyID != last {
			firms, last = firms+1, l.CompanyID
		}
		err := s.tell(ctx, tx, Message{
			CompanyID: l.CompanyID, StaffID: l.HeadID, Roles: []string{"safety"}, Code: "inspection.missed-digest",
			Params: map[string]string{"count": strconv.Itoa(l.N), "names": l.Names}, Key: fmt.Sprintf("missed|%s|%s", t.On, l.HeadID),
		})
		if err != nil {
			return err
		}
	}
	if firms < tellBatch {
		return nil
	}
	return jobs.Enqueue(ctx, tx, TellMissed{t.On, last}, jobs.Key(fmt.Sprintf("%s:%s", t.On, last)))
}

// Items adds up what was found about each item in the months of a span. Errors: ErrCompanyNeeded,
// ErrDays.
func (s *Service) Items(ctx context.Context, company rbac.CompanyID, f SpanFilter) (list []ItemSum, err error) {
	err = s.Gate.Read(ctx, ActionCompliance, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		if err := f.checked(); err != nil {
			return err
		}
		list, err = itemSums(ctx, tx, scope, c, f)
		return err
	})
	return list, err
}
