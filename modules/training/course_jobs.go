package training

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Sizes of batches: sessions whose people are told, companies that are counted or told.
const (
	remindBatch = 50
	firmBatch   = 50
)

// Remind tells the people of sessions that are near; each batch commits its messages, how far it came
// (training_session.remind_on) and the next batch together.
type Remind struct {
	Day day.Date `json:"day"`
}

// Kind names the job.
func (Remind) Kind() string { return "training.remind" }

// Sweep goes through companies once a month: hours are reckoned anew, and those are told who lack a plan or hours.
type Sweep struct {
	Month day.Date       `json:"month"`
	After rbac.CompanyID `json:"after"`
	Step  string         `json:"step"` // reckon, plan, hours
}

// Kind names the job.
func (Sweep) Kind() string { return "training.sweep" }

func (s *Service) courseJobs(r *jobs.Registry) {
	jobs.Handle(r, s.remind)
	jobs.Handle(r, s.sweep)
	r.Schedule(jobs.Schedule{Name: "training.remind", Next: jobs.DailyAt(8, 5), Task: func(due time.Time) jobs.Task { return Remind{day.In(due, day.Shanghai)} }})
	r.Schedule(jobs.Schedule{Name: "training.sweep", Next: monthly, Task: func(due time.Time) jobs.Task {
		on := day.In(due, day.Shanghai)
		return Sweep{Month: day.Of(on.Year(), on.Month(), 1), Step: "reckon"}
	}})
}

// monthly is 03:10 on the first of a month in Shanghai.
func monthly(after time.Time) time.Time {
	on := day.In(after, day.Shanghai)
	due := day.Of(on.Year(), on.Month(), 1).Midnight(day.Shanghai).Add(3*time.Hour + 10*time.Minute)
	if !due.After(after) {
		due = day.Of(on.Year(), on.Month(), 1).AddMonths(1).Midnight(day.Shanghai).Add(3*time.Hour + 10*time.Minute)
	}
	return due.UTC()
}

func (s *Service) remind(ctx context.Context, tx db.Tx, t Remind) error {
	now := today(tx)
	rows, err := claimReminders(ctx, tx, now, remindBatch)
	if err != nil || len(rows) == 0 {
		return err
	}
	var notes []Note
	for i := range rows {
		ses := &rows[i]
		if n, err := s.coming(ctx, tx, *ses, now); err != nil {
			return err
		} else if n != nil {
			notes = append(notes, *n)
		}
		ses.RemindOn = remindFrom(ses.HeldOn, now.AddDays(1))
	}
	if s.Tell != nil && len(notes) > 0 {
		if err := s.Tell(ctx, tx, rbac.ScopeOf(ctx), notes); err != nil {
			return err
		}
	}
	if err := reminded(ctx, tx, rows); err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, t)
}

// coming is what the people of a session are told who are not noted yet; nil: it is over, or there is nobody.
func (s *Service) coming(ctx context.Context, tx db.Tx, ses Session, now day.Date) (*Note, error) {
	if ses.HeldOn.Before(now) || (ses.State != Planned && ses.State != Open) {
		return nil, nil //nolint:nilnil // nobody is to be told
	}
	there, err := attendanceOf(ctx, tx, ses.CompanyID, ses.ID)
	if err != nil {
		return nil, err
	}
	people, err := s.waiting(ctx, tx, ses, there)
	if err != nil {
		return nil, err
	}
	var who []id.Of[id.Staff]
	for _, p := range people {
		if p.PersonID != 0 && (ses.TrainerID == nil || *ses.TrainerID != p.ID) {
			who = append(who, p.ID)
		}
	}
	if len(who) == 0 {
		return nil, nil //nolint:nilnil // nobody is to be told
	}
	return &Note{
		CompanyID: ses.CompanyID, People: who, Noun: Noun, ObjectID: int64(ses.ID), Code: "training.note-session",
		Params: map[string]string{"title": ses.Title, "day": ses.HeldOn.String(), "time": clockText(ses.Starts), "place": ses.Place},
		Key:    fmt.Sprintf("training|%s|%s|%s|%d", ses.CompanyID, ses.ID, ses.HeldOn, stepOf(ses.HeldOn, now)),
	}, nil
}

// sweep works off one batch of companies; the next batch, or the next step, stands or falls with it.
func (s *Service) sweep(ctx context.Context, tx db.Tx, t Sweep) error {
	last, n, err := s.swept(ctx, tx, t)
	if err != nil {
		return err
	}
	next := Sweep{Month: t.Month, After: last, Step: t.Step}
	if n < firmBatch {
		next.After = 0
		switch {
		case t.Step == "reckon" && t.Month.Month() <= time.March:
			next.Step = "plan"
		case t.Step == "reckon" && t.Month.Month() >= time.October:
			next.Step = "hours"
		default:
			return nil
		}
	}
	return jobs.Enqueue(ctx, tx, next, jobs.Key(fmt.Sprintf("%s:%s:%s", next.Month, next.Step, next.After)))
}

func (s *Service) swept(ctx context.Context, tx db.Tx, t Sweep) (last rbac.CompanyID, n int, err error) {
	year, scope := t.Month.Year(), rbac.ScopeOf(ctx)
	if t.Step == "reckon" {
		homes, err := stale(ctx, tx, year, t.Month.Midnight(day.Shanghai), t.After, firmBatch)
		for _, h := range homes {
			if err := s.reckon(ctx, tx, scope, h, year, nil); err != nil {
				return 0, 0, err
			}
			last = h.CompanyID
		}
		return last, len(homes), err
	}
	rows, err := behind(ctx, tx, year, t.Step == "plan", t.After, firmBatch)
	if err != nil || len(rows) == 0 {
		return 0, 0, err
	}
	last = rows[len(rows)-1].CompanyID
	if t.Step == "plan" {
		return last, len(rows), s.openPlans(ctx, tx, year, rows)
	}
	notes := make([]Note, len(rows))
	for i, b := range rows {
		notes[i] = Note{
			CompanyID: b.CompanyID, Noun: "training_hours", ObjectID: int64(year), Code: "training.note-hours", Params: map[string]string{"year": strconv.Itoa(year), "count": strconv.Itoa(b.Left), "of": strconv.Itoa(b.Due)},
			Key: fmt.Sprintf("training-hours|%s|%s", b.CompanyID, t.Month),
		}
	}
	if s.Tell == nil {
		return last, len(rows), nil
	}
	return last, len(rows), s.Tell(ctx, tx, scope, notes)
}

// openPlans opens what is due of companies without an approved plan.
func (s *Service) openPlans(ctx context.Context, tx db.Tx, year int, rows []Behind) error {
	if s.OpenDue == nil {
		return nil
	}
	items := make([]Placed, len(rows))
	for i, b := range rows {
		items[i] = Placed{b.Home, due.Item{
			Kind: duePlan, Ref: int64(year), Title: planTitle(year), On: day.Of(year, 3, 31), Before: []int{60, 30, 7, 0}, Path: "/training/plan?year=" + strconv.Itoa(year),
		}}
	}
	return s.OpenDue(ctx, tx, items)
}
