// Package penalty keeps administrative penalties (行政处罚) and the list of seriously dishonest firms (严重失信主体名单):
// 安全生产法 art. 78, 应急管理部令第11号. Each is entered and decided by people; the system counts days and says what the law
// says, and decides nothing.
package penalty

import (
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults of this module.
var (
	// ErrBlank: a text that is needed is empty.
	ErrBlank = fault.New(fault.Invalid, "penalty.blank")
	// ErrDay: after today, or before what it follows.
	ErrDay = fault.New(fault.Invalid, "penalty.day")
	// ErrNumber: the decision is registered already.
	ErrNumber = fault.New(fault.Conflict, "penalty.number")
	// ErrState: somebody has moved it meanwhile, or it is not the actor's turn.
	ErrState = fault.New(fault.Conflict, "penalty.state")
	// ErrEarly: not before {from}.
	ErrEarly = fault.New(fault.Invalid, "penalty.early")
	// ErrStatementOpen: the company may still state its case, until {until}.
	ErrStatementOpen = fault.New(fault.Invalid, "penalty.statement-open")
	// ErrStatementLate: the term for a statement ended on {until}.
	ErrStatementLate = fault.New(fault.Invalid, "penalty.statement-late")
	// ErrCondition: no such condition of listing.
	ErrCondition = fault.New(fault.Invalid, "penalty.condition")
	// ErrSubject: a person needs a name, the company has none here.
	ErrSubject = fault.New(fault.Invalid, "penalty.subject")
	// ErrOpen: a procedure against the same is open.
	ErrOpen = fault.New(fault.Conflict, "penalty.open")
	// ErrNeeds: early removal needs every condition confirmed.
	ErrNeeds = fault.New(fault.Invalid, "penalty.needs")
	// ErrTerm: no rule knew a term on that day.
	ErrTerm = fault.New(fault.Invalid, "penalty.term")
)

// Kinds of a penalty (行政处罚法 art. 9).
var Kinds = []string{"warning", "fine", "confiscation", "suspension", "permit", "closure", "ban", "detention", "other"}

// Where a request for repair stands.
const (
	RepairAsked   = "asked"
	RepairGranted = "granted"
	RepairRefused = "refused"
)

// Event is something that happens to a penalty or to a listing.
type Event string

// Events.
const (
	Registered      Event = "registered"
	Published       Event = "published"
	Paid            Event = "paid"
	Said            Event = "said" // the company stated its case
	RepairAsk       Event = "repair_asked"
	RepairGrant     Event = "repair_granted"
	RepairRefuse    Event = "repair_refused"
	Withdrawn       Event = "withdrawn"
	Noticed         Event = "noticed"
	Dropped         Event = "dropped"
	Enlisted        Event = "listed"
	RemovalAsked    Event = "removal_asked"
	RemovalAccepted Event = "removal_accepted"
	RemovalRefused  Event = "removal_refused"
	Removed         Event = "removed"
	Restored        Event = "restored"
)

// Penalty is one decision against a company or somebody of it.
type Penalty struct {
	ID              id.Of[id.Penalty]
	CompanyID       rbac.CompanyID
	RegionPath      string
	OversightLine   int16
	CompanyName     string
	OrganisationID  id.Of[id.Organisation]
	Number          string
	Body            string
	Subject         string
	SubjectName     string
	Act             string
	Article         string
	Kinds           db.Texts
	AmountFen       int64
	DecidedOn       day.Date
	PublishDueOn    day.Date
	PublishedOn     day.Date
	Medium          string
	PaidOn          day.Date
	RepairState     string
	RepairAskedOn   day.Date
	RepairAskedBy   string
	RepairNote      string
	RepairDueOn     day.Date
	RepairDecidedOn day.Date
	RepairDecidedBy string
	RepairOpinion   string
	WithdrawnOn     day.Date
	WithdrawnNote   string
	Files           db.Ints
	MadeBy          string
	MadeAt          time.Time
}

// RepairFrom is the first day on which repair can be asked for: after the shortest time of publication. Zero before it is public.
func (p Penalty) RepairFrom() day.Date {
	if p.PublishedOn.IsZero() {
		return day.Date{}
	}
	return p.PublishedOn.AddMonths(rules.Repair.AfterMonths).AddDays(1)
}

// Standing says where a penalty stands: decided, published, repaired or withdrawn.
func (p Penalty) Standing() string {
	switch {
	case !p.WithdrawnOn.IsZero():
		return "withdrawn"
	case p.RepairState == RepairGranted:
		return "repaired"
	case p.RepairState == RepairAsked:
		return "repair"
	case !p.PublishedOn.IsZero():
		return "published"
	}
	return "decided"
}

// Step is one thing that happened.
type Step struct {
	ID             id.Of[Step]
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	PenaltyID      *id.Of[id.Penalty]
	DishonestyID   *id.Of[Dishonesty]
	Event          Event
	At             time.Time
	HappenedOn     day.Date
	ActorKind      string
	PersonID       *id.Of[id.Person]
	OrganisationID *id.Of[id.Organisation]
	ActorName      string
	Note           string
	Files          db.Ints
}

// Files are attachments that come with a step.
type Files []id.Of[id.Attachment]

func (f Files) ints() db.Ints {
	out := make(db.Ints, len(f))
	for i, n := range f {
		out[i] = int64(n)
	}
	return out
}

// Order is a decision as it is registered.
type Order struct {
	CompanyID   rbac.CompanyID `json:"companyId"`
	Number      string         `json:"number" minLength:"1" maxLength:"60" doc:"of the decision"`
	Body        string         `json:"body" minLength:"1" maxLength:"100" doc:"that decided"`
	Subject     string         `json:"subject" enum:"enterprise,principal,person"`
	SubjectName string         `json:"subjectName,omitempty" maxLength:"60" doc:"of a person penalised"`
	Act         string         `json:"act" minLength:"1" maxLength:"500"`
	Article     string         `json:"article" minLength:"1" maxLength:"200"`
	Kinds       []string       `json:"kinds" minItems:"1" maxItems:"9" nullable:"false" enum:"warning,fine,confiscation,suspension,permit,closure,ban,detention,other"`
	AmountFen   int64          `json:"amountFen" minimum:"0" maximum:"1000000000000"`
	DecidedOn   day.Date       `json:"decidedOn"`
	Files       Files          `json:"files,omitempty" maxItems:"20" nullable:"false" doc:"the decision as PDF"`
}

// make checks an order and makes the penalty of it. Errors: ErrBlank, ErrSubject, ErrDay.
func (o Order) make(home rbac.Home, company string, by rbac.Actor, now time.Time) (Penalty, error) {
	today := day.In(now, day.Shanghai)
	for _, f := range []struct {
		name  string
		value *string
	}{{"number", &o.Number}, {"body", &o.Body}, {"act", &o.Act}, {"article", &o.Article}} {
		if *f.value = strings.TrimSpace(*f.value); *f.value == "" {
			return Penalty{}, ErrBlank.At("body." + f.name)
		}
	}
	o.SubjectName = strings.TrimSpace(o.SubjectName)
	if (o.Subject == "enterprise") != (o.SubjectName == "") {
		return Penalty{}, ErrSubject.At("body.subjectName")
	}
	if o.DecidedOn.IsZero() || o.DecidedOn.After(today) {
		return Penalty{}, ErrDay.At("body.decidedOn")
	}
	return Penalty{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CompanyName: company, OrganisationID: by.OrganisationID, Number: o.Number, Body: o.Body,
		Subject: o.Subject, SubjectName: o.SubjectName, Act: o.Act, Article: o.Article, Kinds: slices.Compact(slices.Sorted(slices.Values(o.Kinds))), AmountFen: o.AmountFen,
		DecidedOn: o.DecidedOn, PublishDueOn: within(o.DecidedOn, rules.Publication.WorkingDays), Files: o.Files.ints(), MadeBy: by.Name, MadeAt: now,
	}, nil
}

// publish makes a penalty public. Errors: ErrState, ErrDay, ErrBlank.
func (p *Penalty) publish(on, today day.Date, medium string) error {
	switch {
	case !p.PublishedOn.IsZero() || !p.WithdrawnOn.IsZero():
		return ErrState
	case on.IsZero() || on.After(today) || on.Before(p.DecidedOn):
		return ErrDay.At("body.on")
	case strings.TrimSpace(medium) == "":
		return ErrBlank.At("body.medium")
	}
	p.PublishedOn, p.Medium = on, strings.TrimSpace(medium)
	return nil
}

// pay notes that the penalty was paid. Errors: ErrState, ErrDay.
func (p *Penalty) pay(on, today day.Date) error {
	switch {
	case !p.PaidOn.IsZero() || !p.WithdrawnOn.IsZero() || p.AmountFen == 0:
		return ErrState
	case on.IsZero() || on.After(today) || on.Before(p.DecidedOn):
		return ErrDay.At("body.on")
	}
	p.PaidOn = on
	return nil
}

// askRepair is the company asking that the publication end. Errors: ErrState, ErrEarly, ErrBlank.
func (p *Penalty) askRepair(today day.Date, by, note string) error {
	switch {
	case p.PublishedOn.IsZero() || !p.WithdrawnOn.IsZero() || p.RepairState == RepairAsked || p.RepairState == RepairGranted:
		return ErrState
	case today.Before(p.RepairFrom()):
		return ErrEarly.With("from", p.RepairFrom().String())
	case strings.TrimSpace(note) == "":
		return ErrBlank.At("body.note")
	}
	p.RepairState, p.RepairAskedOn, p.RepairAskedBy, p.RepairNote = RepairAsked, today, by, strings.TrimSpace(note)
	p.RepairDueOn = within(today, rules.Repair.DecideWorkingDays)
	return nil
}

// decideRepair answers it. Errors: ErrState, ErrBlank.
func (p *Penalty) decideRepair(today day.Date, by string, grant bool, opinion string) error {
	switch {
	case p.RepairState != RepairAsked:
		return ErrState
	case strings.TrimSpace(opinion) == "":
		return ErrBlank.At("body.opinion")
	}
	p.RepairState = RepairRefused
	if grant {
		p.RepairState = RepairGranted
	}
	p.RepairDecidedOn, p.RepairDecidedBy, p.RepairOpinion = today, by, strings.TrimSpace(opinion)
	return nil
}

// withdraw notes that the decision was set aside. Errors: ErrState, ErrBlank, ErrDay.
func (p *Penalty) withdraw(on, today day.Date, note string) error {
	switch {
	case !p.WithdrawnOn.IsZero():
		return ErrState
	case on.IsZero() || on.After(today) || on.Before(p.DecidedOn):
		return ErrDay.At("body.on")
	case strings.TrimSpace(note) == "":
		return ErrBlank.At("body.note")
	}
	p.WithdrawnOn, p.WithdrawnNote = on, strings.TrimSpace(note)
	return nil
}
