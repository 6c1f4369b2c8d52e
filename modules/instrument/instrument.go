// Package instrument keeps the soft instruments of regulators: numbered letters with clocks of receipt and reply (督促函, 警示约谈通知,
// 通报, 工作建议函, 重大事项提醒), notices to many with who read and who replied (通知), the regulator's inbox (待办) and the calls made to
// companies that do not report.
//
// Sources: 安全生产约谈实施办法（试行） (安委〔2018〕2号); the clocks are those of library/kinds.yaml, which no law counts.
package instrument

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// State is where a letter stands. Lateness is computed, not a state.
type State string

// States.
const (
	Draft        State = "draft"
	Issued       State = "issued"
	Acknowledged State = "acknowledged" // 签收
	Replied      State = "replied"
	Returned     State = "returned" // the reply was sent back
	Accepted     State = "accepted"
	Closed       State = "closed"
	Withdrawn    State = "withdrawn"
)

// States lists them in their order.
var States = []State{Draft, Issued, Acknowledged, Replied, Returned, Accepted, Closed, Withdrawn}

// Event is what happened to a letter in one step.
type Event string

// Events.
const (
	Write    Event = "write"
	Edit     Event = "edit"
	Issue    Event = "issue"
	Sign     Event = "acknowledge"
	Reply    Event = "reply"
	Accept   Event = "accept"
	Return   Event = "send_back"
	Close    Event = "close"
	Withdraw Event = "withdraw"
	Remind   Event = "remind"
	Hold     Event = "hold" // the interview took place
	Escalate Event = "escalate"
)

// from lists the states each event may start in.
var from = map[Event][]State{
	Edit:     {Draft},
	Issue:    {Draft},
	Sign:     {Issued},
	Reply:    {Issued, Acknowledged, Returned},
	Accept:   {Replied},
	Return:   {Replied},
	Close:    {Acknowledged, Accepted},
	Withdraw: {Draft, Issued, Acknowledged, Returned},
	Remind:   {Issued, Acknowledged, Returned},
	Hold:     {Issued, Acknowledged},
	Escalate: {Issued, Acknowledged, Returned},
}

// Missive is a numbered letter. Names and texts are snapshots of the time they were written.
type Missive struct {
	ID               id.Of[id.Missive]
	CompanyID        *rbac.CompanyID         // whom it is addressed to; nil: an office
	OfficeID         *id.Of[id.Organisation] // nil: a company
	Recipient        string
	RegionPath       string
	OversightLine    int16
	OrganisationID   id.Of[id.Organisation]
	OrganisationName string
	Kind             string
	KindVersion      string
	State            State
	NumberPrefix     string
	NumberYear       int16
	NumberSeq        int32 // 0: not issued
	Title            string
	Body             string
	Signatory        string
	AboutNoun        string
	AboutID          int64
	AboutText        string
	FromID           *id.Of[id.Missive]
	Reason           string
	Files            db.Ints
	HoldAt           *time.Time
	HoldPlace        string
	HoldBy           day.Date
	HeldOn           day.Date
	Minutes          db.JSON[Minutes]
	DraftedBy        string
	IssuedOn         day.Date
	IssuedBy         string
	ContentHash      []byte
	AckDueOn         day.Date
	AckOn            day.Date
	AckBy            string
	ReplyDueOn       day.Date
	RepliedOn        day.Date
	AcceptedOn       day.Date
	ClosedOn         day.Date
	WithdrawnOn      day.Date
	Reminders        int32
	RemindedOn       day.Date
	Steps            int32
	ChangedAt        time.Time
}

// Minutes are those of an interview (约谈纪要).
type Minutes struct {
	Host      string `json:"host,omitempty" maxLength:"100" doc:"who led the interview"`
	Attended  string `json:"attended,omitempty" maxLength:"500"`
	Content   string `json:"content,omitempty" maxLength:"4000"`
	Promised  string `json:"promised,omitempty" maxLength:"2000" doc:"what the other side promised"`
	WrittenBy string `json:"writtenBy,omitempty" maxLength:"100"`
}

// Number is how the letter is cited, e.g. 安督函〔2026〕3号; empty while it is a draft.
func (m Missive) Number() string {
	if m.NumberSeq == 0 {
		return ""
	}
	return fmt.Sprintf("%s〔%d〕%d号", m.NumberPrefix, m.NumberYear, m.NumberSeq)
}

// Terms returns the kind as it was when the letter was written.
func (m Missive) Terms() Kind { return versionOf(m.Kind, m.KindVersion) }

// Step is one transition, written once and never changed.
type Step struct {
	ID             id.Of[Step]
	MissiveID      id.Of[id.Missive]
	N              int32
	Event          Event
	FromState      State
	ToState        State
	At             time.Time
	ActorKind      string
	PersonID       *id.Of[id.Person]
	OrganisationID *id.Of[id.Organisation]
	ActorName      string
	Note           string
	Files          db.Ints
	Late           bool
}

// Side is who has to act.
type Side string

// Sides.
const (
	Recipient Side = "recipient"
	Issuer    Side = "issuer"
)

// Task is one thing that is asked now.
type Task struct {
	Code Event
	Side Side
	By   day.Date // zero: no day is set
	Late bool
}

// Tasks are the things that are asked on a day, the nearest first.
func (m Missive) Tasks(today day.Date) []Task {
	var out []Task
	ask := func(e Event, s Side, by day.Date) {
		out = append(out, Task{e, s, by, !by.IsZero() && by.Before(today)})
	}
	switch m.State {
	case Draft:
		ask(Issue, Issuer, day.Date{})
	case Issued, Acknowledged, Returned:
		if m.State == Issued && !m.AckDueOn.IsZero() {
			ask(Sign, Recipient, m.AckDueOn)
		}
		if m.Terms().Held() && m.HeldOn.IsZero() {
			ask(Hold, Issuer, m.HoldBy)
		} else if !m.ReplyDueOn.IsZero() {
			ask(Reply, Recipient, m.ReplyDueOn)
		}
		if m.State == Acknowledged && !m.Terms().Asks() {
			ask(Close, Issuer, day.Date{})
		}
	case Replied:
		ask(Accept, Issuer, day.Date{})
	case Accepted:
		ask(Close, Issuer, day.Date{})
	case Closed, Withdrawn:
	}
	slices.SortStableFunc(out, func(a, b Task) int { return byDay(a.By, b.By) })
	return out
}

// byDay orders days, none last.
func byDay(a, b day.Date) int {
	switch {
	case a == b:
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.DaysSince(b)
}

// Late reports whether something of either side was to be done before today.
func (m Missive) Late(today day.Date) bool {
	return slices.ContainsFunc(m.Tasks(today), func(t Task) bool { return t.Late })
}

// Owed reports whether the recipient has let a day pass.
func (m Missive) Owed(today day.Date) bool {
	return slices.ContainsFunc(m.Tasks(today), func(t Task) bool { return t.Late && t.Side == Recipient })
}

// ErrNow answers a step that the state does not allow, by the state found: who comes second learns what happened.
var ErrNow = map[State]*fault.Error{
	Draft:        fault.New(fault.Conflict, "instrument.now-draft"),
	Issued:       fault.New(fault.Conflict, "instrument.now-issued"),
	Acknowledged: fault.New(fault.Conflict, "instrument.now-acknowledged"),
	Replied:      fault.New(fault.Conflict, "instrument.now-replied"),
	Returned:     fault.New(fault.Conflict, "instrument.now-returned"),
	Accepted:     fault.New(fault.Conflict, "instrument.now-accepted"),
	Closed:       fault.New(fault.Conflict, "instrument.now-closed"),
	Withdrawn:    fault.New(fault.Conflict, "instrument.now-withdrawn"),
}

// Faults.
var (
	ErrKind        = fault.New(fault.Invalid, "instrument.kind")
	ErrRecipient   = fault.New(fault.Invalid, "instrument.recipient")
	ErrBlank       = fault.New(fault.Invalid, "instrument.blank")
	ErrPlaceholder = fault.New(fault.Invalid, "instrument.placeholder")
	ErrHold        = fault.New(fault.Invalid, "instrument.hold")
	ErrHeld        = fault.New(fault.Conflict, "instrument.held")
	ErrNotHeld     = fault.New(fault.Conflict, "instrument.not-held")
	ErrNoReply     = fault.New(fault.Conflict, "instrument.no-reply")
	ErrUnanswered  = fault.New(fault.Conflict, "instrument.unanswered")
	ErrNotLate     = fault.New(fault.Conflict, "instrument.not-late")
	ErrEscalation  = fault.New(fault.Invalid, "instrument.escalation")
	ErrReminded    = fault.New(fault.Conflict, "instrument.reminded")
	ErrFiles       = fault.New(fault.Invalid, "instrument.files")
	ErrNobody      = fault.New(fault.Invalid, "instrument.nobody")
	ErrTooMany     = fault.New(fault.Invalid, "instrument.too-many")
	ErrReplyDay    = fault.New(fault.Invalid, "instrument.reply-day")
	ErrNotAsked    = fault.New(fault.Conflict, "instrument.not-asked")
	ErrGone        = fault.New(fault.Conflict, "instrument.gone")
	ErrArea        = fault.New(fault.Forbidden, "instrument.area")
)

// aboutPath is the page of what a letter is about; empty: none.
func (m Missive) aboutPath() string {
	if m.AboutID == 0 {
		return ""
	}
	prefix, ok := map[string]string{"company": "/companies/", "hazard": "/hazards/majors/", "visit": "/visits/", "listing": "/listings/", "report": "/reports/", "patrol": "/patrols/"}[m.AboutNoun]
	if !ok {
		return ""
	}
	return prefix + id.Of[Missive](m.AboutID).String()
}

func trimmed(texts ...*string) {
	for _, t := range texts {
		*t = strings.TrimSpace(*t)
	}
}
