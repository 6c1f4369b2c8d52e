package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"anbiao/kit/child"
	"anbiao/kit/pgembed"
)

const (
	roundsInTest = 3
	roundsInSoak = 20
	phones       = 4  // that submit at the same time
	between      = 25 // acknowledged submissions between two kills
)

// victims are what one round kills; the first round kills everything at once.
var victims = [][]string{
	{"app", "postgres", "redis"}, {"postgres"}, {"app"}, {"redis"}, {"app", "postgres"}, {"app", "redis"}, {"postgres", "redis"},
}

// TestKill kills the program, its PostgreSQL and its Redis in a stream of submissions:
// what was acknowledged is there once, nothing is there by half, and it goes on by itself.
func TestKill(t *testing.T) {
	site := newSite(t)
	l := newLoad(t, site.program.URL)
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for i := range phones {
		all.Go(func() { l.run(ctx, i%3) })
	}
	defer all.Wait()
	defer stop()
	rounds := roundsInTest
	if os.Getenv("SOAK") == "1" {
		rounds = roundsInSoak
	}
	seed := uint64(time.Now().UnixNano())
	dice := rand.New(rand.NewPCG(seed, 0))
	t.Log("seed", seed)
	for n := range rounds {
		require.NoError(t, l.await(between+dice.IntN(between)))
		killed := victims[0]
		if n > 0 {
			killed = victims[dice.IntN(len(victims))]
		}
		began := time.Now()
		site.kill(t, l, killed, dice)
		require.NoError(t, l.await(phones+1), "after killing %v", killed) // one at least was sent after the kill
		t.Logf("round %d: killed %v, serving again after %v, %d acknowledged", n+1, killed, time.Since(began).Round(time.Millisecond), l.acknowledged())
		require.NoError(t, l.await(between))
	}
	stop()
	all.Wait()
	require.Empty(t, l.odd, "answers that are neither success nor an outage")
	t.Logf("%d requests, %d acknowledged", l.sent, len(l.acked))
	site.verify(t, l)
	require.NoError(t, site.program.Stop())
}

// site is a program serving in a directory of its own.
type site struct {
	environ    []string // of the program
	executable string
	dir        string
	program    *program
}

// newSite builds the program and starts it with the demo city.
func newSite(t *testing.T, environ ...string) *site {
	t.Helper()
	dir, err := os.MkdirTemp("", "kill") //nolint:usetesting // t.TempDir is private to root, and the servers run as somebody else
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o711))
	t.Cleanup(func() {
		if !t.Failed() {
			os.RemoveAll(dir)
			return
		}
		t.Log("kept", dir)
	})
	s := &site{environ: append([]string{"DEMO=1"}, environ...), executable: executable(t, "anbiao"), dir: dir}
	s.start(t)
	t.Cleanup(func() {
		if err := s.program.Stop(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Log(err)
		}
	})
	return s
}

func (s *site) start(t *testing.T) {
	t.Helper()
	var err error
	s.program, err = launch(s.executable, s.dir, s.environ...)
	require.NoError(t, err)
}

// kill ends the victims at once, in any order, and starts the program again if it was
// among them: as whatever runs it would. Its servers it must bring back itself.
func (s *site) kill(t *testing.T, l *load, killed []string, dice *rand.Rand) {
	t.Helper()
	servers := map[string]int{"postgres": s.postgresPID(t), "redis": s.redisPID(t)}
	order := append([]string(nil), killed...)
	dice.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	again := false
	for _, v := range order {
		if v == "app" {
			require.NoError(t, s.program.Kill())
			again = true
			continue
		}
		require.NoError(t, ignoreGone(syscall.Kill(servers[v], syscall.SIGKILL)), v)
	}
	if again {
		s.start(t)
		l.url.Store(&s.program.URL)
	}
	for _, v := range killed {
		if before, dead := servers[v]; dead {
			require.Eventually(t, func() bool { return !child.Alive(before) }, time.Minute, 10*time.Millisecond, "%s was not killed", v)
		}
	}
}

// ignoreGone accepts that a server went with the program.
func ignoreGone(err error) error {
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

func (s *site) postgresPID(t *testing.T) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, "postgres", "data", "postmaster.pid"))
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(t, err)
	return pid
}

func (s *site) redisPID(t *testing.T) int {
	t.Helper()
	conf, err := os.ReadFile(filepath.Join(s.dir, "redis", "redis.conf"))
	require.NoError(t, err)
	_, password, _ := strings.Cut(string(conf), "requirepass ")
	password, _, _ = strings.Cut(password, "\n")
	c := redis.NewClient(&redis.Options{Network: "unix", Addr: filepath.Join(s.dir, "redis", "redis.sock"), Password: password})
	defer c.Close()
	info, err := c.InfoMap(t.Context(), "server").Result()
	require.NoError(t, err)
	pid, err := strconv.Atoi(info["Server"]["process_id"])
	require.NoError(t, err)
	return pid
}

func (s *site) owner(t *testing.T) *pgx.Conn {
	t.Helper()
	secret, err := os.ReadFile(filepath.Join(s.dir, "postgres", "data", "owner.password"))
	require.NoError(t, err)
	u := url.URL{Scheme: "postgres", User: url.UserPassword(pgembed.Owner, string(secret)), Path: "/postgres", RawQuery: url.Values{"host": {filepath.Join(s.dir, "postgres")}}.Encode()}
	c, err := pgx.Connect(t.Context(), u.String())
	require.NoError(t, err)
	t.Cleanup(func() { c.Close(context.WithoutCancel(t.Context())) })
	return c
}

// verify compares what was acknowledged with what is there.
func (s *site) verify(t *testing.T, l *load) {
	t.Helper()
	c := s.owner(t)
	kept := map[string][]string{}
	rows, err := c.Query(t.Context(), "SELECT client_id::text, id::text FROM inspection_check")
	require.NoError(t, err)
	var client, n string
	_, err = pgx.ForEachRow(rows, []any{&client, &n}, func() error { kept[client] = append(kept[client], n); return nil })
	require.NoError(t, err)
	for client, n := range l.acked {
		require.Equal(t, []string{n}, kept[client.String()], "acknowledged once, kept otherwise")
	}
	for what, q := range map[string]string{
		"checks without their hazards, or with too many": `SELECT count(*) FROM inspection_check c WHERE c.point_id = $1 AND c.started_on >= current_date - 1 AND
			c.failed <> (SELECT count(*) FROM hazard h WHERE h.company_id = c.company_id AND h.check_started_on = c.started_on AND h.check_id = c.id)`,
		"hazards without a first step": `SELECT count(*) FROM hazard h JOIN inspection_check c ON c.company_id = h.company_id AND c.started_on = h.check_started_on AND c.id = h.check_id
			WHERE c.point_id = $1 AND c.started_on >= current_date - 1 AND NOT EXISTS (SELECT FROM hazard_step s WHERE s.company_id = h.company_id AND s.hazard_id = h.id)`,
		"checks that the trail does not know once": `SELECT count(*) FROM inspection_check c WHERE c.point_id = $1 AND c.received_at >= now() - interval '1 hour' AND c.started_on >= current_date - 1 AND
			1 <> (SELECT count(*) FROM audit_entry a WHERE a.company_id = c.company_id AND a.noun = 'inspection_check' AND a.object_id = c.id) AND c.client_id = ANY($2)`,
	} {
		args := []any{l.form.Point}
		if strings.Contains(q, "$2") {
			args = append(args, l.clients())
		}
		var wrong int
		require.NoError(t, c.QueryRow(t.Context(), q, args...).Scan(&wrong), what)
		require.Zero(t, wrong, what)
	}
}

// clients are the client ids of what was acknowledged.
func (l *load) clients() (out []string) {
	for c := range l.acked {
		out = append(out, c.String())
	}
	return out
}
