package accrual

import (
	"fmt"

	"anbiao/kit/fen"
)

// Line is a business, mine, contract or project that is reckoned for itself.
type Line struct {
	Key        string       `json:"key"` // the caller's; comes back in the working
	Category   string       `json:"category"`
	Sub        string       `json:"sub"`               // empty: the category's only one, or Hazards
	Hazards    []string     `json:"hazards,omitempty"` // further sub-categories that apply: the highest rate holds
	Rules      string       `json:"rules,omitempty"`   // a version kept, for contracts signed before a law; empty: the month's
	Rate       *Rate        `json:"rate,omitempty"`    // the company's own, upward only
	RevenueFen fen.Amount   `json:"revenueFen"`        // the prior year's; of a first year the current one's
	Revised    []Revision   `json:"revised,omitempty"`
	Quantities [12]Quantity `json:"quantities"`
}

// Revision replaces the revenue from a month on; what was too little or too much until then is
// settled in that month.
type Revision struct {
	FromMonth  int        `json:"fromMonth"` // 1 to 12
	RevenueFen fen.Amount `json:"revenueFen"`
}

// Posted is a month that is closed already.
type Posted struct {
	StandardFen fen.Amount `json:"standardFen"`
	AccruedFen  fen.Amount `json:"accruedFen"` // without top-up
	TopUpFen    fen.Amount `json:"topUpFen"`
	Suspended   bool       `json:"suspended"`
}

// Year is what a year is worked out from.
type Year struct {
	Year                int            `json:"year"`
	Lines               []Line         `json:"lines"`
	Inseparable         bool           `json:"inseparable"` // the revenue of the lines cannot be told apart in the books
	FirstYear           bool           `json:"firstYear"`   // new, or less than a year in production
	OpeningFen          fen.Amount     `json:"openingFen"`
	PriorDueFen         fen.Amount     `json:"priorDueFen"` // prior year's amount under the standard; 0: nothing is suspended by balance
	SuspendedByApproval [12]bool       `json:"suspendedByApproval"`
	UsedFen             [12]fen.Amount `json:"usedFen"`
	Posted              [12]*Posted    `json:"posted"` // nil: work it out
}

// Result is a year worked out.
type Result struct {
	StandardFen fen.Amount `json:"standardFen"` // 应计提: by the figures known last, whether suspended or not
	AccruedFen  fen.Amount `json:"accruedFen"`  // 实际提取, without top-up
	TopUpFen    fen.Amount `json:"topUpFen"`
	ExcessFen   fen.Amount `json:"excessFen"`   // use beyond the fund that goes to normal cost (2012)
	DeferredFen fen.Amount `json:"deferredFen"` // catch-up that no month could carry: the last ones were suspended
	Months      [12]Month  `json:"months"`
}

// Month is a month worked out. Closing is opening plus accrued plus top-up minus used, and in
// December plus excess.
type Month struct {
	Month       int        `json:"month"`
	Posted      bool       `json:"posted"`
	StandardFen fen.Amount `json:"standardFen"` // the month's own share
	CatchUpFen  fen.Amount `json:"catchUpFen"`  // for earlier months; negative: a reversal
	AccruedFen  fen.Amount `json:"accruedFen"`  // both, or 0 while suspended
	Suspended   bool       `json:"suspended"`
	OpeningFen  fen.Amount `json:"openingFen"`
	UsedFen     fen.Amount `json:"usedFen"`
	ClosingFen  fen.Amount `json:"closingFen"`
	TopUpFen    fen.Amount `json:"topUpFen"`
	ExcessFen   fen.Amount `json:"excessFen"`
	Working     Working    `json:"working"` // empty for a posted month: it was kept when it was posted
}

// Codes of remarks in a working.
const (
	NoteFirstYear   = "first-year"   // nothing until December
	NoteLump        = "lump"         // December: the whole year on its own revenue
	NoteInseparable = "inseparable"  // standard of the largest business on the total
	NoteHazards     = "hazards"      // several hazards: the highest rate
	NoteOwnRate     = "own-rate"     // the company's own, higher rate
	NoteKeptRules   = "kept-rules"   // a contract signed before the law keeps the old standard
	NoteNotBound    = "not-bound"    // this month's law does not know the industry
	NoteCatchUp     = "catch-up"     // settles earlier months
	NoteSuspended   = "suspended"    // accrues nothing
	NoteApproved    = "approved"     // suspended by approval
	NoteTopUp       = "top-up"       // deficit topped up
	NoteExcess      = "excess"       // deficit to normal cost
	NoteToVerify    = "to-verify"    // a rate rests on memory
	NoteNewLaw      = "new-law"      // the first month of another law
	NoteNoThreshold = "no-threshold" // prior year's due unknown: suspension was not tested
)

// Working shows how a month came about.
type Working struct {
	Rules         string        `json:"rules"`
	Docno         string        `json:"docno"`
	Clauses       []string      `json:"clauses"`
	Lines         []LineWorking `json:"lines"`
	AnnualFen     fen.Amount    `json:"annualFen"`     // of the revenue lines, the year's amount
	OutputFen     fen.Amount    `json:"outputFen"`     // of the output lines, this month's
	CumulativeFen fen.Amount    `json:"cumulativeFen"` // due from January to this month, suspended months left out
	PostedFen     fen.Amount    `json:"postedFen"`     // accrued before this month
	Suspension    *Suspension   `json:"suspension"`    // nil: not tested
	Notes         []string      `json:"notes"`
}

// Suspension is the test of a month's opening balance.
type Suspension struct {
	OpeningFen   fen.Amount `json:"openingFen"`
	ThresholdFen fen.Amount `json:"thresholdFen"`
}

// LineWorking shows a line's amount: a year's for revenue, a month's for output.
type LineWorking struct {
	Key       string     `json:"key"`
	Category  string     `json:"category"`
	Sub       string     `json:"sub"` // of several hazards the one whose rate holds
	NameZh    string     `json:"nameZh"`
	NameEn    string     `json:"nameEn"`
	Rules     string     `json:"rules"`
	Clause    string     `json:"clause"`
	Method    Method     `json:"method"`
	Timing    Timing     `json:"timing"`
	BaseFen   fen.Amount `json:"baseFen"` // revenue
	Quantity  Quantity   `json:"quantity"`
	Unit      string     `json:"unit"`
	Rate      *Rate      `json:"rate"`
	Slices    []Slice    `json:"slices"`
	ExactFen  string     `json:"exactFen"` // before rounding
	AmountFen fen.Amount `json:"amountFen"`
	Source    string     `json:"source"`
	ToVerify  bool       `json:"toVerify"`
	Override  bool       `json:"override"` // the company's own rate
}

// Slice is a bracket at work.
type Slice struct {
	FromFen  fen.Amount  `json:"fromFen"`
	UntilFen *fen.Amount `json:"untilFen"`
	Rate     Rate        `json:"rate"`
	OnFen    fen.Amount  `json:"onFen"`
	ExactFen string      `json:"exactFen"`
}

// Codes of faults.
const (
	FaultYear       = "year"             // no such year, or no law in it
	FaultNoLines    = "no-lines"         // nothing to work out
	FaultLines      = "too-many-lines"   // more than MaxLines
	FaultCategory   = "category-unknown" // no version knows it
	FaultSub        = "sub-unknown"
	FaultSubMissing = "sub-missing" // the category has several
	FaultHazard     = "hazard-unknown"
	FaultRules      = "rules-unknown"  // the version kept does not exist
	FaultRateLower  = "rate-lower"     // the company's own rate is below the standard
	FaultRateRange  = "rate-range"     // a share above 1, or 0
	FaultRevenue    = "revenue"        // negative
	FaultQuantity   = "quantity"       // negative
	FaultRevision   = "revision-month" // outside 1 to 12, or not rising
	FaultTooLarge   = "too-large"      // beyond MaxAmount
	FaultApproval   = "approval"       // this month's law knows no suspension by approval
	FaultPriorDue   = "prior-due"      // negative
)

// Fault says what is wrong with a Year. Line is the index in Year.Lines, -1 where none is meant;
// Month is 1 to 12, or 0.
type Fault struct {
	Line  int
	Month int
	Code  string
}

func (f *Fault) Error() string {
	return fmt.Sprintf("accrual: %s (line %d, month %d)", f.Code, f.Line+1, f.Month)
}
