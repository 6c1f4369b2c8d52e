package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"

	"anbiao/kit/db"
)

const (
	batch    = 200
	maxRetry = 12                     // by asynq, with growing delay: about a day
	rehand   = 2 * time.Minute        // a row handed over this long ago and not done is handed over again
	idle     = 250 * time.Millisecond // between looks at an empty outbox
)

// Relay moves rows from the outbox to asynq.
type Relay struct {
	System System
	Client *asynq.Client
	Epoch  int64            // of the broker: new for each start of one that forgets, 0 for one that keeps
	Now    func() time.Time // when a delayed row is due
}

// Run relays until ctx ends. A failing database or broker is tried again.
func (r *Relay) Run(ctx context.Context) {
	tick := time.NewTicker(idle)
	defer tick.Stop()
	for {
		n, err := r.Once(ctx)
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "outbox relay", "error", err)
		}
		if n == batch {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Once hands over at most one batch of due rows and returns how many. The row's task id is
// asynq's, so a row handed over twice is refused the second time, which counts as sent.
func (r *Relay) Once(ctx context.Context) (n int, err error) {
	err = r.System(ctx, "jobs.relay", func(ctx context.Context, tx db.Tx) error {
		var rows []Row
		now := r.Now().UTC()
		q := `SELECT id, task_id, kind, payload, run_at, attempts, last_error FROM job_outbox
			WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= ? AND (epoch IS DISTINCT FROM ? OR handed_at < ?)
			ORDER BY run_at, id LIMIT ? FOR UPDATE SKIP LOCKED`
		if err := tx.Raw(q, now, r.Epoch, now.Add(-rehand), batch).Scan(&rows).Error; err != nil {
			return err
		}
		ids := make(db.Ints, len(rows))
		for i, row := range rows {
			task := asynq.NewTask(row.Kind, row.Payload)
			_, err := r.Client.EnqueueContext(ctx, task, asynq.TaskID(row.TaskID), asynq.MaxRetry(maxRetry), asynq.Timeout(10*time.Minute))
			if err != nil && !errors.Is(err, asynq.ErrTaskIDConflict) {
				return fmt.Errorf("hand over %s: %w", row.TaskID, err)
			}
			ids[i] = row.ID
		}
		n = len(rows)
		if n == 0 {
			return nil
		}
		return tx.Exec("UPDATE job_outbox SET epoch = ?, handed_at = ? WHERE id = ANY(?)", r.Epoch, now, ids).Error
	})
	return n, err
}

// NextEpoch numbers a start of a broker that forgets (miniredis): everything unfinished is
// handed over again.
func NextEpoch(ctx context.Context, system System) (n int64, err error) {
	err = system(ctx, "jobs.epoch", func(_ context.Context, tx db.Tx) error {
		return tx.Raw("SELECT nextval('job_epoch')").Scan(&n).Error
	})
	return n, err
}
