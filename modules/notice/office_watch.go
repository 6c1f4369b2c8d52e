package notice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Morning is something that runs every morning and must be through by a time of day.
type Morning struct {
	Name   string // of its schedule, and the kind of its jobs
	Hour   int    // at which it begins, in Asia/Shanghai
	Minute int
}

// deadline is when the mornings must be through, in hours and minutes of Asia/Shanghai.
const (
	deadlineHour   = 8
	deadlineMinute = 30
)

// retryAlarm is after how long the other channel is tried again.
const retryAlarm = 5 * time.Minute

// Alarm is whether a morning was through in time.
type Alarm struct {
	OnDay    day.Date
	Name     string
	Late     bool
	At       time.Time
	Waiting  int
	TriedAt  *time.Time
	CalledAt *time.Time
}

// Admins returns those who run the program, and the organisation they do it in.
type Admins func(ctx context.Context, tx db.Tx) (map[id.Of[id.Person]]id.Of[id.Organisation], error)

// Call raises an alarm through another channel than those messages leave on.
type Call func(ctx context.Context, title, body string) error

// Watch raises an alarm, once a day for each, when a morning has not finished in time: in
// the inboxes of those who run the program and, through Call, past the jobs that may be what
// does not run. It is called every minute, by any number of processes.
func (s *Service) Watch(ctx context.Context) error {
	var pending []Alarm
	err := s.Gate.System(ctx, "notice.watch", func(tx db.Tx, _ rbac.Scope) error {
		on := day.In(tx.Now, day.Shanghai)
		due := on.Midnight(day.Shanghai).Add(deadlineHour*time.Hour + deadlineMinute*time.Minute)
		if tx.Now.Before(due) {
			return nil
		}
		for _, m := range s.Mornings {
			if err := s.check(ctx, tx, on, m); err != nil {
				return err
			}
		}
		if s.Call == nil {
			return nil
		}
		var err error
		pending, err = takeAlarms(ctx, tx, on, tx.Now.Add(-retryAlarm))
		return err
	})
	for _, a := range pending {
		title, body := a.words(text.Chinese)
		if called := s.Call(ctx, title, body); called != nil {
			err = errors.Join(err, called)
			continue
		}
		err = errors.Join(err, s.Gate.System(ctx, "notice.watch", func(tx db.Tx, _ rbac.Scope) error { return calledAlarm(ctx, tx, a) }))
	}
	return err
}

func (a Alarm) params() map[string]string {
	return map[string]string{
		"name": text.Say(text.Chinese, "notice.morning-"+a.Name, nil), "name@en": text.Say(text.English, "notice.morning-"+a.Name, nil),
		"day": a.OnDay.String(), "count": fmt.Sprint(a.Waiting), "time": a.At.In(day.Shanghai).Format("15:04"),
	}
}

func (a Alarm) words(l text.Lang) (title, body string) {
	return sentence(l, "notice.late-morning", a.params()), sentence(l, "notice.late-morning-body", a.params())
}

// check decides, once a day, whether one morning is late, and says so.
func (s *Service) check(ctx context.Context, tx db.Tx, on day.Date, m Morning) error {
	begins := on.Midnight(day.Shanghai).Add(time.Duration(m.Hour)*time.Hour + time.Duration(m.Minute)*time.Minute).UTC()
	run, err := morningOf(ctx, tx, on, m.Name, begins)
	if err != nil || run.Decided {
		return err
	}
	a := Alarm{OnDay: on, Name: m.Name, Late: run.late(), At: tx.Now, Waiting: run.Waiting}
	fresh, err := decide(ctx, tx, a)
	if err != nil || !fresh || !a.Late {
		return err
	}
	admins, err := s.Admins(ctx, tx)
	if err != nil {
		return err
	}
	var notes []Note
	for person, office := range admins {
		notes = append(notes, Note{Person: person, Organisation: office, Noun: "queue", Code: "notice.late-morning", Params: a.params(), Key: fmt.Sprintf("alarm|%s|%s|%s", on, m.Name, person)})
	}
	_, err = Remind(ctx, tx, notes...)
	return err
}

// run is how far today's run of a morning has come.
type run struct {
	Decided bool // whether it was in time
	Known   bool // the schedule has run before today's instant, so that it should have run again
	Begun   bool
	Waiting int // its jobs that are not done, those given up among them
}

// late reports whether it has not begun, or not finished. A schedule that was first seen
// after today's instant has no run of today; jobs that somebody made apart are none of it.
func (r run) late() bool { return (r.Begun && r.Waiting > 0) || (r.Known && !r.Begun) }
