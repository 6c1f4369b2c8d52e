package oversight

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// companyIDs are the companies that a filter of the list leaves, by id, at most limit.
func companyIDs(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, limit int) (out []rbac.CompanyID, err error) {
	q := filtered(f, scope, day.In(tx.Now, day.Shanghai))
	q.add("b.status <> 'closed'")
	err = tx.WithContext(ctx).Raw("SELECT b.company_id FROM oversight_area b WHERE "+q.sql()+" ORDER BY b.company_id LIMIT ?", append(q.args, limit)...).Scan(&out).Error
	return out, err
}
