package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/redisembed"
	"anbiao/testkit"
)

// relays is what TestKillReminders has: two workers, a Redis and a mail server, all of them
// processes of their own.
type relays struct {
	*testkit.W
	dir     string
	program string
	redis   *redisembed.Server
	mail    string // address of the mail server
	book    string // what it has accepted
	workers [2]*exec.Cmd
}

// TestKillReminders lets two workers remind of certificates by a mail server that answers slowly, sends
// senders away and breaks connections, and kills workers and Redis all the while. In the end everybody
// was told, once: a message that the server took twice was one whose taking it could not say, and it came
// under the same Message-ID.
func TestKillReminders(t *testing.T) {
	t.Parallel()
	firms, cards, kills := 4, 100, 8
	if os.Getenv("SOAK") == "1" {
		firms, cards, kills = 200, 500, 50
	}
	r := newRelays(t)
	r.certify(t, firms, cards)
	for n := range r.workers {
		r.start(t, n)
	}
	r.Exec(t, `SELECT job_enqueue('certificate.scan:kill', 'certificate.scan', '{}', now())`)
	seed := uint64(time.Now().UnixNano())
	dice := rand.New(rand.NewPCG(seed, 0))
	t.Log("seed", seed)
	killed := map[string]int{}
	for n := range kills {
		r.until(t, fmt.Sprintf("SELECT count(*) >= %d FROM notice_delivery WHERE state = 'sent'", firms*cards*n/(kills+1)+dice.IntN(5)))
		killed[r.kill(t, dice.IntN(3))]++
	}
	began := time.Now()
	r.until(t, "SELECT NOT EXISTS (SELECT FROM job_outbox WHERE done_at IS NULL AND (kind LIKE 'notice.%' OR kind LIKE 'certificate.scan'))")
	t.Logf("killed %v; all was settled %v after the last kill", killed, time.Since(began).Round(time.Second))
	r.verify(t, firms*cards)
}

func newRelays(t *testing.T) *relays {
	t.Helper()
	dir, err := os.MkdirTemp("", "relays") //nolint:usetesting // t.TempDir is private to root, and Redis runs as somebody else
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o711))
	r := &relays{W: testkit.World(t), dir: dir, program: executable(t, "anbiao"), book: filepath.Join(dir, "accepted.log")}
	r.redis, err = redisembed.Start(t.Context(), redisembed.Config{Dir: filepath.Join(dir, "redis")})
	require.NoError(t, err)
	r.open(t)
	t.Cleanup(func() {
		for n := range r.workers {
			_ = r.workers[n].Process.Kill()
			_ = r.workers[n].Wait() // that it was killed
		}
		require.NoError(t, r.redis.Stop())
		if !t.Failed() {
			_ = os.RemoveAll(dir)
			return
		}
		t.Log("kept", dir)
	})
	return r
}

// open starts the mail server.
func (r *relays) open(t *testing.T) {
	t.Helper()
	office := exec.Command(executable(t, "postoffice"), "--log", r.book, "--slow", "20ms", "--later", "30", "--drop", "20", "--mute", "10")
	said, err := office.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, office.Start())
	t.Cleanup(func() {
		_ = office.Process.Kill()
		_ = office.Wait() // that it was killed
	})
	r.mail, err = bufio.NewReader(said).ReadString('\n')
	require.NoError(t, err)
	r.mail = strings.TrimSpace(r.mail)
}

// certify gives each of some firms people whose certificates come up for review in sixty days, and a
// safety manager who is to be told: the holders have no login.
func (r *relays) certify(t *testing.T, firms, cards int) {
	t.Helper()
	for range firms {
		f := r.Company(t, "330784105")
		m := r.Actor(t, f, "safety")
		r.Exec(t, "UPDATE account_person SET email = login || '@example.com' WHERE id = $1", int64(m.PersonID))
		r.Exec(t, `WITH p AS (INSERT INTO staff_person (company_id, region_path, oversight_line, name) SELECT $1, $2, $3, '电工' || g FROM generate_series(1, $4::int) g RETURNING id, name)
			INSERT INTO certificate (company_id, region_path, oversight_line, staff_id, holder_name, kind, operation, valid_from, next_due_on, next_due_type, remind_on)
			SELECT $1, $2, $3, p.id, p.name, 'special_operation', 'SO0102', d.due - interval '36 months', d.due, 'review', d.due - 60
			FROM p, (SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date + 60 AS due) d`, int64(f.ID), f.RegionPath, f.Line, cards)
	}
	// What the months add up to depends on the day; the printed day is what counts.
	r.Exec(t, "UPDATE certificate SET printed_review_due = next_due_on")
}

func (r *relays) start(t *testing.T, n int) {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(r.dir, fmt.Sprintf("worker%d.log", n)), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	defer log.Close()
	c := exec.Command(r.program, "serve", "--role", "worker")
	c.Env = append(os.Environ(), "DATA_DIR="+filepath.Join(r.dir, fmt.Sprintf("data%d", n)), "SECRET_KEY="+string(testkit.Secret), "DATABASE_URL="+r.DSN,
		"REDIS_URL="+r.redis.Options().URL(), "SMTP_URL=smtp://"+r.mail+"?from=anbiao@example.com", "BLOB_URL=")
	c.Stdout, c.Stderr = log, log
	require.NoError(t, c.Start())
	r.workers[n] = c
}

// kill ends one of three without warning: a worker, which is started again, or Redis, which comes back.
func (r *relays) kill(t *testing.T, victim int) string {
	t.Helper()
	if victim == len(r.workers) {
		pid := r.redis.PID()
		if p, err := os.FindProcess(pid); pid != 0 && err == nil {
			_ = p.Kill() // gone already: killed a moment ago
		}
		return "redis"
	}
	require.NoError(t, r.workers[victim].Process.Kill())
	_ = r.workers[victim].Wait() // that it was killed
	r.start(t, victim)
	return "worker"
}

// until waits for a query to be true.
func (r *relays) until(t *testing.T, q string) {
	t.Helper()
	patience := 8 * time.Minute // a broker that lost a job is asked for it again after two
	if os.Getenv("SOAK") == "1" {
		patience = time.Hour
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !testkit.One[bool](t, r.W, q) {
		select {
		case <-ctx.Done():
			t.Fatal("still not so: ", q)
		case <-tick.C:
		}
	}
}

// verify compares what the mail server has taken with what was to be said.
func (r *relays) verify(t *testing.T, cards int) {
	t.Helper()
	taken, mute := map[string]int{}, map[string]int{}
	f, err := os.Open(r.book)
	require.NoError(t, err)
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		word := strings.Fields(lines.Text())
		require.Len(t, word, 3)
		message, _, _ := strings.Cut(word[0], "@")
		taken[message]++
		if word[2] == "mute" {
			mute[message]++
		}
	}
	for what, n := range map[string]int64{
		"SELECT count(*) FROM notice":                                                    int64(cards),
		"SELECT count(DISTINCT (person_id, object_id)) FROM notice":                      int64(cards),
		"SELECT count(*) FROM notice_delivery WHERE channel = 'mail' AND state = 'sent'": int64(cards),
		"SELECT count(*) FROM notice_delivery WHERE state NOT IN ('sent', 'unroutable')": 0,
		"SELECT count(*) FROM certificate_reminder WHERE state = 'sent'":                 int64(cards),
	} {
		require.Equal(t, n, testkit.One[int64](t, r.W, what), what)
	}
	sent := testkit.All[string](t, r.W, "SELECT 'notice-' || id FROM notice_delivery WHERE channel = 'mail'")
	lost, again, said := 0, 0, 0
	for _, message := range sent {
		switch n := taken[message]; {
		case n == 0:
			lost++
		case n > 1:
			again += n - 1
			said += min(mute[message], n-1)
		}
		delete(taken, message)
	}
	require.Zero(t, lost, "reminders that the mail server never had")
	require.Empty(t, taken, "mail that nobody was to have")
	t.Logf("%d reminders, each under one Message-ID; %d were taken again under the same: %d because the server broke off before it answered, %d because the worker was killed before it could note the answer",
		len(sent), again, said, again-said)
}
