package risk

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/inbox"
	"anbiao/rbac"
)

// Fresh are the risk reports (风险报告) handed in within the last week; nobody has to decide on them; a feed of the regulator's inbox.
func (*Service) Fresh(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (items []inbox.Item, err error) {
	cond, args := scope.Where("x")
	q := `SELECT 'risk_report' AS kind, x.id AS ref, x.cycle || ' ' || x.period AS title, x.company_id, c.name AS company, x.region_path AS region,
		(x.submitted_at AT TIME ZONE 'Asia/Shanghai')::date AS since, '/risk/reports/' || x.id AS path FROM risk_report x JOIN company c ON c.company_id = x.company_id
		WHERE x.state = 'submitted' AND x.submitted_at > now() - interval '7 days'
		AND ` + cond + ` ORDER BY x.submitted_at, x.id LIMIT ?`
	return items, tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&items).Error
}
