package training

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Mine is a session as one of its people sees it.
type Mine struct {
	Session
	Own      *Attendance
	Expected bool // he is
	Trainer  bool // he is
	Now      bool // its code takes signatures
	Rate     bool // he may say what he thinks of it
}

// recent is how long after a session its people may say what they think of it.
const recent = 14

// MySessions lists what the actor is to come to, and what he was at lately. Errors: ErrNoStaff.
func (s *Service) MySessions(ctx context.Context) (out []Mine, err error) {
	err = s.Gate.Read(ctx, ActionAttend, func(tx db.Tx, scope rbac.Scope) error {
		me, tree, err := s.me(ctx, tx, scope)
		if err != nil {
			return err
		}
		out = nil
		rows, err := upcoming(ctx, tx, scope.Actor().CompanyID, today(tx).AddDays(-recent))
		if err != nil {
			return err
		}
		ids := make(db.Ints, len(rows))
		for i, r := range rows {
			ids[i] = int64(r.ID)
		}
		own, err := attendedBy(ctx, tx, scope.Actor().CompanyID, me.ID, ids)
		if err != nil {
			return err
		}
		set, err := settingOf(ctx, tx, scope, scope.Actor().CompanyID)
		for _, r := range rows {
			a, there := own[r.ID]
			m := r.mine(tx, set, me, tree, &a, there)
			if m.Own != nil || m.Trainer || (m.Expected && r.State != Closed) {
				out = append(out, m)
			}
		}
		return err
	})
	return out, err
}

func (ses Session) mine(tx db.Tx, set Setting, me Person, tree org.Tree, a *Attendance, there bool) Mine {
	m := Mine{Session: ses, Expected: ses.expects(me, tree), Trainer: ses.TrainerID != nil && *ses.TrainerID == me.ID, Now: ses.takes(tx.Now, set)}
	if !m.Trainer {
		m.Token = ""
	}
	if there {
		m.Own = a
		m.Rate = a.How != notThere && !today(tx).After(ses.HeldOn.AddDays(recent)) && !tx.Now.Before(ses.begins())
	}
	return m
}

// me is the actor as one of the staff. Errors: ErrNoStaff.
func (s *Service) me(ctx context.Context, tx db.Tx, scope rbac.Scope) (Person, org.Tree, error) {
	a := scope.Actor()
	if a.StaffID == 0 || a.Kind != rbac.Company {
		return Person{}, org.Tree{}, ErrNoStaff
	}
	found, err := s.People(ctx, tx, a.CompanyID, []id.Of[id.Staff]{a.StaffID}, today(tx))
	if err != nil {
		return Person{}, org.Tree{}, err
	}
	if len(found) == 0 || !found[0].here(today(tx)) {
		return Person{}, org.Tree{}, ErrNoStaff
	}
	tree, err := s.Tree(ctx, tx, a.CompanyID, today(tx))
	return found[0], tree, err
}

// Scan shows the session of a code to somebody who wants to sign in. Errors: ErrNoStaff, ErrToken.
func (s *Service) Scan(ctx context.Context, token string) (m Mine, err error) {
	err = s.Gate.Read(ctx, ActionAttend, func(tx db.Tx, scope rbac.Scope) error {
		me, tree, err := s.me(ctx, tx, scope)
		if err != nil {
			return err
		}
		ses, err := sessionByToken(ctx, tx, scope.Actor().CompanyID, token, false)
		if err != nil {
			return err
		}
		set, err := settingOf(ctx, tx, scope, ses.CompanyID)
		if err != nil {
			return err
		}
		own, err := attendedBy(ctx, tx, ses.CompanyID, me.ID, db.Ints{int64(ses.ID)})
		a, there := own[ses.ID]
		m = ses.mine(tx, set, me, tree, &a, there)
		return err
	})
	return m, err
}

// SignIn notes that the actor is at the session of a code; doing it twice is the same as once. Errors: ErrNoStaff, ErrToken, ErrWindow.
func (s *Service) SignIn(ctx context.Context, token string) (made id.Of[id.Session], err error) {
	err = s.Gate.Write(ctx, ActionAttend, func(tx db.Tx, scope rbac.Scope) error {
		me, _, err := s.me(ctx, tx, scope)
		if err != nil {
			return err
		}
		ses, err := sessionByToken(ctx, tx, scope.Actor().CompanyID, token, true)
		if err != nil {
			return err
		}
		set, err := settingOf(ctx, tx, scope, ses.CompanyID)
		if err != nil {
			return err
		}
		made = ses.ID
		scope.Made(int64(made))
		own, err := attendedBy(ctx, tx, ses.CompanyID, me.ID, db.Ints{int64(ses.ID)})
		if _, there := own[ses.ID]; there || err != nil {
			return err
		}
		if !ses.takes(tx.Now, set) {
			return ErrWindow.With("from", clockText(max(0, ses.Starts-set.BeforeMinutes))).With("day", ses.HeldOn.String())
		}
		return s.noted(ctx, tx, ses, ses.attendance(me, byCode, me.Name, tx.Now))
	})
	return made, err
}

// noted writes that people are there and counts them; the caller holds the session locked.
func (s *Service) noted(ctx context.Context, tx db.Tx, ses Session, rows ...Attendance) error {
	if err := note(ctx, tx, rows); err != nil {
		return err
	}
	all, err := attendanceOf(ctx, tx, ses.CompanyID, ses.ID)
	if err != nil {
		return err
	}
	ses.Attended = len(slices.DeleteFunc(all, func(a Attendance) bool { return a.How == notThere }))
	if ses.State == Planned {
		ses.State = Open
	}
	return updateSession(ctx, tx, &ses)
}

// Signed is one person's signature on the phone of another.
type Signed struct {
	StaffID      id.Of[id.Staff]      `json:"staffId"`
	AttachmentID id.Of[id.Attachment] `json:"attachmentId" doc:"the strokes, a picture"`
}

// Sign notes that somebody was there who signed on the phone of him who runs the session. Errors: rbac.ErrNotFound, ErrNotHis,
// ErrState, ErrPerson.
func (s *Service) Sign(ctx context.Context, n id.Of[id.Session], in Signed) error {
	return s.gather(ctx, n, []id.Of[id.Staff]{in.StaffID}, func(tx db.Tx, scope rbac.Scope, ses Session, people []Person) error {
		a := ses.attendance(people[0], bySignature, scope.Actor().Name, tx.Now)
		a.SignatureID = &in.AttachmentID
		if err := s.noted(ctx, tx, ses, a); err != nil {
			return err
		}
		return s.Claim(ctx, tx, scope, []id.Of[id.Attachment]{in.AttachmentID}, Noun, int64(n))
	})
}

// Paper is the sheet that people signed on paper: photos of it, and who stands on it.
type Paper struct {
	People []id.Of[id.Staff]      `json:"people" minItems:"1" maxItems:"2000" nullable:"false"`
	Files  []id.Of[id.Attachment] `json:"files" minItems:"1" maxItems:"20" nullable:"false"`
}

// TakeSheet notes those who stand on the paper sheet. Errors: rbac.ErrNotFound, ErrNotHis, ErrState, ErrPerson.
func (s *Service) TakeSheet(ctx context.Context, n id.Of[id.Session], in Paper) error {
	return s.gather(ctx, n, in.People, func(tx db.Tx, scope rbac.Scope, ses Session, people []Person) error {
		rows := make([]Attendance, len(people))
		for i, p := range people {
			rows[i] = ses.attendance(p, bySheet, scope.Actor().Name, tx.Now)
		}
		for _, f := range ints(in.Files) {
			if !slices.Contains(ses.Files, f) {
				ses.Files = append(ses.Files, f)
			}
		}
		if err := s.noted(ctx, tx, ses, rows...); err != nil {
			return err
		}
		return s.Claim(ctx, tx, scope, in.Files, Noun, int64(n))
	})
}

// gather locks a session that the actor runs and finds the people whom he names. Errors: rbac.ErrNotFound, ErrNotHis, ErrState, ErrPerson.
func (s *Service) gather(ctx context.Context, n id.Of[id.Session], who []id.Of[id.Staff], fn func(db.Tx, rbac.Scope, Session, []Person) error) error {
	return s.Gate.Write(ctx, ActionAttend, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := scope.Home(); err != nil {
			return err
		}
		ses, err := s.run(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		if ses.State != Planned && ses.State != Open {
			return ErrState
		}
		people, err := s.found(ctx, tx, ses, who)
		if err != nil {
			return err
		}
		scope.Changed("training_attendance", int64(n), ses.CompanyID, gathered{}, gatheredOf(people))
		scope.Made(int64(n))
		return fn(tx, scope, ses, people)
	})
}

// gathered is what the trail keeps of people who were noted.
type gathered struct {
	Count  int
	People string
}

func gatheredOf(people []Person) gathered {
	var names []string
	for _, p := range people[:min(len(people), 20)] {
		names = append(names, p.Name)
	}
	return gathered{len(people), strings.Join(names, "、")}
}

// found are the people of the staff who are named, in the order in which they are. Errors: ErrPerson.
func (s *Service) found(ctx context.Context, tx db.Tx, ses Session, who []id.Of[id.Staff]) ([]Person, error) {
	all, err := s.People(ctx, tx, ses.CompanyID, who, today(tx))
	if err != nil {
		return nil, err
	}
	at := map[id.Of[id.Staff]]Person{}
	for _, p := range all {
		at[p.ID] = p
	}
	on := day.Earlier(ses.HeldOn, today(tx))
	var out []Person
	for i, n := range who {
		p, ok := at[n]
		if !ok || !p.here(on) {
			return nil, ErrPerson.At(fmt.Sprintf("body.people[%d]", i))
		}
		if i == slices.Index(who, n) {
			out = append(out, p)
		}
	}
	return out, nil
}

// Opinion is what one of its people thinks of a session (培训效果评估).
type Opinion struct {
	Rating int16  `json:"rating" minimum:"1" maximum:"5"`
	Remark string `json:"remark,omitempty" maxLength:"500"`
}

// Rate keeps what the actor thinks of a session that he was at. Errors: ErrNoStaff, rbac.ErrNotFound, ErrAbsent, ErrState.
func (s *Service) Rate(ctx context.Context, n id.Of[id.Session], o Opinion) error {
	return s.Gate.Write(ctx, ActionAttend, func(tx db.Tx, scope rbac.Scope) error {
		me, tree, err := s.me(ctx, tx, scope)
		if err != nil {
			return err
		}
		ses, err := sessionHeld(ctx, tx, scope.Actor().CompanyID, n)
		if err != nil {
			return err
		}
		own, err := attendedBy(ctx, tx, ses.CompanyID, me.ID, db.Ints{int64(n)})
		if err != nil {
			return err
		}
		a, there := own[n]
		if !there || a.How == notThere {
			return ErrAbsent
		}
		if m := ses.mine(tx, Setting{}, me, tree, &a, true); !m.Rate {
			return ErrState
		}
		now := tx.Now
		a.Rating, a.Remark, a.RatedAt = &o.Rating, strings.TrimSpace(o.Remark), &now
		scope.Made(int64(n))
		return saveAttendance(ctx, tx, []Attendance{a})
	})
}
