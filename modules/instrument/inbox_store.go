package instrument

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// toJudge are the own office's letters that were replied to, whose recipient lets a day pass, or whose interview is to be held.
func toJudge(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (rows []Missive, err error) {
	now := today(tx)
	q := `SELECT m.* FROM missive m WHERE m.organisation_id = ? AND m.number_seq > 0 AND (m.state = 'replied' OR ` + overdue + `
		OR (m.state IN ('issued', 'acknowledged') AND m.held_on IS NULL AND m.hold_by IS NOT NULL)) ORDER BY coalesce(m.reply_due_on, m.hold_by, m.ack_due_on), m.id LIMIT ?`
	return rows, tx.WithContext(ctx).Raw(q, int64(scope.Actor().OrganisationID), now, now, now, limit).Scan(&rows).Error
}

// toAnswer are the letters that the actor's own office got and has not dealt with.
func toAnswer(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (rows []Missive, err error) {
	q := `SELECT m.* FROM missive m WHERE m.office_id = ? AND m.number_seq > 0
		AND (m.state IN ('issued', 'returned') OR (m.state = 'acknowledged' AND m.reply_due_on IS NOT NULL)) ORDER BY coalesce(m.reply_due_on, m.ack_due_on), m.id LIMIT ?`
	return rows, tx.WithContext(ctx).Raw(q, int64(scope.Actor().OrganisationID), limit).Scan(&rows).Error
}
