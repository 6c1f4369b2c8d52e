package listing

import (
	"slices"
	"strings"

	"anbiao/kit/day"
)

// answer decides on a request for more time. Errors: ErrNow, ErrBlank, ErrUntil, ErrPeriod.
func (f *file) answer(a Answer, reports []day.Date) error {
	if err := f.may(Grant); err != nil {
		return err
	}
	if strings.TrimSpace(a.Opinion) == "" {
		return ErrBlank.At("body.opinion")
	}
	late := !f.ExtensionDueOn.IsZero() && f.ExtensionDueOn.Before(f.today())
	to := InProgress
	if f.ProgressOn.IsZero() {
		to = PlanFiled
	}
	if !a.Granted {
		f.step(Refuse, to, f.today(), a.Opinion, a.Files, Detail{Until: f.ExtensionUntil.String(), Late: late})
		return nil
	}
	if a.Until.IsZero() {
		a.Until = f.ExtensionUntil
	}
	if err := f.until(a.Until); err != nil {
		return err
	}
	f.FinishBy = a.Until
	f.Extensions++
	f.ProgressDueOn = nextOf(f.quarters(reports))
	f.step(Grant, to, f.today(), a.Opinion, a.Files, Detail{FinishBy: a.Until.String(), Late: late})
	return nil
}

// askAcceptance asks the regulator to accept the work. Errors: ErrNow, ErrEvaluation.
func (f *file) askAcceptance(p Paper, h Hazard) error {
	if err := f.may(AskAcceptance); err != nil {
		return err
	}
	if !h.Evaluated {
		return ErrEvaluation
	}
	f.AcceptanceAskedOn, f.ReviewDueOn = f.today(), counted(f.Terms().AcceptBy(f.cal, f.today(), f.FinishBy))
	f.step(AskAcceptance, AcceptanceAsked, f.today(), p.Note, p.Files, Detail{Late: f.today().After(f.FinishBy)})
	return nil
}

// judge is the regulator's opinion on acceptance. The hazard itself is reviewed in the ledger first, by two
// officers. Errors: ErrNow, ErrBlank, ErrTwo, ErrReview, ErrReviewed.
func (f *file) judge(v Verdict, h Hazard) error {
	if err := f.may(Pass); err != nil {
		return err
	}
	if strings.TrimSpace(v.Opinion) == "" {
		return ErrBlank.At("body.opinion")
	}
	var officers []string
	for _, o := range v.Officers {
		if o = strings.TrimSpace(o); o != "" && !slices.Contains(officers, o) {
			officers = append(officers, o)
		}
	}
	if len(officers) < 2 {
		return ErrTwo.At("body.officers")
	}
	d := Detail{Officers: officers, Late: !f.ReviewDueOn.IsZero() && f.ReviewDueOn.Before(f.today())}
	switch {
	case v.Passed && !h.Cancelled:
		return ErrReview
	case !v.Passed && h.Cancelled:
		return ErrReviewed
	case v.Passed:
		f.PassedOn = f.today()
		f.step(Pass, Passed, f.PassedOn, v.Opinion, v.Files, d)
	default:
		f.FailedOn = f.today()
		f.step(Fail, Failed, f.FailedOn, v.Opinion, v.Files, d)
	}
	return nil
}

// escalate is what follows where a hazard was not dealt with: it failed, or its day has passed. Errors: ErrNow,
// ErrNotYet, ErrBlank, ErrNothing, ErrLevel.
func (f *file) escalate(e Escalation) error {
	if err := f.may(Escalate); err != nil {
		return err
	}
	if f.State != Failed && f.State != Escalated && !f.FinishBy.Before(f.today()) {
		return ErrNotYet
	}
	if strings.TrimSpace(e.Note) == "" {
		return ErrBlank.At("body.note")
	}
	if e.Level == "" && e.InterviewOn.IsZero() && strings.TrimSpace(e.Penalty) == "" {
		return ErrNothing.At("body.level")
	}
	if !e.InterviewOn.IsZero() && (e.InterviewOn.Before(f.ListedOn) || e.InterviewOn.After(f.today().AddYears(1))) {
		return ErrDay.At("body.interviewOn")
	}
	d := Detail{Penalty: strings.TrimSpace(e.Penalty)}
	if !e.InterviewOn.IsZero() {
		d.Interview = e.InterviewOn.String()
	}
	if e.Level != "" {
		if !above(e.Level, f.Level) || above(e.Level, LevelOf(f.by.Areas, f.RegionPath)) {
			return ErrLevel
		}
		f.Level, d.Level = e.Level, e.Level
	}
	to := Escalated
	if f.PlanFiledOn.IsZero() {
		to = f.State // the notice and the plan are still owed
	}
	f.step(Escalate, to, f.today(), e.Note, e.Files, d)
	return nil
}

// delist ends the listing. Errors: ErrNow.
func (f *file) delist(p Paper) error {
	if err := f.may(Delist); err != nil {
		return err
	}
	f.DelistedOn = f.today()
	f.PublishDueOn = counted(f.Terms().DelistPublishBy(f.cal, f.DelistedOn))
	f.step(Delist, Delisted, f.DelistedOn, p.Note, p.Files, Detail{})
	return nil
}

// announce makes the listing public. Errors: ErrNow, ErrAnnounced, ErrDay, ErrBlank.
func (f *file) announce(n Notice) error {
	if err := f.may(Announce); err != nil {
		return err
	}
	if !f.AnnouncedOn.IsZero() {
		return ErrAnnounced
	}
	if err := f.notice(n, f.ListedOn); err != nil {
		return err
	}
	f.AnnouncedOn = n.On
	f.step(Announce, f.State, n.On, n.Note, n.Files, Detail{Medium: strings.TrimSpace(n.Medium), Late: !f.AnnounceDueOn.IsZero() && n.On.After(f.AnnounceDueOn)})
	return nil
}

func (f *file) notice(n Notice, since day.Date) error {
	if strings.TrimSpace(n.Medium) == "" {
		return ErrBlank.At("body.medium")
	}
	return f.past(n.On, since, "on")
}

// fileAbove hands the listing in with the office of the city's committee. Errors: ErrNow, ErrFiledAbove, ErrDay, ErrBlank.
func (f *file) fileAbove(n Notice) error {
	if err := f.may(FileAbove); err != nil {
		return err
	}
	if !f.FiledOn.IsZero() {
		return ErrFiledAbove
	}
	if err := f.notice(n, f.ListedOn); err != nil {
		return err
	}
	f.FiledOn = n.On
	f.step(FileAbove, f.State, n.On, n.Note, n.Files, Detail{Medium: strings.TrimSpace(n.Medium), Late: !f.FileDueOn.IsZero() && n.On.After(f.FileDueOn)})
	return nil
}

// publish makes the end of the listing public. Errors: ErrNow, ErrDay, ErrBlank.
func (f *file) publish(n Notice) error {
	if err := f.may(Publish); err != nil {
		return err
	}
	if err := f.notice(n, f.DelistedOn); err != nil {
		return err
	}
	if f.AnnouncedOn.IsZero() {
		f.AnnouncedOn = n.On
	}
	f.PublishedOn = n.On
	f.step(Publish, Published, n.On, n.Note, n.Files, Detail{Medium: strings.TrimSpace(n.Medium), Late: !f.PublishDueOn.IsZero() && n.On.After(f.PublishDueOn)})
	return nil
}
