package performance

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// State is where an assessment stands.
type State string

// States.
const (
	Draft     State = "draft"     // computed; the superior may adjust it
	Confirmed State = "confirmed" // by the superior
	Published State = "published" // the person sees it and may appeal
	Appealed  State = "appealed"
	Final     State = "final" // decided, or not appealed in time
)

// Event is a step of an assessment.
type Event string

// Events.
const (
	Computed Event = "compute"
	Adjust   Event = "adjust"
	Confirm  Event = "confirm"
	Publish  Event = "publish"
	Appeal   Event = "appeal"
	Uphold   Event = "uphold"  // the appeal is right
	Dismiss  Event = "dismiss" // it is not
	Lapse    Event = "lapse"   // nobody appealed in time
)

// Round assesses a company over one period.
type Round struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Round]
	RegionPath    string
	OversightLine int16
	Frequency     Frequency
	Period        string
	FromOn        day.Date
	UntilOn       day.Date
	RuleVersion   string
	MadeName      string
	MadeAt        time.Time
	ComputedAt    time.Time
}

// Assessment is one person's result in a round.
type Assessment struct {
	CompanyID        rbac.CompanyID
	ID               id.Of[id.Assessment]
	RegionPath       string
	OversightLine    int16
	RoundID          id.Of[Round]
	StaffID          id.Of[id.Staff]
	StaffName        string
	PostName         string
	UnitID           *id.Of[id.Unit] // at the period's end
	UnitName         string
	State            State
	Raw              *int // hundredths, before deductions; nil: nothing was due
	Score            *int // hundredths
	Grade            Grade
	RuleVersion      string
	Working          string // canonical JSON of a Working
	WorkingHash      string // SHA-256 of it
	AssessorStaffID  *id.Of[id.Staff]
	AssessorPersonID *id.Of[id.Person]
	AssessorName     string
	PublishedAt      *time.Time
	AppealUntil      day.Date
	Steps            int32
	ChangedAt        time.Time
}

// Step is something that became of an assessment, written once.
type Step struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Step]
	RegionPath    string
	OversightLine int16
	AssessmentID  id.Of[id.Assessment]
	N             int32
	Event         Event
	FromState     State
	ToState       State
	Score         *int // after it
	Note          string
	At            time.Time
	PersonID      *id.Of[id.Person]
	ActorName     string
}

// Reward is a reward or penalty (奖惩记录).
type Reward struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Reward]
	RegionPath    string
	OversightLine int16
	StaffID       id.Of[id.Staff]
	StaffName     string
	UnitID        *id.Of[id.Unit]
	Kind          string // reward, penalty
	AmountFen     fen.Amount
	Basis         string
	DecidedOn     day.Date
	AssessmentID  *id.Of[id.Assessment]
	ByPersonID    id.Of[id.Person]
	ByName        string
	At            time.Time
	RevokedOn     day.Date
	RevokedReason string
}

// Setting is how often a company assesses whom. A longer period covers whom a shorter one does:
// a quarterly round that assesses departments assesses the teams, too.
type Setting struct {
	CompanyID       rbac.CompanyID
	RegionPath      string
	OversightLine   int16
	TeamEvery       Frequency
	DepartmentEvery Frequency
	PersonEvery     Frequency
	AppealDays      int // working days
	ChangedAt       time.Time
	ChangedName     string
}

func (r *Rules) setting(home rbac.Home) Setting {
	a := r.Assess
	return Setting{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, TeamEvery: a.Team, DepartmentEvery: a.Department,
		PersonEvery: a.Person, AppealDays: a.AppealDays,
	}
}

var length = map[Frequency]int{Monthly: 1, Quarterly: 3, HalfYearly: 6, Yearly: 12}

// assesses reports whether a round of frequency f assesses the people of a kind of unit.
func (s Setting) assesses(f Frequency, unitKind string) bool {
	if length[f] >= length[s.PersonEvery] {
		return true
	}
	switch unitKind {
	case "team":
		return length[f] >= length[s.TeamEvery]
	case "department", "workshop":
		return length[f] >= length[s.DepartmentEvery]
	}
	return false
}

// due lists the frequencies that the setting has rounds of.
func (s Setting) due() []Frequency {
	out := []Frequency{s.TeamEvery, s.DepartmentEvery, s.PersonEvery}
	slices.Sort(out)
	return slices.Compact(out)
}

// file is an assessment in somebody's hands: its row, and what this transaction adds.
type file struct {
	Assessment
	work  Working
	added []Step
	by    rbac.Actor
	now   time.Time
}

// open reads the working of a.
func open(a Assessment, by rbac.Actor, now time.Time) (*file, error) {
	w, err := readWorking(a.Working)
	if err != nil {
		return nil, fmt.Errorf("performance: working of %s: %w", a.ID, err)
	}
	return &file{Assessment: a, work: w, by: by, now: now}, nil
}

func (f *file) in(states ...State) error {
	if !slices.Contains(states, f.State) {
		return ErrNow[f.State]
	}
	return nil
}

// own reports whether the assessment is about who acts.
func (f *file) own() bool { return f.by.StaffID != 0 && f.StaffID == f.by.StaffID }

// step moves to a state and notes it.
func (f *file) step(e Event, to State, note string) {
	f.Steps++
	s := Step{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, AssessmentID: f.ID, N: f.Steps, Event: e, FromState: f.State,
		ToState: to, Score: f.Score, Note: strings.TrimSpace(note), At: f.now, ActorName: f.by.Name,
	}
	if f.by.PersonID != 0 {
		s.PersonID = &f.by.PersonID
	}
	f.added = append(f.added, s)
	f.State, f.ChangedAt = to, f.now
}

// compute works the score out anew.
func (f *file) compute() error {
	r, err := rulesOf(f.RuleVersion)
	if err != nil {
		return err
	}
	res := f.work.Compute(r)
	f.Raw, f.Score, f.Grade = res.Raw, res.Score, res.Grade
	f.Working, f.WorkingHash = f.work.canonical()
	return nil
}

// confirm is the superior's word for the score. Errors: ErrNow, ErrOwn.
func (f *file) confirm() error {
	if err := f.in(Draft); err != nil {
		return err
	}
	if f.own() {
		return ErrOwn
	}
	f.AssessorPersonID, f.AssessorName = &f.by.PersonID, f.by.Name
	if f.by.StaffID != 0 {
		f.AssessorStaffID = &f.by.StaffID
	}
	f.step(Confirm, Confirmed, "")
	return nil
}

// publish shows the score to the person, who may appeal for some working days. Errors: ErrNow.
func (f *file) publish(appealDays int) error {
	if err := f.in(Confirmed); err != nil {
		return err
	}
	f.PublishedAt, f.AppealUntil = &f.now, calendar.China().Ahead(day.In(f.now, day.Shanghai), appealDays)
	f.step(Publish, Published, "")
	return nil
}

// appeal is the person's own. Errors: ErrNotYours, ErrNow, ErrAppealOver, ErrBlank.
func (f *file) appeal(reason string) error {
	if !f.own() {
		return ErrNotYours
	}
	if err := f.in(Published); err != nil {
		return err
	}
	if day.In(f.now, day.Shanghai).After(f.AppealUntil) {
		return ErrAppealOver
	}
	if strings.TrimSpace(reason) == "" {
		return ErrBlank.At("body.reason")
	}
	f.step(Appeal, Appealed, reason)
	return nil
}

// Decision is what becomes of an appeal.
type Decision struct {
	Upheld     bool          `json:"upheld"`
	Reason     string        `json:"reason" minLength:"1" maxLength:"1000"`
	Adjustment *Adjustment   `json:"adjustment,omitempty" doc:"where upheld: the superior's part as it stands from now on"`
	Excuse     []id.Of[Task] `json:"excuse,omitempty" maxItems:"50" nullable:"false" doc:"where upheld: tasks left out of the score"`
	Done       []id.Of[Task] `json:"done,omitempty" maxItems:"50" nullable:"false" doc:"where upheld: tasks that count as done in time"`
}

// decide ends an appeal; whoever confirmed the score, or appealed, does not.
// Errors: ErrNow, ErrOwnDecision, ErrBlank and those of adjust.
func (f *file) decide(d Decision) error {
	if err := f.in(Appealed); err != nil {
		return err
	}
	if f.own() || (f.AssessorPersonID != nil && *f.AssessorPersonID == f.by.PersonID) {
		return ErrOwnDecision
	}
	if strings.TrimSpace(d.Reason) == "" {
		return ErrBlank.At("body.reason")
	}
	if !d.Upheld {
		f.step(Dismiss, Final, d.Reason)
		return nil
	}
	for _, c := range []struct {
		tasks []id.Of[Task]
		to    Status
	}{{d.Excuse, Excused}, {d.Done, Done}} {
		for i := range f.work.Cells {
			for n := range f.work.Cells[i].Tasks {
				if t := &f.work.Cells[i].Tasks[n]; slices.Contains(c.tasks, t.ID) {
					t.Status, t.Excuse = c.to, strings.TrimSpace(d.Reason)
				}
			}
		}
	}
	var err error
	if d.Adjustment != nil {
		err = f.amend(*d.Adjustment)
	} else {
		err = f.compute()
	}
	if err != nil {
		return err
	}
	f.step(Uphold, Final, d.Reason)
	return nil
}
