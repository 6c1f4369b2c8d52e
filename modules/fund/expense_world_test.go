package fund_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/modules/fund"
	"anbiao/rbac"
	"anbiao/testkit"
)

// useDay is 20 May 2026, 12:00 in Shanghai.
var useDay = time.Date(2026, 5, 20, 4, 0, 0, 0, time.UTC)

// useWorld is a machine builder that keeps a fund since January 2026.
type useWorld struct {
	*testkit.W
	s                                      *fund.Service
	firm                                   testkit.Firm
	boss, safety, finance, leader, foreman rbac.Actor
	press, team, paint                     id.Of[id.Unit]
	claimed                                []id.Of[id.Attachment]
	told                                   []fund.Note
}

func useSetup(t *testing.T) *useWorld {
	t.Helper()
	w := &useWorld{W: testkit.World(t)}
	w.Set(useDay)
	w.firm = w.Company(t, "330784105")
	w.press = w.Unit(t, w.firm, 0, "workshop", "冲压车间")
	w.team = w.Unit(t, w.firm, w.press, "team", "一班")
	w.paint = w.Unit(t, w.firm, 0, "workshop", "喷涂车间")
	w.boss, w.safety, w.finance = w.Actor(t, w.firm, "principal"), w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "finance")
	w.foreman = w.Placed(t, w.Actor(t, w.firm, "director"), w.press)
	w.leader = w.Placed(t, w.Actor(t, w.firm, "leader"), w.team)
	w.s = &fund.Service{
		Gate: w.Gate, Touch: func(context.Context, db.Tx, ...rbac.CompanyID) error { return nil },
		Firm: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (fund.Card, error) { return fund.Card{}, nil },
		Claim: func(_ context.Context, _ db.Tx, _ rbac.Scope, files []id.Of[id.Attachment], _ string, _ int64) error {
			w.claimed = append(w.claimed, files...)
			return nil
		},
		Tell: func(_ context.Context, _ db.Tx, n fund.Note) error { w.told = append(w.told, n); return nil },
		Tree: func(context.Context, db.Tx, rbac.CompanyID, day.Date) (org.Tree, error) {
			return org.Tree{Units: []org.Unit{
				{ID: w.press, Name: "冲压车间", Path: "0001"}, {ID: w.team, ParentID: w.press, Name: "一班", Path: "00010002"}, {ID: w.paint, Name: "喷涂车间", Path: "0003"},
			}}, nil
		},
		Ties: map[string]func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID, string, int64, int) ([]fund.Tied, error){
			"hazard": func(_ context.Context, _ db.Tx, _ rbac.Scope, _ rbac.CompanyID, words string, one int64, _ int) ([]fund.Tied, error) {
				if title := "光电保护"; one != 7 && (one != 0 || !strings.Contains(title, words)) {
					return nil, nil
				}
				return []fund.Tied{{ID: 7, Title: "YH-7 冲压车间 光电失效", On: day.Of(2026, 4, 1)}}, nil
			},
		},
	}
	w.profile(t, w.firm)
	revenue := fen.Amount(60_000_000_00)
	_, err := w.s.AddLine(by(t, w.finance), 2026, fund.LineForm{Name: "机械制造", Category: "machinery", Sub: "default", RevenueFen: &revenue})
	require.NoError(t, err)
	return w
}

// settle approves what waits from before a day: it would keep the month open.
func (w *useWorld) settle(t *testing.T, before day.Date) {
	t.Helper()
	for _, n := range testkit.All[int64](t, w.W, "SELECT id FROM fund_expense WHERE state = 'submitted' AND spent_on < $1::date ORDER BY id", before.String()) {
		w.approve(t, w.boss, id.Of[fund.Expense](n))
	}
}

func (w *useWorld) profile(t *testing.T, f testkit.Firm) {
	t.Helper()
	w.Exec(t, `INSERT INTO fund_profile (company_id, region_path, oversight_line, bound, category, clause, reason, answered_by_name, answered_at, starts_on, opening_fen, cost_account,
		approve_above_fen, papers_above_fen, auto_close, tax_included, changed_at)
		VALUES ($1, $2, 0, true, 'machinery', '', '', '', now(), '2026-01-01', 0, '5101', 1000000, 5000000, false, false, now())`, int64(f.ID), f.RegionPath)
}

// closed closes the months until one, as the ledger does.
func (w *useWorld) closed(t *testing.T, until time.Month) {
	t.Helper()
	for m := time.January; m <= until; m++ {
		page, err := w.s.Ledger(by(t, w.finance), 0, 2026)
		require.NoError(t, err)
		row := page.Rows[m-1]
		_, err = w.s.Close(by(t, w.finance), day.Of(2026, m, 1).String()[:7], fund.Expected{AccruedFen: row.AccruedFen, ClosingFen: row.ClosingFen})
		require.NoError(t, err)
	}
}

func by(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

// spent is an expense of 800 yuan for gloves, complete.
func spent(change ...func(*fund.ExpenseForm)) fund.ExpenseForm {
	f := fund.ExpenseForm{
		SpentOn: day.Of(2026, 5, 6), AmountFen: 80000, TaxFen: 10400, Category: "machinery", Item: 6, Payee: "永康劳保用品店", Purpose: "防割手套 200 双",
		Files: []id.Of[id.Attachment]{1}, Submit: true,
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func (w *useWorld) make(t *testing.T, a rbac.Actor, f fund.ExpenseForm) id.Of[fund.Expense] {
	t.Helper()
	n, err := w.s.MakeExpense(by(t, a), f)
	require.NoError(t, err)
	return n
}

func (w *useWorld) approve(t *testing.T, a rbac.Actor, n id.Of[fund.Expense]) {
	t.Helper()
	_, err := w.s.ApproveExpense(by(t, a), n, fund.Approval{AmountFen: w.one(t, n).AmountFen})
	require.NoError(t, err)
}

func (w *useWorld) one(t *testing.T, n id.Of[fund.Expense]) fund.ExpenseSheet {
	t.Helper()
	x, err := w.s.Expense(by(t, w.boss), n)
	require.NoError(t, err)
	return x
}

// entries are the entries of an expense: month, accounts, amount.
func (w *useWorld) entries(t *testing.T, n id.Of[fund.Expense]) (out []string) {
	t.Helper()
	for _, e := range w.one(t, n).Entries {
		out = append(out, fmt.Sprintf("%s %s %s/%s %d %d", e.MonthOn.String()[:7], e.Event, e.Debit, e.Credit, e.AmountFen, e.EffectFen))
	}
	return out
}
