package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/modules/queue"
	"anbiao/rbac"
)

// TestTheQueueIsSeen looks at what runs, waits, is tried again and has died, as the platform's page does.
func TestTheQueueIsSeen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	admin := rbac.WithActor(t.Context(), b.Member(t, rbac.Platform, "admin"))
	s := &queue.Service{Gate: b.Gate, Forget: jobs.Forget(b.broker), Look: jobs.Look(b.broker)}
	begun, end := make(chan struct{}), make(chan struct{})
	jobs.Outside(b.reg, func(context.Context, tell) error { close(begun); <-end; return nil })
	jobs.Handle(b.reg, func(context.Context, db.Tx, add) error {
		return errors.New("dial tcp 10.0.0.9:443: connect: connection refused")
	})
	at := b.Now().Truncate(time.Second)
	b.Set(at)
	b.enqueue(t, tell{1})
	b.enqueue(t, add{1}, jobs.Key("again"))
	require.Equal(t, 2, b.hand(t))
	b.start(t)
	<-begun
	await(t, func() bool {
		return b.count(t, "SELECT count(*)::int FROM job_outbox WHERE kind = 'test.add' AND attempts > 0") == 1
	}, "failed once")
	b.enqueue(t, add{2}, jobs.Key("waits"))
	b.enqueue(t, add{3}, jobs.At(at.Add(time.Hour)))
	b.enqueue(t, add{4}, jobs.Key("dead"))
	b.Exec(t, "UPDATE job_outbox SET dead_at = now(), last_error = 'SQLSTATE 23505' WHERE task_id = 'test.add:dead'")
	o, err := s.Overview(admin)
	require.NoError(t, err)
	await(t, func() bool {
		o, err = s.Overview(admin)
		return err == nil && len(o.Sight.Retrying) == 1
	}, "tried again")
	require.False(t, o.Away)
	require.Equal(t, "test.tell", o.Sight.Running[0].Kind)
	require.Equal(t, 1, o.Sight.Active)
	require.Equal(t, queue.WhyNetwork, queue.WhyOf(o.Sight.Retrying[0].LastError))
	require.False(t, o.Sight.Retrying[0].NextAt.IsZero())
	require.Len(t, o.Kinds, 2)
	add := o.Kinds[0]
	require.WithinDuration(t, at, add.OldestAt, time.Second)
	add.OldestAt = time.Time{}
	require.Equal(t, queue.Standing{Kind: "test.add", Waiting: 1, Later: 1, Handed: 1, Failed: 1, Dead: 1}, add)
	close(end)

	dead, _, err := s.List(admin, 0, 10)
	require.NoError(t, err)
	require.NoError(t, s.Drop(admin, dead[0].ID, "重复的任务"))
	require.ErrorIs(t, s.Drop(admin, dead[0].ID, "重复的任务"), rbac.ErrNotFound)
	require.ErrorIs(t, s.Requeue(admin, dead[0].ID), rbac.ErrNotFound)
	require.Equal(t, 1, b.count(t, "SELECT count(*)::int FROM job_outbox WHERE task_id = 'test.add:dead' AND done_at IS NOT NULL"))
	require.Equal(t, 1, b.count(t, "SELECT count(*)::int FROM audit_entry WHERE action = 'queue.job.drop' AND fields::text LIKE '%重复的任务%'"))
	safety := rbac.WithActor(t.Context(), b.Actor(t, b.Company(t, "330784105"), "safety"))
	require.ErrorIs(t, s.Drop(safety, dead[0].ID, "x"), rbac.ErrForbidden)
	_, err = s.Overview(safety)
	require.ErrorIs(t, err, rbac.ErrForbidden)

	away := &queue.Service{Gate: b.Gate, Look: jobs.Look(asynq.RedisClientOpt{Addr: "127.0.0.1:1"})}
	o, err = away.Overview(admin)
	require.NoError(t, err, "the outbox is seen without the broker")
	require.True(t, o.Away)
	require.NotEmpty(t, o.Kinds)
}

func TestWhyAJobFailed(t *testing.T) {
	t.Parallel()
	for words, why := range map[string]queue.Why{
		`jobs: no handler for "x"`: queue.WhyUnknown, "jobs: payload of x: unexpected end": queue.WhyUnknown, "context deadline exceeded": queue.WhyTime,
		"ERROR: duplicate key (SQLSTATE 23505)": queue.WhyDatabase, "lookup smtp.example: no such host": queue.WhyNetwork, "push: HTTP status 502": queue.WhyRefused,
		"rbac.not-found": queue.WhyGone, "given up by the broker: ": queue.WhyKilled, "no partition for 1": queue.WhyOther, "": queue.WhyOther,
	} {
		require.Equal(t, why, queue.WhyOf(words), words)
	}
}
