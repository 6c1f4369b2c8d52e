package staff

import (
	"context"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Filter says which people to list.
type Filter struct {
	page.Query
	Sort   string         `query:"sort" enum:"name,employeeNo" default:"name"`
	Active string         `query:"active" enum:"active,left,all" default:"active"`
	UnitID id.Of[id.Unit] `query:"unitId" doc:"this unit and what is below it"`
	On     day.Date       `query:"on" doc:"who was where on that day, by main post; empty: now"`
	Name   string         `query:"name" maxLength:"50" doc:"part of the name, or the whole employee number"`
}

// List returns one page of the people whom the actor may see.
func (s *Service) List(ctx context.Context, f Filter) (rows []Listed, k page.Key, err error) {
	if k, err = f.Start(f.Sort, 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = peopleOf(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// peopleOf reads one page of people, now or on a day of the past.
func peopleOf(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key) ([]Listed, error) {
	within := db.Ints{}
	if f.UnitID != 0 && !f.On.IsZero() {
		home, err := scope.Home()
		if err != nil {
			return nil, err
		}
		branches, err := unitsOn(ctx, tx, home.CompanyID, f.On)
		if err != nil {
			return nil, err
		}
		tree := org.Tree{Units: grow(branches)}
		for _, u := range tree.Units {
			if tree.Within(u.ID, f.UnitID) {
				within = append(within, int64(u.ID))
			}
		}
	}
	return peopleBy(ctx, tx, scope, f, k, today(tx), within)
}

// File is one person with his posts.
type File struct {
	Person   Person
	Identity string // masked; empty: not recorded
	Posts    []Held
}

// Open returns one person's file. Errors: rbac.ErrNotFound.
func (s *Service) Open(ctx context.Context, who id.Of[id.Staff]) (f File, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		if f.Person, err = seePerson(ctx, tx, scope, who); err != nil {
			return err
		}
		number, err := s.identity(f.Person)
		if err != nil {
			return err
		}
		f.Identity = code.Resident(number).Mask()
		f.Posts, err = assignmentsOf(ctx, tx, f.Person)
		return err
	})
	return f, err
}

// identity opens p's identity number; empty if none is recorded.
func (s *Service) identity(p Person) (string, error) {
	if len(p.IdentitySealed) == 0 {
		return "", nil
	}
	return s.Box.Field(int64(p.CompanyID)).Open(p.IdentitySealed, identityColumn)
}

// Reason says why somebody wants to see what is hidden; it stays in the trail.
type Reason struct {
	Reason string `json:"reason" minLength:"4" maxLength:"200"`
}

// Reveal returns a person's identity number and notes who asked and why (个人信息保护法
// arts 6, 51). Errors: rbac.ErrNotFound, ErrNoIdentity.
func (s *Service) Reveal(ctx context.Context, who id.Of[id.Staff], why Reason) (number string, err error) {
	err = s.Gate.Witness(ctx, ActionReveal, func(tx db.Tx, scope rbac.Scope) error {
		p, err := seePerson(ctx, tx, scope, who)
		if err != nil {
			return err
		}
		if number, err = s.identity(p); err != nil {
			return err
		}
		if number == "" {
			return ErrNoIdentity
		}
		scope.Changed("staff", int64(who), p.CompanyID, Reason{}, why)
		return nil
	})
	return number, err
}

// Add records a person. Errors: ErrName, ErrFuture, ErrEmployeeNo, ErrIdentityTaken,
// ErrUnitUnknown and those of package code.
func (s *Service) Add(ctx context.Context, e Entry) (who id.Of[id.Staff], err error) {
	err = s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		p := Person{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CreatedAt: tx.Now}
		if err := p.describe(e, s.Box.Field(int64(home.CompanyID)), today(tx)); err != nil {
			return err
		}
		if err := seatable(ctx, tx, scope, p.UnitID); err != nil {
			return err
		}
		if err := insertPerson(ctx, tx, &p); err != nil {
			return err
		}
		who = p.ID
		scope.Changed("staff", int64(p.ID), home.CompanyID, Person{}, p)
		scope.Made(int64(p.ID))
		return tell(ctx, tx, scope, s.Joining, p, today(tx))
	})
	return who, err
}

// Edit changes what is recorded of a person. Who has a main post stays in the unit of it: he
// is moved by another post or team. Errors: rbac.ErrNotFound, ErrUnitFollows and those of Add.
func (s *Service) Edit(ctx context.Context, who id.Of[id.Staff], e Entry) error {
	return s.change(ctx, ActionEdit, who, func(tx db.Tx, scope rbac.Scope, p *Person) error {
		was := p.UnitID
		if err := p.describe(e, s.Box.Field(int64(p.CompanyID)), today(tx)); err != nil {
			return err
		}
		if deref(was) == deref(p.UnitID) {
			return nil
		}
		running, err := runningOf(ctx, tx, *p)
		if err != nil {
			return err
		}
		if mainOf(running) != nil && was != nil {
			return ErrUnitFollows.At("body.unitId")
		}
		return seatable(ctx, tx, scope, p.UnitID)
	})
}

// seatable makes sure that people may be put into a unit: it is there, and the actor reaches
// it. Errors: ErrUnitUnknown.
func seatable(ctx context.Context, tx db.Tx, scope rbac.Scope, unit *id.Of[id.Unit]) error {
	if unit == nil {
		return nil
	}
	_, err := reachedUnit(ctx, tx, scope, *unit)
	return unknown(err, ErrUnitUnknown.At("body.unitId"))
}

// change locks a person, lets fn change it and saves it with its trail.
func (s *Service) change(ctx context.Context, action rbac.Action, who id.Of[id.Staff], fn func(db.Tx, rbac.Scope, *Person) error) error {
	return s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		before, err := personByID(ctx, tx, scope, who)
		if err != nil {
			return err
		}
		after := before
		if err := fn(tx, scope, &after); err != nil {
			return err
		}
		scope.Changed("staff", int64(who), after.CompanyID, before, after)
		scope.Made(int64(who))
		if err := updatePerson(ctx, tx, &after); err != nil || action == ActionEdit {
			return err
		}
		return s.tellSeated(ctx, tx, scope, after.home(), who)
	})
}

// Return records that a person who left works here again. Errors: rbac.ErrNotFound,
// ErrNotLeft, ErrFuture, ErrBeforeJoining.
func (s *Service) Return(ctx context.Context, who id.Of[id.Staff], on day.Date) error {
	return s.change(ctx, ActionLeave, who, func(tx db.Tx, scope rbac.Scope, p *Person) error {
		if err := p.comeBack(on, today(tx)); err != nil {
			return err
		}
		return tell(ctx, tx, scope, s.Returning, *p, on)
	})
}

func tell(ctx context.Context, tx db.Tx, scope rbac.Scope, to []Moved, p Person, on day.Date) error {
	m := Mover{Home: p.home(), StaffID: p.ID, Name: p.Name, On: on}
	if p.PersonID != nil {
		m.PersonID = *p.PersonID
	}
	for _, f := range to {
		if err := f(ctx, tx, scope, m); err != nil {
			return err
		}
	}
	return nil
}

func mainOf(running []Assignment) *Assignment {
	for i := range running {
		if running[i].Main {
			return &running[i]
		}
	}
	return nil
}

// Release ends one post of a person. Errors: rbac.ErrNotFound, ErrFuture, ErrAssignedSince,
// ErrAssignmentOver.
func (s *Service) Release(ctx context.Context, who id.Of[id.Staff], assignment id.Of[Assignment], on day.Date) error {
	return s.change(ctx, ActionAssign, who, func(tx db.Tx, scope rbac.Scope, p *Person) error {
		if on.After(today(tx)) {
			return ErrFuture.At("body.on")
		}
		running, err := runningOf(ctx, tx, *p)
		if err != nil {
			return err
		}
		for _, a := range running {
			if a.ID == assignment {
				return stop(ctx, tx, scope, a, on)
			}
		}
		return ErrAssignmentOver
	})
}

// stop ends a with its last day.
func stop(ctx context.Context, tx db.Tx, scope rbac.Scope, a Assignment, last day.Date) error {
	before := a
	if err := a.end(last); err != nil {
		return err
	}
	scope.Changed("staff-assignment", int64(a.ID), a.CompanyID, before, a)
	return endAssignment(ctx, tx, &a)
}
