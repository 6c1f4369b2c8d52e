package selfreport

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/inbox"
	"anbiao/rbac"
)

// Submitted are the self-reports that wait to be received or returned; a feed of the regulator's inbox.
func (*Service) Submitted(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (items []inbox.Item, err error) {
	cond, args := scope.Where("x")
	q := `SELECT 'report' AS kind, x.id AS ref, x.period AS title, x.company_id, c.name AS company, x.region_path AS region,
		(x.submitted_at AT TIME ZONE 'Asia/Shanghai')::date AS since, '/reports/' || x.id AS path FROM selfreport x JOIN company c ON c.company_id = x.company_id WHERE x.state = 'submitted'
		AND ` + cond + ` ORDER BY x.submitted_at, x.id LIMIT ?`
	return items, tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&items).Error
}
