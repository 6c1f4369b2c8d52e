package testkit

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"anbiao/kit/db"
	"anbiao/kit/pgembed"
	"anbiao/migrations"
	"anbiao/rbac"
)

// Pair is a world on a PostgreSQL of its own that a streaming replica follows. Its Gate follows
// the replica as soon as the test calls Gate.BeatOnce or Gate.Beat.
type Pair struct {
	*W
	Primary, Replica *pgembed.Cluster
	Far              *pgxpool.Pool // the owner's way to the replica
	Pool             *db.Pool      // the regulators'
}

// Replicated returns a fresh pair whose regulators' reads may be at most within old.
func Replicated(t testing.TB, within time.Duration) *Pair {
	t.Helper()
	p := &Pair{}
	small := map[string]string{"max_connections": "60", "shared_buffers": "'64MB'"}
	maps.Copy(small, pgembed.Sending())
	p.Primary = cluster(t, pgembed.Config{Fast: true, Settings: small})
	dsn := p.Primary.OwnerDSN("postgres")
	must(t, migrations.Up(t.Context(), dsn, Secret))
	p.W = world(t, dsn)
	p.Replica = cluster(t, pgembed.Config{Fast: true, Settings: small, Follow: p.Primary})
	var err error
	p.Pool, err = db.Open(migrations.RoleDSN(p.Replica.OwnerDSN("postgres"), string(rbac.Regulator), Secret), 6)
	must(t, err)
	t.Cleanup(func() { must(t, p.Pool.Close()) })
	p.Gate.Follow(p.Pool, within)
	p.Far, err = pgxpool.New(context.Background(), p.Replica.OwnerDSN("postgres"))
	must(t, err)
	t.Cleanup(p.Far.Close)
	return p
}

// cluster starts a server that ends with t.
func cluster(t testing.TB, c pgembed.Config) *pgembed.Cluster {
	t.Helper()
	base := ""
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		base = "/dev/shm"
	}
	dir, err := os.MkdirTemp(base, "pair") //nolint:usetesting // t.TempDir is private to root, and the servers run as somebody else
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	must(t, os.Chmod(dir, 0o711)) //nolint:gosec // the server's own user must pass through
	c.Dir = filepath.Join(dir, "pg")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	server, err := pgembed.Start(ctx, c)
	must(t, err)
	t.Cleanup(func() { must(t, server.Stop()) })
	return server
}
