package training

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// State is how far a session has come.
type State string

// States of a session.
const (
	Planned   State = "planned"
	Open      State = "open" // people sign in
	Closed    State = "closed"
	Cancelled State = "cancelled"
)

// Session is people who are trained together.
type Session struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Session]
	RegionPath    string
	OversightLine int16
	UnitID        *id.Of[id.Unit] // that holds it; nil: the company
	CourseID      *id.Of[id.Course]
	PlanItemID    *id.Of[PlanItem]
	Kind          string
	Phase         string
	Level         string
	Title         string
	Outline       string
	HeldOn        day.Date
	Starts        int16 // minutes after midnight in Shanghai
	Minutes       int   // of training
	Place         string
	Trainer       string
	TrainerID     *id.Of[id.Staff]
	Types         db.Texts
	Units         db.Ints
	People        db.Ints
	State         State
	Token         string
	Files         db.Ints
	PaperID       id.Of[id.Paper]
	Expected      int
	Attended      int
	Summary       string
	Reason        string
	RemindOn      day.Date
	MadeByName    string
	MadeAt        time.Time
	ClosedByName  string
	ClosedAt      *time.Time
}

// SessionForm is what somebody enters of a session.
type SessionForm struct {
	UnitID     id.Of[id.Unit]    `json:"unitId,omitempty" doc:"that holds it; empty: the company, or the unit of him who enters it"`
	CourseID   id.Of[id.Course]  `json:"courseId,omitempty"`
	PlanItemID id.Of[PlanItem]   `json:"planItemId,omitempty"`
	Kind       string            `json:"kind,omitempty" maxLength:"40" doc:"empty: of the course"`
	Phase      string            `json:"phase,omitempty" enum:",initial,annual,transfer,return,special" doc:"empty: of the course"`
	Level      string            `json:"level,omitempty" enum:",factory,workshop,team"`
	Title      string            `json:"title" minLength:"1" maxLength:"100"`
	Outline    string            `json:"outline,omitempty" maxLength:"8000"`
	HeldOn     day.Date          `json:"heldOn"`
	Starts     string            `json:"starts" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" example:"14:00"`
	Minutes    int               `json:"minutes" minimum:"1" maximum:"14400"`
	Place      string            `json:"place,omitempty" maxLength:"60"`
	Trainer    string            `json:"trainer,omitempty" maxLength:"50" doc:"empty: the name of the trainer of the staff"`
	TrainerID  id.Of[id.Staff]   `json:"trainerId,omitempty"`
	Types      []string          `json:"types,omitempty" maxItems:"30"`
	Units      []id.Of[id.Unit]  `json:"units,omitempty" maxItems:"100"`
	People     []id.Of[id.Staff] `json:"people,omitempty" maxItems:"2000" doc:"these and no others, where any are named"`
	PaperID    id.Of[id.Paper]   `json:"paperId,omitempty"`
}

// enter sets what a form says; names of people and units are held against what there is before. Errors: ErrName, ErrKind,
// ErrLevel, ErrDay.
func (s *Session) enter(f SessionForm, c Course, today day.Date) error {
	s.Title = strings.TrimSpace(f.Title)
	kind, phase, level, outline, paper := f.Kind, f.Phase, f.Level, strings.TrimSpace(f.Outline), f.PaperID
	if c.ID != 0 {
		s.CourseID, kind, phase, level = &c.ID, c.Kind, c.Phase, c.Level
		if outline == "" {
			outline = c.Outline
		}
		if paper == 0 {
			paper = c.PaperID
		}
	}
	switch {
	case s.Title == "":
		return ErrName.At("body.title")
	case !slices.Contains(Kinds(), kind) || phase == "":
		return ErrKind.At("body.kind")
	case level != "" && phase != PhaseInitial && phase != PhaseTransfer && phase != PhaseReturn:
		return ErrLevel.At("body.level")
	case f.HeldOn.Before(today.AddDays(-366)) || f.HeldOn.After(today.AddDays(800)):
		return ErrDay.At("body.heldOn")
	}
	s.Kind, s.Phase, s.Level, s.Outline, s.PaperID = kind, phase, level, outline, paper
	s.HeldOn, s.Minutes, s.Place, s.Trainer = f.HeldOn, f.Minutes, strings.TrimSpace(f.Place), strings.TrimSpace(f.Trainer)
	s.Starts = clock(f.Starts)
	s.Types, s.Units, s.People = db.Texts(f.Types), ints(f.Units), ints(f.People)
	s.RemindOn = remindFrom(f.HeldOn, today)
	return nil
}

// clock reads 14:30, whose form was checked before.
func clock(s string) int16 {
	var h, m int16
	_, _ = fmt.Sscanf(s, "%d:%d", &h, &m)
	return h*60 + m
}

func clockText(n int16) string { return fmt.Sprintf("%02d:%02d", n/60%24, n%60) }

// begins is the moment at which it begins.
func (s Session) begins() time.Time {
	return s.HeldOn.Midnight(day.Shanghai).Add(time.Duration(s.Starts) * time.Minute)
}

// takes reports whether its code takes signatures now.
func (s Session) takes(now time.Time, set Setting) bool {
	from := s.begins().Add(-time.Duration(set.BeforeMinutes) * time.Minute)
	until := s.begins().Add(time.Duration(s.Minutes+int(set.AfterMinutes)) * time.Minute)
	return (s.State == Planned || s.State == Open) && !now.Before(from) && !now.After(until)
}

// token is what the code of a session says: nobody guesses it.
func token() string {
	b := make([]byte, 15)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// reminders are the days before a session on which its people are told.
var reminders = []int{7, 1, 0}

// remindFrom is the next day on which people are told; zero: none any more.
func remindFrom(held, from day.Date) day.Date {
	for _, n := range reminders {
		if on := held.AddDays(-n); !on.Before(from) {
			return on
		}
	}
	return day.Date{}
}

// stepOf is the smallest reminder that a day has reached.
func stepOf(held, today day.Date) int {
	step := reminders[0]
	for _, n := range reminders {
		if !today.Before(held.AddDays(-n)) {
			step = n
		}
	}
	return step
}

// Attendance is one person at a session.
type Attendance struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	SessionID     id.Of[id.Session]
	StaffID       id.Of[id.Staff]
	StaffName     string
	UnitName      string
	PostName      string
	How           string // qr, signature, sheet, corrected, absent
	At            time.Time
	SignatureID   *id.Of[id.Attachment]
	Minutes       int
	Score         *int16
	Passed        *bool
	Rating        *int16
	Remark        string
	RatedAt       *time.Time
	ByName        string
}

// Ways of being noted at a session.
const (
	byCode      = "qr"
	bySignature = "signature"
	bySheet     = "sheet"
	byHand      = "corrected"
	notThere    = "absent"
)

func (s Session) attendance(p Person, how, by string, at time.Time) Attendance {
	return Attendance{
		CompanyID: s.CompanyID, RegionPath: s.RegionPath, OversightLine: s.OversightLine, SessionID: s.ID, StaffID: p.ID, StaffName: p.Name, UnitName: p.UnitName, PostName: p.PostName,
		How: how, At: at, Minutes: s.Minutes, ByName: by,
	}
}

// expected are those of the people for whom a session is.
func (s Session) expected(people []Person, tree org.Tree) []Person {
	return slices.DeleteFunc(slices.Clone(people), func(p Person) bool { return !s.expects(p, tree) })
}

func (s Session) expects(p Person, tree org.Tree) bool {
	if len(s.People) > 0 {
		return slices.Contains(s.People, int64(p.ID))
	}
	if len(s.Types) > 0 && !slices.ContainsFunc(p.Types, func(t string) bool { return slices.Contains(s.Types, t) }) {
		return false
	}
	return len(s.Units) == 0 || slices.ContainsFunc(s.Units, func(u int64) bool { return tree.Within(p.UnitID, id.Of[id.Unit](u)) })
}

// record is what a session gives a person who was there.
func (s Session) record(a Attendance) Record {
	r := Record{
		CompanyID: s.CompanyID, RegionPath: s.RegionPath, OversightLine: s.OversightLine, StaffID: a.StaffID, HeldOn: s.HeldOn, Phase: s.Phase, Level: s.Level, Kind: s.Kind, Title: s.Title,
		Minutes: a.Minutes, Trainer: s.Trainer, Source: sourceSession, SourceID: int64(s.ID), Passed: a.Passed,
	}
	if a.Score != nil {
		n := int(*a.Score)
		r.Score = &n
	}
	if a.How == notThere {
		r.Minutes = 0
	}
	return r
}

// sessionTrail is what the trail keeps of a session.
type sessionTrail struct {
	Title    string
	HeldOn   day.Date
	Starts   string
	Minutes  int
	Place    string
	Trainer  string
	State    State
	Attended int
	Reason   string
	Summary  string
}

func (s Session) trail() sessionTrail {
	return sessionTrail{s.Title, s.HeldOn, clockText(s.Starts), s.Minutes, s.Place, s.Trainer, s.State, s.Attended, s.Reason, s.Summary}
}

// attendanceTrail is what it keeps of a correction.
type attendanceTrail struct {
	Staff   string
	How     string
	Minutes int
	Score   *int16
	Passed  *bool
	Reason  string
}

func (a Attendance) trail(reason string) attendanceTrail {
	return attendanceTrail{a.StaffName, a.How, a.Minutes, a.Score, a.Passed, reason}
}
