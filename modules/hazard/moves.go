package hazard

import (
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// from lists the states each event may start in. Where it ends is decided beside its guard.
var from = map[Event][]State{
	Register:  {""},
	Grade:     {Registered, Graded, Assigned, PlanFiled, Rectifying, ExtensionPending},
	Assign:    {Graded, Assigned, PlanFiled, Rectifying, ExtensionPending},
	Start:     {Assigned, PlanFiled},
	Fix:       {Graded, Rectifying, ExtensionPending},
	Accept:    {AwaitingAcceptance},
	Reject:    {AwaitingAcceptance, SelfEvaluated},
	AskReview: {Accepted, SelfEvaluated},
	Cancel:    {Accepted},
	Pass:      {UnderReview},
	Fail:      {UnderReview},

	AskExtension: {Rectifying},
	Extend:       {ExtensionPending},
	AskVoid:      {Registered, Graded, Assigned, PlanFiled, Rectifying, AwaitingAcceptance},
	Void:         {Registered, Graded, Assigned, PlanFiled, Rectifying, AwaitingAcceptance},
	AskTransfer:  {Registered, Graded, Assigned, PlanFiled, Rectifying, AwaitingAcceptance, SelfEvaluated, UnderReview},
	Transfer:     {Registered, Graded, Assigned, PlanFiled, Rectifying, AwaitingAcceptance, SelfEvaluated, UnderReview},
	Refuse:       Open,
	Restore:      {""},

	ReportUp:     {Graded, Assigned, PlanFiled, Rectifying},
	Congress:     {Graded, Assigned, PlanFiled, Rectifying, ExtensionPending, AwaitingAcceptance, SelfEvaluated, UnderReview, Cancelled},
	StopWork:     {Graded, Assigned, PlanFiled, Rectifying, ExtensionPending, AwaitingAcceptance, SelfEvaluated, UnderReview},
	FilePlan:     {Assigned, PlanFiled, Rectifying, ExtensionPending},
	Progress:     {PlanFiled, Rectifying, ExtensionPending, AwaitingAcceptance, SelfEvaluated, UnderReview},
	SelfEvaluate: {AwaitingAcceptance},
	Resume:       {Cancelled},
}

// Who acts, as the guards know him.
type Who struct {
	Kind         rbac.Kind
	Person       id.Of[id.Person]
	Staff        id.Of[id.Staff]
	Organisation id.Of[id.Organisation]
	Name         string
	Leads        bool // may assign, and so may record what the owner did
}

// same reports whether two are one human: by login or by staff row.
func (w Who) same(person *id.Of[id.Person], staff *id.Of[id.Staff]) bool {
	return (person != nil && *person != 0 && *person == w.Person) || (staff != nil && *staff != 0 && *staff == w.Staff)
}

// Member is a person of the company, as the staff register knows him.
type Member struct {
	ID     id.Of[id.Staff]
	Person id.Of[id.Person] // login; 0 for none
	Name   string
	Unit   string
}

// file is a hazard in somebody's hands: its row, its past, and what this transaction adds.
type file struct {
	Hazard
	past  []Step
	added []Entry
	by    Who
	now   time.Time
}

func (f *file) today() day.Date { return day.In(f.now, day.Shanghai) }

// may refuses an event that the state does not allow.
func (f *file) may(e Event) error {
	if !slices.Contains(from[e], f.State) {
		return f.stands()
	}
	return nil
}

// stands answers an event that the state does not allow: the state found, and since when.
func (h Hazard) stands() error {
	return ErrNow[h.State].With("when", h.ChangedAt.In(day.Shanghai).Format("01-02 15:04"))
}

// step moves to a state and notes it.
func (f *file) step(e Event, to State, note string, photos []id.Of[id.Attachment], d Detail) {
	f.Steps++
	f.added = append(f.added, Entry{Photos: photos, Step: Step{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, HazardID: f.ID, N: f.Steps,
		Event: e, FromState: f.State, ToState: to, At: f.now, ActorKind: string(f.by.Kind), PersonID: some(f.by.Person), StaffID: some(f.by.Staff),
		OrganisationID: some(f.by.Organisation), ActorName: f.by.Name, OwnerID: f.OwnerID, OwnerPersonID: f.OwnerPersonID,
		Note: strings.TrimSpace(note), Detail: db.JSON[Detail]{V: d},
	}})
	f.State, f.ChangedAt = to, f.now
	if f.Closed() {
		f.settleAsked()
	}
}

func some[T ~int64](n T) *T {
	if n == 0 {
		return nil
	}
	return &n
}

// history is every step so far, those of this transaction too.
func (f *file) history() []Step {
	all := slices.Clone(f.past)
	for _, e := range f.added {
		all = append(all, e.Step)
	}
	return all
}

// Grading is the human decision on a hazard's level and category.
type Grading struct {
	Level    Level  `json:"level" enum:"general,major"`
	Category string `json:"category" maxLength:"3" pattern:"^[AB][0-9]{2}$" doc:"second-level category of the taxonomy"`
	Cause    int16  `json:"cause,omitempty" minimum:"0" maximum:"3" doc:"1 act of people, 2 state of things, 3 gap in management"`
	Reason   string `json:"reason,omitempty" maxLength:"500" doc:"required where the level differs from the suggestion or from the grading before"`
}

// grade sets level and category. A level other than suggested, or other than before, needs a
// reason; a major hazard becomes general again only by a second person's decision, because
// that frees it from the regulator's review. What becomes major is reported to the regulator in
// the same step. Errors: ErrCategory, ErrReason, ErrOwnDowngrade.
func (f *file) grade(g Grading) error {
	if err := f.may(Grade); err != nil {
		return err
	}
	if !Categories.Has(g.Category) {
		return ErrCategory.At("body.category")
	}
	before := f.Level
	if before == Ungraded {
		before = f.SuggestedLevel
	}
	if before != Ungraded && before != g.Level && strings.TrimSpace(g.Reason) == "" {
		return ErrReason.At("body.reason")
	}
	if f.Level == Major && g.Level == General && f.gradedBy(f.by) {
		return ErrOwnDowngrade
	}
	to, dropped := f.State, ""
	if to == Registered || (f.Level == General && g.Level == Major) {
		to = Graded // what turns out to be major is assigned anew, with the five fixes
	}
	if f.State == ExtensionPending && to == Graded {
		dropped = f.overtaken()
	}
	risen := f.Level != Major && g.Level == Major
	f.Level, f.Category = g.Level, g.Category
	if g.Cause != 0 {
		f.Cause = g.Cause
	}
	f.step(Grade, to, g.Reason, nil, Detail{Level: g.Level, Category: g.Category, Dropped: dropped})
	if risen {
		f.reportUp()
	}
	return nil
}

// gradedBy reports whether w made the last grading.
func (f *file) gradedBy(w Who) bool {
	for _, s := range slices.Backward(f.history()) {
		if s.Event == Grade {
			return w.same(s.PersonID, s.StaffID)
		}
	}
	return false
}

// Assignment says who fixes a hazard, how, and by when: the five fixes (五落实) are
// responsibility, measures, funds, time and contingency.
type Assignment struct {
	OwnerID     id.Of[id.Staff] `json:"ownerId" doc:"member of staff who answers for the fix"`
	Deadline    day.Date        `json:"deadline,omitempty" required:"false" doc:"last day for the fix; kept where the hazard is only handed to another owner"`
	Measures    string          `json:"measures" minLength:"1" maxLength:"1000"`
	Goal        string          `json:"goal,omitempty" maxLength:"500" doc:"of the treatment"`
	Contingency string          `json:"contingency,omitempty" maxLength:"1000" doc:"what is done until it is fixed; required for a major hazard"`
	FundsFen    *fen.Amount     `json:"fundsFen,omitempty" minimum:"0" maximum:"100000000000" doc:"planned, in fen; required for a major hazard, may be 0"`
	Note        string          `json:"note,omitempty" maxLength:"500"`
	Level       Level           `json:"level,omitempty" enum:"general,major" doc:"grades in the same step a hazard that is not graded yet"`
	Category    string          `json:"category,omitempty" maxLength:"3" pattern:"^[AB][0-9]{2}$"`
	Reason      string          `json:"reason,omitempty" maxLength:"500" doc:"of a level other than suggested"`
}

// assign makes m the owner. A hazard already assigned only changes hands: its deadline moves
// by an approved extension, not by passing it on. All five fixes are required for a major hazard.
// Errors: ErrLevel, ErrBlank, ErrFiveFixes, ErrDeadline, ErrDeadlineKept.
func (f *file) assign(a Assignment, m Member) error {
	if f.State == Registered {
		if a.Level == Ungraded {
			return ErrLevel.At("body.level")
		}
		if err := f.grade(Grading{Level: a.Level, Category: a.Category, Reason: a.Reason}); err != nil {
			return err
		}
	}
	if err := f.may(Assign); err != nil {
		return err
	}
	if strings.TrimSpace(a.Measures) == "" {
		return ErrBlank.At("body.measures")
	}
	if f.Level == Major && (a.FundsFen == nil || strings.TrimSpace(a.Contingency) == "") {
		return ErrFiveFixes.At("body.contingency")
	}
	if err := f.setDeadline(a.Deadline); err != nil {
		return err
	}
	f.FixType, f.Measures, f.Goal, f.Contingency, f.FundsFen = ByDate, strings.TrimSpace(a.Measures), a.Goal, a.Contingency, a.FundsFen
	f.OwnerID, f.OwnerPersonID, f.OwnerName, f.OwnerUnit = some(m.ID), some(m.Person), m.Name, m.Unit
	to := Assigned
	if f.planned() { // only the owner changes, the signed plan stands
		to = PlanFiled
	}
	f.step(Assign, to, a.Note, nil, Detail{
		OwnerName: m.Name, OwnerUnit: m.Unit, Deadline: f.Deadline.String(), Measures: f.Measures, FundsFen: a.FundsFen, Dropped: f.overtaken(),
	})
	return nil
}

func (f *file) setDeadline(d day.Date) error {
	if f.State != Graded {
		if !d.IsZero() && d != f.Deadline {
			return ErrDeadlineKept.At("body.deadline")
		}
		return nil
	}
	if d.IsZero() || d.Before(f.today()) || d.After(f.today().AddYears(3)) {
		return ErrDeadline.At("body.deadline")
	}
	f.Deadline = d
	return nil
}

// start is the owner taking the work on; of a major hazard, once its treatment plan is signed.
// Errors: ErrPlan, ErrNotOwner.
func (f *file) start(note string) error {
	if err := f.may(Start); err != nil {
		return err
	}
	if !f.mine() {
		return ErrNotOwner
	}
	if f.unplanned() {
		return ErrPlan
	}
	f.step(Start, Rectifying, note, nil, Detail{})
	return nil
}

// mine reports whether the actor owns the fix or may record it for the owner.
func (f *file) mine() bool { return f.by.Leads || f.by.same(f.OwnerPersonID, f.OwnerID) }
