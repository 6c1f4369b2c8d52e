package migrations_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// named is the first cell of a row of a table in the page.
var named = regexp.MustCompile("^\\| `([a-z_]+)` \\| (.+) \\|$")

// page returns the rows of docs/operations.md between two marks: what stands behind each name.
func page(t *testing.T, mark string) map[string]string {
	t.Helper()
	b, err := os.ReadFile("../docs/operations.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(b), "<!-- "+mark+": begin -->\n")
	rows, _, closed := strings.Cut(rest, "<!-- "+mark+": end -->")
	require.True(t, found && closed, "docs/operations.md lacks the marks of %s", mark)
	out := map[string]string{}
	for line := range strings.Lines(rows) {
		if m := named.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			require.NotContains(t, out, m[1])
			out[m[1]] = m[2]
		}
	}
	return out
}

// list returns the names a query finds.
func list(t *testing.T, c *pgx.Conn, q string) []string {
	t.Helper()
	rows, err := c.Query(t.Context(), q)
	require.NoError(t, err)
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return out
}

// companyTables are those whose rows belong to a company: keyed says of an index of one whether it holds the company.
const companyTables = `WITH t AS (SELECT c.oid, c.relname, a.attnum FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('company_id', 'subject_company_id') AND NOT a.attisdropped
	WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition) `

// TestCompanyTablesCarryTheirCompany holds the page against the schema: a database spread over several machines keeps a company's rows
// together by a column of every primary key, and refuses unique indexes without it.
func TestCompanyTablesCarryTheirCompany(t *testing.T) {
	t.Parallel()
	c := owner(t)
	for mark, q := range map[string]string{
		"keys": companyTables + `SELECT DISTINCT relname FROM t WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary AND t.attnum = ANY (i.indkey)) ORDER BY 1`,
		"unique": companyTables + `SELECT x.relname FROM t JOIN pg_index i ON i.indrelid = t.oid AND i.indisunique AND NOT i.indisprimary AND t.attnum <> ALL (i.indkey) JOIN pg_class x ON x.oid = i.indexrelid
			WHERE EXISTS (SELECT FROM pg_index p WHERE p.indrelid = t.oid AND p.indisprimary AND t.attnum = ANY (p.indkey)) ORDER BY 1`,
		"partitions": `SELECT relname FROM pg_class WHERE relkind = 'p' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
	} {
		said := []string{}
		for name := range page(t, mark) {
			said = append(said, name)
		}
		slices.Sort(said)
		require.Equal(t, list(t, c, q), said, "docs/operations.md, between the marks %s", mark)
	}
	require.Greater(t, len(list(t, c, companyTables+"SELECT relname FROM t")), 150, "a test that sees nothing passes")
}
