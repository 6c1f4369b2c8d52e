package notice

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
)

// TableName names the table.
func (Alarm) TableName() string { return "notice_alarm" }

// morningOf looks in the outbox how far the run that began at an instant has come. Jobs given
// up count if they are of today.
func morningOf(ctx context.Context, tx db.Tx, on day.Date, name string, begins time.Time) (r run, err error) {
	task := name + ":" + name + "@" + begins.Format(time.RFC3339)
	return r, tx.WithContext(ctx).Raw(`SELECT
		coalesce((SELECT last_at < ? FROM job_schedule WHERE name = ?), false) AS known,
		EXISTS (SELECT FROM job_outbox WHERE task_id = ?) AS begun,
		EXISTS (SELECT FROM notice_alarm WHERE on_day = ? AND name = ?) AS decided,
		(SELECT count(*) FROM job_outbox WHERE kind = ? AND done_at IS NULL AND dead_at IS NULL)
			+ (SELECT count(*) FROM job_outbox WHERE kind = ? AND done_at IS NULL AND dead_at IS NOT NULL AND dead_at >= ?) AS waiting`,
		begins, name, task, on.String(), name, name, name, begins).Scan(&r).Error
}

// decide notes whether a morning was late; false if that was decided before.
func decide(ctx context.Context, tx db.Tx, a Alarm) (fresh bool, err error) {
	r := tx.WithContext(ctx).Exec("INSERT INTO notice_alarm (on_day, name, late, at, waiting) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", a.OnDay.String(), a.Name, a.Late, a.At, a.Waiting)
	return r.RowsAffected > 0, r.Error
}

// takeAlarms claims the alarms of a day that nobody could be called about since a time.
func takeAlarms(ctx context.Context, tx db.Tx, on day.Date, since time.Time) (rows []Alarm, err error) {
	return rows, tx.WithContext(ctx).Raw(`UPDATE notice_alarm SET tried_at = ? WHERE on_day = ? AND late AND called_at IS NULL AND (tried_at IS NULL OR tried_at <= ?) RETURNING *`,
		tx.Now, on.String(), since).Scan(&rows).Error
}

func calledAlarm(ctx context.Context, tx db.Tx, a Alarm) error {
	return tx.WithContext(ctx).Exec("UPDATE notice_alarm SET called_at = ? WHERE on_day = ? AND name = ?", tx.Now, a.OnDay.String(), a.Name).Error
}
