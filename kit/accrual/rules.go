package accrual

import (
	"math/big"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/fen"
)

// How sure a figure is.
const (
	Verified = "verified" // the figure itself was read in a public copy (SeenIn)
	Memory   = "memory"   // recollection: to be compared with the official text
)

// Method is how an amount comes about.
type Method string

// Methods.
const (
	PerUnit    Method = "per_unit"            // yuan for a unit of output
	Percent    Method = "percent"             // a share of revenue or cost
	Regressive Method = "regressive_brackets" // each rate on its own slice of the revenue (超额累退)
)

// Timing is when it is accrued.
type Timing string

// Timings.
const (
	MonthEndActual Timing = "month_end_actual" // at month end on that month's quantity or progress
	AverageMonthly Timing = "average_monthly"  // a twelfth of the year's amount a month (逐月平均提取)
	ProjectMonthly Timing = "project_monthly"  // month by month over a project, like MonthEndActual
)

// OnRevenue reports whether the base is a year's revenue; otherwise it is each month's quantity.
func (t Timing) OnRevenue() bool { return t == AverageMonthly }

// Rules is one version of the rates and of what surrounds them.
type Rules struct {
	Version       string            `json:"version" yaml:"version"` // 2022.1; the part before the point is the law
	Docno         string            `json:"docno" yaml:"docno"`
	Name          string            `json:"name" yaml:"name"`
	Issuers       []string          `json:"issuers" yaml:"issuers"`
	InForce       day.Date          `json:"inForce" yaml:"in_force"`
	Source        string            `json:"source" yaml:"source"`
	SeenIn        []string          `json:"seenIn" yaml:"seen_in"`
	Notes         []Note            `json:"notes" yaml:"notes"`
	Sources       map[string]Source `json:"sources" yaml:"sources"`
	Treatment     Treatment         `json:"treatment" yaml:"treatment"`
	Generic       Generic           `json:"generic" yaml:"generic"` // 第五条: every industry
	Categories    []Category        `json:"categories" yaml:"categories"`
	Provisions    []Provision       `json:"provisions" yaml:"provisions"`
	NotChargeable []NotChargeable   `json:"notChargeable" yaml:"not_chargeable"`
	Penalties     []Penalty         `json:"penalties" yaml:"penalties"`
}

// Source is a page that was read.
type Source struct {
	URL  string `json:"url" yaml:"url"`
	Also string `json:"also,omitempty" yaml:"also,omitempty"`
	Saw  string `json:"saw" yaml:"saw"`
}

// Note is a remark with its source.
type Note struct {
	Zh            string   `json:"zh" yaml:"zh"`
	Source        string   `json:"source,omitempty" yaml:"source,omitempty"`
	SeenIn        []string `json:"seenIn,omitempty" yaml:"seen_in,omitempty"`
	Corroboration string   `json:"corroboration,omitempty" yaml:"corroboration,omitempty"`
}

// Ways of a law to treat what is out of the ordinary.
const (
	YearEndLump    = "year_end_lump"    // a first year accrues in December on its own revenue
	CurrentMonthly = "current_monthly"  // a first year accrues by months on its own revenue
	ByBalance      = "balance_multiple" // a month is suspended by its opening balance alone
	ByApproval     = "approval"         // a month is suspended where an authority approved it
	TopUp          = "top_up"           // a deficit is topped up in December
	NormalCost     = "normal_cost"      // a deficit goes to normal cost
	LargestRevenue = "largest_revenue"  // inseparable: standard of the business with most revenue
	NetAllowed     = "net_allowed"      // outsourced cost may be left out above a share of revenue
	GrossOnly      = "gross_only"       // it may not
)

// Rule is one of them with its article.
type Rule struct {
	Way      string   `json:"way" yaml:"way"`
	Multiple int64    `json:"multiple,omitempty" yaml:"multiple,omitempty"` // of the prior year's due
	Above    *Rate    `json:"above,omitempty" yaml:"above,omitempty"`       // share of outsourced cost
	Article  int      `json:"article" yaml:"article"`
	Source   string   `json:"source" yaml:"source"`
	SeenIn   []string `json:"seenIn,omitempty" yaml:"seen_in,omitempty"`
}

// Treatment is what a law does out of the ordinary.
type Treatment struct {
	FirstYear   Rule `json:"firstYear" yaml:"first_year"`
	Suspension  Rule `json:"suspension" yaml:"suspension"`
	Deficit     Rule `json:"deficit" yaml:"deficit"`
	Inseparable Rule `json:"inseparable" yaml:"inseparable"`
	NetRevenue  Rule `json:"netRevenue" yaml:"net_revenue"`
}

// Net is the revenue less what was paid for outsourced materials and services, which carriers and
// contractors may take as their base where that cost exceeds the share that the law names (2022:
// 85 %); false: it does not, or the law knows no such choice.
func (r *Rules) Net(revenue, outsourced fen.Amount) (fen.Amount, bool) {
	rule := r.Treatment.NetRevenue
	if rule.Above == nil || outsourced > revenue || new(big.Rat).SetInt64(int64(outsourced)).Cmp(rule.Above.onMoney(revenue)) <= 0 {
		return revenue, false
	}
	return revenue - outsourced, true
}

// Scope is an item of what the fund may be used for (使用范围).
type Scope struct {
	Item          int      `json:"item" yaml:"item"`
	Tag           string   `json:"tag" yaml:"tag"` // kind, the same over all industries: facility, ppe, training …
	Label         string   `json:"label" yaml:"label"`
	Source        string   `json:"source,omitempty" yaml:"source,omitempty"`
	SeenIn        []string `json:"seenIn,omitempty" yaml:"seen_in,omitempty"`
	Corroboration string   `json:"corroboration,omitempty" yaml:"corroboration,omitempty"`
}

// Generic is the list that holds for every industry.
type Generic struct {
	Source string   `json:"source" yaml:"source"`
	SeenIn []string `json:"seenIn" yaml:"seen_in"`
	Items  []Scope  `json:"items" yaml:"items"`
}

// UseScopes is an industry's list. Empty: the data knows none for this version.
type UseScopes struct {
	Count  int      `json:"count" yaml:"count"`
	Source string   `json:"source" yaml:"source"` // of the count
	SeenIn []string `json:"seenIn,omitempty" yaml:"seen_in,omitempty"`
	Note   string   `json:"note,omitempty" yaml:"note,omitempty"`
	Items  []Scope  `json:"items" yaml:"items"`
}

// BaseKind is what a category is reckoned on.
type BaseKind struct {
	Code   string   `json:"code" yaml:"code"`
	Zh     string   `json:"zh" yaml:"zh"`
	En     string   `json:"en" yaml:"en"`
	Unit   string   `json:"unit" yaml:"unit"`
	Period string   `json:"period" yaml:"period"` // current_month, prior_year
	Source string   `json:"source" yaml:"source"`
	SeenIn []string `json:"seenIn,omitempty" yaml:"seen_in,omitempty"`
}

// Industry proposes a category for a GB/T 4754-2017 code.
type Industry struct {
	Prefix string `json:"prefix" yaml:"prefix"`
	Sub    string `json:"sub,omitempty" yaml:"sub,omitempty"` // where the code tells even that
	Source string `json:"source" yaml:"source"`
}

// Category is an industry that is bound to accrue.
type Category struct {
	Code          string     `json:"code" yaml:"code"`
	NameZh        string     `json:"nameZh" yaml:"name_zh"`
	NameEn        string     `json:"nameEn" yaml:"name_en"`
	Articles      []int      `json:"articles" yaml:"articles"`
	Article       int        `json:"article" yaml:"article"` // which of them says the rate
	ArticleSource string     `json:"articleSource" yaml:"article_source"`
	Base          BaseKind   `json:"base" yaml:"base"`
	Method        Method     `json:"method" yaml:"method"`
	Timing        Timing     `json:"timing" yaml:"timing"`
	Notes         []Note     `json:"notes" yaml:"notes"`
	Subs          []Sub      `json:"subs" yaml:"subs"`
	UseScopes     UseScopes  `json:"useScopes" yaml:"use_scopes"`
	Industries    []Industry `json:"industries" yaml:"industries"`
}

// Sub is a sub-category with its own rate or brackets.
type Sub struct {
	Code          string    `json:"code" yaml:"code"`
	Zh            string    `json:"zh" yaml:"zh"`
	En            string    `json:"en" yaml:"en"`
	Method        Method    `json:"method,omitempty" yaml:"method,omitempty"` // empty: the category's
	Timing        Timing    `json:"timing,omitempty" yaml:"timing,omitempty"` // empty: the category's
	Rate          *Rate     `json:"rate,omitempty" yaml:"rate,omitempty"`
	Brackets      []Bracket `json:"brackets,omitempty" yaml:"brackets,omitempty"`
	Unit          string    `json:"unit" yaml:"unit"`
	Source        string    `json:"source" yaml:"source"`
	SeenIn        []string  `json:"seenIn,omitempty" yaml:"seen_in,omitempty"`
	Corroboration string    `json:"corroboration,omitempty" yaml:"corroboration,omitempty"`
	Note          string    `json:"note,omitempty" yaml:"note,omitempty"`
}

// ToVerify reports whether the figure is still to be compared with the official text.
func (s Sub) ToVerify() bool { return s.Source != Verified }

// Bracket is a slice of revenue with its rate; the lower bound is exclusive, the upper inclusive.
type Bracket struct {
	FromYuan  int64  `json:"fromYuan" yaml:"from_yuan"`
	UntilYuan *int64 `json:"untilYuan" yaml:"until_yuan"` // nil: no bound
	Rate      Rate   `json:"rate" yaml:"rate"`
}

// From is the lower bound.
func (b Bracket) From() fen.Amount { return fen.Amount(b.FromYuan * 100) }

// Until is the upper bound; nil where there is none.
func (b Bracket) Until() *fen.Amount {
	if b.UntilYuan == nil {
		return nil
	}
	a := fen.Amount(*b.UntilYuan * 100)
	return &a
}

// Provision is a rule of the law besides the rates, as it is told to people.
type Provision struct {
	ID            string            `json:"id" yaml:"id"`
	Article       string            `json:"article,omitempty" yaml:"article,omitempty"` // "~52": from memory
	Zh            string            `json:"zh" yaml:"zh"`
	Value         map[string]string `json:"value,omitempty" yaml:"value,omitempty"`
	Source        string            `json:"source" yaml:"source"`
	SeenIn        []string          `json:"seenIn,omitempty" yaml:"seen_in,omitempty"`
	Corroboration string            `json:"corroboration,omitempty" yaml:"corroboration,omitempty"`
	Note          string            `json:"note,omitempty" yaml:"note,omitempty"`
}

// NotChargeable is what the fund may not be used for (不得列支).
type NotChargeable struct {
	Code      string   `json:"code" yaml:"code"`
	Zh        string   `json:"zh" yaml:"zh"`
	En        string   `json:"en" yaml:"en"`
	AppliesTo []string `json:"appliesTo,omitempty" yaml:"applies_to,omitempty"` // categories; empty: all
	Source    string   `json:"source" yaml:"source"`
	SeenIn    []string `json:"seenIn,omitempty" yaml:"seen_in,omitempty"`
	Note      string   `json:"note,omitempty" yaml:"note,omitempty"`
}

// Penalty is what a breach costs.
type Penalty struct {
	Law    string   `json:"law" yaml:"law"`
	Zh     string   `json:"zh" yaml:"zh"`
	Source string   `json:"source" yaml:"source"`
	SeenIn []string `json:"seenIn,omitempty" yaml:"seen_in,omitempty"`
}

// Category returns a category by its code.
func (r *Rules) Category(code string) (Category, bool) {
	i := slices.IndexFunc(r.Categories, func(c Category) bool { return c.Code == code })
	if i < 0 {
		return Category{}, false
	}
	return r.Categories[i], true
}

// Sub returns a sub-category with the method and timing that hold for it.
func (c Category) Sub(code string) (Sub, bool) {
	i := slices.IndexFunc(c.Subs, func(s Sub) bool { return s.Code == code })
	if i < 0 {
		return Sub{}, false
	}
	s := c.Subs[i]
	if s.Method == "" {
		s.Method = c.Method
	}
	if s.Timing == "" {
		s.Timing = c.Timing
	}
	return s, true
}

// Proposed returns the category, and the sub-category if the code tells it, into which companies of
// an industry (GB/T 4754-2017, two to four digits) usually fall: the longest prefix decides. It is a
// proposal for the question whether a company is bound; the company answers it.
func (r *Rules) Proposed(industry string) (category, sub string, ok bool) {
	longest := 0
	for _, c := range r.Categories {
		for _, i := range c.Industries {
			if strings.HasPrefix(industry, i.Prefix) && len(i.Prefix) > longest {
				longest, category, sub, ok = len(i.Prefix), c.Code, i.Sub, true
			}
		}
	}
	return category, sub, ok
}
