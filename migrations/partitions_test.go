package migrations_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"anbiao/testkit"
)

// TestPartitionsGiveWay makes and drops partitions while a dump reads the table: what waits for the whole table makes every
// request wait behind it, and the dump with them, so it must give up soon.
func TestPartitionsGiveWay(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	require.Equal(t, []string{"drop_idempotency_before(date)", "drop_sync_before(date)", "ensure_partitions(text,text,date,integer)"},
		testkit.All[string](t, w, `SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosrc ~* '(DROP TABLE|PARTITION OF)'
			AND p.proname <> 'oversight_prove' -- whose table is temporary
			AND has_function_privilege('anbiao_system', p.oid, 'EXECUTE') ORDER BY 1`), "another one is to be tried here")
	for _, one := range []struct{ table, unit, call string }{
		{"idempotency", "day", "SELECT drop_idempotency_before(current_date - 7)"},
		{"sync_change", "month", "SELECT drop_sync_before(current_date - 100)"},
		{"idempotency", "day", "SELECT ensure_partitions('idempotency', 'day', current_date + 90, 0)"},
	} {
		w.Exec(t, "SELECT ensure_partitions($1, $2, current_date - 800, 0)", one.table, one.unit) // something to drop
		giveWay(t, w, one.table, one.call)
		w.Exec(t, one.call) // once the dump is over
	}
}

// giveWay runs call while somebody reads table, and requires that it gives up.
func giveWay(t *testing.T, w *testkit.W, table, call string) {
	t.Helper()
	dump, err := w.Owner.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = dump.Rollback(t.Context()) }()
	_, err = dump.Exec(t.Context(), "SELECT count(*) FROM "+table)
	require.NoError(t, err)
	maker, err := w.Owner.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = maker.Rollback(t.Context()) }()
	_, err = maker.Exec(t.Context(), "SET LOCAL statement_timeout = '20s'") // so that the test ends where it does not give up
	require.NoError(t, err)
	_, err = maker.Exec(t.Context(), call)
	var refused *pgconn.PgError
	require.ErrorAs(t, err, &refused, call)
	require.Equal(t, "55P03", refused.Code, "%s: a lock given up, not %s", call, refused.Message)
}
