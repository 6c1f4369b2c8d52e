package hazard

import (
	"context"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// DueFix is the kind under which the deadline of a fix is kept; its ladder of reminders hangs on it.
const DueFix = "hazard.fix"

// KeepDue brings what falls due of a hazard up to date after a step of a regulator's, whose
// transaction does not write a company's own memory.
type KeepDue struct {
	CompanyID id.Of[id.Company]
	HazardID  id.Of[id.Hazard]
}

// Kind names the job.
func (KeepDue) Kind() string { return "hazard.keep-due" }

// titleRunes is how much of a description a reminder quotes.
const titleRunes = 40

// dueItem is the deadline of h; without a day once the fix is handed in or the row closed.
func (h Hazard) dueItem() due.Item {
	said := []rune(h.Description)
	if len(said) > titleRunes {
		said = append(said[:titleRunes-1], '…')
	}
	it := due.Item{Kind: DueFix, Ref: int64(h.ID), Title: h.Number + " " + h.Place + " " + string(said), Path: "/hazards/" + h.ID.String()}
	if h.OwnerID != nil {
		it.OwnerID = *h.OwnerID
	}
	if h.UnitID != nil {
		it.UnitID = *h.UnitID
	}
	if !h.Closed() && h.FixedOn.IsZero() && h.OwnerID != nil {
		it.On = h.Deadline
	}
	return it
}

// remember keeps the deadline of f as it is now. h is the row before; the zero row is none.
func (s *Service) remember(ctx context.Context, tx db.Tx, scope rbac.Scope, h Hazard, f *file) error {
	if err := s.confirm(ctx, tx, h, f); err != nil {
		return err
	}
	was, is := h.dueItem(), f.dueItem()
	if s.Due == nil || (was.On == is.On && (is.On.IsZero() || was.OwnerID == is.OwnerID)) {
		return nil
	}
	if scope.Actor().Kind == rbac.Regulator {
		return jobs.Enqueue(ctx, tx, KeepDue{f.CompanyID, f.ID})
	}
	return s.due(ctx, tx, []*file{f})
}

// confirm has somebody look at what people reported themselves once it was graded, graded anew
// or struck out.
func (s *Service) confirm(ctx context.Context, tx db.Tx, h Hazard, f *file) error {
	if s.Confirmed == nil || f.Source != Snap || (h.Level == f.Level && h.VoidedOn == f.VoidedOn) {
		return nil
	}
	return s.Confirmed(ctx, tx, f.CompanyID, f.ID)
}

// Known reads a hazard for the job runner. Errors: rbac.ErrNotFound.
func Known(ctx context.Context, tx db.Tx, hid id.Of[id.Hazard]) (Hazard, error) {
	return hazardByID(ctx, tx, rbac.ScopeOf(ctx), hid)
}

// due keeps the deadlines of hazards of one company.
func (s *Service) due(ctx context.Context, tx db.Tx, files []*file) error {
	if s.Due == nil || len(files) == 0 {
		return nil
	}
	h := files[0].Hazard
	units, err := unitsOf(ctx, tx, h.CompanyID, files)
	if err != nil {
		return err
	}
	items := make([]due.Item, len(files))
	for i, f := range files {
		items[i] = f.dueItem()
		items[i].UnitID = units[f.ID]
	}
	return s.Due(ctx, tx, rbac.Home{CompanyID: h.CompanyID, RegionPath: h.RegionPath, Line: h.OversightLine}, items)
}

func (s *Service) keepDue(ctx context.Context, tx db.Tx, t KeepDue) error {
	h, err := hazardByID(ctx, tx, rbac.ScopeOf(ctx), t.HazardID)
	if err != nil {
		return err
	}
	return s.due(ctx, tx, []*file{{Hazard: h}})
}
