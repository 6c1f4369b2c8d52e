package inspection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Turn is a plan's task of one period and what came of it.
type Turn struct {
	TaskID   id.Of[id.Task]
	PointID  id.Of[id.Point]
	PublicID string // of the point
	DueOn    day.Date
	Done     bool // a check was made for it, in time or later
	Answered int  // items
	Failed   int  // of these
}

// TurnOf returns the task that the plan n made for the period d lies in; the zero Turn where
// it has made none. It belongs to the caller's transaction.
func TurnOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, n id.Of[Plan], f Frequency, d day.Date) (t Turn, err error) {
	first, last := f.Period(d)
	cond, args := scope.Where("t")
	err = tx.WithContext(ctx).Raw(`SELECT t.id AS task_id, t.point_id, p.public_id::text AS public_id, t.due_on, t.check_id IS NOT NULL AS done,
			coalesce(c.passed + c.failed + c.not_applicable, 0) AS answered, coalesce(c.failed, 0) AS failed
		FROM inspection_task t JOIN checklist_point p ON p.company_id = t.company_id AND p.id = t.point_id
		LEFT JOIN inspection_check c ON c.company_id = t.company_id AND c.started_on = t.check_started_on AND c.id = t.check_id
		WHERE t.company_id = ? AND t.plan_id = ? AND t.due_on BETWEEN ? AND ? AND `+cond+` ORDER BY t.due_on DESC LIMIT 1`,
		append([]any{company, n, first, last}, args...)...).Scan(&t).Error
	return t, err
}
