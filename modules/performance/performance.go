// Package performance assesses how duties are fulfilled (履职考核): a cell of the responsibility
// matrix becomes a task of each period, tasks are fulfilled by what was done in the system or by
// what is handed in and confirmed, and an assessment shows the working of each score down to the
// evidence.
//
// Sources: Work Safety Law (安全生产法, 2021) arts 4, 22, 107; 安委办〔2017〕29号 (五)(六). The scoring
// is the platform's own; it is data with versions (library/rules@*.yaml).
package performance

import (
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults.
var (
	ErrSettled       = fault.New(fault.Conflict, "performance.task-settled")
	ErrNotYours      = fault.New(fault.Forbidden, "performance.not-yours")
	ErrOwn           = fault.New(fault.Forbidden, "performance.own")
	ErrBlank         = fault.New(fault.Invalid, "performance.blank")
	ErrDay           = fault.New(fault.Invalid, "performance.day")
	ErrDecided       = fault.New(fault.Conflict, "performance.evidence-decided")
	ErrCell          = fault.New(fault.Invalid, "performance.cell-unknown")
	ErrPeriod        = fault.New(fault.Invalid, "performance.period")
	ErrStaff         = fault.New(fault.Invalid, "performance.staff-unknown")
	ErrPoints        = fault.New(fault.Invalid, "performance.points")
	ErrStrike        = fault.New(fault.Invalid, "performance.strike")
	ErrAppealOver    = fault.New(fault.Conflict, "performance.appeal-over")
	ErrOwnDecision   = fault.New(fault.Forbidden, "performance.own-decision")
	ErrRevoked       = fault.New(fault.Conflict, "performance.reward-revoked")
	ErrAssessmentOf  = fault.New(fault.Invalid, "performance.assessment-of-another")
	ErrFiguresPeriod = fault.New(fault.Invalid, "performance.figures-period")
)

// ErrNow answers a step that the assessment's state does not allow, by the state found.
var ErrNow = map[State]*fault.Error{
	Draft:     fault.New(fault.Conflict, "performance.now-draft"),
	Confirmed: fault.New(fault.Conflict, "performance.now-confirmed"),
	Published: fault.New(fault.Conflict, "performance.now-published"),
	Appealed:  fault.New(fault.Conflict, "performance.now-appealed"),
	Final:     fault.New(fault.Conflict, "performance.now-final"),
}

// Status is what became of a task. Missed is one of them, not an absence.
type Status string

// Statuses.
const (
	Pending Status = "pending"
	Done    Status = "done"
	Late    Status = "late"
	Missed  Status = "missed"
	Excused Status = "excused" // left out of the score
)

// Why a task was excused.
const (
	Ended   = "ended"   // he no longer holds the duty
	Idle    = "idle"    // there was nothing to do
	Granted = "granted" // his superior said so, with a reason
)

// Grade of a score.
type Grade string

// Grades. Ungraded: nothing was due.
const (
	Ungraded Grade = ""
	A        Grade = "A"
	B        Grade = "B"
	C        Grade = "C"
	D        Grade = "D"
)

// DeedKind is something done that other modules record.
type DeedKind string

// Deeds that the rules speak of.
const (
	DeedCheck          DeedKind = "check"
	DeedHazardFound    DeedKind = "hazard_found"
	DeedHazardFixed    DeedKind = "hazard_fixed"
	DeedHazardAccepted DeedKind = "hazard_accepted"
	DeedCertHeld       DeedKind = "certificate_held"
	DeedCertKept       DeedKind = "certificate_kept"
	DeedCompiled       DeedKind = "report_compiled"
	DeedSigned         DeedKind = "report_signed"
)

// EvidenceKind is what a piece of evidence is: a DeedKind, or one of those handed in by hand.
type EvidenceKind string

// Evidence handed in by hand.
const (
	Meeting    EvidenceKind = "meeting"     // 会议记录
	DrillHeld  EvidenceKind = "drill"       // 演练
	Training   EvidenceKind = "training"    // 培训
	Permit     EvidenceKind = "permit"      // 作业票
	CheckPaper EvidenceKind = "check_paper" // a check on paper
	Document   EvidenceKind = "document"    // anything else
)

// Kind is the kind of responsibility (责任类型).
type Kind string

// Kinds: 主要, 直接, 领导, 监管.
const (
	MainDuty  Kind = "main"
	Direct    Kind = "direct"
	Lead      Kind = "lead"
	Supervise Kind = "supervise"
)

// Object marks the id of a record of whatever module; its noun stands beside it.
type Object struct{}

// Task is what one person owes of one cell of the matrix for one period.
type Task struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Task]
	RegionPath    string
	OversightLine int16
	CellID        id.Of[Cell]
	DutyID        id.Of[id.Duty]
	Template      string // duty of the library, empty for the company's own
	DutyText      string
	EvidenceText  string
	Modules       db.Texts
	DutyKind      Kind
	Frequency     Frequency
	Score         int // hundredths
	StaffID       id.Of[id.Staff]
	StaffName     string
	PostID        id.Of[id.Post]
	PostName      string
	UnitID        *id.Of[id.Unit] // at the period's end, or as last planned
	Period        string
	Occasion      string // of an event
	FromOn        day.Date
	DueOn         day.Date
	GraceUntil    day.Date
	Status        Status
	ExcuseKind    string
	Excuse        string
	ExcusedName   string
	DoneOn        day.Date
	SettledAt     *time.Time
	CreatedAt     time.Time
}

// settle fulfils the task by a deed of a day.
func (t *Task) settle(on day.Date, now time.Time) {
	t.Status, t.DoneOn, t.SettledAt = Done, on, &now
	if on.After(t.DueOn) {
		t.Status = Late
	}
}

// Evidence is one piece of evidence for a task.
type Evidence struct {
	CompanyID       rbac.CompanyID
	ID              id.Of[Evidence]
	RegionPath      string
	OversightLine   int16
	TaskID          id.Of[Task]
	StaffID         id.Of[id.Staff]
	UnitID          *id.Of[id.Unit]
	Kind            EvidenceKind
	Noun            string // record of this system it is; empty if handed in
	ObjectID        id.Of[Object]
	HappenedOn      day.Date
	Title           string
	Note            string
	AttachmentIDs   db.Ints
	Status          string // found, waiting, confirmed, refused
	ByPersonID      *id.Of[id.Person]
	ByName          string
	At              time.Time
	DecidedPersonID *id.Of[id.Person]
	DecidedName     string
	DecidedAt       *time.Time
	Reason          string // of a refusal
}

// Statuses of evidence.
const (
	Found    = "found"   // a record of this system
	Waiting  = "waiting" // handed in, not decided
	Accepted = "confirmed"
	Refused  = "refused"
)

// Frequency is how often a duty falls due.
type Frequency string

// Frequencies of the responsibility matrix.
const (
	PerShift   Frequency = "per_shift" // measured by checks, not by tasks; so daily
	Daily      Frequency = "daily"
	Weekly     Frequency = "weekly"
	Monthly    Frequency = "monthly"
	Quarterly  Frequency = "quarterly"
	HalfYearly Frequency = "half_yearly"
	Yearly     Frequency = "yearly"
	OnEvent    Frequency = "event" // due when something happened
	PerUse     Frequency = "per_use"
)

// ByChecks reports whether the duty is measured by the checks somebody had to make.
func (f Frequency) ByChecks() bool { return f == PerShift || f == Daily }

// ByEvent reports whether the duty is due only when something happened.
func (f Frequency) ByEvent() bool { return f == OnEvent || f == PerUse }

// Span is a period, both days inclusive.
type Span struct {
	Key   string // e.g. 2026-W07, 2026-02, 2026-Q1, 2026-H1, 2026
	From  day.Date
	Until day.Date
}

// At returns the period of f that holds d; ok is false for a frequency without periods.
func (f Frequency) At(d day.Date) (s Span, ok bool) {
	y := d.Year()
	first := func(month int) day.Date { return day.Of(y, time.Month(month), 1) }
	switch f {
	case Weekly:
		monday := d.AddDays(-(int(d.Weekday()) + 6) % 7)
		year, week := monday.Midnight(time.UTC).ISOWeek()
		return Span{fmt.Sprintf("%04d-W%02d", year, week), monday, monday.AddDays(6)}, true
	case Monthly:
		from := first(int(d.Month()))
		return Span{fmt.Sprintf("%04d-%02d", y, int(d.Month())), from, from.AddMonths(1).AddDays(-1)}, true
	case Quarterly:
		from := first(3*d.Quarter() - 2)
		return Span{fmt.Sprintf("%04d-Q%d", y, d.Quarter()), from, from.AddMonths(3).AddDays(-1)}, true
	case HalfYearly:
		half := (d.Quarter() + 1) / 2
		from := first(6*half - 5)
		return Span{fmt.Sprintf("%04d-H%d", y, half), from, from.AddMonths(6).AddDays(-1)}, true
	case Yearly:
		return Span{fmt.Sprintf("%04d", y), first(1), day.Of(y, 12, 31)}, true
	case PerShift, Daily, OnEvent, PerUse:
	}
	return Span{}, false
}

// SpanOf reads the name of a period of a round: a month, quarter, half-year or year. Errors: ErrPeriod.
func SpanOf(key string) (f Frequency, s Span, err error) {
	var y, n int
	for _, try := range []struct {
		f      Frequency
		format string
		months int
	}{{Quarterly, "%04d-Q%d", 3}, {HalfYearly, "%04d-H%d", 6}, {Monthly, "%04d-%02d", 1}} {
		if _, err := fmt.Sscanf(key, try.format, &y, &n); err != nil || n < 1 || n*try.months > 12 || y < 2000 || y > 2200 {
			continue
		}
		s, _ = try.f.At(day.Of(y, time.Month((n-1)*try.months+1), 1))
		if s.Key == key {
			return try.f, s, nil
		}
	}
	if _, err := fmt.Sscanf(key, "%04d", &y); err == nil && len(key) == 4 && y >= 2000 && y <= 2200 {
		s, _ = Yearly.At(day.Of(y, 1, 1))
		return Yearly, s, nil
	}
	return "", Span{}, ErrPeriod
}
