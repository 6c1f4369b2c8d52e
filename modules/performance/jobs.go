package performance

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

// Batches of one transaction.
const (
	keepBatch  = 20  // companies planned, settled and assessed
	fillBatch  = 500 // companies measured
	lapseBatch = 1000
)

// roundAfter is how many days after a period its round is made: weekly and monthly tasks have
// been settled by then. missedRounds is for how many days a round is still made up.
const (
	roundAfter   = 6
	missedRounds = 25
)

// KeepBatch plans, settles and assesses the companies after one.
type KeepBatch struct {
	On    day.Date       `json:"on"`
	After rbac.CompanyID `json:"after"`
}

// Kind names the job.
func (KeepBatch) Kind() string { return "performance.keep-batch" }

// LapseAppeals makes final what nobody appealed against in time.
type LapseAppeals struct {
	On   day.Date `json:"on"`
	Turn int      `json:"turn"`
}

// Kind names the job.
func (LapseAppeals) Kind() string { return "performance.lapse-appeals" }

// FillBatch computes the figures of the companies after one, of the month of a day.
type FillBatch struct {
	On    day.Date       `json:"on"`
	Month day.Date       `json:"month"`
	After rbac.CompanyID `json:"after"`
}

// Kind names the job.
func (FillBatch) Kind() string { return "performance.fill-batch" }

// TellSteps tells what became of assessments.
type TellSteps struct {
	CompanyID rbac.CompanyID         `json:"companyId"`
	Event     Event                  `json:"event"`
	IDs       []id.Of[id.Assessment] `json:"ids"`
}

// Kind names the job.
func (TellSteps) Kind() string { return "performance.tell-steps" }

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.keepBatch)
	jobs.Handle(r, s.lapseAppeals)
	jobs.Handle(r, s.fillBatch)
	jobs.Handle(r, s.tellSteps)
	nightly := func(name string, hour, minute int, task func(day.Date) jobs.Task) {
		r.Schedule(jobs.Schedule{Name: name, Next: jobs.DailyAt(hour, minute), Task: func(due time.Time) jobs.Task { return task(day.In(due, day.Shanghai)) }})
	}
	nightly("performance.keep", 0, 40, func(on day.Date) jobs.Task { return KeepBatch{On: on} })
	nightly("performance.lapse", 0, 20, func(on day.Date) jobs.Task { return LapseAppeals{On: on} })
	nightly("performance.fill", 3, 30, func(on day.Date) jobs.Task { return FillBatch{On: on, Month: on} })
	nightly("performance.fill-last-month", 3, 50, func(on day.Date) jobs.Task { return FillBatch{On: on, Month: on.AddDays(-on.Day())} })
}

func (s *Service) keepBatch(ctx context.Context, tx db.Tx, b KeepBatch) error {
	if s.Firms == nil || s.Tree == nil || s.Cells == nil {
		return nil
	}
	firms, err := s.Firms(ctx, tx, b.After, keepBatch)
	if err != nil {
		return err
	}
	for _, home := range firms {
		if _, err := s.Keep(ctx, tx, home, b.On); err != nil {
			return fmt.Errorf("company %s: %w", home.CompanyID, err)
		}
		if err := s.roundsDue(ctx, tx, home, b.On); err != nil {
			return fmt.Errorf("company %s: %w", home.CompanyID, err)
		}
	}
	if len(firms) < keepBatch {
		return nil
	}
	next := KeepBatch{b.On, firms[len(firms)-1].CompanyID}
	return jobs.Enqueue(ctx, tx, next, jobs.Key(fmt.Sprintf("%s:%s", next.On, next.After)))
}

// roundsDue makes the rounds of the periods that ended some days ago.
func (s *Service) roundsDue(ctx context.Context, tx db.Tx, home rbac.Home, on day.Date) error {
	set, err := settingOf(ctx, tx, home, RulesOn(on))
	if err != nil {
		return err
	}
	for _, f := range set.due() {
		running, _ := f.At(on)
		span, _ := f.At(running.From.AddDays(-1))
		if ago := on.DaysSince(span.Until); ago < roundAfter || ago > missedRounds {
			continue
		}
		wanted, err := wantsRound(ctx, tx, home.CompanyID, span)
		if err != nil {
			return err
		}
		if !wanted {
			continue
		}
		if _, err := s.Round(ctx, tx, home, span.Key, "performance.keep"); err != nil {
			return err
		}
	}
	return nil
}

func (*Service) lapseAppeals(ctx context.Context, tx db.Tx, t LapseAppeals) error {
	n, err := lapse(ctx, tx, lapseBatch)
	if err != nil || n < lapseBatch {
		return err
	}
	return jobs.Enqueue(ctx, tx, LapseAppeals{t.On, t.Turn + 1}, jobs.Key(fmt.Sprintf("%s:%d", t.On, t.Turn+1)))
}

func (s *Service) fillBatch(ctx context.Context, tx db.Tx, b FillBatch) error {
	if s.Firms == nil {
		return nil
	}
	firms, err := s.Firms(ctx, tx, b.After, fillBatch)
	if err != nil || len(firms) == 0 {
		return err
	}
	ids := make([]id.Of[id.Company], len(firms))
	for i, f := range firms {
		ids[i] = f.CompanyID
	}
	if _, err := s.Fill(ctx, tx, ids, b.Month); err != nil || len(firms) < fillBatch {
		return err
	}
	next := FillBatch{b.On, b.Month, ids[len(ids)-1]}
	return jobs.Enqueue(ctx, tx, next, jobs.Key(fmt.Sprintf("%s:%s:%s", next.On, next.Month, next.After)))
}

// notes says which event is told to whom: the person concerned, or the holders of roles.
var notes = map[Event]struct {
	code  string
	roles []string
}{
	Publish: {"performance.note-published", nil},
	Appeal:  {"performance.note-appealed", []string{"principal", "safety"}},
	Uphold:  {"performance.note-upheld", nil},
	Dismiss: {"performance.note-dismissed", nil},
}

func (s *Service) tellSteps(ctx context.Context, tx db.Tx, t TellSteps) error {
	if s.Tell == nil {
		return nil
	}
	list, err := toTell(ctx, tx, t)
	if err != nil {
		return err
	}
	for _, a := range list {
		n := Note{
			CompanyID: t.CompanyID, Object: int64(a.ID), Step: a.Steps, Code: notes[t.Event].code, Roles: notes[t.Event].roles,
			Params: map[string]string{"name": a.StaffName, "period": a.Period, "until": a.AppealUntil.String()},
		}
		if n.Roles == nil {
			n.Staff = a.StaffID
		}
		if err := s.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}
