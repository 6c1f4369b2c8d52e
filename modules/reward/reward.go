// Package reward pays for hazards that people of a company report themselves (事故隐患内部报告奖励): the
// company's rule, one reward for each confirmed hazard, the monthly pay list, and what is published.
//
// Source: anwei [2024] No. 7 of 2024-07-25 (report, check, fix or ledger, pay, publish).
package reward

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults.
var (
	ErrRates     = fault.New(fault.Invalid, "reward.rates")
	ErrFrom      = fault.New(fault.Invalid, "reward.from")
	ErrFromTaken = fault.New(fault.Conflict, "reward.from-taken")
	ErrReason    = fault.New(fault.Invalid, "reward.reason")
	ErrCap       = fault.New(fault.Invalid, "reward.cap")
	ErrOwn       = fault.New(fault.Forbidden, "reward.own")
	ErrApprover  = fault.New(fault.Forbidden, "reward.approver")
	ErrState     = fault.New(fault.Conflict, "reward.state")
	ErrMonth     = fault.New(fault.Invalid, "reward.month")
	ErrEmpty     = fault.New(fault.Conflict, "reward.empty")
	ErrListMade  = fault.New(fault.Conflict, "reward.list-made")
	ErrListState = fault.New(fault.Conflict, "reward.list-state")
	ErrPaidOn    = fault.New(fault.Invalid, "reward.paid-on")
)

// Most a single reward may be, in fen: what is paid for tips to an authority (300,000 yuan).
const mostFen fen.Amount = 300_000_00

// Rate is what one kind of hazard earns.
type Rate struct {
	Level     string     `json:"level" enum:"general,major"`
	Category  string     `json:"category" required:"false" maxLength:"3" pattern:"^([AB]([0-9]{2})?)?$" doc:"class or category of the taxonomy; empty: any"`
	AmountFen fen.Amount `json:"amountFen" minimum:"0" maximum:"30000000"`
}

// Rule is how a company rewards, from a day on until the next rule.
type Rule struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Rule]
	RegionPath    string
	OversightLine int16
	ValidFrom     day.Date
	Rates         db.JSON[[]Rate]
	MonthlyCapFen fen.Amount // 0: no limit
	SafetyToo     bool       // safety managers and the principal, too
	Anonymous     bool       // only who handles a reward learns whose it is (匿名)
	AmountsShown  bool       // in what is published
	Approver      string     // role
	Note          string
	MadeByName    string
	MadeAt        time.Time
}

// rate is what a hazard earns by r, 0 for nothing.
func (r Rule) rate(level, category string) fen.Amount {
	for _, x := range r.Rates.V {
		if x.Level == level && strings.HasPrefix(category, x.Category) {
			return x.AmountFen
		}
	}
	return 0
}

//go:embed library/rule@1.yaml
var ruleYAML []byte

// Proposed is the rule a company starts from, with its source.
type Proposed struct {
	Version    string `yaml:"version"`
	ValidFrom  string `yaml:"valid_from"`
	Source     string `yaml:"source"`
	SourceEn   string `yaml:"source_en"`
	Confidence string `yaml:"confidence"`
	Rates      []struct {
		Level    string `yaml:"level"`
		Category string `yaml:"category"`
		Yuan     int64  `yaml:"yuan"`
	} `yaml:"rates"`
	MonthlyCapYuan int64  `yaml:"monthly_cap_yuan"`
	Approver       string `yaml:"approver"`
}

// Proposal is read once.
var Proposal = sync.OnceValue(func() (p Proposed) {
	if err := yaml.UnmarshalWithOptions(ruleYAML, &p, yaml.Strict()); err != nil {
		panic("reward: rule: " + err.Error())
	}
	return p
})

// Default is the rule of a company that has made none.
func Default() Rule {
	p := Proposal()
	r := Rule{MonthlyCapFen: fen.Amount(p.MonthlyCapYuan * 100), Approver: p.Approver, AmountsShown: true}
	r.ValidFrom, _ = day.Parse(p.ValidFrom) // the file is the program's own
	for _, x := range p.Rates {
		r.Rates.V = append(r.Rates.V, Rate{x.Level, x.Category, fen.Amount(x.Yuan * 100)})
	}
	return r
}

// State is how far a reward has come.
type State string

// States. A worker is told 待审核 for the first two, 已核定, 已发放 or 不予奖励.
const (
	Open      State = "proposed"  // by the rule
	Confirmed State = "confirmed" // by the safety manager
	Approved  State = "approved"  // by the principal
	Paid      State = "paid"
	Refused   State = "refused"
)

// Reward is one person's for one hazard.
type Reward struct {
	CompanyID         rbac.CompanyID
	ID                id.Of[id.Reward]
	RegionPath        string
	OversightLine     int16
	RuleID            *id.Of[Rule]
	HazardID          id.Of[id.Hazard]
	HazardNumber      string
	What              string
	Level             string
	Category          string
	StaffID           id.Of[id.Staff]
	StaffName         string
	UnitID            *id.Of[id.Unit]
	UnitName          string
	ReportedOn        day.Date
	Anonymous         bool
	State             State
	ProposedFen       fen.Amount
	AmountFen         fen.Amount
	Reason            string
	ProposedAt        time.Time
	ConfirmedByName   string
	ConfirmedPersonID *id.Of[id.Person]
	ConfirmedAt       *time.Time
	ApprovedByName    string
	ApprovedAt        *time.Time
	ListID            *id.Of[List]
	PaidOn            day.Date
}

// ListState is how far a pay list has come.
type ListState string

// States of a pay list.
const (
	Draft        ListState = "draft"
	ListApproved ListState = "approved"
	ListPaid     ListState = "paid"
)

// Methods of payment.
var methods = []string{"cash", "bank", "wechat", "alipay", "payroll"}

// List is a monthly pay list (奖励发放表).
type List struct {
	CompanyID      rbac.CompanyID
	ID             id.Of[List]
	RegionPath     string
	OversightLine  int16
	MonthOn        day.Date
	State          ListState
	People         int
	Rewards        int
	TotalFen       fen.Amount
	MadeByName     string
	MadeAt         time.Time
	ApprovedByName string
	ApprovedAt     *time.Time
	PaidOn         day.Date
	Method         string
	PaidByName     string
}

// RuleForm is a new rule as it is sent.
type RuleForm struct {
	ValidFrom     day.Date   `json:"validFrom" doc:"today or later"`
	Rates         []Rate     `json:"rates" minItems:"1" maxItems:"40" nullable:"false" doc:"the first that fits holds"`
	MonthlyCapFen fen.Amount `json:"monthlyCapFen" minimum:"0" maximum:"100000000" doc:"most one person gets for the reports of a month; 0: no limit"`
	SafetyToo     bool       `json:"safetyToo" required:"false" doc:"safety managers and the principal are rewarded, too"`
	Anonymous     bool       `json:"anonymous" required:"false" doc:"only who handles a reward learns whose it is"`
	AmountsShown  bool       `json:"amountsShown" required:"false" doc:"in what is published"`
	Approver      string     `json:"approver" enum:"principal,safety" default:"principal"`
	Note          string     `json:"note" required:"false" maxLength:"1000"`
}

// check holds a rule against itself. Errors: ErrFrom for a day gone by, ErrRates where two rates
// speak of the same, or a wide one hides a later narrow one.
func (f RuleForm) check(today day.Date) error {
	if f.ValidFrom.Before(today) || f.ValidFrom.After(today.AddYears(1)) {
		return ErrFrom.At("body.validFrom")
	}
	for i, a := range f.Rates {
		for _, b := range f.Rates[:i] {
			if a.Level == b.Level && strings.HasPrefix(a.Category, b.Category) {
				return ErrRates.At("body.rates")
			}
		}
		if !slices.Contains([]string{"general", "major"}, a.Level) || a.AmountFen < 0 || a.AmountFen > mostFen {
			return ErrRates.At("body.rates")
		}
	}
	return nil
}

// capped is what is left of an amount under a monthly cap, where already was given.
func capped(amount, most, already fen.Amount) fen.Amount {
	if most == 0 || already+amount <= most {
		return amount
	}
	return max(0, most-already)
}

// monthOf reads a month such as 2026-10. Errors: ErrMonth.
func monthOf(s string, today day.Date) (day.Date, error) {
	month, err := day.Parse(s + "-01")
	if err != nil || month.After(today) || month.Before(today.AddYears(-2)) {
		return day.Date{}, ErrMonth
	}
	return month, nil
}

func monthKey(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()[:7]
}
