package grading

import (
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/id"
)

// Sending is the review agency (评审单位) that is sent, its team and its days.
type Sending struct {
	Agency id.Of[id.Organisation] `json:"agency"`
	From   day.Date               `json:"from" doc:"first day on which the agency sees the company"`
	Until  day.Date               `json:"until" doc:"last day"`
	Team   []Delegate             `json:"team" minItems:"1" maxItems:"20" nullable:"false"`
	Note   string                 `json:"note,omitempty" maxLength:"1000"`
}

// Delegate is one of the team that is sent.
type Delegate struct {
	Name  string `json:"name" minLength:"1" maxLength:"30"`
	Leads bool   `json:"leads,omitempty"`
}

// Declaration is what one of the team declares about the company.
type Declaration struct {
	Member    id.Of[Member] `json:"member"`
	Conflict  bool          `json:"conflict" doc:"he trained, coached, worked for or holds a share of the company"`
	Statement string        `json:"statement,omitempty" maxLength:"500"`
}

// Found is one thing the review found wrong.
type Found struct {
	Item   string `json:"item,omitempty" maxLength:"40" doc:"code in the rubric"`
	What   string `json:"what" minLength:"1" maxLength:"1000"`
	Demand string `json:"demand,omitempty" maxLength:"1000"`
}

// Conclusion is the report of a site review (现场评审报告).
type Conclusion struct {
	Passed     bool    `json:"passed"`
	Conclusion string  `json:"conclusion" minLength:"1" maxLength:"4000"`
	Issues     []Found `json:"issues,omitempty" maxItems:"200" nullable:"false"`
	Files      Files   `json:"files" minItems:"1" maxItems:"20" nullable:"false" doc:"minutes and photos of the site"`
}

// Mending is what the company did about one thing found.
type Mending struct {
	Issue   id.Of[Issue] `json:"issue"`
	Measure string       `json:"measure" minLength:"1" maxLength:"1000"`
	Files   Files        `json:"files" minItems:"1" maxItems:"20" nullable:"false" doc:"proof"`
}

// Check is what the review team found of what was mended.
type Check struct {
	OnSite  bool     `json:"onSite,omitempty" doc:"false: by the papers"`
	Opinion string   `json:"opinion" minLength:"1" maxLength:"1000"`
	Issues  []Passed `json:"issues" maxItems:"200" nullable:"false"`
	Files   Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Passed is the verdict on one thing found.
type Passed struct {
	Issue   id.Of[Issue] `json:"issue"`
	Passed  bool         `json:"passed"`
	Verdict string       `json:"verdict,omitempty" maxLength:"500"`
}

// Agency is what is known of a review agency that might be sent.
type Agency struct {
	ID       id.Of[id.Organisation]
	Name     string
	WorkedOn day.Date // last day of an engagement of it, or of one of its name, with the company; zero: none
}

// assign sends a review agency. Errors: ErrSide, ErrNow, ErrAgency, ErrInterest, ErrOrganizes, ErrDays, ErrTeam.
func (f *file) assign(s Sending, a Agency) error {
	if err := f.may(Assign); err != nil {
		return err
	}
	form := f.Form()
	switch since := f.today().AddYears(-form.ConflictYears); {
	case a.ID == 0:
		return ErrAgency.At("body.agency")
	case f.OrganizerAgencyID != nil && *f.OrganizerAgencyID == a.ID && !form.OrganizerReviews:
		return ErrOrganizes.At("body.agency")
	case !a.WorkedOn.IsZero() && !a.WorkedOn.Before(since):
		return ErrInterest.With("on", a.WorkedOn.String()).With("years", strconv.Itoa(form.ConflictYears)).At("body.agency")
	}
	if s.From.Before(f.today()) || s.Until.Before(s.From) || s.Until.After(s.From.AddMonths(3)) {
		return ErrDays.At("body.until")
	}
	names := map[string]bool{}
	leads := 0
	for _, m := range s.Team {
		name := strings.TrimSpace(m.Name)
		if name == "" || names[name] {
			return ErrTeam.At("body.team")
		}
		names[name] = true
		if m.Leads {
			leads++
		}
	}
	if leads != 1 {
		return ErrTeam.At("body.team")
	}
	f.ReviewOrganisationID, f.ReviewUnit, f.SiteFrom, f.SiteUntil, f.ReviewID = some(a.ID), a.Name, s.From, s.Until, nil
	f.EscalatedTo = ""
	f.step(Assign, Confirmed, s.Note, nil, Detail{Unit: a.Name, From: s.From.String(), Until: s.Until.String()})
	return nil
}

// declare notes what one of the team declares; who has a conflict of interest ends the agency's review.
// Errors: ErrSide, ErrNow, ErrBlank.
func (f *file) declare(m *Member, d Declaration) error {
	if err := f.may(Declare); err != nil {
		return err
	}
	if d.Conflict && blank(d.Statement) {
		return ErrBlank.At("body.statement")
	}
	m.DeclaredOn, m.Conflict, m.Statement = f.today(), d.Conflict, strings.TrimSpace(d.Statement)
	f.step(Declare, Confirmed, "", nil, Detail{Conflict: d.Conflict})
	if d.Conflict {
		f.DueSide = Authority
	}
	return nil
}

// ready refuses a review before all of the team have declared. Errors: ErrUndeclared, ErrConflicted.
func ready(team []Member) error {
	if len(team) == 0 || slices.ContainsFunc(team, func(m Member) bool { return m.DeclaredOn.IsZero() }) {
		return ErrUndeclared
	}
	if slices.ContainsFunc(team, func(m Member) bool { return m.Conflict }) {
		return ErrConflicted
	}
	return nil
}

// openReview notes the review's evaluation. Errors: ErrSide, ErrNow, ErrUndeclared, ErrConflicted, ErrReviewOpen.
func (f *file) openReview(team []Member) error {
	if err := f.may(OpenReview); err != nil {
		return err
	}
	if f.ReviewID != nil {
		return ErrReviewOpen
	}
	return ready(team)
}

// report hands in the review. What was found goes to the company at once, and its time to mend runs.
// Errors: ErrSide, ErrNow, ErrUndeclared, ErrConflicted, ErrReview, ErrBlank.
func (f *file) report(c Conclusion, team []Member, review Evaluation) error {
	if err := f.may(Report); err != nil {
		return err
	}
	if err := ready(team); err != nil {
		return err
	}
	if f.ReviewID == nil || review.FinishedOn.IsZero() || review.Score < 0 {
		return ErrReview
	}
	if blank(c.Conclusion) || len(c.Files) == 0 {
		return ErrBlank.At("body.conclusion")
	}
	late := f.Late(f.today())
	f.SiteReportedOn, f.Reached, f.ReviewScore, f.Conclusion = f.today(), review.Level, int32(review.Score), strings.TrimSpace(c.Conclusion)
	d := Detail{Level: review.Level, Score: f.ReviewScore, Issues: len(c.Issues), Late: late}
	form := f.Form()
	switch reaches := form.Reaches(review.Level, f.Level); {
	case !c.Passed, !reaches && (!f.TakeReached || !form.Reaches(review.Level, lowest(form))):
		f.over(Report, NotPassed, c.Conclusion, c.Files, d)
		return nil
	case !reaches:
		f.Level = review.Level
	}
	f.step(Report, SiteReported, c.Conclusion, c.Files, d)
	if len(c.Issues) > 0 {
		f.step(HandOver, Rectifying, "", nil, Detail{Issues: len(c.Issues)})
	}
	return nil
}

func lowest(p Profile) string { return p.Levels[len(p.Levels)-1].Level }

// mend notes what the company did about one thing found. Errors: ErrSide, ErrNow, ErrTooLate, ErrBlank.
func (f *file) mend(i *Issue, m Mending) error {
	if err := f.may(Mend); err != nil {
		return err
	}
	if f.Late(f.today()) {
		return ErrTooLate.With("until", f.DueOn.String())
	}
	if blank(m.Measure) || len(m.Files) == 0 {
		return ErrBlank.At("body.measure")
	}
	i.Measure, i.DoneOn, i.Files = strings.TrimSpace(m.Measure), f.today(), nil
	for _, n := range m.Files {
		i.Files = append(i.Files, int64(n))
	}
	f.step(Mend, Rectifying, i.Measure, m.Files, Detail{Issues: int(i.N)})
	return nil
}

// askExtension asks for more time to mend, once. Errors: ErrSide, ErrNow, ErrOnce, ErrTooLate, ErrDays, ErrBlank.
func (f *file) askExtension(l Longer) error {
	if err := f.may(AskExtension); err != nil {
		return err
	}
	switch {
	case f.Extensions > 0 || f.ExtensionDays > 0:
		return ErrOnce
	case f.Late(f.today()):
		return ErrTooLate.With("until", f.DueOn.String())
	case l.Days < 1 || int(l.Days) > f.Form().Limits.Extend.WorkingDays:
		return ErrDays.At("body.days")
	case blank(l.Reason):
		return ErrBlank.At("body.reason")
	}
	f.ExtensionAskedOn, f.ExtensionDays = f.today(), l.Days
	f.step(AskExtension, Rectifying, l.Reason, l.Files, Detail{Days: l.Days})
	return nil
}

// answerExtension decides on that. Errors: ErrSide, ErrNow, ErrNotAvailable, ErrBlank.
func (f *file) answerExtension(a Answer) error {
	e := RefuseExtension
	if a.Granted {
		e = GrantExtension
	}
	if err := f.may(e); err != nil {
		return err
	}
	if f.ExtensionAskedOn.IsZero() {
		return ErrNotAvailable
	}
	if blank(a.Opinion) {
		return ErrBlank.At("body.opinion")
	}
	days := f.ExtensionDays
	f.ExtensionAskedOn = day.Date{}
	if a.Granted {
		f.Extensions = 1
	}
	f.step(e, Rectifying, a.Opinion, nil, Detail{Days: days})
	return nil
}

// askCheck says that all is mended. Errors: ErrSide, ErrNow, ErrTooLate, ErrUnmended.
func (f *file) askCheck(p Paper, issues []Issue) error {
	if err := f.may(AskCheck); err != nil {
		return err
	}
	if f.Late(f.today()) {
		return ErrTooLate.With("until", f.DueOn.String())
	}
	open := 0
	for _, i := range issues {
		if i.DoneOn.IsZero() {
			open++
		}
	}
	if open > 0 {
		return ErrUnmended.With("open", strconv.Itoa(open))
	}
	f.RectifiedOn, f.ExtensionAskedOn = f.today(), day.Date{}
	f.step(AskCheck, RectifyCheck, p.Note, p.Files, Detail{})
	return nil
}

// check is the review team's verdict on what was mended: all of it must pass. Errors: ErrSide, ErrNow, ErrIssue, ErrBlank.
func (f *file) check(c Check, issues []*Issue) error {
	if err := f.may(PassCheck); err != nil {
		return err
	}
	if blank(c.Opinion) {
		return ErrBlank.At("body.opinion")
	}
	passed := true
	for _, i := range issues {
		n := slices.IndexFunc(c.Issues, func(p Passed) bool { return p.Issue == i.ID })
		if n < 0 {
			return ErrIssue.At("body.issues")
		}
		i.Passed, i.Verdict = &c.Issues[n].Passed, strings.TrimSpace(c.Issues[n].Verdict)
		passed = passed && c.Issues[n].Passed
	}
	f.CheckedOn = f.today()
	if !passed {
		f.over(FailCheck, NotPassed, c.Opinion, c.Files, Detail{})
		return nil
	}
	f.ListedOn = f.today()
	f.step(PassCheck, Listed, c.Opinion, c.Files, Detail{})
	return nil
}

// lapse ends an application that was not mended in time; a request for more time that nobody answered holds it.
// Errors: ErrSide, ErrNow, ErrTooEarly.
func (f *file) lapse(reason string) error {
	if err := f.may(Lapse); err != nil {
		return err
	}
	if !f.Late(f.today()) || !f.ExtensionAskedOn.IsZero() {
		return ErrTooEarly.With("until", f.DueOn.String())
	}
	f.over(Lapse, NotPassed, reason, nil, Detail{DueOn: f.DueOn.String(), Late: true})
	return nil
}
