package testkit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"anbiao/migrations"
	"anbiao/testkit/shared"
)

// Secret is the SECRET_KEY of every test: the roles of the shared cluster have passwords
// derived from it, so there can be only one.
var Secret = []byte("a test secret of thirty-two bytes")

// oldTemplate is how long a template of other migrations may still be in use elsewhere.
const oldTemplate = 6 * time.Hour

// Database returns the owner's address of a database of t's own, migrated to the newest
// schema. It is dropped when t passes and kept, with its name logged, when t fails.
func Database(t testing.TB) (ownerDSN string) {
	t.Helper()
	ctx := context.Background() // not t.Context: that is over when the cleanup runs
	pool, err := admin()
	must(t, err)
	from, err := template()
	must(t, err)
	name := shared.Name("t", strings.ToLower(rand.Text()[:6])+"_"+plain(t.Name()))
	_, err = pool.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+from)
	must(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("testkit: kept database %s; connect with: psql '%s'", name, address(name))
			return
		}
		_, err := pool.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		must(t, err)
	})
	return address(name)
}

// plain makes a test's name part of a database's name, which ends after 63 bytes.
func plain(test string) string {
	letters := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '_'
	}, test)
	return letters[:min(len(letters), 40)]
}

// admin connects to the server as its owner, once for the process.
var admin = sync.OnceValues(func() (*pgxpool.Pool, error) {
	servers, err := shared.Attach()
	if err != nil {
		return nil, err
	}
	cfg, err := pgxpool.ParseConfig(servers.Postgres)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = 4
	return pgxpool.NewWithConfig(context.Background(), cfg)
})

// address returns the owner's address of another database of the shared server.
func address(database string) string {
	servers, err := shared.Attach()
	if err != nil {
		return ""
	}
	u, err := url.Parse(servers.Postgres)
	if err != nil {
		return ""
	}
	u.Path = "/" + database
	return u.String()
}

// template returns the name of a database that holds the migrated schema, building it
// under a lock if no other test binary has.
var template = sync.OnceValues(func() (name string, err error) {
	ctx := context.Background()
	pool, err := admin()
	if err != nil {
		return "", err
	}
	hash, err := hashMigrations()
	if err != nil {
		return "", err
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext($1))", "template"); err != nil {
		return "", err
	}
	defer conn.Exec(ctx, "SELECT pg_advisory_unlock(hashtext($1))", "template")
	rows, err := conn.Query(ctx, `SELECT datname::text FROM pg_database WHERE datname LIKE 'tpl\_%' AND datistemplate`)
	if err != nil {
		return "", err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return "", err
	}
	for _, name := range names {
		if strings.HasSuffix(name, hash) {
			return name, nil
		}
	}
	return buildTemplate(ctx, conn.Conn(), shared.Name("tpl", hash), names)
})

// buildTemplate migrates a new database and makes it a template nobody can connect to: a
// connected one cannot be cloned.
func buildTemplate(ctx context.Context, conn *pgx.Conn, name string, others []string) (string, error) {
	statements := []string{"CREATE DATABASE " + name}
	for _, o := range others {
		if made, ok := shared.Made(o); ok && time.Since(made) > oldTemplate {
			statements = append(statements, "ALTER DATABASE "+o+" IS_TEMPLATE false", "DROP DATABASE "+o)
		}
	}
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			return "", err
		}
	}
	if err := migrations.Up(ctx, address(name), Secret); err != nil {
		_, _ = conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)") // the first error matters
		return "", err
	}
	_, err := conn.Exec(ctx, "ALTER DATABASE "+name+" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false")
	return name, err
}

// hashMigrations covers the SQL and, where the sources are at hand, the Go code that
// prepares the cluster for it.
func hashMigrations() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(migrations.FS, path)
		fmt.Fprintf(h, "%s\n%s\n", path, b)
		return err
	})
	if err != nil {
		return "", err
	}
	sources, _ := filepath.Glob(filepath.Join(root(), "migrations", "*.go")) // only a malformed pattern errs
	for _, path := range sources {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s\n%s\n", filepath.Base(path), b)
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// root returns the folder of go.mod above the working directory, which for a test is its
// package's.
func root() string {
	dir, err := os.Getwd()
	for err == nil && dir != "/" {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	return "."
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
}
