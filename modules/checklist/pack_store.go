package checklist

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// pointsInUse lists a company's points by number, without the retired.
func pointsInUse(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) (out []Point, err error) {
	q := tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ? AND retired_at IS NULL", company)
	return out, q.Order("number").Limit(limit).Find(&out).Error
}
