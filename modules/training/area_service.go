package training

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Area sums the training of an area's companies by its parts. Errors: ErrArea.
func (s *Service) Area(ctx context.Context, q AreaQuery) (out AreaSums, err error) {
	err = s.Gate.Read(ctx, ActionArea, func(tx db.Tx, scope rbac.Scope) error {
		if out.Area, err = areaOf(scope.Actor(), q.Area); err != nil {
			return err
		}
		if out.Year = q.Year; out.Year == 0 {
			out.Year = today(tx).Year()
		}
		names, err := placeNames(ctx, tx, out.Area)
		if err != nil {
			return err
		}
		out.Name = names[out.Area]
		out.Rows, err = sums(ctx, tx, scope, out.Area, out.Year)
		for i := range out.Rows {
			r := &out.Rows[i]
			if r.Name = names[r.Path]; r.Name == "" {
				r.Name = out.Name
			}
			out.Total.add(*r)
		}
		return err
	})
	return out, err
}

// CompaniesFilter says which companies to list.
type CompaniesFilter struct {
	page.Query
	AreaQuery
	Only string `query:"only" enum:"missing,unplanned"`
}

// Companies lists the companies of a county or a part of it, the lowest rate first. Errors: ErrArea, page.ErrCursor.
func (s *Service) Companies(ctx context.Context, f CompaniesFilter) (rows []CompanyYear, k page.Key, err error) {
	if k, err = f.Start("rate", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionArea, func(tx db.Tx, scope rbac.Scope) error {
		if f.Area, err = areaOf(scope.Actor(), f.Area); err != nil {
			return err
		}
		if len(f.Area) < countyDepth {
			return ErrArea.At("query.area")
		}
		if f.Year == 0 {
			f.Year = today(tx).Year()
		}
		rows, err = yearsIn(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// YearOf shows the training of a company in a year in numbers. Errors: ErrCompany.
func (s *Service) YearOf(ctx context.Context, asked rbac.CompanyID, year int) (t Tally, err error) {
	err = s.Gate.Read(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		company, err := whose(scope, asked)
		if err != nil {
			return err
		}
		if year == 0 {
			year = today(tx).Year()
		}
		found, err := tallyOf(ctx, tx, scope, company, year)
		t = Tally{Year: int32(year)}
		if found != nil {
			t = *found
		}
		return err
	})
	return t, err
}

// Glance is the training of a company in a year, for a dossier or an officer on site; nil: nothing is known.
func Glance(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, year int) (*Tally, error) {
	return tallyOf(ctx, tx, scope, company, year)
}
