package backup

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"anbiao/kit/blob"
)

// Verify reads a backup to its end: the dump is what was written and pg_restore can read
// it, every file of the list is there and is what was written.
func Verify(ctx context.Context, dir string) (Manifest, error) {
	m, err := Read(dir)
	if err != nil {
		return m, err
	}
	for name, want := range map[string]Part{dumpName: m.Database, listName: m.Files} {
		got, err := measure(filepath.Join(dir, name))
		if err != nil {
			return m, err
		}
		if got != want {
			return m, fmt.Errorf("%s is not what was written: %d bytes with SHA-256 %s, the manifest says %d with %s", name, got.Bytes, got.SHA256, want.Bytes, want.SHA256)
		}
	}
	n, err := each(ctx, dir, func(_ context.Context, key, sum string) error {
		f, _, err := checked(dir, key, sum)
		if err != nil {
			return err
		}
		return f.Close()
	})
	if err == nil && n != m.Count {
		err = fmt.Errorf("%s names %d files, the manifest says %d", listName, n, m.Count)
	}
	if err != nil {
		return m, err
	}
	return m, readable(ctx, m.Server, filepath.Join(dir, dumpName))
}

// Target is where a backup is brought back to.
type Target struct {
	DSN    string // of an empty database, as its owner
	Files  blob.Store
	Keys   []string // derived from the secret keys that are known: see Manifest.Key
	Newest int64    // last migration that the program knows
	Jobs   int      // that pg_restore works with; above 1 a failure leaves half a database
	// Roles makes the roles that the dump's grants name.
	Roles func(context.Context) error
}

// Restore brings a verified backup back: files first, for they do no harm without rows,
// then the database, and counts what is there.
//
// Errors: ErrNone, ErrNewer, ErrKey, ErrNotEmpty, ErrRows.
func Restore(ctx context.Context, dir string, t Target) (Manifest, error) {
	m, err := Verify(ctx, dir)
	switch {
	case err != nil:
		return m, err
	case !slices.Contains(t.Keys, m.Key):
		return m, ErrKey
	case m.Schema > t.Newest:
		return m, ErrNewer
	}
	conn, err := pgx.Connect(ctx, t.DSN)
	if err != nil {
		return m, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := empty(ctx, conn); err != nil {
		return m, err
	}
	if err := t.Roles(ctx); err != nil {
		return m, err
	}
	if err := copyIn(ctx, dir, t.Files); err != nil {
		return m, err
	}
	if err := t.load(ctx, conn, dir, m); err != nil {
		return m, err
	}
	return m, recount(ctx, conn, m.Rows)
}

// empty refuses a database that holds anything.
func empty(ctx context.Context, conn *pgx.Conn) error {
	var n int
	err := conn.QueryRow(ctx, `SELECT count(*) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')`).Scan(&n)
	if err == nil && n > 0 {
		err = ErrNotEmpty
	}
	return err
}

func copyIn(ctx context.Context, dir string, into blob.Store) error {
	_, err := each(ctx, dir, func(ctx context.Context, key, sum string) error {
		f, size, err := checked(dir, key, sum)
		if err != nil {
			return err
		}
		defer f.Close()
		return into.Put(ctx, key, f, size)
	})
	return err
}

// load restores the dump under whoever owns this database. Policies for the owner's own
// functions name the role that owned the other one: they are given to the new owner.
func (t Target) load(ctx context.Context, conn *pgx.Conn, dir string, m Manifest) error {
	var me string
	var known bool
	if err := conn.QueryRow(ctx, "SELECT current_user::text, EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", m.Owner).Scan(&me, &known); err != nil {
		return err
	}
	old := pgx.Identifier{m.Owner}.Sanitize()
	if !known {
		if _, err := conn.Exec(ctx, "CREATE ROLE "+old+" NOLOGIN"); err != nil {
			return err
		}
	}
	err := load(ctx, t.DSN, m.Server, t.Jobs, filepath.Join(dir, dumpName))
	if err == nil && me != m.Owner {
		err = adopt(ctx, conn, m.Owner)
	}
	if !known { // only a placeholder
		_, dropped := conn.Exec(ctx, "DROP ROLE "+old)
		err = errors.Join(err, dropped)
	}
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM public")
	return err
}

// adopt makes policies of the former owner policies of whoever is connected, and takes the
// rights that the former owner was given back.
func adopt(ctx context.Context, conn *pgx.Conn, former string) error {
	rows, err := conn.Query(ctx, `SELECT format('ALTER POLICY %I ON %s TO CURRENT_USER', polname, polrelid::regclass)
		FROM pg_policy WHERE polroles = ARRAY(SELECT oid FROM pg_roles WHERE rolname = $1)`, former)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, strings.Join(append(all, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "+pgx.Identifier{former}.Sanitize()), "; "))
	return err
}

// unforced lets the owner see all rows of its own tables.
const unforced = `DO $$ DECLARE t regclass; BEGIN
	FOR t IN SELECT oid::regclass FROM pg_class WHERE relforcerowsecurity AND relnamespace = 'public'::regnamespace LOOP
		EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', t);
	END LOOP; END $$`

// recount compares what is there with what was counted in the snapshot. Row security holds for an owner who is no
// superuser, too: it is lifted for as long as it is counted, and nobody else is here yet.
func recount(ctx context.Context, conn *pgx.Conn, want map[string]int64) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if _, err := tx.Exec(ctx, unforced); err != nil {
		return err
	}
	got, err := count(ctx, tx)
	if err != nil {
		return err
	}
	if err := tx.Rollback(ctx); err != nil {
		return err
	}
	var wrong []string
	for table, n := range want {
		if got[table] != n {
			wrong = append(wrong, fmt.Sprintf("%s %d of %d", table, got[table], n))
		}
	}
	if len(wrong) > 0 || len(got) != len(want) {
		slices.Sort(wrong)
		return fmt.Errorf("%w: %d tables of %d; %s", ErrRows, len(got), len(want), strings.Join(wrong, ", "))
	}
	_, err = conn.Exec(ctx, "ANALYZE") // a dump carries no statistics
	return err
}
