// Package queue shows the platform administrator the jobs that were given up after all
// retries (dead letters), lets him hand them over again, and tells when schedules last ran.
package queue

import (
	"context"
	"strings"
	"time"

	"anbiao/jobs"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList    rbac.Action = "queue.job.list"
	ActionRequeue rbac.Action = "queue.job.requeue"
	ActionDrop    rbac.Action = "queue.job.drop"
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

// Standing is how the unfinished jobs of a kind stand in the outbox.
type Standing struct {
	Kind     string
	Waiting  int       // due, not handed to the broker
	Later    int       // not due
	Handed   int       // with the broker
	Failed   int       // of these and those that wait: failed before, and tried again
	Dead     int       // given up
	OldestAt time.Time // since when the oldest is due that is neither done nor given up; zero: none is
}

// Overview is the queue at a glance.
type Overview struct {
	Away  bool // the broker does not answer: jobs wait in the outbox
	Sight jobs.Sight
	Kinds []Standing
}

// Why says in one word why a job failed, for a text in plain words.
type Why string

// Reasons. Other stands for what only the words of the error tell.
const (
	WhyTime     Why = "time"     // took too long
	WhyNetwork  Why = "network"  // somebody outside cannot be reached
	WhyRefused  Why = "refused"  // somebody outside has refused it
	WhyDatabase Why = "database" // the database refused what was written
	WhyGone     Why = "gone"     // what it was about is no longer there
	WhyUnknown  Why = "unknown"  // this version of the program does not know it
	WhyKilled   Why = "killed"   // the worker was killed at every try
	WhyOther    Why = "other"
)

// signs are words of errors, in the order in which they count.
var signs = []struct {
	why   Why
	words []string
}{
	{WhyUnknown, []string{"no handler for", "payload of"}},
	{WhyKilled, []string{"lease expired", "given up by the broker"}},
	{WhyGone, []string{"not-found", "record not found"}},
	{WhyTime, []string{"deadline exceeded", "timeout", "timed out"}},
	{WhyNetwork, []string{"connection refused", "no such host", "unreachable", "connection reset", "broken pipe", "EOF", "dial tcp"}},
	{WhyDatabase, []string{"SQLSTATE"}},
	{WhyRefused, []string{"status 4", "status 5", "HTTP status", "refused"}},
}

// WhyOf reads why a job failed from the words of its error.
func WhyOf(words string) Why {
	for _, s := range signs {
		for _, w := range s.words {
			if strings.Contains(words, w) {
				return s.why
			}
		}
	}
	return WhyOther
}

// Service is what the platform administrator may do with jobs.
type Service struct {
	Gate   *rbac.Gate
	Forget Forget
	Look   func(context.Context) (jobs.Sight, error) // at the broker; nil: it is away
}
