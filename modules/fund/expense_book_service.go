package fund

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// vouchersOf are the entries that an expense is still to be booked by, and the day that decides on their month. A fixed asset
// is paid for first, without effect on the fund, and used in full once it is in working order (企业会计准则解释第3号).
func vouchersOf(e *Expense) ([]Entry, day.Date) {
	paid := entry(CapitalPaid, InProgress, Cash, e.AmountFen)
	done := []Entry{entry(CapitalDone, Asset, InProgress, e.AmountFen), entry(CapitalUsed, Reserve, Depreciation, e.AmountFen)}
	switch {
	case !e.Capital:
		return []Entry{entry(Spent, Reserve, Cash, e.AmountFen)}, e.SpentOn
	case e.CompletedOn.IsZero():
		return []Entry{paid}, e.SpentOn
	case e.State == Building:
		return done, e.CompletedOn
	}
	return append([]Entry{paid}, done...), e.CompletedOn
}

// bookExpense posts an approved expense and settles how far it has come. The caller holds lockCompany and saves it.
func (s *Service) bookExpense(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, e *Expense) error {
	voucher, on := vouchersOf(e)
	month, err := openMonth(ctx, tx, e.CompanyID, on)
	if err != nil {
		return err
	}
	e.State, e.MonthOn, e.Year = Booked, month, int32(month.Year())
	if e.Capital && e.CompletedOn.IsZero() {
		e.State, e.MonthOn = Building, day.Date{}
	}
	return s.journal(ctx, tx, scope, home, e, voucher, month, text.Say(text.Chinese, "fund.expense-summary-"+string(voucher[len(voucher)-1].Event), map[string]string{"number": e.Number, "purpose": e.Purpose}))
}

// unbook takes back what was posted for an expense.
func (s *Service) unbook(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, e *Expense, reason string) error {
	entries, err := expenseEntries(ctx, tx, *e)
	if err != nil || len(entries) == 0 {
		return err // brought in from before the fund was kept here
	}
	var voucher []Entry
	var last day.Date
	for _, x := range entries {
		voucher = append(voucher, x.reversed())
		if x.MonthOn.After(last) {
			last = x.MonthOn
		}
	}
	month, err := openMonth(ctx, tx, e.CompanyID, last)
	if err != nil {
		return err
	}
	if e.MonthOn.IsZero() {
		e.MonthOn = month
	}
	return s.journal(ctx, tx, scope, home, e, voucher, month, text.Say(text.Chinese, "fund.expense-summary-reversal", map[string]string{"number": e.Number, "reason": reason}))
}

func (s *Service) journal(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, e *Expense, voucher []Entry, month day.Date, summary string) error {
	for i := range voucher {
		v := &voucher[i]
		v.CompanyID, v.RegionPath, v.OversightLine, v.MonthOn, v.BookedOn = e.CompanyID, e.RegionPath, e.OversightLine, month, today(tx)
		v.Summary, v.ExpenseID, v.MadeByName, v.MadeAt = summary, &e.ID, scope.Actor().Name, tx.Now
	}
	if err := book(ctx, tx, voucher); err != nil {
		return err
	}
	return s.refresh(ctx, tx, scope, home, month.Year())
}

// usedByItem is what was used in a year by use item and month.
func usedByItem(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int) ([]ItemUse, error) {
	rows, err := uses(ctx, tx, company, year)
	if err != nil {
		return nil, err
	}
	all, err := rulesNow(ctx, tx)
	if err != nil {
		return nil, err
	}
	words := labelsOf(all)
	var out []ItemUse
	at := map[string]int{}
	for _, r := range rows {
		k := itemKey(r.Category, r.Item)
		i, ok := at[k]
		if !ok {
			i, at[k] = len(out), len(out)
			out = append(out, ItemUse{Category: r.Category, Item: r.Item, Tag: r.Tag, Label: words.of(r.Category, r.Item)})
		}
		u := &out[i]
		u.Months[r.Month-1] += r.AmountFen
		if r.Capital {
			u.CapitalFen += r.AmountFen
		} else {
			u.ExpenseFen += r.AmountFen
		}
	}
	return out, nil
}
