package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/app/city"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/archive"
	"anbiao/modules/audit"
	"anbiao/rbac"
	"anbiao/testkit"
)

// farewell is the demo city, from which the worked company goes.
type farewell struct {
	*isolation
	h     *house
	n     id.Of[id.Erasure]
	admin rbac.Actor
	jobs  int
}

func sayFarewell(t *testing.T) *farewell {
	t.Helper()
	w := &farewell{isolation: &isolation{W: testkit.World(t), ids: map[string]string{}, first: map[string]int64{}}}
	w.h = w.house(t)
	require.NoError(t, w.h.load(t.Context()))
	require.NoError(t, city.Demo(t.Context(), w.Gate, w.h.cityDeps("erasure-password")))
	w.a = testkit.One[int64](t, w.W, "SELECT m.company_id FROM account_membership m JOIN account_person p ON p.id = m.person_id WHERE p.login = 'safety' AND m.company_id IS NOT NULL")
	w.supply(t)
	w.do(t, audit.Seal{}.Kind(), "{}")
	own := fmt.Sprintf("2026/%d_own_0.original", w.a)
	require.NoError(t, w.h.ground.files.Put(t.Context(), own, strings.NewReader("x"), 1))
	w.Exec(t, `INSERT INTO attachment (company_id, region_path, oversight_line, client_id, name, media_type, bytes, sha256, uploaded_at, uploaded_person, uploaded_name, original_key, display_key, thumb_key, bound_noun, bound_id, bound_at)
		SELECT company_id, region_path, oversight_line, gen_random_uuid(), '聘书.jpg', 'image/jpeg', 1, sha256('x'), now(), 1, '某人', $2, '', '', 'performance_evidence', 1, now() FROM company WHERE company_id = $1`, w.a, own)
	w.Exec(t, `INSERT INTO archive_bundle (company_id, plain, status, stage, run, done, files, file_name, file_size, sha256, blob_key, fault_code, membership_id, made_person_id, made_by, made_at, touched_at, finished_at)
		VALUES ($1, false, 'done', '', 1, 0, 0, 'x.zip', 0, 'x', '', '', 0, 0, '', now(), now(), now())`, w.a)
	firm := testkit.Firm{ID: rbac.CompanyID(w.a)}
	name := ""
	require.NoError(t, w.Owner.QueryRow(t.Context(), "SELECT name, region_path, oversight_line FROM company WHERE company_id = $1", w.a).Scan(&name, &firm.RegionPath, &firm.Line))
	principal := w.Actor(t, firm, "principal")
	w.admin = w.Member(t, rbac.Platform, "admin")
	var err error
	w.n, err = w.h.archive.Ask(rbac.WithActor(t.Context(), principal), archive.Wish{Name: name, Reason: "停产"})
	require.NoError(t, err)
	waits := func() int64 {
		return testkit.One[int64](t, w.W, fmt.Sprintf("SELECT count(*) FROM notice WHERE person_id = %d AND organisation_id = %d AND code = 'archive.erasure-asked' AND object_id = %d AND closed_at IS NULL", w.admin.PersonID, w.admin.OrganisationID, w.n))
	}
	payload, err := json.Marshal(archive.AnnounceErasure{CompanyID: rbac.CompanyID(w.a), ID: w.n})
	require.NoError(t, err)
	w.do(t, archive.AnnounceErasure{}.Kind(), string(payload))
	require.EqualValues(t, 1, waits(), "who decides is told")
	require.NoError(t, w.h.archive.Decide(rbac.WithActor(t.Context(), w.admin), w.n, archive.Verdict{Agree: true}))
	require.Zero(t, waits(), "what is answered waits for nobody")
	return w
}

func (w *farewell) do(t *testing.T, kind, payload string) {
	t.Helper()
	w.jobs++
	require.NoError(t, w.h.worker().Do(t.Context(), fmt.Sprintf("erasure-%d", w.jobs), kind, []byte(payload)))
}

// erase does the job some years and days from now, and returns what is left.
func (w *farewell) erase(t *testing.T, years, days int) archive.Erasure {
	t.Helper()
	w.Set(time.Now().AddDate(years, 0, days))
	payload, err := json.Marshal(archive.EraseCompany{CompanyID: rbac.CompanyID(w.a), ID: w.n})
	require.NoError(t, err)
	w.do(t, archive.EraseCompany{}.Kind(), string(payload))
	e, _, err := w.h.archive.Request(rbac.WithActor(t.Context(), w.admin), w.n)
	require.NoError(t, err)
	return e
}

// others is what every table holds of the other companies.
func (w *farewell) others(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, table := range w.tablesOf(t, "company_id") {
		out[table] = testkit.One[string](t, w.W, fmt.Sprintf("SELECT count(*) || coalesce(md5(string_agg(md5(x::text), '' ORDER BY md5(x::text))), '') FROM %s x WHERE company_id <> %d", table, w.a))
	}
	return out
}

// left counts the company's rows in the tables of a class that has some.
func (w *farewell) left(t *testing.T, class archive.Class) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	for _, rule := range archive.Retained().Rules {
		for table := range rule.Tables {
			column := "company_id"
			if table == "programme_special" {
				column = "subject_company_id"
			}
			if rule.Class != class || archive.Retained().Owners[table] != nil {
				continue
			}
			if n := testkit.One[int64](t, w.W, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s = %d", table, column, w.a)); n > 0 {
				out[table] = n
			}
		}
	}
	return out
}

func tablesIn(m map[string]int64) (out []string) {
	for table := range m {
		out = append(out, table)
	}
	slices.Sort(out)
	return out
}

// keys are the files that attachments name.
func (w *farewell) keys(t *testing.T, cond string) []string {
	t.Helper()
	return testkit.All[string](t, w.W, fmt.Sprintf("SELECT DISTINCT k FROM attachment, unnest(ARRAY[original_key, display_key, thumb_key]) k WHERE k <> '' AND company_id %s %d", cond, w.a))
}

// TestErasureOfAWorkedCompany erases a company that has rows in every table, and comes back when the last term is over.
func TestErasureOfAWorkedCompany(t *testing.T) {
	w := sayFarewell(t)
	before, always, mine, theirs := w.others(t), w.left(t, archive.ClassAlways), w.keys(t, "="), w.keys(t, "<>")
	require.Greater(t, len(w.left(t, archive.ClassErase)), 70, "a company with something in most tables")
	e := w.erase(t, 0, 31)
	require.Equal(t, archive.Kept, e.State)
	require.False(t, e.NextOn.IsZero())
	require.Equal(t, []string{"checklist_point", "checklist_standard", "exam_paper", "inspection_plan", "inspection_shift", "staff_person", "staff_post", "staff_unit"}, tablesIn(w.left(t, archive.ClassErase)), "only what kept rows refer to")
	kept := w.left(t, archive.ClassKeep)
	require.Greater(t, len(kept), 60)
	is := w.left(t, archive.ClassAlways)
	for table, n := range always {
		require.GreaterOrEqual(t, is[table], n, table)
	}
	after := w.others(t)
	for table, was := range before {
		require.Equal(t, was, after[table], "%s of the others", table)
	}
	w.files(t, mine, theirs)
	w.numbers(t)
	w.doors(t)

	county := w.Regulator(t, "county", "330784")
	var seen int64
	require.NoError(t, w.Gate.Read(rbac.WithActor(t.Context(), county), "account.self.use", func(tx db.Tx, _ rbac.Scope) error {
		return tx.Raw("SELECT count(*) FROM hazard WHERE company_id = ?", w.a).Scan(&seen).Error
	}))
	require.Equal(t, kept["hazard"], seen, "the authority sees what is kept")

	e = w.erase(t, 45, 0)
	require.Equal(t, archive.Erased, e.State)
	left := tablesIn(w.left(t, archive.ClassKeep))
	require.Equal(t, []string{"hazard"}, left, "those that authorities' documents name")
	require.Equal(t, after, w.others(t))
	w.whole(t)
}

// files are gone unless a row still names them.
func (w *farewell) files(t *testing.T, mine, theirs []string) {
	t.Helper()
	still := append(w.keys(t, "="), theirs...)
	gone := 0
	for _, k := range append(mine, theirs...) {
		_, err := w.h.ground.files.Stat(t.Context(), k)
		require.Equal(t, slices.Contains(still, k), err == nil, k)
		if err != nil {
			gone++
		}
	}
	require.Positive(t, gone, "what belonged to something erased")
}

// numbers looks for somebody's telephone or identity number.
func (w *farewell) numbers(t *testing.T) {
	t.Helper()
	for _, c := range testkit.All[string](t, w.W, `SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c JOIN table_class k ON k.name = c.table_name
		WHERE c.data_type IN ('text', 'bytea') AND c.column_name ~ 'phone|identity|number_sealed|number_index' AND c.table_name <> 'dossier_responsible'
		AND EXISTS (SELECT FROM information_schema.columns x WHERE x.table_name = k.name AND x.column_name = 'company_id') ORDER BY 1`) {
		table, column, _ := strings.Cut(c, ".")
		require.Zero(t, testkit.One[int64](t, w.W, fmt.Sprintf("SELECT count(*) FROM %s WHERE company_id = %d AND %s <> ''", table, w.a, column)), c)
	}
}

// doors are shut: nobody signs in for the company.
func (w *farewell) doors(t *testing.T) {
	t.Helper()
	require.Equal(t, "closed", testkit.One[string](t, w.W, "SELECT status FROM company WHERE company_id = $1", w.a))
	require.Zero(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM account_person WHERE login IN ('safety', 'principal') AND disabled_at IS NULL AND NOT EXISTS (SELECT FROM account_membership m WHERE m.person_id = account_person.id)"))
	require.Zero(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_plan WHERE company_id = $1 AND (ends_on IS NULL OR ends_on > current_date + 31)", w.a), "no task is made any more")
	require.Zero(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM account_engagement WHERE company_id = $1 AND (until_on IS NULL OR until_on > current_date + 31)", w.a))
}

// whole is the company's trail.
func (w *farewell) whole(t *testing.T) {
	t.Helper()
	for range 20 {
		w.do(t, audit.Seal{}.Kind(), "{}")
	}
	seen := 0
	require.NoError(t, w.h.audit.VerifyAll(context.WithoutCancel(t.Context()), rbac.CompanyID(w.a), func(v audit.Verdict) {
		seen++
		require.Nil(t, v.Broken)
		require.Positive(t, v.Checked)
	}))
	require.Equal(t, 1, seen)
}
