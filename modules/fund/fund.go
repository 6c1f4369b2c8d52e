// Package fund keeps a company's safety-production expense fund (企业安全生产费用): whether it must set aside and how much
// (提取), what was spent on what (使用), the plan, and the account 4301 专项储备 behind both.
//
// Source: 财资〔2022〕136号, before 2022-11-21 财企〔2012〕16号; entries by 企业会计准则解释第3号. The arithmetic and the rates
// are in kit/accrual; amounts are whole fen.
package fund

import (
	"time"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults of this module.
var (
	// ErrCompanyNeeded: who sees several companies names one.
	ErrCompanyNeeded = fault.New(fault.Invalid, "fund.company-needed")
	// ErrNoProfile: whether the company must set aside is not answered yet.
	ErrNoProfile = fault.New(fault.Conflict, "fund.no-profile")
	// ErrNotBound: the company need not set aside; it keeps plan and ledger only.
	ErrNotBound = fault.New(fault.Conflict, "fund.not-bound")
	// ErrCategory: no such category of the rules.
	ErrCategory = fault.New(fault.Invalid, "fund.category")
	// ErrSub: no such sub-category.
	ErrSub = fault.New(fault.Invalid, "fund.sub")
	// ErrRate: not a rate, or lower than the rules'.
	ErrRate = fault.New(fault.Invalid, "fund.rate")
	// ErrRevenue: revenue is missing or negative.
	ErrRevenue = fault.New(fault.Invalid, "fund.revenue")
	// ErrQuantity: output or progress is missing or no number with three decimals.
	ErrQuantity = fault.New(fault.Invalid, "fund.quantity")
	// ErrLines: the year has no business to reckon from, or they do not go together.
	ErrLines = fault.New(fault.Invalid, "fund.lines")
	// ErrName: a business of this name stands in the year already.
	ErrName = fault.New(fault.Conflict, "fund.name")
	// ErrYear: outside the years kept here.
	ErrYear = fault.New(fault.Invalid, "fund.year")
	// ErrMonth: no month, or not over yet.
	ErrMonth = fault.New(fault.Invalid, "fund.month")
	// ErrOrder: an earlier month is open, or a later one closed.
	ErrOrder = fault.New(fault.Conflict, "fund.order")
	// ErrClosed: the month is closed.
	ErrClosed = fault.New(fault.Conflict, "fund.closed")
	// ErrOpen: the month is not closed.
	ErrOpen = fault.New(fault.Conflict, "fund.open")
	// ErrWaiting: expenses of the month wait for approval.
	ErrWaiting = fault.New(fault.Conflict, "fund.waiting")
	// ErrPreview: what would be posted is not what was shown.
	ErrPreview = fault.New(fault.Conflict, "fund.preview")
	// ErrReason: a reason is needed.
	ErrReason = fault.New(fault.Invalid, "fund.reason")
	// ErrAmount: no amount, or above what can be.
	ErrAmount = fault.New(fault.Invalid, "fund.amount")
	// ErrItem: no such use item of the category.
	ErrItem = fault.New(fault.Invalid, "fund.item")
	// ErrDay: after today, or before the fund was kept here.
	ErrDay = fault.New(fault.Invalid, "fund.day")
	// ErrInvoice: the invoice is booked already, as {number}.
	ErrInvoice = fault.New(fault.Conflict, "fund.invoice")
	// ErrTie: what it paid for is not there.
	ErrTie = fault.New(fault.Invalid, "fund.tie")
	// ErrUnit: no such part of the company, or not the actor's.
	ErrUnit = fault.New(fault.Invalid, "fund.unit")
	// ErrDoubt: not chargeable as it stands; a reason is needed.
	ErrDoubt = fault.New(fault.Invalid, "fund.doubt")
	// ErrVoucher: a voucher file is needed.
	ErrVoucher = fault.New(fault.Invalid, "fund.voucher")
	// ErrState: somebody has moved it meanwhile.
	ErrState = fault.New(fault.Conflict, "fund.state")
	// ErrOwn: nobody approves his own.
	ErrOwn = fault.New(fault.Forbidden, "fund.own")
	// ErrApprover: an amount of this size is the principal's.
	ErrApprover = fault.New(fault.Forbidden, "fund.approver")
	// ErrPlan: the plan is empty or names an item twice.
	ErrPlan = fault.New(fault.Invalid, "fund.plan")
	// ErrNotUnder: the year's use is not below 60 % of its due, or the year is not over.
	ErrNotUnder = fault.New(fault.Conflict, "fund.not-under")
	// ErrReviewed: the body that reviewed the statement, its day or the resolution is missing.
	ErrReviewed = fault.New(fault.Invalid, "fund.reviewed")
	// ErrRule: rates that are none: gaps between brackets, no rate, or no difference.
	ErrRule = fault.New(fault.Invalid, "fund.rule")
	// ErrRuleTaken: the version exists.
	ErrRuleTaken = fault.New(fault.Conflict, "fund.rule-taken")
)

// Profile is whether and how a company keeps a fund.
type Profile struct {
	CompanyID       rbac.CompanyID
	RegionPath      string
	OversightLine   int16
	Bound           bool
	Category        string
	Clause          string
	Reason          string
	AnsweredByName  string
	AnsweredAt      time.Time
	StartsOn        day.Date
	OpeningFen      fen.Amount
	CostAccount     string
	ApproveAboveFen fen.Amount
	PapersAboveFen  fen.Amount
	AutoClose       bool
	TaxIncluded     bool
	ChangedAt       time.Time
}

// Year is a year of the fund and what it comes to so far.
type Year struct {
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	Year           int32
	FirstYear      bool
	ProductionOn   day.Date
	Inseparable    bool
	PriorDueFen    *fen.Amount
	Suspended      db.Shorts
	Note           string
	OpeningFen     fen.Amount
	DueFen         fen.Amount
	AccruedFen     fen.Amount
	UsedFen        fen.Amount
	UsedCapitalFen fen.Amount
	PlannedFen     fen.Amount
	UsedItems      db.JSON[map[string]fen.Amount]
	Closed         int16
	ChangedAt      time.Time
}

// Revision is another prior-year revenue, from a month on.
type Revision struct {
	FromMonth  int        `json:"fromMonth"`
	RevenueFen fen.Amount `json:"revenueFen"`
	Reason     string     `json:"reason"`
	ByName     string     `json:"byName"`
	At         time.Time  `json:"at"`
}

// Line is a business, mine or contract that a year's amount is reckoned from.
type Line struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Line]
	RegionPath    string
	OversightLine int16
	Year          int32
	Name          string
	Category      string
	Sub           string
	Hazards       db.Texts
	Rules         string
	SignedOn      day.Date
	Rate          string
	RevenueFen    *fen.Amount
	Source        string
	Revisions     db.JSON[[]Revision]
	Files         db.Ints
	Retired       bool
	ChangedAt     time.Time
}

// Quantity is the output or progress of a month, in thousandths of the unit.
type Quantity struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	LineID        id.Of[Line]
	MonthOn       day.Date
	Thousandths   int64
	Note          string
	MadeByName    string
	ChangedAt     time.Time
}

// Month is a month that was closed, with what it was reckoned from.
type Month struct {
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	MonthOn        day.Date
	State          string // closed, reopened
	Source         string // closed, imported
	Round          int16
	Rules          string
	OpeningFen     fen.Amount
	StandardFen    fen.Amount
	CatchUpFen     fen.Amount
	AccruedFen     fen.Amount
	TopUpFen       fen.Amount
	ExcessFen      fen.Amount
	UsedExpenseFen fen.Amount
	UsedCapitalFen fen.Amount
	MovedFen       fen.Amount
	ClosingFen     fen.Amount
	Suspended      bool
	Working        db.JSON[accrual.Working]
	ClosedAt       time.Time
	ClosedByName   string
}

// MonthStep is something done to a month.
type MonthStep struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[MonthStep]
	RegionPath    string
	OversightLine int16
	MonthOn       day.Date
	Event         string // closed, reopened, imported
	AccruedFen    fen.Amount
	ClosingFen    fen.Amount
	Reason        string
	At            time.Time
	PersonID      *id.Of[id.Person]
	ActorName     string
}

// ExpenseState is how far an expense has come.
type ExpenseState string

// States of an expense.
const (
	Draft     ExpenseState = "draft"
	Submitted ExpenseState = "submitted"
	Building  ExpenseState = "building" // capital, approved and not yet in working order
	Booked    ExpenseState = "booked"
	Refused   ExpenseState = "refused"
	Withdrawn ExpenseState = "withdrawn"
	Reversed  ExpenseState = "reversed"
)

// Ties are what an expense can have paid for.
var Ties = []string{"hazard", "training", "equipment", "drill", "protection"}

// Expense is money spent, and what for.
type Expense struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Expense]
	RegionPath    string
	OversightLine int16
	Number        string
	Year          int32
	State         ExpenseState
	SpentOn       day.Date
	MonthOn       day.Date
	AmountFen     fen.Amount
	TaxFen        fen.Amount
	Category      string
	Item          int16
	Tag           string
	Capital       bool
	CompletedOn   day.Date
	UnitID        *id.Of[id.Unit]
	UnitName      string
	Payee         string
	Purpose       string
	InvoiceNo     string
	InvoiceFold   string
	Voucher       string
	Tie           string
	TieID         *int64
	TieTitle      string
	Doubts        db.Texts
	DoubtReason   string
	Files         db.Ints
	Imported      bool
	MadeByName    string
	MadePersonID  *id.Of[id.Person]
	MadeAt        time.Time
	DecidedByName string
	DecidedAt     *time.Time
	DecisionNote  string
	ChangedAt     time.Time
}

// ExpenseStep is something that happened to an expense.
type ExpenseStep struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[ExpenseStep]
	RegionPath    string
	OversightLine int16
	ExpenseID     id.Of[Expense]
	Event         string
	AmountFen     fen.Amount
	Note          string
	At            time.Time
	PersonID      *id.Of[id.Person]
	ActorName     string
}

// PlanItem is what a plan sets apart for one use item.
type PlanItem struct {
	Category  string         `json:"category" maxLength:"40" doc:"empty: the generic items"`
	Item      int16          `json:"item" minimum:"1" maximum:"99"`
	Tag       string         `json:"tag" required:"false" maxLength:"20"`
	Name      string         `json:"name" minLength:"1" maxLength:"200"`
	UnitID    id.Of[id.Unit] `json:"unitId" required:"false"`
	UnitName  string         `json:"unitName" required:"false" maxLength:"100"`
	Owner     string         `json:"owner" required:"false" maxLength:"50"`
	MonthsFen []fen.Amount   `json:"monthsFen" minItems:"12" maxItems:"12" nullable:"false"`
	Note      string         `json:"note" required:"false" maxLength:"500"`
}

// Plan is a version of a year's plan of use.
type Plan struct {
	CompanyID      rbac.CompanyID
	ID             id.Of[Plan]
	RegionPath     string
	OversightLine  int16
	Year           int32
	Version        int32
	State          string // draft, approved, replaced
	Items          db.JSON[[]PlanItem]
	TotalFen       fen.Amount
	Note           string
	MadeByName     string
	MadePersonID   *id.Of[id.Person]
	MadeAt         time.Time
	ApprovedByName string
	ApprovedAt     *time.Time
}

// Statement is the written statement of a year in which less than 60 % of the due was used.
type Statement struct {
	CompanyID       rbac.CompanyID
	ID              id.Of[Statement]
	RegionPath      string
	OversightLine   int16
	Year            int32
	State           string // draft, submitted
	DueFen          fen.Amount
	UsedFen         fen.Amount
	Reasons         string
	Measures        string
	ReviewedBy      string // board, shareholders, owner
	ReviewedOn      day.Date
	Files           db.Ints
	DueOn           day.Date
	MadeByName      string
	MadeAt          time.Time
	SubmittedByName string
	SubmittedAt     *time.Time
}
