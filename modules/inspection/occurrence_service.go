package inspection

import (
	"context"
	"errors"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Happened notes an event and makes the tasks of the plans that wait for it, as far as the actor
// answers for them, and of what no plan waits for at the point. Errors: ErrDays, ErrNoPlan,
// ErrUnknownPoint.
func (s *Service) Happened(ctx context.Context, f EventForm) (n id.Of[Event], err error) {
	err = s.Gate.Write(ctx, ActionEvent, func(tx db.Tx, scope rbac.Scope) error {
		today := day.In(tx.Now, day.Shanghai)
		if !f.DueOn.IsZero() && (f.DueOn.Before(today) || f.DueOn.After(today.AddDays(backward))) {
			return ErrDays.At("body.dueOn")
		}
		cond, args := scope.Reach("n", "assignee_id")
		e, err := s.occur(ctx, tx, scope, Occurrence{Kind: f.Kind, Note: f.Note, PointID: f.PointID, DueOn: f.DueOn}, reached{cond, args})
		if err != nil {
			return err
		}
		if e.Tasks == 0 {
			return ErrNoPlan.At("body.kind")
		}
		n = e.ID
		scope.Made(int64(n))
		return nil
	})
	return n, err
}

// Occurred notes, in the caller's transaction, an event that another module noticed, and makes the
// tasks of the plans that wait for it. What no plan waits for becomes one task at the event's point;
// without a point the record says what nobody was asked. Whoever reports the same Ref again gets the
// event that is there. Errors: ErrUnknownPoint.
func (s *Service) Occurred(ctx context.Context, tx db.Tx, scope rbac.Scope, o Occurrence) (id.Of[Event], error) {
	e, err := s.occur(ctx, tx, scope, o, reached{cond: "true"})
	return e.ID, err
}

func (s *Service) occur(ctx context.Context, tx db.Tx, scope rbac.Scope, o Occurrence, r reached) (Event, error) {
	home, err := scope.Home()
	if err != nil {
		return Event{}, err
	}
	if o.Ref != "" {
		if n, err := known(ctx, tx, home.CompanyID, o.Ref); err != nil || n != 0 {
			return Event{ID: n}, err
		}
	}
	sheet, asked, err := s.askedBy(ctx, tx, scope, home.CompanyID, o)
	if err != nil {
		return Event{}, err
	}
	e := Event{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Kind: o.Kind, Note: o.Note, Items: orNone(asked), Unplaced: db.Texts{}, Ref: o.Ref,
		DueOn: o.DueOn, MadeBy: scope.Actor().Name, CreatedAt: tx.Now,
	}
	if o.PointID != 0 {
		e.PointID = &o.PointID
	}
	if e.DueOn.IsZero() {
		e.DueOn = day.In(tx.Now, day.Shanghai)
	}
	fresh, err := insertEvent(ctx, tx, &e)
	if err == nil && !fresh {
		e.ID, err = known(ctx, tx, home.CompanyID, o.Ref)
	}
	if err != nil || !fresh {
		return e, err
	}
	if err := s.spread(ctx, tx, scope, &e, o.StaffID, sheet, r); err != nil {
		return e, err
	}
	scope.Changed("inspection_event", int64(e.ID), home.CompanyID, Event{}, e)
	return e, updateEvent(ctx, tx, e)
}

// askedBy returns what the point of o asks, empty without one, and which items o asks of those that
// the company's standard knows. Errors: ErrUnknownPoint.
func (s *Service) askedBy(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, o Occurrence) (sheet Sheet, asked []string, err error) {
	if o.PointID != 0 {
		sheet, err = s.Ask(ctx, tx, c, o.PointID, 0)
		if errors.Is(err, rbac.ErrNotFound) || (err == nil && sheet.Retired) {
			return sheet, nil, ErrUnknownPoint.At("body.pointId")
		}
		if err != nil {
			return sheet, nil, err
		}
		asked = slices.DeleteFunc(slices.Clone(o.asks(sheet)), func(code string) bool {
			_, ok := sheet.Find(code)
			return !ok
		})
		return sheet, asked, nil
	}
	asked = o.asks(Sheet{})
	if s.Outline == nil || len(asked) == 0 {
		return sheet, asked, nil
	}
	points, err := s.Outline(ctx, tx, scope, c)
	if ErrNoStandard.Is(err) {
		return sheet, nil, nil
	}
	has := func(code string) bool {
		return slices.ContainsFunc(points, func(p PointAsks) bool {
			return slices.ContainsFunc(p.Items, func(it ItemAsked) bool { return it.Code == code })
		})
	}
	return sheet, slices.DeleteFunc(slices.Clone(asked), func(code string) bool { return !has(code) }), err
}

// spread makes the tasks of e and counts them in it.
func (s *Service) spread(ctx context.Context, tx db.Tx, scope rbac.Scope, e *Event, checker id.Of[id.Staff], sheet Sheet, r reached) error {
	made, err := happen(ctx, tx, *e, sheet.At, r)
	if err != nil {
		return err
	}
	e.Tasks = len(made)
	var left, here db.Texts
	for _, code := range e.Items {
		switch {
		case slices.ContainsFunc(made, func(t Task) bool { return t.looksAt(code, sheet.At) }):
		case slices.Contains(sheet.At, code):
			here = append(here, code)
		default:
			left = append(left, code)
		}
	}
	if len(here) > 0 {
		ok, err := s.extra(ctx, tx, scope, *e, checker, here, sheet)
		if err != nil {
			return err
		}
		if ok {
			e.Tasks++
		} else {
			left = append(left, here...)
		}
	}
	e.Unplaced = orNone(left)
	return nil
}

// looksAt reports whether a task asks an item; one without items asks whatever its point does.
func (t Task) looksAt(code string, at []string) bool {
	if len(t.Items) == 0 {
		return len(at) == 0 || slices.Contains(at, code)
	}
	return slices.Contains(t.Items, code)
}

// extra makes the task of what no plan waits for. It reports false where nobody is there to do it.
func (s *Service) extra(ctx context.Context, tx db.Tx, scope rbac.Scope, e Event, checker id.Of[id.Staff], items db.Texts, sheet Sheet) (bool, error) {
	today := day.In(tx.Now, day.Shanghai)
	who, err := s.standsIn(ctx, tx, scope, e, checker, items[0], sheet)
	if err != nil || who.StaffID == 0 {
		return false, err
	}
	t := Task{
		CompanyID: e.CompanyID, RegionPath: e.RegionPath, OversightLine: e.OversightLine, Kind: OnEvent, Title: nameOfKind(e.Kind), PointID: *e.PointID, Route: db.Ints{}, Items: items,
		AssigneeID: who.StaffID, AssigneeName: who.StaffName, OpensOn: today, DueOn: e.DueOn, EventID: &e.ID, State: Open, CreatedAt: tx.Now,
	}
	if err := insertTask(ctx, tx, &t); err != nil {
		return false, err
	}
	scope.Changed("inspection_task", int64(t.ID), e.CompanyID, Task{}, t)
	return true, nil
}

// standsIn is who checks what no plan waits for: whom the event names, else who answers for the item
// around him who last checked the point.
func (s *Service) standsIn(ctx context.Context, tx db.Tx, scope rbac.Scope, e Event, named id.Of[id.Staff], code string, sheet Sheet) (seat, error) {
	today := day.In(tx.Now, day.Shanghai)
	who := named
	if who == 0 {
		last, err := checkerOf(ctx, tx, e.CompanyID, *e.PointID, today)
		if err != nil {
			return seat{}, err
		}
		if last == 0 {
			last = scope.Actor().StaffID
		}
		who = last
		if it, ok := sheet.Find(code); ok && s.Tree != nil {
			tree, err := s.Tree(ctx, tx, e.CompanyID, today)
			if err != nil {
				return seat{}, err
			}
			if n := (roster{tree: tree, checker: last, unit: unitOf(tree, last)}).answers(it.Posts); n != 0 {
				who = n
			}
		}
	}
	name, err := present(ctx, tx, e.CompanyID, who, today)
	if name == "" {
		return seat{}, err
	}
	return seat{StaffID: who, StaffName: name}, err
}
