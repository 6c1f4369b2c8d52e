package db_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
)

func TestSlowStatementsAreTold(t *testing.T) {
	t.Parallel()
	p := single(t, "system")
	var told []db.Slow
	p.WatchSlow(100*time.Millisecond, func(_ context.Context, s db.Slow) { told = append(told, s) })
	in := func(ctx context.Context, q string, args ...any) {
		require.NoError(t, p.In(ctx, db.Bounds{}, now, nil, func(tx db.Tx) error { return tx.Exec(q, args...).Error }))
	}
	named := db.Named(t.Context(), "hazard.list")
	in(named, "SELECT pg_sleep(0.001), ?::text", "quick")
	in(named, "SELECT pg_sleep(0.15), ?::text", "张三")
	in(t.Context(), "SELECT pg_sleep(0.15)")
	require.Len(t, told, 2)
	require.Equal(t, "hazard.list", told[0].UseCase)
	require.GreaterOrEqual(t, told[0].Took, 150*time.Millisecond)
	require.Contains(t, told[0].Statement, "pg_sleep")
	require.NotContains(t, told[0].Statement, "张三", "values stay out")
	require.Empty(t, told[1].UseCase, "the name of one transaction is not the next one's")
}
