package fund

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// reached is the condition that alias e is an expense the actor may see: of his part of the company, or entered by himself.
// A draft is its maker's alone.
func reached(scope rbac.Scope) (string, []any) {
	cond, args := scope.Where("e")
	part, more := scope.Reach("e")
	me := int64(scope.Actor().PersonID)
	return cond + " AND (" + part + " OR e.made_person_id = ?) AND (e.state <> 'draft' OR e.made_person_id = ?)", append(append(args, more...), me, me)
}

// insertExpense adds an expense. Errors: ErrInvoice.
func insertExpense(ctx context.Context, tx db.Tx, e *Expense) error {
	return invoiceTaken(gorm.G[Expense](tx.DB).Create(ctx, e))
}

// saveExpense writes an expense anew. Errors: ErrInvoice.
func saveExpense(ctx context.Context, tx db.Tx, e *Expense) error {
	return invoiceTaken(tx.WithContext(ctx).Model(&Expense{}).Where("company_id = ? AND id = ?", int64(e.CompanyID), int64(e.ID)).
		Select("*").Omit("CompanyID", "ID", "RegionPath", "OversightLine", "Number", "MadeByName", "MadePersonID", "MadeAt").Updates(e).Error)
}

func invoiceTaken(err error) error {
	if db.Violates(err, "fund_expense_invoice_key") {
		return ErrInvoice.With("number", "").At("body.invoiceNo").Because(err)
	}
	return err
}

// sameInvoice returns the number of an expense that has the invoice already; empty for none.
func sameInvoice(ctx context.Context, tx db.Tx, company rbac.CompanyID, fold string, except id.Of[Expense]) (string, error) {
	if fold == "" {
		return "", nil
	}
	var found []string
	err := tx.WithContext(ctx).Raw("SELECT number FROM fund_expense WHERE company_id = ? AND invoice_fold = ? AND state NOT IN ('refused', 'withdrawn', 'reversed') AND id <> ? LIMIT 1",
		int64(company), fold, int64(except)).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// expenseByID returns an expense that the actor may see. Errors: rbac.ErrNotFound.
func expenseByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Expense], lock bool) (Expense, error) {
	cond, args := reached(scope)
	q := tx.WithContext(ctx).Table("fund_expense AS e")
	if lock {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	var rows []Expense
	err := q.Where(cond, args...).Where("e.id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Expense{}, err
	}
	return rows[0], nil
}

func insertStep(ctx context.Context, tx db.Tx, steps ...ExpenseStep) error {
	return tx.WithContext(ctx).CreateInBatches(&steps, 500).Error
}

// expenseSteps are the steps of an expense, the first first.
func expenseSteps(ctx context.Context, tx db.Tx, e Expense) (rows []ExpenseStep, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM fund_expense_step WHERE company_id = ? AND expense_id = ? ORDER BY id LIMIT 200", int64(e.CompanyID), int64(e.ID)).Scan(&rows).Error
}

// expenseEntries are the entries of an expense, the first first.
func expenseEntries(ctx context.Context, tx db.Tx, e Expense) (rows []Entry, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM fund_entry WHERE company_id = ? AND expense_id = ? ORDER BY id", int64(e.CompanyID), int64(e.ID)).Scan(&rows).Error
}

// ItemUse is what was spent in a year on one use item. Item 0 is what was brought in without its items.
type ItemUse struct {
	Category   string
	Item       int16
	Tag        string
	Label      string
	ExpenseFen fen.Amount
	CapitalFen fen.Amount
	Months     [12]fen.Amount
}

type useRow struct {
	Category  string
	Item      int16
	Tag       string
	Capital   bool
	Month     int
	AmountFen fen.Amount
}

// uses sums up what was used in a year by item and month: of the journal, and of what was brought in from before the fund was
// kept here, which has no entries of its own. What months were brought in with beyond that stands under item 0.
func uses(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int) (rows []useRow, err error) {
	from, until := day.Of(year, 1, 1), day.Of(year+1, 1, 1)
	q := `WITH posted AS (SELECT n.month_on, n.used_fen, e.id, e.category, e.item, e.tag, e.capital FROM fund_entry n
			LEFT JOIN fund_expense e ON e.company_id = n.company_id AND e.id = n.expense_id
			WHERE n.company_id = ? AND n.month_on >= ? AND n.month_on < ? AND n.used_fen <> 0),
		old AS (SELECT e.month_on, e.amount_fen, e.category, e.item, e.tag, e.capital FROM fund_expense e
			WHERE e.company_id = ? AND e.imported AND e.state = 'booked' AND e.month_on >= ? AND e.month_on < ?
			AND NOT EXISTS (SELECT 1 FROM fund_entry n WHERE n.company_id = e.company_id AND n.expense_id = e.id)),
		parts AS (SELECT category, item, tag, capital, month_on, used_fen AS amount_fen FROM posted WHERE id IS NOT NULL
			UNION ALL SELECT category, item, tag, capital, month_on, amount_fen FROM old
			UNION ALL SELECT '', 0, '', false, p.month_on, greatest(0, sum(p.used_fen) - coalesce((SELECT sum(o.amount_fen) FROM old o WHERE o.month_on = p.month_on), 0))
				FROM posted p WHERE p.id IS NULL GROUP BY p.month_on)
		SELECT category, item, tag, capital, extract(month FROM month_on)::int AS month, sum(amount_fen)::bigint AS amount_fen FROM parts
		WHERE amount_fen <> 0 GROUP BY category, item, tag, capital, month_on ORDER BY category, item, month_on`
	err = tx.WithContext(ctx).Raw(q, int64(company), from, until, int64(company), from, until).Scan(&rows).Error
	return rows, err
}

// nextPlace is the number within a year that the next expense gets; the caller holds lockCompany.
func nextPlace(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int) (n int, err error) {
	prefix := fmt.Sprintf("AF-%d-", year)
	return n, tx.WithContext(ctx).Raw("SELECT coalesce(max(substr(number, 9)::int), 0) + 1 FROM fund_expense WHERE company_id = ? AND number >= ? AND number < ?",
		int64(company), prefix, prefix+"~").Scan(&n).Error
}

// invoicesIn are those of folded invoice numbers that are booked already.
func invoicesIn(ctx context.Context, tx db.Tx, company rbac.CompanyID, folds db.Texts) (map[string]bool, error) {
	var found []string
	err := tx.WithContext(ctx).Raw("SELECT invoice_fold FROM fund_expense WHERE company_id = ? AND invoice_fold = ANY(?) AND invoice_fold <> '' AND state NOT IN ('refused', 'withdrawn', 'reversed')",
		int64(company), folds).Scan(&found).Error
	out := map[string]bool{}
	for _, f := range found {
		out[f] = true
	}
	return out, err
}

// alike are the expenses without an invoice of the days, by their likeness.
func alike(ctx context.Context, tx db.Tx, company rbac.CompanyID, days []day.Date) (map[string]bool, error) {
	on := make(db.Texts, len(days))
	for i, d := range days {
		on[i] = d.String()
	}
	var rows []Expense
	err := tx.WithContext(ctx).Raw("SELECT spent_on, amount_fen, payee, purpose FROM fund_expense WHERE company_id = ? AND spent_on = ANY((?::text[])::date[]) AND invoice_fold = '' AND state NOT IN ('refused', 'withdrawn', 'reversed')",
		int64(company), on).Scan(&rows).Error
	out := map[string]bool{}
	for i := range rows {
		out[rows[i].likeness()] = true
	}
	return out, err
}

// insertOldExpenses adds past expenses, each with its one step. Errors: ErrInvoice.
func insertOldExpenses(ctx context.Context, tx db.Tx, all []*Expense) error {
	if err := tx.WithContext(ctx).CreateInBatches(all, 500).Error; err != nil {
		return invoiceTaken(err)
	}
	steps := make([]ExpenseStep, len(all))
	for i, e := range all {
		steps[i] = ExpenseStep{
			CompanyID: e.CompanyID, RegionPath: e.RegionPath, OversightLine: e.OversightLine, ExpenseID: e.ID, Event: eventImported, AmountFen: e.AmountFen, At: tx.Now,
			PersonID: e.MadePersonID, ActorName: e.MadeByName,
		}
	}
	return insertStep(ctx, tx, steps...)
}
