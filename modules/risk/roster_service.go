package risk

import (
	"context"
	"reflect"
	"strconv"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/search"
	"anbiao/kit/sheet"
	"anbiao/rbac"
	"anbiao/web"
)

// CheckRoster looks at rows of a risk list in the name of a and says what saving each would do.
func (s *Service) CheckRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, _, verdicts, err := s.planRoster(ctx, tx, a, rows)
	return verdicts, err
}

// SaveRoster does the same and saves what is good. Saving the same rows twice changes nothing.
func (s *Service) SaveRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	r, plan, verdicts, err := s.planRoster(ctx, tx, a, rows)
	if err != nil {
		return verdicts, err
	}
	used := map[*Unit]bool{}
	for i := range plan {
		used[plan[i].unit] = used[plan[i].unit] || verdicts[i] != ""
	}
	var units []*Unit
	for _, u := range r.fresh {
		if used[u] {
			units = append(units, u)
		}
	}
	if err := insertUnits(ctx, tx, units); err != nil {
		return nil, err
	}
	last, err := numbers(ctx, tx, r.home.CompanyID, "risk_event")
	if err != nil {
		return nil, err
	}
	var fresh []*Event
	var changed []Event
	for i := range plan {
		one := &plan[i]
		one.is.RiskUnitID = one.unit.ID
		switch verdicts[i] {
		case rowNew:
			last++
			one.is.Number = last
			fresh = append(fresh, &one.is)
		case rowChanged:
			changed = append(changed, one.is)
		}
	}
	if err := insertEvents(ctx, tx, fresh); err != nil {
		return nil, err
	}
	if err := updateEvents(ctx, tx, changed); err != nil {
		return nil, err
	}
	return verdicts, s.follow(ctx, tx, r, plan, verdicts)
}

// follow saves the controls of what a list changed and settles it.
func (s *Service) follow(ctx context.Context, tx db.Tx, r *rosterReader, plan []rosterRow, verdicts []string) error {
	var changes []change
	var fresh []*Control
	var changed []Control
	for i, one := range plan {
		if verdicts[i] != rowNew && verdicts[i] != rowChanged {
			continue
		}
		changes = append(changes, change{one.was, one.is, one.unit.Name})
		add, edit, err := controlChanges(one.is, one.there, one.controls, today(tx))
		if err != nil {
			return err
		}
		fresh, changed = append(fresh, add...), append(changed, edit...)
	}
	if err := insertControls(ctx, tx, fresh); err != nil {
		return err
	}
	if err := updateControls(ctx, tx, changed); err != nil {
		return err
	}
	if len(changes) == 0 {
		return nil
	}
	return s.settle(ctx, tx, rbac.ScopeOf(ctx), r.home, changes)
}

// planRoster reads rows against the register. Errors: rbac.ErrForbidden for who has no company
// or sees only a part of it.
func (s *Service) planRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (r *rosterReader, plan []rosterRow, verdicts []string, err error) {
	if a.CompanyID == 0 {
		return nil, nil, nil, rbac.ErrForbidden
	}
	scope := rbac.ScopeOf(ctx)
	home, err := scope.Within(ctx, tx, a.CompanyID)
	if err != nil {
		return nil, nil, nil, err
	}
	r = &rosterReader{tx: tx, home: home, scope: scope, maker: a.Name, rules: On(today(tx)), units: map[string]*Unit{}}
	if r.next, err = numbers(ctx, tx, home.CompanyID, "risk_unit"); err != nil {
		return nil, nil, nil, err
	}
	units, err := allUnits(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return nil, nil, nil, err
	}
	for i := range units {
		r.units[search.Fold(units[i].Name)] = &units[i].Unit
	}
	if r.events, err = controlled(ctx, tx, scope, home.CompanyID, EventFilter{}); err != nil {
		return nil, nil, nil, err
	}
	if r.tree, err = s.Tree(ctx, tx, home.CompanyID, today(tx)); err != nil {
		return nil, nil, nil, err
	}
	plan, verdicts = make([]rosterRow, len(rows)), make([]string, len(rows))
	for i := range rows {
		plan[i] = r.read(&rows[i])
		if len(rows[i].Faults) == 0 {
			verdicts[i] = plan[i].verdict()
		}
	}
	return r, plan, verdicts, nil
}

// verdict says what saving a row would do.
func (p rosterRow) verdict() string {
	if p.was.ID == 0 {
		return rowNew
	}
	was, is := p.was, p.is
	is.UpdatedAt, is.RuleVersion = was.UpdatedAt, was.RuleVersion
	is.RiskUnitID = p.unit.ID
	if reflect.DeepEqual(was, is) && sameControls(p.there, p.controls) {
		return rowSame
	}
	return rowChanged
}

// ExportPage reads one page of the register for an export, as Events does; the columns are
// those of an import, so that a file that comes back as it went changes nothing. Errors:
// web.ErrFilter, page.ErrCursor, ErrCompanyNeeded.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[EventFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	k, err := f.Start("unit", 2)
	if err != nil {
		return nil, "", err
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, f.CompanyID)
		if err != nil {
			return err
		}
		rows, err := eventsBy(ctx, tx, scope, c, f, k)
		if err != nil {
			return err
		}
		list := page.Of(rows, k, limit, keyOfEvent, func(e EventRow) EventRow { return e })
		next = list.Next
		ids := make(db.Ints, len(list.Items))
		for i, e := range list.Items {
			ids[i] = int64(e.ID)
		}
		controls, err := controlsOf(ctx, tx, c, ids)
		if err != nil {
			return err
		}
		units, err := unitsByID(ctx, tx, scope, c)
		for _, e := range list.Items {
			out = append(out, record(unitOf(units, e), Controlled{e.Event, e.RiskUnitName, controls[e.ID]}))
		}
		return err
	})
	return out, next, err
}

// unitOf is the unit of an event; of one out of use only the name is left.
func unitOf(units map[id.Of[Unit]]UnitRow, e EventRow) Unit {
	if u, ok := units[e.RiskUnitID]; ok {
		return u.Unit
	}
	return Unit{Name: e.RiskUnitName, Number: e.RiskUnitNumber}
}

func itoa(n int) string { return strconv.Itoa(n) }
