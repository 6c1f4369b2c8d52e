// Package visit keeps the inspections that regulators make of companies (监督检查): the year's plan and its draw by lot
// (双随机), visits announced and unannounced (暗访, 四不两直), what they find, orders and notices of hazards that follow, and
// re-inspections (整改复查).
//
// Sources: Work Safety Law 2021 arts. 62 (graded supervision, yearly plan), 65 (measures on site), 68 (record, signatures or
// the refusal noted), 70 (power cut, 24 hours' notice); terms and shares are data (library/rules@*.yaml) with their sources.
package visit

import (
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// State is where a visit stands.
type State string

// States.
const (
	Planned   State = "planned"
	Underway  State = "underway" // the officers have set out
	Onsite    State = "onsite"
	Closed    State = "closed"
	Refused   State = "refused" // nobody let them in
	Cancelled State = "cancelled"
)

// States are all states of a visit, in the order in which they come.
var States = []State{Planned, Underway, Onsite, Closed, Refused, Cancelled}

// Kind is why a company is visited.
type Kind string

// Kinds.
const (
	Random    Kind = "random"    // 双随机
	KeyCheck  Kind = "key"       // 重点检查
	Special   Kind = "special"   // 专项检查
	Complaint Kind = "complaint" // 举报核查
)

// Kinds are all kinds of visits.
var Kinds = []Kind{Random, KeyCheck, Special, Complaint}

// Item is something looked at on site, chosen from the library of inspection items.
type Item struct {
	Code        string `json:"code" maxLength:"40"`
	Requirement string `json:"requirement" maxLength:"1000"`
	Clause      string `json:"clause,omitempty" maxLength:"300" doc:"legal basis, a reference"`
	Result      string `json:"result" enum:"open,ok,bad,na" doc:"open: not looked at yet"`
	Note        string `json:"note,omitempty" maxLength:"500"`
}

// Visit is one inspection of a company by a regulator.
type Visit struct {
	CompanyID        rbac.CompanyID
	ID               id.Of[id.Visit]
	RegionPath       string
	OversightLine    int16
	CompanyName      string
	OrganisationID   id.Of[id.Organisation]
	OrganisationName string
	Kind             Kind
	Announced        bool
	Reason           string
	CapReason        string
	PlanID           *id.Of[id.Plan]
	PlanNo           int16
	Year             int16
	PlannedOn        day.Date
	DueOn            day.Date
	OfficerIDs       db.Ints
	OfficerNames     db.Texts
	State            State
	RecordNumber     string
	SetOutAt         *time.Time
	ArrivedAt        *time.Time
	EndedAt          *time.Time
	RevealedAt       *time.Time
	Items            db.JSON[[]Item]
	Place            string
	Situation        string
	FirmPerson       string
	FirmPost         string
	FirmSignature    *id.Of[id.Attachment]
	OfficerSignature *id.Of[id.Attachment]
	FirmRefused      bool
	RefusalNote      string
	Findings         int32
	Majors           int32
	ReceivedAt       *time.Time
	ReceivedBy       string
	MadeBy           string
	MadeAt           time.Time
	ChangedAt        time.Time
}

// Hidden reports whether the company may not know of the visit yet.
func (v Visit) Hidden() bool { return v.RevealedAt == nil }

// trailOf is the company in whose trail a change stands: nobody's while the visit is hidden.
func (v Visit) trailOf() rbac.CompanyID {
	if v.Hidden() {
		return 0
	}
	return v.CompanyID
}

// Late reports whether a visit that is not over should have been made before today.
func (v Visit) Late(today day.Date) bool { return v.EndedAt == nil && v.DueOn.Before(today) }

// Finding is something wrong that the officers saw.
type Finding struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Finding]
	RegionPath    string
	OversightLine int16
	VisitID       *id.Of[id.Visit] // nil: of an order without a visit
	N             int32
	ClientID      uuid.UUID
	Place         string
	Description   string
	Clause        string
	Level         string // general, major
	Category      string
	ItemCode      string
	Photos        db.Ints
	DueOn         day.Date
	OnSpot        bool
	HazardID      *id.Of[id.Hazard]
	HazardNumber  string
	OrderID       *id.Of[id.Order]
	Result        string
	FoundBy       string
	FoundAt       time.Time
	DroppedAt     *time.Time
}

// Measure is another instrument used on site.
type Measure struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Measure]
	RegionPath    string
	OversightLine int16
	VisitID       id.Of[id.Visit]
	N             int32
	Kind          string
	Effect        string
	Number        string
	Content       string
	NoticedAt     *time.Time
	FromAt        time.Time
	Urgent        bool
	MadeBy        string
	MadeAt        time.Time
	LiftedOn      day.Date
	LiftNote      string
}

// Step is one thing that happened to a visit or an order of it, written once.
type Step struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Step]
	RegionPath    string
	OversightLine int16
	VisitID       *id.Of[id.Visit]
	OrderID       *id.Of[id.Order]
	Event         string
	At            time.Time
	ActorKind     string
	PersonID      *id.Of[id.Person]
	ActorName     string
	Note          string
}

// Faults.
var (
	ErrOfficers   = fault.New(fault.Invalid, "visit.officers")
	ErrNotOfficer = fault.New(fault.Forbidden, "visit.not-officer")
	ErrOtherBody  = fault.New(fault.Forbidden, "visit.other-body")
	ErrCap        = fault.New(fault.Conflict, "visit.cap")
	ErrReason     = fault.New(fault.Invalid, "visit.reason")
	ErrBlank      = fault.New(fault.Invalid, "visit.blank")
	ErrDay        = fault.New(fault.Invalid, "visit.day")
	ErrAnnounced  = fault.New(fault.Conflict, "visit.announced")
	ErrSecret     = fault.New(fault.Conflict, "visit.secret")
	ErrSignature  = fault.New(fault.Invalid, "visit.signature")
	ErrRefusal    = fault.New(fault.Invalid, "visit.refusal")
	ErrPhoto      = fault.New(fault.Invalid, "visit.photo")
	ErrItem       = fault.New(fault.Invalid, "visit.item")
	ErrInstrument = fault.New(fault.Invalid, "visit.instrument")
	ErrNotice     = fault.New(fault.Conflict, "visit.notice-hours")
	ErrInLedger   = fault.New(fault.Conflict, "visit.in-ledger")
	ErrReceived   = fault.New(fault.Conflict, "visit.received")
	ErrNotOver    = fault.New(fault.Conflict, "visit.not-over")

	// ErrNow refuses what does not fit where the visit stands.
	ErrNow = map[State]*fault.Error{
		Planned: fault.New(fault.Conflict, "visit.now-planned"), Underway: fault.New(fault.Conflict, "visit.now-underway"), Onsite: fault.New(fault.Conflict, "visit.now-onsite"),
		Closed: fault.New(fault.Conflict, "visit.now-closed"), Refused: fault.New(fault.Conflict, "visit.now-refused"), Cancelled: fault.New(fault.Conflict, "visit.now-cancelled"),
	}
)
