package hazard

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/inbox"
	"anbiao/rbac"
)

// ReportedMajors are major hazards that wait for the regulator's review, or were reported in the last 15 days and are not listed; a feed of the regulator's inbox.
func (*Service) ReportedMajors(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (items []inbox.Item, err error) {
	cond, args := scope.Where("x")
	q := `SELECT 'major' AS kind, x.id AS ref, x.number || ' ' || x.description AS title, x.company_id, c.name AS company, x.region_path AS region,
		coalesce((x.reported_at AT TIME ZONE 'Asia/Shanghai')::date, x.found_on) AS since, x.deadline AS due_on, '/hazards/majors/' || x.id AS path FROM hazard x JOIN company c ON c.company_id = x.company_id
		WHERE x.level = 'major' AND x.cancelled_on IS NULL AND x.voided_on IS NULL
		AND (x.state = 'under_review' OR (x.reported_at > now() - interval '15 days' AND x.listed_on IS NULL))
		AND ` + cond + ` ORDER BY x.deadline, x.id LIMIT ?`
	return items, tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&items).Error
}

// AskedOfOffice are requests for more time or a transfer that only the regulator answers; a feed of the regulator's inbox.
func (*Service) AskedOfOffice(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (items []inbox.Item, err error) {
	cond, args := scope.Where("x")
	q := `SELECT 'extension' AS kind, x.id AS ref, x.number || ' ' || x.asked_note AS title, x.company_id, c.name AS company, x.region_path AS region,
		x.asked_on AS since, x.deadline AS due_on, '/hazards/' || x.id AS path FROM hazard x JOIN company c ON c.company_id = x.company_id
		WHERE x.asked IN ('extension', 'transfer') AND (x.level = 'major' OR x.source IN ('regulator','covert_visit','grid_patrol','tip','transfer')) AND x.cancelled_on IS NULL AND x.voided_on IS NULL
		AND ` + cond + ` ORDER BY x.deadline, x.id LIMIT ?`
	return items, tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&items).Error
}

// UnansweredDirect are direct reports of safety officers that nobody has answered; a feed of the regulator's inbox.
func (*Service) UnansweredDirect(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (items []inbox.Item, err error) {
	cond, args := scope.Where("x")
	q := `SELECT 'direct' AS kind, x.id AS ref, x.description AS title, x.company_id, c.name AS company, x.region_path AS region,
		(x.sent_at AT TIME ZONE 'Asia/Shanghai')::date AS since, '/hazards/direct' AS path FROM hazard_direct x JOIN company c ON c.company_id = x.company_id WHERE x.handled_at IS NULL
		AND ` + cond + ` ORDER BY x.sent_at, x.id LIMIT ?`
	return items, tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&items).Error
}
