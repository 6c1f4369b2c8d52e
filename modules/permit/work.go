package permit

import (
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
)

// start begins the work. Errors: ErrNow, ErrNotMine, ErrNotYet, ErrOver, ErrWatcher, ErrLapsed and those
// of items and readings.
func (f *file) start(s StartForm) error {
	if err := f.in(Approved); err != nil {
		return err
	}
	if f.at.Before(f.FromAt) {
		return ErrNotYet.With("from", clock(f.FromAt))
	}
	if err := f.ready(s, PhaseStart, time.Time{}, f.gasless(s.Answers)); err != nil {
		return err
	}
	f.StartedAt = &f.at
	f.to(Open)
	return nil
}

// resume goes on after an interruption: what was measured before it counts no more where it was
// long, or the gas was its reason.
func (f *file) resume(s StartForm) error {
	if err := f.in(Suspended); err != nil {
		return err
	}
	since, short := *f.SuspendedAt, f.at.Sub(*f.SuspendedAt) <= time.Duration(f.level.RetestMinutes)*time.Minute
	if err := f.ready(s, PhaseResume, since, short && !f.gassed() || f.gaslessBefore()); err != nil {
		return err
	}
	f.SuspendedAt = nil
	f.to(Open)
	return nil
}

// ready holds what every beginning asks for.
func (f *file) ready(s StartForm, phase string, since time.Time, gasless bool) error {
	if err := f.mine(); err != nil {
		return err
	}
	if f.at.After(f.UntilAt) {
		return ErrOver.With("until", clock(f.UntilAt))
	}
	taken, err := f.form.judge(s.Readings, f.at)
	f.step.Detail.V.Readings, f.step.Detail.V.Watcher = taken, s.WatcherPresent
	if err != nil {
		return err
	}
	if err := f.answered(phase, s.Answers); err != nil {
		return err
	}
	if err := f.certified(f.at); err != nil {
		return err
	}
	if !s.WatcherPresent {
		return ErrWatcher.At("body.watcherPresent")
	}
	if f.form.GasAsked != "always" || gasless {
		return nil
	}
	return f.form.fresh(append(f.readings(), taken...), since, f.at)
}

// gasless reports whether the answers say that no gas is possible.
func (f *file) gasless(list []Answer) bool {
	for _, a := range list {
		if a.Code == f.form.GasItem && a.Result == NA {
			return true
		}
	}
	return false
}

func (f *file) gaslessBefore() bool {
	for _, s := range f.past {
		if s.Event == Start && s.Problem == "" {
			return f.gasless(s.Detail.V.Answers)
		}
	}
	return false
}

// gassed reports whether the last interruption came from a reading.
func (f *file) gassed() bool {
	for i := len(f.past) - 1; i >= 0; i-- {
		if f.past[i].ToState == Suspended && f.past[i].FromState == Open {
			return f.past[i].Event == Read
		}
	}
	return false
}

// readings are all that were taken so far.
func (f *file) readings() (out []Reading) {
	for _, s := range f.past {
		if s.Problem == "" {
			out = append(out, s.Detail.V.Readings...)
		}
	}
	return out
}

// read records readings. One out of limits interrupts the work: it is a fact, and never refused.
func (f *file) read(r ReadForm) error {
	if err := f.in(Approved, Open, Suspended); err != nil {
		return err
	}
	if err := f.mine(); err != nil {
		return err
	}
	taken, err := f.form.judge(r.Readings, f.at)
	f.step.Detail.V.Readings = taken
	if err != nil {
		return err
	}
	for _, t := range taken {
		if t.Out && f.State == Open {
			f.SuspendedAt = &f.at
			f.to(Suspended)
		}
	}
	return nil
}

func (f *file) suspend(reason string) error {
	if err := f.in(Open); err != nil {
		return err
	}
	f.SuspendedAt = &f.at
	f.to(Suspended)
	return f.because(reason)
}

// close ends the work with its closing check. Errors: ErrNow, ErrNotMine, ErrNotClear, ErrWatchTime,
// ErrPhoto, ErrSignature and those of items.
func (f *file) close(c CloseForm) error {
	if err := f.in(live...); err != nil {
		return err
	}
	if err := f.mine(); err != nil {
		return err
	}
	f.step.Detail.V.Clear, f.step.Detail.V.Quiet = c.SiteClear, c.QuietMinutes
	if err := f.answered(PhaseClose, c.Answers); err != nil {
		return err
	}
	switch {
	case !c.SiteClear:
		return ErrNotClear.At("body.siteClear")
	case c.QuietMinutes < f.form.QuietMinutes:
		return ErrWatchTime.With("minutes", fmt.Sprint(f.form.QuietMinutes)).At("body.quietMinutes")
	case len(f.step.Files) == 0 && !f.dark:
		return ErrPhoto.At("body.photos")
	case f.step.SignatureID == nil:
		return ErrSignature.At("body.signature")
	}
	f.ClosedAt, f.ClosedLate = &f.at, f.at.After(f.UntilAt)
	if !f.ClosedLate {
		f.OverdueAt = nil // it only arrived late
	}
	f.to(Closed)
	return nil
}

// lacking lists the certificates that are missing at an instant; none where nobody tells them.
func (f *file) lacking(at time.Time) []Lack {
	if !f.wired {
		return nil
	}
	watcher := id.Of[id.Staff](0)
	if f.WatcherID != nil {
		watcher = *f.WatcherID
	}
	return lacks(f.form, f.Crew.V, watcher, f.WatcherName, f.held, day.In(at, day.Shanghai))
}

// clock writes an instant as people in the company read it.
func clock(t time.Time) string { return t.In(day.Shanghai).Format("2006-01-02 15:04") }

// found lists what a step shows to be wrong, to be entered as hazards: items that failed, and
// gas out of limits while work went on.
func (f *file) found() (out []Finding) {
	base := Finding{Place: f.Place}
	if f.PointID != nil {
		base.PointID = *f.PointID
	}
	for _, a := range f.step.Detail.V.Answers {
		if a.Result != Fail {
			continue
		}
		x := base
		x.Ref, x.ItemCode, x.Photos = fmt.Sprintf("permit|%s|%d|%s", f.ID, f.step.N, a.Code), a.Code, a.Photos
		x.Description = fmt.Sprintf("%s %s：%s", f.form.NameZh, f.Number, a.Note)
		for _, it := range f.form.Items {
			if it.Code == a.Code {
				x.Clause, x.Major = it.Clause, it.Major
				if a.Note == "" {
					x.Description = fmt.Sprintf("%s %s：%s", f.form.NameZh, f.Number, it.Requirement)
				}
			}
		}
		out = append(out, x)
	}
	if f.step.FromState != Open {
		return out
	}
	for _, r := range f.step.Detail.V.Readings {
		if g, ok := f.form.gas(r.Gas); ok && r.Out {
			x := base
			x.Ref = fmt.Sprintf("permit|%s|%d|%s", f.ID, f.step.N, r.Gas)
			x.Description = fmt.Sprintf("%s %s：作业中%s检测值%s %s，超出允许范围（%s）", f.form.NameZh, f.Number, g.NameZh, r.Value, g.Unit, g.limit())
			out = append(out, x)
			break
		}
	}
	return out
}
