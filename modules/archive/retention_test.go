package archive_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/modules/archive"
	"anbiao/testkit"
)

// Every table of companies says what becomes of it, once, so that a new one is thought about; and what the library names is there.
func TestEveryTableHasARule(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	r := archive.Retained()
	ruled := map[string]archive.Rule{}
	for _, rule := range r.Rules {
		require.NotEmpty(t, rule.Zh, rule.ID)
		require.NotEmpty(t, rule.En, rule.ID)
		require.NotEmpty(t, rule.Source, rule.ID)
		require.Contains(t, []string{"verified", "memory", "choice"}, rule.Confidence, rule.ID)
		require.Equal(t, rule.Class == archive.ClassKeep, rule.Years > 0, rule.ID)
		require.Equal(t, rule.Class == archive.ClassKeep, rule.From != "", rule.ID)
		for table := range rule.Tables {
			require.NotContains(t, ruled, table)
			ruled[table] = rule
		}
	}
	column := map[string]bool{}
	for _, c := range testkit.All[string](t, w, "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'") {
		column[c] = true
	}
	tables := testkit.All[string](t, w, `SELECT k.name FROM table_class k WHERE k.class IN ('company', 'private') OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(k.name)
		AND a.attname IN ('company_id', 'subject_company_id') AND NOT a.attisdropped) ORDER BY 1`)
	require.Greater(t, len(tables), 190)
	for _, name := range tables {
		require.Contains(t, ruled, name, "%s: library/retention.yaml says what becomes of it when its company is erased", name)
	}
	for name := range ruled {
		require.True(t, column[name+".company_id"] || column[name+".subject_company_id"] || r.Owners[name] != nil, "%s is in no database", name)
	}
	for _, list := range []map[string][]string{r.Strip, r.Unlink, r.Files} {
		for table, columns := range list {
			require.Contains(t, ruled, table)
			for _, c := range columns {
				require.True(t, column[table+"."+c], "%s.%s", table, c)
			}
		}
	}
	for noun, table := range r.Nouns {
		require.Contains(t, ruled, table, noun)
	}
}

// A column with somebody's number is emptied, erased with its row, or here with the reason why it stays.
func TestNobodysNumberIsKept(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	stays := map[string]string{
		"dossier_responsible.phone": "of an official",
	}
	r := archive.Retained()
	erased := map[string]bool{}
	for _, rule := range r.Rules {
		for table := range rule.Tables {
			erased[table] = rule.Class == archive.ClassErase && r.Strip[table] == nil
		}
	}
	emptied := map[string]bool{}
	for table, columns := range r.Strip {
		for _, c := range columns {
			emptied[table+"."+c] = true
		}
	}
	for _, c := range testkit.All[string](t, w, `SELECT c.table_name || '|' || c.column_name FROM information_schema.columns c JOIN table_class k ON k.name = c.table_name
		WHERE c.data_type IN ('text', 'bytea') AND c.column_name ~ 'phone|mobile|identity|email|number_sealed|number_index' AND EXISTS (SELECT FROM information_schema.columns x WHERE x.table_name = k.name AND x.column_name IN ('company_id', 'subject_company_id')) ORDER BY 1`) {
		table, name := cut(c)
		key := table + "." + name
		require.True(t, erased[table] || emptied[key] || stays[key] != "", "%s: strip in library/retention.yaml, or the reason here", key)
	}
}

func cut(s string) (before, after string) {
	before, after, _ = strings.Cut(s, "|")
	return before, after
}
