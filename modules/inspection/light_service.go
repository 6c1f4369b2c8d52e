package inspection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// PlanIn makes a plan and its first task, as Plan does, in the caller's transaction. Errors:
// those of Plan.
func (s *Service) PlanIn(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, f PlanForm) (id.Of[Plan], error) {
	name, err := assignee(ctx, tx, scope, f.AssigneeID, day.In(tx.Now, day.Shanghai))
	if err != nil {
		return 0, err
	}
	p, err := newPlan(home, f, name, tx.Now)
	if err != nil {
		return 0, err
	}
	if err := s.fits(ctx, tx, home.CompanyID, f.PointID, f.Items); err != nil {
		return 0, err
	}
	if err := begin(ctx, tx, &p); err != nil {
		return 0, err
	}
	scope.Changed("inspection_plan", int64(p.ID), home.CompanyID, Plan{}, p)
	return p.ID, nil
}
