package queue

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// dead lists jobs given up, newest first, before an id (0: from the newest).
func dead(ctx context.Context, tx db.Tx, before int64, limit int) (out []Dead, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT id, task_id, kind, run_at, created_at, dead_at, attempts, last_error FROM job_outbox
		WHERE dead_at IS NOT NULL AND done_at IS NULL AND (? = 0 OR id < ?) ORDER BY id DESC LIMIT ?`, before, before, limit).Scan(&out).Error
	return out, err
}

// deadByID locks one. Errors: rbac.ErrNotFound.
func deadByID(ctx context.Context, tx db.Tx, job int64) (Dead, error) {
	var found []Dead
	err := tx.WithContext(ctx).Raw(`SELECT id, task_id, kind, run_at, created_at, dead_at, attempts, last_error FROM job_outbox
		WHERE id = ? AND dead_at IS NOT NULL AND done_at IS NULL FOR UPDATE`, job).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Dead{}, err
	}
	return found[0], nil
}

func revive(ctx context.Context, tx db.Tx, job int64) error {
	return tx.WithContext(ctx).Exec("UPDATE job_outbox SET dead_at = NULL, epoch = NULL, handed_at = NULL, attempts = 0, run_at = ? WHERE id = ?", tx.Now, job).Error
}

func ran(ctx context.Context, tx db.Tx) (out []Ran, err error) {
	err = tx.WithContext(ctx).Raw("SELECT name, last_at FROM job_schedule ORDER BY name").Scan(&out).Error
	return out, err
}
