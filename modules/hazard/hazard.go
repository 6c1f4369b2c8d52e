// Package hazard keeps the hazard ledger (隐患台账): what is wrong, who mends it by when, and who
// has seen that it is mended.
//
// Sources: Work Safety Law (安全生产法, 2021) arts 41, 65, 113; order 16 of 2007 (安全生产事故隐患
// 排查治理暂行规定); the ledger columns of the Ningbo self-report system and of the dual-prevention
// upload (双重预防). Order and time of the steps are the platform's, drawn from those ledgers.
package hazard

import (
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
)

// State is where a hazard stands. Overdue is computed, not a state.
type State string

// States, in the order a hazard goes through them.
const (
	Registered         State = "registered"
	Graded             State = "graded"
	Assigned           State = "assigned"   // of a major hazard: its treatment plan is being drawn up
	PlanFiled          State = "plan_filed" // a major hazard: the principal signed the treatment plan (治理方案)
	Rectifying         State = "rectifying"
	ExtensionPending   State = "extension_pending" // more time was asked for; the old deadline holds
	AwaitingAcceptance State = "awaiting_acceptance"
	SelfEvaluated      State = "self_evaluated" // a major hazard: the company's own evaluation of the treatment passed
	Accepted           State = "accepted"       // by the company; passed through, within one transaction
	UnderReview        State = "under_review"   // waits for the regulator's review (核查)
	Cancelled          State = "cancelled"      // 销号: the ledger row is closed
	Moved              State = "transferred"    // handed to whoever the matter belongs to (移送)
	Voided             State = "voided"         // entered by mistake
)

// Open lists the states in which something is still to be done.
var Open = []State{
	Registered, Graded, Assigned, PlanFiled, Rectifying, ExtensionPending, AwaitingAcceptance, SelfEvaluated, Accepted, UnderReview,
}

// Level is the legal weight of a hazard.
type Level string

// Levels. An ungraded hazard has none.
const (
	Ungraded Level = ""
	General  Level = "general" // 一般事故隐患
	Major    Level = "major"   // 重大事故隐患: matches the sector's judgement standard
)

// Source is how a hazard came to be known.
type Source string

// Sources.
const (
	SelfCheck   Source = "self_check"   // 企业自查: a failed item of a check
	Snap        Source = "snap"         // 随手拍: reported by anybody of the company
	ByRegulator Source = "regulator"    // 执法检查
	CovertVisit Source = "covert_visit" // 暗访督查
	GridPatrol  Source = "grid_patrol"  // 网格巡查
	Tip         Source = "tip"          // 群众举报
	Expert      Source = "expert"       // 专家/第三方
	Transferred Source = "transfer"     // 部门抄告移送
	Drill       Source = "drill"        // 演练
	Alarm       Source = "alarm"        // 监测报警
)

// FromAuthority reports whether an authority found it: then the authority, not the company,
// closes it.
func (s Source) FromAuthority() bool {
	switch s {
	case ByRegulator, CovertVisit, GridPatrol, Tip, Transferred:
		return true
	case SelfCheck, Snap, Expert, Drill, Alarm:
	}
	return false
}

// Origin is who found a hazard: what lists split and count apart, so that finding it oneself is
// seen as what it is.
type Origin string

// Origins.
const (
	BySelf      Origin = "self"      // 自查: the company, its people, or whom it asked
	ByAuthority Origin = "authority" // 检查发现: Source.FromAuthority
)

// Origin says who found it.
func (s Source) Origin() Origin {
	if s.FromAuthority() {
		return ByAuthority
	}
	return BySelf
}

// Sources are those of an origin; of no origin, none.
func (o Origin) Sources() (out []Source) {
	for _, s := range []Source{SelfCheck, Snap, ByRegulator, CovertVisit, GridPatrol, Tip, Expert, Transferred, Drill, Alarm} {
		if s.Origin() == o {
			out = append(out, s)
		}
	}
	return out
}

// How a hazard is fixed: codes 0 and 1 of the dual-prevention upload.
const (
	OnSpot = "on_spot" // 即查即改
	ByDate = "by_date" // 限期整改
)

// Hazard is a row of the ledger. Names are snapshots of the time they were written.
type Hazard struct {
	ID              id.Of[id.Hazard]
	CompanyID       id.Of[id.Company]
	RegionPath      string
	OversightLine   int16
	Number          string // 隐患编号, e.g. 330784-2026-000123
	State           State
	Source          Source
	Place           string
	PointID         *id.Of[id.Point]
	Description     string
	Category        string // second level of the taxonomy; empty until graded
	Cause           int16  // 1 act of people, 2 state of things, 3 gap in management, 0 not said
	ItemCode        string // of the item library
	Clause          string // suggested legal basis
	CheckStartedOn  day.Date
	CheckID         *id.Of[id.Check]
	SuggestedLevel  Level
	Suggestion      string // clause and reason of the suggested level
	Level           Level
	FixType         string
	Goal            string // of the treatment, for a major hazard
	Measures        string
	Contingency     string
	FundsFen        *fen.Amount // planned
	ActualFundsFen  *fen.Amount
	Deadline        day.Date
	OwnerID         *id.Of[id.Staff]
	OwnerPersonID   *id.Of[id.Person]
	OwnerName       string
	OwnerUnit       string
	UnitID          *id.Of[id.Unit] // that answers for it; the database follows owner and finder
	FoundAt         time.Time
	FoundOn         day.Date
	FoundByStaffID  *id.Of[id.Staff]
	FoundByPersonID *id.Of[id.Person]
	FoundByName     string
	FixedAt         *time.Time
	FixedOn         day.Date
	AcceptedOn      day.Date
	AcceptedByName  string
	ReviewedOn      day.Date
	CancelledOn     day.Date
	VoidedOn        day.Date
	ReopenCount     int16
	Steps           int32
	ChangedAt       time.Time
	ClientID        *uuid.UUID // made by the phone that recorded it

	Asked         string // what waits for a second person: void, transfer, extension
	AskedPersonID *id.Of[id.Person]
	AskedStaffID  *id.Of[id.Staff]
	AskedName     string
	AskedOn       day.Date
	AskedNote     string
	AskedDeadline day.Date // of an extension
	AskedTo       string   // of a transfer
	Extensions    int16    // granted so far
	Protection    string   // temporary, until it is fixed
	TransferredTo string   // VoidedOn is the day it left this ledger
	DangerSource  int16    // kind of check, dangerSrc 1 … 10 of the dual-prevention upload; 0 not said
	Historical    bool     // closed before it was entered (历史)
	Stock         bool     // open when the company began here (存量)
	Campaign      string   // tag of the campaign (专项整治) it belongs to
	OldNumber     string   // in the ledger before this one
	ReportedAt    *time.Time
	CongressOn    day.Date // a major hazard was put before the workers' congress
	StoppedOn     day.Date // work stopped because of it
	ResumedOn     day.Date
	ListedOn      day.Date // under listed supervision (挂牌督办) since
	DelistedOn    day.Date
	ListedLevel   string // town, county, prefecture, province

	ProposedOwnerID   *id.Of[id.Staff] // whom the finder proposed; it binds nobody
	ProposedOwnerName string
	ProposedDueOn     day.Date
}

// Event is what happened to a hazard in one step.
type Event string

// Events.
const (
	Register  Event = "register"
	Grade     Event = "grade"
	Assign    Event = "assign"
	Start     Event = "start"
	Fix       Event = "fix"
	Accept    Event = "accept"
	Reject    Event = "reject"
	AskReview Event = "ask_review"
	Pass      Event = "pass"
	Fail      Event = "fail"
	Cancel    Event = "cancel"
	Void      Event = "void"

	// More time, and what takes two people.
	AskExtension Event = "ask_extension"
	Extend       Event = "extend"
	AskVoid      Event = "ask_void"
	AskTransfer  Event = "ask_transfer"
	Transfer     Event = "transfer"
	Refuse       Event = "refuse" // of what was asked

	// Of a major hazard.
	ReportUp     Event = "report_up" // to the regulator, by the system
	Congress     Event = "congress"  // put before the workers' congress
	StopWork     Event = "stop_work"
	FilePlan     Event = "file_plan"
	Progress     Event = "progress"
	SelfEvaluate Event = "self_evaluate"
	Resume       Event = "resume"

	// Of listed supervision (挂牌督办).
	List   Event = "list"
	Delist Event = "delist"

	// A regulator ordered it to be put right by a day.
	Demand Event = "order"

	// Import of a row that was closed before.
	Restore Event = "restore"
)

// Step is one transition, written once and never changed.
type Step struct {
	ID             id.Of[Step]
	CompanyID      id.Of[id.Company]
	RegionPath     string
	OversightLine  int16
	HazardID       id.Of[id.Hazard]
	N              int32
	Event          Event
	FromState      State
	ToState        State
	At             time.Time
	ActorKind      string
	PersonID       *id.Of[id.Person]
	StaffID        *id.Of[id.Staff]
	OrganisationID *id.Of[id.Organisation]
	ActorName      string
	OwnerID        *id.Of[id.Staff] // who answered for the fix at that moment
	OwnerPersonID  *id.Of[id.Person]
	Note           string
	Detail         db.JSON[Detail]
}

// Entry is a step with the photos that prove it.
type Entry struct {
	Step
	Photos []id.Of[id.Attachment]
}

// Detail is what a step decided; empty where it did not.
type Detail struct {
	Level          Level       `json:"level,omitempty"`
	Category       string      `json:"category,omitempty"`
	OwnerName      string      `json:"ownerName,omitempty"`
	OwnerUnit      string      `json:"ownerUnit,omitempty"`
	Deadline       string      `json:"deadline,omitempty"`
	Measures       string      `json:"measures,omitempty"`
	FundsFen       *fen.Amount `json:"fundsFen,omitempty"`
	ActualFundsFen *fen.Amount `json:"actualFundsFen,omitempty"`
	Was            string      `json:"was,omitempty" doc:"the deadline before"`
	Protection     string      `json:"protection,omitempty" doc:"temporary, until it is fixed"`
	To             string      `json:"to,omitempty" doc:"of a transfer"`
	Asked          string      `json:"asked,omitempty" doc:"what was refused: void, transfer or extension"`
	Dropped        string      `json:"dropped,omitempty" doc:"what had been asked and fell away with this step"`
}

// Photo ties an attachment to the step it proves.
type Photo struct {
	CompanyID     id.Of[id.Company]
	RegionPath    string
	OversightLine int16
	HazardID      id.Of[id.Hazard]
	StepID        id.Of[Step]
	AttachmentID  id.Of[id.Attachment]
	N             int16
}

// OverdueOn returns by how many days the fix is late on today, 0 if it is not. Waiting for
// acceptance is not overdue: the fix is done (hazard_states.overdue_rule).
func (h Hazard) OverdueOn(today day.Date) int {
	if h.Deadline.IsZero() || !h.FixedOn.IsZero() || h.Closed() || !today.After(h.Deadline) {
		return 0
	}
	return today.DaysSince(h.Deadline)
}

// Closed reports whether nothing is left to do.
func (h Hazard) Closed() bool { return h.State == Cancelled || h.State == Voided || h.State == Moved }

// NeedsRegulator reports whether only the regulator can cancel it: a major hazard (city work
// plans: 审核把关销号), or one an authority found.
func (h Hazard) NeedsRegulator() bool { return h.Level == Major || h.Source.FromAuthority() }

// ErrNow answers a transition that the hazard's state does not allow, by the state found: who
// comes second learns what happened.
var ErrNow = map[State]*fault.Error{
	Registered:         fault.New(fault.Conflict, "hazard.now-registered"),
	Graded:             fault.New(fault.Conflict, "hazard.now-graded"),
	Assigned:           fault.New(fault.Conflict, "hazard.now-assigned"),
	PlanFiled:          fault.New(fault.Conflict, "hazard.now-plan-filed"),
	Rectifying:         fault.New(fault.Conflict, "hazard.now-rectifying"),
	ExtensionPending:   fault.New(fault.Conflict, "hazard.now-extension-pending"),
	AwaitingAcceptance: fault.New(fault.Conflict, "hazard.now-awaiting-acceptance"),
	SelfEvaluated:      fault.New(fault.Conflict, "hazard.now-self-evaluated"),
	Moved:              fault.New(fault.Conflict, "hazard.now-transferred"),
	Accepted:           fault.New(fault.Conflict, "hazard.now-accepted"),
	UnderReview:        fault.New(fault.Conflict, "hazard.now-under-review"),
	Cancelled:          fault.New(fault.Conflict, "hazard.now-cancelled"),
	Voided:             fault.New(fault.Conflict, "hazard.now-voided"),
}

// Faults.
var (
	ErrOwnAcceptance = fault.New(fault.Forbidden, "hazard.own-acceptance")
	ErrNotOwner      = fault.New(fault.Forbidden, "hazard.not-owner")
	ErrOwnDowngrade  = fault.New(fault.Forbidden, "hazard.own-downgrade")
	ErrOwnVoid       = fault.New(fault.Forbidden, "hazard.own-void")
	ErrVoidRegulator = fault.New(fault.Forbidden, "hazard.void-needs-regulator")
	ErrSource        = fault.New(fault.Forbidden, "hazard.source")
	ErrCategory      = fault.New(fault.Invalid, "hazard.category")
	ErrReason        = fault.New(fault.Invalid, "hazard.reason")
	ErrLevel         = fault.New(fault.Invalid, "hazard.level-first")
	ErrFiveFixes     = fault.New(fault.Invalid, "hazard.five-fixes")
	ErrDeadline      = fault.New(fault.Invalid, "hazard.deadline")
	ErrDeadlineKept  = fault.New(fault.Invalid, "hazard.deadline-kept")
	ErrOwnerUnknown  = fault.New(fault.Invalid, "hazard.owner-unknown")
	ErrPhotoNeeded   = fault.New(fault.Invalid, "hazard.photo-needed")
	ErrPhotoUnknown  = fault.New(fault.Invalid, "hazard.photo-unknown")
	ErrPointUnknown  = fault.New(fault.Invalid, "hazard.point-unknown")
	ErrMajorOnSpot   = fault.New(fault.Invalid, "hazard.major-on-spot")
	ErrTextNeedsFirm = fault.New(fault.Invalid, "hazard.text-needs-company")
	ErrRaisedAlready = fault.New(fault.Conflict, "hazard.raised-already")
	ErrBlank         = fault.New(fault.Invalid, "hazard.blank")
	ErrPlan          = fault.New(fault.Conflict, "hazard.plan-first")
	ErrEvaluate      = fault.New(fault.Conflict, "hazard.evaluate-instead")
)
