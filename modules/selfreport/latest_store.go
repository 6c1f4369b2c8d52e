package selfreport

import (
	"context"

	"anbiao/kit/day"
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

// Touching returns a company's reports in scope whose period touches the days from … until, the
// earliest first, from the id after on.
func Touching(ctx context.Context, tx db.Tx, scope rbac.Scope, from, until day.Date, after int64, limit int) (found []Report, err error) {
	cond, args := scope.Where("r")
	err = tx.WithContext(ctx).Raw("SELECT r.* FROM selfreport r WHERE "+cond+" AND r.period_from <= ? AND r.period_until >= ? AND r.content <> '' AND r.id > ? ORDER BY r.id LIMIT ?",
		append(args, until, from, after, limit)...).Scan(&found).Error
	return found, err
}
