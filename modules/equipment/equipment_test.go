package equipment_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/equipment"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/register"
)

const town = "330784105"

var june1 = day.Of(2026, 6, 1)

type walk struct {
	*testkit.W
	s      *equipment.Service
	firm   testkit.Firm
	safety rbac.Actor
	dues   []due.Item
	raised []equipment.Finding
}

func setUp(t *testing.T) *walk {
	t.Helper()
	w := testkit.World(t)
	k := &walk{W: w, firm: w.Company(t, town)}
	k.safety = w.Actor(t, k.firm, "safety")
	k.s = &equipment.Service{
		Gate: w.Gate, BaseURL: "https://anbiao.example",
		Raise: func(_ context.Context, _ db.Tx, _ rbac.Scope, f equipment.Finding) (id.Of[id.Hazard], error) {
			k.raised = append(k.raised, f)
			return 0, nil
		},
		Due: func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
			k.dues = append(k.dues, items...)
			return nil
		},
	}
	needs := &register.Needs{
		Units: func(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []int64, _ []string) (out []register.Named, err error) {
			for _, n := range ids {
				out = append(out, register.Named{ID: n, Name: "车间"})
			}
			return out, nil
		},
		Due: k.s.Due,
	}
	for _, r := range k.s.Registers() {
		r.Use(needs)
	}
	k.on(june1)
	return k
}

func (k *walk) on(d day.Date) { k.Set(d.Midnight(day.Shanghai).Add(9 * 3600e9)) }

func (k *walk) as(t *testing.T, a rbac.Actor) context.Context { return rbac.WithActor(t.Context(), a) }

func (k *walk) press(t *testing.T, number string, tested day.Date) id.Of[id.Row] {
	t.Helper()
	n, err := k.s.Machines().Add(k.as(t, k.safety), equipment.Machine{Number: number, Name: "冲床", Kind: equipment.Press, TestedOn: tested, Devices: db.Texts{"双手操作", "急停"}})
	require.NoError(t, err)
	return n
}

// rate is "tested/presses mended/failed" of the town.
func (k *walk) rate(t *testing.T) string {
	t.Helper()
	total, _, err := k.s.Rates(k.as(t, k.Regulator(t, "county", "330784")), "")
	require.NoError(t, err)
	return fmt.Sprintf("%d/%d %d/%d", total.Tested, total.Presses, total.Mended, total.Failed)
}

func TestAPressFailsAndComesBack(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	first, second := k.press(t, "A1", june1.AddMonths(-6)), k.press(t, "A2", june1.AddMonths(-12).AddDays(10))
	require.Equal(t, "2/2 0/0", k.rate(t))
	require.Equal(t, june1.AddDays(10), k.dues[1].On)

	ctx := k.as(t, k.safety)
	test := equipment.Entry{Thing: equipment.AMachine, RowID: first, TestedOn: june1, Result: "fail", Institute: "检测院", Findings: "光电保护失效"}
	made, err := k.s.Record(ctx, test)
	require.NoError(t, err)
	require.NotZero(t, made.ID)
	require.Equal(t, []equipment.Finding{{
		Ref: fmt.Sprintf("equipment_test/%s/%s", k.firm.ID, made.ID), Place: "冲床 A1", Description: "冲床 A1 检测不合格：光电保护失效", Category: "B02", ByInstitute: true,
	}}, k.raised)
	m, err := k.s.Machines().One(ctx, first)
	require.NoError(t, err)
	require.Equal(t, []any{june1, june1.AddMonths(6), true}, []any{m.BarredOn, m.DueOn, m.Guarded})
	require.Equal(t, "1/2 0/1", k.rate(t))
	require.NoError(t, k.s.Machines().Edit(ctx, first, *m))
	require.Equal(t, "1/2 0/1", k.rate(t), "an edit does not bring it back")

	k.on(june1.AddDays(5))
	test.Result, test.TestedOn, test.Findings = "pass", june1.AddDays(4), ""
	_, err = k.s.Record(ctx, test)
	require.NoError(t, err)
	require.Equal(t, "2/2 1/1", k.rate(t))
	rows, err := k.s.History(ctx, equipment.AMachine, first)
	require.NoError(t, err)
	require.Equal(t, june1.AddDays(4), rows[1].MendedOn)
	require.Equal(t, june1.AddDays(4).AddMonths(12), k.dues[len(k.dues)-1].On)

	k.on(june1.AddDays(11)) // the second has fallen due, nothing was written
	require.Equal(t, "1/2 1/1", k.rate(t))
	r := jobs.NewRegistry()
	k.s.Jobs(r)
	require.NoError(t, (&jobs.Worker{System: k.System(), Registry: r, Now: k.Now}).Do(t.Context(), "count", equipment.CountPresses{}.Kind(), []byte("{}")))
	require.Equal(t, int32(1), testkit.One[int32](t, k.W, "SELECT tested FROM equipment_press"))
	owners, _, err := k.s.Owners(k.as(t, k.Regulator(t, "town", town)), equipment.OwnerFilter{Query: page.Query{Limit: 20}, Behind: true})
	require.NoError(t, err)
	require.Equal(t, []int64{2, 1}, []int64{owners[0].Presses, owners[0].Tested})

	require.NoError(t, k.s.Machines().End(ctx, second, day.Date{}, "报废"))
	require.Equal(t, "1/1 1/1", k.rate(t))
	m1 := equipment.Measured()[0]
	require.NoError(t, k.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		values, err := m1.Batch(t.Context(), tx, []id.Of[id.Company]{k.firm.ID}, evidence.Period{From: june1, Until: day.Of(2026, 6, 30)})
		require.Equal(t, []evidence.Value{{CompanyID: k.firm.ID, Num: 1, Den: 1}}, values)
		behind, err2 := m1.Rows(t.Context(), tx, k.firm.ID, evidence.Period{From: june1, Until: day.Of(2026, 6, 30)}, 0, 10)
		require.NoError(t, err2)
		require.Len(t, behind, 1)
		return err
	}))
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	n := k.press(t, "A1", june1.AddMonths(-6))
	good := equipment.Entry{Thing: equipment.AMachine, RowID: n, TestedOn: june1, Result: "pass"}
	next := k.Actor(t, k.Company(t, town), "safety")
	for name, c := range map[string]struct {
		a    rbac.Actor
		edit func(*equipment.Entry)
		want error
	}{
		"future":          {k.safety, func(e *equipment.Entry) { e.TestedOn = june1.AddDays(1) }, equipment.ErrFuture},
		"no findings":     {k.safety, func(e *equipment.Entry) { e.Result = "fail" }, equipment.ErrFindings},
		"order":           {k.safety, func(e *equipment.Entry) { e.NextOn = june1 }, equipment.ErrOrder},
		"a service":       {k.safety, func(e *equipment.Entry) { e.Kind = equipment.Repair }, equipment.ErrThing},
		"nothing there":   {k.safety, func(e *equipment.Entry) { e.RowID = 99 }, rbac.ErrNotFound},
		"another firm":    {next, func(*equipment.Entry) {}, rbac.ErrNotFound},
		"a worker":        {k.Actor(t, k.firm, "worker"), func(*equipment.Entry) {}, rbac.ErrForbidden},
		"the county":      {k.Regulator(t, "county", "330784"), func(*equipment.Entry) {}, rbac.ErrForbidden},
		"a lonely leader": {k.Actor(t, k.firm, "leader"), func(*equipment.Entry) {}, rbac.ErrNotFound},
	} {
		e := good
		c.edit(&e)
		_, err := k.s.Record(k.as(t, c.a), e)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := k.s.Machines().Add(k.as(t, k.safety), equipment.Machine{Number: "a1", Name: "冲床", Kind: equipment.Press})
	require.ErrorIs(t, err, register.ErrTwice)
	_, _, err = k.s.Rates(k.as(t, k.Regulator(t, "town", town)), "330783")
	require.ErrorIs(t, err, equipment.ErrArea)
	_, _, err = k.s.Rates(k.as(t, k.safety), "")
	require.ErrorIs(t, err, rbac.ErrForbidden)
	total, _, err := k.s.Rates(k.as(t, k.Regulator(t, "county", "330783")), "")
	require.NoError(t, err)
	require.Zero(t, total.Presses, "another county's")
	_, err = k.s.Labels(k.as(t, next), equipment.Labelling{Thing: equipment.AMachine})
	require.ErrorIs(t, err, equipment.ErrNoLabels)
	for _, print := range []func() ([]byte, error){
		func() ([]byte, error) {
			return k.s.Labels(k.as(t, k.safety), equipment.Labelling{Thing: equipment.AMachine})
		},
		func() ([]byte, error) { return k.s.Card(k.as(t, k.safety), equipment.AMachine, n) },
	} {
		b, err := print()
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(b, []byte("%PDF")))
	}
}

// TestDates shows when each kind of thing is due, by its kind's cycle or as a report says.
func TestDates(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	ctx := k.as(t, k.safety)
	never, err := k.s.Machines().Add(ctx, equipment.Machine{Number: "B1", Name: "冲床", Kind: equipment.Press})
	require.NoError(t, err)
	m, err := k.s.Machines().One(ctx, never)
	require.NoError(t, err)
	require.Equal(t, june1, m.DueOn, "never tested: due at once")

	n, err := k.s.Specials().Add(ctx, equipment.Special{Number: "S1", Name: "叉车", Kind: "forklift", TestedOn: june1.AddMonths(-20)})
	require.NoError(t, err)
	x, err := k.s.Specials().One(ctx, n)
	require.NoError(t, err)
	require.Equal(t, june1.AddMonths(4), x.DueOn)
	_, err = k.s.Record(ctx, equipment.Entry{Thing: equipment.ASpecial, RowID: n, TestedOn: june1, Result: "pass", NextOn: june1.AddMonths(12)})
	require.NoError(t, err)
	x, err = k.s.Specials().One(ctx, n)
	require.NoError(t, err)
	require.Equal(t, june1.AddMonths(12), x.DueOn, "as the report says")

	n, err = k.s.Fires().Add(ctx, equipment.Fire{Number: "F1", Kind: "dry_powder", MadeOn: june1.AddYears(-4), CheckedOn: june1.AddDays(-20)})
	require.NoError(t, err)
	f, err := k.s.Fires().One(ctx, n)
	require.NoError(t, err)
	require.Equal(t, []day.Date{june1.AddDays(-20).AddMonths(1), june1.AddYears(1), june1.AddYears(6)}, []day.Date{f.CheckDueOn, f.DueOn, f.ScrapOn})
	_, err = k.s.Record(ctx, equipment.Entry{Thing: equipment.AFire, RowID: n, Kind: equipment.Repair, TestedOn: june1, Result: "pass"})
	require.NoError(t, err)
	f, err = k.s.Fires().One(ctx, n)
	require.NoError(t, err)
	require.Equal(t, june1.AddYears(2), f.DueOn, "every second year after the first service")

	n, err = k.s.Cylinders().Add(ctx, equipment.Cylinder{Number: "Q1", Kind: "oxygen", MadeOn: june1.AddYears(-5), TestedOn: june1.AddYears(-2)})
	require.NoError(t, err)
	c, err := k.s.Cylinders().One(ctx, n)
	require.NoError(t, err)
	require.Equal(t, []day.Date{june1.AddYears(1), june1.AddYears(15)}, []day.Date{c.DueOn, c.ScrapOn})
	_, err = k.s.Cylinders().Add(ctx, equipment.Cylinder{Number: "Q2", Kind: "oxygen", MadeOn: june1.AddDays(1)})
	require.ErrorIs(t, err, equipment.ErrFuture)
}
