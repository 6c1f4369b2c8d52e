package fund_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/modules/fund"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestExpenseIsEnteredOnceAndWhole(t *testing.T) {
	t.Parallel()
	w := useSetup(t)
	n := w.make(t, w.finance, spent(func(f *fund.ExpenseForm) { f.InvoiceNo, f.Tie, f.TieID = "2633 0000-０1", "hazard", "7" }))
	e := w.one(t, n)
	require.Equal(t, []any{"AF-2026-0001", fund.Submitted, "ppe", "YH-7 冲压车间 光电失效", "现场人员防护用品"}, []any{e.Number, e.State, e.Tag, e.TieTitle, e.Labels[fund.Key("machinery", 6)].Label})
	require.Equal(t, []id.Of[id.Attachment]{1}, w.claimed)
	require.Equal(t, []string{"principal", "safety"}, w.told[0].Roles)
	for name, c := range map[string]struct {
		change func(*fund.ExpenseForm)
		want   error
	}{
		"tomorrow":              {func(f *fund.ExpenseForm) { f.SpentOn = day.Of(2026, 5, 21) }, fund.ErrDay},
		"before the fund":       {func(f *fund.ExpenseForm) { f.SpentOn = day.Of(2025, 12, 31) }, fund.ErrDay},
		"ready before bought":   {func(f *fund.ExpenseForm) { f.Capital, f.CompletedOn = true, day.Of(2026, 5, 5) }, fund.ErrDay},
		"no item":               {func(f *fund.ExpenseForm) { f.Item = 11 }, fund.ErrItem},
		"of another industry":   {func(f *fund.ExpenseForm) { f.Category = "coal" }, fund.ErrItem},
		"the same invoice":      {func(f *fund.ExpenseForm) { f.InvoiceNo = "２６３３-000001" }, fund.ErrInvoice},
		"nothing":               {func(f *fund.ExpenseForm) { f.AmountFen = 0 }, fund.ErrAmount},
		"no such hazard":        {func(f *fund.ExpenseForm) { f.Tie, f.TieID = "hazard", "8" }, fund.ErrTie},
		"no such kind":          {func(f *fund.ExpenseForm) { f.Tie, f.TieID = "drill", "7" }, fund.ErrTie},
		"no such unit":          {func(f *fund.ExpenseForm) { f.UnitID = 999 }, fund.ErrUnit},
		"without voucher":       {func(f *fund.ExpenseForm) { f.Files = nil }, fund.ErrVoucher},
		"large, voucher alone":  {func(f *fund.ExpenseForm) { f.AmountFen = 5000000 }, fund.ErrPapers},
		"a fine":                {func(f *fund.ExpenseForm) { f.Purpose = "缴纳消防罚款" }, fund.ErrDoubt},
		"built with a project":  {func(f *fund.ExpenseForm) { f.Purpose = "新建车间 三同时 防护栏" }, fund.ErrDoubt},
		"prize for a model":     {func(f *fund.ExpenseForm) { f.Purpose = "2026年安全标兵奖金" }, fund.ErrDoubt},
		"evaluating an upgrade": {func(f *fund.ExpenseForm) { f.Purpose = "扩建工程安全评价费" }, fund.ErrDoubt},
	} {
		_, err := w.s.MakeExpense(by(t, w.finance), spent(c.change))
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := w.s.MakeExpense(by(t, w.finance), spent(func(f *fund.ExpenseForm) { f.InvoiceNo = "2633000001" }))
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, "AF-2026-0001", f.Params["number"])
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*)::int FROM fund_expense"), "what was refused left nothing")

	look, err := w.s.CheckExpense(by(t, w.boss), fund.Look{InvoiceNo: "2633 000001", Purpose: "年终奖", AmountFen: 5000000})
	require.NoError(t, err)
	require.Equal(t, []any{"AF-2026-0001", 1, "wages", true, true, true}, []any{look.Duplicate, len(look.Doubts), look.Doubts[0].Code, look.Papers, look.Principal, look.Nobody})
	look, err = w.s.CheckExpense(by(t, w.finance), fund.Look{ID: n, InvoiceNo: "2633 000001", Purpose: "安全生产责任保险", AmountFen: 999999})
	require.NoError(t, err)
	require.Equal(t, fund.Looked{}, look, "one's own invoice is none twice")

	reasoned := w.make(t, w.finance, spent(func(f *fund.ExpenseForm) {
		f.Purpose, f.DoubtReason = "防暑降温费", "高温岗位防暑药品，非现金"
	}))
	require.Equal(t, "高温岗位防暑药品，非现金", w.one(t, reasoned).DoubtReason)
	_, err = w.s.RefuseExpense(by(t, w.safety), n, " ")
	require.ErrorIs(t, err, fund.ErrReason)
	_, err = w.s.RefuseExpense(by(t, w.safety), n, "重复购买")
	require.NoError(t, err)
	w.make(t, w.finance, spent(func(f *fund.ExpenseForm) { f.InvoiceNo = "2633000001" }))
	_, err = w.s.MakeExpense(by(t, w.Actor(t, w.Company(t, "330784105"), "finance")), spent())
	require.ErrorIs(t, err, fund.ErrNoProfile)
}

func TestDoubtsAreQuestions(t *testing.T) {
	t.Parallel()
	rules := accrual.On(accrual.Library(), day.Of(2026, 5, 1))
	for purpose, want := range map[string][]string{
		"隐患报告奖励":       nil,
		"安全生产责任险保费":    nil,
		"安责险 赔偿限额提高":   nil,
		"冲床光电保护装置":     nil,
		"工伤保险费":        {"fines"},
		"工伤医疗费、罚款":     {"fines"},
		"安全预评价（新建项目）":  {"three_simultaneous", "project_evaluation"},
		"燃煤电厂贮灰场除险加固":  nil, // of the power industry only
		"车间安全员岗位津贴与奖金": {"wages"},
	} {
		var got []string
		for _, d := range fund.DoubtsOf(rules, "machinery", purpose) {
			got = append(got, d.Code)
			require.NotEmpty(t, d.Words)
			require.NotEmpty(t, d.Zh)
		}
		require.Equal(t, want, got, purpose)
	}
	require.Len(t, fund.DoubtsOf(rules, "power", "燃煤电厂贮灰场治理"), 1)
}

func TestApprovalByAmount(t *testing.T) {
	t.Parallel()
	w := useSetup(t)
	small, large := w.make(t, w.finance, spent()), w.make(t, w.safety, spent(func(f *fund.ExpenseForm) { f.AmountFen = 1000000 }))
	own := w.make(t, w.safety, spent(func(f *fund.ExpenseForm) { f.AmountFen = 999999 }))
	_, err := w.s.ApproveExpense(by(t, w.finance), small, fund.Approval{AmountFen: 80000})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.ApproveExpense(by(t, w.safety), own, fund.Approval{AmountFen: 999999})
	require.ErrorIs(t, err, fund.ErrOwn)
	other := w.Actor(t, w.firm, "safety")
	_, err = w.s.ApproveExpense(by(t, other), large, fund.Approval{AmountFen: 1000000})
	require.ErrorIs(t, err, fund.ErrApprover)
	_, err = w.s.ApproveExpense(by(t, w.boss), small, fund.Approval{AmountFen: 80001})
	require.ErrorIs(t, err, fund.ErrPreview)

	// What waits for whom, and what others would be told.
	f := fund.ExpenseFilter{Waiting: true}
	f.Limit = 10
	for name, c := range map[string]struct {
		a    rbac.Actor
		want []id.Of[fund.Expense]
	}{"principal": {w.boss, []id.Of[fund.Expense]{small, large, own}}, "safety": {w.safety, []id.Of[fund.Expense]{small}}, "another safety": {other, []id.Of[fund.Expense]{small, own}}, "finance": {w.finance, nil}} {
		x, err := w.s.Expenses(by(t, c.a), f)
		require.NoError(t, err)
		var got []id.Of[fund.Expense]
		for _, e := range x.Rows {
			got = append(got, e.ID)
		}
		require.Equal(t, c.want, got, name)
		sums, err := w.s.ExpenseSummary(by(t, c.a), 0)
		require.NoError(t, err)
		require.Equal(t, []int{len(c.want), 3}, []int{sums.Mine, sums.Waiting}, name)
	}

	w.approve(t, w.safety, small)
	w.approve(t, w.boss, large)
	require.Equal(t, []string{"2026-05 expense 4301/1002 80000 -80000"}, w.entries(t, small))
	require.Equal(t, []any{fund.Booked, "2026-05-01", w.safety.Name}, []any{w.one(t, small).State, w.one(t, small).MonthOn.String(), w.one(t, small).DecidedByName})
	_, err = w.s.ApproveExpense(by(t, w.boss), small, fund.Approval{AmountFen: 80000})
	require.ErrorIs(t, err, fund.ErrState)
	require.Equal(t, fen.Amount(1080000), testkit.One[fen.Amount](t, w.W, "SELECT used_fen FROM fund_year WHERE year = 2026"))
	last := w.told[len(w.told)-1]
	require.Equal(t, []any{"fund.note-approved", w.safety.PersonID}, []any{last.Code, last.Person})

	// What is given back may be changed by who entered it, and by nobody else.
	_, err = w.s.ReturnExpense(by(t, w.boss), own, "发票抬头不对")
	require.NoError(t, err)
	_, err = w.s.Expense(by(t, w.boss), own)
	require.ErrorIs(t, err, rbac.ErrNotFound, "a draft is its maker's alone")
	_, err = w.s.ChangeExpense(by(t, w.safety), own, spent(func(f *fund.ExpenseForm) { f.AmountFen = 70000 }))
	require.NoError(t, err)
	require.Equal(t, []any{fund.Submitted, fen.Amount(70000), ""}, []any{w.one(t, own).State, w.one(t, own).AmountFen, w.one(t, own).DecisionNote})
	_, err = w.s.ChangeExpense(by(t, w.finance), own, spent())
	require.ErrorIs(t, err, fund.ErrNotMaker)
	_, err = w.s.WithdrawExpense(by(t, w.boss), own)
	require.ErrorIs(t, err, fund.ErrNotMaker)
	_, err = w.s.WithdrawExpense(by(t, w.safety), own)
	require.NoError(t, err)
	var events []string
	for _, s := range w.one(t, own).Steps {
		events = append(events, s.Event)
	}
	require.Equal(t, []string{"made", "submitted", "returned", "changed", "submitted", "withdrawn"}, events)
}

func TestAnAssetCountsWhenItWorks(t *testing.T) {
	t.Parallel()
	w := useSetup(t)
	line := func(f *fund.ExpenseForm) {
		f.SpentOn, f.AmountFen, f.Item, f.Capital, f.Purpose = day.Of(2026, 3, 2), 3000000, 1, true, "喷涂车间除尘系统"
	}
	n := w.make(t, w.finance, spent(line))
	w.approve(t, w.boss, n)
	require.Equal(t, []any{fund.Building, true}, []any{w.one(t, n).State, w.one(t, n).MonthOn.IsZero()})
	require.Equal(t, []string{"2026-03 capital_paid 1604/1002 3000000 0"}, w.entries(t, n))
	require.Zero(t, testkit.One[fen.Amount](t, w.W, "SELECT used_fen FROM fund_year WHERE year = 2026"))
	w.closed(t, time.April)
	for _, on := range []day.Date{{}, day.Of(2026, 3, 1), day.Of(2026, 5, 21)} {
		_, err := w.s.CompleteExpense(by(t, w.finance), n, fund.Completion{CompletedOn: on})
		require.ErrorIs(t, err, fund.ErrDay)
	}
	_, err := w.s.CompleteExpense(by(t, w.finance), n, fund.Completion{CompletedOn: day.Of(2026, 4, 20), Files: []id.Of[id.Attachment]{9}})
	require.NoError(t, err)
	want := []string{"2026-03 capital_paid 1604/1002 3000000 0", "2026-05 capital_done 1601/1604 3000000 0", "2026-05 capital_used 4301/1602 3000000 -3000000"}
	require.Equal(t, want, w.entries(t, n), "April is closed: it is booked in May")
	require.Equal(t, []any{fund.Booked, "2026-05-01", db.Ints{1, 9}}, []any{w.one(t, n).State, w.one(t, n).MonthOn.String(), w.one(t, n).Files})
	require.Equal(t, fen.Amount(3000000), testkit.One[fen.Amount](t, w.W, "SELECT used_fen FROM fund_year WHERE year = 2026"))

	at := w.make(t, w.finance, spent(line, func(f *fund.ExpenseForm) { f.CompletedOn = day.Of(2026, 5, 2) }))
	w.approve(t, w.boss, at)
	require.Equal(t, []string{"2026-05 capital_paid 1604/1002 3000000 0", "2026-05 capital_done 1601/1604 3000000 0", "2026-05 capital_used 4301/1602 3000000 -3000000"}, w.entries(t, at))
}

func TestReversalLeavesNothing(t *testing.T) {
	t.Parallel()
	w := useSetup(t)
	n := w.make(t, w.finance, spent(func(f *fund.ExpenseForm) { f.SpentOn, f.InvoiceNo = day.Of(2026, 2, 3), "A1" }))
	w.approve(t, w.safety, n)
	w.closed(t, time.March)
	_, err := w.s.ReverseExpense(by(t, w.safety), n, "退货")
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.ReverseExpense(by(t, w.finance), n, " ")
	require.ErrorIs(t, err, fund.ErrReason)
	_, err = w.s.ReverseExpense(by(t, w.finance), n, "退货")
	require.NoError(t, err)
	require.Equal(t, []string{"2026-02 expense 4301/1002 80000 -80000", "2026-04 reversal 1002/4301 80000 80000"}, w.entries(t, n), "February is closed: it is taken back in April")
	require.Zero(t, testkit.One[fen.Amount](t, w.W, "SELECT used_fen FROM fund_year WHERE year = 2026"))
	_, err = w.s.ReverseExpense(by(t, w.finance), n, "退货")
	require.ErrorIs(t, err, fund.ErrState)
	w.make(t, w.finance, spent(func(f *fund.ExpenseForm) { f.InvoiceNo = "a1" }))
	half := w.make(t, w.finance, spent(func(f *fund.ExpenseForm) { f.Capital = true }))
	w.approve(t, w.boss, half)
	_, err = w.s.ReverseExpense(by(t, w.boss), half, "取消")
	require.NoError(t, err)
	require.Equal(t, []string{"2026-05 capital_paid 1604/1002 80000 0", "2026-05 reversal 1002/1604 80000 0"}, w.entries(t, half))
	use := w.used(t)
	require.Len(t, use, 1)
	require.Equal(t, [2]fen.Amount{80000, -80000}, [2]fen.Amount{use[0].Months[1], use[0].Months[3]})
}

func (w *useWorld) used(t *testing.T) (out []fund.ItemUse) {
	t.Helper()
	require.NoError(t, w.Gate.Read(by(t, w.boss), fund.ActionExpenses, func(tx db.Tx, _ rbac.Scope) (err error) {
		out, err = fund.UsedByItem(t.Context(), tx, w.firm.ID, 2026)
		return err
	}))
	return out
}

func TestWhoseExpensesOneSees(t *testing.T) {
	t.Parallel()
	w := useSetup(t)
	ofTeam := w.make(t, w.leader, spent())
	ofPaint := w.make(t, w.finance, spent(func(f *fund.ExpenseForm) { f.UnitID = w.paint }))
	ofFirm := w.make(t, w.safety, spent())
	require.Equal(t, "一班", w.one(t, ofTeam).UnitName, "a team leader's own unit where he names none")
	_, err := w.s.MakeExpense(by(t, w.leader), spent(func(f *fund.ExpenseForm) { f.UnitID = w.press }))
	require.ErrorIs(t, err, fund.ErrUnit)
	_, err = w.s.MakeExpense(by(t, w.Actor(t, w.firm, "leader")), spent())
	require.ErrorIs(t, err, fund.ErrUnit, "a leader of nothing")
	f := fund.ExpenseFilter{}
	f.Limit = 10
	for name, c := range map[string]struct {
		a    rbac.Actor
		want []id.Of[fund.Expense]
	}{
		"finance": {w.finance, []id.Of[fund.Expense]{ofFirm, ofPaint, ofTeam}}, "team": {w.leader, []id.Of[fund.Expense]{ofTeam}}, "workshop": {w.foreman, []id.Of[fund.Expense]{ofTeam}},
		"stranger": {w.stranger(t), nil},
	} {
		x, err := w.s.Expenses(by(t, c.a), f)
		require.NoError(t, err)
		var got []id.Of[fund.Expense]
		for _, e := range x.Rows {
			got = append(got, e.ID)
		}
		require.Equal(t, c.want, got, name)
		_, err = w.s.Expense(by(t, c.a), ofPaint)
		require.Equal(t, name == "finance", err == nil, name)
	}
	for _, a := range []rbac.Actor{w.Actor(t, w.firm, "worker"), w.Regulator(t, "county", "330784")} {
		_, err := w.s.Expenses(by(t, a), f)
		require.ErrorIs(t, err, rbac.ErrForbidden)
	}
	rows, err := w.s.SpentOn(by(t, w.boss), "hazard", 7)
	require.NoError(t, err)
	require.Empty(t, rows)
	tied := w.make(t, w.finance, spent(func(f *fund.ExpenseForm) { f.Tie, f.TieID = "hazard", "7" }))
	for a, want := range map[*rbac.Actor]int{&w.boss: 1, &w.leader: 0} {
		rows, err = w.s.SpentOn(by(t, *a), "hazard", 7)
		require.NoError(t, err)
		require.Len(t, rows, want)
	}
	_, err = w.s.SpentOn(by(t, w.boss), "hazard", 8)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	found, err := w.s.Choose(by(t, w.leader), "hazard", "光电")
	require.NoError(t, err)
	require.Len(t, found, 1)
	f.Tie, f.Words, f.Month, f.State, f.Tag, f.Item, f.Category, f.Capital, f.Year = "hazard", "YH-7", "2026-05", "submitted", "ppe", 6, "machinery", "no", 2026
	x, err := w.s.Expenses(by(t, w.boss), f)
	require.NoError(t, err)
	require.Len(t, x.Rows, 1)
	require.Equal(t, tied, x.Rows[0].ID)
	f.Words = "YH_7"
	x, err = w.s.Expenses(by(t, w.boss), f)
	require.NoError(t, err)
	require.Empty(t, x.Rows, "marks of patterns are only letters")
}

func (w *useWorld) stranger(t *testing.T) rbac.Actor {
	t.Helper()
	f := w.Company(t, "330784105")
	w.profile(t, f)
	return w.Actor(t, f, "finance")
}

// Two who press at once book once, and an invoice is entered once.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	w := useSetup(t)
	n := w.make(t, w.finance, spent())
	both := func(deed func(i int) error) (good int, bad error) {
		errs := make(chan error, 2)
		for i := range 2 {
			go func() { errs <- deed(i) }()
		}
		for range 2 {
			if err := <-errs; err != nil {
				bad = err
			} else {
				good++
			}
		}
		return good, bad
	}
	who := []rbac.Actor{w.boss, w.safety}
	good, bad := both(func(i int) error {
		_, err := w.s.ApproveExpense(rbac.WithActor(context.WithoutCancel(t.Context()), who[i]), n, fund.Approval{AmountFen: 80000})
		return err
	})
	require.Equal(t, 1, good)
	require.ErrorIs(t, bad, fund.ErrState)
	require.Len(t, w.entries(t, n), 1)
	good, bad = both(func(i int) error {
		_, err := w.s.MakeExpense(rbac.WithActor(context.WithoutCancel(t.Context()), who[i]), spent(func(f *fund.ExpenseForm) { f.InvoiceNo = "B2" }))
		return err
	})
	require.Equal(t, 1, good)
	require.ErrorIs(t, bad, fund.ErrInvoice)
}

// Whatever is done in whatever order, the journal's effect on the fund is what is booked, and use by item adds up to it.
func TestTheJournalIsWhatIsBooked(t *testing.T) {
	t.Parallel()
	w := useSetup(t)
	r := rand.New(rand.NewPCG(7, 26))
	var all []id.Of[fund.Expense]
	for step := range 60 {
		if len(all) == 0 || r.IntN(3) == 0 {
			all = append(all, w.make(t, w.finance, spent(func(f *fund.ExpenseForm) {
				f.SpentOn, f.AmountFen, f.Capital, f.Item = day.Of(2026, time.Month(r.IntN(5)+1), r.IntN(20)+1), fen.Amount(r.Int64N(999999)+1), r.IntN(3) == 0, int16(r.IntN(10)+1)
			})))
			continue
		}
		n := all[r.IntN(len(all))]
		if step == 30 {
			w.settle(t, day.Of(2026, 3, 1))
			w.closed(t, time.February)
		}
		e := w.one(t, n)
		_, err := []func() (id.Of[fund.Expense], error){
			func() (id.Of[fund.Expense], error) {
				return w.s.ApproveExpense(by(t, w.boss), n, fund.Approval{AmountFen: e.AmountFen})
			},
			func() (id.Of[fund.Expense], error) { return w.s.ReverseExpense(by(t, w.finance), n, "冲销") },
			func() (id.Of[fund.Expense], error) {
				return w.s.CompleteExpense(by(t, w.finance), n, fund.Completion{CompletedOn: e.SpentOn})
			},
		}[r.IntN(3)]()
		if err != nil {
			require.ErrorIs(t, err, fund.ErrState)
		}
	}
	booked := testkit.One[int64](t, w.W, "SELECT coalesce(sum(amount_fen), 0)::bigint FROM fund_expense WHERE state = 'booked'")
	require.NotZero(t, booked)
	require.Equal(t, -booked, testkit.One[int64](t, w.W, "SELECT sum(effect_fen)::bigint FROM fund_entry WHERE expense_id IS NOT NULL"))
	require.Equal(t, booked, testkit.One[int64](t, w.W, "SELECT sum(used_fen)::bigint FROM fund_entry"))
	require.Equal(t, booked, testkit.One[int64](t, w.W, "SELECT used_fen FROM fund_year WHERE year = 2026"))
	require.Zero(t, testkit.One[int64](t, w.W, `SELECT count(*) FROM (SELECT expense_id FROM fund_entry WHERE expense_id IS NOT NULL GROUP BY expense_id
		HAVING sum(effect_fen) <> -(SELECT CASE state WHEN 'booked' THEN amount_fen ELSE 0 END FROM fund_expense e WHERE e.id = expense_id)) x`), "each expense by itself")
	require.Zero(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM (SELECT account FROM (SELECT debit AS account, amount_fen AS d FROM fund_entry UNION ALL SELECT credit, -amount_fen FROM fund_entry) x WHERE account = '1604' GROUP BY account HAVING sum(d) <> (SELECT coalesce(sum(amount_fen), 0) FROM fund_expense WHERE state = 'building')) y"),
		"what is under construction is what was paid and does not work yet")
	require.Zero(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM fund_entry n JOIN fund_entry a ON a.event = 'accrual' AND a.month_on = n.month_on AND n.id > a.id WHERE n.expense_id IS NOT NULL"),
		"nothing goes into a closed month")
	require.Equal(t, 2, testkit.One[int](t, w.W, "SELECT count(*)::int FROM fund_entry WHERE event = 'accrual'"))
	var sum fen.Amount
	for _, u := range w.used(t) {
		for _, m := range u.Months {
			sum += m
		}
	}
	require.Equal(t, fen.Amount(booked), sum)
}
