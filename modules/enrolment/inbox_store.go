package enrolment

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/inbox"
	"anbiao/rbac"
)

// Appealed are the appeals against a class or a duty assessment (分类申诉); a feed of the regulator's inbox.
func (*Service) Appealed(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (items []inbox.Item, err error) {
	cond, args := scope.Where("x")
	q := `SELECT 'appeal' AS kind, x.id AS ref, x.appeal AS title, x.company_id, c.name AS company, x.region_path AS region,
		(x.appealed_at AT TIME ZONE 'Asia/Shanghai')::date AS since, '/enrolment/assessments/' || x.id AS path FROM enrolment_assessment x JOIN company c ON c.company_id = x.company_id
		WHERE x.state = 'published' AND x.appealed_at IS NOT NULL AND x.answered_at IS NULL
		AND ` + cond + ` ORDER BY x.appealed_at, x.id LIMIT ?`
	return items, tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&items).Error
}

// Claimed are the claims for a reward (标准化奖励) that wait to be checked; a feed of the regulator's inbox.
func (*Service) Claimed(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (items []inbox.Item, err error) {
	cond, args := scope.Where("x")
	q := `SELECT 'claim' AS kind, x.id AS ref, x.certificate_no AS title, x.company_id, x.company_name AS company, x.region_path AS region,
		(x.claimed_at AT TIME ZONE 'Asia/Shanghai')::date AS since, '/enrolment/claims' AS path FROM enrolment_claim x WHERE x.state = 'claimed'
		AND ` + cond + ` ORDER BY x.claimed_at, x.id LIMIT ?`
	return items, tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&items).Error
}
