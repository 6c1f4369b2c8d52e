package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"anbiao/kit/db"
)

// System opens a transaction of the job runner under a name that stands in the trail.
type System func(ctx context.Context, name string, fn func(context.Context, db.Tx) error) error

// Registry knows what to do for each kind of job, and when schedules fall due.
type Registry struct {
	kinds     map[string]handler
	schedules []Schedule
}

// handler does one job. Inside handlers run within the transaction that marks the job
// done; outside handlers (tx is zero) reach beyond PostgreSQL.
type handler struct {
	inside  func(ctx context.Context, tx db.Tx, payload []byte) error
	outside func(ctx context.Context, payload []byte) error
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry { return &Registry{kinds: map[string]handler{}} }

// Handle registers what to do for jobs of T's kind. do runs in a system transaction
// together with the mark that the job is done: its effects happen exactly once. An error
// rolls everything back and tries again later.
func Handle[T Task](r *Registry, do func(context.Context, db.Tx, T) error) {
	add[T](r, handler{inside: func(ctx context.Context, tx db.Tx, payload []byte) error {
		t, err := read[T](payload)
		if err != nil {
			return err
		}
		return do(ctx, tx, t)
	}})
}

// Outside registers what to do for jobs of T's kind that reach beyond PostgreSQL (mail,
// SMS, files). do may run more than once and opens its own gates; it claims and settles
// what must not be doubled.
func Outside[T Task](r *Registry, do func(context.Context, T) error) {
	add[T](r, handler{outside: func(ctx context.Context, payload []byte) error {
		t, err := read[T](payload)
		if err != nil {
			return err
		}
		return do(ctx, t)
	}})
}

func add[T Task](r *Registry, h handler) {
	var t T
	if _, twice := r.kinds[t.Kind()]; twice {
		panic("jobs: two handlers for " + t.Kind())
	}
	r.kinds[t.Kind()] = h
}

func read[T Task](payload []byte) (t T, err error) {
	if err := json.Unmarshal(payload, &t); err != nil {
		return t, fmt.Errorf("jobs: payload of %s: %w", t.Kind(), err)
	}
	return t, nil
}

// Kinds lists the kinds that have a handler.
func (r *Registry) Kinds() []string {
	out := make([]string, 0, len(r.kinds))
	for k := range r.kinds {
		out = append(out, k)
	}
	return out
}

// Schedule enqueues a job again and again. Its last run is kept in PostgreSQL, so a tick
// missed while nothing ran is made up once, and two schedulers make one job.
type Schedule struct {
	Name string
	Next func(after time.Time) time.Time // first due instant after the given one
	Task func(due time.Time) Task
}

// Schedule adds s.
func (r *Registry) Schedule(s Schedule) { r.schedules = append(r.schedules, s) }

// shanghai is UTC+8 without summer time.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// DailyAt is due every day at the given time in Asia/Shanghai.
func DailyAt(hour, minute int) func(time.Time) time.Time {
	return func(after time.Time) time.Time {
		l := after.In(shanghai)
		due := time.Date(l.Year(), l.Month(), l.Day(), hour, minute, 0, 0, shanghai)
		if !due.After(after) {
			due = due.AddDate(0, 0, 1)
		}
		return due.UTC()
	}
}

// WeeklyAt is due every week on the given day and time in Asia/Shanghai.
func WeeklyAt(on time.Weekday, hour, minute int) func(time.Time) time.Time {
	daily := DailyAt(hour, minute)
	return func(after time.Time) time.Time {
		due := daily(after)
		return due.AddDate(0, 0, (int(on)-int(due.In(shanghai).Weekday())+7)%7)
	}
}

// MonthlyAt is due every month on the given day, at most the 28th, and time in Asia/Shanghai.
func MonthlyAt(on, hour, minute int) func(time.Time) time.Time {
	return func(after time.Time) time.Time {
		l := after.In(shanghai)
		due := time.Date(l.Year(), l.Month(), on, hour, minute, 0, 0, shanghai)
		if !due.After(after) {
			due = due.AddDate(0, 1, 0)
		}
		return due.UTC()
	}
}

// Every is due at each whole multiple of d since the epoch.
func Every(d time.Duration) func(time.Time) time.Time {
	return func(after time.Time) time.Time { return after.UTC().Truncate(d).Add(d) }
}
