package fund

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

func oldRow(number int, values string) sheet.Row {
	r := sheet.Row{Number: number, Values: map[string]string{}}
	for i, v := range strings.Split(values, " ") {
		if v != "" {
			r.Values[[]string{"month", "opening", "accrued", "usedExpense", "closing", "usedCapital"}[i]] = v
		}
	}
	return r
}

func (w *ledger) old(t *testing.T, save bool, rows ...sheet.Row) (verdicts []string, faults []string) {
	t.Helper()
	require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) (err error) {
		do := w.s.CheckOld
		if save {
			do = w.s.SaveOld
		}
		verdicts, err = do(ctx, tx, w.finance, rows)
		return err
	}))
	for _, r := range rows {
		for _, f := range r.Faults {
			faults = append(faults, fmt.Sprintf("%d %s %s %s", r.Number, f.Column, f.Code, f.Params["expected"]))
		}
	}
	return verdicts, faults
}

func TestOldLedgerJoinsTheNew(t *testing.T) {
	t.Parallel()
	w := newLedger(t, "2026-03-10")
	_, faults := w.old(t, true, oldRow(2, "2025-12 0 1 1"))
	require.Equal(t, []string{"2 month fund.no-profile "}, faults)
	w.answer(t, machinery("2026-01", 150_00))
	w.line(t, 2026, LineForm{Name: "a", Category: "machinery", RevenueFen: yuan(10_000_000)})
	january := w.shut(t, "2026-01")

	for name, c := range map[string]struct {
		rows []sheet.Row
		want string
	}{
		"gap":          {[]sheet.Row{oldRow(2, "2025-10 100 50"), oldRow(3, "2025-12  50 0")}, "3 month fund.row-gap "},
		"not joined":   {[]sheet.Row{oldRow(2, "2025-11 100 50")}, "2 month fund.row-gap "},
		"other end":    {[]sheet.Row{oldRow(2, "2025-12 100 51")}, "2 closing fund.row-join 150.00"},
		"sum":          {[]sheet.Row{oldRow(2, "2025-12 100 60 10 151")}, "2 closing fund.row-sum 150.00"},
		"opening":      {[]sheet.Row{oldRow(2, "2025-11 100 0"), oldRow(3, "2025-12 99 50")}, "3 opening fund.row-opening 100.00"},
		"kept":         {[]sheet.Row{oldRow(2, "2026-01 150 1")}, "2 accrued fund.row-kept "},
		"not over":     {[]sheet.Row{oldRow(2, "2026-03 150 1")}, "2 month fund.row-month "},
		"no month":     {[]sheet.Row{oldRow(2, "上月 150 1")}, "2 month fund.row-month "},
		"three places": {[]sheet.Row{oldRow(2, "2025-12 100 50.001")}, "2 accrued fund.row-amount "},
	} {
		_, faults := w.old(t, true, c.rows...)
		require.Contains(t, faults, c.want, name)
		require.EqualValues(t, 1, w.stored(t, 2026).Closed, name)
		require.Zero(t, w.stored(t, 2025).Closed, name)
	}

	rows := func() []sheet.Row {
		return []sheet.Row{oldRow(2, "2025年12月  30 5.5 150"), oldRow(3, "2025/11 100 25.50  125.5"), oldRow(4, fmt.Sprintf("2026-01  %s 0", january.AccruedFen.Yuan()))}
	}
	verdicts, faults := w.old(t, false, rows()...)
	require.Empty(t, faults)
	require.Equal(t, []string{RowNew, RowNew, RowSame}, verdicts)
	verdicts, _ = w.old(t, true, rows()...)
	require.Equal(t, []string{RowNew, RowNew, RowSame}, verdicts)
	verdicts, _ = w.old(t, true, rows()...)
	require.Equal(t, []string{RowSame, RowSame, RowSame}, verdicts, "saving twice changes nothing")
	w.balanced(t)
	y := w.stored(t, 2025)
	require.Equal(t, []any{fen.Amount(10_000), fen.Amount(5_550), fen.Amount(550), int16(2)}, []any{y.OpeningFen, y.AccruedFen, y.UsedFen, y.Closed})
	require.Equal(t, january.ClosingFen, w.year(t, 2026).Rows[0].ClosingFen)
	w.shut(t, "2026-02")
	w.balanced(t)
}

func TestOldLedgerGoesOn(t *testing.T) {
	t.Parallel()
	w := newLedger(t, "2026-06-10")
	w.answer(t, machinery("2026-01", 100_00))
	w.line(t, 2026, LineForm{Name: "a", Category: "coal", Sub: "open_pit"})
	_, faults := w.old(t, true, oldRow(2, "2026-01 100 40 10"), oldRow(3, "2026-02  40 200"), oldRow(4, "2026-03  0 0"))
	require.Empty(t, faults)
	p := w.year(t, 2026)
	require.EqualValues(t, 3, p.Closed)
	require.Negative(t, p.Rows[2].ClosingFen)
	_, err := w.s.Measure(as(t, w.finance), p.Lines[0].ID, "2026-04", QuantityForm{Quantity: "10"})
	require.NoError(t, err)
	require.EqualValues(t, 50_00, w.shut(t, "2026-04").AccruedFen, "what other books accrued is not settled here")
	w.spend(t, "2026-05-02", 7, false)
	_, faults = w.old(t, true, oldRow(2, "2026-05  1 1"))
	require.Equal(t, []string{"2 month fund.row-busy "}, faults)
	w.balanced(t)

	for _, m := range []string{"2026-04", "2026-03"} {
		_, err = w.s.Reopen(as(t, w.boss), m, "更正")
		require.NoError(t, err)
	}
	w.balanced(t)
	_, faults = w.old(t, true, oldRow(2, "2026-03  33 0"))
	require.Empty(t, faults, "an imported month that was reopened can be imported anew")
	w.balanced(t)
	require.EqualValues(t, 2, w.year(t, 2026).Rows[2].Round)
}

// TestAmountsSurviveExcel writes a ledger of random amounts as a workbook, reads it into another
// company and compares to the fen.
func TestAmountsSurviveExcel(t *testing.T) {
	t.Parallel()
	w := newLedger(t, "2027-01-10")
	dice := rand.New(rand.NewPCG(7, 7))
	w.answer(t, machinery("2026-01", fen.Amount(dice.Int64N(10_000_000_000_000))))
	var rows []sheet.Row
	for i := range 12 {
		r := sheet.Row{Number: i + 2, Values: map[string]string{"month": fmt.Sprintf("2026-%02d", i+1)}}
		for _, key := range []string{"accrued", "usedExpense", "usedCapital", "moved", "topUp", "excess"} {
			r.Values[key] = fen.Amount(dice.Int64N(10_000_000_000_000) >> dice.IntN(43)).Yuan()
		}
		rows = append(rows, r)
	}
	_, faults := w.old(t, true, rows...)
	require.Empty(t, faults)
	records, next, err := w.s.ExportLedger(as(t, w.finance), map[string][]string{"year": {"2026"}}, "", 100)
	require.NoError(t, err)
	require.Empty(t, next)
	require.Len(t, records, 12)
	first := w.year(t, 2026)

	back := through(t, LedgerColumns(), OldColumns(), records)
	w.firm = w.Company(t, "330784105")
	w.finance = w.Actor(t, w.firm, "finance")
	w.answer(t, machinery("2026-01", first.OpeningFen))
	_, faults = w.old(t, true, back...)
	require.Empty(t, faults)
	second := w.year(t, 2026)
	for i := range 12 {
		a, b := first.Rows[i].Month, second.Rows[i].Month
		require.Equal(t, []fen.Amount{a.OpeningFen, a.AccruedFen, a.TopUpFen, a.ExcessFen, a.UsedExpenseFen, a.UsedCapitalFen, a.MovedFen, a.ClosingFen},
			[]fen.Amount{b.OpeningFen, b.AccruedFen, b.TopUpFen, b.ExcessFen, b.UsedExpenseFen, b.UsedCapitalFen, b.MovedFen, b.ClosingFen})
	}
	w.balanced(t)

	// The voucher list balances, too, and comes in pages.
	var debits, credits fen.Amount
	cursor := ""
	for {
		var page []sheet.Record
		page, cursor, err = w.s.ExportVouchers(as(t, w.finance), map[string][]string{"year": {"2026"}}, cursor, 9)
		require.NoError(t, err)
		for _, r := range through(t, VoucherColumns(), VoucherColumns(), page) {
			debits, credits = debits+amountIn(t, r, "debit"), credits+amountIn(t, r, "credit")
		}
		if cursor == "" {
			break
		}
	}
	require.Positive(t, debits)
	require.Equal(t, debits, credits)
	_, _, err = w.s.ExportLedger(rbac.WithActor(t.Context(), w.Actor(t, w.firm, "worker")), nil, "", 100)
	require.ErrorIs(t, err, rbac.ErrForbidden)
}

func amountIn(t *testing.T, r sheet.Row, column string) fen.Amount {
	t.Helper()
	if r.Values[column] == "" {
		return 0
	}
	a, err := fen.Parse(r.Values[column])
	require.NoError(t, err)
	return a
}

// through writes records as a workbook and reads it.
func through(t *testing.T, written, read []sheet.Column, records []sheet.Record) (rows []sheet.Row) {
	t.Helper()
	var b bytes.Buffer
	all := iter.Seq2[sheet.Record, error](func(yield func(sheet.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	})
	require.NoError(t, sheet.Export(&b, written, all, text.Chinese))
	table, err := sheet.Read(bytes.NewReader(b.Bytes()), int64(b.Len()), read, sheet.Mapping{})
	require.NoError(t, err)
	require.Empty(t, table.Missing)
	for r, err := range table.Rows() {
		require.NoError(t, err)
		require.Empty(t, r.Faults)
		rows = append(rows, r)
	}
	return rows
}
