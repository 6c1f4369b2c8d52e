package checklist

import (
	"context"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/rbac"
	"anbiao/web"
)

// CheckPoints looks at rows of a list of check points in the name of a and says what saving
// each would do.
func (s *Service) CheckPoints(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	plan, err := s.planPoints(ctx, tx, a, rows)
	return plan.verdicts, err
}

// SavePoints does the same and saves what is good, all new points in one statement and all
// changed ones in another.
func (s *Service) SavePoints(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	if err := lockNumbers(ctx, tx, a.CompanyID); err != nil {
		return nil, err
	}
	plan, err := s.planPoints(ctx, tx, a, rows)
	if err != nil {
		return nil, err
	}
	if err := insertPoints(ctx, tx, plan.fresh); err != nil {
		return nil, err
	}
	if err := updatePoints(ctx, tx, plan.changed); err != nil {
		return nil, err
	}
	scope := rbac.ScopeOf(ctx)
	for _, p := range plan.fresh {
		scope.Changed("checklist_point", int64(p.ID), p.CompanyID, Point{}, *p)
	}
	for i, p := range plan.changed {
		scope.Changed("checklist_point", int64(p.ID), p.CompanyID, plan.was[i], p)
	}
	return plan.verdicts, nil
}

type pointPlan struct {
	verdicts []string
	fresh    []*Point
	changed  []Point
	was      []Point // of changed
}

// planPoints reads rows against what the company has. Errors: ErrNoStandard.
func (s *Service) planPoints(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (plan pointPlan, err error) {
	scope := rbac.ScopeOf(ctx)
	home, err := scope.Within(ctx, tx, a.CompanyID)
	if err != nil {
		return plan, err
	}
	st, err := currentStandard(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return plan, err
	}
	l, err := s.Shelf.Version(st.LibraryVersion)
	if err != nil {
		return plan, err
	}
	there, err := allPoints(ctx, tx, home.CompanyID)
	if err != nil {
		return plan, err
	}
	next := 1
	for _, p := range there {
		next = max(next, p.Number+1)
	}
	reader := newRosterReader(st.Document.V, l, there, tx.Now)
	plan.verdicts = make([]string, len(rows))
	for i := range rows {
		is, was := reader.read(&rows[i])
		switch {
		case len(rows[i].Faults) > 0:
		case was.ID == 0:
			if is.PublicID, err = uuid.NewV7(); err != nil {
				return plan, err
			}
			is.CompanyID, is.RegionPath, is.OversightLine, is.Number, is.CreatedAt = home.CompanyID, home.RegionPath, home.Line, next, tx.Now
			next++
			plan.verdicts[i], plan.fresh = rowNew, append(plan.fresh, &is)
		case same(is, was):
			plan.verdicts[i] = rowSame
		default:
			plan.verdicts[i], plan.changed, plan.was = rowChanged, append(plan.changed, is), append(plan.was, was)
		}
	}
	return plan, nil
}

// pointExport is what an export of points asks for.
type pointExport struct {
	CompanyQuery
	PointFilter
}

// ExportPoints reads one page of the list of points for an export, as Points does; the columns
// are those of an import, so that a file that comes back as it went changes nothing. Errors:
// web.ErrFilter, page.ErrCursor.
func (s *Service) ExportPoints(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[pointExport](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	list, err := s.Points(ctx, f.CompanyID, f.PointFilter, page.Query{Limit: limit, Cursor: cursor})
	for _, p := range list.Items {
		explosive, sign := "none", "no"
		if p.Explosive != NoAtmosphere {
			explosive = string(p.Explosive)
		}
		if p.Sign {
			sign = "yes"
		}
		out = append(out, sheet.Record{Key: p.ID.String(), Values: []string{
			p.Number, p.Name, p.Place, strings.Join(p.Modules, "、"), strings.Join(p.Items, "、"), explosive, sign, coordinate(p.Longitude), coordinate(p.Latitude),
		}})
	}
	return out, list.Next, err
}

func coordinate(d *float64) string {
	if d == nil {
		return ""
	}
	return strconv.FormatFloat(*d, 'f', 6, 64)
}
