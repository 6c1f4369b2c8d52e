package migrations_test

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"anbiao/migrations"
	"anbiao/testkit"
)

// floor is the first migration that must be applied under traffic. Those before it made the
// schema; no installation has them to go.
const floor = 240

// mostWait is how long a session may wait for a lock that a migration holds or waits for.
const mostWait = time.Second

// excused lists statements that are forbidden and harmless where they stand, with the reason.
var excused = map[string]string{}

// newer lists the migrations from floor on, in order.
func newer(t *testing.T) (files []string) {
	t.Helper()
	all, err := fs.Glob(migrations.FS, "*.sql")
	require.NoError(t, err)
	slices.Sort(all)
	for _, f := range all {
		n, err := strconv.Atoi(f[:5])
		require.NoError(t, err)
		if n >= floor {
			files = append(files, f)
		}
	}
	require.NotEmpty(t, files)
	return files
}

// TestNoMigrationStopsTheWorld reads what new migrations do to tables that exist.
func TestNoMigrationStopsTheWorld(t *testing.T) {
	t.Parallel()
	for _, f := range newer(t) {
		b, err := migrations.FS.ReadFile(f)
		require.NoError(t, err)
		for _, s := range forbidden(string(b)) {
			if excused[f+": "+s] == "" {
				t.Errorf("%s: %s: see docs/operations.md, Migrations without downtime", f, s)
			}
		}
	}
	for sql, want := range map[string]int{
		"ALTER TABLE hazard ALTER COLUMN title TYPE varchar(9);":                                      1,
		"CREATE INDEX x ON hazard (title);":                                                           1,
		"CREATE UNIQUE INDEX CONCURRENTLY x ON hazard (title);":                                       0,
		"CREATE TABLE n (a int); CREATE INDEX x ON n (a); ALTER TABLE n ALTER COLUMN a SET NOT NULL;": 0,
		"ALTER TABLE hazard ALTER COLUMN title SET NOT NULL;":                                         1,
		"ALTER TABLE hazard ADD CONSTRAINT c CHECK (id > 0);":                                         1,
		"ALTER TABLE hazard ADD CONSTRAINT c CHECK (id > 0) NOT VALID;":                               0,
		"ALTER TABLE hazard ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES b (a);":                       1,
		"ALTER TABLE hazard ADD CONSTRAINT c UNIQUE (a);":                                             1,
		"ALTER TABLE hazard ADD CONSTRAINT c UNIQUE USING INDEX x;":                                   0,
		"ALTER TABLE hazard ADD COLUMN a int NOT NULL DEFAULT 0;":                                     0,
		"ALTER TABLE hazard ADD COLUMN a timestamptz DEFAULT clock_timestamp();":                      1,
		"ALTER TABLE hazard ADD COLUMN a bigint GENERATED ALWAYS AS IDENTITY;":                        1,
		"ALTER TABLE hazard DROP COLUMN title;":                                                       1,
		"ALTER TABLE hazard RENAME COLUMN title TO name;":                                             1,
		"DROP TABLE hazard;":            1,
		"UPDATE hazard SET title = '';": 1,
		"LOCK TABLE hazard;":            1,
		"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE hazard SET title = '' $$;":                    0,
		"-- CREATE INDEX x ON hazard (title);\nSELECT 1;\n-- +goose Down\nDROP TABLE hazard;":                     0,
		"ALTER TABLE hazard ADD COLUMN a text, ALTER COLUMN b TYPE bigint USING b::bigint;":                       1,
		"CREATE TABLE IF NOT EXISTS n (a int); UPDATE n SET a = 1; ALTER TABLE n ADD CONSTRAINT c CHECK (a > 0);": 0,
		"VACUUM FULL hazard;": 1, "REINDEX TABLE hazard;": 1, "CLUSTER hazard USING x;": 1, "REINDEX INDEX CONCURRENTLY x;": 0,
	} {
		require.Len(t, forbidden(sql), want, sql)
	}
}

var (
	quoted  = regexp.MustCompile(`(?s)\$(\w*)\$.*?\$(\w*)\$`)
	made    = regexp.MustCompile(`(?i)CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(\w+)`)
	subject = regexp.MustCompile(`(?i)^(?:ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\w+)|CREATE (?:UNIQUE )?INDEX (?:\w+ )?ON (?:ONLY )?(\w+)|UPDATE (?:ONLY )?(\w+)|DROP TABLE (?:IF EXISTS )?(\w+)|LOCK (?:TABLE )?(\w+)|(?:VACUUM|CLUSTER|REINDEX)\b.*?(\w+)$)`)
	kinds   = []struct {
		is, unless *regexp.Regexp
		why        string
	}{
		{regexp.MustCompile(`(?i)^CREATE (UNIQUE )?INDEX`), regexp.MustCompile(`(?i)INDEX CONCURRENTLY`), "an index that is built while nobody may write"},
		{regexp.MustCompile(`(?i)ALTER (COLUMN )?\w+ (SET DATA )?TYPE `), nil, "a column that changes its type rewrites the table"},
		{regexp.MustCompile(`(?i)SET NOT NULL`), nil, "SET NOT NULL reads the whole table under a lock"},
		{regexp.MustCompile(`(?i)ADD (CONSTRAINT \w+ )?(CHECK|FOREIGN KEY)|ADD COLUMN [^,;]* REFERENCES`), regexp.MustCompile(`(?i)NOT VALID`), "a constraint that is checked for every row under a lock"},
		{regexp.MustCompile(`(?i)ADD (CONSTRAINT \w+ )?(UNIQUE|PRIMARY KEY|EXCLUDE)`), regexp.MustCompile(`(?i)USING INDEX`), "a key whose index is built under a lock"},
		{regexp.MustCompile(`(?i)ADD COLUMN [^;]*(\bDEFAULT\b[^,;]*(clock_timestamp|random|nextval|gen_random_uuid|statement_timestamp)|\bGENERATED\b|\b(big)?serial\b)`), nil, "a column whose value differs by row rewrites the table"},
		{regexp.MustCompile(`(?i)DROP COLUMN|\bRENAME\b|^DROP TABLE`), nil, "the program of before still uses it"},
		{regexp.MustCompile(`(?i)^UPDATE `), nil, "rows are filled in by a job, in batches"},
		{regexp.MustCompile(`(?i)^(LOCK|CLUSTER|VACUUM FULL)|^REINDEX`), regexp.MustCompile(`(?i)CONCURRENTLY`), "a lock on the whole table"},
	}
)

// forbidden lists the statements of the Up part that rewrite, read or lock a table that was
// there before. Bodies of functions are not run by a migration.
func forbidden(text string) (out []string) {
	up, _, _ := strings.Cut(text, "-- +goose Down")
	up = quoted.ReplaceAllString(remark.ReplaceAllString(up, ""), "''")
	fresh := map[string]bool{}
	for _, m := range made.FindAllStringSubmatch(up, -1) {
		fresh[m[1]] = true
	}
	for s := range strings.SplitSeq(up, ";") {
		s = strings.Join(strings.Fields(s), " ")
		of := subject.FindStringSubmatch(strings.Replace(s, "CONCURRENTLY ", "", 1))
		if of == nil || fresh[strings.Join(of[1:], "")] {
			continue
		}
		for _, k := range kinds {
			if k.is.MatchString(s) && (k.unless == nil || !k.unless.MatchString(s)) {
				out = append(out, s[:min(len(s), 120)]+" ("+k.why+")")
				break
			}
		}
	}
	return out
}

// TestMigrationsLetOthersWork applies each new migration to a filled database while other
// sessions read and write, and measures how long they wait for locks.
func TestMigrationsLetOthersWork(t *testing.T) {
	t.Parallel()
	w := watched(t)
	p, err := goose.NewProvider(goose.DialectPostgres, w.own, migrations.FS)
	require.NoError(t, err)
	for _, f := range newer(t) {
		version, err := strconv.ParseInt(f[:5], 10, 64)
		require.NoError(t, err)
		before := w.done()
		_, err = p.UpTo(t.Context(), version)
		require.NoError(t, err, f)
		require.LessOrEqual(t, w.waited(), mostWait, "%s: others waited for its locks", f)
		w.goOn(t, before)
	}
	// The measure itself: a migration that holds a lock is found.
	p, err = goose.NewProvider(goose.DialectPostgres, w.own, fstest.MapFS{
		"99999_bad.sql": {Data: []byte("-- +goose Up\nALTER TABLE company ADD COLUMN bad int; SELECT pg_sleep(1.5);\n-- +goose Down\nSELECT 1;")},
	}, goose.WithAllowOutofOrder(true))
	require.NoError(t, err)
	_, err = p.ApplyVersion(t.Context(), 99999, true)
	require.NoError(t, err)
	require.Greater(t, w.waited(), mostWait)
}

// busy is a database with traffic on it.
type busy struct {
	own *sql.DB

	mu      sync.Mutex
	longest time.Duration
	rounds  int
	failed  error
}

// watched returns a database migrated up to floor, filled and in use.
func watched(t *testing.T) *busy {
	t.Helper()
	dsn := testkit.Database(t)
	cfg, err := pgx.ParseConfig(dsn)
	require.NoError(t, err)
	b := &busy{own: stdlib.OpenDB(*cfg)}
	t.Cleanup(func() { _ = b.own.Close() })
	p, err := goose.NewProvider(goose.DialectPostgres, b.own, migrations.FS)
	require.NoError(t, err)
	_, err = p.DownTo(t.Context(), floor-1)
	require.NoError(t, err)
	for _, q := range filling {
		_, err := b.own.ExecContext(t.Context(), q)
		require.NoError(t, err, q)
	}
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { b.note(b.work(ctx, dsn)) })
	}
	all.Go(func() { b.note(b.look(ctx, dsn)) })
	t.Cleanup(func() {
		stop()
		all.Wait()
		require.NoError(t, b.failed)
	})
	b.goOn(t, 0)
	return b
}

// filling is enough for a rewrite or an index to take its time.
var filling = []string{
	`INSERT INTO company (region_path, oversight_line, name) SELECT '330784' || lpad((n % 900 + 100)::text, 3, '0'), 0, '企业' || n FROM generate_series(1, 20000) n`,
	`INSERT INTO staff_person (company_id, region_path, oversight_line, name) SELECT company_id, region_path, oversight_line, '员工' || n FROM company, generate_series(1, 3) n`,
	`INSERT INTO account_person (login, name, password_hash) SELECT 'u' || n, '人' || n, '' FROM generate_series(1, 20000) n`,
	`INSERT INTO audit_entry (at, actor_kind, person_name, action, noun, fields, request_id, address, company_id)
		SELECT now(), 'company', '', 'hazard.change', 'hazard', '[]', '', '', n % 20000 FROM generate_series(1, 100000) n`,
	`INSERT INTO job_outbox (task_id, kind, payload, run_at, done_at) SELECT 'fill:' || n, 'fill', '{}', now(), now() FROM generate_series(1, 50000) n`,
}

// traffic is what every minute of use touches.
var traffic = []string{
	`UPDATE company SET name = name || '' WHERE company_id = (SELECT company_id FROM company ORDER BY company_id LIMIT 1)`,
	`INSERT INTO audit_entry (at, actor_kind, person_name, action, noun, fields, request_id, address) VALUES (now(), 'company', '', 'x', 'x', '[]', '', '')`,
	`SELECT count(*) FROM (SELECT s.name FROM staff_person s JOIN company c USING (company_id) LIMIT 500) x`,
	`INSERT INTO job_outbox (task_id, kind, payload, run_at) VALUES (gen_random_uuid()::text, 'x', '{}', now())`,
	`SELECT count(*) FROM (SELECT FROM account_session s JOIN account_person p ON p.id = s.person_id LIMIT 100) x`,
	`SELECT count(*) FROM (SELECT FROM hazard LIMIT 10) x`, `SELECT count(*) FROM (SELECT FROM attachment LIMIT 10) x`, `SELECT count(*) FROM (SELECT FROM inspection_check LIMIT 10) x`,
	`SELECT count(*) FROM (SELECT FROM notice LIMIT 10) x`, `SELECT count(*) FROM (SELECT FROM idempotency LIMIT 10) x`,
}

// work does one transaction after the other.
func (b *busy) work(ctx context.Context, dsn string) error {
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	for ctx.Err() == nil {
		for _, q := range traffic {
			if _, err := c.Exec(ctx, q); err != nil && ctx.Err() == nil {
				return fmt.Errorf("%s: %w", q, err)
			}
		}
		b.mu.Lock()
		b.rounds++
		b.mu.Unlock()
	}
	return nil
}

// look keeps the longest that anybody has been waiting for a lock.
func (b *busy) look(ctx context.Context, dsn string) error {
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	const q = `SELECT coalesce(max(extract(epoch FROM clock_timestamp() - l.waitstart) * 1000)::bigint, 0) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
		WHERE NOT l.granted AND a.datname = current_database()`
	for ctx.Err() == nil {
		var ms int64
		if err := c.QueryRow(ctx, q).Scan(&ms); err != nil && ctx.Err() == nil {
			return err
		}
		b.mu.Lock()
		b.longest = max(b.longest, time.Duration(ms)*time.Millisecond)
		b.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	return nil
}

func (b *busy) note(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed == nil {
		b.failed = err
	}
}

func (b *busy) waited() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.longest
}

func (b *busy) done() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rounds
}

// goOn waits until the traffic has gone on since it had done n rounds: with the statements
// of the program of before, which the migration must not have broken.
func (b *busy) goOn(t *testing.T, n int) {
	t.Helper()
	require.Eventually(t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.failed != nil || b.rounds > n+3
	}, time.Minute, 10*time.Millisecond)
	b.mu.Lock()
	defer b.mu.Unlock()
	require.NoError(t, b.failed)
}

// TestUpGivesUpLocks has somebody hold what a migration needs: it waits in turns, between
// which others get through, and goes on when it can.
func TestUpGivesUpLocks(t *testing.T) {
	t.Parallel()
	dsn := testkit.Database(t)
	cfg, err := pgx.ParseConfig(dsn)
	require.NoError(t, err)
	own := stdlib.OpenDB(*cfg)
	defer own.Close()
	p, err := goose.NewProvider(goose.DialectPostgres, own, migrations.FS)
	require.NoError(t, err)
	_, err = p.DownTo(t.Context(), floor-1)
	require.NoError(t, err)
	holder, err := own.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = holder.ExecContext(t.Context(), "LOCK TABLE goose_db_version IN SHARE MODE")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- migrations.Up(t.Context(), dsn, testkit.Secret) }()
	waits := func() (n int) {
		require.NoError(t, own.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT granted AND d.datname = current_database()").Scan(&n))
		return n
	}
	require.Eventually(t, func() bool { return waits() > 0 }, 30*time.Second, 10*time.Millisecond)
	require.Eventually(t, func() bool { return waits() == 0 }, 30*time.Second, 10*time.Millisecond, "it lets go")
	require.Eventually(t, func() bool { return waits() > 0 }, 30*time.Second, 10*time.Millisecond, "and tries again")
	require.NoError(t, holder.Rollback())
	require.NoError(t, <-done)
}
