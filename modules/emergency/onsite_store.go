package emergency

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// DrillBrief is a drill in one line.
type DrillBrief struct {
	Name      string
	PlannedOn day.Date
	HeldOn    day.Date
}

// LatestDrills are the drills of a company, the latest planned first.
func LatestDrills(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) (rows []DrillBrief, err error) {
	cond, args := scope.Where("d")
	q := "SELECT d.name, d.planned_on, d.held_on FROM emergency_drill d WHERE d.company_id = ? AND d.ended_on IS NULL AND " + cond + " ORDER BY d.planned_on DESC, d.id DESC LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(append([]any{int64(company)}, args...), limit)...).Scan(&rows).Error
}
