package fund

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Accounts, by the numbers of 企业会计准则——应用指南.
const (
	Reserve      = "4301" // 专项储备
	Cash         = "1002" // 银行存款
	Depreciation = "1602" // 累计折旧
	Asset        = "1601" // 固定资产
	InProgress   = "1604" // 在建工程
	MakingCost   = "5101" // 制造费用
	OfficeCost   = "6602" // 管理费用
	Brought      = "0000" // balance brought in from books kept elsewhere
)

// Event is what an entry was booked for.
type Event string

// Events.
const (
	Opening     Event = "opening"
	Accrual     Event = "accrual"
	TopUp       Event = "top_up"
	Excess      Event = "excess" // spent beyond the fund, to normal cost (rules of 2012)
	Spent       Event = "expense"
	CapitalPaid Event = "capital_paid" // no effect on the fund yet
	CapitalDone Event = "capital_done" // in working order
	CapitalUsed Event = "capital_used" // depreciated in full against the fund
	GroupIn     Event = "group_in"
	GroupOut    Event = "group_out"
	Reversal    Event = "reversal"
	Imported    Event = "imported"
)

// Entry moves one amount from one account to another.
type Entry struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Entry]
	RegionPath    string
	OversightLine int16
	MonthOn       day.Date
	BookedOn      day.Date
	VoucherNo     int32
	Line          int16
	Event         Event
	Round         int16
	Debit         string
	Credit        string
	AmountFen     fen.Amount
	EffectFen     fen.Amount
	UsedFen       fen.Amount
	Summary       string
	ExpenseID     *id.Of[Expense]
	ReversesID    *id.Of[Entry]
	MadeByName    string
	MadeAt        time.Time
}

// entry makes a balanced row. A negative amount is booked the other way round, because an amount in the journal is above zero;
// of zero there is none.
func entry(e Event, debit, credit string, amount fen.Amount) Entry {
	if amount < 0 {
		debit, credit, amount = credit, debit, -amount
	}
	is := Entry{Event: e, Debit: debit, Credit: credit, AmountFen: amount}
	switch Reserve {
	case credit:
		is.EffectFen = amount
	case debit:
		is.EffectFen = -amount
	}
	if e == Spent || e == CapitalUsed {
		is.UsedFen = amount
	}
	return is
}

// reversed takes an entry back.
func (e Entry) reversed() Entry {
	is := entry(Reversal, e.Credit, e.Debit, e.AmountFen)
	is.UsedFen, is.ExpenseID, is.ReversesID = -e.UsedFen, e.ExpenseID, &e.ID
	return is
}
