package fleet_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"anbiao/testkit/fleet"
)

// TestMeasureFleetSoak prints what one of each costs: the sizing of docs/operations.md is worked out from it.
func TestMeasureFleetSoak(t *testing.T) {
	if os.Getenv("SOAK") != "1" {
		t.Log("measures: make soak")
		return
	}
	f := started(t)
	l := newTraffic(f.URL)
	worker, safety, county := l.signIn(t, "worker"), l.signIn(t, "safety"), l.signIn(t, "county")
	form := openForm(t, safety)
	owner := connect(t, f.Owner())
	settled := func() {
		until(t, owner, "SELECT NOT EXISTS (SELECT FROM job_outbox WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= now())")
	}
	var table strings.Builder
	fmt.Fprintf(&table, "\n| one of | WAL | database | processor: api | worker | PostgreSQL | PgBouncer | replica | Redis |\n|---|---|---|---|---|---|---|---|---|\n")
	settled()
	for _, m := range []struct {
		name string
		n    int
		do   func(ctx context.Context, n int)
	}{
		{"check without a finding", 600, func(ctx context.Context, _ int) {
			safety.insist(ctx, "/api/inspection/checks", "application/json", form.fill(uuid.NewString(), 0))
		}},
		{"hazard with a photo of 150 bytes, and those told", 400, func(ctx context.Context, _ int) {
			client := uuid.NewString()
			kind, body := upload(client, png(client))
			photo := worker.insist(ctx, "/api/attachment/files", kind, body)
			report, _ := json.Marshal(map[string]any{"clientId": client, "place": "一号车间", "description": "通道被占用，编号 " + client, "photos": []string{photo}}) // strings
			worker.insist(ctx, "/api/hazard/hazards", "application/json", report)
		}},
		{"page of a regulator", 1400, func(ctx context.Context, n int) {
			county.ask(ctx, "GET", pages[n%len(pages)], "", "", nil, 200)
		}},
	} {
		before, wal, bytes := f.Spent(), position(t, owner), held(t, owner)
		began := time.Now()
		each(t.Context(), m.n, m.do)
		took := time.Since(began)
		settled()
		after := f.Spent()
		per := func(kind string) string {
			return fmt.Sprintf("%.1f ms", (after[kind]-before[kind]).Seconds()*1000/float64(m.n))
		}
		fmt.Fprintf(&table, "| %s | %d bytes | %d bytes | %s | %s | %s | %s | %s | %s |\n", m.name, (position(t, owner)-wal)/int64(m.n), (held(t, owner)-bytes)/int64(m.n),
			per("api"), per("worker"), per("primary"), per("pgbouncer"), per("replica"), per("redis"))
		t.Logf("%s: %d in %s", m.name, m.n, took.Round(time.Millisecond))
	}
	require.Empty(t, l.faults)
	require.Empty(t, l.odd)
	t.Log(table.String())
	idle(t, f, owner)
}

// idle measures what a minute of nothing costs.
func idle(t *testing.T, f *fleet.Fleet, owner *pgx.Conn) {
	t.Helper()
	before, wal := f.Spent(), position(t, owner)
	pause(t.Context(), 30*time.Second)
	after := f.Spent()
	all := time.Duration(0)
	for kind := range after {
		all += after[kind] - before[kind]
	}
	t.Logf("30 s of nothing: %s of processor time over all components, %d bytes of WAL", all.Round(time.Millisecond), position(t, owner)-wal)
}

// each does n of something, four at a time.
func each(ctx context.Context, n int, do func(context.Context, int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range phones {
		all.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				do(ctx, i)
			}
		})
	}
	all.Wait()
}

func position(t *testing.T, c *pgx.Conn) (n int64) {
	t.Helper()
	require.NoError(t, c.QueryRow(t.Context(), "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint").Scan(&n))
	return n
}

// held is what tables and indexes hold, without what was vacuumed away.
func held(t *testing.T, c *pgx.Conn) (n int64) {
	t.Helper()
	require.NoError(t, c.QueryRow(t.Context(), "SELECT pg_database_size(current_database())").Scan(&n))
	return n
}
