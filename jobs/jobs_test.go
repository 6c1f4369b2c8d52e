package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/modules/queue"
	"anbiao/rbac"
	"anbiao/testkit"
)

// add is a job whose effect can be counted.
type add struct{ N int }

func (add) Kind() string { return "test.add" }

// tell is a job that reaches outside the database.
type tell struct{ N int }

func (tell) Kind() string { return "test.tell" }

// bench is a world with an outbox, a real broker and a table for effects.
type bench struct {
	*testkit.W
	broker asynq.RedisClientOpt
	relay  *jobs.Relay
	reg    *jobs.Registry
	worker *jobs.Worker
}

func setup(t *testing.T) *bench {
	t.Helper()
	b := &bench{W: testkit.World(t), reg: jobs.NewRegistry()}
	network, addr, password, number := testkit.RedisOptions(t)
	b.broker = asynq.RedisClientOpt{Network: network, Addr: addr, Password: password, DB: number}
	b.relay = jobs.NewRelay(b.System(), b.broker, b.Now)
	t.Cleanup(func() { require.NoError(t, b.relay.Close()) })
	b.worker = &jobs.Worker{System: b.System(), Registry: b.reg, Now: b.Now}
	b.Exec(t, "CREATE TABLE effect (n int NOT NULL)")
	b.Exec(t, "GRANT SELECT, INSERT ON effect TO anbiao_system")
	return b
}

// effect is what an add does.
func effect(_ context.Context, tx db.Tx, a add) error {
	return tx.Exec("INSERT INTO effect VALUES (?)", a.N).Error
}

func (b *bench) enqueue(t *testing.T, task jobs.Task, opts ...jobs.Option) {
	t.Helper()
	require.NoError(t, b.System()(t.Context(), "test.enqueue", func(ctx context.Context, tx db.Tx) error { return jobs.Enqueue(ctx, tx, task, opts...) }))
}

func (b *bench) hand(t *testing.T) int {
	t.Helper()
	n, err := b.relay.Once(t.Context())
	require.NoError(t, err)
	return n
}

// start runs the asynq server until the test ends.
func (b *bench) start(t *testing.T) {
	t.Helper()
	s := b.worker.Server(b.broker, 4)
	require.NoError(t, s.Start(b.worker))
	t.Cleanup(s.Shutdown)
}

func (b *bench) count(t *testing.T, q string) int { t.Helper(); return testkit.One[int](t, b.W, q) }

func (b *bench) effects(t *testing.T) int {
	t.Helper()
	return b.count(t, "SELECT count(*)::int FROM effect")
}

func (b *bench) done(t *testing.T) int {
	t.Helper()
	return b.count(t, "SELECT count(*)::int FROM job_outbox WHERE done_at IS NOT NULL")
}

// await polls until cond holds.
func await(t *testing.T, cond func() bool, what string) {
	t.Helper()
	require.Eventually(t, cond, 30*time.Second, 20*time.Millisecond, what)
}

func (b *bench) firstTask(t *testing.T) (taskID string) {
	t.Helper()
	return testkit.One[string](t, b.W, "SELECT task_id FROM job_outbox ORDER BY id LIMIT 1")
}

func TestEveryJobIsDoneOnceHoweverOftenItIsHandedOver(t *testing.T) {
	t.Parallel()
	b := setup(t)
	jobs.Handle(b.reg, effect)
	const n = 60
	require.NoError(t, b.System()(t.Context(), "test.enqueue", func(ctx context.Context, tx db.Tx) error {
		for i := range n {
			if err := jobs.Enqueue(ctx, tx, add{i}); err != nil {
				return err
			}
		}
		return nil
	}))
	b.start(t)
	other := jobs.NewRelay(b.System(), b.broker, func() time.Time { return b.Now().Add(time.Hour) }) // takes every unfinished row for forgotten
	defer other.Close()
	var relays sync.WaitGroup
	for _, r := range []*jobs.Relay{b.relay, other, other} {
		relays.Go(func() {
			for range 5 {
				if _, err := r.Once(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	relays.Wait()
	await(t, func() bool { return b.done(t) == n }, "all done")
	require.Equal(t, n, b.effects(t))
	require.Equal(t, n, b.count(t, "SELECT count(DISTINCT n)::int FROM effect"))
	require.Zero(t, b.hand(t), "what is done is not handed over")
	require.NoError(t, b.worker.Do(t.Context(), b.firstTask(t), "test.add", []byte(`{"N":0}`)), "delivered again, long after")
	require.Equal(t, n, b.effects(t))
}

func TestWorkerDiesBetweenEffectAndDone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx, die := context.WithCancel(t.Context())
	deaths := []func() error{
		func() error { return errors.New("out of memory") },
		func() error { die(); return nil }, // the connection goes before the commit
		func() error { panic("bug") },
	}
	tries := 0
	jobs.Handle(b.reg, func(ctx context.Context, tx db.Tx, a add) error {
		if err := effect(ctx, tx, a); err != nil {
			return err
		}
		if tries++; tries <= len(deaths) {
			return deaths[tries-1]()
		}
		return nil
	})
	b.enqueue(t, add{1})
	task := b.firstTask(t)
	do := func(ctx context.Context) error { return b.worker.Do(ctx, task, "test.add", []byte(`{"N":1}`)) }
	require.ErrorContains(t, do(ctx), "out of memory")
	require.Error(t, do(ctx))
	require.PanicsWithValue(t, "bug", func() { _ = do(t.Context()) })
	require.Zero(t, b.effects(t)+b.done(t)+b.count(t, "SELECT count(*)::int FROM job_ledger"))
	require.NoError(t, do(t.Context()))
	require.Equal(t, 1, b.effects(t))
	require.Equal(t, 1, b.done(t))
}

func TestFailureIsNotedAndTriedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	failed := make(chan struct{}, 1)
	var once sync.Once
	jobs.Handle(b.reg, func(ctx context.Context, tx db.Tx, a add) (err error) {
		once.Do(func() { err = errors.New("the first try fails"); failed <- struct{}{} })
		return errors.Join(err, effect(ctx, tx, a))
	})
	b.enqueue(t, add{1})
	b.start(t)
	b.hand(t)
	<-failed
	await(t, func() bool {
		return b.count(t, "SELECT count(*)::int FROM job_outbox WHERE last_error LIKE 'the first try fails%' AND dead_at IS NULL") == 1
	}, "the failure is noted")
	await(t, func() bool { return b.done(t) == 1 }, "tried again")
	require.Equal(t, 1, b.effects(t))
	require.Equal(t, 2, b.count(t, "SELECT attempts FROM job_outbox"))
}

func TestRollbackLeavesNoJob(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boom := errors.New("boom")
	err := b.System()(t.Context(), "test.enqueue", func(ctx context.Context, tx db.Tx) error {
		return errors.Join(jobs.Enqueue(ctx, tx, add{1}), boom)
	})
	require.ErrorIs(t, err, boom)
	require.Zero(t, b.count(t, "SELECT count(*)::int FROM job_outbox"))
	require.Zero(t, b.hand(t))
}

func TestAnyMemberMayEnqueueAndNobodyMayLook(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx := rbac.WithActor(t.Context(), b.Actor(t, b.Company(t, "330784105"), "worker"))
	const use = rbac.Action("account.self.use")
	require.NoError(t, b.Gate.Write(ctx, use, func(tx db.Tx, _ rbac.Scope) error { return jobs.Enqueue(ctx, tx, add{1}) }))
	require.Equal(t, 1, b.count(t, "SELECT count(*)::int FROM job_outbox"))
	for _, q := range []string{"SELECT * FROM job_outbox", "DELETE FROM job_outbox", "SELECT * FROM job_ledger", "UPDATE job_schedule SET last_at = now()"} {
		require.ErrorContains(t, b.Gate.Write(ctx, use, func(tx db.Tx, _ rbac.Scope) error { return tx.Exec(q).Error }), "permission denied", q)
	}
}

func TestKeyMakesAJobOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	jobs.Handle(b.reg, effect)
	b.enqueue(t, add{1}, jobs.Key("a"))
	b.enqueue(t, add{2}, jobs.Key("a"))
	b.enqueue(t, add{3}, jobs.Key("b"))
	b.enqueue(t, tell{1}, jobs.Key("a")) // another kind's key
	require.Equal(t, 3, b.count(t, "SELECT count(*)::int FROM job_outbox"))
	require.NoError(t, b.worker.Do(t.Context(), "test.add:a", "test.add", []byte(`{"N":1}`)))
	b.enqueue(t, add{4}, jobs.Key("a"))
	require.Equal(t, 3, b.count(t, "SELECT count(*)::int FROM job_outbox"), "even after it is done")
}

func TestAtWaits(t *testing.T) {
	t.Parallel()
	b := setup(t)
	start := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	b.Set(start)
	b.enqueue(t, add{1}, jobs.At(start.Add(time.Hour)))
	require.Zero(t, b.hand(t))
	b.Set(start.Add(time.Hour - time.Microsecond))
	require.Zero(t, b.hand(t))
	b.Set(start.Add(time.Hour))
	require.Equal(t, 1, b.hand(t))
}

func TestOutsideRunsUntilItSucceedsAndNotAfter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var told []int
	fail := true
	jobs.Outside(b.reg, func(_ context.Context, x tell) error {
		told = append(told, x.N)
		if fail {
			return errors.New("no answer")
		}
		return nil
	})
	b.enqueue(t, tell{7}, jobs.Key("x"))
	do := func() error { return b.worker.Do(t.Context(), "test.tell:x", "test.tell", []byte(`{"N":7}`)) }
	require.Error(t, do())
	fail = false
	require.NoError(t, do())
	require.NoError(t, do())
	require.Equal(t, []int{7, 7}, told)
	require.Equal(t, 1, b.done(t))
}

func TestUnknownKindsAndPayloads(t *testing.T) {
	t.Parallel()
	b := setup(t)
	jobs.Handle(b.reg, effect)
	require.ErrorContains(t, b.worker.Do(t.Context(), "x:1", "x", nil), "no handler")
	require.ErrorContains(t, b.worker.Do(t.Context(), "test.add:1", "test.add", []byte(`{"N":"a"}`)), "payload")
	require.PanicsWithValue(t, "jobs: two handlers for test.add", func() { jobs.Handle(b.reg, effect) })
	require.Equal(t, []string{"test.add"}, b.reg.Kinds())
}

// A broker that forgets numbers its starts: what the last one lost is handed over again.
func TestEmbeddedBrokerStartsAnew(t *testing.T) {
	t.Parallel()
	b := setup(t)
	jobs.Handle(b.reg, effect)
	first, err := jobs.NextEpoch(t.Context(), b.System())
	require.NoError(t, err)
	b.relay.Epoch = first
	b.enqueue(t, add{1}, jobs.Key("done"))
	b.enqueue(t, add{2}, jobs.Key("lost"))
	require.Equal(t, 2, b.hand(t))
	require.Zero(t, b.hand(t))
	require.NoError(t, b.worker.Do(t.Context(), "test.add:done", "test.add", []byte(`{"N":1}`)))
	b.flush(t)
	second, err := jobs.NextEpoch(t.Context(), b.System())
	require.NoError(t, err)
	require.Greater(t, second, first)
	b.relay.Epoch = second
	require.Equal(t, 1, b.hand(t))
	b.start(t)
	await(t, func() bool { return b.done(t) == 2 }, "the lost one is done")
	require.Equal(t, 2, b.effects(t))
}

// A broker that keeps may still be restored from nothing.
func TestLostBrokerCostsADelay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	jobs.Handle(b.reg, effect)
	start := time.Now()
	b.Set(start)
	b.enqueue(t, add{1})
	require.Equal(t, 1, b.hand(t))
	b.flush(t)
	b.Set(start.Add(time.Minute))
	require.Zero(t, b.hand(t), "it may still be on its way")
	b.Set(start.Add(3 * time.Minute))
	require.Equal(t, 1, b.hand(t))
	b.start(t)
	await(t, func() bool { return b.effects(t) == 1 }, "done")
}

func TestDeadLettersAreSeenAndCanBeHandedOverAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	broken := true
	var mu sync.Mutex
	jobs.Handle(b.reg, func(ctx context.Context, tx db.Tx, a add) error {
		mu.Lock()
		defer mu.Unlock()
		if broken {
			return fmt.Errorf("no partition for %d", a.N)
		}
		return effect(ctx, tx, a)
	})
	b.enqueue(t, add{1}, jobs.Key("x"))
	// Handed over with its last try, as twelve failures would leave it.
	_, err := b.relay.Client.Enqueue(asynq.NewTask("test.add", []byte(`{"N":1}`)), asynq.TaskID("test.add:x"), asynq.MaxRetry(0))
	require.NoError(t, err)
	b.hand(t)
	b.start(t)
	await(t, func() bool { return b.count(t, "SELECT count(*)::int FROM job_outbox WHERE dead_at IS NOT NULL") == 1 }, "given up")

	s := &queue.Service{Gate: b.Gate, Forget: jobs.Forget(b.broker)}
	admin := rbac.WithActor(t.Context(), b.Member(t, rbac.Platform, "admin"))
	dead, _, err := s.List(admin, 0, 10)
	require.NoError(t, err)
	require.Len(t, dead, 1)
	require.Equal(t, "test.add:x no partition for 1", dead[0].TaskID+" "+dead[0].LastError)
	require.Zero(t, b.hand(t), "a dead letter is not handed over by itself")
	await(t, func() bool {
		info, err := b.relay.Graves.GetTaskInfo("default", "test.add:x")
		return err == nil && info.State == asynq.TaskStateArchived
	}, "archived")

	mu.Lock()
	broken = false
	mu.Unlock()
	require.NoError(t, s.Requeue(admin, dead[0].ID))
	require.Equal(t, 1, b.hand(t))
	await(t, func() bool { return b.done(t) == 1 }, "done after all")
	require.Equal(t, 1, b.effects(t))
	require.ErrorIs(t, s.Requeue(admin, dead[0].ID), rbac.ErrNotFound)
	worker := rbac.WithActor(t.Context(), b.Actor(t, b.Company(t, "330784105"), "safety"))
	require.ErrorIs(t, s.Requeue(worker, dead[0].ID), rbac.ErrForbidden)
}

// A worker killed at its last try cannot note that the job is dead: asynq archives it, and
// refuses its id from then on.
func TestGivenUpByTheBrokerIsADeadLetter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	start := time.Now()
	b.Set(start)
	b.enqueue(t, add{1}, jobs.Key("x"))
	require.Equal(t, 1, b.hand(t))
	require.NoError(t, b.relay.Graves.ArchiveTask("default", "test.add:x"))
	b.Set(start.Add(3 * time.Minute))
	require.Equal(t, 1, b.hand(t))
	require.Equal(t, 1, b.count(t, "SELECT count(*)::int FROM job_outbox WHERE dead_at IS NOT NULL AND last_error <> ''"))
	require.Zero(t, b.hand(t))
	require.NoError(t, jobs.Forget(b.broker)("test.add:x"))
	require.NoError(t, jobs.Forget(b.broker)("test.add:x"), "twice")
}

func (b *bench) flush(t *testing.T) {
	t.Helper()
	c := b.broker.MakeRedisClient().(redis.UniversalClient)
	require.NoError(t, c.FlushDB(t.Context()).Err())
	require.NoError(t, c.Close())
}
