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

// drop settles a job that has died. Errors: rbac.ErrNotFound.
func drop(ctx context.Context, tx db.Tx, job int64) error {
	done := false
	err := tx.WithContext(ctx).Raw("SELECT job_drop(?, ?)", job, tx.Now).Scan(&done).Error
	if err == nil && !done {
		err = rbac.ErrNotFound
	}
	return err
}

// standings counts what is unfinished, by kind.
func standings(ctx context.Context, tx db.Tx) (out []Standing, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT kind, count(*) FILTER (WHERE live AND NOT handed AND run_at <= ?) AS waiting, count(*) FILTER (WHERE live AND NOT handed AND run_at > ?) AS later,
			count(*) FILTER (WHERE live AND handed) AS handed, count(*) FILTER (WHERE live AND attempts > 0) AS failed, count(*) FILTER (WHERE NOT live) AS dead,
			coalesce(min(run_at) FILTER (WHERE live AND run_at <= ?), '0001-01-01') AS oldest_at
		FROM (SELECT kind, run_at, attempts, dead_at IS NULL AS live, handed_at IS NOT NULL AS handed FROM job_outbox WHERE done_at IS NULL) x
		GROUP BY kind ORDER BY kind`, tx.Now, tx.Now, tx.Now).Scan(&out).Error
	return out, err
}
