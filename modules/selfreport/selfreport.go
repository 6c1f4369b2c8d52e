// Package selfreport keeps what companies report of their hazards (自报), cycle by cycle: compiled
// from the ledger, signed by the principal (主要负责人), frozen on submission, received or returned
// by the regulator.
//
// Sources: Work Safety Law (2021) art. 41; order 16 of 2007 art. 14 (quarterly by the 15th, yearly
// by 31 January, signed by the principal); the quarterly table of the Ningbo self-report system.
package selfreport

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

// State is where a report stands.
type State string

// States, in the order a report goes through them.
const (
	Opened    State = "open"
	Draft     State = "draft"     // compiled
	Signed    State = "signed"    // by the principal
	Submitted State = "submitted" // lies with the regulator
	Received  State = "received"
	Returned  State = "returned" // with reasons; to be compiled, signed and submitted again
	Outside   State = "outside"  // made in another system, and marked so here: it counts as reported
)

// Event is what happened to a report in one step.
type Event string

// Events.
const (
	Open    Event = "open"
	Compile Event = "compile"
	Sign    Event = "sign"
	Submit  Event = "submit"
	Receive Event = "receive"
	Return  Event = "return"
	Paper   Event = "paper" // submitted as the printed, stamped, scanned form
	Mark    Event = "mark"  // marked as reported in another system
)

// How is the way the principal put his name to a report.
type How string

// Ways of signing.
const (
	BySignature How = "signature" // here, by himself
	ByPaper     How = "paper"     // on the printed form, stamped and scanned (纸质盖章)
)

// from lists the states each event may start in.
var from = map[Event][]State{
	Open:    {""},
	Compile: {Opened, Draft, Signed, Returned},
	Sign:    {Draft},
	Submit:  {Signed},
	Receive: {Submitted},
	Return:  {Submitted, Outside},
	Paper:   {Draft, Signed},
	Mark:    {Opened, Draft, Signed, Returned, Outside}, // a wrong number is marked again
}

// Report is one company's report of one period. Names are snapshots.
type Report struct {
	ID               id.Of[id.Report]
	CompanyID        id.Of[id.Company]
	RegionPath       string
	OversightLine    int16
	Cycle            string
	CycleVersion     string
	Period           string
	PeriodFrom       day.Date
	PeriodUntil      day.Date
	DueOn            day.Date
	State            State
	Remark           string
	Content          string // canonical JSON of a Content
	ContentHash      string // SHA-256 of it, hexadecimal
	Zero             bool
	CompiledAt       *time.Time
	CompiledByName   string
	SignedAt         *time.Time
	SignedByPersonID *id.Of[id.Person]
	SignedByName     string
	SignedHow        How
	SignatureID      *id.Of[id.Attachment] // the strokes, if it was signed by hand on a screen
	Scans            db.JSON[[]id.Of[id.Attachment]]
	Rounds           int16
	FirstSubmittedAt *time.Time
	SubmittedAt      *time.Time
	SubmittedByName  string
	Late             bool // by the first submission, Beijing time; set by the job as long as there is none
	DecidedAt        *time.Time
	DecidedByName    string
	OutsideSystem    string // of OutsideSystems; empty: reported here
	OutsideNumber    string
	OutsideOn        day.Date
	OutsideFiles     db.JSON[[]id.Of[id.Attachment]]
	OutsideAt        *time.Time
	OutsideByName    string
	OpenedAt         time.Time
	Steps            int32
	ChangedAt        time.Time
}

// Step is one transition, written once and never changed.
type Step struct {
	ID             id.Of[Step]
	CompanyID      id.Of[id.Company]
	RegionPath     string
	OversightLine  int16
	ReportID       id.Of[id.Report]
	N              int32
	Event          Event
	FromState      State
	ToState        State
	At             time.Time
	ActorKind      string
	PersonID       *id.Of[id.Person]
	OrganisationID *id.Of[id.Organisation]
	ActorName      string
	ContentHash    string
	Note           string
	Reasons        db.JSON[[]Reason]
}

// Reason is why the regulator returns a report, item by item.
type Reason struct {
	Item   string `json:"item" maxLength:"50" doc:"which part of the report, e.g. lines.general.B02"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// Submission is what was submitted, byte for byte.
type Submission struct {
	ID               id.Of[Submission]
	CompanyID        id.Of[id.Company]
	RegionPath       string
	OversightLine    int16
	ReportID         id.Of[id.Report]
	Round            int16
	Content          string
	ContentHash      string
	SignedAt         time.Time
	SignedByPersonID *id.Of[id.Person] // nil on paper: he need not have a login
	SignedByName     string
	SignedHow        How
	SignatureID      *id.Of[id.Attachment]
	Scans            db.JSON[[]id.Of[id.Attachment]]
	SubmittedAt      time.Time
	SubmittedByName  string
	Late             bool
}

// ErrNow answers an event that the report's state does not allow, by the state found.
var ErrNow = map[State]*fault.Error{
	Opened:    fault.New(fault.Conflict, "selfreport.now-open"),
	Draft:     fault.New(fault.Conflict, "selfreport.now-draft"),
	Signed:    fault.New(fault.Conflict, "selfreport.now-signed"),
	Submitted: fault.New(fault.Conflict, "selfreport.now-submitted"),
	Received:  fault.New(fault.Conflict, "selfreport.now-received"),
	Returned:  fault.New(fault.Conflict, "selfreport.now-returned"),
	Outside:   fault.New(fault.Conflict, "selfreport.now-outside"),
}

// Faults.
var (
	ErrCycle        = fault.New(fault.Invalid, "selfreport.cycle")
	ErrContentMoved = fault.New(fault.Conflict, "selfreport.content-moved")
	ErrReasons      = fault.New(fault.Invalid, "selfreport.reasons")
)

// file is a report in somebody's hands.
type file struct {
	Report
	added []Step
	by    rbac.Actor
	now   time.Time
}

func (f *file) may(e Event) error {
	if !slices.Contains(from[e], f.State) {
		return ErrNow[f.State]
	}
	return nil
}

func (f *file) step(e Event, to State, note string, reasons []Reason) {
	f.Steps++
	if reasons == nil {
		reasons = []Reason{}
	}
	f.added = append(f.added, Step{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, ReportID: f.ID, N: f.Steps, Event: e,
		FromState: f.State, ToState: to, At: f.now, ActorKind: string(f.by.Kind), PersonID: some(f.by.PersonID), OrganisationID: some(f.by.OrganisationID),
		ActorName: f.by.Name, ContentHash: f.ContentHash, Note: strings.TrimSpace(note), Reasons: db.JSON[[]Reason]{V: reasons},
	})
	f.State, f.ChangedAt = to, f.now
}

func some[T ~int64](n T) *T {
	if n == 0 {
		return nil
	}
	return &n
}

// newReport opens the report of a period.
func newReport(home rbac.Home, c Cycle, p Period, by rbac.Actor, now time.Time) *file {
	f := &file{by: by, now: now, Report: Report{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Cycle: c.ID, CycleVersion: cycles.Version,
		Period: p.Name, PeriodFrom: p.From, PeriodUntil: p.Until, DueOn: c.DueOn(p), SignedHow: BySignature, OpenedAt: now,
		Scans: db.JSON[[]id.Of[id.Attachment]]{V: []id.Of[id.Attachment]{}}, OutsideFiles: db.JSON[[]id.Of[id.Attachment]]{V: []id.Of[id.Attachment]{}},
	}}
	f.step(Open, Opened, "", nil)
	return f
}

// compile replaces the content. A signature under the content before it falls away.
func (f *file) compile(card Company, s Statistics, remark string) (err error) {
	if err := f.may(Compile); err != nil {
		return err
	}
	c := Content{
		Form: f.Cycle + "@" + f.CycleVersion, Period: f.Period, From: f.PeriodFrom, Until: f.PeriodUntil, DueOn: f.DueOn, Company: card,
		Statistics: s, Remark: strings.TrimSpace(remark), FilledBy: f.by.Name, FilledOn: day.In(f.now, day.Shanghai),
	}
	if f.Content, f.ContentHash, err = c.canonical(); err != nil {
		return err
	}
	now := f.now
	f.Remark, f.Zero, f.CompiledAt, f.CompiledByName = c.Remark, s.Zero, &now, f.by.Name
	f.unsign()
	f.OutsideSystem, f.OutsideNumber, f.OutsideOn, f.OutsideAt, f.OutsideByName = "", "", day.Date{}, nil, "" // of a mark that was returned
	f.OutsideFiles.V = []id.Of[id.Attachment]{}
	f.step(Compile, Draft, "", nil)
	return nil
}

func (f *file) unsign() {
	f.SignedAt, f.SignedByPersonID, f.SignedByName, f.SignedHow, f.SignatureID = nil, nil, "", BySignature, nil
	f.Scans.V = []id.Of[id.Attachment]{}
}

// sign puts the principal's name under the content he has seen, named by its hash. Nobody
// signs for him: order 16 art. 14 asks for his own signature. Errors: ErrContentMoved, rbac.ErrForbidden.
func (f *file) sign(seen string, strokes id.Of[id.Attachment]) error {
	if err := f.may(Sign); err != nil {
		return err
	}
	if f.by.Kind != rbac.Company || f.by.PersonID == 0 || !slices.Contains(f.by.Roles, "principal") {
		return rbac.ErrForbidden
	}
	if !strings.EqualFold(seen, f.ContentHash) {
		return ErrContentMoved
	}
	now := f.now
	f.SignedAt, f.SignedByPersonID, f.SignedByName, f.SignedHow, f.SignatureID = &now, some(f.by.PersonID), f.by.Name, BySignature, some(strokes)
	f.step(Sign, Signed, "", nil)
	return nil
}

// submit freezes the signed content and hands it to the regulator.
func (f *file) submit() (Submission, error) {
	if err := f.may(Submit); err != nil {
		return Submission{}, err
	}
	return f.handIn(Submit, ""), nil
}

// handIn freezes the content under the signature it has.
func (f *file) handIn(e Event, note string) Submission {
	now := f.now
	f.Rounds++
	f.SubmittedAt, f.SubmittedByName, f.DecidedAt, f.DecidedByName = &now, f.by.Name, nil, ""
	if f.FirstSubmittedAt == nil {
		f.FirstSubmittedAt, f.Late = &now, Late(now, f.DueOn)
	}
	f.step(e, Submitted, note, nil)
	return Submission{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, ReportID: f.ID, Round: f.Rounds,
		Content: f.Content, ContentHash: f.ContentHash, SignedAt: *f.SignedAt, SignedByPersonID: f.SignedByPersonID, SignedByName: f.SignedByName,
		SignedHow: f.SignedHow, SignatureID: f.SignatureID, Scans: f.Scans, SubmittedAt: now, SubmittedByName: f.by.Name, Late: Late(now, f.DueOn),
	}
}

// decide is the regulator receiving the report, or returning it for reasons. Errors: ErrReasons.
func (f *file) decide(e Event, note string, reasons []Reason) error {
	if err := f.may(e); err != nil {
		return err
	}
	to := Received
	if e == Return {
		if to = Returned; len(reasons) == 0 {
			return ErrReasons.At("body.reasons")
		}
	}
	now := f.now
	f.DecidedAt, f.DecidedByName = &now, f.by.Name
	f.step(e, to, note, reasons)
	return nil
}
