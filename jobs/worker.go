package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"

	"anbiao/kit/db"
	"anbiao/kit/trace"
)

// Worker does what asynq delivers.
type Worker struct {
	System   System
	Registry *Registry
	Now      func() time.Time
	Tried    func(context.Context, Try) // told of every try; may be nil
}

// Try is one attempt at a job.
type Try struct {
	Kind   string
	TaskID string
	Number int // from 1
	Took   time.Duration
	Err    error
}

// Server returns an asynq server over broker; start it with Worker.Mux.
func (*Worker) Server(broker asynq.RedisConnOpt, concurrency int) *asynq.Server {
	return asynq.NewServer(broker, asynq.Config{
		Concurrency:              concurrency,
		Logger:                   quiet{},
		LogLevel:                 asynq.ErrorLevel,
		TaskCheckInterval:        time.Second,
		DelayedTaskCheckInterval: time.Second,
		RetryDelayFunc: func(n int, _ error, _ *asynq.Task) time.Duration {
			return min(time.Duration(1<<min(n, 12))*time.Second, time.Hour)
		},
	})
}

// ProcessTask does one delivered job (asynq.Handler).
func (w *Worker) ProcessTask(ctx context.Context, t *asynq.Task) error {
	taskID, _ := asynq.GetTaskID(ctx)
	tried, _ := asynq.GetRetryCount(ctx)
	ctx, end := trace.Start(ctx, trace.Job, t.Type(), "anbiao.task", taskID)
	began := time.Now()
	err := w.Do(ctx, taskID, t.Type(), t.Payload())
	end(err)
	if w.Tried != nil {
		w.Tried(ctx, Try{Kind: t.Type(), TaskID: taskID, Number: tried + 1, Took: time.Since(began), Err: err})
	}
	if err == nil {
		return nil
	}
	most, _ := asynq.GetMaxRetry(ctx)
	if noted := w.fail(context.WithoutCancel(ctx), taskID, err, tried >= most); noted != nil {
		slog.ErrorContext(ctx, "job failure not noted", "task", taskID, "error", noted)
	}
	slog.WarnContext(ctx, "job failed", "task", taskID, "try", tried+1, "error", err)
	return err
}

// Do does the job of one task id, once. Its effect, the ledger row and the done mark
// commit together.
func (w *Worker) Do(ctx context.Context, taskID, kind string, payload []byte) error {
	h, ok := w.Registry.kinds[kind]
	if !ok {
		return fmt.Errorf("jobs: no handler for %q", kind)
	}
	if h.outside != nil {
		done, err := w.done(ctx, taskID)
		if err != nil || done {
			return err
		}
		if err := h.outside(ctx, payload); err != nil {
			return err
		}
		return w.System(ctx, kind, func(_ context.Context, tx db.Tx) error { return w.finish(tx, taskID) })
	}
	return w.System(ctx, kind, func(ctx context.Context, tx db.Tx) error {
		first := tx.Exec("INSERT INTO job_ledger (task_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING", taskID, tx.Now)
		if first.Error != nil || first.RowsAffected == 0 {
			return first.Error
		}
		if err := h.inside(ctx, tx, payload); err != nil {
			return err
		}
		return w.finish(tx, taskID)
	})
}

func (w *Worker) done(ctx context.Context, taskID string) (done bool, err error) {
	err = w.System(ctx, "jobs.look", func(_ context.Context, tx db.Tx) error {
		return tx.Raw("SELECT EXISTS (SELECT FROM job_outbox WHERE task_id = ? AND done_at IS NOT NULL)", taskID).Scan(&done).Error
	})
	return done, err
}

func (*Worker) finish(tx db.Tx, taskID string) error {
	return tx.Exec("UPDATE job_outbox SET done_at = ?, attempts = attempts + 1 WHERE task_id = ?", tx.Now, taskID).Error
}

// fail keeps what went wrong where a platform administrator can read it.
func (w *Worker) fail(ctx context.Context, taskID string, cause error, last bool) error {
	return w.System(ctx, "jobs.fail", func(_ context.Context, tx db.Tx) error {
		return tx.Exec(`UPDATE job_outbox SET attempts = attempts + 1, last_error = left(?, 500), dead_at = CASE WHEN ? THEN ?::timestamptz ELSE dead_at END
			WHERE task_id = ? AND done_at IS NULL`, cause.Error(), last, tx.Now, taskID).Error
	})
}

// Tick enqueues the jobs of every schedule that has fallen due since its last run: once,
// for the latest due instant, however many were missed.
func (w *Worker) Tick(ctx context.Context) error {
	now := w.Now().UTC()
	for _, s := range w.Registry.schedules {
		err := w.System(ctx, "jobs.tick", func(ctx context.Context, tx db.Tx) error {
			// A schedule that never ran starts an hour back, so that a daily one waits for its time.
			if err := tx.Exec("INSERT INTO job_schedule (name, last_at) VALUES (?, ?) ON CONFLICT DO NOTHING", s.Name, now.Add(-time.Hour)).Error; err != nil {
				return err
			}
			var last time.Time
			if err := tx.Raw("SELECT last_at FROM job_schedule WHERE name = ? FOR UPDATE", s.Name).Scan(&last).Error; err != nil {
				return err
			}
			due := s.Next(last)
			if due.After(now) {
				return nil
			}
			for next := s.Next(due); !next.After(now); next = s.Next(due) {
				due = next
			}
			if err := Enqueue(ctx, tx, s.Task(due), Key(s.Name+"@"+due.UTC().Format(time.RFC3339))); err != nil {
				return err
			}
			return tx.Exec("UPDATE job_schedule SET last_at = ? WHERE name = ?", due, s.Name).Error
		})
		if err != nil {
			return fmt.Errorf("jobs: schedule %s: %w", s.Name, err)
		}
	}
	return nil
}

// RunSchedules ticks every second until ctx ends.
func (w *Worker) RunSchedules(ctx context.Context) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		if err := w.Tick(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "schedules", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// quiet sends asynq's own words to the program's log.
type quiet struct{}

func (quiet) Debug(a ...any) { slog.Debug(fmt.Sprint(a...)) }
func (quiet) Info(a ...any)  { slog.Info(fmt.Sprint(a...)) }
func (quiet) Warn(a ...any)  { slog.Warn(fmt.Sprint(a...)) }
func (quiet) Error(a ...any) { slog.Error(fmt.Sprint(a...)) }
func (quiet) Fatal(a ...any) { slog.Error(fmt.Sprint(a...)) }
