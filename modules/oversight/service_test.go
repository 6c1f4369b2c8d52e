package oversight_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/kit/search"
	"anbiao/modules/division"
	"anbiao/modules/oversight"
	"anbiao/rbac"
	"anbiao/testkit"
)

// world has companies whose facts the test decides.
type world struct {
	*testkit.W
	s     *oversight.Service
	mu    *sync.Mutex
	facts map[rbac.CompanyID]oversight.HazardFacts
	late  map[rbac.CompanyID]oversight.ReportFacts
}

func setup(t *testing.T) world {
	t.Helper()
	w := testkit.World(t)
	err := w.Gate.System(t.Context(), "division.load", func(tx db.Tx, _ rbac.Scope) error { return division.Load(t.Context(), tx) })
	require.NoError(t, err)
	out := world{W: w, mu: &sync.Mutex{}, facts: map[rbac.CompanyID]oversight.HazardFacts{}, late: map[rbac.CompanyID]oversight.ReportFacts{}}
	out.s = &oversight.Service{Gate: w.Gate, Sources: oversight.Sources{
		Hazards: func(_ context.Context, _ db.Tx, ids []rbac.CompanyID, _ day.Date) (map[rbac.CompanyID]oversight.HazardFacts, error) {
			return pick(out.mu, out.facts, ids), nil
		},
		Reported: func(_ context.Context, _ db.Tx, ids []rbac.CompanyID, _ day.Date) (map[rbac.CompanyID]oversight.ReportFacts, error) {
			return pick(out.mu, out.late, ids), nil
		},
		Reports: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID, int) ([]oversight.Report, error) {
			return []oversight.Report{{Period: "2026-Q1", Status: "submitted", DueOn: day.Of(2026, 4, 15), SubmittedOn: day.Of(2026, 4, 10)}}, nil
		},
	}}
	return out
}

func pick[V any](mu *sync.Mutex, from map[rbac.CompanyID]V, ids []rbac.CompanyID) map[rbac.CompanyID]V {
	mu.Lock()
	defer mu.Unlock()
	out := map[rbac.CompanyID]V{}
	for _, n := range ids {
		if v, ok := from[n]; ok {
			out[n] = v
		}
	}
	return out
}

func (w world) refresh(t testing.TB, ids ...rbac.CompanyID) {
	t.Helper()
	err := w.Gate.System(t.Context(), "test.refresh", func(tx db.Tx, _ rbac.Scope) error { return w.s.Refresh(t.Context(), tx, ids) })
	require.NoError(t, err)
}

func (w world) set(n rbac.CompanyID, f oversight.HazardFacts) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.facts[n] = f
}

func (w world) fold(t testing.TB) {
	t.Helper()
	err := w.Gate.System(t.Context(), "test.fold", func(tx db.Tx, _ rbac.Scope) error { return tx.Exec("SELECT oversight_fold(100000)").Error })
	require.NoError(t, err)
}

// city fills the board: n companies over several towns of two counties.
func (w world) city(t testing.TB, n int) []rbac.CompanyID {
	t.Helper()
	towns := []string{"330784105", "330784106", "330784Z01", "330784105001", "330783100", "330784"}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test's dice
	var ids []rbac.CompanyID
	for i := range n {
		f := w.Company(t, towns[i%len(towns)])
		ids = append(ids, f.ID)
		w.Exec(t, "UPDATE company SET name_fold = $2, name_bi = $3 WHERE company_id = $1", int64(f.ID), search.Fold(f.Name), search.Bigrams(f.Name))
		h := oversight.HazardFacts{Open: r.Int32N(5), Recorded: true}
		h.Overdue = min(h.Open, r.Int32N(4))
		h.MajorOpen = r.Int32N(12) / 11
		h.MajorOverdue = min(h.MajorOpen, r.Int32N(2))
		w.set(f.ID, h)
		w.late[f.ID] = oversight.ReportFacts{LastOn: day.Of(2026, 1, 1).AddDays(r.IntN(90)), Due: true, Missing: r.Int32N(3) / 2}
	}
	w.Exec(t, "UPDATE company SET oversight_line = 1 WHERE company_id % 10 = 3")
	w.Exec(t, "UPDATE company SET industry = CASE company_id % 3 WHEN 0 THEN '3360' WHEN 1 THEN '3389' ELSE '51' END, size_class = 1 + company_id % 4")
	w.refresh(t, ids...)
	return ids
}

func (w world) regulator(t testing.TB, areas ...string) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), w.Regulator(t, "county", areas...))
}

// all reads a list to its end, by pages of limit, and back again, and requires both ways to agree.
func all(t testing.TB, w world, ctx context.Context, f oversight.Filter, limit int) (names []string) {
	t.Helper()
	q := page.Query{Limit: limit}
	var pages [][]string
	last := ""
	for {
		l, err := w.s.List(ctx, f, q)
		require.NoError(t, err)
		var one []string
		for _, r := range l.Items {
			one = append(one, fmt.Sprint(r.ID))
		}
		pages = append(pages, one)
		names = append(names, one...)
		last = l.Prev
		if q.Cursor = l.Next; q.Cursor == "" {
			break
		}
	}
	for i := len(pages) - 2; i >= 0; i-- {
		l, err := w.s.List(ctx, f, page.Query{Limit: limit, Cursor: last})
		require.NoError(t, err)
		var one []string
		for _, r := range l.Items {
			one = append(one, fmt.Sprint(r.ID))
		}
		require.Equal(t, pages[i], one, "%+v back to page %d", f, i)
		last = l.Prev
	}
	return names
}

func TestListSortsFiltersAndPages(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.city(t, 120)
	county, province := w.regulator(t, "330784"), w.regulator(t, "33")
	orders := map[string]string{
		"standing": "colour, score, company_id", "best": "colour, score DESC, company_id DESC", "overdue": "overdue DESC, company_id DESC", "least-overdue": "overdue, company_id",
		"open": "open DESC, company_id DESC", "least-open": "open, company_id", "report": "last_report, company_id", "latest-report": "last_report DESC, company_id DESC",
	}
	filters := map[string]oversight.Filter{
		"true": {}, "colour = 3": {Colours: []int16{3}}, "overdue > 0": {Overdue: true}, "missing > 0": {Missing: true}, "size_class = 2": {Sizes: []int16{2}},
		"industry LIKE '33%'": {Industry: "33"}, "region_path LIKE '330784105%'": {Division: "330784105"}, "NOT activated": {Inactive: true},
		"name LIKE '%企业7有限%'": {Name: "企业7有限"}, "name LIKE '%业1%'": {Name: "业1"}, "name LIKE '%限公%' AND colour = 4": {Name: "限公", Colours: []int16{4}},
	}
	for name, by := range orders {
		for where, f := range filters {
			f.SortOrder = name
			for area, ctx := range map[string]context.Context{"330784": county, "33": province} {
				want := testkit.One[[]string](t, w.W, fmt.Sprintf(
					"SELECT coalesce(array_agg(company_id::text ORDER BY %s), '{}') FROM oversight_board WHERE region_path LIKE '%s%%' AND %s", by, area, where))
				got := all(t, w, ctx, f, 9)
				require.Equal(t, len(want), len(got), "%s %s %s", name, where, area)
				if len(want) > 0 {
					require.Equal(t, want, got, "%s %s %s", name, where, area)
				}
			}
		}
	}
	l, err := w.s.List(county, oversight.Filter{SortOrder: "standing"}, page.Query{Limit: 5})
	require.NoError(t, err)
	_, err = w.s.List(county, oversight.Filter{SortOrder: "open"}, page.Query{Limit: 5, Cursor: l.Next})
	require.ErrorIs(t, err, page.ErrCursor, "a cursor of another order")
	_, err = w.s.List(province, oversight.Filter{SortOrder: "name"}, page.Query{Limit: 5})
	require.ErrorIs(t, err, oversight.ErrSort, "a column that no index carries, over more than a county")
}

func TestRegulatorsSeeTheirAreaAndLine(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.city(t, 60)
	ids := func(where string) []string {
		return testkit.One[[]string](t, w.W, "SELECT coalesce(array_agg(company_id::text ORDER BY company_id), '{}') FROM oversight_board WHERE "+where)
	}
	two := w.Regulator(t, "county", "330784105", "330784Z01")
	line := w.Regulator(t, "county", "330784")
	line.Lines = []int16{1}
	for where, a := range map[string]rbac.Actor{
		"region_path LIKE '330783%'":                                     w.Regulator(t, "county", "330783"),
		"region_path LIKE '330784105001%'":                               w.Regulator(t, "grid", "330784105001"),
		"region_path LIKE '330784105%' OR region_path LIKE '330784Z01%'": two,
		"region_path LIKE '330784%' AND oversight_line = 1":              line,
		"region_path LIKE '110%'":                                        w.Regulator(t, "county", "110101"),
	} {
		got := all(t, w, rbac.WithActor(t.Context(), a), oversight.Filter{SortOrder: "standing"}, 50)
		require.ElementsMatch(t, ids(where), got, where)
		err := w.Gate.Read(rbac.WithActor(t.Context(), a), oversight.ActionList, func(tx db.Tx, _ rbac.Scope) error {
			var all []string // without any condition of ours: the view alone
			if err := tx.Raw("SELECT company_id::text FROM oversight_area").Scan(&all).Error; err != nil {
				return err
			}
			require.ElementsMatch(t, ids(where), all, where)
			return nil
		})
		require.NoError(t, err)
	}
	err := w.Gate.Read(rbac.WithActor(t.Context(), two), oversight.ActionList, func(tx db.Tx, _ rbac.Scope) error {
		return tx.Exec("SELECT 1 FROM oversight_board").Error
	})
	require.ErrorContains(t, err, "permission denied")
}

func TestCountsFollowTheBoard(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ids := w.city(t, 60)
	county := w.regulator(t, "330784")
	check := func(step string) {
		t.Helper()
		for _, parent := range []string{"330784", "330784105"} {
			total, below, err := w.s.Areas(county, parent)
			require.NoError(t, err)
			require.Equal(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM oversight_board WHERE region_path LIKE $1 || '%'", parent), companies(total), step)
			for _, a := range below {
				require.Equal(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM oversight_board WHERE region_path LIKE $1 || '%'", a.Path), companies(a), step)
				overdue, red := int64(0), int64(0)
				for _, c := range a.Counts {
					overdue += c.Overdue
					if c.Colour == oversight.Red {
						red += c.Companies
					}
				}
				require.Equal(t, testkit.One[int64](t, w.W, "SELECT coalesce(sum(overdue), 0) FROM oversight_board WHERE region_path LIKE $1 || '%'", a.Path), overdue, step)
				require.Equal(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM oversight_board WHERE colour = 1 AND region_path LIKE $1 || '%'", a.Path), red, step)
			}
		}
	}
	check("unfolded")
	w.fold(t)
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM oversight_delta"))
	check("folded")
	w.set(ids[0], oversight.HazardFacts{Open: 9, Overdue: 9, MajorOpen: 1, MajorOverdue: 1, Recorded: true})
	w.Exec(t, "UPDATE company SET region_path = '330784106' WHERE company_id = $1", int64(ids[6]))
	w.refresh(t, ids[0], ids[6])
	check("changed")
	w.fold(t)
	check("changed and folded")

	total, below, err := w.s.Areas(county, "")
	require.NoError(t, err)
	require.Equal(t, "330784", total.Path, "without a parent: what the actor oversees")
	require.Equal(t, "永康市", total.Name)
	require.NotEmpty(t, below)
	_, foreign, err := w.s.Areas(county, "330783")
	require.NoError(t, err)
	require.Empty(t, foreign)
	_, siblings, err := w.s.Areas(county, "3307")
	require.NoError(t, err)
	require.Len(t, siblings, 1, "of the city's counties only his own")
	_, several, err := w.s.Areas(w.regulator(t, "330784105", "330784Z01"), "")
	require.NoError(t, err)
	require.Len(t, several, 2)
}

func companies(a oversight.Area) (n int64) {
	for _, c := range a.Counts {
		n += c.Companies
	}
	return n
}

// Writers and a folder at once: nothing is lost, nothing counted twice.
func TestCountsAreExactUnderWriters(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ids := w.city(t, 40)
	var group sync.WaitGroup
	for i := range 3 {
		group.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 7)) //nolint:gosec // a test's dice
			for range 25 {
				n := ids[r.IntN(len(ids))]
				open := r.Int32N(6)
				w.set(n, oversight.HazardFacts{Open: open, Overdue: r.Int32N(open + 1), Recorded: true})
				w.refresh(t, n, ids[r.IntN(len(ids))])
			}
		})
	}
	group.Go(func() {
		for range 25 {
			w.fold(t)
		}
	})
	group.Wait()
	prove := func() (n int) {
		err := w.Gate.System(t.Context(), "test.prove", func(tx db.Tx, _ rbac.Scope) error { return tx.Raw("SELECT oversight_prove()").Scan(&n).Error })
		require.NoError(t, err)
		return n
	}
	require.Zero(t, prove())
	w.Exec(t, "UPDATE oversight_rollup SET companies = companies + 1 WHERE node = '330784'")
	require.Positive(t, prove(), "a wrong count is found")
	require.Zero(t, prove(), "and was repaired")
}

func TestRefreshWritesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ids := w.city(t, 10)
	w.fold(t)
	before := testkit.One[string](t, w.W, "SELECT max(updated_at)::text FROM oversight_board")
	w.refresh(t, ids...)
	require.Equal(t, before, testkit.One[string](t, w.W, "SELECT max(updated_at)::text FROM oversight_board"))
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM oversight_delta"))
}

func TestDossierIsWitnessed(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.Company(t, "330784105")
	w.set(f.ID, oversight.HazardFacts{Open: 2, Overdue: 1, Recorded: true})
	w.refresh(t, f.ID)
	officer := w.Regulator(t, "county", "330784")
	d, err := w.s.Read(rbac.WithActor(t.Context(), officer), f.ID)
	require.NoError(t, err)
	require.Equal(t, "永康市石柱镇", d.Area)
	require.Equal(t, int32(1), d.Board.Overdue)
	require.Len(t, d.Standing.Inputs.V, 6)
	require.Len(t, d.Reports, 1)
	_, err = w.s.Read(w.regulator(t, "330783"), f.ID)
	require.ErrorIs(t, err, rbac.ErrNotFound)

	own := rbac.WithActor(t.Context(), w.Actor(t, f, "safety"))
	mine, err := w.s.Own(own)
	require.NoError(t, err)
	require.Equal(t, f.ID, mine.Board.CompanyID)
	require.Equal(t, oversight.RuleVersion(), mine.Standing.RuleVersion)
	other := rbac.WithActor(t.Context(), w.Actor(t, w.Company(t, "330784105"), "safety"))
	_, err = w.s.Own(other)
	require.ErrorIs(t, err, rbac.ErrNotFound, "not graded yet, and never another's")
}

func TestNightlyRefreshReachesEverybody(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.Company(t, "330784105")
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	require.NoError(t, worker.Do(t.Context(), "night", "oversight.refresh-all", []byte(`{"day":"2026-03-31"}`)))
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM oversight_board WHERE company_id = $1", int64(f.ID)))
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM job_outbox WHERE kind = 'oversight.refresh-all'"), "the next batch")
	require.NoError(t, worker.Do(t.Context(), "fold", "oversight.fold-counts", []byte(`{}`)))
	require.NoError(t, worker.Do(t.Context(), "prove", "oversight.prove-counts", []byte(`{}`)))
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'oversight.counts'"))
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM oversight_proof WHERE wrong_cells = 0 AND companies = 1"))
	w.Exec(t, "UPDATE oversight_rollup SET companies = companies + 1 WHERE node = '330784'")
	require.NoError(t, worker.Do(t.Context(), "prove again", "oversight.prove-counts", []byte(`{}`)))
	seen, err := w.s.Proofs(w.regulator(t, "330784"))
	require.NoError(t, err)
	require.Equal(t, []oversight.Drift{{Node: "330784", Colour: 4, Kept: 2, Truth: 1}}, seen[0].Drift.V)
	require.Zero(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM oversight_drift(9)"), "and was repaired")
}
