package risk

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Plan) TableName() string { return "risk_plan" }

func insertPlan(ctx context.Context, tx db.Tx, p *Plan) error {
	return tx.WithContext(ctx).Create(p).Error
}

func updatePlan(ctx context.Context, tx db.Tx, p *Plan) error {
	return tx.WithContext(ctx).Model(p).Where("company_id = ?", int64(p.CompanyID)).Select(
		"name", "floor", "attachment_id", "width", "height", "north", "areas", "updated_at", "ended_on").Updates(p).Error
}

// planByID reads a plan in scope. What hangs at the gate is seen by the whole company.
// Errors: rbac.ErrNotFound.
func planByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Plan], lock ...clause.Expression) (Plan, error) {
	var rows []Plan
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(lock...).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Plan{}, err
	}
	return rows[0], nil
}

// plansOf returns a company's plans in use, in order of floors: at most a hundred.
func plansOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (rows []Plan, err error) {
	g := tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ? AND ended_on IS NULL", int64(company))
	return rows, g.Order("floor, id").Limit(100).Find(&rows).Error
}
