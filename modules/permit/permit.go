// Package permit keeps the permits for dangerous work (危险作业审批票): who asked for the work,
// who approved it on the spot, what was measured, who watched, and that the place was left
// clear. What each kind of work asks for is data with versions (library/), after GB 30871-2022
// (危险化学品企业特殊作业安全规范, by reference for other industries), 应急管理部令第13号 (confined spaces)
// and GB/T 3608-2008 (work at height); 安全生产法 art. 43 asks for somebody on the spot.
package permit

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults of this module.
var (
	// ErrNow: the permit is not in a state in which this can be done; {state} is its state.
	ErrNow = fault.New(fault.Conflict, "permit.now")
	// ErrKind: no such kind of work, or the kind has no such level.
	ErrKind  = fault.New(fault.Invalid, "permit.kind-unknown")
	ErrBlank = fault.New(fault.Invalid, "permit.blank")
	// ErrTimes: the end is not after the beginning, or the times lie too far away.
	ErrTimes = fault.New(fault.Invalid, "permit.times")
	// ErrTooLong: the level allows {hours} hours.
	ErrTooLong = fault.New(fault.Invalid, "permit.too-long")
	// ErrLevel: what is to be done asks for level {level} at least.
	ErrLevel = fault.New(fault.Invalid, "permit.level-too-low")
	// ErrPeople: a person is named twice, or as worker and watcher.
	ErrPeople       = fault.New(fault.Invalid, "permit.people-overlap")
	ErrStaffUnknown = fault.New(fault.Invalid, "permit.staff-unknown")
	ErrUnitUnknown  = fault.New(fault.Invalid, "permit.unit-unknown")
	ErrPointUnknown = fault.New(fault.Invalid, "permit.point-unknown")
	ErrDetail       = fault.New(fault.Invalid, "permit.detail")
	ErrPhotoUnknown = fault.New(fault.Invalid, "permit.photo-unknown")
	ErrPosition     = fault.New(fault.Invalid, "permit.position")
	// ErrOwnApproval: who asked for the work, does it or watches it does not approve it.
	ErrOwnApproval = fault.New(fault.Forbidden, "permit.own-approval")
	// ErrApprover: the level is approved by somebody else.
	ErrApprover  = fault.New(fault.Forbidden, "permit.approver")
	ErrNotMine   = fault.New(fault.Forbidden, "permit.not-mine")
	ErrSignature = fault.New(fault.Invalid, "permit.signature-needed")
	// ErrOnSpot: approval is given where the work will be.
	ErrOnSpot = fault.New(fault.Invalid, "permit.on-spot")
	// ErrLapsed: {name} has no valid certificate {kind}; it ended on {day}.
	ErrLapsed = fault.New(fault.Conflict, "permit.certificate-lapsed")
	// ErrItemMissing: item {code} is not answered.
	ErrItemMissing = fault.New(fault.Invalid, "permit.item-missing")
	// ErrItemFailed: item {code} is not in order.
	ErrItemFailed  = fault.New(fault.Conflict, "permit.item-failed")
	ErrItemUnknown = fault.New(fault.Invalid, "permit.item-unknown")
	// ErrReadingMissing: {gas} was not measured, or longer ago than {minutes} minutes.
	ErrReadingMissing = fault.New(fault.Conflict, "permit.reading-missing")
	// ErrReadingOut: {gas} was {value}, allowed is {limit}.
	ErrReadingOut   = fault.New(fault.Conflict, "permit.reading-out")
	ErrReadingValue = fault.New(fault.Invalid, "permit.reading-value")
	ErrGasUnknown   = fault.New(fault.Invalid, "permit.gas-unknown")
	ErrWatcher      = fault.New(fault.Conflict, "permit.watcher-absent")
	// ErrNotYet: the permit begins at {from}.
	ErrNotYet = fault.New(fault.Conflict, "permit.not-yet")
	// ErrOver: the permit ended at {until}.
	ErrOver     = fault.New(fault.Conflict, "permit.over")
	ErrNoExtend = fault.New(fault.Conflict, "permit.no-extension")
	// ErrWatchTime: the place is watched {minutes} minutes after the work.
	ErrWatchTime = fault.New(fault.Conflict, "permit.watch-time")
	ErrNotClear  = fault.New(fault.Conflict, "permit.not-clear")
	ErrPhoto     = fault.New(fault.Invalid, "permit.photo-needed")
	ErrNothing   = fault.New(fault.Conflict, "permit.nothing-to-override")
	ErrFuture    = fault.New(fault.Invalid, "permit.future")
	ErrOtherUse  = fault.New(fault.Conflict, "permit.client-id-used")
	ErrCompany   = fault.New(fault.Invalid, "permit.company-needed")
	ErrTooMany   = fault.New(fault.Invalid, "permit.too-many")
)

// State is where a permit stands.
type State string

// States. Refused, Closed, Cancelled and Lapsed are ends.
const (
	Requested State = "requested"
	Approved  State = "approved"
	Refused   State = "refused"
	Open      State = "open"      // work goes on
	Suspended State = "suspended" // interrupted
	Closed    State = "closed"    // with its closing check (完工验收)
	Cancelled State = "cancelled"
	Lapsed    State = "lapsed" // never begun, and its time is over
)

// live are the states of work that has begun and is not closed.
var live = []State{Open, Suspended}

// Event is what happened to a permit.
type Event string

// Events.
const (
	Request  Event = "request"
	Amend    Event = "amend"
	Approve  Event = "approve"
	Refuse   Event = "refuse"
	Override Event = "override" // certificates missing, allowed by name with a reason
	Start    Event = "start"
	Read     Event = "read"
	Suspend  Event = "suspend"
	Resume   Event = "resume"
	Extend   Event = "extend"
	Close    Event = "close"
	Cancel   Event = "cancel"
	Overdue  Event = "overdue" // its end has passed without a closing check
	Lapse    Event = "lapse"
	Copy     Event = "copy" // an old paper permit, copied
)

// Sources of permits.
const (
	Phone = "phone"
	Desk  = "desk"
	Paper = "paper"
)

// Member is somebody who does the work.
type Member struct {
	StaffID   id.Of[id.Staff] `json:"staffId,omitempty" doc:"empty: a contractor's worker"`
	Name      string          `json:"name"`
	Firm      string          `json:"firm,omitempty" doc:"the contractor he is of"`
	CardUntil day.Date        `json:"cardUntil,omitzero" doc:"a contractor's worker: last day of the certificate he showed"`
}

// Detail is a figure or word that a kind of work asks for besides, e.g. the height in metres.
type Detail struct {
	Key   string `json:"key" maxLength:"20"`
	Value string `json:"value" maxLength:"100"`
}

// Result of an item.
type Result string

// Results.
const (
	Pass Result = "pass"
	Fail Result = "fail"
	NA   Result = "na"
)

// Answer is what was found about one item of the permit.
type Answer struct {
	Code   string                 `json:"code" maxLength:"12"`
	Result Result                 `json:"result" enum:"pass,fail,na"`
	Note   string                 `json:"note,omitempty" maxLength:"300"`
	Photos []id.Of[id.Attachment] `json:"photos,omitempty" nullable:"false" maxItems:"9"`
}

// Reading is one gas measured once.
type Reading struct {
	Gas   string     `json:"gas" maxLength:"20" doc:"oxygen, combustible, co, h2s or another of the form"`
	Value string     `json:"value" maxLength:"16" pattern:"^[0-9]{1,7}(\\.[0-9]{1,4})?$" doc:"plain decimal, in the unit of the form"`
	Place string     `json:"place,omitempty" maxLength:"60" doc:"where it was taken: upper, middle, lower part"`
	At    *time.Time `json:"at,omitempty" doc:"when it was taken; left out: at the time of the step"`
	Out   bool       `json:"out" required:"false" readOnly:"true" doc:"out of limits"`
}

// Lack is a certificate that somebody of the permit has not.
type Lack struct {
	StaffID    id.Of[id.Staff] `json:"staffId,omitempty"`
	Name       string          `json:"name"`
	Role       string          `json:"role" enum:"worker,watcher"`
	Kind       string          `json:"kind" doc:"of the certificate catalogue"`
	Operation  string          `json:"operation,omitempty"`
	NameZh     string          `json:"nameZh"`
	NameEn     string          `json:"nameEn"`
	State      string          `json:"state" enum:"missing,lapsed" doc:"lapsed: he has one that is not valid on the day"`
	ValidUntil day.Date        `json:"validUntil,omitzero" doc:"last valid day of the lapsed one"`
}

// Permit is one permit; it is its state, and Step how it came there.
type Permit struct {
	CompanyID       rbac.CompanyID
	ID              id.Of[id.Permit]
	RegionPath      string
	OversightLine   int16
	Year            int
	Serial          int // in the year, 0 for copied paper permits
	Number          string
	ClientID        *uuid.UUID
	Kind            string
	Level           string
	FormVersion     string
	State           State
	Source          string
	UnitID          *id.Of[id.Unit]
	UnitName        string
	Place           string
	PointID         *id.Of[id.Point]
	Content         string // what is done (作业内容)
	Hazards         string // what can happen (危害辨识)
	Details         db.JSON[[]Detail]
	Crew            db.JSON[[]Member]
	StaffIDs        db.Ints // everybody of the company who has to do with it
	ApplicantID     *id.Of[id.Staff]
	ApplicantName   string
	WatcherID       *id.Of[id.Staff]
	WatcherName     string
	ApproverID      *id.Of[id.Staff] // who is asked, then who approved
	ApproverName    string
	Raised          bool // one level up, because of a holiday
	FromAt          time.Time
	UntilAt         time.Time // the end as approved and extended
	ApprovedAt      *time.Time
	StartedAt       *time.Time
	SuspendedAt     *time.Time
	ClosedAt        *time.Time
	ClosedLate      bool
	OverdueAt       *time.Time // marked by the job
	Reminded        int16      // steps of the reminder
	Overridden      db.Ints    // people whose missing certificate was allowed
	OverrideName    string
	OverrideReason  string
	Steps           int32
	CreatedAt       time.Time
	ChangedAt       time.Time
	ApplicantPerson *id.Of[id.Person]
}

// Step is one event of a permit: rows are added and never changed. One that could not stand,
// because it was made without a connection and things had moved on, says why in Problem and
// moved nothing.
type Step struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Step]
	RegionPath    string
	OversightLine int16
	PermitID      id.Of[id.Permit]
	N             int32
	Event         Event
	FromState     State
	ToState       State
	ClientID      *uuid.UUID
	At            time.Time // by the clock of whoever did it
	ReceivedAt    time.Time
	StaffID       *id.Of[id.Staff]
	PersonID      *id.Of[id.Person]
	ActorName     string
	Note          string
	Problem       string // code of the fault; empty: it stands
	Detail        db.JSON[StepDetail]
	Files         db.Ints
	SignatureID   *id.Of[id.Attachment]
	LongitudeE6   *int32
	LatitudeE6    *int32
}

// StepDetail is what a step decided or found.
type StepDetail struct {
	Answers  []Answer   `json:"answers,omitempty"`
	Readings []Reading  `json:"readings,omitempty"`
	UntilAt  *time.Time `json:"untilAt,omitempty" doc:"the new end"`
	Lacks    []Lack     `json:"lacks,omitempty" doc:"certificates that were missing"`
	Field    string     `json:"field,omitempty" doc:"what the problem is about"`
	Clear    bool       `json:"clear,omitempty" doc:"the place was left clear"`
	Watcher  bool       `json:"watcher,omitempty" doc:"the watcher was there"`
	Quiet    int        `json:"quietMinutes,omitempty" doc:"minutes the place was watched after the work"`
}

// late reports whether p waits for its closing check after its end.
func (p Permit) late(now time.Time) bool {
	return slices.Contains(live, p.State) && now.After(p.UntilAt)
}

// over reports whether nothing more can happen.
func (p Permit) over() bool {
	return slices.Contains([]State{Refused, Closed, Cancelled, Lapsed}, p.State)
}

// part says what staff n is in p: applicant, worker, watcher or nothing.
func (p Permit) part(n id.Of[id.Staff]) string {
	switch {
	case n == 0:
		return ""
	case p.WatcherID != nil && *p.WatcherID == n:
		return "watcher"
	case slices.ContainsFunc(p.Crew.V, func(m Member) bool { return m.StaffID == n }):
		return "worker"
	case p.ApplicantID != nil && *p.ApplicantID == n:
		return "applicant"
	}
	return ""
}
