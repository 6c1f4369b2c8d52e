package inspection

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// PlanIn makes a plan and its tasks, as Plan does, in the caller's transaction. Errors:
// those of Plan.
func (s *Service) PlanIn(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, f PlanForm) (id.Of[Plan], error) {
	p, err := s.made(ctx, tx, scope, home, f)
	if err != nil {
		return 0, err
	}
	scope.Changed("inspection_plan", int64(p.ID), home.CompanyID, Plan{}, p)
	return p.ID, nil
}
