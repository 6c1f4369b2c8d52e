package training

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Result is what an exam, or the trainer, says of one of the people.
type Result struct {
	StaffID id.Of[id.Staff] `json:"staffId"`
	Minutes *int            `json:"minutes,omitempty" minimum:"0" maximum:"14400" doc:"that he was there; empty: all of it"`
	Score   *int16          `json:"score,omitempty" minimum:"0" maximum:"100"`
	Passed  *bool           `json:"passed,omitempty"`
}

// Closing ends a session.
type Closing struct {
	Summary string                 `json:"summary,omitempty" maxLength:"2000" doc:"what the trainer says of its effect"`
	Results []Result               `json:"results,omitempty" maxItems:"2000"`
	Files   []id.Of[id.Attachment] `json:"files,omitempty" maxItems:"20" doc:"photos of the session"`
}

// CloseSession ends a session: who was there gets a record, who was expected and did not come is noted as absent. Errors:
// rbac.ErrNotFound, ErrNotHis, ErrState, ErrNobody, ErrFuture, ErrPerson.
func (s *Service) CloseSession(ctx context.Context, n id.Of[id.Session], in Closing) error {
	return s.change(ctx, ActionAttend, n, func(tx db.Tx, scope rbac.Scope, ses *Session) error {
		switch {
		case ses.State != Planned && ses.State != Open:
			return ErrState
		case ses.HeldOn.After(today(tx)):
			return ErrFuture
		}
		there, err := attendanceOf(ctx, tx, ses.CompanyID, n)
		if err != nil {
			return err
		}
		if len(there) == 0 {
			return ErrNobody
		}
		if err := apply(there, in.Results); err != nil {
			return err
		}
		absent, err := s.absent(ctx, tx, scope, *ses, there)
		if err != nil {
			return err
		}
		now := tx.Now
		ses.State, ses.Summary, ses.ClosedAt, ses.ClosedByName, ses.RemindOn = Closed, strings.TrimSpace(in.Summary), &now, scope.Actor().Name, day.Date{}
		ses.Attended, ses.Expected = len(there), len(there)+len(absent)
		ses.Files = append(ses.Files, ints(in.Files)...)
		if err := saveAttendance(ctx, tx, append(slices.Clone(there), absent...)); err != nil {
			return err
		}
		if err := s.Claim(ctx, tx, scope, in.Files, Noun, int64(n)); err != nil {
			return err
		}
		if err := updateSession(ctx, tx, ses); err != nil { // what follows counts it
			return err
		}
		return s.closed(ctx, tx, scope, *ses, there)
	})
}

// apply sets results on those who were there. Errors: ErrPerson.
func apply(there []Attendance, results []Result) error {
	for i, r := range results {
		at := slices.IndexFunc(there, func(a Attendance) bool { return a.StaffID == r.StaffID })
		if at < 0 {
			return ErrPerson.At(fmt.Sprintf("body.results[%d].staffId", i))
		}
		a := &there[at]
		a.Score, a.Passed = r.Score, r.Passed
		if r.Minutes != nil {
			a.Minutes = *r.Minutes
		}
	}
	return nil
}

func (s *Service) absent(ctx context.Context, tx db.Tx, scope rbac.Scope, ses Session, there []Attendance) ([]Attendance, error) {
	missing, err := s.waiting(ctx, tx, ses, there)
	rows := make([]Attendance, len(missing))
	for i, p := range missing {
		rows[i] = ses.attendance(p, notThere, scope.Actor().Name, tx.Now)
		rows[i].Minutes = 0
	}
	return rows, err
}

// closed writes the records of a session, tells the cards of three-level education and counts hours anew.
func (s *Service) closed(ctx context.Context, tx db.Tx, scope rbac.Scope, ses Session, there []Attendance) error {
	home := rbac.Home{CompanyID: ses.CompanyID, RegionPath: ses.RegionPath, Line: ses.OversightLine}
	records, who := make([]Record, len(there)), make([]id.Of[id.Staff], len(there))
	for i, a := range there {
		records[i], who[i] = ses.record(a), a.StaffID
	}
	if err := insertRecords(ctx, tx, records); err != nil {
		return err
	}
	if ses.Level != "" {
		for minutes, those := range byMinutes(there) {
			lesson := Lesson{Level: ses.Level, On: ses.HeldOn, Minutes: minutes, Trainer: ses.Trainer, SessionID: int64(ses.ID), Who: those}
			if err := s.teach(ctx, tx, scope, home, lesson); err != nil {
				return err
			}
		}
	}
	return s.reckon(ctx, tx, scope, home, ses.HeldOn.Year(), who)
}

func byMinutes(there []Attendance) map[int][]id.Of[id.Staff] {
	out := map[int][]id.Of[id.Staff]{}
	for _, a := range there {
		if a.Minutes > 0 {
			out[a.Minutes] = append(out[a.Minutes], a.StaffID)
		}
	}
	return out
}

// Correction mends what a closed session says of one person.
type Correction struct {
	StaffID id.Of[id.Staff] `json:"staffId"`
	There   bool            `json:"there" doc:"he was there"`
	Minutes int             `json:"minutes" minimum:"0" maximum:"14400"`
	Score   *int16          `json:"score,omitempty" minimum:"0" maximum:"100"`
	Passed  *bool           `json:"passed,omitempty"`
	Reason  string          `json:"reason" minLength:"1" maxLength:"500"`
}

// Correct mends what a closed session says of somebody, with a reason that the trail keeps. Errors: rbac.ErrNotFound,
// ErrNotHis, ErrState, ErrReason, ErrPerson.
func (s *Service) Correct(ctx context.Context, n id.Of[id.Session], in Correction) error {
	return s.change(ctx, ActionCorrect, n, func(tx db.Tx, scope rbac.Scope, ses *Session) error {
		reason := strings.TrimSpace(in.Reason)
		switch {
		case ses.State != Closed:
			return ErrState
		case reason == "":
			return ErrReason.At("body.reason")
		case in.There && in.Minutes == 0:
			return ErrRowHours.At("body.minutes")
		}
		own, err := attendedBy(ctx, tx, ses.CompanyID, in.StaffID, db.Ints{int64(n)})
		if err != nil {
			return err
		}
		before, noted := own[n]
		a := before
		if !noted {
			people, err := s.found(ctx, tx, *ses, []id.Of[id.Staff]{in.StaffID})
			if err != nil {
				return ErrPerson.At("body.staffId").Because(err)
			}
			a = ses.attendance(people[0], byHand, scope.Actor().Name, tx.Now)
			ses.Expected++
		}
		a.mend(in, scope.Actor().Name)
		ses.Attended += counted(a) - counted(before)
		scope.Changed("training_attendance", int64(n), ses.CompanyID, before.trail(""), a.trail(reason))
		if err := saveAttendance(ctx, tx, []Attendance{a}); err != nil {
			return err
		}
		return s.closed(ctx, tx, scope, *ses, []Attendance{a})
	})
}

// mend sets what a correction says.
func (a *Attendance) mend(in Correction, by string) {
	switch {
	case !in.There:
		a.How, a.Minutes, a.Score, a.Passed = notThere, 0, nil, nil
	default:
		if a.How == notThere {
			a.How = byHand
		}
		a.Minutes, a.Score, a.Passed = in.Minutes, in.Score, in.Passed
	}
	a.ByName = by
}

func counted(a Attendance) int {
	if a.StaffID == 0 || a.How == notThere {
		return 0
	}
	return 1
}

// Examined is what an exam says of people at a session: it counts for their records, too.
func (s *Service) Examined(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, n id.Of[id.Session], of Result) error {
	ses, err := sessionHeld(ctx, tx, company, n)
	if err != nil {
		return err
	}
	own, err := attendedBy(ctx, tx, company, of.StaffID, db.Ints{int64(n)})
	a, there := own[n]
	if err != nil || !there || a.How == notThere || (a.Passed != nil && *a.Passed) { // who has passed has passed
		return err
	}
	a.Score, a.Passed = of.Score, of.Passed
	if err := saveAttendance(ctx, tx, []Attendance{a}); err != nil || ses.State != Closed {
		return err
	}
	return s.closed(ctx, tx, scope, ses, []Attendance{a})
}
