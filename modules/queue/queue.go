// Package queue shows the platform administrator the jobs that were given up after all
// retries (dead letters), lets him hand them over again, and tells when schedules last ran.
package queue

import (
	"time"

	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList    rbac.Action = "queue.job.list"
	ActionRequeue rbac.Action = "queue.job.requeue"
)

// Dead is a job given up.
type Dead struct {
	ID        int64
	TaskID    string
	Kind      string
	RunAt     time.Time
	CreatedAt time.Time
	DeadAt    time.Time
	Attempts  int
	LastError string
}

// Ran is when a schedule last fell due and was enqueued.
type Ran struct {
	Name   string
	LastAt time.Time
}

// Forget removes what the broker keeps of a task it has archived, so that the same task id
// may be handed over again.
type Forget func(taskID string) error

// Service is what the platform administrator may do with jobs.
type Service struct {
	Gate   *rbac.Gate
	Forget Forget
}
