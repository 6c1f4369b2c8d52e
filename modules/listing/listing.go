// Package listing keeps listed supervision (挂牌督办): a regulator takes a major hazard under his eyes, in public, until
// it is dealt with. A listing lies over the hazard and does not change what state that is in.
//
// Sources: Work Safety Law (安全生产法, 2021) art. 41 orders a system of supervision; its steps, papers and terms are those of
// the local forms in library/profiles.yaml.
package listing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// State is where a listing stands. Overdue is computed, not a state.
type State string

// States.
const (
	Listed          State = "listed"
	Served          State = "notice_served" // the principal signed for the notice
	PlanFiled       State = "plan_filed"
	InProgress      State = "in_progress"
	ExtensionAsked  State = "extension_asked" // the day in the notice holds until it is granted
	AcceptanceAsked State = "acceptance_asked"
	Passed          State = "passed"
	Delisted        State = "delisted"
	Published       State = "published" // the end of the listing was made public
	Failed          State = "failed"
	Escalated       State = "escalated"
)

// States lists them in their order.
var States = []State{Listed, Served, PlanFiled, InProgress, ExtensionAsked, AcceptanceAsked, Passed, Delisted, Published, Failed, Escalated}

// Event is what happened to a listing in one step.
type Event string

// Events.
const (
	List          Event = "list"
	Deliver       Event = "deliver" // the notice is handed over
	Receive       Event = "receive" // the principal signs for it
	FilePlan      Event = "file_plan"
	Progress      Event = "progress"
	AskExtension  Event = "ask_extension"
	Grant         Event = "grant"
	Refuse        Event = "refuse"
	AskAcceptance Event = "ask_acceptance"
	Pass          Event = "pass"
	Fail          Event = "fail"
	Escalate      Event = "escalate"
	Delist        Event = "delist"
	Announce      Event = "announce" // the listing is made public
	FileAbove     Event = "file_above"
	Publish       Event = "publish" // the result is made public
)

var running = []State{PlanFiled, InProgress, Failed, Escalated}

// from lists the states each event may start in.
var from = map[Event][]State{
	Deliver:       {Listed},
	Receive:       {Listed},
	FilePlan:      {Served},
	Progress:      running,
	AskExtension:  {PlanFiled, InProgress},
	Grant:         {ExtensionAsked},
	Refuse:        {ExtensionAsked},
	AskAcceptance: running,
	Pass:          {AcceptanceAsked},
	Fail:          {AcceptanceAsked},
	Escalate:      {Listed, Served, PlanFiled, InProgress, Failed, Escalated},
	Delist:        {Passed},
	Announce:      {Listed, Served, PlanFiled, InProgress, ExtensionAsked, AcceptanceAsked, Passed, Failed, Escalated, Delisted},
	FileAbove:     {Listed, Served, PlanFiled, InProgress, ExtensionAsked, AcceptanceAsked, Passed, Failed, Escalated, Delisted, Published},
	Publish:       {Delisted},
}

// Levels are those of the listing bodies, the lowest first.
var Levels = []string{"town", "county", "prefecture", "province"}

// LevelOf is the level of a regulator whose areas are given: that of the largest that holds a region. Empty:
// none holds it.
func LevelOf(areas []string, region string) string {
	best := ""
	for _, a := range areas {
		if !strings.HasPrefix(region, a) {
			continue
		}
		l := "town"
		switch {
		case len(a) <= 2:
			l = "province"
		case len(a) <= 4:
			l = "prefecture"
		case len(a) <= 6:
			l = "county"
		}
		if best == "" || above(l, best) {
			best = l
		}
	}
	return best
}

func above(a, b string) bool { return slices.Index(Levels, a) > slices.Index(Levels, b) }

// Listing is a major hazard under listed supervision. Names and texts are snapshots of the time they were written.
type Listing struct {
	ID                id.Of[id.Listing]
	CompanyID         rbac.CompanyID
	RegionPath        string
	OversightLine     int16
	CompanyName       string
	HazardID          id.Of[id.Hazard]
	HazardNumber      string
	HazardText        string
	HazardPlace       string
	Profile           string
	ProfileVersion    string
	Level             string
	State             State
	OrganisationID    id.Of[id.Organisation] // the listing body
	NumberPrefix      string
	NumberYear        int16
	NumberSeq         int64
	ListingGov        string
	ListingDept       string
	Signatory         string
	Requirement       string // 督办要求
	StopWork          string // full, partial; empty: not ordered with the notice
	ListedOn          day.Date
	ListedBy          string
	PlanBy            day.Date
	FinishFirst       day.Date // as in the notice
	FinishBy          day.Date // with the extensions granted
	DeliveredOn       day.Date
	DeliveredBy       string
	ReceivedOn        day.Date
	ReceivedBy        string
	PlanFiledOn       day.Date
	ProgressOn        day.Date
	ProgressDueOn     day.Date // zero: none is due
	SpentFen          fen.Amount
	DoneShare         int16 // percent
	ExtensionAskedOn  day.Date
	ExtensionUntil    day.Date
	ExtensionStanding string // in_window; empty: the holidays of a year are not published
	ExtensionDueOn    day.Date
	Extensions        int16 // granted so far
	AcceptanceAskedOn day.Date
	ReviewDueOn       day.Date
	PassedOn          day.Date
	FailedOn          day.Date
	FileDueOn         day.Date
	FiledOn           day.Date
	AnnounceDueOn     day.Date
	AnnouncedOn       day.Date
	DelistedOn        day.Date
	PublishDueOn      day.Date
	PublishedOn       day.Date
	Steps             int32
	ChangedAt         time.Time
}

// Number is how the notice is cited, e.g. 永应急挂督〔2026〕12号.
func (l Listing) Number() string { return cite(l.NumberPrefix, l.NumberYear, l.NumberSeq) }

func cite(prefix string, year int16, seq int64) string {
	return fmt.Sprintf("%s〔%d〕%d号", prefix, year, seq)
}

// Step is one transition, written once and never changed.
type Step struct {
	ID             id.Of[Step]
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	ListingID      id.Of[id.Listing]
	N              int32
	Event          Event
	FromState      State
	ToState        State
	At             time.Time
	HappenedOn     day.Date
	ActorKind      string
	PersonID       *id.Of[id.Person]
	OrganisationID *id.Of[id.Organisation]
	ActorName      string
	Note           string
	Detail         db.JSON[Detail]
	Files          db.Ints
}

// Detail is what a step decided; empty where it did not.
type Detail struct {
	Level      string     `json:"level,omitempty"`
	FinishBy   string     `json:"finishBy,omitempty"`
	PlanBy     string     `json:"planBy,omitempty"`
	Until      string     `json:"until,omitempty"`    // of an extension
	Standing   string     `json:"standing,omitempty"` // of the day it was asked
	By         string     `json:"by,omitempty"`       // who delivered or received
	SpentFen   fen.Amount `json:"spentFen,omitempty"`
	DoneShare  int16      `json:"doneShare,omitempty"`
	Interview  string     `json:"interview,omitempty"` // day of the interview (约谈)
	Penalty    string     `json:"penalty,omitempty"`
	Medium     string     `json:"medium,omitempty"` // where it was made public
	Officers   []string   `json:"officers,omitempty"`
	Protection string     `json:"protection,omitempty"`
	Late       bool       `json:"late,omitempty"`
}

// Terms returns the form the listing was made under.
func (l Listing) Terms() Profile {
	p, _ := Of(l.Profile, l.ProfileVersion)
	return p
}

// Ended reports whether the supervision is over.
func (l Listing) Ended() bool { return l.State == Delisted || l.State == Published }

// Side is who has to act.
type Side string

// Sides.
const (
	Firm      Side = "company"
	Regulator Side = "regulator"
)

// Task is one thing that is asked now.
type Task struct {
	Code Event
	Side Side
	By   day.Date // zero: no day is set
	Late bool
}

// Tasks are the things that are asked on a day, the nearest first.
func (l Listing) Tasks(today day.Date) []Task {
	var out []Task
	ask := func(e Event, side Side, by day.Date) {
		out = append(out, Task{e, side, by, !by.IsZero() && by.Before(today)})
	}
	switch l.State {
	case Listed:
		if l.DeliveredOn.IsZero() {
			ask(Deliver, Regulator, day.Date{})
		}
		ask(Receive, Firm, day.Date{})
		ask(FilePlan, Firm, l.PlanBy)
	case Served:
		ask(FilePlan, Firm, l.PlanBy)
	case PlanFiled, InProgress, Failed, Escalated:
		if !l.ProgressDueOn.IsZero() {
			ask(Progress, Firm, l.ProgressDueOn)
		}
		ask(AskAcceptance, Firm, l.FinishBy)
	case ExtensionAsked:
		ask(Grant, Regulator, l.ExtensionDueOn)
	case AcceptanceAsked:
		ask(Pass, Regulator, l.ReviewDueOn)
	case Passed:
		ask(Delist, Regulator, day.Date{})
	case Delisted:
		ask(Publish, Regulator, l.PublishDueOn)
	case Published:
	}
	if l.AnnouncedOn.IsZero() && !l.Ended() {
		ask(Announce, Regulator, l.AnnounceDueOn)
	}
	if l.FiledOn.IsZero() && !l.FileDueOn.IsZero() && l.State != Published {
		ask(FileAbove, Regulator, l.FileDueOn)
	}
	slices.SortStableFunc(out, func(a, b Task) int {
		switch {
		case a.By == b.By:
			return 0
		case a.By.IsZero():
			return 1
		case b.By.IsZero():
			return -1
		}
		return a.By.DaysSince(b.By)
	})
	return out
}

// Late reports whether something of either side was to be done before today.
func (l Listing) Late(today day.Date) bool {
	return slices.ContainsFunc(l.Tasks(today), func(t Task) bool { return t.Late })
}

// ErrNow answers a step that the state does not allow, by the state found: who comes second learns what happened.
var ErrNow = map[State]*fault.Error{
	Listed:          fault.New(fault.Conflict, "listing.now-listed"),
	Served:          fault.New(fault.Conflict, "listing.now-notice-served"),
	PlanFiled:       fault.New(fault.Conflict, "listing.now-plan-filed"),
	InProgress:      fault.New(fault.Conflict, "listing.now-in-progress"),
	ExtensionAsked:  fault.New(fault.Conflict, "listing.now-extension-asked"),
	AcceptanceAsked: fault.New(fault.Conflict, "listing.now-acceptance-asked"),
	Passed:          fault.New(fault.Conflict, "listing.now-passed"),
	Delisted:        fault.New(fault.Conflict, "listing.now-delisted"),
	Published:       fault.New(fault.Conflict, "listing.now-published"),
	Failed:          fault.New(fault.Conflict, "listing.now-failed"),
	Escalated:       fault.New(fault.Conflict, "listing.now-escalated"),
}

// Faults.
var (
	ErrNotMajor    = fault.New(fault.Conflict, "listing.not-major")
	ErrClosed      = fault.New(fault.Conflict, "listing.hazard-closed")
	ErrListed      = fault.New(fault.Conflict, "listing.listed-already")
	ErrLevel       = fault.New(fault.Forbidden, "listing.level")
	ErrProfile     = fault.New(fault.Invalid, "listing.profile")
	ErrDays        = fault.New(fault.Invalid, "listing.days")
	ErrPeriod      = fault.New(fault.Invalid, "listing.period")
	ErrDay         = fault.New(fault.Invalid, "listing.day")
	ErrBlank       = fault.New(fault.Invalid, "listing.blank")
	ErrPlan        = fault.New(fault.Invalid, "listing.plan")
	ErrUndelivered = fault.New(fault.Conflict, "listing.undelivered")
	ErrSignature   = fault.New(fault.Invalid, "listing.signature")
	ErrTooEarly    = fault.New(fault.Conflict, "listing.too-early")
	ErrTooLate     = fault.New(fault.Conflict, "listing.too-late")
	ErrUntil       = fault.New(fault.Invalid, "listing.until")
	ErrShare       = fault.New(fault.Invalid, "listing.share")
	ErrEvaluation  = fault.New(fault.Conflict, "listing.evaluation")
	ErrReview      = fault.New(fault.Conflict, "listing.review")
	ErrReviewed    = fault.New(fault.Conflict, "listing.reviewed")
	ErrTwo         = fault.New(fault.Invalid, "listing.two-officers")
	ErrNothing     = fault.New(fault.Invalid, "listing.nothing")
	ErrNotYet      = fault.New(fault.Conflict, "listing.not-overdue")
	ErrAnnounced   = fault.New(fault.Conflict, "listing.announced-already")
	ErrFiledAbove  = fault.New(fault.Conflict, "listing.filed-already")
)
