package grading

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/inbox"
	"anbiao/rbac"
)

// Waiting are the applications for a level (定级申请) whose next step is an office's; a feed of the regulator's inbox.
func (*Service) Waiting(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (items []inbox.Item, err error) {
	cond, args := scope.Where("x")
	q := `SELECT 'application' AS kind, x.id AS ref, x.company_name AS title, x.company_id, x.company_name AS company, x.region_path AS region,
		x.since_on AS since, x.due_on, '/gradings/' || x.id AS path FROM grading_application x WHERE x.ended_on IS NULL AND x.due_side IN ('organizer', 'authority')
		AND ` + cond + ` ORDER BY x.due_on, x.id LIMIT ?`
	return items, tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&items).Error
}

// Objected are the objections (公示异议) that wait to be verified; a feed of the regulator's inbox.
func (*Service) Objected(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (items []inbox.Item, err error) {
	cond, args := scope.Where("x")
	q := `SELECT 'objection' AS kind, x.id AS ref, x.text AS title, x.company_id, c.name AS company, x.region_path AS region,
		(x.at AT TIME ZONE 'Asia/Shanghai')::date AS since, '/gradings/' || x.application_id AS path FROM grading_objection x JOIN company c ON c.company_id = x.company_id WHERE x.verdict = ''
		AND ` + cond + ` ORDER BY x.at, x.id LIMIT ?`
	return items, tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&items).Error
}
