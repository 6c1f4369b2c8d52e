package fund

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/page"
	"anbiao/rbac"
)

func TestFirstQuestion(t *testing.T) {
	t.Parallel()
	w := newLedger(t, "2026-04-10")
	p, err := w.s.Profile(as(t, w.safety), 0)
	require.NoError(t, err)
	require.Nil(t, p.Profile)
	require.Equal(t, "machinery", p.Proposal.Category.Code)
	require.Contains(t, p.Proposal.Clause, "财资〔2022〕136号第二条")
	_, err = w.s.Ledger(as(t, w.safety), 0, 2026)
	require.ErrorIs(t, err, ErrNoProfile)

	f := machinery("2026-01", 0)
	f.Bound = false
	_, err = w.s.Answer(as(t, w.safety), f)
	require.ErrorIs(t, err, ErrReason, "the industry says otherwise")
	f.Bound, f.Category = true, "bakery"
	_, err = w.s.Answer(as(t, w.safety), f)
	require.ErrorIs(t, err, ErrCategory)
	f = machinery("2026-06", 0)
	_, err = w.s.Answer(as(t, w.safety), f)
	require.ErrorIs(t, err, ErrMonth)
	_, err = w.s.Answer(as(t, w.Actor(t, w.firm, "worker")), f)
	require.ErrorIs(t, err, rbac.ErrForbidden)

	w.answer(t, machinery("2026-02", 100))
	w.answer(t, machinery("2026-01", 12345))
	require.Equal(t, []int64{100, 100, 12345}, amountsOf(t, w), "moved by a reversal")
	require.EqualValues(t, 12345, w.stored(t, 2026).OpeningFen)
	w.spend(t, "2026-01-10", 100, false)
	_, err = w.s.Answer(as(t, w.finance), machinery("2026-01", 999))
	require.ErrorIs(t, err, ErrClosed)
	f = machinery("2026-01", 12345)
	f.Bound, f.Category, f.Reason = false, "", "仅贸易，无机械制造"
	w.answer(t, f)
	row := w.year(t, 2026).Rows[0]
	require.Equal(t, []any{fen.Amount(12245), true}, []any{row.ClosingFen, len(row.Lacks) == 0}, "plan and ledger only")
}

func TestMonthsAreClosedInOrder(t *testing.T) {
	t.Parallel()
	w := newLedger(t, "2026-04-10")
	w.answer(t, machinery("2026-01", 1_000_000))
	january := w.year(t, 2026).Rows[0]
	require.Equal(t, []Lack{{Code: LackLines}}, january.Lacks)
	_, err := w.s.Close(as(t, w.finance), "2026-01", Expected{})
	require.ErrorIs(t, err, ErrLines)

	n := w.line(t, 2026, LineForm{Name: "冲压件", Category: "machinery"})
	_, err = w.s.Close(as(t, w.finance), "2026-01", Expected{})
	require.ErrorIs(t, err, ErrRevenue)
	_, err = w.s.AddLine(as(t, w.finance), 2026, LineForm{Name: "冲压件", Category: "machinery"})
	require.ErrorIs(t, err, ErrName)
	_, err = w.s.AddLine(as(t, w.finance), 2026, LineForm{Name: "二", Category: "machinery", Sub: "no"})
	require.ErrorIs(t, err, ErrSub)
	_, err = w.s.AddLine(as(t, w.finance), 2026, LineForm{Name: "二", Category: "machinery", Rate: "0,1"})
	require.ErrorIs(t, err, ErrRate)
	_, err = w.s.ChangeLine(as(t, w.finance), n, LineForm{Name: "冲压件", Category: "machinery", RevenueFen: yuan(12_000_000), Source: "2025年度审计报告"})
	require.NoError(t, err)

	rows := w.year(t, 2026).Rows
	want := wanted(t, 2026, accrual.Line{Category: "machinery", RevenueFen: 1_200_000_000})
	require.Equal(t, want.Months[0].AccruedFen, rows[0].AccruedFen)
	require.NotEmpty(t, rows[0].Working.V.Lines[0].Slices)
	require.Equal(t, []string{Pending, Pending, Pending, Future}, []string{rows[0].Standing, rows[1].Standing, rows[2].Standing, rows[3].Standing})
	for month, fault := range map[string]error{"2026-02": ErrOrder, "2026-04": ErrMonth, "2025-12": ErrMonth} {
		_, err = w.s.Close(as(t, w.finance), month, Expected{rows[0].AccruedFen, rows[0].ClosingFen})
		require.ErrorIs(t, err, fault, month)
	}
	w.spend(t, "2026-01-20", 250_000, false)
	_, err = w.s.Close(as(t, w.finance), "2026-01", Expected{rows[0].AccruedFen, rows[0].ClosingFen})
	require.ErrorIs(t, err, ErrPreview, "something was booked meanwhile")
	w.waiting(t, w.firm, "2026-01-31")
	_, err = w.s.Close(as(t, w.finance), "2026-01", Expected{rows[0].AccruedFen, rows[0].ClosingFen - 250_000})
	require.ErrorIs(t, err, ErrWaiting)
	w.Exec(t, "UPDATE fund_expense SET state = 'withdrawn'")

	shown := w.shut(t, "2026-01")
	require.Equal(t, 1_000_000+want.Months[0].AccruedFen-250_000, shown.ClosingFen)
	kept := w.year(t, 2026).Rows[0]
	require.Equal(t, Closed, kept.Standing)
	require.Equal(t, shown.Working, kept.Working, "kept as it was reckoned")
	_, err = w.s.Close(as(t, w.finance), "2026-01", Expected{shown.AccruedFen, shown.ClosingFen})
	require.ErrorIs(t, err, ErrClosed)
	require.Equal(t, day.Of(2026, 2, 1), w.spend(t, "2026-01-25", 100, false), "booked into the first open month")
	_, err = w.s.ChangeLine(as(t, w.finance), n, LineForm{Name: "冲压件", Category: "machinery", RevenueFen: yuan(1)})
	require.ErrorIs(t, err, ErrClosed)
	_, err = w.s.Retire(as(t, w.finance), n)
	require.ErrorIs(t, err, ErrClosed)
	_, err = w.s.State(as(t, w.finance), 2026, YearForm{FirstYear: true})
	require.ErrorIs(t, err, ErrClosed)
	w.shut(t, "2026-02")

	_, err = w.s.Reopen(as(t, w.boss), "2026-01", "更正")
	require.ErrorIs(t, err, ErrOrder)
	_, err = w.s.Reopen(as(t, w.boss), "2026-03", "更正")
	require.ErrorIs(t, err, ErrOpen)
	_, err = w.s.Reopen(as(t, w.boss), "2026-02", " ")
	require.ErrorIs(t, err, ErrReason)
	_, err = w.s.Reopen(as(t, w.safety), "2026-02", "更正")
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Reopen(as(t, w.boss), "2026-02", "发票更正")
	require.NoError(t, err)
	require.Equal(t, Reopened, w.year(t, 2026).Rows[1].Standing)
	w.spend(t, "2026-02-27", 300, true)
	again := w.shut(t, "2026-02")
	require.EqualValues(t, 300, again.UsedCapitalFen)
	steps, err := w.s.Steps(as(t, w.finance), 0, "2026-02")
	require.NoError(t, err)
	require.Equal(t, []string{Closed, Reopened, Closed}, []string{steps[0].Event, steps[1].Event, steps[2].Event})
	require.Equal(t, "发票更正", steps[1].Reason)
	w.balanced(t)
	y := w.stored(t, 2026)
	require.Equal(t, []any{int16(2), fen.Amount(250_400), want.StandardFen, fen.Amount(300)}, []any{y.Closed, y.UsedFen, y.DueFen, y.UsedCapitalFen})
	require.Positive(t, w.touched[w.firm.ID])
}

// wanted is a year worked out apart.
func wanted(t *testing.T, year int, lines ...accrual.Line) accrual.Result {
	t.Helper()
	r, err := accrual.Compute(accrual.Library(), accrual.Year{Year: year, Lines: lines})
	require.NoError(t, err)
	return r
}

func amountsOf(t *testing.T, w *ledger) []int64 {
	t.Helper()
	var out []int64
	require.NoError(t, w.Gate.Read(as(t, w.finance), ActionEntries, func(tx db.Tx, _ rbac.Scope) error {
		return tx.Raw("SELECT amount_fen FROM fund_entry ORDER BY id").Scan(&out).Error
	}))
	return out
}

func TestYearEndAndCarryForward(t *testing.T) {
	t.Parallel()
	w := newLedger(t, "2027-02-10")
	w.answer(t, machinery("2026-10", 60_000))
	w.line(t, 2026, LineForm{Name: "a", Category: "machinery", RevenueFen: yuan(12_000_000)})
	year := wanted(t, 2026, accrual.Line{Category: "machinery", RevenueFen: 1_200_000_000})
	p := w.year(t, 2026)
	require.Equal(t, Before, p.Rows[8].Standing)
	var three fen.Amount
	for i := 9; i < 12; i++ {
		require.Equal(t, year.Months[i].AccruedFen, p.Rows[i].AccruedFen, "months kept elsewhere are not caught up")
		three += year.Months[i].AccruedFen
	}
	require.Equal(t, three, p.DueFen)
	w.spend(t, "2026-11-03", three+100_000, false)
	p = w.year(t, 2026)
	require.Negative(t, p.Rows[10].ClosingFen)
	require.EqualValues(t, 40_000, p.Rows[11].TopUpFen, "used more than due and opening (art. 47)")
	require.Zero(t, p.Rows[11].ClosingFen)

	// The next year opens with what the open months come to.
	_, err := w.s.CopyLines(as(t, w.finance), 2027)
	require.NoError(t, err)
	_, err = w.s.CopyLines(as(t, w.finance), 2027)
	require.ErrorIs(t, err, ErrLines)
	w.spend(t, "2026-12-03", 500, false)
	for _, m := range []string{"2026-10", "2026-11", "2026-12"} {
		w.shut(t, m)
	}
	next := w.year(t, 2027)
	require.Zero(t, next.OpeningFen)
	require.Equal(t, LackRevenue, next.Rows[0].Lacks[0].Code)
	require.Zero(t, next.threshold(next.Rules), "a year kept in part says nothing about three times its due")
	_, err = w.s.ChangeLine(as(t, w.finance), next.Lines[0].ID, LineForm{Name: "a", Category: "machinery", RevenueFen: yuan(24_000_000)})
	require.NoError(t, err)
	w.shut(t, "2027-01")
	w.balanced(t)
	require.EqualValues(t, 3, w.stored(t, 2026).Closed)
}

func TestRevisionSuspensionAndOutput(t *testing.T) {
	t.Parallel()
	w := newLedger(t, "2026-12-10")
	w.answer(t, machinery("2026-01", 0))
	n := w.line(t, 2026, LineForm{Name: "a", Category: "machinery", RevenueFen: yuan(10_000_000)})
	for _, m := range []string{"2026-01", "2026-02"} {
		w.shut(t, m)
	}
	_, err := w.s.Revise(as(t, w.finance), n, RevisionForm{2, *yuan(20_000_000), "审计调整"})
	require.ErrorIs(t, err, ErrClosed)
	_, err = w.s.Revise(as(t, w.finance), n, RevisionForm{3, *yuan(20_000_000), " "})
	require.ErrorIs(t, err, ErrReason)
	_, err = w.s.Revise(as(t, w.finance), n, RevisionForm{3, *yuan(5_000_000), "审计调整"})
	require.NoError(t, err)
	march := w.shut(t, "2026-03")
	small, big := wanted(t, 2026, accrual.Line{Category: "machinery", RevenueFen: 500_000_000}), wanted(t, 2026, accrual.Line{Category: "machinery", RevenueFen: 1_000_000_000})
	var posted, due fen.Amount
	for i := range 3 {
		due += small.Months[i].AccruedFen
	}
	posted = big.Months[0].AccruedFen + big.Months[1].AccruedFen
	require.Equal(t, due-posted, march.AccruedFen)
	require.Negative(t, march.AccruedFen, "a reversal")
	w.balanced(t)

	_, err = w.s.State(as(t, w.finance), 2026, YearForm{PriorDueFen: yuan(1)})
	require.NoError(t, err)
	april := w.shut(t, "2026-04")
	require.True(t, april.Suspended)
	require.Zero(t, april.AccruedFen)

	mine := w.line(t, 2026, LineForm{Name: "一号井", Category: "coal", Sub: "high_gas"})
	may := w.year(t, 2026).Rows[4]
	require.Equal(t, LackQuantity, may.Lacks[0].Code)
	_, err = w.s.Measure(as(t, w.finance), mine, "2026-04", QuantityForm{Quantity: "1"})
	require.ErrorIs(t, err, ErrClosed)
	_, err = w.s.Measure(as(t, w.finance), n, "2026-05", QuantityForm{Quantity: "1"})
	require.ErrorIs(t, err, ErrQuantity, "its base is revenue")
	_, err = w.s.Measure(as(t, w.finance), mine, "2025-05", QuantityForm{Quantity: "1"})
	require.ErrorIs(t, err, ErrMonth)
	_, err = w.s.Measure(as(t, w.finance), mine, "2026-05", QuantityForm{Quantity: "100.5"})
	require.NoError(t, err)
	_, err = w.s.State(as(t, w.finance), 2026, YearForm{})
	require.NoError(t, err)
	may = w.shut(t, "2026-05")
	require.Equal(t, small.Months[4].AccruedFen+301_500, may.AccruedFen, "100.5 t at 30 yuan beside the twelfth")
	_, err = w.s.Retire(as(t, w.finance), mine)
	require.ErrorIs(t, err, ErrClosed)
	w.balanced(t)
}

func TestGroupTransfers(t *testing.T) {
	t.Parallel()
	w := newLedger(t, "2026-03-10")
	w.answer(t, machinery("2026-01", 0))
	w.line(t, 2026, LineForm{Name: "a", Category: "machinery", RevenueFen: yuan(10_000_000)})
	w.shut(t, "2026-01")
	_, err := w.s.Transfer(as(t, w.finance), TransferForm{Direction: "in", AmountFen: 5, On: day.Of(2026, 3, 11), Counterparty: "集团"})
	require.ErrorIs(t, err, ErrDay)
	n, err := w.s.Transfer(as(t, w.finance), TransferForm{Direction: "out", AmountFen: 70_000, On: day.Of(2026, 1, 31), Counterparty: "集团"})
	require.NoError(t, err)
	require.EqualValues(t, -70_000, w.shut(t, "2026-02").MovedFen)
	_, err = w.s.Undo(as(t, w.finance), n, "")
	require.ErrorIs(t, err, ErrReason)
	_, err = w.s.Undo(as(t, w.finance), n, "误划")
	require.NoError(t, err)
	_, err = w.s.Undo(as(t, w.finance), n, "误划")
	require.ErrorIs(t, err, ErrState)
	p := w.year(t, 2026)
	require.EqualValues(t, 70_000, p.Rows[2].MovedFen)
	require.Zero(t, p.UsedFen)
	w.balanced(t)
	_, err = w.s.Transfer(as(t, w.safety), TransferForm{})
	require.ErrorIs(t, err, rbac.ErrForbidden)
}

func TestWhoSeesTheLedger(t *testing.T) {
	t.Parallel()
	w := newLedger(t, "2026-03-10")
	w.answer(t, machinery("2026-01", 500))
	w.line(t, 2026, LineForm{Name: "a", Category: "machinery", RevenueFen: yuan(10_000_000)})
	w.shut(t, "2026-01")
	w.spend(t, "2026-02-03", 100, false)
	county, other := w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783")
	p, err := w.s.Ledger(as(t, county), w.firm.ID, 2026)
	require.NoError(t, err)
	require.False(t, p.Whole)
	require.Equal(t, w.year(t, 2026).Rows[0].ClosingFen, p.Rows[0].ClosingFen)
	require.Zero(t, p.Rows[1].UsedExpenseFen, "open months are the company's")
	require.EqualValues(t, 100, p.UsedFen)
	require.Equal(t, w.year(t, 2026).BalanceFen, p.BalanceFen)
	_, err = w.s.Ledger(as(t, other), w.firm.ID, 2026)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Ledger(as(t, county), 0, 2026)
	require.ErrorIs(t, err, ErrCompanyNeeded)
	_, _, err = w.s.Entries(as(t, county), EntryFilter{CompanyID: w.firm.ID})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	stranger := w.Actor(t, w.Company(t, "330784105"), "finance")
	_, err = w.s.Ledger(as(t, stranger), w.firm.ID, 2026)
	require.ErrorIs(t, err, ErrNoProfile, "his own company's")
	rows, _, err := w.s.Entries(as(t, stranger), EntryFilter{CompanyID: w.firm.ID, Query: page.Query{Limit: 10}})
	require.NoError(t, err)
	require.Empty(t, rows)
	steps, err := w.s.Steps(as(t, other), w.firm.ID, "2026-01")
	require.NoError(t, err)
	require.Empty(t, steps)
}

func TestJournalIsListedByPages(t *testing.T) {
	t.Parallel()
	w := newLedger(t, "2026-03-10")
	w.answer(t, machinery("2026-01", 500))
	for i := range 5 {
		w.spend(t, "2026-01-03", fen.Amount(100+i), false)
	}
	f := EntryFilter{Query: page.Query{Limit: 2}, Event: "expense", Month: "2026-01"}
	var amounts []fen.Amount
	for {
		rows, k, err := w.s.Entries(as(t, w.finance), f)
		require.NoError(t, err)
		l := page.Of(rows, k, f.Limit, entryKey, func(e Entry) Entry { return e })
		for _, e := range l.Items {
			amounts = append(amounts, e.AmountFen)
		}
		if f.Cursor = l.Next; l.Next == "" {
			break
		}
	}
	require.Equal(t, []fen.Amount{104, 103, 102, 101, 100}, amounts)
	balances, err := w.s.Balances(as(t, w.finance), EntryFilter{Year: 2026})
	require.NoError(t, err)
	at := slices.IndexFunc(balances, func(b Balance) bool { return b.Account == Reserve })
	require.Equal(t, Balance{Reserve, 0, 510, 500}, balances[at])
	_, err = w.s.Balances(as(t, w.finance), EntryFilter{})
	require.ErrorIs(t, err, ErrYear)
	for _, c := range amountsOf(t, w) {
		require.Positive(t, c)
	}
	_, err = w.Owner.Exec(t.Context(), "INSERT INTO fund_entry SELECT * FROM fund_entry")
	require.Error(t, err)
	require.Error(t, w.Gate.Write(as(t, w.finance), ActionTransfer, func(tx db.Tx, _ rbac.Scope) error {
		return tx.Exec("UPDATE fund_entry SET amount_fen = 1, effect_fen = 1").Error
	}), "rows are added, never changed")
}
