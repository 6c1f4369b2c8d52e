package permit

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// plainly is an event that needs nothing but the permit.
func plainly(fn func(*file) error) func(db.Tx, rbac.Scope, *file) error {
	return func(_ db.Tx, _ rbac.Scope, f *file) error { return fn(f) }
}

// Approve is given on the spot, by somebody who has no part in the work. Errors: rbac.ErrNotFound,
// ErrNow, ErrOwnApproval, ErrApprover, ErrOnSpot, ErrSignature, ErrOver, ErrLapsed and those of items.
func (s *Service) Approve(ctx context.Context, n id.Of[id.Permit], a ApproveForm) error {
	return s.move(ctx, ActionApprove, n, Approve, a.Deed, plainly(func(f *file) error { return f.approve(a) }))
}

// Refuse ends a request. Errors: rbac.ErrNotFound, ErrNow, ErrApprover, ErrBlank.
func (s *Service) Refuse(ctx context.Context, n id.Of[id.Permit], r ReasonForm) error {
	return s.move(ctx, ActionApprove, n, Refuse, r.Deed, plainly(func(f *file) error { return f.refuse(r.Reason) }))
}

// Override allows those without a valid certificate, by name. Errors: rbac.ErrNotFound, ErrNow,
// ErrNothing, ErrBlank.
func (s *Service) Override(ctx context.Context, n id.Of[id.Permit], r ReasonForm) error {
	return s.move(ctx, ActionOverride, n, Override, r.Deed, plainly(func(f *file) error { return f.override(r.Reason) }))
}

// Start begins the work. Errors: rbac.ErrNotFound and those of file.start.
func (s *Service) Start(ctx context.Context, n id.Of[id.Permit], w StartForm) error {
	return s.move(ctx, ActionWork, n, Start, w.Deed, plainly(func(f *file) error { return f.start(w) }))
}

// Read records readings. Errors: rbac.ErrNotFound, ErrNow, ErrNotMine, ErrGasUnknown, ErrReadingValue.
func (s *Service) Read(ctx context.Context, n id.Of[id.Permit], r ReadForm) error {
	return s.move(ctx, ActionWork, n, Read, r.Deed, plainly(func(f *file) error { return f.read(r) }))
}

// Suspend interrupts the work; whoever sees the permit may. Errors: rbac.ErrNotFound, ErrNow, ErrBlank.
func (s *Service) Suspend(ctx context.Context, n id.Of[id.Permit], r ReasonForm) error {
	return s.move(ctx, ActionWork, n, Suspend, r.Deed, plainly(func(f *file) error { return f.suspend(r.Reason) }))
}

// Resume goes on after an interruption. Errors: rbac.ErrNotFound and those of file.resume.
func (s *Service) Resume(ctx context.Context, n id.Of[id.Permit], w StartForm) error {
	return s.move(ctx, ActionWork, n, Resume, w.Deed, plainly(func(f *file) error { return f.resume(w) }))
}

// Extend approves a later end. Errors: rbac.ErrNotFound, ErrNow, ErrNoExtend, ErrTimes, ErrTooLong,
// ErrOver, ErrLapsed and those of an approval.
func (s *Service) Extend(ctx context.Context, n id.Of[id.Permit], x ExtendForm) error {
	return s.move(ctx, ActionApprove, n, Extend, x.Deed, func(tx db.Tx, _ rbac.Scope, f *file) error {
		if s.Cards != nil && x.UntilAt.After(f.UntilAt) { // valid to the new end
			held, err := s.cardsOf(ctx, tx, f.Permit, x.UntilAt)
			if err != nil {
				return err
			}
			f.held = held
		}
		return f.extend(x)
	})
}

// Close is the closing check. Errors: rbac.ErrNotFound and those of file.close.
func (s *Service) Close(ctx context.Context, n id.Of[id.Permit], c CloseForm) error {
	return s.move(ctx, ActionWork, n, Close, c.Deed, plainly(func(f *file) error { return f.close(c) }))
}

// Cancel gives up a permit whose work has not begun. Errors: rbac.ErrNotFound, ErrNow, ErrNotMine, ErrBlank.
func (s *Service) Cancel(ctx context.Context, n id.Of[id.Permit], r ReasonForm) error {
	return s.move(ctx, ActionWork, n, Cancel, r.Deed, plainly(func(f *file) error { return f.cancel(r.Reason) }))
}

// staffed finds people and the names of the units.
func (s *Service) staffed(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Staff], at time.Time) (map[id.Of[id.Staff]]Person, map[id.Of[id.Unit]]string, error) {
	people := map[id.Of[id.Staff]]Person{}
	units := map[id.Of[id.Unit]]string{}
	if s.Members != nil && len(ids) > 0 {
		var err error
		if people, err = s.Members(ctx, tx, c, ids); err != nil {
			return nil, nil, err
		}
	}
	if s.Tree == nil {
		return people, units, nil
	}
	tree, err := s.Tree(ctx, tx, c, day.In(at, day.Shanghai))
	for _, u := range tree.Units {
		units[u.ID] = u.Name
	}
	for _, h := range tree.Holders {
		if who, ok := people[h.StaffID]; ok && (h.Main || who.UnitID == 0) {
			who.UnitID = h.UnitID
			people[h.StaffID] = who
		}
	}
	return people, units, err
}

// worded puts items into the words of the company's standard, where it has some.
func (s *Service) worded(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, items []Item) ([]Item, error) {
	out := orNone(items)
	if s.Ask == nil {
		return out, nil
	}
	codes := make([]string, len(items))
	for i, it := range items {
		codes[i] = it.Code
	}
	said, err := s.Ask(ctx, tx, scope, c, codes)
	for i := range out {
		if a, ok := said[out[i].Code]; ok {
			out[i].Requirement, out[i].Method, out[i].Clause, out[i].Major = a.Requirement, a.Method, a.Clause, a.Major
		}
	}
	return out, err
}
