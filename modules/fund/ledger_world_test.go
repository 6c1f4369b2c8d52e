package fund

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/testkit"
)

// ledger is a company that keeps a fund.
type ledger struct {
	*testkit.W
	s             *Service
	firm          testkit.Firm
	safety        rbac.Actor
	finance, boss rbac.Actor
	told          []Note
	touched       map[rbac.CompanyID]int
}

// newLedger stands at noon of a day in Shanghai.
func newLedger(t *testing.T, today string) *ledger {
	t.Helper()
	w := &ledger{W: testkit.World(t), touched: map[rbac.CompanyID]int{}}
	w.on(t, today)
	w.firm = w.Company(t, "330784105")
	w.safety, w.finance, w.boss = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "finance"), w.Actor(t, w.firm, "principal")
	w.s = &Service{
		Gate: w.Gate,
		Firm: func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (card Card, err error) {
			cond, args := scope.Where("c")
			var names []string
			err = tx.WithContext(ctx).Raw("SELECT c.name FROM company c WHERE c.company_id = ? AND "+cond, append([]any{int64(c)}, args...)...).Scan(&names).Error
			if err == nil && len(names) == 0 {
				return card, rbac.ErrNotFound
			}
			return Card{Name: append(names, "")[0], Industry: "3311"}, err
		},
		Tell: func(_ context.Context, _ db.Tx, n Note) error { w.told = append(w.told, n); return nil },
		Touch: func(_ context.Context, _ db.Tx, all ...rbac.CompanyID) error {
			for _, c := range all {
				w.touched[c]++
			}
			return nil
		},
	}
	return w
}

// on sets the clock to noon of a day in Shanghai.
func (w *ledger) on(t *testing.T, today string) {
	t.Helper()
	d, err := day.Parse(today)
	require.NoError(t, err)
	w.Set(d.Midnight(day.Shanghai).Add(12 * time.Hour))
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

// machinery is bound since a month with an opening balance.
func machinery(start string, opening fen.Amount) ProfileForm {
	return ProfileForm{Bound: true, Category: "machinery", StartMonth: start, OpeningFen: opening, CostAccount: "6602", ApproveAboveFen: 5_000_000, AutoClose: true}
}

func (w *ledger) answer(t *testing.T, f ProfileForm) {
	t.Helper()
	_, err := w.s.Answer(as(t, w.finance), f)
	require.NoError(t, err)
}

func (w *ledger) line(t *testing.T, year int, f LineForm) id.Of[Line] {
	t.Helper()
	n, err := w.s.AddLine(as(t, w.finance), year, f)
	require.NoError(t, err)
	return n
}

func (w *ledger) year(t *testing.T, year int) YearPage {
	t.Helper()
	p, err := w.s.Ledger(as(t, w.finance), 0, year)
	require.NoError(t, err)
	return p
}

// shut closes a month as it is shown.
func (w *ledger) shut(t *testing.T, month string) Row {
	t.Helper()
	on, err := monthIn(month)
	require.NoError(t, err)
	row := w.year(t, on.Year()).Rows[on.Month()-1]
	_, err = w.s.Close(as(t, w.finance), month, Expected{row.AccruedFen, row.ClosingFen})
	require.NoError(t, err, month)
	return row
}

// spend books an expense of a day as the approval of one does.
func (w *ledger) spend(t *testing.T, on string, amount fen.Amount, capital bool) day.Date {
	t.Helper()
	d, err := day.Parse(on)
	require.NoError(t, err)
	var month day.Date
	require.NoError(t, w.Gate.Write(as(t, w.finance), ActionRecord, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lockCompany(t.Context(), tx, home.CompanyID); err != nil {
			return err
		}
		if month, err = openMonth(t.Context(), tx, home.CompanyID, d); err != nil {
			return err
		}
		voucher := []Entry{entry(Spent, Reserve, Cash, amount)}
		if capital {
			voucher = []Entry{entry(CapitalDone, Asset, InProgress, amount), entry(CapitalUsed, Reserve, Depreciation, amount)}
		}
		for i := range voucher {
			voucher[i].CompanyID, voucher[i].RegionPath, voucher[i].MonthOn, voucher[i].BookedOn, voucher[i].MadeAt = home.CompanyID, home.RegionPath, month, d, tx.Now
		}
		if err := book(t.Context(), tx, voucher); err != nil {
			return err
		}
		return w.s.refresh(t.Context(), tx, scope, home, month.Year())
	}))
	return month
}

// waiting makes an expense that waits for approval.
func (w *ledger) waiting(t *testing.T, firm testkit.Firm, on string) {
	t.Helper()
	w.Exec(t, `INSERT INTO fund_expense (company_id, region_path, oversight_line, number, year, state, spent_on, amount_fen, tax_fen, category, item, tag, capital, unit_name, payee, purpose, invoice_no,
		invoice_fold, voucher, tie, tie_title, doubts, doubt_reason, files, imported, made_by_name, made_at, decided_by_name, decision_note, changed_at)
		VALUES ($1, $2, 0, gen_random_uuid()::text, 2026, 'submitted', $3, 100, 0, '', 1, 'ppe', false, '', '', '', '', '', '', '', '', '{}', '', '{}', false, '', now(), '', '', now())`, int64(firm.ID), firm.RegionPath, on)
}

// stored is a year as it was counted.
func (w *ledger) stored(t *testing.T, year int) (y Year) {
	t.Helper()
	require.NoError(t, w.Gate.Read(as(t, w.finance), ActionLedger, func(tx db.Tx, _ rbac.Scope) error {
		return tx.Raw("SELECT * FROM fund_year WHERE company_id = ? AND year = ?", int64(w.firm.ID), year).Scan(&y).Error
	}))
	return y
}

func yuan(n int64) *fen.Amount { a := fen.Amount(n * 100); return &a }
