package performance

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Neglected returns the duties whose tasks all fell due from a day on and before another without
// that anybody did one, in time or late. What was excused proves nothing either way.
func Neglected(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, before day.Date) (out []id.Of[id.Duty], err error) {
	err = tx.WithContext(ctx).Raw(`SELECT duty_id FROM performance_task
		WHERE company_id = ? AND grace_until >= ? AND grace_until < ? AND status IN ('done', 'late', 'missed')
		GROUP BY duty_id HAVING every(status = 'missed') ORDER BY duty_id`, int64(company), from, before).Scan(&out).Error
	return out, err
}
