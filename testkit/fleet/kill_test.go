package fleet_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"anbiao/testkit/fleet"
)

const (
	phones    = 8
	offices   = 3
	leastEach = 3               // kills of each kind of component
	calm      = 4 * time.Second // so that a journey may come to its end
)

// window says for how long requests may fail when a component is killed: docs/operations.md states the
// same. after counts from the kill where another takes over at once, else from when it serves again.
type window struct {
	back  bool
	after time.Duration
}

var windows = map[string]window{
	"primary":   {true, 4 * time.Second},
	"pgbouncer": {true, 3 * time.Second},
	"replica":   {false, 2 * time.Second},
	"api":       {false, 2 * time.Second},
	"redis":     {false, 0}, // no request waits for the broker
	"worker":    {false, 0},
	"scheduler": {false, 0},
}

// kill is one, and what followed.
type kill struct {
	name, kind     string
	at, back, next time.Time
}

// until is when requests may fail no more for it.
func (k kill) until() time.Time {
	w := windows[k.kind]
	if w.back {
		return k.back.Add(w.after)
	}
	return k.at.Add(w.after)
}

// TestKillFleet kills components of a fleet at random under load and under journeys in a browser, and starts them again:
// what was acknowledged is there, nothing is there twice, and requests fail only within the windows.
func TestKillFleet(t *testing.T) {
	count, _ := strconv.Atoi(os.Getenv("FLEET_KILLS"))
	if os.Getenv("SOAK") != "1" && count == 0 {
		t.Log("takes ten minutes: make soak")
		return
	}
	if count == 0 {
		count = 50
	}
	f := started(t)
	l := newTraffic(f.URL)
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	worker, safety, county := l.signIn(t, "worker"), l.signIn(t, "safety"), l.signIn(t, "county")
	form := openForm(t, safety)
	for range phones {
		all.Go(func() { worker.phone(ctx, safety, form) })
	}
	for range offices {
		all.Go(func() { county.office(ctx, pages) })
	}
	var walks []walk
	all.Go(func() { walks = walkOn(ctx, f.URL) })
	began := time.Now()
	pause(ctx, 5*time.Second)
	require.Empty(t, l.faults, "before the first kill")
	seed := uint64(time.Now().UnixNano()) //nolint:gosec // any number does
	dice := rand.New(rand.NewPCG(seed, 0))
	t.Log("seed", seed)
	owner := connect(t, f.Owner())
	var kills []kill
	for n, name := range victims(dice, count) {
		kills = append(kills, killOne(t, f, l, name, dice))
		_, err := owner.Exec(ctx, "SELECT job_enqueue('certificate.scan:fleet-' || $1::text, 'certificate.scan', '{}', now())", n)
		if err != nil { // the primary was killed, and this connection with it
			owner = connect(t, f.Owner())
		}
	}
	took := time.Since(began)
	stop()
	all.Wait()
	t.Logf("%d requests in %s, %d pages of offices, %d checks, %d hazards and %d photos acknowledged, slowest %s", l.sent, took.Round(time.Second), l.read,
		len(l.checks), len(l.hazards), len(l.photos), l.slowest.Round(time.Millisecond))
	outside := report(t, kills, l.faults)
	require.Empty(t, l.odd, "answers that no outage explains")
	require.Empty(t, f.Fallen(), "programs that ended by themselves")
	verify(t, f, l)
	require.Empty(t, outside, "requests that failed outside the windows")
	tellWalks(t, f.URL, kills, walks)
}

// started builds the program, unless FLEET_PROGRAM names it, and starts a fleet of it.
func started(t *testing.T) *fleet.Fleet {
	t.Helper()
	for _, name := range []string{"pgbouncer", "redis-cli", "node"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("%s is missing: scripts/ensure.sh fleet", name)
		}
	}
	dir, err := os.MkdirTemp("", "fleet") //nolint:usetesting // t.TempDir is private to root, and the servers run as somebody else
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o711)) //nolint:gosec // see above
	program := os.Getenv("FLEET_PROGRAM")
	if program == "" {
		program = filepath.Join(dir, "anbiao")
		out, err := exec.Command("go", "build", "-o", program, "../../app").CombinedOutput()
		require.NoError(t, err, string(out))
	}
	f := &fleet.Fleet{Dir: dir, Program: program}
	began := time.Now()
	require.NoError(t, f.Start(t.Context()))
	t.Log("the fleet serves after", time.Since(began).Round(time.Millisecond))
	t.Cleanup(func() {
		if err := f.Stop(); err != nil {
			t.Log(err)
		}
		if t.Failed() {
			t.Log("kept", dir)
			return
		}
		_ = os.RemoveAll(dir)
	})
	return f
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) })
	return c
}

// victims are count components in any order, each kind at least leastEach times if count allows.
func victims(dice *rand.Rand, count int) (out []string) {
	copies := map[string]int{"redis": 6, "api": 2, "worker": 2}
	for n := range count {
		kind := fleet.Kinds[dice.IntN(len(fleet.Kinds))]
		if n < leastEach*len(fleet.Kinds) {
			kind = fleet.Kinds[n%len(fleet.Kinds)]
		}
		if most := copies[kind]; most > 0 {
			kind += strconv.Itoa(1 + dice.IntN(most))
		}
		out = append(out, kind)
	}
	dice.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// killOne kills, lets it be away for a moment, starts it again and waits until all is calm.
func killOne(t *testing.T, f *fleet.Fleet, l *traffic, name string, dice *rand.Rand) kill {
	t.Helper()
	k := kill{name: name, kind: strings.TrimRight(name, "123456"), at: time.Now()}
	require.NoError(t, f.Kill(name), name)
	pause(t.Context(), time.Duration(dice.IntN(4000))*time.Millisecond)
	require.NoError(t, f.Restart(t.Context(), name), name)
	k.back = time.Now()
	limit := time.Now().Add(2 * time.Minute)
	for quiet := time.Duration(0); quiet < calm; {
		pause(t.Context(), 100*time.Millisecond)
		l.mu.Lock()
		quiet = time.Since(k.back)
		if n := len(l.faults); n > 0 {
			quiet = min(quiet, time.Since(l.faults[n-1].at))
		}
		if time.Since(l.last) > time.Second {
			quiet = 0
		}
		l.mu.Unlock()
		require.True(t, time.Now().Before(limit), "it does not come to rest after killing %s", name)
	}
	k.next = time.Now()
	return k
}

// report prints the table and returns what failed outside the windows.
func report(t *testing.T, kills []kill, faults []fault) (outside []string) {
	t.Helper()
	var table strings.Builder
	fmt.Fprintf(&table, "\n| component | kills | longest outage | longest after its return | failed inside the window | outside |\n|---|---|---|---|---|---|\n")
	claimed := 0
	for _, kind := range fleet.Kinds {
		n, in, out := 0, 0, 0
		var longest, late time.Duration
		for _, k := range kills {
			if k.kind != kind {
				continue
			}
			n++
			for _, e := range faults {
				if e.at.Before(k.at) || e.at.After(k.next) {
					continue
				}
				claimed++
				longest, late = max(longest, e.at.Sub(k.at)), max(late, e.at.Sub(k.back))
				if e.at.After(k.until()) {
					out++
					outside = append(outside, fmt.Sprintf("%s: %s after the kill, %s after its return: %s", k.name, e.at.Sub(k.at), e.at.Sub(k.back), e.what))
					continue
				}
				in++
			}
		}
		fmt.Fprintf(&table, "| %s | %d | %s | %s | %d | %d |\n", kind, n, longest.Round(10*time.Millisecond), late.Round(10*time.Millisecond), in, out)
	}
	t.Log(table.String())
	if claimed < len(faults) {
		outside = append(outside, fmt.Sprintf("%d failed while nothing was killed", len(faults)-claimed))
	}
	slices.Sort(outside)
	return outside[:min(len(outside), 20)]
}
