package fund

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Area sums the funds of an area's companies by its parts. Errors: ErrArea.
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
		out.Rows, err = sums(ctx, tx, scope, out.Area, out.Year, elapsed(out.Year, today(tx)), closable(out.Year, today(tx)))
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

func (a *AreaSum) add(r AreaSum) {
	a.Companies, a.Bound, a.Behind, a.Under, a.Stated = a.Companies+r.Companies, a.Bound+r.Bound, a.Behind+r.Behind, a.Under+r.Under, a.Stated+r.Stated
	a.DueFen, a.AccruedFen, a.UsedFen, a.BalanceFen = a.DueFen+r.DueFen, a.AccruedFen+r.AccruedFen, a.UsedFen+r.UsedFen, a.BalanceFen+r.BalanceFen
}

// FundsFilter says which companies to list.
type FundsFilter struct {
	page.Query
	AreaQuery
	Only string `query:"only" enum:"bound,under,behind,deficit" doc:"under: used less than 60 % of what is due by now; behind: months that should be closed are open"`
}

const sortRate = "rate"

// Funds lists the companies of a county or a part of it, the lowest use rate first. Errors: ErrArea, ErrWide, page.ErrCursor.
func (s *Service) Funds(ctx context.Context, f FundsFilter) (rows []CompanyFund, k page.Key, err error) {
	if k, err = f.Start(sortRate, 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionArea, func(tx db.Tx, scope rbac.Scope) error {
		if f.Area, err = areaOf(scope.Actor(), f.Area); err != nil {
			return err
		}
		if len(f.Area) < countyDepth {
			return ErrWide.At("query.area")
		}
		if f.Year == 0 {
			f.Year = today(tx).Year()
		}
		rows, err = fundsIn(ctx, tx, scope, f, elapsed(f.Year, today(tx)), k)
		return err
	})
	return rows, k, err
}
