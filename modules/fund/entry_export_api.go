package fund

import (
	"context"
	"fmt"

	"anbiao/kit/fen"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// LedgerFilter says which year of the ledger is exported.
type LedgerFilter struct {
	CompanyID rbac.CompanyID `query:"companyId"`
	Year      int            `query:"year" minimum:"2005" maximum:"2100" doc:"empty: this year"`
}

// LedgerColumns are the columns of the ledger by month. Its first ones can be imported as they are.
func LedgerColumns() []sheet.Column {
	return append(OldColumns(),
		sheet.Column{Key: "standard", Title: named("col-standard"), Kind: sheet.Decimal},
		sheet.Column{Key: "planSum", Title: named("col-plan-sum"), Kind: sheet.Decimal},
		sheet.Column{Key: "usedSum", Title: named("col-used-sum"), Kind: sheet.Decimal},
		sheet.Column{Key: "variance", Title: named("col-variance"), Kind: sheet.Decimal},
		sheet.Column{Key: "state", Title: named("col-state"), Kind: sheet.Text, Width: 14},
		sheet.Column{Key: "closedBy", Title: named("col-closed-by"), Kind: sheet.Text, Width: 14},
	)
}

// ExportLedger writes the months of a year that are kept or over, as Ledger shows them.
// Errors: web.ErrFilter, those of Ledger.
func (s *Service) ExportLedger(ctx context.Context, filters map[string][]string, _ string, _ int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[LedgerFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	p, err := s.Ledger(ctx, f.CompanyID, f.Year)
	if err != nil {
		return nil, "", err
	}
	l := text.Of(ctx)
	for _, r := range p.Rows {
		if r.Standing != Before && r.Standing != Future && (p.Whole || r.Standing == Closed) {
			out = append(out, r.record(l))
		}
	}
	return out, "", nil
}

func (r Row) record(l text.Lang) sheet.Record {
	values := []string{monthKey(r.MonthOn)}
	for _, a := range []fen.Amount{
		r.OpeningFen, r.AccruedFen, r.TopUpFen, r.ExcessFen, r.UsedExpenseFen, r.UsedCapitalFen, r.MovedFen, r.ClosingFen, r.StandardFen, r.PlanSum, r.UsedSum, r.UsedSum - r.PlanSum,
	} {
		values = append(values, a.Yuan())
	}
	state := say(l, "month-"+r.Standing)
	if r.Suspended {
		state += " · " + say(l, "month-suspended")
	}
	return sheet.Record{Values: append(values, state, r.ClosedByName)}
}

// VoucherColumns are the columns of the voucher list for the accounting system (凭证清单): a row for
// the debit and one for the credit of each entry.
func VoucherColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "date", Title: named("col-date"), Kind: sheet.Date},
		{Key: "month", Title: named("col-month"), Kind: sheet.Text},
		{Key: "voucher", Title: named("col-voucher"), Kind: sheet.Text},
		{Key: "summary", Title: named("col-summary"), Kind: sheet.Text, Width: 44},
		{Key: "account", Title: named("col-account"), Kind: sheet.Code},
		{Key: "accountName", Title: named("col-account-name"), Kind: sheet.Text, Width: 20},
		{Key: "debit", Title: named("col-debit"), Kind: sheet.Decimal},
		{Key: "credit", Title: named("col-credit"), Kind: sheet.Decimal},
		{Key: "by", Title: named("col-made-by"), Kind: sheet.Text},
	}
}

// ExportVouchers writes the journal as it was booked, two rows an entry. Errors: web.ErrFilter,
// page.ErrCursor, those of Entries.
func (s *Service) ExportVouchers(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[EntryFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.entries(ctx, f, "voucher", true)
	if err != nil {
		return nil, "", err
	}
	list := page.Of(rows, k, limit, entryKey, func(e Entry) Entry { return e })
	l := text.Of(ctx)
	for _, e := range list.Items {
		out = append(out, e.side(l, e.Debit, e.AmountFen.Yuan(), ""), e.side(l, e.Credit, "", e.AmountFen.Yuan()))
	}
	return out, list.Next, nil
}

func (e Entry) side(l text.Lang, account, debit, credit string) sheet.Record {
	return sheet.Record{Values: []string{
		e.BookedOn.String(), monthKey(e.MonthOn), fmt.Sprintf("%d-%04d", e.MonthOn.Year(), e.VoucherNo), e.Summary, account, say(l, "account-"+account), debit, credit, e.MadeByName,
	}}
}
