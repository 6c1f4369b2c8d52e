package accident_test

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
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/accident"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/register"
)

func TestClass(t *testing.T) {
	t.Parallel()
	on := day.Of(2026, 3, 1)
	const million = fen.Amount(1_000_000_00)
	for _, c := range []struct {
		deaths, severe int
		loss           fen.Amount
		want           accident.Class
	}{
		{0, 0, 0, ""},
		{0, 0, 1, "ordinary"},
		{1, 0, 0, "ordinary"},
		{2, 9, 10*million - 1, "ordinary"},
		{3, 0, 0, "larger"},
		{0, 10, 0, "larger"},
		{0, 0, 10 * million, "larger"},
		{9, 49, 50*million - 1, "larger"},
		{10, 0, 0, "major"},
		{0, 50, 0, "major"},
		{0, 0, 50 * million, "major"},
		{29, 99, 100*million - 1, "major"},
		{30, 0, 0, "extraordinary"},
		{0, 100, 0, "extraordinary"},
		{0, 0, 100 * million, "extraordinary"},
	} {
		require.Equal(t, c.want, accident.ClassOf(on, c.deaths, c.severe, c.loss), "%+v", c)
	}
	require.Empty(t, accident.ClassOf(day.Of(2007, 5, 31), 3, 0, 0), "before the regulation")
}

// noon is 12:00 in Shanghai.
var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s              *accident.Service
	firm           testkit.Firm
	safety, worker rbac.Actor
	items          []due.Item
	followed       []accident.Occurrence
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t)}
	w.Set(noon)
	w.firm = w.Company(t, "330784105")
	w.safety, w.worker = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "worker")
	w.s = &accident.Service{Gate: w.Gate, Occurred: func(_ context.Context, _ db.Tx, _ rbac.Scope, o accident.Occurrence) error {
		w.followed = append(w.followed, o)
		return nil
	}}
	needs := &register.Needs{Due: func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
		w.items = append(w.items, items...)
		return nil
	}, Units: func(_ context.Context, _ db.Tx, _ rbac.CompanyID, ids []int64, _ []string) (out []register.Named, _ error) {
		for _, n := range ids {
			out = append(out, register.Named{ID: n, Name: "冲压一班"})
		}
		return out, nil
	}}
	w.s.Accidents().Use(needs)
	w.s.Hours().Use(needs)
	return w
}

func as(t *testing.T, a rbac.Actor) context.Context { return rbac.WithActor(t.Context(), a) }

// struck is an accident of this morning in which somebody was hurt.
func struck() accident.Accident {
	return accident.Accident{
		Kind: accident.Happened, Title: "冲床压伤手指", HappenedAt: noon.Add(-3 * time.Hour), Place: "冲压车间 3 号机", Category: "03", Severe: 1, LostDays: 300, LossFen: 8_000_000,
		HeardAt: noon.Add(-170 * time.Minute), ReportedAt: noon.Add(-100 * time.Minute),
	}
}

func TestAccidents(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := as(t, w.safety)
	n, err := w.s.Accidents().Add(ctx, struck())
	require.NoError(t, err)
	got, err := w.s.Accidents().One(ctx, n)
	require.NoError(t, err)
	require.Equal(t, []any{accident.Class("ordinary"), 70, "reported", w.safety.Name, ""}, []any{got.Class, got.ReportMinutes, got.State, got.ReporterName, got.Flaw}, "late, and nobody said so: no finding")
	require.True(t, got.ReportDueAt.Equal(noon.Add(-110*time.Minute)))
	require.Equal(t, []accident.Occurrence{{ID: n, Note: "冲床压伤手指"}}, w.followed)

	for name, c := range map[string]struct {
		change func(*accident.Accident)
		want   error
	}{
		"no time":         {func(a *accident.Accident) { a.HappenedAt = time.Time{} }, accident.ErrWhen},
		"ahead":           {func(a *accident.Accident) { a.HappenedAt = noon.Add(time.Hour) }, accident.ErrFuture},
		"heard before":    {func(a *accident.Accident) { a.HeardAt = a.HappenedAt.Add(-time.Minute) }, accident.ErrDates},
		"near miss, hurt": {func(a *accident.Accident) { a.Kind, a.Severe, a.Slight = accident.NearMiss, 0, 1 }, accident.ErrHarm},
		"injury, severe":  {func(a *accident.Accident) { a.Kind = accident.Injury }, accident.ErrHarm},
		"no type":         {func(a *accident.Accident) { a.Category = "" }, accident.ErrCategory},
		"flaw unreasoned": {func(a *accident.Accident) { a.Flaw = "late" }, accident.ErrReason},
		"closed, open":    {func(a *accident.Accident) { a.MeasureDueOn, a.ClosedOn = day.Of(2026, 3, 20), day.Of(2026, 3, 10) }, accident.ErrOpen},
	} {
		form := struck()
		c.change(&form)
		require.ErrorIs(t, w.s.Accidents().Edit(ctx, n, form), c.want, name)
	}

	form := struck()
	form.Flaw, form.FlawReason, form.DirectCause, form.Measures, form.MeasureDueOn = "late", "班组长未及时上报", "光电保护装置失效", "更换并每班点检", day.Of(2026, 3, 31)
	require.NoError(t, w.s.Accidents().Edit(ctx, n, form))
	require.Equal(t, due.Item{Kind: "accident.measure", Ref: int64(n), Title: form.Title, On: form.MeasureDueOn, Path: "/accidents?id=" + n.String()}, w.items[len(w.items)-1])
	form.MeasureDoneOn, form.ClosedOn = day.Of(2026, 3, 10), day.Of(2026, 3, 10)
	require.NoError(t, w.s.Accidents().Edit(ctx, n, form))
	require.True(t, w.items[len(w.items)-1].On.IsZero(), "done: nothing is due")
	require.Len(t, w.followed, 1, "a change calls for no more checks")
	pdf, err := w.s.Accidents().Print(ctx, n)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF")))

	_, err = w.s.Hours().Add(ctx, accident.Hours{Year: 2026, StaffCount: 120, Hours: 250_000})
	require.NoError(t, err)
	_, err = w.s.Hours().Add(ctx, accident.Hours{Year: 2026, StaffCount: 1, Hours: 1})
	require.ErrorIs(t, err, register.ErrTwice)
	f, err := w.s.Performance(as(t, w.Regulator(t, "county", "330784")), w.firm.ID, 2026)
	require.NoError(t, err)
	require.Equal(t, accident.Counts{Accidents: 1, Severe: 1, LostDays: 300, LossFen: 8_000_000, Flawed: 1}, f.Of)
	require.Equal(t, f.Of, f.Last)
	require.Equal(t, []float64{4, 1200, 0}, []float64{*f.InjuryRate, *f.SeverityRate, *f.DeathRate})
	other, err := w.s.Performance(as(t, w.Regulator(t, "county", "330783")), w.firm.ID, 2026)
	require.NoError(t, err)
	require.Zero(t, other.Of, "out of range")

	m := accident.Measured()[0]
	p := evidence.Period{From: day.Of(2026, 3, 1), Until: day.Of(2026, 3, 31)}
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		values, err := m.Batch(t.Context(), tx, []id.Of[id.Company]{w.firm.ID}, p)
		require.Equal(t, []evidence.Value{{CompanyID: w.firm.ID, Num: 1, Den: 1}}, values)
		return err
	}))
}

// A worker reports a near miss and sees his own reports, nothing else.
func TestNearMiss(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, err := w.s.Accidents().Add(as(t, w.safety), struck())
	require.NoError(t, err)
	team := w.Unit(t, w.firm, 0, "team", "冲压一班")
	worker := as(t, w.Placed(t, w.worker, team))
	n, err := w.s.Report(worker, accident.NearMissReport{Title: "吊钩脱扣，模具滑落", HappenedAt: noon.Add(-time.Hour), Place: "模具区"})
	require.NoError(t, err)
	require.Len(t, w.followed, 1, "a near miss calls for no checks by itself")
	got, err := w.s.Accidents().One(worker, n)
	require.NoError(t, err)
	require.Equal(t, []any{accident.NearMiss, team, w.worker.StaffID}, []any{got.Kind, got.UnitID, got.ReporterID})
	list, err := w.s.Accidents().List(worker, register.Query{}, page.Query{Limit: 20})
	require.NoError(t, err)
	require.Len(t, list.Items, 1)
	_, err = w.s.Accidents().Add(worker, struck())
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Performance(worker, 0, 0)
	require.ErrorIs(t, err, rbac.ErrForbidden)
}
