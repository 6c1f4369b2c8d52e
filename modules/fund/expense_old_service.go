package fund

import (
	"context"
	"strconv"
	"strings"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/org"
	"anbiao/kit/search"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// Verdicts on a row of past expenses.
const (
	rowNew  = "new"
	rowSame = "same"
)

// oldBook is what rows of past expenses are held against.
type oldBook struct {
	actor    rbac.Actor
	tx       db.Tx
	profile  Profile
	category accrual.Category
	rules    *accrual.Rules
	units    map[string]org.Unit // by name
	invoices map[string]bool     // that are booked already
	same     map[string]bool     // rows without invoice that are there already
}

// CheckOldExpenses says of each row of past expenses what saving it would do, and notes what is wrong in its Faults. For the job runner.
func (s *Service) CheckOldExpenses(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, verdicts, err := s.oldExpenses(ctx, tx, a, rows)
	return verdicts, err
}

// SaveOldExpenses brings in past expenses: from before the fund was kept here as booked, without entries; later ones wait for
// approval like any other. Saving twice changes nothing.
func (s *Service) SaveOldExpenses(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	if err := lockCompany(ctx, tx, a.CompanyID); err != nil {
		return nil, err
	}
	fresh, verdicts, err := s.oldExpenses(ctx, tx, a, rows)
	if err != nil || len(fresh) == 0 {
		return verdicts, err
	}
	next := map[int]int{}
	for _, e := range fresh {
		year := e.SpentOn.Year()
		if next[year] == 0 {
			if next[year], err = nextPlace(ctx, tx, a.CompanyID, year); err != nil {
				return nil, err
			}
		}
		e.Number = expenseNumber(year, next[year])
		next[year]++
	}
	if err := insertOldExpenses(ctx, tx, fresh); err != nil {
		return nil, err
	}
	rbac.ScopeOf(ctx).Changed("fund_expense", 0, a.CompanyID, brought{}, brought{len(fresh)})
	return verdicts, s.Touch(ctx, tx, a.CompanyID)
}

type brought struct{ Expenses int }

func (s *Service) oldExpenses(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (fresh []*Expense, verdicts []string, err error) {
	b, err := s.oldBookOf(ctx, tx, a, rows)
	if err != nil {
		return nil, nil, err
	}
	verdicts = make([]string, len(rows))
	for i := range rows {
		e, verdict := b.read(&rows[i])
		if verdicts[i] = verdict; e != nil && len(rows[i].Faults) == 0 {
			fresh = append(fresh, e)
		}
	}
	return fresh, verdicts, nil
}

func (s *Service) oldBookOf(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (b oldBook, err error) {
	b = oldBook{actor: a, tx: tx, units: map[string]org.Unit{}}
	if b.profile, err = profileOf(ctx, tx, a.CompanyID); err != nil {
		return b, err
	}
	if b.category, b.rules, err = categoryOf(ctx, tx, a.CompanyID); err != nil {
		return b, err
	}
	tree, err := s.Tree(ctx, tx, a.CompanyID, today(tx))
	if err != nil {
		return b, err
	}
	for _, u := range tree.Units {
		b.units[u.Name] = u
	}
	var folds db.Texts
	var days []day.Date
	for _, r := range rows {
		if f := search.Fold(r.Values["invoiceNo"]); f != "" {
			folds = append(folds, f)
		}
		if d, err := day.Parse(r.Values["spentOn"]); err == nil {
			days = append(days, d)
		}
	}
	if b.invoices, err = invoicesIn(ctx, tx, a.CompanyID, folds); err != nil {
		return b, err
	}
	b.same, err = alike(ctx, tx, a.CompanyID, days)
	return b, err
}

// read makes an expense of a row; nil for one that is there already.
func (b oldBook) read(row *sheet.Row) (*Expense, string) {
	v := row.Values
	refuse := func(column string, f *fault.Error) {
		row.Faults = append(row.Faults, sheet.CellFault{Row: row.Number, Column: column, Code: f.Code, Params: f.Params})
	}
	e := &Expense{
		CompanyID: b.actor.CompanyID, RegionPath: b.actor.RegionPath, OversightLine: b.actor.Line, State: Booked, Payee: v["payee"], Purpose: v["purpose"], InvoiceNo: v["invoiceNo"],
		InvoiceFold: search.Fold(v["invoiceNo"]), Voucher: v["voucher"], Capital: v["capital"] == "true", Imported: true, MadeByName: b.actor.Name, MadePersonID: some(b.actor.PersonID),
		MadeAt: b.tx.Now, ChangedAt: b.tx.Now, Doubts: db.Texts{}, Files: db.Ints{},
	}
	e.SpentOn, _ = day.Parse(v["spentOn"]) // a cell that is no day is marked already
	if e.SpentOn.IsZero() {
		return nil, rowNew
	}
	var ok bool
	if e.AmountFen, ok = yuanOf(v["amount"]); !ok || e.AmountFen == 0 {
		refuse("amount", ErrAmount)
	}
	if e.TaxFen, ok = yuanOf(v["tax"]); !ok {
		refuse("tax", ErrAmount)
	}
	if b.invoices[e.InvoiceFold] || (e.InvoiceFold == "" && b.same[e.likeness()]) {
		return nil, rowSame
	}
	if e.SpentOn.After(today(b.tx)) || e.SpentOn.Year() < firstYear {
		refuse("spentOn", ErrDay)
	}
	b.classify(e, v, refuse)
	if u, ok := b.units[v["unit"]]; ok {
		e.UnitID, e.UnitName = some(u.ID), u.Name
	} else {
		e.UnitName = v["unit"] // as it was called then
	}
	e.settle(b.profile)
	return e, rowNew
}

func (b oldBook) classify(e *Expense, v map[string]string, refuse func(string, *fault.Error)) {
	number, _ := strconv.Atoi(v["item"]) // a cell that is no number is marked already
	category, item, ok := itemOfTag(b.category, b.rules, v["tag"], number)
	if !ok {
		refuse("item", ErrItem)
		return
	}
	e.Category, e.Item, e.Tag = category, int16(item.Item), item.Tag
	e.Doubts = codesOf(doubtsOf(b.rules, b.category.Code, e.Purpose))
}

// settle says how far a past expense has come: what was spent before the fund was kept here is booked in its own month.
func (e *Expense) settle(p Profile) {
	e.Year = int32(e.SpentOn.Year())
	if !e.SpentOn.Before(p.StartsOn) {
		e.State = Submitted
		return
	}
	e.MonthOn = monthOf(e.SpentOn)
	if e.Capital {
		e.CompletedOn = e.SpentOn
	}
}

// likeness tells expenses without an invoice apart.
func (e *Expense) likeness() string {
	return strings.Join([]string{e.SpentOn.String(), strconv.FormatInt(int64(e.AmountFen), 10), e.Payee, e.Purpose}, "|")
}
