package selfreport_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/modules/selfreport"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

var errKilled = errors.New("killed")

// TestQuarterEnd runs the night and the days after a quarter for more companies than fit a batch:
// opened, counted, reminded, flagged; a batch that dies half-way is done again, once.
func TestQuarterEnd(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Exec(t, "INSERT INTO company (region_path, oversight_line, name, industry, above_scale) SELECT CASE WHEN n % 2 = 0 THEN '330784105' ELSE '330784106' END, 0, '批量企业' || n, CASE WHEN n <= 10 THEN '0610' ELSE '3311' END, n <= 20 FROM generate_series(1, 1100) n")
	w.Exec(t, "UPDATE company SET created_at = '2026-01-05'")
	w.Set(noon.AddDate(0, -1, 0)) // in March: the binding may begin on its first
	_, err := w.s.Bind(as(t, w.county), selfreport.Binding{Area: "330784106", Profile: "ningbo", From: day.Of(2026, 3, 1), Basis: "县自查自报办法"})
	require.NoError(t, err)
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	jobs.Handle(r, w.forget)
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	run := func(at time.Time) {
		w.Set(at)
		require.NoError(t, worker.Tick(t.Context()))
		w.drain(t, worker)
	}
	beijing := func(month time.Month, d, hour int) time.Time {
		return time.Date(2026, month, d, hour, 40, 0, 0, day.Shanghai)
	}
	run(beijing(3, 3, 0)) // the running month of the bound town
	run(beijing(3, 30, 9))
	require.Len(t, w.notes, 550, "the last day but one, at nine: the monthly report of the bound town")
	w.notes = nil
	run(beijing(3, 31, 8))
	require.Empty(t, len(w.notes), "not before nine")
	run(beijing(3, 31, 9))
	require.Len(t, w.notes, 550, "the last day, at nine")
	w.notes = nil
	run(beijing(4, 1, 1))
	require.Equal(t, []string{"HZ-COAL-Q 2026-Q1 10", "HZ-M 2026-03 550", "HZ-M 2026-04 550", "HZ-Q 2026-Q1 1102"}, testkit.All[string](t, w.W,
		"SELECT cycle || ' ' || period || ' ' || count(*) FROM selfreport WHERE cycle <> 'HZ-Y' GROUP BY cycle, period ORDER BY cycle, period"))
	require.Equal(t, []string{"HZ-COAL-Q 10", "HZ-M 550", "HZ-Q 1102"}, testkit.All[string](t, w.W,
		"SELECT cycle || ' ' || count(*) FROM selfreport_bound WHERE cycle <> 'HZ-Y' GROUP BY cycle ORDER BY cycle"))

	w.Set(beijing(4, 10, 9))
	w.sendIn(t, w.compiledFor(t))
	w.refuse = errKilled
	w.Set(beijing(4, 13, 8))
	require.NoError(t, worker.Tick(t.Context()))
	require.ErrorIs(t, w.drained(t, worker), errKilled)
	w.refuse, w.notes = nil, nil
	w.drain(t, worker)
	require.Len(t, w.notes, 1111, "1101 of all and 10 coal mines: each once, though the first try died")
	seen := map[string]bool{}
	for _, n := range w.notes {
		require.False(t, seen[n.Key], n.Key)
		seen[n.Key] = true
	}
	for _, code := range []string{"selfreport.note-remind", "selfreport.note-remind-body", "selfreport.note-urged", "selfreport.note-urged-body"} {
		require.True(t, text.Known(text.Chinese, code) && text.Known(text.English, code), code)
	}
	run(beijing(4, 15, 23))
	late := "SELECT count(*) FROM selfreport WHERE cycle = 'HZ-Q' AND period = '2026-Q1' AND late"
	require.Zero(t, testkit.One[int64](t, w.W, late), "the 15th is open to its end")
	run(beijing(4, 16, 0))
	require.EqualValues(t, 1101, testkit.One[int64](t, w.W, late))
	require.EqualValues(t, 1101, testkit.One[int64](t, w.W, "SELECT count(*) FROM selfreport_bound WHERE cycle = 'HZ-Q' AND late"), "the count follows")
	w.rates(t)
}

// compiledFor is the first quarter's report of the firm, as the scheduler opened it.
func (w *world) compiledFor(t *testing.T) id.Of[id.Report] {
	t.Helper()
	rows, _, _, err := w.s.Pending(as(t, w.safety))
	require.NoError(t, err)
	for _, r := range rows {
		if r.Cycle == "HZ-Q" {
			_, err := w.s.Compile(as(t, w.safety), r.ID, "")
			require.NoError(t, err)
			return r.ID
		}
	}
	t.Fatal("no report of the quarter")
	return 0
}

// rates looks at the reporting rate of the quarter end, and urges.
func (w *world) rates(t *testing.T) {
	t.Helper()
	w.Exec(t, "INSERT INTO company (region_path, oversight_line, name, created_at) VALUES ('330784105', 0, '后来的企业', '2026-04-10')")
	w.Exec(t, "UPDATE company SET status = 'closed' WHERE name = '批量企业1100'")
	out, err := w.s.Rates(as(t, w.county), selfreport.RateQuery{Cycle: "HZ-Q", Period: "2026-Q1"})
	require.NoError(t, err)
	require.Equal(t, []int64{1102, 1, 20}, []int64{out.Total.Bound, out.Total.Reported, out.Total.ScaleBound}, "neither the one who came later nor the one who closed changes it")
	require.Equal(t, []string{"330784105 552 1", "330784106 550 0"}, []string{
		fmt.Sprint(out.Below[0].Area, " ", out.Below[0].Bound, " ", out.Below[0].Reported), fmt.Sprint(out.Below[1].Area, " ", out.Below[1].Bound, " ", out.Below[1].Reported),
	})
	out, err = w.s.Rates(as(t, w.elsewhere), selfreport.RateQuery{Cycle: "HZ-Q", Period: "2026-Q1", Area: "330784"})
	require.NoError(t, err)
	require.Zero(t, out.Total.Bound, "another county sees nothing")
	_, err = w.s.Rates(as(t, w.safety), selfreport.RateQuery{Cycle: "HZ-Q"})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Rates(as(t, w.county), selfreport.RateQuery{Cycle: "HZ-Q", Period: "2030-Q1"})
	require.ErrorIs(t, err, selfreport.ErrPeriod)

	w.notes = nil
	urge := selfreport.Urging{Cycle: "HZ-Q", Period: "2026-Q1", Area: "330784106"}
	_, err = w.s.Urge(as(t, w.county), urge)
	require.NoError(t, err)
	_, err = w.s.Urge(as(t, w.county), urge)
	require.ErrorIs(t, err, selfreport.ErrUrgedToday, "at most once a day")
	_, err = w.s.Urge(as(t, w.elsewhere), urge)
	require.ErrorIs(t, err, selfreport.ErrUrgedToday, "nobody of another county is urged")
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	jobs.Handle(r, w.forget)
	w.drain(t, &jobs.Worker{System: w.System(), Registry: r, Now: w.Now})
	require.Len(t, w.keys(), 550, "each company one message")
	f := selfreport.BoundFilter{Standing: "missing", RateQuery: selfreport.RateQuery{Cycle: "HZ-Q", Period: "2026-Q1", Area: "330784106"}}
	f.Limit = 5
	rows, _, err := w.s.Bounds(as(t, w.county), f)
	require.NoError(t, err)
	require.Len(t, rows, 6)
	require.False(t, rows[0].UrgedOn.IsZero())
}

func (w *world) keys() map[string]bool {
	all := map[string]bool{}
	for _, n := range w.notes {
		all[n.Key] = true
	}
	return all
}

// TestProfilesBind: who may bind what, and that a binding decides who owes.
func TestProfilesBind(t *testing.T) {
	t.Parallel()
	w := setup(t)
	b := selfreport.Binding{Area: "330784105", Profile: "ningbo", From: day.Of(2026, 4, 1), Basis: "办法"}
	_, err := w.s.Open(as(t, w.safety), "HZ-M")
	require.ErrorIs(t, err, selfreport.ErrCycle, "not bound")
	for name, tc := range map[string]struct {
		by   rbac.Actor
		edit func(*selfreport.Binding)
		want error
	}{
		"a company":        {w.safety, func(*selfreport.Binding) {}, rbac.ErrForbidden},
		"another county":   {w.elsewhere, func(*selfreport.Binding) {}, rbac.ErrForbidden},
		"above one's area": {w.county, func(b *selfreport.Binding) { b.Area = "33" }, rbac.ErrForbidden},
		"no such rule":     {w.county, func(b *selfreport.Binding) { b.Profile = "x" }, selfreport.ErrProfile},
		"last month":       {w.county, func(b *selfreport.Binding) { b.From = day.Of(2026, 3, 31) }, selfreport.ErrProfilePast},
	} {
		one := b
		tc.edit(&one)
		_, err := w.s.Bind(as(t, tc.by), one)
		require.ErrorIs(t, err, tc.want, name)
	}
	n, err := w.s.Bind(as(t, w.county), b)
	require.NoError(t, err)
	_, err = w.s.Bind(as(t, w.county), b)
	require.ErrorIs(t, err, selfreport.ErrBoundNow)
	rid, err := w.s.Open(as(t, w.safety), "HZ-M")
	require.NoError(t, err)
	got, err := w.s.ByID(as(t, w.safety), rid)
	require.NoError(t, err)
	require.Equal(t, []any{"2026-04", day.Of(2026, 4, 30)}, []any{got.Period, got.DueOn})
	own, others, err := w.s.Duties(as(t, w.safety))
	require.NoError(t, err)
	require.Len(t, own, 3)
	require.NotEmpty(t, others)
	_, err = w.s.Unbind(as(t, w.elsewhere), n, day.Of(2026, 4, 30))
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Unbind(as(t, w.county), n, day.Of(2026, 4, 2))
	require.ErrorIs(t, err, selfreport.ErrProfilePast)
	_, err = w.s.Unbind(as(t, w.county), n, day.Of(2026, 4, 10))
	require.NoError(t, err)
	_, err = w.s.Unbind(as(t, w.county), n, day.Of(2026, 4, 10))
	require.ErrorIs(t, err, selfreport.ErrProfileOver)
	own, _, err = w.s.Duties(as(t, w.safety))
	require.NoError(t, err)
	require.Len(t, own, 2, "a month that it does not hold for is not owed")
}

// TestPaperAndElsewhere: the stamped form belongs to the content it was printed of; a mark counts
// as reported and may be returned.
func TestPaperAndElsewhere(t *testing.T) {
	t.Parallel()
	w := setup(t)
	rid := w.compiled(t)
	got, err := w.s.ByID(as(t, w.safety), rid)
	require.NoError(t, err)
	in := selfreport.Filing{Code: got.ContentHash[:8], SignedBy: "王大", SignedOn: day.Of(2026, 4, 3), Scans: []id.Of[id.Attachment]{7}}
	for name, tc := range map[string]struct {
		by   rbac.Actor
		edit func(*selfreport.Filing)
		want error
	}{
		"other content":    {w.safety, func(f *selfreport.Filing) { f.Code = "00000000" }, selfreport.ErrPaperCode},
		"signed before it": {w.safety, func(f *selfreport.Filing) { f.SignedOn = day.Of(2026, 4, 2) }, selfreport.ErrPaperDay},
		"signed tomorrow":  {w.safety, func(f *selfreport.Filing) { f.SignedOn = day.Of(2026, 4, 4) }, selfreport.ErrPaperDay},
		"no scan":          {w.safety, func(f *selfreport.Filing) { f.Scans = nil }, selfreport.ErrPaperEmpty},
		"a regulator":      {w.county, func(*selfreport.Filing) {}, rbac.ErrForbidden},
		"another company":  {w.stranger, func(*selfreport.Filing) {}, rbac.ErrNotFound},
	} {
		one := in
		tc.edit(&one)
		_, err := w.s.File(as(t, tc.by), rid, one)
		require.ErrorIs(t, err, tc.want, name)
	}
	_, err = w.s.File(as(t, w.safety), rid, in)
	require.NoError(t, err)
	got, err = w.s.ByID(as(t, w.county), rid)
	require.NoError(t, err)
	require.Equal(t, []any{selfreport.Submitted, selfreport.ByPaper, "王大", selfreport.ByPaper}, []any{got.State, got.SignedHow, got.SignedByName, got.Submissions[0].SignedHow})
	require.Nil(t, got.SignedByPersonID, "no login is needed")

	_, err = w.s.Return(as(t, w.county), rid, "", []selfreport.Reason{{Item: "general.found", Reason: "漏报"}})
	require.NoError(t, err)
	m := selfreport.Marking{System: "zj-quarter", Number: "ZJ-1", On: day.Of(2026, 4, 3)}
	for name, tc := range map[string]struct {
		edit func(*selfreport.Marking)
		want error
	}{
		"no such system":  {func(m *selfreport.Marking) { m.System = "x" }, selfreport.ErrSystem},
		"nothing to see":  {func(m *selfreport.Marking) { m.Number = " " }, selfreport.ErrMarkEmpty},
		"before it opens": {func(m *selfreport.Marking) { m.On = day.Of(2026, 3, 31) }, selfreport.ErrMarkDay},
		"tomorrow":        {func(m *selfreport.Marking) { m.On = day.Of(2026, 4, 4) }, selfreport.ErrMarkDay},
	} {
		one := m
		tc.edit(&one)
		_, err := w.s.Mark(as(t, w.safety), rid, one)
		require.ErrorIs(t, err, tc.want, name)
	}
	_, err = w.s.Mark(as(t, w.county), rid, m)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Mark(as(t, w.safety), rid, m)
	require.NoError(t, err)
	_, err = w.s.Receive(as(t, w.county), rid, "")
	require.ErrorIs(t, err, selfreport.ErrNow[selfreport.Outside])
	_, err = w.s.Return(as(t, w.county), rid, "", []selfreport.Reason{{Item: "outside", Reason: "编号查无"}})
	require.NoError(t, err)
	_, err = w.s.Compile(as(t, w.safety), rid, "")
	require.NoError(t, err)
	got, err = w.s.ByID(as(t, w.safety), rid)
	require.NoError(t, err)
	require.Empty(t, got.OutsideSystem, "what was returned is no mark any more")
}

// TestFormsOverHTTP: the form in three formats, the columns of other systems, the rates.
func TestFormsOverHTTP(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(a huma.API) { selfreport.Mount(a, w.s) })
	safety, county := api.As(w.safety), api.As(w.county)
	opened, err := w.s.Open(as(t, w.safety), "HZ-Q")
	require.NoError(t, err)
	at := fmt.Sprintf("/api/selfreport/reports/%d", opened)
	safety.Get(at+"/form").Refused(t, 409, "selfreport.not-compiled")
	rid := w.submitted(t)
	require.Equal(t, opened, rid)
	for as, magic := range map[string]string{"pdf": "%PDF-", "docx": "PK", "xlsx": "PK"} {
		a := county.Get(at + "/form?as=" + as)
		require.Equal(t, 200, a.Status, as)
		require.True(t, bytes.HasPrefix(a.Body, []byte(magic)), as)
		if as == "docx" {
			_, err := zip.NewReader(bytes.NewReader(a.Body), int64(len(a.Body)))
			require.NoError(t, err)
		}
	}
	var c struct {
		Columns []struct{ Name, Zh string }
		Rows    [][]string
	}
	safety.Get(at+"/copy?system=zj-quarter").OK(t, &c)
	require.Equal(t, []any{18, "1", "4", "3", "75.00%"}, []any{len(c.Columns), c.Rows[0][0], c.Rows[0][1], c.Rows[0][2], c.Rows[0][3]}, "in that system's order")
	safety.Get(at+"/copy?system=zj-major").OK(t, &c)
	require.Len(t, c.Rows, 1)
	require.Equal(t, []string{"330784-2026-000002", "是"}, c.Rows[0][:2])
	require.Equal(t, 200, safety.Get(at+"/copy-file?system=dual-prevention").Status)
	safety.Get(at+"/copy?system=x").Refused(t, 422, "selfreport.system")
	for _, path := range []string{"/api/selfreport/systems", "/api/selfreport/cycles"} {
		safety.Get(path).OK(t, nil)
	}
	for _, path := range []string{"/api/selfreport/rates", "/api/selfreport/bound?standing=missing&list=crowded", "/api/selfreport/profiles"} {
		county.Get(path).OK(t, nil)
		safety.Get(path).Refused(t, 403, "rbac.forbidden")
	}
	for _, q := range []string{"rates?cycle=%27", "rates?period=x", "rates?area=33%25", "bound?standing=x", "bound?list=x", "bound?cursor=x", "rates?cycle=HZ-X"} {
		a := county.Get("/api/selfreport/" + q)
		require.True(t, a.Status >= 400 && a.Status < 500, "%s: %d", q, a.Status)
	}
	county.Post("/api/selfreport/urges", `{"cycle":"HZ-Q","period":"2026-Q1"}`).Refused(t, 409, "selfreport.urged-today")
	require.NoError(t, w.Gate.Read(as(t, w.county), selfreport.ActionList, func(tx db.Tx, scope rbac.Scope) error {
		b, err := w.s.Form(t.Context(), tx, scope, rid)
		require.True(t, bytes.HasPrefix(b, []byte("%PDF-")))
		return err
	}))
}

// drain does every job there is, in order, each twice: the second time finds it done.
func (w *world) drain(t *testing.T, worker *jobs.Worker) {
	t.Helper()
	require.NoError(t, w.drained(t, worker))
}

// drained is drain up to the first job that fails.
func (w *world) drained(t *testing.T, worker *jobs.Worker) error {
	t.Helper()
	for {
		rows, err := w.Owner.Query(t.Context(), "SELECT task_id, kind, payload FROM job_outbox WHERE done_at IS NULL ORDER BY id")
		require.NoError(t, err)
		type job struct {
			id, kind string
			payload  []byte
		}
		var todo []job
		for rows.Next() {
			var j job
			require.NoError(t, rows.Scan(&j.id, &j.kind, &j.payload))
			todo = append(todo, j)
		}
		require.NoError(t, rows.Err())
		if len(todo) == 0 {
			return nil
		}
		for _, j := range todo {
			for range 2 {
				if err := worker.Do(t.Context(), j.id, j.kind, j.payload); err != nil {
					return err
				}
			}
		}
	}
}

// forget takes the place of the board's refresh.
func (*world) forget(context.Context, db.Tx, refreshed) error { return nil }
