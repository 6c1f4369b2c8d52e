package training

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/rbac"
)

const sortHeld = "held"

// Sessions lists the sessions of a company that the actor sees, the latest first. Errors: page.ErrCursor, ErrCompany.
func (s *Service) Sessions(ctx context.Context, f SessionFilter) (rows []Session, k page.Key, err error) {
	if k, err = f.Start(sortHeld, 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionSessions, func(tx db.Tx, scope rbac.Scope) error {
		if f.CompanyID, err = whose(scope, f.CompanyID); err != nil {
			return err
		}
		rows, err = sessions(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// Sheet is a session with its people, as those see it who run it.
type Sheet struct {
	Session
	CourseTitle string
	Link        string // that the code says
	Attendance  []Attendance
	Waiting     []Person // expected, and not noted
	MayRun      bool
	MayCorrect  bool
	MayChange   bool
	Now         bool // its code takes signatures
}

// Session shows a session; those who see the company from outside see it without people. Errors: rbac.ErrNotFound.
func (s *Service) Session(ctx context.Context, n id.Of[id.Session]) (x Sheet, err error) {
	err = s.Gate.Read(ctx, ActionSessions, func(tx db.Tx, scope rbac.Scope) error {
		ses, err := sessionByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		if _, outside := scope.Home(); outside != nil {
			ses.Token, ses.People = "", nil
			x = Sheet{Session: ses}
			return nil //nolint:nilerr // whoever has no home is shown it all the same
		}
		x, err = s.sheet(ctx, tx, scope, ses)
		return err
	})
	return x, err
}

// Run shows a session to him who runs it. Errors: rbac.ErrNotFound, ErrNotHis.
func (s *Service) Run(ctx context.Context, n id.Of[id.Session]) (x Sheet, err error) {
	err = s.Gate.Read(ctx, ActionAttend, func(tx db.Tx, scope rbac.Scope) error {
		ses, err := s.run(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		x, err = s.sheet(ctx, tx, scope, ses)
		return err
	})
	return x, err
}

func (s *Service) sheet(ctx context.Context, tx db.Tx, scope rbac.Scope, ses Session) (x Sheet, err error) {
	set, err := settingOf(ctx, tx, scope, ses.CompanyID)
	if err != nil {
		return x, err
	}
	x = Sheet{Session: ses, MayRun: ses.State == Planned || ses.State == Open, Link: s.link(ses), Now: ses.takes(tx.Now, set)}
	x.MayChange, x.MayCorrect = x.MayRun && scope.Can(ActionHold), ses.State == Closed && scope.Can(ActionCorrect)
	if ses.CourseID != nil {
		c, err := courseByID(ctx, tx, scope, *ses.CourseID)
		if err != nil {
			return x, err
		}
		x.CourseTitle = c.Title
	}
	if x.Attendance, err = attendanceOf(ctx, tx, ses.CompanyID, ses.ID); err != nil || !x.MayRun {
		return x, err
	}
	x.Waiting, err = s.waiting(ctx, tx, ses, x.Attendance)
	return x, err
}

func (s *Service) link(ses Session) string { return s.BaseURL + "/field/train/" + ses.Token }

// waiting are those whom a session expects and who are not noted.
func (s *Service) waiting(ctx context.Context, tx db.Tx, ses Session, noted []Attendance) ([]Person, error) {
	people, tree, err := s.crowd(ctx, tx, ses)
	if err != nil {
		return nil, err
	}
	there := map[id.Of[id.Staff]]bool{}
	for _, a := range noted {
		there[a.StaffID] = true
	}
	return slices.DeleteFunc(ses.expected(people, tree), func(p Person) bool { return there[p.ID] }), nil
}

func (s *Service) crowd(ctx context.Context, tx db.Tx, ses Session) ([]Person, org.Tree, error) {
	on := day.Earlier(ses.HeldOn, today(tx))
	tree, err := s.Tree(ctx, tx, ses.CompanyID, on)
	if err != nil {
		return nil, tree, err
	}
	people, err := s.People(ctx, tx, ses.CompanyID, idsOf[id.Staff](ses.People), on)
	return slices.DeleteFunc(people, func(p Person) bool { return !p.here(on) }), tree, err
}

// run returns a session that the actor may run: one he sees and may hold, or of which he is the trainer. Errors:
// rbac.ErrNotFound, ErrNotHis.
func (s *Service) run(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Session], lock bool) (Session, error) {
	ses, err := sessionByID(ctx, tx, scope, n, lock)
	if err != nil {
		return ses, err
	}
	a := scope.Actor()
	if scope.Can(ActionHold) || (ses.TrainerID != nil && a.StaffID != 0 && *ses.TrainerID == a.StaffID) {
		return ses, nil
	}
	return ses, ErrNotHis
}

// AddSession plans a session. Errors: ErrName, ErrKind, ErrLevel, ErrDay, ErrCourse, ErrItem, ErrUnit, ErrPerson.
func (s *Service) AddSession(ctx context.Context, f SessionForm) (made id.Of[id.Session], err error) {
	err = s.Gate.Write(ctx, ActionHold, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		ses := Session{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, State: Planned, Token: token(), Files: db.Ints{}, MadeByName: scope.Actor().Name, MadeAt: tx.Now,
		}
		if err := s.describe(ctx, tx, scope, &ses, f); err != nil {
			return err
		}
		if err := insertSession(ctx, tx, &ses); err != nil {
			return err
		}
		made = ses.ID
		scope.Changed(Noun, int64(made), home.CompanyID, sessionTrail{}, ses.trail())
		scope.Made(int64(made))
		return s.falls(ctx, tx, scope, ses)
	})
	return made, err
}

// Schedule plans a session of a ready course, with the company's own copy of it. Errors: ErrCourse and those of AddSession.
func (s *Service) Schedule(ctx context.Context, code string, on day.Date) (made id.Of[id.Session], err error) {
	err = s.Gate.Write(ctx, ActionHold, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		course, err := s.adopt(ctx, tx, scope, home, code)
		if err != nil {
			return err
		}
		r, _ := readyBy(code)
		if on.IsZero() {
			on = r.day(today(tx))
		}
		ses := Session{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, State: Planned, Token: token(), Files: db.Ints{}, MadeByName: scope.Actor().Name, MadeAt: tx.Now,
		}
		form := SessionForm{CourseID: course, Title: fmt.Sprintf("%d年%s", on.Year(), r.Zh), HeldOn: on, Starts: "08:30", Minutes: r.Hours * ClassHour, Types: r.Types}
		if err := s.describe(ctx, tx, scope, &ses, form); err != nil {
			return err
		}
		if err := insertSession(ctx, tx, &ses); err != nil {
			return err
		}
		made = ses.ID
		scope.Changed(Noun, int64(made), home.CompanyID, sessionTrail{}, ses.trail())
		scope.Made(int64(made))
		return s.falls(ctx, tx, scope, ses)
	})
	return made, err
}

// describe fills a session from a form. Errors: as AddSession.
func (s *Service) describe(ctx context.Context, tx db.Tx, scope rbac.Scope, ses *Session, f SessionForm) error {
	var c Course
	if f.CourseID != 0 {
		var err error
		if c, err = courseByID(ctx, tx, scope, f.CourseID); rbac.ErrNotFound.Is(err) {
			return ErrCourse.At("body.courseId")
		} else if err != nil {
			return err
		}
	}
	if err := ses.enter(f, c, today(tx)); err != nil {
		return err
	}
	ses.PlanItemID = nil
	if f.PlanItemID != 0 {
		if _, err := itemByID(ctx, tx, ses.CompanyID, f.PlanItemID); rbac.ErrNotFound.Is(err) {
			return ErrItem.At("body.planItemId")
		} else if err != nil {
			return err
		}
		ses.PlanItemID = &f.PlanItemID
	}
	tree, err := s.Tree(ctx, tx, ses.CompanyID, today(tx))
	if err != nil {
		return err
	}
	if err := known(tree, f.Units, "body.units"); err != nil {
		return err
	}
	if err := ses.place(tree, scope, f.UnitID); err != nil {
		return err
	}
	return s.name(ctx, tx, ses, f)
}

// place puts a session under the unit that holds it: who sees a part of the company only holds sessions of that part. Errors: ErrUnit.
func (ses *Session) place(tree org.Tree, scope rbac.Scope, asked id.Of[id.Unit]) error {
	if asked == 0 {
		if scope.Reaches("") {
			ses.UnitID = nil
			return nil
		}
		for _, u := range tree.Units {
			if u.Path == scope.Actor().UnitPath {
				asked = u.ID
			}
		}
	}
	u, ok := tree.Unit(asked)
	if !ok || !scope.Reaches(u.Path) {
		return ErrUnit.At("body.unitId")
	}
	ses.UnitID = &u.ID
	return nil
}

// name holds the people that a form names against the staff. Errors: ErrPerson.
func (s *Service) name(ctx context.Context, tx db.Tx, ses *Session, f SessionForm) error {
	ses.TrainerID = nil
	asked := slices.Clone(f.People)
	if f.TrainerID != 0 {
		asked = append(asked, f.TrainerID)
	}
	if len(asked) == 0 {
		return nil
	}
	found, err := s.People(ctx, tx, ses.CompanyID, asked, today(tx))
	if err != nil {
		return err
	}
	names := map[id.Of[id.Staff]]string{}
	for _, p := range found {
		names[p.ID] = p.Name
	}
	for i, p := range f.People {
		if names[p] == "" {
			return ErrPerson.At(fmt.Sprintf("body.people[%d]", i))
		}
	}
	if f.TrainerID != 0 {
		if names[f.TrainerID] == "" {
			return ErrPerson.At("body.trainerId")
		}
		ses.TrainerID = &f.TrainerID
		if ses.Trainer == "" {
			ses.Trainer = names[f.TrainerID]
		}
	}
	return nil
}

// dueSession is the kind of due item of a session.
const dueSession = "training.session"

// falls puts a session into the calendar of what is due, or takes it out.
func (s *Service) falls(ctx context.Context, tx db.Tx, scope rbac.Scope, ses Session) error {
	if s.PutDue == nil {
		return nil
	}
	it := due.Item{Kind: dueSession, Ref: int64(ses.ID), Title: ses.Title, Before: reminders, Path: "/training/sessions/" + ses.ID.String()}
	if ses.TrainerID != nil {
		it.OwnerID = *ses.TrainerID
	}
	if ses.UnitID != nil {
		it.UnitID = *ses.UnitID
	}
	if ses.State == Planned || ses.State == Open {
		it.On = ses.HeldOn
	}
	return s.PutDue(ctx, tx, scope, []due.Item{it})
}

// change locks a session that the actor may run, lets fn change it and keeps it.
func (s *Service) change(ctx context.Context, action rbac.Action, n id.Of[id.Session], fn func(db.Tx, rbac.Scope, *Session) error) error {
	return s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := scope.Home(); err != nil {
			return err
		}
		before, err := s.run(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		after := before
		if err := fn(tx, scope, &after); err != nil {
			return err
		}
		if err := updateSession(ctx, tx, &after); err != nil {
			return err
		}
		scope.Changed(Noun, int64(n), after.CompanyID, before.trail(), after.trail())
		scope.Made(int64(n))
		return s.falls(ctx, tx, scope, after)
	})
}

// ChangeSession changes a session that is not over. Errors: rbac.ErrNotFound, ErrNotHis, ErrState and those of AddSession.
func (s *Service) ChangeSession(ctx context.Context, n id.Of[id.Session], f SessionForm) error {
	return s.change(ctx, ActionHold, n, func(tx db.Tx, scope rbac.Scope, ses *Session) error {
		if ses.State != Planned && ses.State != Open {
			return ErrState
		}
		return s.describe(ctx, tx, scope, ses, f)
	})
}

// OpenSession begins the signing. Errors: rbac.ErrNotFound, ErrNotHis, ErrState.
func (s *Service) OpenSession(ctx context.Context, n id.Of[id.Session]) error {
	return s.change(ctx, ActionAttend, n, func(_ db.Tx, _ rbac.Scope, ses *Session) error {
		if ses.State != Planned {
			return ErrState
		}
		ses.State = Open
		return nil
	})
}

// RenewToken makes the code that was printed or shown before worthless. Errors: rbac.ErrNotFound, ErrNotHis, ErrState.
func (s *Service) RenewToken(ctx context.Context, n id.Of[id.Session]) error {
	return s.change(ctx, ActionAttend, n, func(_ db.Tx, _ rbac.Scope, ses *Session) error {
		if ses.State != Planned && ses.State != Open {
			return ErrState
		}
		ses.Token = token()
		return nil
	})
}

// CancelSession calls a session off. Errors: rbac.ErrNotFound, ErrNotHis, ErrState, ErrReason.
func (s *Service) CancelSession(ctx context.Context, n id.Of[id.Session], reason string) error {
	return s.change(ctx, ActionHold, n, func(_ db.Tx, _ rbac.Scope, ses *Session) error {
		reason = strings.TrimSpace(reason)
		switch {
		case ses.State != Planned && ses.State != Open:
			return ErrState
		case reason == "":
			return ErrReason.At("body.reason")
		}
		ses.State, ses.Reason, ses.RemindOn = Cancelled, reason, day.Date{}
		return nil
	})
}
