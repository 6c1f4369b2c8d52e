package sync_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/modules/sync"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestCompanyThatMovesLeavesOneCopyAndEntersAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.Company(t, "330784105")
	w.Exec(t, `INSERT INTO checklist_point (company_id, region_path, oversight_line, public_id, number, name, place, modules, items, created_at, updated_at)
		VALUES ($1, '330784105', 0, gen_random_uuid(), 1, '空压机', '', '{}', '{}', now(), now())`, int64(f.ID))
	from, to, over := w.mirror(w.Regulator(t, "town", "330784105"), "company,point", 1), w.mirror(w.Regulator(t, "town", "330784106"), "company,point", 1), w.mirror(w.Regulator(t, "county", "330784"), "company,point", 1)
	for _, m := range []*mirror{from, to, over} {
		m.pull(t)
	}
	require.Len(t, from.rows, 2)
	require.Empty(t, to.rows)
	w.Exec(t, "UPDATE company SET region_path = '330784106' WHERE company_id = $1", int64(f.ID))
	w.Exec(t, "UPDATE checklist_point SET region_path = '330784106' WHERE company_id = $1", int64(f.ID))
	for _, it := range from.pull(t) {
		require.True(t, it.Gone)
	}
	to.pull(t)
	over.pull(t)
	require.Empty(t, from.rows, "taken out of the copy of the town it left")
	require.Len(t, to.rows, 2, "and whole in that of the town it came to")
	require.Len(t, over.rows, 2)
	lined := w.Regulator(t, "county", "330784")
	lined.Lines = []int16{3}
	line := w.mirror(lined, "company,point", 10)
	line.pull(t)
	require.Empty(t, line.rows)
	w.Exec(t, "UPDATE company SET oversight_line = 3 WHERE company_id = $1", int64(f.ID))
	line.pull(t)
	require.Len(t, line.rows, 1, "a company that changes its line appears too")
}

func TestServiceAgencySeesTheCompanyItServes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.Company(t, "330784105")
	consultant := w.Member(t, rbac.Service, "consultant")
	consultant.CompanyID, consultant.RegionPath = f.ID, f.RegionPath
	m := w.mirror(consultant, "company", 10)
	m.pull(t)
	require.Empty(t, m.rows, "without engagement nothing")
	w.Exec(t, "INSERT INTO account_engagement (company_id, organisation_id, from_on) VALUES ($1, $2, '2020-01-01')", int64(f.ID), int64(consultant.OrganisationID))
	m = w.mirror(consultant, "company", 10)
	m.pull(t)
	require.Len(t, m.rows, 1)
	w.Exec(t, "UPDATE company SET address = '新地址' WHERE company_id = $1", int64(f.ID))
	require.Len(t, m.pull(t), 1)
}

func TestCursorOfSomebodyElseIsStale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.Actor(t, w.Company(t, "330784105"), "safety"), w.Actor(t, w.Company(t, "330784105"), "safety")
	m := w.mirror(a, "company", 10)
	m.pull(t)
	other := w.mirror(b, "company", 10)
	other.cursor = m.cursor
	other.as.Get(other.path()).Refused(t, 409, "sync.stale")
	m.kinds = "company,unit"
	m.as.Get(m.path()).Refused(t, 409, "sync.stale")
	for _, bad := range []string{"x", "bnVsbA", "e30", m.cursor[:len(m.cursor)-5]} {
		m.cursor = bad
		m.as.Get(m.path()).Refused(t, 422, "sync.cursor")
	}
}

// What is older than the log begins anew; what is not goes on.
func TestOldChangesAreDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.Company(t, "330784105")
	safety := w.Actor(t, f, "safety")
	left := w.mirror(safety, "unit", 10)
	left.pull(t)
	w.Exec(t, "SELECT ensure_partitions('sync_change', 'month', '2024-01-01', 0)")
	w.Exec(t, "INSERT INTO sync_change (company_id, xid, at, kind, object_id, region_path, oversight_line) SELECT $1, pg_current_xact_id()::text::bigint, '2024-01-05', 'unit', 1, '330784105', 0", int64(f.ID))
	w.unit(t, f, "机加工车间")
	kept := w.mirror(safety, "unit", 10)
	kept.pull(t)
	registry := jobs.NewRegistry()
	(&sync.Service{Gate: w.Gate}).Jobs(registry)
	require.Contains(t, registry.Kinds(), sync.KeepAhead{}.Kind())
	require.NoError(t, w.Gate.System(t.Context(), "sync.keep-ahead", func(tx db.Tx, _ rbac.Scope) error {
		return tx.Exec("SELECT drop_sync_before('2024-02-01')").Error
	}))
	require.Nil(t, testkit.One[*string](t, w.W, "SELECT to_regclass('sync_change_202401')::text"))
	left.as.Get(left.path()).Refused(t, 409, "sync.stale")
	require.Empty(t, kept.pull(t))
	left.cursor = ""
	left.pull(t)
	require.Len(t, left.rows, 1)
}

// TestCostOfTheLog prints what the log adds to one person's write through the Gate, and to a statement of a thousand rows.
func TestCostOfTheLog(t *testing.T) {
	w := newWorld(t)
	f := w.Company(t, "330784105")
	ctx := rbac.WithActor(t.Context(), w.Actor(t, f, "safety"))
	number := 0
	measure := func(times, rows int) time.Duration {
		begun := time.Now()
		for range times {
			require.NoError(t, w.Gate.Write(ctx, "checklist.point.edit", func(tx db.Tx, scope rbac.Scope) error {
				scope.Changed("point", int64(number), f.ID, struct{ Name string }{}, struct{ Name string }{"点"})
				return tx.Exec(`INSERT INTO checklist_point (company_id, region_path, oversight_line, public_id, number, name, place, modules, items, created_at, updated_at)
					SELECT ?, '330784105', 0, gen_random_uuid(), ?::int + n, '点', '', '{}', '{}', now(), now() FROM generate_series(1, ?::int) n`, f.ID, number, rows).Error
			}))
			number += rows
		}
		return time.Since(begun) / time.Duration(times)
	}
	for _, c := range []struct{ times, rows int }{{40, 1}, {3, 1000}} {
		var with, without []time.Duration
		for range 5 {
			with = append(with, measure(c.times, c.rows))
			w.Exec(t, "ALTER TABLE checklist_point DISABLE TRIGGER sync_insert")
			without = append(without, measure(c.times, c.rows))
			w.Exec(t, "ALTER TABLE checklist_point ENABLE TRIGGER sync_insert")
		}
		t.Logf("%4d rows: %8v with the log, %8v without (medians of 5)", c.rows, middle(with), middle(without))
	}
}

func middle(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
