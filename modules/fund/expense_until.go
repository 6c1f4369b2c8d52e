package fund

import (
	"context"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// openMonth is the month into which something of a day is booked.
func openMonth(ctx context.Context, tx db.Tx, company rbac.CompanyID, d day.Date) (day.Date, error) {
	month, err := closedUntil(ctx, tx, company)
	if err != nil || month.IsZero() || monthOf(d).After(month) {
		return monthOf(d), err
	}
	return month.AddMonths(1), nil
}

func (s *Service) refresh(ctx context.Context, tx db.Tx, _ rbac.Scope, home rbac.Home, year int) error {
	if err := countYear(ctx, tx, home, year); err != nil {
		return err
	}
	return s.Touch(ctx, tx, home.CompanyID)
}

func rulesNow(context.Context, db.Tx) ([]*accrual.Rules, error) { return accrual.Library(), nil }

func categoryOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (accrual.Category, *accrual.Rules, error) {
	p, err := profileOf(ctx, tx, company)
	if err != nil {
		return accrual.Category{}, nil, err
	}
	all, err := rulesNow(ctx, tx)
	if err != nil {
		return accrual.Category{}, nil, err
	}
	r := accrual.On(all, today(tx))
	if c, ok := r.Category(p.Category); ok {
		return c, r, nil
	}
	return accrual.Category{UseScopes: accrual.UseScopes{Items: r.Generic.Items}}, r, nil
}
