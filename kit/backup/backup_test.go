package backup_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"anbiao/kit/backup"
	"anbiao/kit/blob"
	"anbiao/kit/db"
	"anbiao/migrations"
	"anbiao/rbac"
	"anbiao/testkit"
)

var at = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

// filled is a world with a company, its people, trail and files.
func filled(t *testing.T) (*testkit.W, blob.Store) {
	t.Helper()
	w := testkit.World(t)
	f := w.Company(t, "330784105")
	w.Actor(t, f, "safety-officer")
	w.Unit(t, f, 0, "workshop", "冲压车间")
	w.Regulator(t, "county", "330784")
	w.Exec(t, `INSERT INTO audit_entry (at, actor_kind, person_name, action, noun, fields, request_id, address)
		SELECT now(), 'system', '安', 'x', 'x', '[{"name":"n","old":"","new":"值"}]', '', '' FROM generate_series(1, 50)`)
	files, err := blob.Open(t.Context(), "file://"+t.TempDir()+"/files")
	require.NoError(t, err)
	for i := range 20 {
		b := bytes.Repeat([]byte{byte(i)}, i*1000)
		require.NoError(t, files.Put(t.Context(), fmt.Sprintf("7/%02d.original", i), bytes.NewReader(b), int64(len(b))))
	}
	return w, files
}

func source(w *testkit.W, files blob.Store) backup.Source {
	return backup.Source{DSN: w.DSN, Files: files, Key: "k1", Columns: []string{"original_key", "blob_key"}}
}

// vacant makes an empty database, owned by a role of its own if one is named.
func vacant(t *testing.T, near, owner string) (dsn string) {
	t.Helper()
	admin, err := pgx.Connect(t.Context(), near)
	require.NoError(t, err)
	name := fmt.Sprintf("t_%08x_restored_%x", time.Now().Unix(), time.Now().UnixNano())
	u, err := url.Parse(near)
	require.NoError(t, err)
	u.Path = "/" + name
	if owner != "" {
		_, err = admin.Exec(t.Context(), "CREATE ROLE "+owner+" LOGIN CREATEROLE PASSWORD 'restoring'")
		require.NoError(t, err)
		u.User = url.UserPassword(owner, "restoring")
		name += " OWNER " + owner
	}
	_, err = admin.Exec(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		_, err := admin.Exec(ctx, "DROP DATABASE "+strings.TrimSuffix(name, " OWNER "+owner)+" WITH (FORCE)")
		require.NoError(t, err)
		if owner != "" {
			_, err = admin.Exec(ctx, "DROP ROLE "+owner)
			require.NoError(t, err)
		}
		require.NoError(t, admin.Close(ctx))
	})
	return u.String()
}

func target(t *testing.T, dsn string) backup.Target {
	t.Helper()
	files, err := blob.Open(t.Context(), "file://"+t.TempDir()+"/files")
	require.NoError(t, err)
	newest, err := migrations.Newest()
	require.NoError(t, err)
	return backup.Target{
		DSN: dsn, Files: files, Keys: []string{"k0", "k1"}, Newest: newest, Jobs: 1,
		Roles: func(ctx context.Context) error { return migrations.Roles(ctx, dsn, testkit.Secret) },
	}
}

// digests are the contents of every table, whatever the order of its rows.
func digests(t *testing.T, dsn string) map[string]string {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer c.Close(t.Context())
	rows, err := c.Query(t.Context(), "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
	require.NoError(t, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	out := map[string]string{}
	for _, n := range names {
		var d string
		require.NoError(t, c.QueryRow(t.Context(), "SELECT count(*) || ':' || coalesce(sum(hashtextextended(x::text, 0)::numeric), 0) FROM ONLY "+n+" x").Scan(&d))
		out[n] = d
	}
	return out
}

func contents(t *testing.T, s blob.Store) map[string]string {
	t.Helper()
	out := map[string]string{}
	for i, err := range s.List(t.Context(), "") {
		require.NoError(t, err)
		f, err := s.Open(t.Context(), i.Key)
		require.NoError(t, err)
		b, err := io.ReadAll(f)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		out[i.Key] = string(b)
	}
	return out
}

func TestBackupBringsEverythingBack(t *testing.T) {
	t.Parallel()
	w, files := filled(t)
	dir := filepath.Join(t.TempDir(), "backup")
	s := source(w, files)
	s.Trail = func(context.Context, pgx.Tx) (json.RawMessage, error) { return json.RawMessage(`{"heads":1}`), nil }
	made, err := backup.Make(t.Context(), s, dir, at)
	require.NoError(t, err)
	require.Equal(t, 20, made.Count)
	require.Empty(t, made.Absent)
	before := digests(t, w.DSN)
	require.Greater(t, len(before), 250)

	for name, owner := range map[string]string{"same owner": "", "another owner": "restoring_" + strings.ToLower(rand.Text()[:8])} {
		t.Run(name, func(t *testing.T) {
			to := target(t, vacant(t, w.DSN, owner))
			got, err := backup.Restore(t.Context(), dir, to)
			require.NoError(t, err)
			require.JSONEq(t, `{"heads":1}`, string(got.Trail))
			require.Equal(t, before, digests(t, vacantAsOwner(t, w.DSN, to.DSN)))
			require.Equal(t, contents(t, files), contents(t, to.Files))
			lives(t, w, to.DSN)
			_, err = backup.Restore(t.Context(), dir, to)
			require.ErrorIs(t, err, backup.ErrNotEmpty)
		})
	}
}

// vacantAsOwner names the database of dsn as the owner of the cluster, whom row security does not bind.
func vacantAsOwner(t *testing.T, owner, dsn string) string {
	t.Helper()
	u, err := url.Parse(owner)
	require.NoError(t, err)
	d, err := url.Parse(dsn)
	require.NoError(t, err)
	u.Path = d.Path
	return u.String()
}

// lives checks that the roles work in a restored database as in the one before, functions
// that act as the owner included, and that nothing was opened to everybody.
func lives(t *testing.T, w *testkit.W, dsn string) {
	t.Helper()
	require.NoError(t, migrations.Up(t.Context(), dsn, testkit.Secret))
	pools, err := rbac.OpenPools(func(k rbac.Kind) string { return migrations.RoleDSN(dsn, string(k), testkit.Secret) }, 1)
	require.NoError(t, err)
	defer pools.Close()
	gate, err := rbac.NewGate(pools, w.Now)
	require.NoError(t, err)
	require.NoError(t, gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) error {
		return tx.WithContext(ctx).Exec("SELECT job_enqueue('t', 'k', '{}', now()), livescore_await(ARRAY[1]::bigint[])").Error
	}))
	const q = `SELECT string_agg(x, ' ' ORDER BY x) FROM (
		SELECT polrelid::regclass || polname || array_length(polroles, 1) FROM pg_policy UNION ALL
		SELECT relname || has_table_privilege('anbiao_company', oid, 'SELECT') || has_table_privilege('anbiao_regulator', oid, 'INSERT') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r','p','v') UNION ALL
		SELECT proname || has_function_privilege('anbiao_public', oid, 'EXECUTE') FROM pg_proc WHERE pronamespace = 'public'::regnamespace) s(x)`
	one := func(dsn string) (v string) {
		c, err := pgx.Connect(t.Context(), dsn)
		require.NoError(t, err)
		defer c.Close(t.Context())
		require.NoError(t, c.QueryRow(t.Context(), q).Scan(&v))
		return v
	}
	require.Equal(t, one(w.DSN), one(dsn), "policies and rights")
}

func TestDamageIsFound(t *testing.T) {
	t.Parallel()
	w, files := filled(t)
	for name, damage := range map[string]func(dir string) error{
		"a changed file":      func(dir string) error { return os.WriteFile(dir+"/files/7/03.original", []byte("x"), 0o600) },
		"a missing file":      func(dir string) error { return os.Remove(dir + "/files/7/04.original") },
		"a shortened list":    func(dir string) error { return os.Truncate(dir+"/files.sha256", 90) },
		"a shortened dump":    func(dir string) error { return os.Truncate(dir+"/database.dump", 5000) },
		"no manifest":         func(dir string) error { return os.Remove(dir + "/manifest.json") },
		"a manifest of later": func(dir string) error { return os.WriteFile(dir+"/manifest.json", []byte(`{"format": 99}`), 0o600) },
	} {
		dir := filepath.Join(t.TempDir(), "backup")
		_, err := backup.Make(t.Context(), source(w, files), dir, at)
		require.NoError(t, err)
		_, err = backup.Verify(t.Context(), dir)
		require.NoError(t, err)
		require.NoError(t, damage(dir))
		_, err = backup.Verify(t.Context(), dir)
		require.Error(t, err, name)
		to := target(t, vacant(t, w.DSN, ""))
		_, err = backup.Restore(t.Context(), dir, to)
		require.Error(t, err, name)
		require.Empty(t, digests(t, to.DSN), name)
	}
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	w, files := filled(t)
	dir := filepath.Join(t.TempDir(), "backup")
	_, err := backup.Make(t.Context(), source(w, files), dir, at)
	require.NoError(t, err)
	_, err = backup.Make(t.Context(), source(w, files), dir, at)
	require.ErrorContains(t, err, "not empty")

	to := target(t, vacant(t, w.DSN, ""))
	to.Keys = []string{"another"}
	_, err = backup.Restore(t.Context(), dir, to)
	require.ErrorIs(t, err, backup.ErrKey)
	to = target(t, to.DSN)
	to.Newest--
	_, err = backup.Restore(t.Context(), dir, to)
	require.ErrorIs(t, err, backup.ErrNewer)
	require.Empty(t, digests(t, to.DSN))
	require.Empty(t, contents(t, to.Files))

	bound := source(w, files)
	bound.DSN = migrations.RoleDSN(w.DSN, "system", testkit.Secret)
	_, err = backup.Make(t.Context(), bound, filepath.Join(t.TempDir(), "b"), at)
	require.ErrorContains(t, err, "BYPASSRLS", "half a backup would be worse than none")
}

func TestFilesThatRowsNameAreLookedFor(t *testing.T) {
	t.Parallel()
	w, files := filled(t)
	w.Exec(t, "CREATE TABLE paper (blob_key text NOT NULL)")
	w.Exec(t, "INSERT INTO paper VALUES ('7/01.original'), (''), ('lost/one')")
	m, err := backup.Make(t.Context(), source(w, files), filepath.Join(t.TempDir(), "b"), at)
	require.NoError(t, err)
	require.Equal(t, []string{"lost/one"}, m.Absent)
}
