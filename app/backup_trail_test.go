package main

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"anbiao/testkit"
)

// TestRestoredTrailEndsWhereItEnded moves the end of a chain after the backup was made.
func TestRestoredTrailEndsWhereItEnded(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	named := func() (b json.RawMessage) {
		require.NoError(t, pgx.BeginFunc(t.Context(), w.Owner, func(tx pgx.Tx) (err error) {
			b, err = trailHeads(t.Context(), tx)
			return err
		}))
		return b
	}
	w.Exec(t, "DROP TABLE IF EXISTS audit_head")
	require.Empty(t, named(), "a schema without chains")
	w.Exec(t, "CREATE TABLE audit_head (chain text PRIMARY KEY, seq bigint NOT NULL, hash bytea NOT NULL)")
	w.Exec(t, "INSERT INTO audit_head SELECT 'company/' || n, n, sha256('x') FROM generate_series(1, 9) n")
	kept := named()
	verify := func() error { return trailVerified(context.WithoutCancel(t.Context()), w.DSN, kept) }
	require.NoError(t, verify())
	w.Exec(t, "UPDATE audit_head SET seq = seq - 1 WHERE chain = 'company/7'")
	require.ErrorIs(t, verify(), errTrail, "a link is missing")
	w.Exec(t, "UPDATE audit_head SET seq = seq + 1 WHERE chain = 'company/7'")
	require.NoError(t, verify())
	w.Exec(t, "UPDATE audit_head SET hash = sha256('y') WHERE chain = 'company/3'")
	require.ErrorIs(t, verify(), errTrail, "another history")
	require.NoError(t, trailVerified(t.Context(), w.DSN, nil), "a backup from before there were chains")
}
