package scoring

import "math/big"

// States of an item.
const (
	Scored        = "scored"
	NotApplicable = "na"
	Open          = "open" // not answered
)

// Reasons why there is no level, or not a better one. After a colon stands the item, element or fact.
const (
	ReasonIncomplete  = "INCOMPLETE"         // an item is open
	ReasonNothing     = "NOTHING_APPLICABLE" // no item applies
	ReasonVeto        = "VETO"               // a veto item
	ReasonElement     = "ELEMENT_BELOW_MIN"  // an element
	ReasonPerformance = "PERFORMANCE_L"      // level, then a fact: PERFORMANCE_L1:deaths
)

// Result is what a table says to answers. It holds no maps, so that its JSON is always the same.
type Result struct {
	Total      Points      `json:"total"`
	NA         Points      `json:"na"`
	Applicable Points      `json:"applicable"`
	Raw        Points      `json:"raw"`
	Exact      string      `json:"exact,omitempty"`    // the score of 100 as a fraction, e.g. 17920/187; empty: none yet
	Score      string      `json:"score,omitempty"`    // two decimals
	Official   string      `json:"official,omitempty"` // with the table's decimals
	Level      string      `json:"level,omitempty"`    // by Official; empty: none
	LevelName  string      `json:"levelName,omitempty"`
	Reasons    []string    `json:"reasons"`
	Unknown    []string    `json:"unknown"` // facts that a level asks for and nobody gave: the level is provisional (暂定)
	Answered   int         `json:"answered"`
	Items      []ItemScore `json:"items"`
	Subs       []Branch    `json:"subElements"`
	Elements   []Branch    `json:"elements"`
	Losses     []Loss      `json:"losses"` // together what Applicable has more than Raw

	exact *big.Rat
}

// ItemScore is what an item reached.
type ItemScore struct {
	Code   string `json:"code"`
	State  string `json:"state"`
	Points Points `json:"points"`
	Score  Points `json:"score"`
}

// Branch is what a sub-element or element reached.
type Branch struct {
	Code       string `json:"code"`
	Points     Points `json:"points"`
	Applicable Points `json:"applicable"`
	Raw        Points `json:"raw"`
	Percent    string `json:"percent,omitempty"` // two decimals; empty: nothing applies
}

// Loss is points that one rule took.
type Loss struct {
	Item        string `json:"item"`
	Rule        string `json:"rule"` // the deduction's id
	When        string `json:"when"`
	Kind        string `json:"kind" enum:"minus,zero,extra_minus,veto"`
	Scope       string `json:"scope" enum:"item,sub_element,element,total"`
	Occurrences int    `json:"occurrences"`
	Capped      bool   `json:"capped,omitempty"` // the cap or the floor took less than the rule says
	Auto        bool   `json:"auto,omitempty"`
	Points      Points `json:"points"`
}

// Kinds of loss.
const (
	KindMinus = "minus"
	KindZero  = "zero"
	KindExtra = "extra_minus"
	KindVeto  = "veto"
)

// Fraction is the exact score of 100; nil where there is none.
func (r *Result) Fraction() *big.Rat { return r.exact }

// At is the score with some decimals, halves upwards; empty where there is none.
func (r *Result) At(decimals int) string {
	if r.exact == nil {
		return ""
	}
	return HalfUp(r.exact, decimals)
}

// Hundredths is the score of 100 in hundredths, halves upwards; -1 where there is none.
func (r *Result) Hundredths() int {
	if r.exact == nil {
		return -1
	}
	n := new(big.Rat).Mul(r.exact, big.NewRat(100, 1))
	n.Add(n, big.NewRat(1, 2))
	return int(new(big.Int).Div(n.Num(), n.Denom()).Int64())
}
