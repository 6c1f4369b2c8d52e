package city_test

import (
	"context"
	"testing"
	"time"
	"runtime"

	"github.com/stretchr/testify/require"

	"anbiao/app/city"
	"anbiao/kit/pgembed"
	"anbiao/migrations"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/kit/blob"
)

func TestZZ(t *testing.T) {
	ctx := context.Background()
	c, err := pgembed.Start(ctx, pgembed.Config{Dir: "/tmp/gen/pg"})
	require.NoError(t, err)
	defer c.Stop()
	dsn := c.OwnerDSN("postgres")
	require.NoError(t, migrations.Up(ctx, dsn, testkit.Secret))
	pools, err := rbac.OpenPools(func(k rbac.Kind) string { return migrations.RoleDSN(dsn, string(k), testkit.Secret) }, 6)
	require.NoError(t, err)
	defer pools.Close()
	gate, err := rbac.NewGate(pools, time.Now)
	require.NoError(t, err)
	d := deps(t, &testkit.W{Gate: gate})
	d.Files, err = blob.OpenDirectory("/tmp/gen/files")
	require.NoError(t, err)
	began := time.Now()
	require.NoError(t, city.Demo(ctx, gate, d))
	t.Logf("demo %.2fs", time.Since(began).Seconds())
	began = time.Now()
	n := 0
	require.NoError(t, city.Generate(ctx, gate, 200_000, 3, func(k int) { n += k; var m runtime.MemStats; runtime.ReadMemStats(&m); t.Logf("%d %.0f/s heap %dMB", n, float64(n)/time.Since(began).Seconds(), m.HeapAlloc>>20) }))
	t.Logf("generate %.2fs", time.Since(began).Seconds())
}
