package selfreport

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Latest returns a company's reports in scope, the newest period first, at most limit.
func Latest(ctx context.Context, tx db.Tx, scope rbac.Scope, company id.Of[id.Company], limit int) (found []Report, err error) {
	cond, args := scope.Where("r")
	err = tx.WithContext(ctx).Raw("SELECT r.* FROM selfreport r WHERE r.company_id = ? AND "+cond+" ORDER BY r.due_on DESC, r.id DESC LIMIT ?",
		append(append([]any{int64(company)}, args...), limit)...).Scan(&found).Error
	return found, err
}
