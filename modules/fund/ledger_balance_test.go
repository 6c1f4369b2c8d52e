package fund

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/testkit"
)

// balanced holds the whole ledger of the company together: what was ever booked against what is kept.
func (w *ledger) balanced(t *testing.T) {
	t.Helper()
	var debits, credits fen.Amount
	p, err := w.s.Profile(as(t, w.finance), 0)
	require.NoError(t, err)
	rows, err := w.s.Balances(as(t, w.finance), EntryFilter{Year: 2100})
	require.NoError(t, err)
	var reserve fen.Amount
	for _, b := range rows {
		if b.Account == Reserve {
			reserve = -b.OpeningFen
		}
		debits += max(0, b.OpeningFen)
		credits += max(0, -b.OpeningFen)
	}
	require.Equal(t, debits, credits, "trial balance")
	require.Zero(t, testkit.One[int](t, w.W, `SELECT count(*) FROM (SELECT company_id, extract(year FROM month_on), max(voucher_no) AS most, count(DISTINCT voucher_no) AS n FROM fund_entry GROUP BY 1, 2) v WHERE most <> n`), "vouchers without gaps")
	require.Zero(t, testkit.One[int](t, w.W, `SELECT count(*) FROM fund_entry e JOIN fund_entry o ON o.company_id = e.company_id AND o.id = e.reverses_id WHERE e.amount_fen <> o.amount_fen OR e.debit <> o.credit OR e.credit <> o.debit`))
	// Each closed month ends with what the journal says, and the next opens with it.
	require.Zero(t, testkit.One[int](t, w.W, `SELECT count(*) FROM fund_month m WHERE m.state = 'closed' AND m.closing_fen <>
		(SELECT coalesce(sum(e.effect_fen), 0) FROM fund_entry e WHERE e.company_id = m.company_id AND e.month_on <= m.month_on)`), "4301 is the running closing")
	require.Zero(t, testkit.One[int](t, w.W, `SELECT count(*) FROM fund_month m JOIN fund_month b ON b.company_id = m.company_id AND b.month_on = m.month_on - interval '1 month' AND b.state = 'closed'
		WHERE m.state = 'closed' AND m.opening_fen <> b.closing_fen`), "months chain")
	require.Zero(t, testkit.One[int](t, w.W, `SELECT count(*) FROM fund_month m JOIN fund_month b ON b.company_id = m.company_id AND b.month_on < m.month_on AND b.state <> 'closed' WHERE m.state = 'closed'`), "no gap")
	w.yearsCarry(t, p.Profile.StartsOn.Year(), reserve)
}

func (w *ledger) yearsCarry(t *testing.T, from int, reserve fen.Amount) {
	t.Helper()
	var last *YearPage
	until := max(from, 2027)
	for year := from; year <= until; year++ {
		p := w.year(t, year)
		if last != nil {
			require.Equal(t, last.ClosingFen, p.OpeningFen, "years carry: %d", year)
		}
		stored := w.stored(t, year)
		if stored.CompanyID != 0 {
			require.Equal(t, []fen.Amount{p.OpeningFen, p.DueFen, p.AccruedFen, p.UsedFen, p.CapitalFen}, []fen.Amount{stored.OpeningFen, stored.DueFen, stored.AccruedFen, stored.UsedFen, stored.UsedCapitalFen}, "counted: %d", year)
			require.Equal(t, p.Closed, stored.Closed)
		}
		for i, r := range p.Rows {
			if r.Standing != Before && i > 0 && p.Rows[i-1].Standing != Before {
				require.Equal(t, p.Rows[i-1].ClosingFen, r.OpeningFen)
			}
		}
		last = &p
	}
	require.Equal(t, reserve, last.BalanceFen, "4301 now")
}

// walk is a random life of a ledger.
type walk struct {
	*ledger
	dice  *rand.Rand
	lines []id.Of[Line]
	moves []id.Of[Entry]
	done  map[string]int
}

func (w *walk) month() day.Date { return day.Of(2026, 1, 1).AddMonths(w.dice.IntN(18)) }

func (w *walk) amount() fen.Amount { return fen.Amount(1 + w.dice.Int64N(40_000_000)) }

// step does something that may be refused.
func (w *walk) step(t *testing.T) {
	t.Helper()
	var err error
	next := w.next(t)
	ctx := as(t, w.finance)
	what := []string{"spend", "spend", "capital", "reverse", "close", "close", "close", "close", "reopen", "in", "out", "undo", "revise", "measure", "time"}[w.dice.IntN(15)]
	switch what {
	case "spend", "capital":
		w.spend(t, w.month().AddDays(w.dice.IntN(28)).String(), w.amount(), what == "capital")
	case "reverse":
		err = w.reverseSome(t)
	case "close":
		year := w.year(t, next.Year())
		row := year.Rows[next.Month()-1]
		_, err = w.s.Close(ctx, monthKey(next), Expected{row.AccruedFen, row.ClosingFen})
	case "reopen":
		_, err = w.s.Reopen(ctx, monthKey(next.AddMonths(-1)), "更正")
	case "in", "out":
		var n id.Of[Entry]
		if n, err = w.s.Transfer(ctx, TransferForm{Direction: what, AmountFen: w.amount(), On: w.month(), Counterparty: "集团"}); err == nil {
			w.moves = append(w.moves, n)
		}
	case "undo":
		if len(w.moves) > 0 {
			_, err = w.s.Undo(ctx, w.moves[w.dice.IntN(len(w.moves))], "更正")
		}
	case "revise":
		_, err = w.s.Revise(ctx, w.lines[w.dice.IntN(2)], RevisionForm{1 + w.dice.IntN(12), w.amount() * 50, "调整"})
	case "measure":
		_, err = w.s.Measure(ctx, w.lines[2+w.dice.IntN(2)], monthKey(w.month()), QuantityForm{Quantity: fmt.Sprint(w.dice.IntN(9000))})
	case "time":
		w.Set(w.Now().Add(time.Duration(w.dice.IntN(40)) * 24 * time.Hour))
	}
	if err == nil {
		w.done[what]++
		return
	}
	_, declared := errors.AsType[*fault.Error](err)
	require.True(t, declared, "%s: %v", what, err)
}

func (w *walk) next(t *testing.T) (on day.Date) {
	t.Helper()
	require.NoError(t, w.Gate.Read(as(t, w.finance), ActionLedger, func(tx db.Tx, _ rbac.Scope) (err error) {
		on, err = openMonth(t.Context(), tx, w.firm.ID, day.Of(2000, 1, 1))
		return err
	}))
	return on
}

// reverseSome takes an expense back, as its reversal does: into the first open month.
func (w *walk) reverseSome(t *testing.T) error {
	t.Helper()
	return w.Gate.Write(as(t, w.finance), ActionReverse, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lockCompany(t.Context(), tx, home.CompanyID); err != nil {
			return err
		}
		rows, err := standing(context.Background(), tx, home.CompanyID, []Event{Spent, CapitalUsed}, day.Date{})
		if err != nil || len(rows) == 0 {
			return err
		}
		was := rows[w.dice.IntN(len(rows))]
		e := was.reversed()
		e.BookedOn = today(tx)
		if e.MonthOn, err = openMonth(t.Context(), tx, home.CompanyID, was.MonthOn); err != nil {
			return err
		}
		_, err = w.s.single(t.Context(), tx, scope, home, e)
		return err
	})
}

// TestLedgerAlwaysBalances walks random lives; the seed of a failure is in its name.
func TestLedgerAlwaysBalances(t *testing.T) {
	t.Parallel()
	began := newLedger(t, "2026-05-10")
	for range 4 {
		seed := rand.Uint64()
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			own := *began
			own.firm = began.Company(t, "330784105")
			own.finance = began.Actor(t, own.firm, "finance", "principal")
			w := &walk{ledger: &own, dice: rand.New(rand.NewPCG(seed, 1)), done: map[string]int{}}
			w.on(t, []string{"2026-05-10", "2027-02-20"}[w.dice.IntN(2)])
			w.answer(t, machinery([]string{"2026-01", "2026-03"}[w.dice.IntN(2)], fen.Amount(w.dice.Int64N(900_000)-200_000)))
			w.lines = append(w.lines, w.line(t, 2026, LineForm{Name: "甲", Category: "machinery", RevenueFen: yuan(9_000_000)}))
			w.lines = append(w.lines, w.line(t, 2027, LineForm{Name: "甲", Category: "machinery", RevenueFen: yuan(12_000_000)}))
			w.lines = append(w.lines, w.line(t, 2026, LineForm{Name: "乙", Category: "coal", Sub: "open_pit"}), w.line(t, 2027, LineForm{Name: "乙", Category: "coal", Sub: "open_pit"}))
			for i := range 18 {
				on := day.Of(2026, 1, 1).AddMonths(i)
				_, err := w.s.Measure(as(t, w.finance), w.lines[2+i/12], monthKey(on), QuantityForm{Quantity: "1000.125"})
				if !errors.Is(err, ErrMonth) {
					require.NoError(t, err)
				}
			}
			if w.dice.IntN(2) == 0 {
				_, err := w.s.State(as(t, w.finance), 2026, YearForm{PriorDueFen: yuan(4000)})
				require.NoError(t, err)
			}
			for range 12 {
				for range 6 {
					w.step(t)
				}
				w.balanced(t)
			}
			t.Log(w.done)
			require.Positive(t, w.done["close"])
			require.Positive(t, w.done["spend"])
		})
	}
}
