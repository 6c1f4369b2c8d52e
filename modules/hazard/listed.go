package hazard

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults of listed supervision.
var (
	ErrListed    = fault.New(fault.Conflict, "hazard.listed-already")
	ErrNotListed = fault.New(fault.Conflict, "hazard.not-listed")
)

// Listing is what a regulator decided when he put a major hazard under listed supervision.
type Listing struct {
	Level    string // town, county, prefecture, province
	On       day.Date
	Note     string   // number of the notice
	Deadline day.Date // finish-by day of the notice; from now on it is the hazard's
}

// overseen are the columns that listed supervision changes.
var overseen = []string{"ListedOn", "DelistedOn", "ListedLevel", "Deadline", "Extensions", "Steps", "ChangedAt"}

// Overseen reads a hazard for those who supervise it, with the day its treatment plan was filed; zero: it was
// not. Errors: rbac.ErrNotFound.
func (*Service) Overseen(ctx context.Context, tx db.Tx, scope rbac.Scope, hid id.Of[id.Hazard]) (h Hazard, planned day.Date, err error) {
	if h, err = hazardByID(ctx, tx, scope, hid); err != nil {
		return h, planned, err
	}
	steps, err := stepsOf(ctx, tx, h)
	for _, s := range slices.Backward(steps) {
		if s.Event == FilePlan {
			return h, day.In(s.At, day.Shanghai), err
		}
	}
	return h, planned, err
}

// Listed notes within the caller's transaction, which is a regulator's, that a major hazard is under listed
// supervision; at a higher level where it is already. Errors: rbac.ErrNotFound, ErrNotMajor, ErrListed, ErrNow.
func (s *Service) Listed(ctx context.Context, tx db.Tx, scope rbac.Scope, hid id.Of[id.Hazard], l Listing) error {
	return s.oversee(ctx, tx, scope, hid, func(f *file) error { return f.list(l) })
}

// Delisted notes within the caller's transaction that listed supervision has ended. Errors: rbac.ErrNotFound,
// ErrNotMajor, ErrNotListed.
func (s *Service) Delisted(ctx context.Context, tx db.Tx, scope rbac.Scope, hid id.Of[id.Hazard], on day.Date, note string) error {
	return s.oversee(ctx, tx, scope, hid, func(f *file) error { return f.delist(on, note) })
}

// Extended moves the deadline of a listed hazard within the caller's transaction. Errors: rbac.ErrNotFound,
// ErrNotMajor, ErrNotListed, ErrNow, ErrDeadline.
func (s *Service) Extended(ctx context.Context, tx db.Tx, scope rbac.Scope, hid id.Of[id.Hazard], deadline day.Date, note string) error {
	return s.oversee(ctx, tx, scope, hid, func(f *file) error { return f.prolong(deadline, note) })
}

func (s *Service) oversee(ctx context.Context, tx db.Tx, scope rbac.Scope, hid id.Of[id.Hazard], event func(*file) error) error {
	seen, err := hazardByID(ctx, tx, scope, hid)
	if err != nil {
		return err
	}
	if seen.Level != Major {
		return ErrNotMajor
	}
	h, err := lockHazard(ctx, tx, scope, hid)
	if err != nil {
		return err
	}
	return s.carry(ctx, tx, scope, h, overseen, event)
}

func (f *file) list(l Listing) error {
	if f.Closed() {
		return ErrNow[f.State]
	}
	if !f.ListedOn.IsZero() && f.DelistedOn.IsZero() && f.ListedLevel == l.Level {
		return ErrListed
	}
	if f.ListedOn.IsZero() || !f.DelistedOn.IsZero() {
		f.ListedOn, f.DelistedOn = l.On, day.Date{}
	}
	f.ListedLevel = l.Level
	d := Detail{}
	if !l.Deadline.IsZero() && f.OwnerID != nil && f.FixedOn.IsZero() {
		f.Deadline = l.Deadline
		d.Deadline = l.Deadline.String()
	}
	f.step(List, f.State, l.Note, nil, d)
	return nil
}

func (f *file) delist(on day.Date, note string) error {
	if f.ListedOn.IsZero() || !f.DelistedOn.IsZero() {
		return ErrNotListed
	}
	f.DelistedOn = on
	f.step(Delist, f.State, note, nil, Detail{})
	return nil
}

func (f *file) prolong(deadline day.Date, note string) error {
	switch {
	case f.ListedOn.IsZero() || !f.DelistedOn.IsZero():
		return ErrNotListed
	case f.Closed():
		return ErrNow[f.State]
	case !f.Deadline.IsZero() && !deadline.After(f.Deadline):
		return ErrDeadline
	}
	if !f.Deadline.IsZero() {
		f.Deadline = deadline
	}
	f.Extensions++
	f.step(Extend, f.State, strings.TrimSpace(note), nil, Detail{Deadline: deadline.String()})
	return nil
}
