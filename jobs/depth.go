package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/hibiken/asynq"
)

// Depth is what waits in the broker.
type Depth struct {
	Pending, Active, Scheduled, Retry, Archived int
	Latency                                     time.Duration // age of the oldest that waits
}

// OpenDepth connects to a broker to look at its queue.
func OpenDepth(broker asynq.RedisConnOpt) (look func(context.Context) (Depth, error), closed func() error) {
	i := asynq.NewInspector(broker)
	look = func(context.Context) (Depth, error) {
		q, err := i.GetQueueInfo("default")
		if errors.Is(err, asynq.ErrQueueNotFound) { // nothing was ever handed over
			return Depth{}, nil
		}
		if err != nil {
			return Depth{}, err
		}
		return Depth{q.Pending, q.Active, q.Scheduled, q.Retry, q.Archived, q.Latency}, nil
	}
	return look, i.Close
}
