package proof

import (
	"errors"
	"slices"
	"strings"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// State is where a signal is.
type State string

// States. A company explains, in its term or later; it neither accepts nor withdraws anything.
const (
	Raised      State = "raised"      // 待说明: the company's term runs
	Explained   State = "explained"   // 已说明
	Unexplained State = "unexplained" // 逾期未说明
)

// Outcome is what a regulator noted.
type Outcome string

// Outcomes.
const (
	Seen      Outcome = "seen"       // 已阅
	NoConcern Outcome = "no_concern" // 无异常
)

// Signal is something about a company's checks that a person should look at (真实性提示).
type Signal struct {
	CompanyID      rbac.CompanyID
	ID             id.Of[Signal]
	RegionPath     string
	OversightLine  int16
	Rule           Rule
	RuleVersion    string
	Subject        string
	CheckStartedOn day.Date // zero: about the company
	CheckID        *int64
	PointID        *int64
	PointName      string
	StaffID        *int64
	PersonName     string
	UnitID         *id.Of[id.Unit] // the database fills it
	HappenedOn     day.Date
	Figures        db.JSON[Figures]
	Photos         db.Ints // attachments
	State          State
	RaisedAt       time.Time
	DueOn          day.Date // last day to explain; zero: the holidays of the year are not published yet
	RemindOn       day.Date // zero: no reminder will come
	Explanation    string
	AttachmentIDs  db.Ints
	ExplainedAt    *time.Time
	ExplainedBy    *int64
	ExplainedName  string
	OpenedAt       *time.Time // regulators of the area see it from here on
	Outcome        Outcome
	OutcomeNote    string
	OutcomeAt      *time.Time
	OutcomeName    string
}

// newSignal makes a signal of what a rule saw in a record.
func newSignal(r Rules, c Record, f Finding, cal *calendar.Calendar, now time.Time) (Signal, error) {
	s := Signal{
		CompanyID: c.CompanyID, RegionPath: c.RegionPath, OversightLine: c.OversightLine, Rule: f.Rule, RuleVersion: r.Version, Subject: f.Subject,
		CheckStartedOn: c.StartedOn, PointName: c.PointName, StaffID: c.StaffID, PersonName: c.PersonName, HappenedOn: c.StartedOn,
		Figures: db.JSON[Figures]{V: f.Figures}, Photos: ints(f.Photos), AttachmentIDs: db.Ints{}, State: Raised, RaisedAt: now,
	}
	s.CheckID, s.PointID = reference(int64(c.CheckID)), reference(int64(c.PointID))
	if s.HappenedOn.IsZero() {
		s.HappenedOn = day.In(now, day.Shanghai)
	}
	return s, s.term(r, cal, day.In(now, day.Shanghai))
}

// term sets the last day to explain, counted from the day the company is told of it, and that of the
// reminder. Through a year whose holidays are not
// published no term is counted: there is none until they are, and nobody but the company sees it.
func (s *Signal) term(r Rules, cal *calendar.Calendar, from day.Date) error {
	due, err := cal.Add(from, r.TermDays)
	if missing := (calendar.MissingYearError{}); errors.As(err, &missing) {
		return nil
	}
	if err != nil {
		return err
	}
	remind, err := cal.Add(due, -r.RemindDays)
	s.DueOn, s.RemindOn = due, remind
	return err
}

// maxExplanation is how many characters an explanation may have.
const maxExplanation = 2000

// explain answers s. Errors: ErrExplained, ErrExplanation.
func (s *Signal) explain(said string, files []id.Of[id.Attachment], a rbac.Actor, now time.Time) error {
	said = strings.TrimSpace(said)
	switch {
	case s.ExplainedAt != nil:
		return ErrExplained
	case said == "", len([]rune(said)) > maxExplanation:
		return ErrExplanation.At("body.explanation")
	}
	all := ints(files)
	slices.Sort(all)
	s.State, s.Explanation, s.AttachmentIDs, s.ExplainedAt, s.ExplainedBy, s.ExplainedName = Explained, said, slices.Compact(all), &now, reference(int64(a.PersonID)), a.Name
	s.RemindOn = day.Date{}
	return nil
}

// late reports whether it was explained after the term.
func (s Signal) late() bool {
	return s.ExplainedAt != nil && !s.DueOn.IsZero() && day.In(*s.ExplainedAt, day.Shanghai).After(s.DueOn)
}

// note writes what a regulator thinks of s, over what was noted before. Errors: ErrOutcome.
func (s *Signal) note(o Outcome, said string, a rbac.Actor, now time.Time) error {
	if o != Seen && o != NoConcern {
		return ErrOutcome.At("body.outcome")
	}
	s.Outcome, s.OutcomeNote, s.OutcomeAt, s.OutcomeName = o, strings.TrimSpace(said), &now, a.Name
	return nil
}

// left counts the working days that remain, today included; negative: none.
func (s Signal) left(cal *calendar.Calendar, today day.Date) int {
	if s.DueOn.IsZero() || s.DueOn.Before(today) {
		return -1
	}
	n := 0
	for d := today; !d.After(s.DueOn); d = d.AddDays(1) {
		if cal.Working(d) {
			n++
		}
	}
	return n
}
