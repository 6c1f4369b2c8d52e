package company_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/modules/account"
	"anbiao/modules/company"
	"anbiao/rbac"
	"anbiao/testkit"
)

// When a village merges its companies lie in the successor with everything of them, and its regulators
// oversee the successor.
func TestAMergedVillagesSuccessorHoldsItsCompanies(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	s := &company.Service{Gate: w.Gate}
	r := jobs.NewRegistry()
	s.Jobs(r)
	var ids []int64
	for range 3 {
		ids = append(ids, int64(w.Company(t, "330784115201").ID))
	}
	beside := w.Company(t, "330784115203")
	w.Exec(t, `INSERT INTO company_relocation (company_id, region_path, oversight_line, to_region_path, to_line, reason, by_person_id, by_name, asked_at)
		VALUES ($1, '330784115203', 0, '330784115201', 0, '搬迁', 1, '某人', now())`, int64(beside.ID))
	officer := w.Regulator(t, "grid", "330784115201", "330784115203")
	ctx := rbac.WithActor(t.Context(), w.Member(t, rbac.Platform, "admin"))
	require.NoError(t, w.Gate.System(ctx, "test.merge", func(tx db.Tx, _ rbac.Scope) error {
		return account.SucceedArea(ctx, tx, "330784115201", "330784115202")
	}))
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	require.NoError(t, worker.Do(t.Context(), "merge", "company.succeed", []byte(`{"from":"330784115201","to":"330784115202","reason":"区划调整","after":"0"}`)))
	require.Equal(t, int64(len(ids)), testkit.One[int64](t, w, "SELECT count(*) FROM company WHERE region_path = '330784115202'"))
	require.Equal(t, int64(1), testkit.One[int64](t, w, "SELECT count(*) FROM company WHERE region_path = '330784115203'"), "the village beside keeps its own")
	require.Equal(t, "330784115202", testkit.One[string](t, w, "SELECT to_region_path FROM company_relocation"), "a move under way goes to the successor")
	require.Equal(t, int64(len(ids)), testkit.One[int64](t, w, "SELECT count(*) FROM company_version WHERE source = 'move' AND reason = '区划调整'"))
	require.Equal(t, []string{"330784115202", "330784115203"},
		testkit.One[[]string](t, w, "SELECT (SELECT array_agg(a ORDER BY a) FROM unnest(areas) a) FROM account_organisation WHERE id = $1", int64(officer.OrganisationID)))
}
