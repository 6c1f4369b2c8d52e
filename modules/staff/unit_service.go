package staff

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// UnitEntry describes a new unit.
type UnitEntry struct {
	ParentID id.Of[id.Unit] `json:"parentId,omitempty" doc:"empty for a unit directly below the company"`
	UnitName
}

// UnitName is what may be edited of a unit.
type UnitName struct {
	Kind string `json:"kind" enum:"department,workshop,team"`
	Name string `json:"name" minLength:"1" maxLength:"50"`
}

// AddUnit adds a unit. Errors: ErrName, ErrUnitTaken, ErrUnitUnknown, ErrUnitDepth.
func (s *Service) AddUnit(ctx context.Context, e UnitEntry) (unit id.Of[id.Unit], err error) {
	err = s.Gate.Write(ctx, ActionUnit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		number, err := numberUnits(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		parent, err := parentOf(ctx, tx, scope, e.ParentID)
		if err != nil {
			return err
		}
		u, err := newUnit(home, parent, e.Kind, e.Name, number, today(tx))
		if err != nil {
			return err
		}
		if err := insertUnit(ctx, tx, &u); err != nil {
			return err
		}
		unit = u.ID
		scope.Changed("staff-unit", int64(u.ID), home.CompanyID, Unit{}, u)
		scope.Made(int64(u.ID))
		return nil
	})
	return unit, err
}

// parentOf locks and returns the unit that is to hold another. Errors: ErrUnitUnknown.
func parentOf(ctx context.Context, tx db.Tx, scope rbac.Scope, parent id.Of[id.Unit]) (*Unit, error) {
	if parent == 0 {
		return nil, nil
	}
	u, err := unitByID(ctx, tx, scope, parent)
	if err == nil && !u.ClosedOn.IsZero() {
		err = ErrUnitUnknown.At("body.parentId")
	}
	if err != nil {
		return nil, unknown(err, ErrUnitUnknown.At("body.parentId"))
	}
	return &u, nil
}

// changeUnit locks a unit, lets fn change it from a day on and saves it with its trail and
// the state that it had. Units of one company change one after another. Errors:
// rbac.ErrNotFound, ErrFuture, ErrUnitClosed, ErrChangedSince, ErrUnitTaken and those of fn.
func (s *Service) changeUnit(ctx context.Context, unit id.Of[id.Unit], on day.Date, fn func(tx db.Tx, scope rbac.Scope, u *Unit) error) error {
	return s.Gate.Write(ctx, ActionUnit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if _, err := numberUnits(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		scope.Made(int64(unit))
		return alterUnit(ctx, tx, scope, unit, on, func(u *Unit) error { return fn(tx, scope, u) })
	})
}

func alterUnit(ctx context.Context, tx db.Tx, scope rbac.Scope, unit id.Of[id.Unit], on day.Date, fn func(u *Unit) error) error {
	before, err := unitByID(ctx, tx, scope, unit)
	if err != nil {
		return err
	}
	after := before
	if on.IsZero() {
		on = today(tx)
	}
	past, kept, err := after.from(on, today(tx))
	if err != nil {
		return err
	}
	if err := fn(&after); err != nil {
		return err
	}
	if kept {
		if err := keepUnits(ctx, tx, past); err != nil {
			return err
		}
	}
	if err := updateUnit(ctx, tx, &after); err != nil {
		return err
	}
	if after.UnitPath != before.UnitPath {
		if err := rehang(ctx, tx, before, after.UnitPath); err != nil {
			return err
		}
	}
	scope.Changed("staff-unit", int64(unit), after.CompanyID, before, after)
	return nil
}

// RenameUnit changes a unit's name and kind from today on. Errors: rbac.ErrNotFound, ErrName,
// ErrUnitTaken, ErrUnitClosed.
func (s *Service) RenameUnit(ctx context.Context, unit id.Of[id.Unit], n UnitName) error {
	return s.changeUnit(ctx, unit, day.Date{}, func(_ db.Tx, _ rbac.Scope, u *Unit) (err error) {
		u.Kind = n.Kind
		u.Name, err = cleanName(n.Name)
		return err
	})
}

// UnitMove hangs a unit elsewhere.
type UnitMove struct {
	ParentID id.Of[id.Unit] `json:"parentId,omitempty" doc:"empty: directly below the company"`
	From     day.Date       `json:"from,omitempty" doc:"first day at the new place; empty: today"`
}

// MoveUnit hangs a unit, with everything below it, somewhere else; what it was before stays
// known. Errors: rbac.ErrNotFound, ErrUnitUnknown, ErrCycle, ErrUnitDepth, ErrUnitTaken,
// ErrFuture, ErrUnitClosed, ErrChangedSince.
func (s *Service) MoveUnit(ctx context.Context, unit id.Of[id.Unit], m UnitMove) error {
	return s.changeUnit(ctx, unit, m.From, func(tx db.Tx, scope rbac.Scope, u *Unit) error {
		parent, err := parentOf(ctx, tx, scope, m.ParentID)
		if err != nil {
			return err
		}
		u.ParentID = nil
		path := segment(u.Number)
		if parent != nil {
			u.ParentID, path = &parent.ID, parent.UnitPath+path
			if under(parent.UnitPath, u.UnitPath) {
				return ErrCycle.At("body.parentId")
			}
			if err := stood(ctx, tx, *parent, u.SinceOn); err != nil {
				return err
			}
		}
		levels, err := levelsBelow(ctx, tx, *u)
		if err != nil {
			return err
		}
		if len(path)/pathDigits+levels > deepest {
			return ErrUnitDepth.At("body.parentId")
		}
		u.UnitPath = path
		return nil
	})
}

// stood makes sure that parent and all above it have hung where they are since a day, so that
// no day has a unit below itself. Errors: ErrChangedSince.
func stood(ctx context.Context, tx db.Tx, parent Unit, since day.Date) error {
	above, err := unitsAbove(ctx, tx, parent)
	if err != nil {
		return err
	}
	for _, u := range above {
		if u.SinceOn.After(since) {
			return ErrChangedSince.With("name", u.Name).With("day", u.SinceOn.String()).At("body.from")
		}
	}
	return nil
}

// UnitHead says who leads a unit.
type UnitHead struct {
	HeadID id.Of[id.Staff] `json:"headId,omitempty" doc:"empty: nobody"`
	From   day.Date        `json:"from,omitempty" doc:"first day; empty: today"`
}

// LeadUnit names the head (负责人) of a unit. Errors: rbac.ErrNotFound, ErrHead, ErrFuture,
// ErrUnitClosed, ErrChangedSince.
func (s *Service) LeadUnit(ctx context.Context, unit id.Of[id.Unit], h UnitHead) error {
	return s.changeUnit(ctx, unit, h.From, func(tx db.Tx, scope rbac.Scope, u *Unit) error {
		u.HeadID = nil
		if h.HeadID == 0 {
			return nil
		}
		p, err := seePerson(ctx, tx, scope, h.HeadID)
		if err == nil && !p.activeOn(today(tx)) {
			err = rbac.ErrNotFound
		}
		u.HeadID = &h.HeadID
		return unknown(err, ErrHead.At("body.headId"))
	})
}

// CloseUnit ends a unit that nobody and nothing is in any more; its empty posts end with it.
// Errors: rbac.ErrNotFound, ErrUnitInUse, ErrUnitClosed, ErrFuture, ErrChangedSince.
func (s *Service) CloseUnit(ctx context.Context, unit id.Of[id.Unit], on day.Date) error {
	return s.changeUnit(ctx, unit, on, func(tx db.Tx, scope rbac.Scope, u *Unit) error {
		use, err := useOf(ctx, tx, *u, today(tx))
		if err != nil {
			return err
		}
		if use != (usage{}) {
			return use.fault()
		}
		posts, err := postsIn(ctx, tx, u.CompanyID, u.ID)
		if err != nil {
			return err
		}
		for _, before := range posts {
			after := before
			after.ClosedOn = u.SinceOn
			if after.SinceOn.After(after.ClosedOn) {
				after.ClosedOn = after.SinceOn
			}
			if err := updatePost(ctx, tx, &after); err != nil {
				return err
			}
			scope.Changed("staff-post", int64(after.ID), after.CompanyID, before, after)
		}
		u.ClosedOn = u.SinceOn
		return nil
	})
}
