// Package grading leads an application for a standardization level (定级申请) from the company's own evaluation
// to the announcement, by the measures of 应急〔2021〕83号.
//
// Source: 企业安全生产标准化建设定级办法（应急〔2021〕83号）; who awards which level, every time limit and every
// condition are data with their source in library/profiles@….yaml.
package grading

import (
	"fmt"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// State is where an application stands. Overdue is computed, not a state.
type State string

// States.
const (
	Draft        State = "draft"         // the self-evaluation is published; the company prepares
	Submitted    State = "submitted"     // with the organizing unit (组织单位)
	Correction   State = "correction"    // the company was told, once, what is missing
	Accepted     State = "accepted"      // taken (受理); the conditions are checked
	Confirmed    State = "confirmed"     // the authority (定级部门) lets it go on to the site review
	Rejected     State = "rejected"      // with reasons in writing
	SiteReported State = "site_reported" // the review found nothing to mend
	Rectifying   State = "rectifying"    // the company mends what the review found (不符合项)
	RectifyCheck State = "rectify_check" // the review team checks that
	Listed       State = "listed"        // on the list of those to be made public
	Publicity    State = "publicity"     // public (公示); anybody may object
	Objection    State = "objection"     // somebody did (异议); the authority verifies
	Achieved     State = "granted"       // announced (公告)
	NotPassed    State = "not_passed"
	Terminated   State = "terminated_false" // what the company committed itself to was untrue
	Withdrawn    State = "withdrawn"
)

// States lists them in their order.
var States = []State{Draft, Submitted, Correction, Accepted, Confirmed, Rejected, SiteReported, Rectifying, RectifyCheck, Listed, Publicity, Objection, Achieved, NotPassed, Terminated, Withdrawn}

// Over reports whether nothing follows a state.
func (s State) Over() bool {
	return slices.Contains([]State{Rejected, Achieved, NotPassed, Terminated, Withdrawn}, s)
}

// Kinds of application.
const (
	First   = "first"
	Renewal = "renewal" // 复评、换证
)

// Application is a company's application for a level. Names and texts are snapshots of the time they were written.
type Application struct {
	ID                   id.Of[id.Application]
	CompanyID            rbac.CompanyID
	RegionPath           string
	OversightLine        int16
	CompanyName          string
	CompanyCode          string
	Kind                 string
	RenewsID             *id.Of[id.Award]
	Direct               bool
	Profile              string
	ProfileVersion       string
	Level                string
	TakeReached          bool
	RubricID             id.Of[id.Rubric]
	SelfID               id.Of[id.Evaluation]
	Snapshot             db.JSON[Evaluation]
	Conditions           db.JSON[[]Condition]
	OrganizerLevel       Rank
	AuthorityLevel       Rank
	OrganizerUnit        string
	OrganizerAgencyID    *id.Of[id.Organisation]
	AuthorityUnit        string
	SignatureID          *id.Of[id.Attachment]
	SignedBy             string
	SignedOn             day.Date
	State                State
	SinceOn              day.Date
	DueOn                day.Date
	DueSide              Side
	DueMissing           int16
	EscalatedTo          Rank
	SubmittedOn          day.Date
	ReceivedOn           day.Date
	Corrections          db.Texts
	Corrected            bool
	AcceptedOn           day.Date
	Silent               bool
	EndorsedOn           day.Date
	ConfirmedOn          day.Date
	ReviewOrganisationID *id.Of[id.Organisation]
	ReviewUnit           string
	SiteFrom             day.Date
	SiteUntil            day.Date
	ReviewID             *id.Of[id.Evaluation]
	SiteReportedOn       day.Date
	Reached              string
	ReviewScore          int32 // hundredths; -1: none
	Conclusion           string
	RectifyDueOn         day.Date
	Extensions           int16
	ExtensionAskedOn     day.Date
	ExtensionDays        int16 // working days
	RectifiedOn          day.Date
	CheckedOn            day.Date
	ListedOn             day.Date
	PublicFrom           day.Date
	PublicUntil          day.Date
	PublicAt             string
	Objections           int32
	ObjectionsOpen       int32
	ObjectionsUpheld     int32
	AnnouncedOn          day.Date
	NoticeNo             string
	EndReason            string
	EndedOn              day.Date
	BarredUntil          day.Date
	Steps                int32
	ChangedAt            time.Time
}

// Number is how the application is cited, e.g. DJ000042.
func (a Application) Number() string { return fmt.Sprintf("DJ%06d", int64(a.ID)) }

// Form returns the profile the application was made under.
func (a Application) Form() Profile {
	p, _ := ProfileOf(a.Profile, a.ProfileVersion)
	return p
}

// Late reports whether the term that runs ended before today.
func (a Application) Late(today day.Date) bool { return !a.DueOn.IsZero() && a.DueOn.Before(today) }

// Step is one transition, written once and never changed.
type Step struct {
	ID             id.Of[Step]
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	ApplicationID  id.Of[id.Application]
	N              int32
	Event          Event
	FromState      State
	ToState        State
	At             time.Time
	HappenedOn     day.Date
	Side           Side
	PersonID       *id.Of[id.Person]
	OrganisationID *id.Of[id.Organisation]
	ActorName      string
	Organisation   string
	Note           string
	Detail         db.JSON[Detail]
	Files          db.Ints
}

// Detail is what a step decided; empty where it did not.
type Detail struct {
	Level    string   `json:"level,omitempty"`
	DueOn    string   `json:"dueOn,omitempty"`
	From     string   `json:"from,omitempty"`
	Until    string   `json:"until,omitempty"`
	Unit     string   `json:"unit,omitempty"`
	Notice   string   `json:"notice,omitempty"`
	List     []string `json:"list,omitempty"`
	Score    int32    `json:"score,omitempty" doc:"hundredths"`
	Days     int16    `json:"days,omitempty" doc:"working days"`
	Issues   int      `json:"issues,omitempty"`
	To       Rank     `json:"to,omitempty" doc:"level that a late step is passed up to"`
	Late     bool     `json:"late,omitempty"`
	Direct   bool     `json:"direct,omitempty"`
	Verdict  string   `json:"verdict,omitempty"`
	Conflict bool     `json:"conflict,omitempty"`
}

// Evaluation is what is known of an evaluation, frozen with the application.
type Evaluation struct {
	ID             id.Of[id.Evaluation] `json:"id"`
	CompanyID      rbac.CompanyID       `json:"-"`
	Kind           string               `json:"kind,omitempty"`
	RubricID       id.Of[id.Rubric]     `json:"rubricId"`
	Year           int                  `json:"year"`
	State          string               `json:"state"`
	FinishedOn     day.Date             `json:"finishedOn"`
	PublishedFrom  day.Date             `json:"publishedFrom"`
	PublishedUntil day.Date             `json:"publishedUntil"`
	Score          int                  `json:"score" doc:"hundredths; -1: none"`
	Exact          string               `json:"exact"`
	Official       string               `json:"official"`
	Level          string               `json:"level"`
	LevelName      string               `json:"levelName"`
	Reasons        []string             `json:"reasons"`
	Unknown        []string             `json:"unknown"`
}

// Member is one of the review team, with what he declares about the company.
type Member struct {
	ID             id.Of[Member]
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	ApplicationID  id.Of[id.Application]
	OrganisationID id.Of[id.Organisation]
	Name           string
	Leads          bool
	DeclaredOn     day.Date
	Conflict       bool
	Statement      string
	EndedOn        day.Date
}

// Issue is one thing the review found wrong (不符合项).
type Issue struct {
	ID             id.Of[Issue]
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	ApplicationID  id.Of[id.Application]
	OrganisationID id.Of[id.Organisation]
	N              int16
	ItemCode       string
	What           string
	Demand         string
	Measure        string
	Files          db.Ints
	DoneOn         day.Date
	Passed         *bool // by the check
	Verdict        string
}

// Protest is an objection raised while a result is public (公示异议).
type Protest struct {
	ID            id.Of[Protest]
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	ApplicationID id.Of[id.Application]
	At            time.Time
	Text          string
	Name          string
	Contact       string
	Origin        string
	Verdict       string
	Finding       string
	VerifiedOn    day.Date
	VerifiedBy    string
}

// Verdicts about an objection.
const (
	Upheld    = "upheld"
	Dismissed = "dismissed"
)

// ErrNow answers a step that the state does not allow, by the state found and since when: who comes second learns
// what happened.
var ErrNow = func() map[State]*fault.Error {
	out := map[State]*fault.Error{}
	for _, s := range States {
		out[s] = fault.New(fault.Conflict, "grading.now-"+dashed(string(s)))
	}
	return out
}()

// Faults.
var (
	ErrSide         = fault.New(fault.Forbidden, "grading.side")
	ErrOpen         = fault.New(fault.Conflict, "grading.open-already")
	ErrEvaluation   = fault.New(fault.Conflict, "grading.evaluation")
	ErrPublication  = fault.New(fault.Conflict, "grading.publication")
	ErrLevel        = fault.New(fault.Invalid, "grading.level")
	ErrBarred       = fault.New(fault.Conflict, "grading.barred")
	ErrDishonest    = fault.New(fault.Conflict, "grading.dishonest")
	ErrConditions   = fault.New(fault.Conflict, "grading.conditions")
	ErrUnsigned     = fault.New(fault.Conflict, "grading.unsigned")
	ErrSignature    = fault.New(fault.Invalid, "grading.signature")
	ErrBlank        = fault.New(fault.Invalid, "grading.blank")
	ErrOnce         = fault.New(fault.Conflict, "grading.once")
	ErrTooLate      = fault.New(fault.Conflict, "grading.too-late")
	ErrTooEarly     = fault.New(fault.Conflict, "grading.too-early")
	ErrEndorsed     = fault.New(fault.Conflict, "grading.endorsed-already")
	ErrNotEndorsed  = fault.New(fault.Conflict, "grading.not-endorsed")
	ErrAgency       = fault.New(fault.Invalid, "grading.agency")
	ErrInterest     = fault.New(fault.Conflict, "grading.interest")
	ErrOrganizes    = fault.New(fault.Conflict, "grading.organizes")
	ErrDays         = fault.New(fault.Invalid, "grading.days")
	ErrTeam         = fault.New(fault.Invalid, "grading.team")
	ErrUndeclared   = fault.New(fault.Conflict, "grading.undeclared")
	ErrConflicted   = fault.New(fault.Conflict, "grading.conflicted")
	ErrReview       = fault.New(fault.Conflict, "grading.review")
	ErrReviewOpen   = fault.New(fault.Conflict, "grading.review-open")
	ErrUnmended     = fault.New(fault.Conflict, "grading.unmended")
	ErrIssue        = fault.New(fault.Invalid, "grading.issue")
	ErrObjections   = fault.New(fault.Conflict, "grading.objections-open")
	ErrNoneUpheld   = fault.New(fault.Conflict, "grading.none-upheld")
	ErrVerified     = fault.New(fault.Conflict, "grading.verified-already")
	ErrNotPublic    = fault.New(fault.Conflict, "grading.not-public")
	ErrTooMany      = fault.New(fault.TooMany, "grading.too-many")
	ErrCalendar     = fault.New(fault.Conflict, "grading.calendar")
	ErrRenewal      = fault.New(fault.Conflict, "grading.renewal")
	ErrNotAvailable = fault.New(fault.Conflict, "grading.not-available")
)
