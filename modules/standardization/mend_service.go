package standardization

import (
	"context"
	"fmt"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Order says who mends findings until when; of a finding that says so itself, that holds.
type Order struct {
	OwnerID  id.Of[id.Staff] `json:"ownerId" doc:"of findings that name nobody"`
	DueOn    day.Date        `json:"dueOn" doc:"of findings without a day"`
	Findings []OrderOne      `json:"findings" required:"false" maxItems:"500" nullable:"false" doc:"where one is to be otherwise"`
}

// OrderOne is who mends one finding until when.
type OrderOne struct {
	FindingID id.Of[id.Finding] `json:"findingId"`
	OwnerID   id.Of[id.Staff]   `json:"ownerId" required:"false"`
	DueOn     day.Date          `json:"dueOn" required:"false"`
}

// Mend makes hazards of the findings of an evaluation, with who mends each and until when (整改计划); a finding that is a
// hazard already stays the one it is, however often this is asked. Errors: rbac.ErrNotFound, ErrNow, ErrNoPlan, ErrStaff, ErrDates.
func (s *Service) Mend(ctx context.Context, n id.Of[id.Evaluation], o Order) (id.Of[id.Evaluation], error) {
	return n, s.Gate.Write(ctx, ActionMend, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := scope.Home(); err != nil {
			return err
		}
		e, err := evaluationByID(ctx, tx, scope, n, "")
		if err != nil {
			return err
		}
		if err := e.now(Scoring, Finished, Published); err != nil {
			return err
		}
		if err := lockPlan(ctx, tx, n); err != nil {
			return err
		}
		open, err := s.unplanned(ctx, tx, &e)
		if err != nil || len(open) == 0 {
			return orFault(err, nil)
		}
		if err := s.ordered(ctx, tx, &e, o, open); err != nil {
			return err
		}
		table, err := s.Load(ctx, tx, e.RubricID)
		if err != nil {
			return err
		}
		items := map[string]*scoring.Item{}
		for _, it := range table.Rows() {
			items[it.Code] = it
		}
		rows := make([]Rectification, len(open))
		for i, f := range open {
			if rows[i], err = s.mend(ctx, tx, scope, &e, table, items[f.ItemCode], f); err != nil {
				return err
			}
		}
		scope.Made(int64(n))
		return insertRectifications(ctx, tx, rows)
	})
}

// unplanned are the findings of an evaluation that no hazard was made of. Errors: ErrNoPlan where it has none at all.
func (s *Service) unplanned(ctx context.Context, tx db.Tx, e *Evaluation) ([]Finding, error) {
	found, err := findingsIn(ctx, tx, keysOf(*e))
	if err != nil || len(found[e.ID]) == 0 {
		return nil, orFault(err, ErrNoPlan)
	}
	made, err := mendedOf(ctx, tx, keysOf(*e))
	return slices.DeleteFunc(found[e.ID], func(f Finding) bool {
		return slices.ContainsFunc(made, func(r Rectification) bool { return r.FindingID == f.ID })
	}), err
}

// ordered gives each finding who mends it and until when. Errors: ErrStaff, ErrDates.
func (s *Service) ordered(ctx context.Context, tx db.Tx, e *Evaluation, o Order, open []Finding) error {
	for i := range open {
		f := &open[i]
		j := slices.IndexFunc(o.Findings, func(x OrderOne) bool { return x.FindingID == f.ID })
		one := OrderOne{}
		if j >= 0 {
			one = o.Findings[j]
		}
		switch {
		case one.OwnerID != 0:
			f.OwnerID = &one.OwnerID
		case f.OwnerID == nil:
			f.OwnerID = &o.OwnerID
		}
		for _, d := range []day.Date{f.DueOn, o.DueOn} {
			if one.DueOn.IsZero() {
				one.DueOn = d
			}
		}
		if f.DueOn = one.DueOn; f.DueOn.IsZero() || f.DueOn.Before(today(tx)) || f.DueOn.After(today(tx).AddYears(1)) {
			return ErrDates.At("body.dueOn")
		}
	}
	found, err := s.people(ctx, tx, e.CompanyID, func(yield func(id.Of[id.Staff])) {
		for i := range open {
			yield(*open[i].OwnerID)
		}
	})
	for i := range open {
		if _, there := found[*open[i].OwnerID]; err == nil && !there {
			return ErrStaff.At("body.ownerId")
		}
	}
	return err
}

// mend makes one finding a hazard.
func (s *Service) mend(ctx context.Context, tx db.Tx, scope rbac.Scope, e *Evaluation, table *scoring.Rubric, it *scoring.Item, f Finding) (Rectification, error) {
	m := Mend{
		Ref: fmt.Sprintf("standardization_finding/%s", f.ID), Expert: e.Kind != Self, Place: f.Place, Description: f.What, OwnerID: *f.OwnerID, DueOn: f.DueOn,
		Clause: fmt.Sprintf("《%s》%s %s", table.Title, it.Code, it.Requirement), Measures: it.Requirement,
	}
	if e.Kind == Self { // photos of an agency or authority stay with its finding
		for _, p := range f.Photos {
			m.Photos = append(m.Photos, id.Of[id.Attachment](p))
		}
	}
	if m.Place == "" {
		m.Place = it.Code + " " + it.Requirement
	}
	hazard, err := s.Raise(ctx, tx, scope, m)
	return Rectification{
		CompanyID: e.CompanyID, RegionPath: e.RegionPath, OversightLine: e.OversightLine, EvaluationID: e.ID, FindingID: f.ID, HazardID: hazard, PlannedOn: today(tx), PlannedBy: scope.Actor().Name,
	}, err
}
