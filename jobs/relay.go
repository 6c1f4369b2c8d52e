package jobs

import (
	"context"
	"encoding/json"
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
	Graves *asynq.Inspector // asked about tasks that the broker keeps and does not do; may be nil
	Epoch  int64            // of the broker: new for each start of one that forgets, 0 for one that keeps
	Now    func() time.Time // when a delayed row is due
}

// NewRelay returns a relay to broker.
func NewRelay(system System, broker asynq.RedisConnOpt, now func() time.Time) *Relay {
	return &Relay{System: system, Client: asynq.NewClient(broker), Graves: asynq.NewInspector(broker), Now: now}
}

// Close closes the connections to the broker.
func (r *Relay) Close() error { return errors.Join(r.Client.Close(), r.Graves.Close()) }

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
// asynq's, so a row handed over twice is refused the second time, which counts as sent,
// unless asynq keeps it only because it gave it up: a worker killed at every try cannot
// say so itself.
func (r *Relay) Once(ctx context.Context) (n int, err error) {
	err = r.System(ctx, "jobs.relay", func(ctx context.Context, tx db.Tx) error {
		var rows []due
		now := r.Now().UTC()
		q := `SELECT id, task_id, kind, payload, epoch IS NOT NULL AS again FROM job_outbox
			WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= ? AND (epoch IS DISTINCT FROM ? OR handed_at < ?)
			ORDER BY run_at, id LIMIT ? FOR UPDATE SKIP LOCKED`
		if err := tx.Raw(q, now, r.Epoch, now.Add(-rehand), batch).Scan(&rows).Error; err != nil {
			return err
		}
		handed := make(db.Ints, 0, len(rows))
		for _, row := range rows {
			buried, err := r.hand(ctx, row)
			if err != nil {
				return fmt.Errorf("hand over %s: %w", row.TaskID, err)
			}
			if buried == "" {
				handed = append(handed, row.ID)
				continue
			}
			if err := tx.Exec("UPDATE job_outbox SET dead_at = ?, last_error = left(?, 500) WHERE id = ?", tx.Now, buried, row.ID).Error; err != nil {
				return err
			}
		}
		n = len(rows)
		if len(handed) == 0 {
			return nil
		}
		return tx.Exec("UPDATE job_outbox SET epoch = ?, handed_at = ? WHERE id = ANY(?)", r.Epoch, now, handed).Error
	})
	return n, err
}

// due is a row of the outbox to hand over.
type due struct {
	ID      int64
	TaskID  string
	Kind    string
	Payload json.RawMessage
	Again   bool // it was handed over before
}

// hand gives one row to asynq. buried is why asynq has given it up, empty if it has not.
func (r *Relay) hand(ctx context.Context, row due) (buried string, err error) {
	task := asynq.NewTask(row.Kind, row.Payload)
	_, err = r.Client.EnqueueContext(ctx, task, asynq.TaskID(row.TaskID), asynq.MaxRetry(maxRetry), asynq.Timeout(10*time.Minute))
	if !errors.Is(err, asynq.ErrTaskIDConflict) {
		return "", err
	}
	if !row.Again || r.Graves == nil {
		return "", nil
	}
	info, err := r.Graves.GetTaskInfo("default", row.TaskID)
	if errors.Is(err, asynq.ErrTaskNotFound) || errors.Is(err, asynq.ErrQueueNotFound) {
		return "", nil // done in between
	}
	if err != nil || info.State != asynq.TaskStateArchived {
		return "", err
	}
	return "given up by the broker: " + info.LastErr, nil
}

// NextEpoch numbers a start of a broker that forgets (miniredis): everything unfinished is
// handed over again.
func NextEpoch(ctx context.Context, system System) (n int64, err error) {
	err = system(ctx, "jobs.epoch", func(_ context.Context, tx db.Tx) error {
		return tx.Raw("SELECT nextval('job_epoch')").Scan(&n).Error
	})
	return n, err
}
