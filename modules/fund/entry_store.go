package fund

import (
	"context"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// yearKey names the vouchers of a company's year, which are numbered from 1.
type yearKey struct {
	company rbac.CompanyID
	year    int
}

// bookMany adds vouchers of many companies to the journal; the caller holds their locks.
func bookMany(ctx context.Context, tx db.Tx, vouchers [][]Entry) error {
	var ids db.Ints
	first, last := day.Date{}, day.Date{}
	for _, v := range vouchers {
		ids = append(ids, int64(v[0].CompanyID))
		if first.IsZero() || v[0].MonthOn.Before(first) {
			first = v[0].MonthOn
		}
		if v[0].MonthOn.After(last) {
			last = v[0].MonthOn
		}
	}
	if len(vouchers) == 0 {
		return nil
	}
	var rows []struct {
		CompanyID rbac.CompanyID
		Year      int
		No        int32
	}
	q := `SELECT company_id, extract(year FROM month_on)::int AS year, max(voucher_no) AS no FROM fund_entry
		WHERE company_id = ANY(?) AND month_on >= make_date(?, 1, 1) AND month_on < make_date(? + 1, 1, 1) GROUP BY 1, 2`
	if err := tx.WithContext(ctx).Raw(q, ids, first.Year(), last.Year()).Scan(&rows).Error; err != nil {
		return fmt.Errorf("fund: voucher numbers: %w", err)
	}
	numbers := map[yearKey]int32{}
	for _, r := range rows {
		numbers[yearKey{r.CompanyID, r.Year}] = r.No
	}
	var all []Entry
	for _, v := range vouchers {
		k := yearKey{v[0].CompanyID, v[0].MonthOn.Year()}
		numbers[k]++
		for i := range v {
			v[i].VoucherNo, v[i].Line = numbers[k], int16(i+1)
			all = append(all, v[i])
		}
	}
	return tx.WithContext(ctx).CreateInBatches(&all, 500).Error
}

// standing returns the entries of events that nothing has taken back; of one month, unless it is none.
func standing(ctx context.Context, tx db.Tx, company rbac.CompanyID, events []Event, month day.Date) (rows []Entry, err error) {
	names := make(db.Texts, len(events))
	for i, e := range events {
		names[i] = string(e)
	}
	q := `SELECT e.* FROM fund_entry e WHERE e.company_id = ? AND e.event = ANY(?) AND (?::date IS NULL OR e.month_on = ?::date)
		AND NOT EXISTS (SELECT FROM fund_entry r WHERE r.company_id = e.company_id AND r.reverses_id = e.id) ORDER BY e.id`
	err = tx.WithContext(ctx).Raw(q, int64(company), names, month, month).Scan(&rows).Error
	return rows, err
}

// entryByID reads an entry and whether it was taken back. Errors: rbac.ErrNotFound.
func entryByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Entry]) (e Entry, reversed bool, err error) {
	w := &page.Where{}
	w.Within(scope.Where("e"))
	w.And("e.id = ?", int64(n))
	var rows []struct {
		Entry
		Reversed bool
	}
	q := "SELECT e.*, EXISTS (SELECT FROM fund_entry r WHERE r.company_id = e.company_id AND r.reverses_id = e.id) AS reversed FROM fund_entry e WHERE " + w.SQL()
	if err := tx.WithContext(ctx).Raw(q, w.Args...).Scan(&rows).Error; err != nil {
		return e, false, err
	}
	if len(rows) == 0 {
		return e, false, rbac.ErrNotFound
	}
	return rows[0].Entry, rows[0].Reversed, nil
}

// entriesOf returns at most limit+1 entries, the latest first; or the first booked first.
func entriesOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f EntryFilter, k page.Key, rising bool) (rows []Entry, err error) {
	w := scope.Of(company, "e")
	from, until := f.span()
	w.When(!from.IsZero(), "e.month_on >= ?::date AND e.month_on <= ?::date", from, until)
	w.When(f.Event != "", "e.event = ?", f.Event)
	w.When(f.Account != "", "? IN (e.debit, e.credit)", f.Account)
	order := w.Latest
	if rising {
		order = w.Rising
	}
	by := order(k, "e.id", "?::bigint")
	err = tx.WithContext(ctx).Raw("SELECT e.* FROM fund_entry e WHERE "+w.SQL()+by+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// Balance is an account in the trial balance (科目余额表) of a year; a balance above zero is a debit.
type Balance struct {
	Account    string
	OpeningFen fen.Amount
	DebitFen   fen.Amount
	CreditFen  fen.Amount
}

// ClosingFen is the account's balance at the end.
func (b Balance) ClosingFen() fen.Amount { return b.OpeningFen + b.DebitFen - b.CreditFen }

// balancesOf adds up the accounts until the end of a span.
func balancesOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, from, until day.Date) (rows []Balance, err error) {
	w := scope.Of(company, "e")
	w.And("e.month_on <= ?::date", until)
	q := `SELECT a.account, coalesce(sum(a.amount * a.side) FILTER (WHERE a.month_on < ?::date), 0)::bigint AS opening_fen,
		coalesce(sum(a.amount) FILTER (WHERE a.side = 1 AND a.month_on >= ?::date), 0)::bigint AS debit_fen, coalesce(sum(a.amount) FILTER (WHERE a.side = -1 AND a.month_on >= ?::date), 0)::bigint AS credit_fen
		FROM (SELECT x.account, x.side, e.amount_fen AS amount, e.month_on FROM fund_entry e CROSS JOIN LATERAL (VALUES (e.debit, 1), (e.credit, -1)) AS x(account, side) WHERE ` + w.SQL() + `) a
		GROUP BY a.account ORDER BY a.account`
	err = tx.WithContext(ctx).Raw(q, append([]any{from, from, from}, w.Args...)...).Scan(&rows).Error
	return rows, err
}
