package fund

import (
	"regexp"
	"slices"
	"strconv"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// Faults of a row of an old ledger.
var (
	// ErrRowMonth: no month, or not over yet.
	ErrRowMonth = fault.New(fault.Invalid, "fund.row-month")
	// ErrRowGap: the months do not follow one another, or do not join the ledger kept here.
	ErrRowGap = fault.New(fault.Invalid, "fund.row-gap")
	// ErrRowJoin: the last month does not end with the balance taken over, {expected}.
	ErrRowJoin = fault.New(fault.Invalid, "fund.row-join")
	// ErrRowOpening: the month does not begin with what the one before ended with, {expected}.
	ErrRowOpening = fault.New(fault.Invalid, "fund.row-opening")
	// ErrRowSum: the row does not add up to its balance, which would be {expected}.
	ErrRowSum = fault.New(fault.Invalid, "fund.row-sum")
	// ErrRowKept: the month is closed here with other amounts.
	ErrRowKept = fault.New(fault.Invalid, "fund.row-kept")
	// ErrRowBusy: something is booked in the month already.
	ErrRowBusy = fault.New(fault.Invalid, "fund.row-busy")
	// ErrRowOthers: another month of the list is wrong, so that none can be entered.
	ErrRowOthers = fault.New(fault.Invalid, "fund.row-others")
	// ErrRowAmount: no amount in yuan.
	ErrRowAmount = fault.New(fault.Invalid, "fund.row-amount")
)

// Verdicts on a row: what saving it would do.
const (
	RowNew  = "new"
	RowSame = "same"
)

// OldColumns are the columns of an old ledger by month; the export of the ledger begins with them.
func OldColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "month", Title: named("col-month"), Kind: sheet.Text, Required: true, Max: 20, Note: named("col-month-note"), Synonyms: []string{"月份", "会计期间", "期间", "年月", "month", "period"}},
		{Key: "opening", Title: named("col-opening"), Kind: sheet.Decimal, Note: named("col-opening-note"), Synonyms: []string{"期初余额", "月初结余", "上月结余", "opening"}},
		{Key: "accrued", Title: named("col-accrued"), Kind: sheet.Decimal, Required: true, Synonyms: []string{"提取", "计提", "本月提取", "计提金额", "accrued"}},
		{Key: "topUp", Title: named("col-top-up"), Kind: sheet.Decimal, Synonyms: []string{"补提", "年末补提"}},
		{Key: "excess", Title: named("col-excess"), Kind: sheet.Decimal, Note: named("col-excess-note")},
		{Key: "usedExpense", Title: named("col-used-expense"), Kind: sheet.Decimal, Required: true, Synonyms: []string{"使用", "支出", "本月使用", "费用性使用", "used"}},
		{Key: "usedCapital", Title: named("col-used-capital"), Kind: sheet.Decimal, Synonyms: []string{"资本性支出", "资本化"}},
		{Key: "moved", Title: named("col-moved"), Kind: sheet.Decimal, Note: named("col-moved-note")},
		{Key: "closing", Title: named("col-closing"), Kind: sheet.Decimal, Note: named("col-closing-note"), Synonyms: []string{"期末余额", "月末结余", "余额", "结余", "closing"}},
	}
}

// OldSample is the row that the template shows.
func OldSample() map[string]string {
	return map[string]string{"month": "2025-01", "opening": "120000.00", "accrued": "8333.33", "usedExpense": "5200.00", "usedCapital": "0.00", "closing": "123133.33"}
}

// OldIdentity tells rows about the same month from others.
func OldIdentity(r sheet.Row) string {
	on, ok := writtenMonth(r.Values["month"])
	if !ok {
		return ""
	}
	return on.String()
}

// 2025-01, 2025/1, 2025年1月, 202501, 2025-01-01.
var monthForm = regexp.MustCompile(`^(20[0-9]{2})\s*[-/.年]?\s*(1[0-2]|0?[1-9])(?:月|[-/.]0?1(?:日|[ T].*)?)?$`)

func writtenMonth(s string) (day.Date, bool) {
	m := monthForm.FindStringSubmatch(s)
	if m == nil {
		return day.Date{}, false
	}
	year, _ := strconv.Atoi(m[1])
	month, _ := strconv.Atoi(m[2])
	return day.Of(year, time.Month(month), 1), true
}

// oldMonth is a row as it was read.
type oldMonth struct {
	Month
	row         *sheet.Row
	at          int // of the row in its batch
	openingSaid bool
	closingSaid bool
}

func bad(row *sheet.Row, column string, f *fault.Error) {
	row.Faults = append(row.Faults, sheet.CellFault{Row: row.Number, Column: column, Code: f.Code, Params: f.Params})
}

// readOld reads a row; what is wrong is noted in it.
func readOld(row *sheet.Row, at int, home rbac.Home, today day.Date) (o oldMonth, ok bool) {
	o = oldMonth{row: row, at: at}
	o.CompanyID, o.RegionPath, o.OversightLine, o.State, o.Source = home.CompanyID, home.RegionPath, home.Line, Closed, FromFile
	o.Working.V = noWorking()
	if o.MonthOn, ok = writtenMonth(row.Values["month"]); !ok || o.MonthOn.AddMonths(1).After(today) {
		bad(row, "month", ErrRowMonth)
		return o, false
	}
	for column, into := range map[string]*fen.Amount{
		"opening": &o.OpeningFen, "accrued": &o.AccruedFen, "topUp": &o.TopUpFen, "excess": &o.ExcessFen, "usedExpense": &o.UsedExpenseFen, "usedCapital": &o.UsedCapitalFen, "moved": &o.MovedFen,
		"closing": &o.ClosingFen,
	} {
		said := row.Values[column]
		if said == "" {
			continue
		}
		var err error
		if *into, err = fen.Parse(said); err != nil || *into > mostOld || *into < -mostOld {
			bad(row, column, ErrRowAmount)
			ok = false
		}
	}
	o.StandardFen, o.openingSaid, o.closingSaid = o.AccruedFen, row.Values["opening"] != "", row.Values["closing"] != ""
	return o, ok
}

// mostOld is the largest amount an old ledger may name: a trillion yuan.
const mostOld fen.Amount = 100_000_000_000_000

// sum is what the month ends with.
func (m Month) sum() fen.Amount {
	return m.OpeningFen + m.AccruedFen + m.TopUpFen + m.ExcessFen - m.UsedExpenseFen - m.UsedCapitalFen + m.MovedFen
}

// chain holds months in their order together: each opens with what the one before ended with.
func chain(months []oldMonth, opening fen.Amount, known bool) bool {
	slices.SortFunc(months, func(a, b oldMonth) int { return a.MonthOn.DaysSince(b.MonthOn) })
	good := true
	for i := range months {
		m := &months[i]
		switch {
		case i > 0 && m.MonthOn != months[i-1].MonthOn.AddMonths(1):
			bad(m.row, "month", ErrRowGap)
			good = false
		case i == 0 && !known:
			opening = m.OpeningFen
		}
		if m.openingSaid && m.OpeningFen != opening {
			bad(m.row, "opening", ErrRowOpening.With("expected", opening.Yuan()))
			good = false
		}
		m.OpeningFen = opening
		opening = m.sum()
		if m.closingSaid && m.ClosingFen != opening {
			bad(m.row, "closing", ErrRowSum.With("expected", opening.Yuan()))
			good = false
		}
		m.ClosingFen = opening
	}
	return good
}

// sameAmounts reports whether a row says of a month what is kept here.
func (m Month) sameAmounts(o Month) bool {
	return m.AccruedFen == o.AccruedFen && m.TopUpFen == o.TopUpFen && m.ExcessFen == o.ExcessFen && m.UsedExpenseFen == o.UsedExpenseFen && m.UsedCapitalFen == o.UsedCapitalFen && m.MovedFen == o.MovedFen
}

// voucher is what an imported month books.
func (m Month) voucher(cost string) (out []Entry) {
	for _, one := range []struct {
		what          string
		debit, credit string
		amount, used  fen.Amount
	}{
		{"accrual", cost, Reserve, m.AccruedFen, 0},
		{"top_up", cost, Reserve, m.TopUpFen, 0},
		{"excess", cost, Reserve, m.ExcessFen, 0},
		{"used", Reserve, Cash, m.UsedExpenseFen, m.UsedExpenseFen},
		{"capital", Reserve, Depreciation, m.UsedCapitalFen, m.UsedCapitalFen},
		{"moved", Cash, Reserve, m.MovedFen, 0},
	} {
		if one.amount != 0 {
			e := entry(Imported, one.debit, one.credit, one.amount)
			e.UsedFen, e.MonthOn, e.BookedOn, e.Summary = one.used, m.MonthOn, m.MonthOn.AddMonths(1).AddDays(-1), summaryOf(one.what, m.MonthOn)
			out = append(out, e)
		}
	}
	return out
}
