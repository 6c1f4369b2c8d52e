package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/hibiken/asynq"
)

// Held is a task that the broker holds; its payload is nobody's who looks at the queue.
type Held struct {
	TaskID, Kind string
	Tries, Most  int
	LastError    string
	NextAt       time.Time // of a task that is tried again
}

// Sight is what the broker holds: how much, and what runs or is tried again.
type Sight struct {
	Depth
	Running, Retrying []Held
}

const (
	sightMost  = 50 // tasks of each
	sightLimit = 3 * time.Second
)

// Look returns a func that looks at a broker's queue. It gives up after some seconds: a broker that is
// away answers nothing.
func Look(broker asynq.RedisConnOpt) func(context.Context) (Sight, error) {
	return func(ctx context.Context) (Sight, error) {
		type seen struct {
			sight Sight
			err   error
		}
		got := make(chan seen, 1)
		go func() {
			s, err := look(broker)
			got <- seen{s, err}
		}()
		ctx, cancel := context.WithTimeout(ctx, sightLimit)
		defer cancel()
		select {
		case s := <-got:
			return s.sight, s.err
		case <-ctx.Done():
			return Sight{}, ctx.Err()
		}
	}
}

func look(broker asynq.RedisConnOpt) (s Sight, err error) {
	i := asynq.NewInspector(broker)
	defer func() { err = errors.Join(err, i.Close()) }()
	q, err := i.GetQueueInfo("default")
	if errors.Is(err, asynq.ErrQueueNotFound) { // nothing was ever handed over
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.Depth = Depth{q.Pending, q.Active, q.Scheduled, q.Retry, q.Archived, q.Latency}
	running, err := i.ListActiveTasks("default", asynq.PageSize(sightMost))
	if err != nil {
		return s, err
	}
	retrying, err := i.ListRetryTasks("default", asynq.PageSize(sightMost))
	s.Running, s.Retrying = held(running), held(retrying)
	return s, err
}

func held(tasks []*asynq.TaskInfo) []Held {
	out := make([]Held, len(tasks))
	for i, t := range tasks {
		out[i] = Held{t.ID, t.Type, t.Retried, t.MaxRetry, t.LastErr, t.NextProcessAt}
	}
	return out
}
