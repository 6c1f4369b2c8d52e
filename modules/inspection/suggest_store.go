package inspection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// checkerOf is who had the latest task at a point up to a day; zero if nobody had one.
func checkerOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, point id.Of[id.Point], on day.Date) (staff id.Of[id.Staff], err error) {
	q := "SELECT assignee_id FROM inspection_task WHERE company_id = ? AND point_id = ? AND opens_on <= ? AND assignee_id IS NOT NULL ORDER BY due_on DESC, id DESC LIMIT 1"
	err = tx.WithContext(ctx).Raw(q, company, point, on).Scan(&staff).Error
	return staff, err
}
