package fund_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/modules/fund"
	"anbiao/rbac"
	"anbiao/testkit"
)

// even spreads an amount over the months.
func even(month fen.Amount) []fen.Amount {
	out := make([]fen.Amount, 12)
	for i := range out {
		out[i] = month
	}
	return out
}

func planForm(items ...fund.PlanItem) fund.PlanForm {
	return fund.PlanForm{Items: items, Tell: true}
}

func TestPlanIsInForceOnceApproved(t *testing.T) {
	t.Parallel()
	w := useSetup(t)
	gloves := fund.PlanItem{Category: "machinery", Item: 6, Name: "劳保用品", UnitID: w.press, MonthsFen: even(100000)}
	dust := fund.PlanItem{Item: 1, Name: "除尘器", MonthsFen: append(make([]fen.Amount, 11), 5000000)}
	for name, c := range map[string]struct {
		f    fund.PlanForm
		want error
	}{
		"empty":      {planForm(), fund.ErrPlan},
		"twice":      {planForm(gloves, gloves), fund.ErrPlan},
		"nothing":    {planForm(fund.PlanItem{Category: "machinery", Item: 6, Name: "x", MonthsFen: even(0)}), fund.ErrPlan},
		"nameless":   {planForm(fund.PlanItem{Category: "machinery", Item: 6, Name: " ", MonthsFen: even(1)}), fund.ErrPlan},
		"no item":    {planForm(fund.PlanItem{Category: "machinery", Item: 60, Name: "x", MonthsFen: even(1)}), fund.ErrItem},
		"below zero": {planForm(fund.PlanItem{Category: "machinery", Item: 6, Name: "x", MonthsFen: even(-1)}), fund.ErrAmount},
		"short year": {planForm(fund.PlanItem{Category: "machinery", Item: 6, Name: "x", MonthsFen: even(1)[:11]}), fund.ErrAmount},
		"nobody's":   {planForm(fund.PlanItem{Category: "machinery", Item: 6, Name: "x", UnitID: 999, MonthsFen: even(1)}), fund.ErrUnit},
	} {
		_, err := w.s.KeepPlan(by(t, w.safety), 2026, c.f)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := w.s.KeepPlan(by(t, w.foreman), 2026, planForm(gloves))
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.KeepPlan(by(t, w.safety), 2026, planForm(gloves))
	require.NoError(t, err)
	_, err = w.s.KeepPlan(by(t, w.finance), 2026, planForm(gloves, dust))
	require.NoError(t, err)
	require.Equal(t, "fund.note-plan", w.told[len(w.told)-1].Code)
	county := w.Regulator(t, "county", "330784")
	x, err := w.s.Plans(by(t, county), w.firm.ID, 2026)
	require.NoError(t, err)
	require.Nil(t, x.Draft)
	require.Empty(t, x.Versions, "a draft is nobody's word yet")

	_, err = w.s.ApprovePlan(by(t, w.safety), 2026, fund.PlanApproval{Version: 1, TotalFen: 6200000})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.ApprovePlan(by(t, w.boss), 2026, fund.PlanApproval{Version: 1, TotalFen: 1200000})
	require.ErrorIs(t, err, fund.ErrPreview)
	_, err = w.s.ApprovePlan(by(t, w.boss), 2026, fund.PlanApproval{Version: 1, TotalFen: 6200000})
	require.NoError(t, err)
	_, err = w.s.ApprovePlan(by(t, w.boss), 2026, fund.PlanApproval{Version: 1, TotalFen: 6200000})
	require.ErrorIs(t, err, fund.ErrState)
	require.Equal(t, fen.Amount(6200000), testkit.One[fen.Amount](t, w.W, "SELECT planned_fen FROM fund_year WHERE year = 2026"))
	_, err = w.s.KeepPlan(by(t, w.safety), 2026, planForm(gloves))
	require.NoError(t, err)
	_, err = w.s.ApprovePlan(by(t, w.boss), 2026, fund.PlanApproval{Version: 2, TotalFen: 1200000})
	require.NoError(t, err)
	x, err = w.s.Plans(by(t, w.leader), 0, 2026)
	require.NoError(t, err)
	require.Equal(t, []any{int32(2), 2, "replaced", "冲压车间", "ppe"}, []any{x.InForce.Version, len(x.Versions), x.Versions[1].State, x.InForce.Items.V[0].UnitName, x.InForce.Items.V[0].Tag})
	for a, company := range map[*rbac.Actor]rbac.CompanyID{&county: 0, &w.boss: w.firm.ID} {
		_, err = w.s.Plans(by(t, *a), company, 2026)
		require.Equal(t, a == &w.boss, err == nil)
	}
	away := w.Regulator(t, "county", "330101")
	x, err = w.s.Plans(by(t, away), w.firm.ID, 2026)
	require.NoError(t, err)
	require.Nil(t, x.InForce)
}

func TestPlanAgainstUse(t *testing.T) {
	t.Parallel()
	w := useSetup(t)
	_, err := w.s.KeepPlan(by(t, w.safety), 2026, planForm(fund.PlanItem{Category: "machinery", Item: 6, Name: "劳保用品", MonthsFen: even(100000)}))
	require.NoError(t, err)
	_, err = w.s.ApprovePlan(by(t, w.boss), 2026, fund.PlanApproval{Version: 1, TotalFen: 1200000})
	require.NoError(t, err)
	for month := time.January; month <= time.May; month++ {
		w.approve(t, w.safety, w.make(t, w.finance, spent(func(f *fund.ExpenseForm) { f.SpentOn, f.AmountFen = day.Of(2026, month, 5), 50000 })))
	}
	w.approve(t, w.safety, w.make(t, w.finance, spent(func(f *fund.ExpenseForm) {
		f.Category, f.Item, f.AmountFen, f.Purpose = "", 5, 30000, "安责险保费"
	})))
	w.make(t, w.finance, spent(func(f *fund.ExpenseForm) { f.AmountFen = 7000 }))
	w.approve(t, w.boss, w.make(t, w.finance, spent(func(f *fund.ExpenseForm) { f.AmountFen, f.Capital = 9000, true })))
	a, err := w.s.PlanActual(by(t, w.boss), 0, 2026)
	require.NoError(t, err)
	require.Equal(t, []any{4, fen.Amount(7000), fen.Amount(9000), int32(1)}, []any{a.Over, a.WaitingFen, a.PaidFen, a.Version})
	require.Equal(t, fund.Months{50000, 50000, 50000, 50000, 80000}, a.Used)
	require.Len(t, a.Items, 2)
	require.Equal(t, []any{"ppe", "现场人员防护用品", fund.Months{50000, 50000, 50000, 50000, 50000}}, []any{a.Items[0].Tag, a.Items[0].Label, a.Items[0].Used})
	require.Equal(t, []any{"insurance", "", int16(5), fund.Months{4: 30000}}, []any{a.Items[1].Tag, a.Items[1].Category, a.Items[1].Item, a.Items[1].Used})
	// Four months were used by half: 4·50,000; May has more than its half already; seven more by half.
	require.Equal(t, fen.Amount(200000+80000+7*50000), a.ExpectedFen())
	require.Equal(t, testkit.One[fen.Amount](t, w.W, "SELECT due_fen FROM fund_year WHERE year = 2026"), a.DueFen)
	require.Equal(t, fen.Amount(860_000_00), a.DueFen)
	require.Equal(t, fen.Amount(516_000_00), a.LineFen())

	w.settle(t, day.Of(2026, 3, 1))
	w.closed(t, time.February)
	county, err := w.s.PlanActual(by(t, w.Regulator(t, "county", "330784")), w.firm.ID, 2026)
	require.NoError(t, err)
	require.True(t, county.ByTag)
	require.Equal(t, fund.Months{50000, 50000}, county.Used, "closed months only")
	require.Equal(t, []any{2, fen.Amount(2*50000 + 10*50000)}, []any{county.Over, county.ExpectedFen()})
	require.Equal(t, []fen.Amount{250000, 0}, []fen.Amount{itemOf(county, "ppe").Used[0], county.WaitingFen})
	for _, year := range []int{2004, 2101} {
		_, err = w.s.PlanActual(by(t, w.boss), 0, year)
		require.ErrorIs(t, err, fund.ErrYear)
	}
}

func itemOf(a fund.Actual, tag string) fund.ItemActual {
	for _, i := range a.Items {
		if i.Tag == tag {
			return i
		}
	}
	return fund.ItemActual{}
}

func TestExpectedUse(t *testing.T) {
	t.Parallel()
	plan := fund.Months(even(100))
	for name, c := range map[string]struct {
		plan, used fund.Months
		over       int
		want       fen.Amount
	}{
		"a new year: as planned":        {plan, fund.Months{}, 0, 1200},
		"a new year, more at once":      {plan, fund.Months{150}, 0, 1250},
		"half of the plan until now":    {plan, fund.Months{50, 50, 50, 50, 50, 50}, 6, 600},
		"more than planned until now":   {plan, fund.Months{900}, 1, 2000},
		"nothing until now":             {plan, fund.Months{}, 6, 0},
		"nothing planned until now":     {fund.Months{11: 700}, fund.Months{30}, 6, 730},
		"without a plan":                {fund.Months{}, fund.Months{100, 50}, 2, 900},
		"without a plan, without a use": {fund.Months{}, fund.Months{}, 3, 0},
		"taken back":                    {plan, fund.Months{0, -40}, 2, -40},
		"the year is over":              {plan, fund.Months{3: 10}, 12, 10},
	} {
		require.Equal(t, c.want, fund.ExpectedUse(c.plan, c.used, c.over), name)
	}
}

func TestPastExpensesComeInOnce(t *testing.T) {
	t.Parallel()
	w := useSetup(t)
	row := func(n int, on, tag, amount, invoice string) sheet.Row {
		return sheet.Row{Number: n, Values: map[string]string{"spentOn": on, "purpose": "采购" + tag, "tag": tag, "amount": amount, "payee": "某供应商", "invoiceNo": invoice, "unit": "冲压车间"}}
	}
	rows := func() []sheet.Row {
		return []sheet.Row{
			row(2, "2025-03-18", "ppe", "12800.50", "X1"), row(3, "2025-04-01", "it", "300", ""), row(4, "2026-02-01", "training", "99.9", "X2"),
			row(5, "2026-05-21", "ppe", "1", "X3"), row(6, "2025-01-01", "ppe", "0", "X4"), row(7, "2025-01-01", "ppe", "1.234", "X5"),
			func() sheet.Row { r := row(8, "2025-01-01", "ppe", "1", "X6"); r.Values["item"] = "77"; return r }(),
		}
	}
	run := func(save bool) ([]sheet.Row, []string) {
		in := rows()
		var said []string
		require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) (err error) {
			if !save {
				said, err = w.s.CheckOldExpenses(ctx, tx, w.finance, in)
				return err
			}
			said, err = w.s.SaveOldExpenses(ctx, tx, w.finance, in[:3])
			return err
		}))
		return in, said
	}
	in, _ := run(false)
	for i, want := range []string{"", "", "", "spentOn fund.day", "amount fund.amount", "amount fund.amount", "item fund.item"} {
		got := ""
		for _, f := range in[i].Faults {
			got = f.Column + " " + f.Code
		}
		require.Equal(t, want, got, i)
	}
	_, said := run(true)
	require.Equal(t, []string{"new", "new", "new"}, said)
	_, said = run(true)
	require.Equal(t, []string{"same", "same", "same"}, said)
	require.Equal(t, []string{
		"AF-2025-0001 booked 1280050 ppe machinery 2025-03-01 冲压车间", "AF-2025-0002 booked 30000 it  2025-04-01 冲压车间", "AF-2026-0001 submitted 9990 training machinery - 冲压车间",
	}, testkit.All[string](t, w.W, "SELECT number || ' ' || state || ' ' || amount_fen || ' ' || tag || ' ' || category || ' ' || coalesce(month_on::text, '-') || ' ' || unit_name FROM fund_expense ORDER BY number"))
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM fund_entry WHERE expense_id IS NOT NULL"))
	var use []fund.ItemUse
	require.NoError(t, w.Gate.Read(by(t, w.boss), fund.ActionExpenses, func(tx db.Tx, _ rbac.Scope) (err error) {
		use, err = fund.UsedByItem(t.Context(), tx, w.firm.ID, 2025)
		return err
	}))
	require.Len(t, use, 2)
	require.Equal(t, []any{"it", "安全信息系统、软件、网络安全与技术的采购、开发、推广、运维", fen.Amount(30000), "ppe", fund.Months{2: 1280050}}, []any{use[0].Tag, use[0].Label, use[0].ExpenseFen, use[1].Tag, fund.Months(use[1].Months)})
	n := id.Of[fund.Expense](testkit.One[int64](t, w.W, "SELECT id FROM fund_expense WHERE state = 'submitted'"))
	w.approve(t, w.safety, n)
	require.Equal(t, []string{"2026-02 expense 4301/1002 9990 -9990"}, w.entries(t, n))

	out, next, err := w.s.ExpensePage(by(t, w.boss), map[string][]string{"year": {"2025"}}, "", 1)
	require.NoError(t, err)
	require.NotEmpty(t, next)
	require.Equal(t, []string{"AF-2025-0002", "2025-04-01", "采购it"}, out[0].Values[:3])
	require.Len(t, out[0].Values, len(fund.ExpenseColumns()))
	more, next, err := w.s.ExpensePage(by(t, w.boss), map[string][]string{"year": {"2025"}}, next, 1)
	require.NoError(t, err)
	require.Equal(t, []string{"AF-2025-0001", ""}, []string{more[0].Values[0], next})
}

func TestYuanOfASheet(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]fen.Amount{"": 0, "1": 100, "1.5": 150, "12.30000": 1230, "100000000000": 10_000_000_000_000} {
		got, ok := fund.YuanOf(s)
		require.True(t, ok, s)
		require.Equal(t, want, got, s)
	}
	for _, s := range []string{"1.234", "-1", "x", "100000000000.01", "1e3"} {
		_, ok := fund.YuanOf(s)
		require.False(t, ok, s)
	}
}

// What goes out as Excel comes back to the fen, and as the same expenses.
func TestAmountsSurviveExcel(t *testing.T) {
	t.Parallel()
	w := useSetup(t)
	r := rand.New(rand.NewPCG(9, 26))
	var rows []sheet.Row
	amounts := []fen.Amount{1, 10, 99, 100, 12345678901, 10_000_000_000_000}
	for range 40 {
		amounts = append(amounts, fen.Amount(r.Int64N(1_000_000_000_000)+1))
	}
	for i, a := range amounts {
		rows = append(rows, sheet.Row{Number: i + 2, Values: map[string]string{
			"spentOn": day.Of(2025, time.Month(i%12+1), i%27+1).String(), "purpose": "=1+1 采购", "tag": "other", "amount": a.Yuan(), "tax": (a / 8).Yuan(), "payee": fmt.Sprintf("供应商%d", i),
		}})
	}
	check := func(in []sheet.Row, run func(context.Context, db.Tx, rbac.Actor, []sheet.Row) ([]string, error)) (said []string) {
		require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) (err error) {
			said, err = run(ctx, tx, w.finance, in)
			return err
		}))
		return said
	}
	check(rows, w.s.SaveOldExpenses)
	records, next, err := w.s.ExpensePage(by(t, w.boss), nil, "", 100)
	require.NoError(t, err)
	require.Empty(t, next)
	var file bytes.Buffer
	require.NoError(t, sheet.Export(&file, fund.ExpenseColumns(), func(yield func(sheet.Record, error) bool) {
		for _, one := range records {
			if !yield(one, nil) {
				return
			}
		}
	}, text.Chinese))
	table, err := sheet.Read(bytes.NewReader(file.Bytes()), int64(file.Len()), fund.OldExpenseColumns(), sheet.Mapping{})
	require.NoError(t, err)
	require.Empty(t, table.Missing)
	var back []sheet.Row
	var got []fen.Amount
	for row, err := range table.Rows() {
		require.NoError(t, err)
		require.Empty(t, row.Faults)
		a, ok := fund.YuanOf(row.Values["amount"])
		require.True(t, ok)
		got, back = append(got, a), append(back, row)
	}
	require.ElementsMatch(t, amounts, got)
	for _, said := range check(back, w.s.CheckOldExpenses) {
		require.Equal(t, "same", said)
	}
}
