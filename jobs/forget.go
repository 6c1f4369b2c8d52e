package jobs

import (
	"errors"

	"github.com/hibiken/asynq"
)

// Forget returns a func that removes what the broker keeps of a task it has archived, so
// that the same task id may be handed over again. A task it does not know is no error.
func Forget(broker asynq.RedisConnOpt) func(taskID string) error {
	return func(taskID string) error {
		i := asynq.NewInspector(broker)
		err := i.DeleteTask("default", taskID)
		if errors.Is(err, asynq.ErrTaskNotFound) || errors.Is(err, asynq.ErrQueueNotFound) {
			err = nil
		}
		return errors.Join(err, i.Close())
	}
}
