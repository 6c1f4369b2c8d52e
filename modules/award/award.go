// Package award keeps the levels that companies hold (安全生产标准化等级): certificate, yearly self-evaluation, renewal,
// expiry, revocation (撤销、摘牌) and change of name.
//
// Sources: 企业安全生产标准化建设定级办法 (应急〔2021〕83号); certificate numbers in the form of 2014. What is not in the
// text is marked in library/rules.yaml.
package award

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// State is where an award stands.
type State string

// States.
const (
	InForce    State = "in_force"
	RenewalDue State = "renewal_due" // in force, and the window of renewal is open
	Expired    State = "expired"
	Revoked    State = "revoked"
	Replaced   State = "replaced" // by a later award
)

// States lists them in their order.
var States = []State{InForce, RenewalDue, Expired, Revoked, Replaced}

// Levels are those a company can hold, the highest first; pass is the one level of small firms.
var Levels = []string{"1", "2", "3", "pass"}

// LevelNames are what certificates call them.
var LevelNames = map[string]string{"1": "一级", "2": "二级", "3": "三级", "pass": "小微达标"}

// Sources of an award.
const (
	FromGrading = "grading" // the program's own procedure
	FromPaper   = "paper"   // an old certificate, entered by hand or from a list
)

// Event is what happened to an award in one step.
type Event string

// Events.
const (
	Granted      Event = "grant"
	Entered      Event = "enter" // from an old certificate
	WindowOpened Event = "window"
	Lapsed       Event = "expire"
	Succeeded    Event = "replace"
	YearFiled    Event = "year_filed"
	YearMissed   Event = "year_missed"
	Confirmed    Event = "confirm" // a condition of direct renewal
	Proposed     Event = "propose"
	Stated       Event = "state"
	Dropped      Event = "drop"
	Revoke       Event = "revoke"
	Announced    Event = "announce"
	Collected    Event = "collect"
	RenameAsked  Event = "rename_ask"
	RenameTaken  Event = "rename_withdraw"
	Renamed      Event = "rename"
	RenameKept   Event = "rename_refuse"
	Numbered     Event = "number" // printed form and plaque
)

// Award is a level of a company, with its certificate. Names are as they stand on it.
type Award struct {
	ID             id.Of[id.Award]
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	PublicID       uuid.UUID
	CompanyName    string
	NameFold       string   // as names are compared
	NameBi         db.Int4s // its bigrams
	USCC           string   // empty: the company had none
	Industry       string   // GB/T 4754
	Speciality     string   // industry in certificate numbers
	Level          string
	LevelName      string
	State          State
	StateOn        day.Date
	Reason         string // why it was revoked or replaced
	Source         string
	RubricID       *id.Of[id.Rubric]
	EvaluationID   *id.Of[id.Evaluation]
	ApplicationID  *id.Of[id.Application]
	Score          int32 // hundredths; -1: not known
	CertificateNo  string
	CheckCode      string // printed beside the number
	PrintedNo      string
	PlaqueNo       string
	Authority      string
	AuthorityLevel string
	OrganisationID *id.Of[id.Organisation]
	OrganizingUnit string
	ReviewUnit     string
	AnnouncedOn    day.Date
	ValidUntil     day.Date // inclusive
	WindowOn       day.Date // first day on which renewal can be asked for
	NoticeNo       string
	Rules          string
	RenewsID       *id.Of[id.Award]
	Direct         bool
	YearlyDueOn    day.Date // next yearly self-evaluation to look at; zero: none
	Missed         db.Shorts
	RevokedOn      day.Date
	EnteredOn      day.Date // from this day on the program knows of it
	Steps          int32
	ChangedAt      time.Time
}

// On is the state on a day: what the calendar alone changes is not waited for.
func (a Award) On(today day.Date) State {
	switch {
	case a.State != InForce && a.State != RenewalDue:
		return a.State
	case a.ValidUntil.Before(today):
		return Expired
	case !today.Before(a.WindowOn):
		return RenewalDue
	}
	return InForce
}

// Holds reports whether the level counts on a day.
func (a Award) Holds(today day.Date) bool {
	s := a.On(today)
	return s == InForce || s == RenewalDue
}

// Terms are the rules it was made under.
func (a Award) Terms() Rules { return rulesOf(a.Rules) }

// Step is one thing that happened, written once and never changed.
type Step struct {
	ID             id.Of[Step]
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	AwardID        id.Of[id.Award]
	Event          Event
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
	Reasons  []string `json:"reasons,omitempty"`
	Until    string   `json:"until,omitempty"`    // of a bar, or the day a statement is due
	OldName  string   `json:"oldName,omitempty"`  // of a change of name
	NewName  string   `json:"newName,omitempty"`  //
	Medium   string   `json:"medium,omitempty"`   // where it was announced
	NoticeNo string   `json:"noticeNo,omitempty"` //
	Year     int      `json:"year,omitempty"`     // of the award, from 1
	Key      string   `json:"key,omitempty"`      // of a condition
	Met      bool     `json:"met,omitempty"`      //
	What     []string `json:"what,omitempty"`     // taken back: certificate, plaque
	Waived   bool     `json:"waived,omitempty"`   // the company has nothing to say
	Lower    bool     `json:"lower,omitempty"`    // a lower level can be asked for at once
}

// Bar keeps a company from applying until a day has passed.
type Bar struct {
	ID             id.Of[Bar]
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	AwardID        *id.Of[id.Award]
	SinceOn        day.Date
	UntilOn        day.Date // inclusive
	Reason         string
	OrganisationID *id.Of[id.Organisation]
	MadeBy         string
	At             time.Time
}

// The ranks of bodies that award and revoke, the lowest first.
var ranks = []string{"county", "prefecture", "province", "nation"}

// rankOf is the rank of a regulator whose areas are given, over one region. Empty: none of them holds it, or it is a town's.
func rankOf(areas []string, region string) string {
	best := ""
	for _, a := range areas {
		if !code.Path(a).Contains(code.Path(region)) {
			continue
		}
		r := ""
		switch l := len(a); {
		case l == 0:
			r = "nation"
		case l <= 2:
			r = "province"
		case l <= 4:
			r = "prefecture"
		case l <= 6:
			r = "county"
		}
		if slices.Index(ranks, r) > slices.Index(ranks, best) {
			best = r
		}
	}
	return best
}

// decides reports whether a regulator may decide on an award: his body is of the rank of the one that awarded it, or above.
func (a Award) decides(by rbac.Actor) bool {
	r := rankOf(by.Areas, a.RegionPath)
	return by.Kind == rbac.Regulator && r != "" && slices.Index(ranks, r) >= slices.Index(ranks, a.AuthorityLevel)
}

// ErrNow answers a step that the state does not allow, by the state found.
var ErrNow = map[State]*fault.Error{
	InForce:    fault.New(fault.Conflict, "award.now-in-force"),
	RenewalDue: fault.New(fault.Conflict, "award.now-renewal-due"),
	Expired:    fault.New(fault.Conflict, "award.now-expired"),
	Revoked:    fault.New(fault.Conflict, "award.now-revoked"),
	Replaced:   fault.New(fault.Conflict, "award.now-replaced"),
}

// Faults.
var (
	ErrLevel        = fault.New(fault.Invalid, "award.level")
	ErrNumber       = fault.New(fault.Conflict, "award.number-taken")
	ErrHeld         = fault.New(fault.Conflict, "award.held-already")
	ErrDays         = fault.New(fault.Invalid, "award.days")
	ErrDay          = fault.New(fault.Invalid, "award.day")
	ErrBlank        = fault.New(fault.Invalid, "award.blank")
	ErrSpeciality   = fault.New(fault.Invalid, "award.speciality")
	ErrAuthority    = fault.New(fault.Forbidden, "award.authority")
	ErrReason       = fault.New(fault.Invalid, "award.reason")
	ErrProposed     = fault.New(fault.Conflict, "award.proposed-already")
	ErrNotProposed  = fault.New(fault.Conflict, "award.not-proposed")
	ErrStated       = fault.New(fault.Conflict, "award.stated-already")
	ErrStateLate    = fault.New(fault.Conflict, "award.statement-late")
	ErrStateOpen    = fault.New(fault.Conflict, "award.statement-open")
	ErrDowngrade    = fault.New(fault.Invalid, "award.downgrade")
	ErrNotRevoked   = fault.New(fault.Conflict, "award.not-revoked")
	ErrAnnounced    = fault.New(fault.Conflict, "award.announced-already")
	ErrUnannounced  = fault.New(fault.Conflict, "award.unannounced")
	ErrCollected    = fault.New(fault.Conflict, "award.collected-already")
	ErrNothing      = fault.New(fault.Invalid, "award.nothing")
	ErrSameName     = fault.New(fault.Invalid, "award.same-name")
	ErrMoved        = fault.New(fault.Conflict, "award.moved")
	ErrExpanded     = fault.New(fault.Conflict, "award.expanded")
	ErrRenameOpen   = fault.New(fault.Conflict, "award.rename-open")
	ErrNoRename     = fault.New(fault.Conflict, "award.no-rename")
	ErrCondition    = fault.New(fault.Invalid, "award.condition")
	ErrYear         = fault.New(fault.Invalid, "award.year")
	ErrYearFiled    = fault.New(fault.Conflict, "award.year-filed")
	ErrUnknownAward = fault.New(fault.NotFound, "award.unknown")
)
