package inspection

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// checked refuses a span that ends before it begins, or is longer than a year. Errors: ErrDays.
func (f SpanFilter) checked() error {
	if f.From.IsZero() || f.To.Before(f.From) || f.To.DaysSince(f.From) > longestStop {
		return ErrDays.At("query.to")
	}
	return nil
}

// DaysOf counts tasks by due day, for the heat map. Errors: ErrCompanyNeeded, ErrDays.
func (s *Service) DaysOf(ctx context.Context, company rbac.CompanyID, f SpanFilter) (list []DayTally, err error) {
	err = s.Gate.Read(ctx, ActionTasks, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		if err := f.checked(); err != nil {
			return err
		}
		list, err = daily(ctx, tx, scope, c, f)
		return err
	})
	return list, err
}

// Compliance counts tasks by person, team or workshop. A regulator does not see it by person.
// Errors: ErrCompanyNeeded, ErrDays, ErrOnlyCompanies.
func (s *Service) Compliance(ctx context.Context, company rbac.CompanyID, f SpanFilter, by string) (list []Standing, err error) {
	err = s.Gate.Read(ctx, ActionCompliance, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		if err := f.checked(); err != nil {
			return err
		}
		if scope.Actor().Kind == rbac.Regulator && by == "person" {
			return ErrOnlyCompanies.At("query.by")
		}
		list, err = standings(ctx, tx, scope, c, f, by)
		return err
	})
	return list, err
}
