package fund

import (
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// More faults of expenses.
var (
	// ErrPapers: from the company's threshold on a second paper is needed: contract or acceptance record.
	ErrPapers = fault.New(fault.Invalid, "fund.papers")
	// ErrNotMaker: only who entered it changes or withdraws it.
	ErrNotMaker = fault.New(fault.Forbidden, "fund.not-maker")
)

// most is the largest amount of one expense or of a month of a plan: 100 billion yuan.
const most fen.Amount = 10_000_000_000_000

// Events of an expense.
const (
	eventMade      = "made"
	eventChanged   = "changed"
	eventSubmitted = "submitted"
	eventApproved  = "approved"
	eventRefused   = "refused"
	eventReturned  = "returned"
	eventWithdrawn = "withdrawn"
	eventCompleted = "completed"
	eventReversed  = "reversed"
	eventImported  = "imported"
)

// ExpenseForm is an expense as it is entered.
type ExpenseForm struct {
	SpentOn     day.Date               `json:"spentOn"`
	AmountFen   fen.Amount             `json:"amountFen" minimum:"1" maximum:"10000000000000" doc:"charged to the fund, without deductible input VAT"`
	TaxFen      fen.Amount             `json:"taxFen" required:"false" minimum:"0" maximum:"10000000000000" doc:"deductible input VAT beside it"`
	Category    string                 `json:"category" required:"false" maxLength:"40" doc:"empty: the generic items"`
	Item        int16                  `json:"item" minimum:"1" maximum:"99" doc:"use item"`
	Capital     bool                   `json:"capital" required:"false" doc:"a fixed asset (资本性支出): used in full once it is in working order"`
	CompletedOn day.Date               `json:"completedOn" required:"false" doc:"capital: in working order already"`
	UnitID      id.Of[id.Unit]         `json:"unitId" required:"false" doc:"department or workshop; empty: the company, or the actor's own unit"`
	Payee       string                 `json:"payee" minLength:"1" maxLength:"100"`
	Purpose     string                 `json:"purpose" minLength:"1" maxLength:"500"`
	InvoiceNo   string                 `json:"invoiceNo" required:"false" maxLength:"60"`
	Voucher     string                 `json:"voucher" required:"false" maxLength:"40" doc:"number in the company's own books"`
	Tie         string                 `json:"tie" required:"false" enum:",hazard,training,equipment,drill,protection" doc:"what it paid for"`
	TieID       string                 `json:"tieId" required:"false" maxLength:"20" pattern:"^[0-9]*$"`
	DoubtReason string                 `json:"doubtReason" required:"false" maxLength:"500" doc:"why it is charged although it may not be chargeable"`
	Files       []id.Of[id.Attachment] `json:"files" required:"false" maxItems:"30" nullable:"false"`
	Submit      bool                   `json:"submit" required:"false" doc:"and ask for approval"`
}

// fill takes over what the form says and what follows from it alone.
func (f ExpenseForm) fill(e *Expense) {
	e.SpentOn, e.AmountFen, e.TaxFen, e.Category, e.Item, e.Capital = f.SpentOn, f.AmountFen, f.TaxFen, f.Category, f.Item, f.Capital
	e.CompletedOn = day.Date{}
	if f.Capital {
		e.CompletedOn = f.CompletedOn
	}
	e.Payee, e.Purpose, e.InvoiceNo, e.Voucher = strings.TrimSpace(f.Payee), strings.TrimSpace(f.Purpose), strings.TrimSpace(f.InvoiceNo), strings.TrimSpace(f.Voucher)
	e.InvoiceFold, e.DoubtReason, e.Files = search.Fold(f.InvoiceNo), strings.TrimSpace(f.DoubtReason), make(db.Ints, len(f.Files))
	for i, n := range f.Files {
		e.Files[i] = int64(n)
	}
	slices.Sort(e.Files)
	e.Files = slices.Compact(e.Files)
	e.Year = int32(f.SpentOn.Year())
}

// check holds an expense against the days in which it can lie. Errors: ErrDay, ErrAmount.
func (e *Expense) check(p Profile, today day.Date) error {
	switch {
	case e.SpentOn.After(today) || (e.SpentOn.Before(p.StartsOn) && !e.Imported):
		return ErrDay.At("body.spentOn")
	case !e.CompletedOn.IsZero() && (e.CompletedOn.After(today) || e.CompletedOn.Before(e.SpentOn)):
		return ErrDay.At("body.completedOn")
	case e.AmountFen <= 0 || e.AmountFen > most:
		return ErrAmount.At("body.amountFen")
	case e.TaxFen < 0 || e.TaxFen > most:
		return ErrAmount.At("body.taxFen")
	}
	return nil
}

// ready reports whether an expense can be submitted. Errors: ErrDoubt, ErrVoucher, ErrPapers.
func (e *Expense) ready(p Profile) error {
	switch {
	case len(e.Doubts) > 0 && e.DoubtReason == "":
		return ErrDoubt.At("body.doubtReason")
	case e.Imported:
		return nil // its papers lie in the old files
	case len(e.Files) == 0:
		return ErrVoucher.At("body.files")
	case p.papers(e.AmountFen) && len(e.Files) < 2:
		return ErrPapers.At("body.files")
	}
	return nil
}

// papers reports whether an amount needs a contract or an acceptance record beside the voucher.
func (p Profile) papers(amount fen.Amount) bool {
	return p.PapersAboveFen > 0 && amount >= p.PapersAboveFen
}

// principals reports whether an amount is the principal's to approve.
func (p Profile) principals(amount fen.Amount) bool { return amount >= p.ApproveAboveFen }

const principal = "principal"

// mayApprove reports whether a may decide on an expense. Errors: ErrOwn, ErrApprover.
func (p Profile) mayApprove(a rbac.Actor, e *Expense) error {
	switch {
	case e.MadePersonID != nil && *e.MadePersonID == a.PersonID:
		return ErrOwn
	case p.principals(e.AmountFen) && !slices.Contains(a.Roles, principal):
		return ErrApprover
	}
	return nil
}

// scopeItem finds a use item of the company's category, or of the generic ones.
func scopeItem(c accrual.Category, r *accrual.Rules, category string, item int16) (accrual.Scope, bool) {
	list := c.UseScopes.Items
	switch category {
	case "":
		list = r.Generic.Items
	case c.Code:
	default:
		return accrual.Scope{}, false
	}
	i := slices.IndexFunc(list, func(s accrual.Scope) bool { return s.Item == int(item) })
	if i < 0 {
		return accrual.Scope{}, false
	}
	return list[i], true
}

// labels tells the words of use items; the newest version that knows one decides.
type labels map[string]accrual.Scope

func labelsOf(all []*accrual.Rules) labels {
	l := labels{}
	for _, r := range accrual.Sorted(all) {
		l.add("", r.Generic.Items)
		for _, c := range r.Categories {
			l.add(c.Code, c.UseScopes.Items)
		}
	}
	return l
}

func (l labels) add(category string, items []accrual.Scope) {
	for _, s := range items {
		l[itemKey(category, int16(s.Item))] = s
	}
}

func (l labels) of(category string, item int16) string { return l[itemKey(category, item)].Label }

func itemKey(category string, item int16) string {
	return category + "|" + id.Of[accrual.Scope](item).String()
}

// numberOf writes the number of an expense: AF (安全费用), its year and its place in it.
func expenseNumber(year, place int) string { return fmt.Sprintf("AF-%d-%04d", year, place) }
