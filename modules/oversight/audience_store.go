package oversight

import (
	"context"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// companyIDs are the companies that a filter of the list leaves, by id, at most limit; over a province or the nation some
// combinations are not answered. Errors: ErrFilter.
func companyIDs(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, limit int) (out []rbac.CompanyID, err error) {
	if depth, _ := reach(f, scope.Actor()); f.wide(depth) {
		return nil, ErrFilter
	}
	q := filtered(f, scope)
	w := &page.Where{}
	w.Within(q.sql(), q.args)
	w.And("b.status <> 'closed'")
	err = tx.WithContext(ctx).Raw("SELECT b.company_id FROM oversight_area b WHERE "+strings.TrimSpace(w.SQL())+" ORDER BY b.company_id LIMIT ?", append(w.Args, limit)...).Scan(&out).Error
	return out, err
}
