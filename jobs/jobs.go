// Package jobs carries work out of a transaction. Enqueue writes a row of the outbox, the
// relay hands rows to asynq, a handler's effect is written together with the mark that it
// is done. A job therefore exists if and only if its transaction committed, and what it
// does to the database happens once, whatever is killed in between. Redis is never the
// truth: losing it costs a delay.
package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/db"
)

// Task is a job's arguments: ids, never copies of data. Kind is its asynq type,
// "noun.verb-object".
type Task interface{ Kind() string }

// Option says how a job is enqueued.
type Option func(*order)

type order struct {
	key string
	at  time.Time
}

// Key gives the job a task id of its own. A second job of the same kind and key is not
// made, even long after the first is done.
func Key(k string) Option { return func(o *order) { o.key = k } }

// At delays the job until t.
func At(t time.Time) Option { return func(o *order) { o.at = t } }

// Enqueue records t to be done if tx commits.
func Enqueue(ctx context.Context, tx db.Tx, t Task, opts ...Option) error {
	o := order{at: tx.Now}
	for _, opt := range opts {
		opt(&o)
	}
	if o.key == "" {
		o.key = uuid.Must(uuid.NewV7()).String()
	}
	payload, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("jobs: %s: %w", t.Kind(), err)
	}
	return tx.WithContext(ctx).Exec("SELECT job_enqueue(?, ?, ?::jsonb, ?)", t.Kind()+":"+o.key, t.Kind(), string(payload), o.at).Error
}
