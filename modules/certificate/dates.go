package certificate

import (
	"slices"

	"anbiao/kit/day"
)

// Status is what a certificate is worth on a day. It is computed, never stored.
type Status string

// Statuses. Where several hold, the first in this order is told.
const (
	Revoked      Status = "revoked"
	Cancelled    Status = "cancelled"
	Superseded   Status = "superseded"
	Incomplete   Status = "incomplete"    // dates are missing; never guessed
	Pending      Status = "pending"       // not yet valid
	Expired      Status = "expired"       // past its last day
	ReviewLapsed Status = "review_lapsed" // not reviewed in time: of no effect (令30号 art. 26 [memory])
	ReviewDue    Status = "review_due"    // the review may be applied for
	Expiring     Status = "expiring"      // the renewal may be applied for
	Valid        Status = "valid"
)

// Due is what a due day is for.
type Due string

// Due types.
const (
	DueNone   Due = "none"
	DueReview Due = "review"
	DueExpiry Due = "expiry"
)

// Facts are what is recorded of a certificate, as of now: every day lies in the past of
// whoever records it, but Status may be asked for an earlier day.
type Facts struct {
	Kind             Kind
	ValidFrom        day.Date
	PrintedValidTo   day.Date // zero: not printed, computed
	PrintedReviewDue day.Date
	TenYearException bool       // approved by the authority, never inferred: no review in between
	Reviews          []day.Date // in order
	SupersededOn     day.Date
	RevokedOn        day.Date
	CancelledOn      day.Date
	HolderLeftOn     day.Date // last day of the holder in the company
	Extra            []int    // reminder days that the company adds to the kind's
}

// Standing is everything about one certificate on one day.
type Standing struct {
	Status       Status
	ValidTo      day.Date // last valid day, printed or computed; zero: never ends
	NextDue      day.Date
	NextDueType  Due
	Thresholds   []int    // reminder days reached, largest first, as if none was sent before
	SendNow      *int     // the smallest of them: a late first scan sends only this one
	ApplyBy      day.Date // last day to apply; zero: no rule
	ApplyOverdue bool
	OverdueDays  int
	Counts       bool // the holder may work under it
	GapDays      int  // days not covered between a review's due day and the late review
}

// On tells how the certificate stands on a day.
func (f Facts) On(today day.Date) Standing {
	s := Standing{NextDueType: DueNone, Thresholds: []int{}, ValidTo: f.validTo()}
	if s.Status = f.terminal(today); s.Status != "" {
		return s
	}
	s.NextDue, s.NextDueType, s.GapDays = f.due(today)
	s.Status = f.status(today, s)
	here := f.HolderLeftOn.IsZero() || !today.After(f.HolderLeftOn)
	s.Counts = here && slices.Contains([]Status{Valid, ReviewDue, Expiring}, s.Status)
	if s.NextDueType == DueNone {
		return s
	}
	s.ApplyBy = f.Kind.Apply.by(s.NextDue)
	if !here {
		return s
	}
	s.ApplyOverdue = !s.ApplyBy.IsZero() && today.After(s.ApplyBy)
	s.OverdueDays = max(0, today.DaysSince(s.NextDue))
	for _, d := range f.days() {
		if !today.Before(s.NextDue.AddDays(-d)) {
			s.Thresholds, s.SendNow = append(s.Thresholds, d), &d
		}
	}
	return s
}

// terminal returns the status that an event gave the certificate for good, if one did.
func (f Facts) terminal(today day.Date) Status {
	for _, e := range []struct {
		on     day.Date
		status Status
	}{{f.RevokedOn, Revoked}, {f.CancelledOn, Cancelled}, {f.SupersededOn, Superseded}} {
		if !e.on.IsZero() && !today.Before(e.on) {
			return e.status
		}
	}
	if f.ValidFrom.IsZero() {
		return Incomplete
	}
	return ""
}

func (f Facts) status(today day.Date, s Standing) Status {
	switch {
	case today.Before(f.ValidFrom):
		return Pending
	case !s.ValidTo.IsZero() && today.After(s.ValidTo):
		return Expired
	case s.NextDueType == DueReview && today.After(s.NextDue):
		return ReviewLapsed
	case s.NextDueType == DueNone || today.Before(f.Kind.opens(s.NextDue)):
		return Valid
	case s.NextDueType == DueReview:
		return ReviewDue
	}
	return Expiring
}

// validTo returns the last valid day: as printed, else computed from valid_from by calendar
// months (民法典 arts 201, 202). Zero: never ends.
func (f Facts) validTo() day.Date {
	if !f.PrintedValidTo.IsZero() || f.Kind.ValidityMonths == 0 || f.ValidFrom.IsZero() {
		return f.PrintedValidTo
	}
	return f.ValidFrom.AddMonths(f.Kind.ValidityMonths)
}

// reviewDues returns the days by which a review is due. All count from valid_from, never
// from an earlier review; one that would fall on the expiry does not exist.
func (f Facts) reviewDues() []day.Date {
	every := f.Kind.ReviewMonths
	if every == 0 || f.TenYearException {
		return nil
	}
	var dues []day.Date
	for m := every; m < f.Kind.ValidityMonths; m += every {
		due := f.ValidFrom.AddMonths(m)
		if len(dues) == 0 && !f.PrintedReviewDue.IsZero() {
			due = f.PrintedReviewDue
		}
		if end := f.validTo(); !end.IsZero() && !due.Before(end) {
			break
		}
		dues = append(dues, due)
	}
	return dues
}

// due returns the first review due that no review on or before today satisfies, else the
// expiry; and the days a late review left uncovered.
func (f Facts) due(today day.Date) (next day.Date, what Due, gap int) {
	from := f.ValidFrom
	for _, due := range f.reviewDues() {
		at, ok := f.reviewSince(from, today)
		if !ok {
			return due, DueReview, gap
		}
		if at.After(due) {
			gap += at.DaysSince(due) - 1 // the days between, neither included
		}
		from = due
		if at.After(due) {
			from = at // a late review counts for the cycle it was late for, not for the next too
		}
	}
	if end := f.validTo(); !end.IsZero() {
		return end, DueExpiry, gap
	}
	return day.Date{}, DueNone, gap
}

// reviewSince returns the first review after from, up to today.
func (f Facts) reviewSince(from, today day.Date) (day.Date, bool) {
	for _, r := range f.Reviews {
		if r.After(from) && !r.After(today) {
			return r, true
		}
	}
	return day.Date{}, false
}

// opens returns the day from which a due day shows: when its window of application opens,
// or, where there is none, on the largest reminder day.
func (k Kind) opens(due day.Date) day.Date {
	switch {
	case k.Apply.Type == "window" && k.Apply.OpensMonths > 0:
		return due.AddMonths(-k.Apply.OpensMonths)
	case k.Apply.Type == "window":
		return due.AddDays(-k.Apply.OpensDays)
	case len(k.ReminderDays) == 0:
		return due
	}
	return due.AddDays(-slices.Max(k.ReminderDays))
}

// by returns the last day to apply for what is due; zero if there is no rule.
func (a apply) by(due day.Date) day.Date {
	switch {
	case a.Type == "window":
		return due
	case a.Type != "deadline":
		return day.Date{}
	case a.DeadlineMonths > 0:
		return due.AddMonths(-a.DeadlineMonths)
	}
	return due.AddDays(-a.DeadlineDays)
}

// reminded is the last reminder of a certificate: about which due day, how many days before.
type reminded struct {
	due  day.Date
	step int // negative: after the due day
}

// days are the reminder days before a due day, largest first: the kind's and those the company
// adds. It cannot take any away.
func (f Facts) days() []int {
	if len(f.Extra) == 0 || len(f.Kind.ReminderDays) == 0 {
		return f.Kind.ReminderDays
	}
	all := slices.Sorted(slices.Values(slices.Concat(f.Kind.ReminderDays, f.Extra)))
	slices.Reverse(all)
	return slices.Compact(all)
}

// step returns the reminder that a day calls for: a threshold, or after the due day the
// days since, negative. None where nothing is due or the holder has left.
func (s Standing) step() (int, bool) {
	l := ladderOn(s.NextDue)
	switch {
	case s.SendNow == nil:
		return 0, false
	case s.OverdueDays == 0:
		return *s.SendNow, true
	case s.OverdueDays <= l.Daily:
		return -s.OverdueDays, true
	}
	return -max(l.Daily, s.OverdueDays/l.Weekly*l.Weekly), true
}

// remindOn returns the day of the next reminder after last; zero if none will come. A day
// in the past means that the next scan sends it.
func (f Facts) remindOn(last reminded, today day.Date) day.Date {
	s := f.On(today)
	if f.over() || s.NextDueType == DueNone || len(f.Kind.ReminderDays) == 0 {
		return day.Date{}
	}
	next := s.NextDue.AddDays(-slices.Max(f.days()))
	if last.due == s.NextDue {
		next = f.stepAfter(last)
	}
	if !f.HolderLeftOn.IsZero() && next.After(f.HolderLeftOn) {
		return day.Date{}
	}
	return next
}

// over reports whether an event has ended the certificate, or will on a known day.
func (f Facts) over() bool {
	return !f.RevokedOn.IsZero() || !f.CancelledOn.IsZero() || !f.SupersededOn.IsZero()
}

// stepAfter returns the day of the reminder that follows last.
func (f Facts) stepAfter(last reminded) day.Date {
	l := ladderOn(last.due)
	for _, d := range f.days() {
		if d < last.step {
			return last.due.AddDays(-d)
		}
	}
	past := max(0, -last.step)
	if past < l.Daily {
		return last.due.AddDays(past + 1)
	}
	return last.due.AddDays(past/l.Weekly*l.Weekly + l.Weekly)
}

// skipped returns the thresholds reached that step makes superfluous.
func (s Standing) skipped(step int) []int {
	return slices.DeleteFunc(slices.Clone(s.Thresholds), func(d int) bool { return d <= step })
}
