package company

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// rosterSaved sums up one batch of a roster for the trail.
type rosterSaved struct{ New, Changed, Same int }

// CheckRoster says of each row what saving it would do in the name of a, and notes what is
// wrong in the row's Faults; the verdict of a row with a fault means nothing. For the job
// runner: it looks at the whole register, so that a code registered elsewhere is found.
func (s *Service) CheckRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	plan, err := planRoster(ctx, tx, a, rows, false)
	return plan.verdicts, err
}

// SaveRoster enters new companies and brings known ones up to date, in the name of a. It
// checks again: what happened since the preview may add faults to rows, which are then left
// out. Saving the same rows twice changes nothing.
func (s *Service) SaveRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	plan, err := planRoster(ctx, tx, a, rows, true)
	if err != nil {
		return nil, err
	}
	made, err := insertMany(ctx, tx, plan.fresh)
	if err != nil {
		return nil, err
	}
	var touched []rbac.CompanyID
	var changing []rbac.CompanyID
	for _, c := range plan.changes {
		changing = append(changing, c.is.CompanyID)
	}
	if err := keep(ctx, tx, changing); err != nil {
		return nil, err
	}
	for _, f := range plan.fresh {
		id, ok := made[f.Row]
		if !ok { // entered by somebody else since the check
			plan.bad(rows, f.Row, ErrRosterElsewhere)
			continue
		}
		touched = append(touched, id)
	}
	if err := updateMany(ctx, tx, plan.changed); err != nil {
		return nil, err
	}
	scope := rbac.ScopeOf(ctx)
	for _, c := range plan.changes {
		touched = append(touched, c.is.CompanyID)
		scope.Changed("company", int64(c.is.CompanyID), c.is.CompanyID, c.was.trail(), c.is.trail())
	}
	scope.Changed("company.roster", 0, 0, rosterSaved{}, rosterSaved{New: len(made), Changed: len(plan.changes), Same: plan.same})
	by := note{Source: FromImport, PersonID: a.PersonID, Name: a.Name}
	if err := record(ctx, tx, touched, by); err != nil {
		return nil, err
	}
	if err := figures(ctx, tx, touched, by, true); err != nil {
		return nil, err
	}
	return plan.verdicts, s.changed(ctx, tx, touched)
}

// rosterPlan is what saving a batch would do.
type rosterPlan struct {
	verdicts []string
	fresh    []stored
	changed  []stored
	changes  []change
	same     int
}

type change struct{ was, is Company }

func (p *rosterPlan) bad(rows []sheet.Row, row int, f *fault.Error) {
	rows[row].Faults = append(rows[row].Faults, sheet.CellFault{Row: rows[row].Number, Column: "uscc", Code: f.Code, Params: f.Params})
}

func planRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row, lock bool) (p rosterPlan, err error) {
	all, err := places(ctx, tx, a.Areas)
	if err != nil {
		return p, err
	}
	lines, err := lineNames(ctx, tx)
	if err != nil {
		return p, err
	}
	g := newGazetteer(a, all, lines)
	var good []entry
	for i := range rows {
		if e := readEntry(i, &rows[i], g); len(rows[i].Faults) == 0 {
			good = append(good, e)
		}
	}
	known, err := registered(ctx, tx, good, lock)
	if err != nil {
		return p, err
	}
	p.verdicts = make([]string, len(rows))
	for _, e := range good {
		p.add(rows, a, e, known, dayOf(tx))
	}
	return p, nil
}

func (p *rosterPlan) add(rows []sheet.Row, a rbac.Actor, e entry, known map[int]met, today day.Date) {
	was, there := known[e.row]
	switch {
	case !there:
		e.classify(newest{})
		p.verdicts[e.row] = RowNew
		p.fresh = append(p.fresh, storedOf(e.row, e.Company))
	case !covers(a, was.RegionPath, was.OversightLine):
		p.bad(rows, e.row, ErrRosterElsewhere)
	default:
		is, differs := e.merged(was.Company, newest{was.YearOf, was.YearStaff}, today)
		if !differs {
			p.verdicts[e.row] = RowSame
			p.same++
			return
		}
		p.verdicts[e.row] = RowChanged
		p.changed = append(p.changed, storedOf(e.row, is))
		p.changes = append(p.changes, change{was.Company, is})
	}
}
