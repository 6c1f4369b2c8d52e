package listing

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/inbox"
	"anbiao/rbac"
)

// Asked are the listings of which the company asks for more time or for acceptance; a feed of the regulator's inbox.
func (*Service) Asked(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (items []inbox.Item, err error) {
	cond, args := scope.Where("x")
	q := `SELECT 'listing' AS kind, x.id AS ref, x.number_prefix || '〔' || x.number_year || '〕' || x.number_seq || '号 ' || x.hazard_text AS title, x.company_id, x.company_name AS company, x.region_path AS region,
		coalesce(x.extension_asked_on, x.acceptance_asked_on) AS since, CASE x.state WHEN 'extension_asked' THEN x.extension_due_on ELSE x.review_due_on END AS due_on, '/listings/' || x.id AS path
		FROM listing x WHERE x.state IN ('extension_asked', 'acceptance_asked')
		AND ` + cond + ` ORDER BY 8, x.id LIMIT ?`
	return items, tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&items).Error
}
