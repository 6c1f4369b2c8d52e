package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/rbac"
	"anbiao/testkit"
)

// marker is planted in every text column of company A. What an outsider is answered may
// hold neither it nor one of A's ids, which are made of 16 digits for this test.
const marker = "LEAK7330784"

var idPattern = regexp.MustCompile(`\b[1-9][0-9]{15}\b`)

// unplantable are text columns that hold a code the database checks; a marker in them
// would be another code. Every other text column must take the marker.
var unplantable = regexp.MustCompile(`(^|_)(exact|official|once|item_code|result|state|direction|status|kind|level|outcome|channel|frequency|source|type|lang|region_path|unit_path|role|purpose|noun|action|actor_kind|uscc|industry|currency|size_class|period|cycle|media_type|sha256|tail|verdict|class|side|grade|color|colour|sex|mode|key|display|thumb|original|version|content|hash|library|rule_version|request_id|metric|every|working|raci|template|days|event|explosive|part|occasion|flaw|form|effect|filing|trigger|reading|counting|extent|ordered_by|made_by|profile|stop_work|asked|deed|method|approver|standing|how|rule|stage|decided|proposed|subject|debit|credit|tie|cost_account|reviewed_by|risk|phase|ended_by)$`)

// TestIsolation makes one city for all that is asked of it.
func TestIsolation(t *testing.T) {
	w := isolationWorld(t)
	t.Run("figures", w.figures)
	t.Run("inbox", w.inbox)
	t.Run("tables", w.tables)
	t.Run("writes", w.writes)
	t.Run("operations", w.operations)
	t.Run("hostile", w.hostile)
	t.Run("fires", w.fires)
}

// tables asks every table for everything, without a condition, as each
// outsider: what row security alone lets through.
func (w *isolation) tables(t *testing.T) {
	for _, o := range w.outsiders {
		for _, table := range w.relations(t) {
			if leak := w.look(t, o.actor, table); leak != "" {
				t.Errorf("%s sees %s of company A: %s", o.name, table, leak)
			}
		}
	}
	seen := 0
	for _, table := range w.relations(t) {
		if w.look(t, w.insider.actor, table) != "" {
			seen++
		}
	}
	require.Greater(t, seen, 15, "the company's own safety manager sees his tables; a test that sees nothing proves nothing")
}

// writes tries to move, change and delete company A's rows from outside.
func (w *isolation) writes(t *testing.T) {
	for _, o := range w.outsiders {
		for _, table := range w.tablesOf(t, "company_id") {
			if table == "account_session" {
				continue // one's own session may name any company; it opens none without an engagement
			}
			for _, q := range []string{
				fmt.Sprintf("UPDATE %s SET company_id = company_id WHERE company_id = %d", table, w.a),
				fmt.Sprintf("DELETE FROM %s WHERE company_id = %d", table, w.a),
				fmt.Sprintf("UPDATE %s SET company_id = %d WHERE company_id <> %[2]d", table, w.a),
			} {
				if n := w.try(t, o.actor, q); n > 0 {
					t.Errorf("%s: %s changed %d rows", o.name, q, n)
				}
			}
		}
	}
}

// fires shows that tables sees a table whose policies were removed, and that a scope keeps
// the rows back where no policy does.
func (w *isolation) fires(t *testing.T) {
	for _, table := range []string{"hazard", "inspection_check", "certificate", "staff_person"} {
		require.Empty(t, w.look(t, w.outsiders[0].actor, table))
		w.Exec(t, "ALTER TABLE "+table+" DISABLE ROW LEVEL SECURITY")
		require.NotEmpty(t, w.look(t, w.outsiders[0].actor, table), "%s without row security and without a scope", table)
		require.Zero(t, w.scoped(t, w.outsiders[0].actor, table), "%s without row security: the scope alone holds", table)
		w.Exec(t, "ALTER TABLE "+table+" ENABLE ROW LEVEL SECURITY")
	}
}

// TestEveryTableHasAClass compares the schema with what the migrations declared.
func TestEveryTableHasAClass(t *testing.T) {
	w := testkit.World(t)
	missing := testkit.All[string](t, w, `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'table_class' AND c.relname NOT LIKE 'goose%'
		AND c.relname NOT IN (SELECT name FROM table_class)`)
	require.Empty(t, missing, "declare_table was not called")
	open := testkit.All[string](t, w, `SELECT k.name FROM table_class k JOIN pg_class c ON c.relname = k.name WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity)`)
	require.Empty(t, open, "row security is off or not forced")
	partitions := testkit.All[string](t, w, `SELECT c.relname || ' to ' || a.grantee::regrole FROM pg_class c, aclexplode(c.relacl) a
		WHERE c.relispartition AND a.grantee::regrole::text LIKE 'anbiao_%'`)
	require.Empty(t, partitions, "a partition queried directly ignores its parent's policies: grants go to parents only")
	bypass := testkit.All[string](t, w, `SELECT rolname FROM pg_roles WHERE rolname LIKE 'anbiao_%' AND rolname <> current_user AND (rolbypassrls OR rolsuper)`)
	require.Empty(t, bypass)
}

// TestCrossWritesAreListed compares rbac.CrossWrites with what regulators and agencies are
// granted on companies' tables.
func TestCrossWritesAreListed(t *testing.T) {
	w := testkit.World(t)
	for kind, listed := range rbac.CrossWrites {
		granted := testkit.All[string](t, w, `SELECT DISTINCT k.name FROM table_class k JOIN information_schema.columns c ON c.table_name = k.name
			WHERE k.class IN ('company', 'shared', 'private', 'custom') AND k.name IN (SELECT table_name FROM information_schema.columns WHERE column_name = 'company_id' AND table_name NOT LIKE 'account\_%')
			AND k.name NOT IN ('audit_entry', 'notice') -- rows of whoever acted, or of whom they are addressed to
			AND (has_column_privilege($1, k.name, c.column_name, 'UPDATE') OR has_column_privilege($1, k.name, c.column_name, 'INSERT')) ORDER BY 1`, "anbiao_"+string(kind))
		want := slices.Clone(listed)
		slices.Sort(want)
		require.Equal(t, append([]string{}, want...), append([]string{}, granted...), "%s", kind)
	}
}

// relations lists every table, view and their kind that could be asked.
func (w *isolation) relations(t *testing.T) []string {
	t.Helper()
	return testkit.All[string](t, w.W, `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') ORDER BY 1`)
}

func (w *isolation) tablesOf(t *testing.T, column string) []string {
	t.Helper()
	return testkit.All[string](t, w.W, `SELECT k.name FROM table_class k WHERE EXISTS (SELECT FROM information_schema.columns c WHERE c.table_name = k.name AND c.column_name = $1) ORDER BY 1`, column)
}

// look reads all that a may read of a relation, and returns what of company A is in it.
func (w *isolation) look(t *testing.T, a rbac.Actor, relation string) string {
	t.Helper()
	columns := testkit.All[string](t, w.W, `SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
		AND has_column_privilege($2, attrelid, attnum, 'SELECT') ORDER BY attnum`, relation, "anbiao_"+string(a.Kind))
	if len(columns) == 0 {
		return ""
	}
	if relation == "account_session" { // the agency's own session names the company it was forced upon
		relation += fmt.Sprintf(" WHERE person_id <> %d", a.PersonID)
	}
	var rows []string
	err := w.Gate.Read(rbac.WithActor(t.Context(), a), "account.self.use", func(tx db.Tx, _ rbac.Scope) error {
		return tx.Raw("SELECT concat_ws(' ', " + strings.Join(columns, ", ") + ") FROM " + relation).Scan(&rows).Error
	})
	require.NoError(t, err, relation)
	for _, r := range rows {
		if leak := w.leak(r); leak != "" {
			return leak + " in " + r[:min(len(r), 200)]
		}
	}
	return ""
}

// scoped counts company A's rows that a query with the actor's scope finds.
func (w *isolation) scoped(t *testing.T, a rbac.Actor, table string) (n int) {
	t.Helper()
	err := w.Gate.Read(rbac.WithActor(t.Context(), a), "account.self.use", func(tx db.Tx, scope rbac.Scope) error {
		cond, args := scope.Where("x")
		return tx.Raw("SELECT count(*) FROM "+table+" x WHERE x.company_id = ? AND "+cond, append([]any{w.a}, args...)...).Scan(&n).Error
	})
	require.NoError(t, err)
	return n
}

// leak returns the marker or the id of company A that s holds, if any.
func (w *isolation) leak(s string) string {
	if strings.Contains(s, marker) {
		return "marker"
	}
	for _, n := range idPattern.FindAllString(s, -1) {
		if table, ok := w.ids[n]; ok {
			return "id " + n + " of " + table
		}
	}
	return ""
}

// try runs a statement as a and returns how many rows it changed; refusals count as none.
func (w *isolation) try(t *testing.T, a rbac.Actor, q string) (n int64) {
	t.Helper()
	undo := fmt.Errorf("undo")
	_ = w.Gate.Write(rbac.WithActor(context.WithoutCancel(t.Context()), a), "account.self.use", func(tx db.Tx, _ rbac.Scope) error {
		r := tx.Exec(q)
		if r.Error == nil {
			n = r.RowsAffected
		}
		return undo
	})
	return n
}
