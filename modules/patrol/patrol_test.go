package patrol

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/testkit"
)

// TestStanding judges when the next visit is due: a key firm once a month, others once a quarter.
func TestStanding(t *testing.T) {
	t.Parallel()
	_, often := Now()
	on := day.Of(2026, 5, 20)
	known := day.Of(2025, 1, 1)
	for name, c := range map[string]struct {
		key      bool
		last     day.Date
		since    day.Date
		standing Standing
		due      string
	}{
		"key, this month":            {true, day.Of(2026, 5, 1), known, Done, "2026-06-30"},
		"key, last month":            {true, day.Of(2026, 4, 30), known, Due, "2026-05-31"},
		"key, a month left out":      {true, day.Of(2026, 3, 31), known, Overdue, "2026-04-30"},
		"key, never":                 {true, day.Date{}, known, Overdue, "2026-04-30"},
		"key, known since the month": {true, day.Date{}, day.Of(2026, 5, 3), Due, "2026-05-31"},
		"other, this quarter":        {false, day.Of(2026, 4, 1), known, Done, "2026-09-30"},
		"other, last quarter":        {false, day.Of(2026, 3, 31), known, Due, "2026-06-30"},
		"other, a quarter left out":  {false, day.Of(2025, 12, 31), known, Overdue, "2026-03-31"},
	} {
		standing, due := often.standing(c.key, c.last, c.since, on)
		require.Equal(t, []string{string(c.standing), c.due}, []string{string(standing), due.String()}, name)
	}
	require.InDelta(t, 1112, metres(120000000, 28900000, 120000000, 28910000), 2)
}

var noon = time.Date(2026, 5, 20, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                                             *Service
	firm                                          testkit.Firm
	safety, other, grid, nextGrid, town, nextTown rbac.Actor
	county, apart                                 rbac.Actor
	told                                          []Note
}

func visit() Visit {
	form, _ := Now()
	v := Visit{ClientID: uuid.New(), StartedAt: noon.Add(-time.Hour), EndedAt: noon.Add(-time.Minute), Photos: []id.Of[id.Attachment]{1}, Position: &Position{Longitude: 120.01, Latitude: 28.9}}
	for i, item := range form.Items {
		a := Answer{Code: item.Code, OK: i > 0}
		if !a.OK {
			a.Note = "后门上锁"
		}
		v.Answers = append(v.Answers, a)
	}
	return v
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

func TestPatrol(t *testing.T) {
	t.Parallel()
	w := &world{W: testkit.World(t)}
	w.Set(noon)
	w.s = &Service{
		Gate:   w.Gate,
		NameOf: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, error) { return "测试企业", nil },
		Claim: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID, []id.Of[id.Attachment], string, int64) error {
			return nil
		},
		Tell: func(_ context.Context, _ db.Tx, n Note) error { w.told = append(w.told, n); return nil },
	}
	w.firm = w.Company(t, "330784105Z01")
	w.Exec(t, "UPDATE company SET longitude_e6 = 120000000, latitude_e6 = 28900000, created_at = '2025-01-01' WHERE company_id = $1", int64(w.firm.ID))
	w.Exec(t, `INSERT INTO oversight_board (company_id, region_path, oversight_line, name, name_fold, name_bi, uscc, industry, size_class, above_scale, status, activated, colour, score, measured, open, overdue, major_open, last_report, missing, updated_at)
		VALUES ($1, '330784105Z01', 0, '测试企业', '测试企业', '{}', '', '3311', 1, false, 'active', false, 1, 0, 0, 0, 0, 0, 0, 1, now())`, int64(w.firm.ID))
	w.safety, w.other = w.Actor(t, w.firm, "safety"), w.Actor(t, w.Company(t, "330784105Z01"), "safety")
	w.grid, w.nextGrid = w.Regulator(t, "grid", "330784105Z01"), w.Regulator(t, "grid", "330784105Z02")
	w.town, w.nextTown = w.Regulator(t, "town", "330784105"), w.Regulator(t, "town", "330784104")
	w.county, w.apart = w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783")
	t.Run("round", w.round)
	t.Run("visit", w.visit)
	t.Run("handed up", w.handed)
	t.Run("coverage", w.coverage)
}

func (w *world) round(t *testing.T) {
	r, err := w.s.Nearby(as(t, w.grid), NearFilter{Longitude: 120.01, Latitude: 28.9, Limit: 20})
	require.NoError(t, err)
	require.Len(t, r.Items, 1)
	n := r.Items[0]
	require.Equal(t, []any{Overdue, true, []string{"colour"}}, []any{n.Standing, n.Key, []string(n.Reasons)})
	require.InDelta(t, 973, *n.Metres, 3)
	require.False(t, n.Own)
	w.s.Named = func(_ context.Context, _ db.Tx, by rbac.Actor, companies []rbac.CompanyID) (map[rbac.CompanyID]bool, error) {
		require.Equal(t, []rbac.CompanyID{w.firm.ID}, companies)
		return map[rbac.CompanyID]bool{w.firm.ID: by.PersonID == w.grid.PersonID}, nil
	}
	for own, a := range map[int]rbac.Actor{1: w.grid, 0: w.town} {
		r, err = w.s.Nearby(as(t, a), NearFilter{Own: true, Limit: 20})
		require.NoError(t, err)
		require.Equal(t, own, r.Own)
		require.Len(t, r.Items, own)
	}
	w.s.Named = nil
	for _, x := range []rbac.Actor{w.nextGrid, w.nextTown, w.apart} {
		r, err := w.s.Nearby(as(t, x), NearFilter{Limit: 20})
		if err == nil {
			require.Empty(t, r.Items)
		}
	}
	_, err = w.s.Nearby(as(t, w.safety), NearFilter{Limit: 20})
	require.ErrorIs(t, err, rbac.ErrForbidden)
}

func (w *world) visit(t *testing.T) {
	v := visit()
	for name, bad := range map[string]func(*Visit){
		"an item left out":  func(v *Visit) { v.Answers = v.Answers[1:] },
		"wrong without why": func(v *Visit) { v.Answers[0].Note = " " },
		"no photo":          func(v *Visit) { v.Photos = nil },
		"tomorrow":          func(v *Visit) { v.EndedAt = noon.Add(24 * time.Hour) },
	} {
		b := visit()
		bad(&b)
		_, err := w.s.Enter(as(t, w.grid), w.firm.ID, b)
		require.Error(t, err, name)
	}
	_, err := w.s.Enter(as(t, w.nextGrid), w.firm.ID, v)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	v.NoteText, v.NoteTo = "请立即打开后门", "王经理"
	v.HandUp = &HandUp{Text: "后门长期上锁，多次告知不改", Urgent: true}
	n, err := w.s.Enter(as(t, w.grid), w.firm.ID, v)
	require.NoError(t, err)
	again, err := w.s.Enter(as(t, w.grid), w.firm.ID, v)
	require.NoError(t, err)
	require.Equal(t, n, again, "pressed twice is one visit")
	require.Equal(t, []int64{1, 1}, []int64{testkit.One[int64](t, w.W, "SELECT count(*) FROM patrol"), testkit.One[int64](t, w.W, "SELECT count(*) FROM patrol_handed")})
	o, err := w.s.ByID(as(t, w.town), n)
	require.NoError(t, err)
	require.Equal(t, []any{int32(1), "2026-05-21"}, []any{o.Found, o.Handed.DueOn.String()}, "urgent: one working day")
	require.InDelta(t, 973, *o.DistanceM, 3)
	o, err = w.s.ByID(as(t, w.safety), n)
	require.NoError(t, err)
	require.Nil(t, o.Handed, "what was handed up is between the offices")
	for _, x := range []rbac.Actor{w.other, w.nextGrid, w.nextTown, w.apart} {
		_, err = w.s.ByID(as(t, x), n)
		require.ErrorIs(t, err, rbac.ErrNotFound)
		rows, _, err := w.s.Patrols(as(t, x), Filter{Query: page.Query{Limit: 20}})
		require.NoError(t, err)
		require.Empty(t, rows)
	}
	name, content, err := w.s.PrintNote(as(t, w.safety), n)
	require.NoError(t, err)
	require.Contains(t, name, "安全隐患告知单")
	require.Equal(t, "%PDF", string(content[:4]))
	require.NoError(t, w.Gate.Runner(t.Context(), "patrol.tidings", func(ctx context.Context, tx db.Tx) error {
		return w.s.tidings(ctx, tx, Tidings{Patrol: n, Step: "visited"})
	}))
	require.Equal(t, "patrol.note-left", w.told[0].Code)
}

func (w *world) handed(t *testing.T) {
	rows, _, _, err := w.s.HandedUp(as(t, w.town), HandedFilter{Query: page.Query{Limit: 20}, Open: true})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	n := rows[0].ID
	_, err = w.s.HandedByID(as(t, w.safety), n)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Receive(as(t, w.nextTown), n)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Receive(as(t, w.grid), n)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Receive(as(t, w.town), n)
	require.NoError(t, err)
	_, err = w.s.Receive(as(t, w.county), n)
	require.ErrorIs(t, err, ErrReceived)
	_, err = w.s.Answer(as(t, w.town), n, Reply{To: AsHazard, Answer: "某"})
	require.ErrorIs(t, err, rbac.ErrForbidden, "no ledger is at hand here")
	_, err = w.s.Answer(as(t, w.town), n, Reply{To: Answered, Answer: "已现场督促打开"})
	require.NoError(t, err)
	_, err = w.s.Answer(as(t, w.county), n, Reply{To: Answered, Answer: "再答"})
	require.ErrorIs(t, err, ErrAnswered)
	o, err := w.s.HandedByID(as(t, w.grid), n)
	require.NoError(t, err)
	require.Equal(t, []any{Answered, "已现场督促打开"}, []any{o.State, o.Answer}, "the grid worker reads the answer")
	require.Empty(t, o.May)
}

func (w *world) coverage(t *testing.T) {
	rows, month, err := w.s.Coverage(as(t, w.town), CoverageFilter{})
	require.NoError(t, err)
	require.Equal(t, "2026-05", month)
	require.Equal(t, Grid{Path: "330784105Z01", Name: rows[0].Name, Key: 1, KeyVisited: 1, Visits: 1, Found: 1, Handed: 1, Answered: 1}, rows[0])
	_, _, err = w.s.Coverage(as(t, w.town), CoverageFilter{Division: "330784"})
	require.ErrorIs(t, err, ErrArea)
	_, _, err = w.s.Coverage(as(t, w.town), CoverageFilter{Month: "2026-13"})
	require.ErrorIs(t, err, ErrMonth)
}
