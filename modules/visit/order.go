package visit

import (
	"strings"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/term"
	"anbiao/rbac"
)

// OrderKind is what paper it is.
type OrderKind string

// Papers to a company.
const (
	Ordered  OrderKind = "order"  // 责令限期整改指令书, registered from the enforcement system
	Informed OrderKind = "notice" // 隐患告知单, of a body without the power to order
)

// OrderState is where an order stands.
type OrderState string

// States of an order.
const (
	OrderOpen         OrderState = "open"
	ExtensionAsked    OrderState = "extension_asked"
	ReinspectionAsked OrderState = "reinspection_asked"
	Passed            OrderState = "passed"
	Failed            OrderState = "failed" // may be re-inspected again
)

// OrderStates are all states of an order.
var OrderStates = []OrderState{OrderOpen, ExtensionAsked, ReinspectionAsked, Passed, Failed}

// never stands for the deadline of an order that is settled, so that what is late comes first in lists.
var never = day.Of(9999, 12, 31)

// Order is a paper that tells a company to put findings right by a day.
type Order struct {
	CompanyID        rbac.CompanyID
	ID               id.Of[id.Order]
	RegionPath       string
	OversightLine    int16
	CompanyName      string
	VisitID          *id.Of[id.Visit] // nil: the enforcement system issued it without an inspection kept here
	OrganisationID   id.Of[id.Organisation]
	OrganisationName string
	Kind             OrderKind
	Number           string
	State            OrderState
	IssuedOn         day.Date
	DeadlineFirst    day.Date
	Deadline         day.Date
	RankOn           day.Date
	Requirement      string
	FileID           *id.Of[id.Attachment]
	ReceivedAt       *time.Time
	ReceivedBy       string
	ExtensionOn      day.Date
	ExtensionUntil   day.Date
	ExtensionReason  string
	ExtensionDueOn   day.Date
	Extensions       int16
	AskedOn          day.Date
	AskedNote        string
	AskedFiles       db.Ints
	ReinspectDueOn   day.Date
	ReinspectedOn    day.Date
	OpinionNumber    string
	Opinion          string
	OpinionFile      *id.Of[id.Attachment]
	Reinspectors     db.Texts
	MadeBy           string
	MadeAt           time.Time
	ChangedAt        time.Time
}

// Faults of orders.
var (
	ErrOrderNow    = fault.New(fault.Conflict, "visit.order-now")
	ErrOrderNumber = fault.New(fault.Conflict, "visit.order-number")
	ErrOrderDays   = fault.New(fault.Invalid, "visit.order-days")
	ErrNoPower     = fault.New(fault.Forbidden, "visit.no-power")
	ErrFindings    = fault.New(fault.Invalid, "visit.findings")
	ErrOrderedNow  = fault.New(fault.Conflict, "visit.ordered-already")
	ErrWindowEarly = fault.New(fault.Conflict, "visit.window-early")
	ErrWindowLate  = fault.New(fault.Conflict, "visit.window-late")
	ErrUntil       = fault.New(fault.Invalid, "visit.until")
	ErrPrinted     = fault.New(fault.Conflict, "visit.printed-elsewhere")
)

// Settled reports whether nothing more is asked of the company.
func (o Order) Settled() bool { return o.State == Passed }

// judged reports whether the last word is the body's.
func (o Order) judged() bool { return o.State == Passed || o.State == Failed }

// Late reports whether the company missed the deadline without asking for the re-inspection.
func (o Order) Late(today day.Date) bool {
	return (o.State == OrderOpen || o.State == ExtensionAsked || o.State == Failed) && o.Deadline.Before(today)
}

// ReinspectLate reports whether the body missed the day of the re-inspection.
func (o Order) ReinspectLate(today day.Date) bool {
	return !o.judged() && !o.ReinspectDueOn.IsZero() && o.ReinspectDueOn.Before(today)
}

// ranked keeps the place in lists and the day of the re-inspection.
func (o *Order) ranked(cal *calendar.Calendar) {
	o.RankOn = never
	if !o.Settled() {
		o.RankOn = o.Deadline
	}
	if !o.judged() {
		o.ReinspectDueOn = reinspectBy(cal, o.Deadline, o.AskedOn)
	}
}

// NewOrder is an order as it is registered, or a notice as it is made.
type NewOrder struct {
	Kind        OrderKind            `json:"kind" enum:"order,notice"`
	Number      string               `json:"number,omitempty" maxLength:"60" doc:"of the paper; a notice without one is numbered here"`
	IssuedOn    day.Date             `json:"issuedOn"`
	Deadline    day.Date             `json:"deadline"`
	Requirement string               `json:"requirement" minLength:"1" maxLength:"2000"`
	FileID      id.Of[id.Attachment] `json:"fileId,omitempty" required:"false" doc:"scan of the paper"`
	Findings    []id.Of[Finding]     `json:"findings" minItems:"1" maxItems:"100" nullable:"false" doc:"of the visit, that are in no order yet"`
}

// newOrder makes the order of a visit that is over, or of none. Errors: ErrNotOver, ErrOtherBody, ErrBlank, ErrOrderDays.
func (f *file) newOrder(n NewOrder, cal *calendar.Calendar) (*Order, error) {
	n.Number, n.Requirement = strings.TrimSpace(n.Number), strings.TrimSpace(n.Requirement)
	if err := f.ours(); err != nil {
		return nil, err
	}
	arrived := f.today()
	if f.ID == 0 { // the paper may be entered long after it was issued
		arrived = f.today().AddYears(-1)
	}
	if f.ArrivedAt != nil {
		arrived = day.In(*f.ArrivedAt, day.Shanghai)
	}
	switch {
	case f.ID != 0 && f.State != Closed:
		return nil, ErrNotOver
	case n.Kind == Ordered && n.Number == "":
		return nil, ErrBlank.At("body.number")
	case n.Requirement == "":
		return nil, ErrBlank.At("body.requirement")
	case n.IssuedOn.Before(arrived) || n.IssuedOn.After(f.today()):
		return nil, ErrOrderDays.At("body.issuedOn")
	case n.Deadline.Before(n.IssuedOn) || n.Deadline.After(n.IssuedOn.AddYears(2)):
		return nil, ErrOrderDays.At("body.deadline")
	}
	o := &Order{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, CompanyName: f.CompanyName, VisitID: orNil(f.ID), OrganisationID: f.OrganisationID, OrganisationName: f.OrganisationName,
		Kind: n.Kind, Number: n.Number, State: OrderOpen, IssuedOn: n.IssuedOn, DeadlineFirst: n.Deadline, Deadline: n.Deadline, Requirement: n.Requirement,
		AskedFiles: db.Ints{}, Reinspectors: db.Texts{}, MadeBy: f.by.Name, MadeAt: f.now, ChangedAt: f.now,
	}
	if n.FileID != 0 {
		o.FileID = &n.FileID
	}
	o.ranked(cal)
	return o, nil
}

// receive is the company signing for the order. Errors: ErrReceived.
func (o *Order) receive(by rbac.Actor, now time.Time) error {
	if o.ReceivedAt != nil {
		return ErrReceived
	}
	o.ReceivedAt, o.ReceivedBy = &now, by.Name
	return nil
}

// MoreTime is a company asking for more time.
type MoreTime struct {
	Until  day.Date `json:"until"`
	Reason string   `json:"reason" minLength:"1" maxLength:"1000" doc:"why, and how people are kept safe meanwhile"`
}

// askTime asks for more time, in the last days before the deadline. Errors: ErrOrderNow, ErrWindowEarly, ErrWindowLate,
// ErrBlank, ErrUntil.
func (o *Order) askTime(m MoreTime, today day.Date, cal *calendar.Calendar) error {
	if o.State != OrderOpen {
		return ErrOrderNow
	}
	w := window(o.Deadline)
	switch w.Judge(today) {
	case term.TooEarly:
		return ErrWindowEarly.With("opens", w.Opens.String()).With("closes", w.Closes.String())
	case term.TooLate:
		return ErrWindowLate.With("closes", w.Closes.String())
	case term.InWindow:
	}
	m.Reason = strings.TrimSpace(m.Reason)
	switch {
	case m.Reason == "":
		return ErrBlank.At("body.reason")
	case !m.Until.After(o.Deadline) || m.Until.After(o.Deadline.AddYears(1)):
		return ErrUntil.At("body.until")
	}
	o.State, o.ExtensionOn, o.ExtensionUntil, o.ExtensionReason = ExtensionAsked, today, m.Until, m.Reason
	if on, err := cal.Roll(today.AddDays(rules.Extension.Reply)); err == nil {
		o.ExtensionDueOn = on
	}
	return nil
}

// TimeAnswer is the body's answer to it.
type TimeAnswer struct {
	Granted bool   `json:"granted"`
	Note    string `json:"note,omitempty" maxLength:"1000" doc:"required to refuse"`
}

// answerTime grants more time or refuses it. Errors: ErrOrderNow, ErrReason.
func (o *Order) answerTime(a TimeAnswer, cal *calendar.Calendar) error {
	if o.State != ExtensionAsked {
		return ErrOrderNow
	}
	if !a.Granted && strings.TrimSpace(a.Note) == "" {
		return ErrReason.At("body.note")
	}
	o.State, o.ExtensionDueOn = OrderOpen, day.Date{}
	if a.Granted {
		o.Deadline = o.ExtensionUntil
		o.Extensions++
	}
	o.ranked(cal)
	return nil
}

// Asking is a company asking for the re-inspection.
type Asking struct {
	Note  string                 `json:"note" minLength:"1" maxLength:"2000" doc:"what was done"`
	Files []id.Of[id.Attachment] `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// ask asks for the re-inspection. Errors: ErrOrderNow, ErrBlank.
func (o *Order) ask(a Asking, today day.Date, cal *calendar.Calendar) error {
	a.Note = strings.TrimSpace(a.Note)
	switch {
	case o.State != OrderOpen && o.State != Failed:
		return ErrOrderNow
	case a.Note == "":
		return ErrBlank.At("body.note")
	}
	o.State, o.AskedOn, o.AskedNote, o.AskedFiles = ReinspectionAsked, today, a.Note, db.Ints{}
	for _, n := range a.Files {
		o.AskedFiles = append(o.AskedFiles, int64(n))
	}
	o.ranked(cal)
	return nil
}

// Reinspection is the result of one (整改复查意见书).
type Reinspection struct {
	On       day.Date             `json:"on"`
	Number   string               `json:"number,omitempty" maxLength:"60"`
	Opinion  string               `json:"opinion" minLength:"1" maxLength:"2000"`
	Officers []string             `json:"officers" minItems:"2" maxItems:"10" nullable:"false"`
	FileID   id.Of[id.Attachment] `json:"fileId,omitempty" required:"false"`
	Failed   []id.Of[Finding]     `json:"failed,omitempty" maxItems:"100" nullable:"false" doc:"findings not put right; the others are"`
}

// reinspect writes it. Errors: ErrOrderNow, ErrDay, ErrBlank, ErrOfficers.
func (o *Order) reinspect(r Reinspection, today day.Date, cal *calendar.Calendar) error {
	names := db.Texts{}
	for _, n := range r.Officers {
		if n = strings.TrimSpace(n); n != "" {
			names = append(names, n)
		}
	}
	switch {
	case o.State == Passed:
		return ErrOrderNow
	case r.On.Before(o.IssuedOn) || r.On.After(today):
		return ErrDay.At("body.on")
	case strings.TrimSpace(r.Opinion) == "":
		return ErrBlank.At("body.opinion")
	case len(names) < rules.Officers.AtLeast:
		return ErrOfficers.At("body.officers")
	}
	o.State, o.ReinspectedOn, o.OpinionNumber, o.Opinion, o.Reinspectors = Passed, r.On, strings.TrimSpace(r.Number), strings.TrimSpace(r.Opinion), names
	if len(r.Failed) > 0 {
		o.State = Failed
	}
	if r.FileID != 0 {
		o.OpinionFile = &r.FileID
	}
	o.ranked(cal)
	return nil
}

// Item is what falls due for the company; settled where its day is zero.
func (o Order) Item() due.Item {
	i := due.Item{Kind: "visit.order", Ref: int64(o.ID), Title: o.Number, Path: "/visit-orders/" + o.ID.String(), Before: []int{10, 3, 1, 0}}
	if o.State == OrderOpen || o.State == ExtensionAsked || o.State == Failed {
		i.On = o.Deadline
	}
	return i
}
