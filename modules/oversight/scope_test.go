package oversight_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/kit/search"
	"anbiao/modules/oversight"
	"anbiao/rbac"
	"anbiao/testkit"
)

// surface is one way to learn which companies there are; it returns their ids, in any order. One that only
// says how many there are returns so many empty ids.
type surface struct {
	name string
	see  func(t *testing.T, w world, ctx context.Context, ids []rbac.CompanyID) []string
}

func listed(f oversight.Filter) func(*testing.T, world, context.Context, []rbac.CompanyID) []string {
	return func(t *testing.T, w world, ctx context.Context, _ []rbac.CompanyID) []string {
		t.Helper()
		return all(t, w, ctx, f, 40)
	}
}

func counted(f oversight.Filter) func(*testing.T, world, context.Context, []rbac.CompanyID) []string {
	return func(t *testing.T, w world, ctx context.Context, _ []rbac.CompanyID) []string {
		t.Helper()
		c, err := w.s.Counted(ctx, f)
		require.NoError(t, err)
		require.True(t, c.Exact)
		return make([]string, c.Companies)
	}
}

func exported(t *testing.T, w world, ctx context.Context, _ []rbac.CompanyID) (out []string) {
	t.Helper()
	cursor := ""
	for {
		rows, next, err := w.s.ExportPage(ctx, map[string][]string{"sort": {"report"}}, cursor, 60)
		require.NoError(t, err)
		for _, r := range rows {
			out = append(out, r.Key)
		}
		if cursor = next; next == "" {
			return out
		}
	}
}

func opened(t *testing.T, w world, ctx context.Context, ids []rbac.CompanyID) (out []string) {
	t.Helper()
	for _, n := range ids {
		_, err := w.s.Read(ctx, n)
		if err == nil {
			out = append(out, n.String())
			continue
		}
		require.ErrorIs(t, err, rbac.ErrNotFound)
	}
	return out
}

func acted(t *testing.T, w world, ctx context.Context, ids []rbac.CompanyID) []string {
	t.Helper()
	n, err := w.s.Bulk(ctx, oversight.BulkForm{IDs: ids, Deed: oversight.Message, Note: "请查收"}, nil)
	require.NoError(t, err)
	return testkit.One[[]string](t, w.W, "SELECT coalesce(array_agg(company_id::text), '{}') FROM oversight_bulk_row WHERE bulk_id = $1 AND outcome <> 'unseen'", int64(n))
}

// surfaces are all ways by which a regulator may learn of a company; another one is a line more.
var surfaces = []surface{
	{"list", listed(oversight.Filter{SortOrder: "overdue"})},
	{"name search", listed(oversight.Filter{SortOrder: "standing", Name: "企业"})},
	{"person search", listed(oversight.Filter{SortOrder: "standing", Person: "胡建"})},
	{"count", counted(oversight.Filter{})},
	{"count of a filter", counted(oversight.Filter{Person: "胡建"})},
	{"export", exported},
	{"dossier", opened},
	{"action on many", acted},
}

func personsOf(people map[rbac.CompanyID][]string) func(context.Context, db.Tx, []rbac.CompanyID, day.Date) (map[rbac.CompanyID][]string, error) {
	var mu sync.Mutex
	return func(_ context.Context, _ db.Tx, ids []rbac.CompanyID, _ day.Date) (map[rbac.CompanyID][]string, error) {
		return pick(&mu, people, ids), nil
	}
}

// Whatever companies there are, each regulator sees those of his areas and lines on every surface, and no other.
func TestEverybodySeesExactlyHisCompanies(t *testing.T) {
	t.Parallel()
	w := setup(t)
	r := rand.New(rand.NewPCG(5, 8)) //nolint:gosec // a test's dice
	towns := []string{"330784105", "330784106", "330784Z01", "330784105001", "330783100", "330784", "330185001", "110101001"}
	people := map[rbac.CompanyID][]string{}
	w.s.Sources.People = personsOf(people)
	var ids []rbac.CompanyID
	for range 60 {
		f := w.Company(t, towns[r.IntN(len(towns))])
		w.Exec(t, "UPDATE company SET name_fold = $2, name_bi = $3, oversight_line = $4 WHERE company_id = $1", int64(f.ID), search.Fold(f.Name), search.Bigrams(f.Name), r.IntN(3))
		w.set(f.ID, oversight.HazardFacts{Open: 3, Overdue: r.Int32N(3), Recorded: true})
		people[f.ID] = []string{"胡建" + strconv.Itoa(r.IntN(9))}
		ids = append(ids, f.ID)
	}
	w.refresh(t, ids...)
	w.fold(t)
	w.set(ids[3], oversight.HazardFacts{Open: 9, Overdue: 9, Recorded: true})
	w.refresh(t, ids[3])
	for _, who := range []struct {
		name, where string
		lines       []int16
		areas       []string
	}{
		{"town", "region_path LIKE '330784105%'", nil, []string{"330784105"}},
		{"county", "region_path LIKE '330784%'", nil, []string{"330784"}},
		{"department of a line", "region_path LIKE '330784%' AND oversight_line = 1", []int16{1}, []string{"330784"}},
		{"zone committee", "region_path LIKE '330784Z01%'", nil, []string{"330784Z01"}},
		{"two areas", "region_path LIKE '330784105%' OR region_path LIKE '330783%'", nil, []string{"330784105", "330783"}},
		{"province, two lines", "region_path LIKE '33%' AND oversight_line IN (0, 2)", []int16{0, 2}, []string{"33"}},
	} {
		a := w.Regulator(t, "county", who.areas...)
		a.Lines = who.lines
		want := testkit.One[[]string](t, w.W, "SELECT coalesce(array_agg(company_id::text), '{}') FROM oversight_board WHERE "+who.where)
		slices.Sort(want)
		for _, s := range surfaces {
			got := s.see(t, w, rbac.WithActor(t.Context(), a), ids)
			require.Len(t, got, len(want), "%s: %s", who.name, s.name)
			slices.Sort(got)
			if len(got) > 0 && got[0] != "" {
				require.Equal(t, want, got, "%s: %s", who.name, s.name)
			}
		}
	}
}

// The count that comes with a page is of the page's snapshot, whatever is written meanwhile.
func TestCountIsOfTheSnapshotOfItsPage(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ids := w.city(t, 36)
	county := w.regulator(t, "330784", "330783")
	done := make(chan struct{})
	go func() {
		defer close(done)
		r := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // a test's dice
		for i := range 25 {
			n := ids[r.IntN(len(ids))]
			w.set(n, oversight.HazardFacts{Open: 6, Overdue: r.Int32N(3), MajorOpen: r.Int32N(2), Recorded: true})
			w.refresh(t, n)
			if i%7 == 0 {
				w.fold(t)
			}
		}
	}()
	filters := []oversight.Filter{
		{},
		{Overdue: true},
		{Missing: true},
		{Inactive: true},
		{Colours: []int16{1, 2}},
		{Overdue: true, Colours: []int16{2, 3}},
		{Division: "330784105"},
		{Division: "3307", Overdue: true},
		{Majors: true, Sizes: []int16{1, 2}},
	}
	for i, running := 0, true; running || i < len(filters); i++ {
		f := filters[i%len(filters)]
		f.SortOrder = "standing"
		list, err := w.s.Board(county, f, page.Query{Limit: 100}, true)
		require.NoError(t, err)
		require.False(t, list.Estimated)
		require.Equal(t, int64(len(list.Items)), *list.Count, "%+v", f)
		select {
		case <-done:
			running = false
		default:
		}
	}
}

func TestColumnsSortACountyBothWays(t *testing.T) {
	t.Parallel()
	w := setup(t)
	people := map[rbac.CompanyID][]string{}
	w.s.Sources.People = personsOf(people)
	ids := w.city(t, 30)
	for i, n := range ids {
		people[n] = []string{fmt.Sprintf("王%c", '一'+rune(i%5)), "李四"}
	}
	w.refresh(t, ids...)
	county, province := w.regulator(t, "330784"), w.regulator(t, "33")
	for _, c := range []string{
		"name", "uscc", "person", "town", "industry", "size", "score", "live", "level", "gradeUntil", "class", "majors", "missing", "signals", "certificates", "funds", "must", "activated",
	} {
		up, down := all(t, w, county, oversight.Filter{SortOrder: c}, 11), all(t, w, county, oversight.Filter{SortOrder: "-" + c}, 11)
		slices.Reverse(down)
		require.Equal(t, up, down, c)
	}
	names := testkit.One[[]string](t, w.W, `SELECT array_agg(company_id::text ORDER BY name_fold COLLATE "C", company_id) FROM oversight_board WHERE region_path LIKE '330784%'`)
	require.Equal(t, names, all(t, w, county, oversight.Filter{SortOrder: "name"}, 20))
	require.Len(t, all(t, w, county, oversight.Filter{SortOrder: "standing", Person: "李四"}, 50), len(names), "not the principal alone")
	c, err := w.s.Counted(province, oversight.Filter{Must: true})
	require.NoError(t, err)
	require.False(t, c.Exact, "over a province, and nobody keeps this count ready")
	c, err = w.s.Counted(province, oversight.Filter{Person: "李四"})
	require.NoError(t, err)
	require.Equal(t, oversight.Count{Companies: int64(len(ids)), Exact: true}, c)
}

func TestSavedViews(t *testing.T) {
	t.Parallel()
	w := setup(t)
	officer := w.Regulator(t, "county", "330784")
	mate, other := officer, w.Regulator(t, "county", "330784")
	mate.PersonID = w.Regulator(t, "county", "330784").PersonID
	ctx := rbac.WithActor(t.Context(), officer)
	form := oversight.SavedForm{Name: "逾期未改", Filters: map[string]string{"overdue": "true"}, Sort: "overdue:desc", Hidden: []string{"town"}}
	sees := func(a rbac.Actor, n int) {
		t.Helper()
		views, err := w.s.SavedViews(rbac.WithActor(t.Context(), a))
		require.NoError(t, err)
		require.Len(t, views, n)
	}
	first, err := w.s.SaveView(ctx, form)
	require.NoError(t, err)
	sees(mate, 0)
	form.Shared = true
	again, err := w.s.SaveView(ctx, form)
	require.NoError(t, err)
	require.Equal(t, first, again, "the same name is the same view")
	sees(officer, 1)
	sees(mate, 1)
	sees(other, 0)
	require.ErrorIs(t, w.s.DropView(rbac.WithActor(t.Context(), mate), first), rbac.ErrNotFound, "a colleague's")
	require.NoError(t, w.s.DropView(ctx, first))
	sees(officer, 0)
}

func TestBulkJudgesEachCompany(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var told []oversight.Note
	w.s.Tell = func(_ context.Context, _ db.Tx, notes []oversight.Note) error {
		told = append(told, notes...)
		return nil
	}
	ids := w.city(t, 12)
	w.Exec(t, "UPDATE oversight_board SET activated = true, overdue = 2")
	w.Exec(t, "UPDATE oversight_board SET activated = false WHERE company_id = $1", int64(ids[0]))
	w.Exec(t, "UPDATE oversight_board SET overdue = 0 WHERE company_id = $1", int64(ids[1]))
	ctx, other := w.regulator(t, "330784"), w.regulator(t, "330784")
	run := func(form oversight.BulkForm, f *oversight.Filter) map[string]int {
		t.Helper()
		n, err := w.s.Bulk(ctx, form, f)
		require.NoError(t, err)
		w.work(t)
		b, list, err := w.s.BulkByID(ctx, n, page.Query{Limit: 100})
		require.NoError(t, err)
		require.Equal(t, b.Passed, b.Told)
		require.NotNil(t, b.FinishedAt)
		_, _, err = w.s.BulkByID(other, n, page.Query{Limit: 5})
		require.ErrorIs(t, err, rbac.ErrNotFound, "another office's")
		out := map[string]int{}
		for _, r := range list.Items {
			out[r.Outcome]++
		}
		return out
	}
	require.Equal(t, map[string]int{"told": 8, "nobody": 1, "nothing": 1, "unseen": 2}, run(oversight.BulkForm{IDs: ids, Deed: oversight.UrgeHazards}, nil))
	require.Len(t, told, 8)
	require.Equal(t, map[string]int{"again": 8, "nobody": 1}, run(oversight.BulkForm{Deed: oversight.UrgeHazards}, &oversight.Filter{Overdue: true}), "at most once a day")
	require.Len(t, told, 8)
	require.Equal(t, map[string]int{"told": 1}, run(oversight.BulkForm{IDs: ids[2:3], Deed: oversight.Message, Note: "明天上门"}, nil))
	require.Equal(t, "明天上门", told[8].Params["note"])
	for _, bad := range []oversight.BulkForm{{Deed: oversight.Message, Note: "x"}, {IDs: ids, Deed: oversight.Message}, {IDs: ids, Deed: oversight.UrgeReport, Note: "x"}} {
		_, err := w.s.Bulk(ctx, bad, nil)
		require.ErrorIs(t, err, oversight.ErrBulkBody)
	}
}

// work tells those who wait to be told.
func (w world) work(t *testing.T) {
	t.Helper()
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	for _, j := range testkit.One[[]string](t, w.W, "SELECT coalesce(array_agg(task_id || '|' || payload), '{}') FROM job_outbox WHERE kind = 'oversight.tell-companies' AND done_at IS NULL") {
		task, payload, _ := strings.Cut(j, "|")
		require.NoError(t, worker.Do(t.Context(), task, "oversight.tell-companies", []byte(payload)))
	}
}
