package notice

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// newest returns the actor's newest open messages in the membership he has chosen.
func newest(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (rows []Notice, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM notice WHERE person_id = ? AND closed_at IS NULL ORDER BY id DESC LIMIT ?",
		int64(scope.Actor().PersonID), limit).Scan(&rows).Error
	return rows, err
}
