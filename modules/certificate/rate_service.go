package certificate

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions to see rates.
const (
	ActionRates rbac.Action = "certificate.rate.list"
	ActionAreas rbac.Action = "certificate.area.list"
)

// Untrained returns which people of companies did not have the training hours of a year that their post asks for.
type Untrained func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, year int) (map[HolderKey]bool, error)

// CompanyRates are a company's rates today and at the ends of the last months.
type CompanyRates struct {
	Today  day.Date
	Rates  map[RateID]Share
	Months []Snapshot
	Hours  bool // the training hours of managers were looked at
}

// monthsShown is how many months back a company's rates are drawn.
const monthsShown = 12

// Rates computes a company's rates as of today, for regulators as of the last month's end, and reads those of the months
// before. Errors: rbac.ErrNotFound.
func (s *Service) Rates(ctx context.Context, company rbac.CompanyID) (out CompanyRates, err error) {
	err = s.Gate.Read(ctx, ActionRates, func(tx db.Tx, scope rbac.Scope) error {
		if a := scope.Actor(); a.CompanyID != 0 {
			company = a.CompanyID
		}
		out.Today, out.Hours = dayOf(tx), s.Untrained != nil
		if err := inScope(ctx, tx, scope, company); err != nil {
			return err
		}
		first := day.Of(out.Today.Year(), out.Today.Month(), 1)
		if out.Months, err = snapshotsOf(ctx, tx, scope, company, first.AddMonths(-monthsShown)); err != nil {
			return err
		}
		if scope.Actor().CompanyID == 0 { // who holds which post is the company's own: others see what was kept
			out.last()
			return nil
		}
		k, err := scaleOf(ctx, tx, scope, company, out.Today)
		if err != nil {
			return err
		}
		found, err := s.measure(ctx, tx, []Scale{k}, out.Today)
		out.Rates = found[company]
		return err
	})
	return out, err
}

// last takes the rates of the last month that is kept for those of today.
func (r *CompanyRates) last() {
	r.Rates = map[RateID]Share{}
	for _, m := range r.Months {
		r.Today = m.MonthOn.AddMonths(1).AddDays(-1)
		r.Rates[m.Rate] = Share{m.Num, m.Den, m.VerifiedNum}
	}
}

// measure computes the rates of companies on a day.
func (s *Service) measure(ctx context.Context, tx db.Tx, of []Scale, on day.Date) (map[rbac.CompanyID]map[RateID]Share, error) {
	ids := make([]rbac.CompanyID, len(of))
	for i, k := range of {
		ids[i] = k.CompanyID
	}
	firms, err := firmsOn(ctx, tx, ids, nil, on, day.Of(on.Year(), 1, 1).AddMonths(-6))
	if err != nil {
		return nil, err
	}
	short := map[rbac.CompanyID]map[id.Of[id.Staff]]bool{}
	if s.Untrained != nil {
		found, err := s.Untrained(ctx, tx, ids, on.Year()-1)
		if err != nil {
			return nil, err
		}
		for k, yes := range found {
			if short[k.CompanyID] == nil {
				short[k.CompanyID] = map[id.Of[id.Staff]]bool{}
			}
			short[k.CompanyID][k.StaffID] = yes
		}
	}
	out := map[rbac.CompanyID]map[RateID]Share{}
	for _, k := range of {
		k.on = on
		out[k.CompanyID] = firms[k.CompanyID].rates(k, short[k.CompanyID])
	}
	return out, nil
}

// monthOf is the month a regulator asks for: its first day. Errors: ErrMonth.
func monthOf(ctx context.Context, tx db.Tx, scope rbac.Scope, q AreaQuery) (day.Date, error) {
	if q.Month == "" {
		return latestMonth(ctx, tx, scope, q.Area)
	}
	on, err := day.Parse(q.Month + "-01")
	if err != nil {
		return day.Date{}, ErrMonth.At("query.month")
	}
	return on, nil
}

// Areas pools the rates of an area's companies by its parts. Errors: ErrArea, ErrMonth.
func (s *Service) Areas(ctx context.Context, q AreaQuery) (out AreaShares, err error) {
	err = s.Gate.Read(ctx, ActionAreas, func(tx db.Tx, scope rbac.Scope) error {
		if q.Area, err = areaOf(scope.Actor(), q.Area); err != nil {
			return err
		}
		out.Area, out.Rate = q.Area, q.Rate
		if out.Month, err = monthOf(ctx, tx, scope, q); err != nil {
			return err
		}
		names, err := placeNames(ctx, tx, q.Area)
		if err != nil {
			return err
		}
		out.Name = names[q.Area]
		counted, err := areaShares(ctx, tx, scope, q.Area, out.Month, q.Rate)
		if err != nil {
			return err
		}
		all, err := companiesIn(ctx, tx, scope, q.Area)
		if err != nil {
			return err
		}
		out.Rows = withAll(counted, all, names, out.Name)
		for _, r := range out.Rows {
			out.Total.plus(r)
		}
		return nil
	})
	return out, err
}

// withAll adds the parts without any counted company, and names all.
func withAll(counted []AreaShare, all map[string]int64, names map[string]string, whole string) []AreaShare {
	for i := range counted {
		counted[i].Companies = max(all[counted[i].Path], counted[i].Reported)
		delete(all, counted[i].Path)
	}
	for path, n := range all {
		counted = append(counted, AreaShare{Path: path, Companies: n})
	}
	sortAreas(counted)
	for i := range counted {
		if counted[i].Name = names[counted[i].Path]; counted[i].Name == "" {
			counted[i].Name = whole
		}
	}
	return counted
}

// Firms lists the companies of a county or a part of it by rate, the lowest first, and the month. Errors: ErrArea, ErrMonth, ErrWide, page.ErrCursor.
func (s *Service) Firms(ctx context.Context, f FirmsFilter) (rows []FirmShare, k page.Key, month day.Date, err error) {
	if k, err = f.Start(sortRate, 2); err != nil {
		return nil, k, month, err
	}
	err = s.Gate.Read(ctx, ActionAreas, func(tx db.Tx, scope rbac.Scope) error {
		if f.Area, err = areaOf(scope.Actor(), f.Area); err != nil {
			return err
		}
		if len(f.Area) < countyDepth {
			return ErrWide.At("query.area")
		}
		if month, err = monthOf(ctx, tx, scope, f.AreaQuery); err != nil {
			return err
		}
		rows, err = firmShares(ctx, tx, scope, f, month, k)
		return err
	})
	return rows, k, month, err
}
