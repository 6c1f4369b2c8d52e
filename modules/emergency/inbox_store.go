package emergency

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/inbox"
	"anbiao/rbac"
)

// Unchecked are the filings of plans (预案备案) that wait to be checked; silence past the day counts as filed; a feed of the regulator's inbox.
func (*Service) Unchecked(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (items []inbox.Item, err error) {
	cond, args := scope.Where("x")
	// chr(63): a question mark would be taken for a parameter
	q := `SELECT 'filing' AS kind, x.id AS ref, x.plan_name AS title, x.company_id, c.name AS company, x.region_path AS region,
		x.received_on AS since, x.check_due_on AS due_on, '/emergency/filings' || chr(63) || 'companyId=' || x.company_id AS path FROM emergency_filing x JOIN company c ON c.company_id = x.company_id WHERE x.state = 'submitted'
		AND ` + cond + ` ORDER BY x.check_due_on, x.id LIMIT ?`
	return items, tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&items).Error
}
