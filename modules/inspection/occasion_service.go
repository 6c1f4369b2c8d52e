package inspection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// mostEvents is how many events are shown.
const mostEvents = 100

// Shifts lists a company's shifts, in order of their beginning. Errors: ErrCompanyNeeded.
func (s *Service) Shifts(ctx context.Context, company rbac.CompanyID) (list []Shift, err error) {
	err = s.Gate.Read(ctx, ActionPlans, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		list, err = shifts(ctx, tx, scope, c)
		return err
	})
	return list, err
}

// AddShift adds a shift; plans of every shift follow. Errors: ErrShiftExists, ErrBlank.
func (s *Service) AddShift(ctx context.Context, f ShiftForm) (n id.Of[Shift], err error) {
	err = s.Gate.Write(ctx, ActionCalendar, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		is := Shift{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CreatedAt: tx.Now}
		if err := is.write(f); err != nil {
			return err
		}
		if err := insertRow(ctx, tx, &is); err != nil {
			return err
		}
		n = is.ID
		scope.Changed("inspection_shift", int64(n), home.CompanyID, Shift{}, is)
		scope.Made(int64(n))
		return s.Replanned(ctx, tx, home.CompanyID, day.In(tx.Now, day.Shanghai))
	})
	return n, err
}

// EditShift changes a shift, and its tasks from today on. Errors: rbac.ErrNotFound,
// ErrShiftExists, ErrBlank.
func (s *Service) EditShift(ctx context.Context, n id.Of[Shift], f ShiftForm) error {
	return s.onShift(ctx, n, func(_ db.Tx, is *Shift) error { return is.write(f) })
}

// RetireShift takes a shift out of use; what is planned of it is cancelled. Errors:
// rbac.ErrNotFound.
func (s *Service) RetireShift(ctx context.Context, n id.Of[Shift]) error {
	return s.onShift(ctx, n, func(tx db.Tx, is *Shift) error {
		now := tx.Now
		is.RetiredAt = &now
		return nil
	})
}

func (s *Service) onShift(ctx context.Context, n id.Of[Shift], do func(db.Tx, *Shift) error) error {
	return s.Gate.Write(ctx, ActionCalendar, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		was, err := lockShift(ctx, tx, scope, home.CompanyID, n)
		if err != nil {
			return err
		}
		is := was
		if err := do(tx, &is); err != nil {
			return err
		}
		if err := updateShift(ctx, tx, is); err != nil {
			return err
		}
		scope.Changed("inspection_shift", int64(n), home.CompanyID, was, is)
		scope.Made(int64(n))
		return s.Replanned(ctx, tx, home.CompanyID, day.In(tx.Now, day.Shanghai))
	})
}

// Shutdowns lists a company's shutdowns, latest first. Errors: ErrCompanyNeeded.
func (s *Service) Shutdowns(ctx context.Context, company rbac.CompanyID, p page.Query) (list page.List[ShutdownRow], err error) {
	err = s.Gate.Read(ctx, ActionTasks, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		k, err := start(p)
		if err != nil {
			return err
		}
		rows, err := shutdowns(ctx, tx, scope, c, k, p.Limit+1)
		if err != nil {
			return err
		}
		list = page.Of(rows, k, p.Limit, func(n ShutdownLine) []string { return keyOf(n.FromOn, n.ID.String()) }, shutdownRow)
		return nil
	})
	return list, err
}

// Stop enters a shutdown: no tasks are made for it, and planned ones are excused. It may lie back a
// month. Errors: ErrDays, ErrBlank, ErrUnknownUnit.
func (s *Service) Stop(ctx context.Context, f ShutdownForm) (n id.Of[Shutdown], err error) {
	err = s.Gate.Write(ctx, ActionCalendar, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		is := Shutdown{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, MadeBy: scope.Actor().Name, CreatedAt: tx.Now}
		if err := is.write(f); err != nil {
			return err
		}
		if f.FromOn.Before(day.In(tx.Now, day.Shanghai).AddDays(-backward)) {
			return ErrDays.At("body.fromOn")
		}
		if err := answersFor(ctx, tx, scope, home.CompanyID, is.UnitID); err != nil {
			return err
		}
		if err := insertRow(ctx, tx, &is); err != nil {
			return err
		}
		n = is.ID
		scope.Changed("inspection_shutdown", int64(n), home.CompanyID, Shutdown{}, is)
		scope.Made(int64(n))
		return s.Replanned(ctx, tx, home.CompanyID, is.FromOn)
	})
	return n, err
}

// answersFor refuses a shutdown of a part of the company that the actor does not answer for.
// Errors: ErrUnknownUnit.
func answersFor(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, unit *id.Of[id.Unit]) error {
	if unit == nil {
		if !scope.Reaches("") {
			return ErrUnknownUnit.At("body.unitId")
		}
		return nil
	}
	ok, err := reaches(ctx, tx, scope, company, *unit)
	if err == nil && !ok {
		err = ErrUnknownUnit.At("body.unitId")
	}
	return err
}

// EditShutdown moves a shutdown; excused tasks that it no longer covers come back. Errors:
// rbac.ErrNotFound, ErrDays, ErrBlank, ErrUnknownUnit.
func (s *Service) EditShutdown(ctx context.Context, n id.Of[Shutdown], f ShutdownForm) error {
	return s.onShutdown(ctx, n, func(tx db.Tx, is *Shutdown) error {
		was := is.FromOn
		if err := is.write(f); err != nil {
			return err
		}
		if is.FromOn.Before(was) && is.FromOn.Before(day.In(tx.Now, day.Shanghai).AddDays(-backward)) {
			return ErrDays.At("body.fromOn")
		}
		return nil
	})
}

// CancelShutdown takes a shutdown back: it did not happen. Errors: rbac.ErrNotFound.
func (s *Service) CancelShutdown(ctx context.Context, n id.Of[Shutdown]) error {
	return s.onShutdown(ctx, n, func(tx db.Tx, is *Shutdown) error {
		now := tx.Now
		is.CancelledAt = &now
		return nil
	})
}

func (s *Service) onShutdown(ctx context.Context, n id.Of[Shutdown], do func(db.Tx, *Shutdown) error) error {
	return s.Gate.Write(ctx, ActionCalendar, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		was, err := lockShutdown(ctx, tx, scope, home.CompanyID, n)
		if err != nil {
			return err
		}
		is := was
		if err := do(tx, &is); err != nil {
			return err
		}
		if err := answersFor(ctx, tx, scope, home.CompanyID, is.UnitID); err != nil {
			return err
		}
		if err := updateShutdown(ctx, tx, is); err != nil {
			return err
		}
		scope.Changed("inspection_shutdown", int64(n), home.CompanyID, was, is)
		scope.Made(int64(n))
		return s.Replanned(ctx, tx, home.CompanyID, day.Earlier(was.FromOn, is.FromOn))
	})
}

// Events lists a company's latest events. Errors: ErrCompanyNeeded.
func (s *Service) Events(ctx context.Context, company rbac.CompanyID) (list []Event, err error) {
	err = s.Gate.Read(ctx, ActionPlans, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		list, err = events(ctx, tx, scope, c, mostEvents)
		return err
	})
	return list, err
}
