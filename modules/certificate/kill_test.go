package certificate_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/migrations"
	"anbiao/modules/certificate"
	"anbiao/rbac"
	"anbiao/testkit"
)

// Environment of the worker process that TestKilledWorkers starts and kills.
const (
	envDSN    = "CERTIFICATE_TEST_DSN"
	envRedis  = "CERTIFICATE_TEST_REDIS" // network, address, password, database
	envAhead  = "CERTIFICATE_TEST_AHEAD" // by how much its clock is ahead
	wideBatch = 25
)

// TestWorkerProcess is the worker process. Run as a test it has nothing to do.
func TestWorkerProcess(t *testing.T) {
	dsn := os.Getenv(envDSN)
	if dsn == "" {
		return
	}
	ahead, err := time.ParseDuration(os.Getenv(envAhead))
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Now().Add(ahead) }
	pools, err := rbac.OpenPools(func(k rbac.Kind) string { return migrations.RoleDSN(dsn, string(k), testkit.Secret) }, 4)
	if err != nil {
		t.Fatal(err)
	}
	gate, err := rbac.NewGate(pools, now)
	if err != nil {
		t.Fatal(err)
	}
	certs, notices := wire(gate)
	certs.Batch = wideBatch
	var broker asynq.RedisClientOpt
	if _, err := fmt.Sscanf(os.Getenv(envRedis), "%s %s %q %d", &broker.Network, &broker.Addr, &broker.Password, &broker.DB); err != nil {
		t.Fatal(err)
	}
	worker := &jobs.Worker{System: gate.Runner, Registry: registry(certs, notices), Now: now}
	if err := worker.Server(broker, 4).Start(worker); err != nil {
		t.Fatal(err)
	}
	epoch, err := jobs.NextEpoch(t.Context(), gate.Runner)
	if err != nil {
		t.Fatal(err)
	}
	relay := &jobs.Relay{System: gate.Runner, Client: asynq.NewClient(broker), Epoch: epoch, Now: now}
	relay.Run(t.Context()) // until it is killed
}

// TestKilledWorkers kills the worker process in the middle of its work, again and again,
// and its broker forgets everything each time. In the end everybody was told once.
func TestKilledWorkers(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	k.Set(time.Time{}) // the real clock, which the worker has too
	const cards = 100
	c := k.register(t, day.In(time.Now(), day.Shanghai).AddMonths(-36).AddDays(60))
	k.Exec(t, `INSERT INTO certificate (company_id, region_path, oversight_line, staff_id, holder_name, kind, operation, valid_from, next_due_on, next_due_type, remind_on)
		SELECT company_id, region_path, oversight_line, staff_id, holder_name, kind, 'SO' || g, valid_from, next_due_on, next_due_type, remind_on
		FROM certificate, generate_series(2, $2) g WHERE id = $1`, int64(c), cards)
	enqueue(t, k.W, certificate.Scan{})
	network, addr, password, number := testkit.RedisOptions(t)
	broker := redis.NewClient(&redis.Options{Network: network, Addr: addr, Password: password, DB: number})
	defer func() { _ = broker.Close() }()
	const kills = 5
	for round := range kills {
		stop := k.process(t, fmt.Sprintf("%s %s %q %d", network, addr, password, number), time.Duration(round)*5*time.Minute)
		k.until(t, fmt.Sprintf("SELECT count(*) >= %d FROM notice_mail", round*2*cards/kills+1))
		stop()
		if err := broker.FlushDB(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
	}
	stop := k.process(t, fmt.Sprintf("%s %s %q %d", network, addr, password, number), time.Hour)
	k.until(t, "SELECT NOT EXISTS (SELECT FROM job_outbox WHERE done_at IS NULL)")
	stop()
	for what, n := range map[string]int64{
		"SELECT count(*) FROM notice":                                                  2 * cards,
		"SELECT count(DISTINCT (person_id, object_id)) FROM notice":                    2 * cards,
		"SELECT count(*) FROM notice_delivery WHERE state = 'sent'":                    2 * cards,
		"SELECT count(*) FROM notice_mail":                                             2 * cards,
		"SELECT count(*) FROM certificate_reminder WHERE state = 'sent'":               2 * cards,
		"SELECT count(*) FROM certificate WHERE reminded_step IS NOT DISTINCT FROM 60": cards,
	} {
		if got := testkit.One[int64](t, k.W, what); got != n {
			t.Errorf("%s: %d, want %d", what, got, n)
		}
	}
	t.Logf("%d deliveries were begun more than once", testkit.One[int64](t, k.W, "SELECT count(*) FROM notice_delivery WHERE attempts > 1"))
}

// process starts a worker process and returns how to kill it without warning.
func (k *walk) process(t *testing.T, broker string, ahead time.Duration) (kill func()) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWorkerProcess$", "-test.timeout=5m")
	cmd.Env = append(os.Environ(), envDSN+"="+k.DSN, envRedis+"="+broker, envAhead+"="+ahead.String())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // that it was killed
	}
}

// until waits for a query to be true.
func (k *walk) until(t *testing.T, q string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !testkit.One[bool](t, k.W, q) {
		select {
		case <-ctx.Done():
			t.Fatal("still not so: ", q)
		case <-tick.C:
		}
	}
}
