package emergency_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/modules/emergency"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/register"
)

// noon is 12:00 in Shanghai on a Monday, twenty working days across two holidays before 26 October.
var noon = time.Date(2026, 9, 21, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                                            *emergency.Service
	firm                                         testkit.Firm
	safety, director, worker, other, town, apart rbac.Actor
	shop                                         id.Of[id.Unit]
	items                                        []due.Item
	raised                                       []emergency.Finding
	tags                                         []string
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t)}
	w.Set(noon)
	w.s = emergency.New(w.Gate)
	w.s.Firm = func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (emergency.Facts, error) {
		return emergency.Facts{Name: "测试企业", Industry: "3311", Tags: w.tags}, nil
	}
	w.s.Due = func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
		w.items = append(w.items, items...)
		return nil
	}
	w.s.Raise = func(_ context.Context, _ db.Tx, _ rbac.Scope, f emergency.Finding) (id.Of[id.Hazard], error) {
		for i, r := range w.raised {
			if r.Ref == f.Ref {
				return id.Of[id.Hazard](100 + i), nil
			}
		}
		w.raised = append(w.raised, f)
		return id.Of[id.Hazard](99 + len(w.raised)), nil
	}
	w.firm = w.Company(t, "330784105")
	w.shop = w.Unit(t, w.firm, 0, "workshop", "焊接车间")
	needs := &register.Needs{
		Due: w.s.Due,
		Units: func(context.Context, db.Tx, rbac.CompanyID, []int64, []string) ([]register.Named, error) {
			return []register.Named{{ID: int64(w.shop), Name: "焊接车间"}}, nil
		},
		People: func(context.Context, db.Tx, rbac.CompanyID, []int64, []string) ([]register.Named, error) {
			return nil, nil
		},
	}
	for _, r := range w.s.Registers() {
		r.Use(needs)
	}
	w.safety, w.worker = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "worker")
	w.director = w.Placed(t, w.Actor(t, w.firm, "director"), w.shop)
	w.other = w.Actor(t, w.Company(t, "330784105"), "safety")
	w.town, w.apart = w.Regulator(t, "town", "330784105"), w.Regulator(t, "county", "330783")
	return w
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

func on(t *testing.T, s string) day.Date {
	t.Helper()
	d, err := day.Parse(s)
	require.NoError(t, err)
	return d
}

func (w *world) plan(t *testing.T, name string) id.Of[id.Row] {
	t.Helper()
	n, err := w.s.Plans.Add(as(t, w.safety), emergency.Plan{Name: name, Kind: emergency.Special, Version: "1", PublishedOn: on(t, "2026-09-21")})
	require.NoError(t, err)
	return n
}

func (w *world) night(t *testing.T, today string) {
	t.Helper()
	require.NoError(t, w.Gate.Runner(t.Context(), "emergency.deem-filed", func(ctx context.Context, tx db.Tx) error { return w.s.DeemOn(ctx, tx, on(t, today)) }))
}

var papers = emergency.Handing{Documents: []string{"plan_text", "application"}}

func TestFiling(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.tags = []string{"metal_smelting"}
	ctx := as(t, w.safety)
	n := w.plan(t, "熔炼事故专项应急预案")
	p, err := w.s.Plans.One(ctx, n)
	require.NoError(t, err)
	require.Equal(t, []any{true, emergency.ToFile, on(t, "2026-10-26"), on(t, "2029-09-21")}, []any{p.MustFile, p.Filing, p.FileDueOn, p.ReviewDueOn})
	require.Contains(t, w.items, due.Item{Kind: "emergency.filing", Ref: int64(n), Title: p.Name, On: p.FileDueOn, Before: []int{10, 3, 0}, Path: "/emergency/plans?id=" + n.String()})

	_, err = w.s.HandIn(as(t, w.other), n, papers)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	w.Set(time.Date(2026, 9, 28, 4, 0, 0, 0, time.UTC))
	f, err := w.s.HandIn(ctx, n, papers)
	require.NoError(t, err)
	_, err = w.s.HandIn(ctx, n, papers)
	require.ErrorIs(t, err, emergency.ErrWithRegulator)
	got, _, err := w.s.FilingByID(as(t, w.town), f)
	require.NoError(t, err)
	require.Equal(t, []any{"submitted", on(t, "2026-10-10"), on(t, "2026-10-11"), false}, []any{got.State, got.CheckDueOn, got.DeemedOn, got.Late})

	require.ErrorIs(t, w.s.Accept(as(t, w.apart), f, emergency.Acceptance{}), rbac.ErrNotFound)
	require.ErrorIs(t, w.s.Supplement(ctx, f, papers), emergency.ErrNotNow)
	require.NoError(t, w.s.Ask(as(t, w.town), f, emergency.Asking{Missing: []string{"risk_assessment"}, Note: "请补充"}))
	w.Set(time.Date(2026, 10, 9, 4, 0, 0, 0, time.UTC))
	require.NoError(t, w.s.Supplement(ctx, f, emergency.Handing{Documents: []string{"risk_assessment"}}))
	require.ErrorIs(t, w.s.Ask(as(t, w.town), f, emergency.Asking{Missing: []string{"application"}}), emergency.ErrAskedOnce)
	w.night(t, "2026-10-15")
	got, _, err = w.s.FilingByID(ctx, f)
	require.NoError(t, err)
	require.Equal(t, "submitted", got.State, "the clock started again")
	w.night(t, "2026-10-16")
	got, _, err = w.s.FilingByID(ctx, f)
	require.NoError(t, err)
	require.Equal(t, []any{"deemed", on(t, "2026-10-16"), 3}, []any{got.State, got.FiledOn, len(got.Documents)})
	require.ErrorIs(t, w.s.Accept(as(t, w.town), f, emergency.Acceptance{}), emergency.ErrNotNow)
	require.NoError(t, w.Gate.Runner(t.Context(), "settle", func(ctx context.Context, tx db.Tx) error { return w.s.SettleOne(ctx, tx, f) }))
	p, err = w.s.Plans.One(ctx, n)
	require.NoError(t, err)
	require.Equal(t, emergency.Deemed, p.Filing)

	for who, want := range map[*rbac.Actor]int{&w.safety: 1, &w.town: 1, &w.apart: 0, &w.other: 0} {
		rows, _, _, err := w.s.Filings(as(t, *who), emergency.FilingFilter{Query: page.Query{Limit: 20}})
		require.NoError(t, err)
		require.Len(t, rows, want)
	}
	content, err := w.s.PrintFiling(as(t, w.town), f)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(content, []byte("%PDF")))

	second := w.plan(t, "触电专项应急预案")
	f, err = w.s.HandIn(ctx, second, papers)
	require.NoError(t, err)
	require.NoError(t, w.s.Accept(as(t, w.town), f, emergency.Acceptance{Number: "3307842026001"}))
	require.ErrorIs(t, w.s.Accept(as(t, w.town), f, emergency.Acceptance{}), emergency.ErrNotNow)
}

func TestDrills(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := as(t, w.safety)
	plan := w.plan(t, "火灾专项应急预案")
	form := emergency.Drill{
		Name: "火灾疏散演练", Kind: emergency.Special, Form: "operation", PlanName: "火灾专项应急预案", PlannedOn: on(t, "2026-09-10"), HeldOn: on(t, "2026-09-10"),
		StartTime: "14:30", EndTime: "15:10", Place: "一号车间", Evaluation: "基本达到", Problems: "3号安全出口堆物\n广播听不清\n\n广播听不清",
	}
	n, err := w.s.Drills.Add(ctx, form)
	require.NoError(t, err)
	d, err := w.s.Drills.One(ctx, n)
	require.NoError(t, err)
	require.Equal(t, []any{plan, emergency.Held, db.Ints{100, 101}}, []any{d.PlanID, d.State, d.HazardIDs})
	form.Participants = 40
	require.NoError(t, w.s.Drills.Edit(ctx, n, form))
	require.Len(t, w.raised, 2, "each finding once, also when the record is changed")

	for name, bad := range map[string]struct {
		change func(*emergency.Drill)
		want   error
	}{
		"tomorrow":      {func(d *emergency.Drill) { d.HeldOn = on(t, "2026-09-22") }, emergency.ErrDay},
		"told first":    {func(d *emergency.Drill) { d.ReportedOn = on(t, "2026-09-09") }, emergency.ErrDay},
		"no clock":      {func(d *emergency.Drill) { d.StartTime = "25:00" }, emergency.ErrClock},
		"backwards":     {func(d *emergency.Drill) { d.EndTime = "14:00" }, emergency.ErrClock},
		"no place":      {func(d *emergency.Drill) { d.Place = " " }, emergency.ErrRecord},
		"no evaluation": {func(d *emergency.Drill) { d.Evaluation = "" }, emergency.ErrRecord},
	} {
		x := form
		bad.change(&x)
		_, err := w.s.Drills.Add(ctx, x)
		require.ErrorIs(t, err, bad.want, name)
	}
	require.Contains(t, w.items, due.Item{Kind: "emergency.duty", Ref: 1, Title: "应急演练：综合应急预案或专项应急预案", On: on(t, "2026-12-31"), Before: []int{30, 7, 0}, Path: "/emergency/drills"})
	require.Contains(t, w.items, due.Item{Kind: "emergency.duty", Ref: 1, Title: "应急演练：综合应急预案或专项应急预案", On: on(t, "2027-12-31"), Before: []int{30, 7, 0}, Path: "/emergency/drills"}, "held this year: due next year")
	again := form
	again.HeldOn = day.Date{}
	require.ErrorIs(t, w.s.Drills.Edit(ctx, n, again), emergency.ErrHeld)

	mine := emergency.Drill{Name: "车间处置演练", Kind: emergency.Onsite, Form: "tabletop", PlannedOn: on(t, "2026-09-01")}
	mine.UnitID = w.shop
	_, err = w.s.Drills.Add(as(t, w.director), mine)
	require.NoError(t, err)
	for who, want := range map[*rbac.Actor]int{&w.safety: 2, &w.director: 1, &w.other: 0} {
		list, err := w.s.Drills.List(as(t, *who), register.Query{}, page.Query{Limit: 20})
		require.NoError(t, err)
		require.Len(t, list.Items, want)
	}
	_, err = w.s.Drills.List(as(t, w.worker), register.Query{}, page.Query{Limit: 20})
	require.ErrorIs(t, err, rbac.ErrForbidden)

	st, err := w.s.Stand(as(t, w.town), w.firm.ID)
	require.NoError(t, err)
	require.Equal(t, []any{"other_units", "", int64(1), int64(1), int64(1), 2}, []any{st.Class.Class, st.Class.Must, st.Tally.DrillsHeld, st.Tally.DrillsLate, st.Tally.DrillsPlanned, len(st.Duties)})
	require.Equal(t, []string{emergency.DrillDone, emergency.DrillDue}, []string{st.Duties[0].Status, st.Duties[1].Status})
	require.ErrorIs(t, w.s.Set(ctx, emergency.Settings{UnitClass: "must_file_units", Reading: "jiangsu", Counting: "rolling"}), emergency.ErrClass)
	require.NoError(t, w.s.Set(ctx, emergency.Settings{UnitClass: "must_file_units", Reading: "national", Counting: "rolling", Reason: "自愿"}))
	p, err := w.s.Plans.One(ctx, plan)
	require.NoError(t, err)
	require.Equal(t, emergency.ToFile, p.Filing, "the class decides for plans that are there already")
	st, err = w.s.Stand(ctx, 0)
	require.NoError(t, err)
	require.Equal(t, []any{1, on(t, "2027-03-10"), true}, []any{len(st.Duties), st.Duties[0].Due, st.Report})
	w.figures(t)
	content, err := w.s.PrintYear(ctx, 0, 2026)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(content, []byte("%PDF")))
}

func (w *world) figures(t *testing.T) {
	t.Helper()
	p := evidence.Period{Key: "2026-09", From: on(t, "2026-09-01"), Until: on(t, "2026-09-30")}
	require.NoError(t, w.Gate.Runner(t.Context(), "figures", func(ctx context.Context, tx db.Tx) error {
		for i, want := range []evidence.Value{{CompanyID: w.firm.ID, Num: 1, Den: 2}, {CompanyID: w.firm.ID, Num: 1, Den: 1}} {
			m := emergency.Measured()[i]
			got, err := m.Batch(ctx, tx, []id.Of[id.Company]{w.firm.ID}, p)
			require.NoError(t, err)
			require.Equal(t, []evidence.Value{want}, got, m.Key)
			rows, err := m.Rows(ctx, tx, w.firm.ID, p, 0, 10)
			require.NoError(t, err)
			require.Len(t, rows, int(want.Den), m.Key)
		}
		return nil
	}))
}

func TestStores(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := as(t, w.safety)
	n, err := w.s.Supplies.Add(ctx, emergency.Supply{Name: "正压式空气呼吸器", Kind: "protection", Place: "微型消防站", Quantity: 2, Least: 4, CheckedOn: on(t, "2026-08-31"), CheckMonths: 6, ValidUntil: on(t, "2026-09-01")})
	require.NoError(t, err)
	got, err := w.s.Supplies.One(ctx, n)
	require.NoError(t, err)
	require.Equal(t, []any{true, on(t, "2027-02-28")}, []any{got.Short, got.CheckDueOn})
	_, err = w.s.Supplies.Add(ctx, emergency.Supply{Name: "正压式空气呼吸器", Kind: "protection", Place: "微型消防站", Quantity: 1})
	require.ErrorIs(t, err, register.ErrTwice)
	_, err = w.s.Supplies.Add(ctx, emergency.Supply{Name: "急救箱", Kind: "medical", Place: "门卫", Quantity: 1, MadeOn: on(t, "2026-01-01"), ValidUntil: on(t, "2025-01-01")})
	require.ErrorIs(t, err, emergency.ErrDay)
	_, err = w.s.Teams.Add(ctx, emergency.Team{Name: "义务消防队", Kind: "part_time", Members: 12, TrainedOn: on(t, "2026-02-28")})
	require.NoError(t, err)
	rows := []sheet.Row{{Number: 2, Values: map[string]string{"name": "火灾演练", "kind": "special", "form": "operation", "plannedOn": "2025-06-01", "heldOn": "2025-06-01", "place": "厂区", "evaluation": "良好", "problems": "旧问题"}}}
	require.NoError(t, w.Gate.Runner(t.Context(), "import", func(ctx context.Context, tx db.Tx) error {
		out, err := w.s.Drills.SaveRows(ctx, tx, w.safety, rows)
		require.Equal(t, []string{"new"}, out)
		return err
	}))
	require.Empty(t, w.raised, "old records make no hazards")
	w.plan(t, "触电专项应急预案")
	for _, r := range w.s.Registers() {
		w.thereAndBack(t, r)
	}
}

// thereAndBack exports a register and checks the file as an import: nothing changes.
func (w *world) thereAndBack(t *testing.T, r register.Register) {
	t.Helper()
	records, _, err := r.Pages(as(t, w.safety), nil, "", 50)
	require.NoError(t, err)
	require.NotEmpty(t, records)
	var file bytes.Buffer
	require.NoError(t, sheet.Export(&file, r.Columns(), func(yield func(sheet.Record, error) bool) {
		for _, x := range records {
			yield(x, nil)
		}
	}, text.Chinese))
	table, err := sheet.Read(bytes.NewReader(file.Bytes()), int64(file.Len()), r.Columns(), sheet.Mapping{})
	require.NoError(t, err)
	var back []sheet.Row
	for x, err := range table.Rows() {
		require.NoError(t, err)
		require.Empty(t, x.Faults, r.Form().Kind)
		back = append(back, x)
	}
	require.NoError(t, w.Gate.Runner(t.Context(), "import", func(ctx context.Context, tx db.Tx) error {
		out, err := r.CheckRows(ctx, tx, w.safety, back)
		for _, verdict := range out {
			require.Equal(t, "same", verdict, r.Form().Kind)
		}
		return err
	}))
}
