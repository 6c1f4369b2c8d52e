package emergency

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// DeemOn runs the night's job.
func (s *Service) DeemOn(ctx context.Context, tx db.Tx, on day.Date) error {
	return s.deem(ctx, tx, Deem{on})
}

// SettleOne carries a filing into its plan.
func (s *Service) SettleOne(ctx context.Context, tx db.Tx, n id.Of[Filing]) error {
	f, err := filingByID(ctx, tx, rbac.ScopeOf(ctx), n, "")
	if err != nil {
		return err
	}
	return s.settle(ctx, tx, f.Filing)
}
