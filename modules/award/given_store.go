package award

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// Given lists the levels that a company in scope was ever given and that were not revoked, latest first.
func Given(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (rows []Award, err error) {
	cond, args := scope.Where("a")
	err = tx.WithContext(ctx).Raw("SELECT a.* FROM award a WHERE a.company_id = ? AND a.revoked_on IS NULL AND "+cond+" ORDER BY a.announced_on DESC, a.id DESC",
		append([]any{int64(company)}, args...)...).Scan(&rows).Error
	return rows, err
}
