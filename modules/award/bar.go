package award

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Bar keeps a company from applying until a day, in the caller's transaction. Errors: rbac.ErrNotFound, ErrDays.
func (s *Service) Bar(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, until day.Date, reason string) error {
	home, err := scope.Within(ctx, tx, company)
	if err != nil {
		return err
	}
	b := Bar{CompanyID: company, RegionPath: home.RegionPath, OversightLine: home.Line, SinceOn: today(tx), UntilOn: until, Reason: reason}
	return s.bar(ctx, tx, scope, b)
}

func (*Service) bar(ctx context.Context, tx db.Tx, scope rbac.Scope, b Bar) error {
	if !b.UntilOn.After(b.SinceOn) {
		return ErrDays
	}
	by := scope.Actor()
	b.OrganisationID, b.MadeBy, b.At = some(by.OrganisationID), by.Name, tx.Now
	if err := insertBar(ctx, tx, &b); err != nil {
		return err
	}
	scope.Changed("award.bar", int64(b.ID), b.CompanyID, Bar{}, b)
	return nil
}
