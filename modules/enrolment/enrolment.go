// Package enrolment says which companies must be in standardization (六个一律), since when and by which
// rule, gives each its notice (告知书), and keeps targets by area, the claims for rewards (标准化奖励) and the
// assessments by the authorities: the duty of small firms (主体责任达标) and the classes A to D (分类分级).
//
// Sources: the city's plan of 2012 to 2014 (six groups, targets, amounts), 安全生产法 art. 62 (graded
// supervision); what rests on memory is marked in library/*.yaml.
package enrolment

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults.
var (
	ErrReceived   = fault.New(fault.Conflict, "enrolment.received")
	ErrTarget     = fault.New(fault.Invalid, "enrolment.target")
	ErrArea       = fault.New(fault.Forbidden, "enrolment.area")
	ErrFrom       = fault.New(fault.Invalid, "enrolment.from")
	ErrFromTaken  = fault.New(fault.Conflict, "enrolment.from-taken")
	ErrNoAward    = fault.New(fault.Conflict, "enrolment.no-award")
	ErrNoRate     = fault.New(fault.Conflict, "enrolment.no-rate")
	ErrClaimed    = fault.New(fault.Conflict, "enrolment.claimed")
	ErrState      = fault.New(fault.Conflict, "enrolment.state")
	ErrReason     = fault.New(fault.Invalid, "enrolment.reason")
	ErrSame       = fault.New(fault.Forbidden, "enrolment.same-person")
	ErrPaidOn     = fault.New(fault.Invalid, "enrolment.paid-on")
	ErrUnderWay   = fault.New(fault.Conflict, "enrolment.under-way")
	ErrStaff      = fault.New(fault.Conflict, "enrolment.staff")
	ErrNoTable    = fault.New(fault.Conflict, "enrolment.no-table")
	ErrUnscored   = fault.New(fault.Conflict, "enrolment.unscored")
	ErrResult     = fault.New(fault.Invalid, "enrolment.result")
	ErrAppealed   = fault.New(fault.Conflict, "enrolment.appealed")
	ErrNoAppeal   = fault.New(fault.Conflict, "enrolment.no-appeal")
	ErrPublished  = fault.New(fault.Conflict, "enrolment.published")
	ErrNotCounted = fault.New(fault.Invalid, "enrolment.too-wide")
)

// Stages of a company that must join.
const (
	None    = "none"    // has done nothing
	Applied = "applied" // an application is under way
	Holds   = "held"    // holds a level
)

// Notice tells a company that it must join, and by which rules.
type Notice struct {
	CompanyID        rbac.CompanyID
	ID               id.Of[Notice]
	RegionPath       string
	OversightLine    int16
	Area             string // that gives it and numbers it
	NumberYear       int16
	NumberSeq        int32
	RuleVersion      string
	Rules            db.Texts
	IssuedOn         day.Date
	ReceivedAt       *time.Time
	ReceivedBy       string
	ReceivedPersonID *id.Of[id.Person]
}

// Enrolment is one rule that holds for one company, or held.
type Enrolment struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Enrolment]
	RegionPath    string
	OversightLine int16
	Rule          string
	RuleVersion   string
	Since         day.Date
	Facts         db.JSON[[]Fact]
	NoticeID      id.Of[Notice]
	EndedOn       day.Date
	EndFacts      db.JSON[[]Fact]
}

// Firm is a company that must join, as the list shows it.
type Firm struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	Name          string
	Rules         db.Texts // that hold
	Since         day.Date
	Stage         string
	Level         string // held
	LevelUntil    day.Date
	JudgedAt      time.Time
}

// Counter is the last number of a notice in an area and a year.
type Counter struct {
	Area string
	Year int16
	Last int32
}

// Target of an area: companies at a level by the end of the year, or the share of small firms that pass.
type Target struct {
	ID      id.Of[Target]
	Area    string
	Kind    string // standardization, duty
	Year    int16
	Value   int32 // companies; hundredths of a percent for duty
	Basis   string
	ByName  string
	SetAt   time.Time
	EndedAt *time.Time
}

// Rate is what a level earns in an area.
type Rate struct {
	ID         id.Of[Rate]
	Area       string
	Level      string // 1, 2, 3, pass
	AmountFen  fen.Amount
	ValidFrom  day.Date
	ValidUntil day.Date
	Basis      string
	ByName     string
	SetAt      time.Time
}

// ClaimState is how far a claim has come.
type ClaimState string

// States of a claim.
const (
	Claimed  ClaimState = "claimed"
	Returned ClaimState = "returned" // to be mended by the company
	Checked  ClaimState = "checked"  // by town or county
	Approved ClaimState = "approved" // by the city's finance
	Paid     ClaimState = "paid"
	Refused  ClaimState = "refused"
)

// Claim is a company's for the reward of one level.
type Claim struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Claim]
	RegionPath    string
	OversightLine int16
	CompanyName   string
	Level         string
	AwardID       id.Of[id.Award]
	CertificateNo string
	AwardedOn     day.Date
	AmountFen     fen.Amount
	RateArea      string
	RateBasis     string
	AccountName   string
	Bank          string
	AccountNo     string
	Files         db.Ints
	State         ClaimState
	Reason        string
	ClaimedAt     time.Time
	ClaimedBy     string
	CheckedAt     *time.Time
	CheckedBy     string
	CheckerID     *id.Of[id.Person]
	CheckNote     string
	DecidedAt     *time.Time
	DecidedBy     string
	PaidOn        day.Date
	PaidBy        string
	Voucher       string
}

// Assessment is what an authority found of a company: duty passed or not, or a class.
type Assessment struct {
	CompanyID      rbac.CompanyID
	ID             id.Of[Assessment]
	RegionPath     string
	OversightLine  int16
	CompanyName    string
	Kind           string // duty, class
	Year           int16
	Staff          *int32
	EvaluationID   *id.Of[id.Evaluation]
	RubricID       id.Of[id.Rubric]
	Rubric         string // title and version
	OrganisationID id.Of[id.Organisation]
	State          string // open, published, dropped
	StartedOn      day.Date
	StartedBy      string
	Score          int32 // hundredths; -1: not scored to the end
	Proposed       string
	Grounds        db.JSON[[]Fact]
	Decided        string
	Reason         string
	DecidedBy      string
	ValidFrom      day.Date
	ValidUntil     day.Date
	EndedOn        day.Date
	Appeal         string
	AppealedAt     *time.Time
	AppealedBy     string
	Answer         string
	AnsweredAt     *time.Time
	AnsweredBy     string
}
