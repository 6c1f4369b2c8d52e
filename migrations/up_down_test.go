package migrations_test

import (
	"database/sql"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"anbiao/migrations"
	"anbiao/testkit"
)

// everything describes all that a migration can make, one line a thing.
const everything = `
SELECT 'table ' || c.oid::regclass || ' ' || c.relkind::text || ' ' || c.relrowsecurity || c.relforcerowsecurity || ' ' || coalesce(c.relacl::text, '') AS line
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind <> 'i'
UNION ALL SELECT 'column ' || a.attrelid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || a.attidentity::text || a.attgenerated::text || ' '
    || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' ' || a.attcollation::regcollation || coalesce(a.attacl::text, '')
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm')
UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index ' || pg_get_indexdef(indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'policy ' || tablename || ' ' || policyname || ' ' || cmd || roles::text || coalesce(qual, '') || '|' || coalesce(with_check, '') FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT 'function ' || pg_get_functiondef(oid) || coalesce(proacl::text, '') FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind <> 'a'
UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'public'::regnamespace AND NOT tgisinternal
UNION ALL SELECT 'view ' || viewname || ' ' || definition FROM pg_views WHERE schemaname = 'public'
UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')
UNION ALL SELECT 'statistics ' || stxname FROM pg_statistic_ext WHERE stxnamespace = 'public'::regnamespace
ORDER BY line`

func inventory(t *testing.T, own *sql.DB) []string {
	t.Helper()
	rows, err := own.QueryContext(t.Context(), everything)
	require.NoError(t, err)
	defer rows.Close()
	var out []string
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		if !strings.Contains(line, "goose_db_version") {
			out = append(out, line)
		}
	}
	require.NoError(t, rows.Err())
	return out
}

// dated is a day's partition: Up makes those of the days around it, which midnight changes.
var dated = regexp.MustCompile(`_20\d{6}`)

func lasting(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), dated.MatchString)
}

// Down takes away all that Up made, and Up then makes the same again.
func TestUpDownUp(t *testing.T) {
	t.Parallel()
	dsn := testkit.Database(t)
	cfg, err := pgx.ParseConfig(dsn)
	require.NoError(t, err)
	own := stdlib.OpenDB(*cfg)
	defer own.Close()
	up := inventory(t, own)
	require.Greater(t, len(lasting(up)), 500)
	p, err := goose.NewProvider(goose.DialectPostgres, own, migrations.FS)
	require.NoError(t, err)
	_, err = p.DownTo(t.Context(), 0)
	require.NoError(t, err)
	require.Empty(t, inventory(t, own), "left behind by Down")
	require.NoError(t, migrations.Up(t.Context(), dsn, testkit.Secret))
	require.Equal(t, lasting(up), lasting(inventory(t, own)))
	require.NoError(t, migrations.Up(t.Context(), dsn, testkit.Secret), "once more changes nothing")
	require.Equal(t, lasting(up), lasting(inventory(t, own)))
}

// Programs that start together, on an empty database, migrate it once.
func TestUpAtOnce(t *testing.T) {
	t.Parallel()
	dsn := testkit.Database(t)
	cfg, err := pgx.ParseConfig(dsn)
	require.NoError(t, err)
	own := stdlib.OpenDB(*cfg)
	defer own.Close()
	p, err := goose.NewProvider(goose.DialectPostgres, own, migrations.FS)
	require.NoError(t, err)
	_, err = p.DownTo(t.Context(), 0)
	require.NoError(t, err)
	done := make(chan error, 3)
	for range cap(done) {
		go func() { done <- migrations.Up(t.Context(), dsn, testkit.Secret) }()
	}
	for range cap(done) {
		require.NoError(t, <-done)
	}
}

var (
	numbers = regexp.MustCompile(`^\d{5}_[a-z_]+\.sql$`)
	remark  = regexp.MustCompile(`--.*`)
)

// The store matches constraints by name, so a migration chooses the name.
func TestMigrationsNameTheirConstraints(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(migrations.FS, "*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		require.Regexp(t, numbers, f)
		b, err := migrations.FS.ReadFile(f)
		require.NoError(t, err)
		require.Contains(t, string(b), "-- +goose Down", f)
		require.Empty(t, unnamed(string(b)), f)
	}
	require.Len(t, unnamed("CREATE TABLE a (b int PRIMARY KEY, c int, UNIQUE (c), CHECK(c > 0)); CREATE UNIQUE INDEX d ON a (c);"), 3)
}

// unnamed returns the constraints that sql leaves PostgreSQL to name.
func unnamed(sql string) (out []string) {
	words := strings.Fields(remark.ReplaceAllString(sql, ""))
	for i, w := range words {
		kind, _, _ := strings.Cut(strings.ToUpper(w), "(")
		switch before := strings.Join(words[max(i-2, 0):i], " "); {
		case !slices.Contains([]string{"PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE"}, kind),
			strings.HasPrefix(before, "CONSTRAINT "), strings.HasSuffix(before, "WITH"), strings.HasSuffix(before, "CREATE"):
		default:
			out = append(out, before+" "+w)
		}
	}
	return out
}

// Roles are the cluster's; none may see past row security, and passwords come from the
// secret.
func TestRoles(t *testing.T) {
	t.Parallel()
	dsn := testkit.Database(t)
	own, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer own.Close(t.Context())
	for _, k := range migrations.Kinds {
		var bypass, super bool
		require.NoError(t, own.QueryRow(t.Context(), "SELECT rolbypassrls, rolsuper FROM pg_roles WHERE rolname = $1", "anbiao_"+k).Scan(&bypass, &super))
		require.False(t, bypass || super, k)
		c, err := pgx.Connect(t.Context(), migrations.RoleDSN(dsn, k, testkit.Secret))
		require.NoError(t, err)
		require.NoError(t, c.Close(t.Context()))
	}
	require.NotEqual(t, migrations.Password(testkit.Secret, "company"), migrations.Password(testkit.Secret, "system"))
	require.NotEqual(t, migrations.Password(testkit.Secret, "company"), migrations.Password([]byte("other"), "company"))
	require.Equal(t, "host=x user=anbiao_public password="+migrations.Password(testkit.Secret, "public"), migrations.RoleDSN("host=x", "public", testkit.Secret))
}
