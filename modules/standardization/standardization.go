// Package standardization keeps the evaluations that are made of a company by a scoring table: its own yearly
// one (自评), the review on site (评审), and those of towns and counties (主体责任达标, 分类分级). Each is scored item
// by item with what was found, by whom and where; what it came to is kept to the byte together with
// the version of the table, so that scoring it again gives the same.
//
// The yearly duty, the group led by the principal and the days a report hangs inside the firm are of
// 《企业安全生产标准化建设定级办法》(应急〔2021〕83号); they are kept as data (rules.yaml).
package standardization

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Faults of this module.
var (
	// ErrNow: the evaluation is not in a state in which this can be done; {state} is its state.
	ErrNow = fault.New(fault.Conflict, "standardization.now")
	// ErrRubric: the table is not published for the company's area, or not for this kind of evaluation.
	ErrRubric = fault.New(fault.Invalid, "standardization.rubric")
	// ErrOpen: one by this table is under way.
	ErrOpen   = fault.New(fault.Conflict, "standardization.open")
	ErrYear   = fault.New(fault.Invalid, "standardization.year")
	ErrBlank  = fault.New(fault.Invalid, "standardization.blank")
	ErrDates  = fault.New(fault.Invalid, "standardization.dates")
	ErrFuture = fault.New(fault.Invalid, "standardization.future")
	// ErrLeader: the group is led by the principal, once.
	ErrLeader = fault.New(fault.Invalid, "standardization.leader")
	// ErrWorkers: the group has nobody who speaks for the workers.
	ErrWorkers = fault.New(fault.Invalid, "standardization.workers")
	ErrStaff   = fault.New(fault.Invalid, "standardization.staff-unknown")
	ErrItem    = fault.New(fault.NotFound, "standardization.item-unknown")
	// ErrNAReason: an item that does not apply needs a reason.
	ErrNAReason = fault.New(fault.Invalid, "standardization.na-reason")
	// ErrNARefused: the table lists what may be not applicable, and item {item} is not among it.
	ErrNARefused = fault.New(fault.Invalid, "standardization.na-refused")
	// ErrNAFindings: an item with findings applies.
	ErrNAFindings = fault.New(fault.Conflict, "standardization.na-findings")
	ErrRule       = fault.New(fault.Invalid, "standardization.rule-unknown")
	// ErrRuleAuto: the rule acts by itself.
	ErrRuleAuto = fault.New(fault.Invalid, "standardization.rule-auto")
	// ErrOnce: the fact is charged at item {item} already.
	ErrOnce = fault.New(fault.Conflict, "standardization.once")
	// ErrChanged: somebody else changed the item meanwhile.
	ErrChanged = fault.New(fault.Conflict, "standardization.changed")
	// ErrNotMine: the item is somebody else's.
	ErrNotMine   = fault.New(fault.Forbidden, "standardization.not-mine")
	ErrFact      = fault.New(fault.Invalid, "standardization.fact")
	ErrFactCause = fault.New(fault.Invalid, "standardization.fact-reason")
	// ErrUnfinished: {n} items are neither scored nor not applicable.
	ErrUnfinished = fault.New(fault.Conflict, "standardization.unfinished")
	// ErrNothing: no item applies, so there is no score.
	ErrNothing  = fault.New(fault.Conflict, "standardization.nothing-applicable")
	ErrFinding  = fault.New(fault.NotFound, "standardization.finding-unknown")
	ErrPlanned  = fault.New(fault.Conflict, "standardization.planned")
	ErrEvidence = fault.New(fault.Invalid, "standardization.evidence-unknown")
	// ErrDays: the report hangs {days} working days at least, until {until}.
	ErrDays     = fault.New(fault.Invalid, "standardization.days")
	ErrHolidays = fault.New(fault.Conflict, "standardization.holidays")
	ErrCompany  = fault.New(fault.Invalid, "standardization.company-needed")
	ErrNoPlan   = fault.New(fault.Conflict, "standardization.no-findings")
	ErrReport   = fault.New(fault.Conflict, "standardization.no-result")
)

// Kind is whose evaluation it is.
type Kind string

// Kinds.
const (
	Self   Kind = "self"   // 自评: the company's own
	Review Kind = "review" // 评审: a review agency's, on site
	Duty   Kind = "duty"   // 主体责任达标: a town's or county's
	Class  Kind = "class"  // 分类分级: a county's or city's
)

// purpose is what a table decides that this kind is scored by.
func (k Kind) purpose() scoring.Purpose {
	switch k {
	case Duty:
		return scoring.Duty
	case Class:
		return scoring.Class
	case Self, Review:
	}
	return scoring.Grading
}

// State is where an evaluation stands.
type State string

// States.
const (
	Draft     State = "draft"     // the group and the plan are being made
	Scoring   State = "scoring"   // items are answered
	Finished  State = "finished"  // signed; what it came to is frozen
	Published State = "published" // it hangs inside the firm (公示)
	Closed    State = "closed"    // laid aside, or over
)

// Evaluation is one scoring of a company by one version of a table.
type Evaluation struct {
	CompanyID      rbac.CompanyID
	ID             id.Of[id.Evaluation]
	RegionPath     string
	OversightLine  int16
	Kind           Kind
	RubricID       id.Of[id.Rubric]
	Year           int16
	Title          string
	State          State
	AgainstID      *id.Of[id.Evaluation]   // the self evaluation that a review looks at
	OrganisationID *id.Of[id.Organisation] // whose it is; nil: the company's
	MadeBy         string
	Team           db.JSON[[]Member]
	Plan           db.JSON[[]PlanStep]
	About          string
	Facts          db.JSON[[]Fact]
	PeriodFrom     day.Date // that the facts are of
	PeriodUntil    day.Date
	DueOn          day.Date
	StartedOn      day.Date
	FinishedOn     day.Date
	FinishedBy     string
	Conclusion     string
	Result         string // scoring.Result as JSON, to the byte
	Score          int    // hundredths; -1: none
	Exact          string
	Official       string
	Level          string
	LevelName      string
	Reasons        db.Texts
	Unknown        db.Texts
	PublishedFrom  day.Date
	PublishedUntil day.Date
	PublishedWhere string
	ClosedOn       day.Date
	ClosedNote     string
	ChangedAt      time.Time
}

// Parts that somebody has in the group.
const (
	Leader = "leader" // 组长
	Deputy = "deputy" // 副组长
	Other  = "member" // 组员
)

// Member is one of the group that evaluates (自评工作组); of a review the team on site.
type Member struct {
	StaffID id.Of[id.Staff] `json:"staffId" required:"false" doc:"of the company's staff; empty: from outside"`
	Name    string          `json:"name" minLength:"1" maxLength:"40"`
	Part    string          `json:"part" enum:"leader,deputy,member"`
	Worker  bool            `json:"worker" required:"false" doc:"speaks for the workers (从业人员代表)"`
	Duty    string          `json:"duty" required:"false" maxLength:"200" doc:"post, or what he looks at"`
}

// PlanStep is one step of the plan.
type PlanStep struct {
	What  string   `json:"what" minLength:"1" maxLength:"200"`
	Who   string   `json:"who" required:"false" maxLength:"100"`
	From  day.Date `json:"from"`
	Until day.Date `json:"until"`
}

// Fact is a figure of the safety performance: as the records have it, and as it counts.
type Fact struct {
	Fact   string      `json:"fact" minLength:"1" maxLength:"60" doc:"deaths, serious_injuries …"`
	Found  scoring.Num `json:"found" required:"false" readOnly:"true" doc:"as the records have it; empty: they have nothing"`
	Value  scoring.Num `json:"value" required:"false" maxLength:"22" doc:"that counts; empty: not known"`
	Reason string      `json:"reason" required:"false" maxLength:"300" doc:"why it is another than found"`
}

// facts are the figures that count.
func (e *Evaluation) facts() scoring.Facts {
	out := scoring.Facts{}
	for _, f := range e.Facts.V {
		if f.Value != "" {
			out[f.Fact] = f.Value
		}
	}
	return out
}

// States of an answer.
const (
	Open   = scoring.Open
	Scored = scoring.Scored
	NA     = scoring.NotApplicable
)

// Answer is one item of an evaluation.
type Answer struct {
	CompanyID     rbac.CompanyID
	ID            int64
	RegionPath    string
	OversightLine int16
	EvaluationID  id.Of[id.Evaluation]
	Kind          Kind
	ItemCode      string
	AssigneeID    *id.Of[id.Staff]
	AssigneeName  string
	DueOn         day.Date
	State         string
	Reason        string
	Note          string
	AnsweredAt    *time.Time
	AnsweredBy    string
	Version       int
}

// Finding is something that costs points, charged to one item.
type Finding struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Finding]
	RegionPath    string
	OversightLine int16
	EvaluationID  id.Of[id.Evaluation]
	Kind          Kind
	ItemCode      string
	Rules         db.Texts // that fire together
	Once          string
	Occurrences   int
	What          string
	Place         string
	Photos        db.Ints
	FoundOn       day.Date
	FoundBy       string
	OwnerID       *id.Of[id.Staff]
	DueOn         day.Date
	WithdrawnAt   *time.Time
	WithdrawnNote string
}

// Evidence is a record that shows how an item stands.
type Evidence struct {
	CompanyID     rbac.CompanyID
	ID            int64
	RegionPath    string
	OversightLine int16
	EvaluationID  id.Of[id.Evaluation]
	Kind          Kind
	ItemCode      string
	Source        string // sort of record; Uploaded: a file
	Ref           int64
	Title         string
	HappenedOn    day.Date
	Path          string
	Note          string
	AddedAt       time.Time
	AddedBy       string
	WithdrawnAt   *time.Time
}

// Uploaded is the source of evidence that is a file.
const Uploaded = "file"

// Rectification is what becomes of a finding.
type Rectification struct {
	CompanyID     rbac.CompanyID
	ID            int64
	RegionPath    string
	OversightLine int16
	EvaluationID  id.Of[id.Evaluation]
	FindingID     id.Of[id.Finding]
	HazardID      id.Of[id.Hazard]
	PlannedOn     day.Date
	PlannedBy     string
	MendedOn      day.Date
}

// answersOf puts what is kept of an evaluation into the shape a table scores: a finding hits every rule it names.
func answersOf(answers []Answer, findings []Finding) scoring.Answers {
	out := make(scoring.Answers, len(answers))
	for _, a := range answers {
		if a.State != Open {
			out[a.ItemCode] = scoring.Answer{NA: a.State == NA}
		}
	}
	for _, f := range findings {
		a, answered := out[f.ItemCode]
		if !answered || f.WithdrawnAt != nil {
			continue
		}
		if a.Hits == nil {
			a.Hits = map[string]int{}
		}
		for _, rule := range f.Rules {
			a.Hits[rule] += f.Occurrences
		}
		out[f.ItemCode] = a
	}
	return out
}
