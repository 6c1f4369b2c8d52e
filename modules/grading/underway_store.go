package grading

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// UnderwayOf reports for which of many companies an application is under way, drafts not among them.
func UnderwayOf(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]bool, error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	var found []rbac.CompanyID
	err := tx.WithContext(ctx).Raw(`SELECT DISTINCT company_id FROM grading_application
		WHERE company_id = ANY(?) AND state NOT IN ('draft', 'rejected', 'granted', 'not_passed', 'terminated_false', 'withdrawn')`, ids).Scan(&found).Error
	out := make(map[rbac.CompanyID]bool, len(found))
	for _, c := range found {
		out[c] = true
	}
	return out, err
}
