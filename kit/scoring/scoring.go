// Package scoring holds scoring tables (评分标准) as data and scores by them: elements, sub-elements
// and items with their points, what costs points, the levels with their lines and limits. Scoring
// is pure and exact: the same table and the same answers always give the same result, to the byte,
// and every point lost names the rule that took it.
//
// The rules of scoring are those of the official tables (冶金等工贸企业安全生产标准化评定标准, AQ/T
// 7009-2013, the provincial tables for small firms and for hazardous chemicals).
package scoring

// Purpose is what a table decides.
type Purpose string

// Purposes.
const (
	Grading Purpose = "grading" // 安全生产标准化定级
	Duty    Purpose = "duty"    // 主体责任达标: firms of 20 to 50 people
	Class   Purpose = "class"   // 分类分级: A to D
)

// Models of adding up.
const (
	Sum      = "sum"      // points reached of points applicable
	Weighted = "weighted" // each element's percentage times its weight
)

// Rubric is one version of a scoring table.
type Rubric struct {
	ID       string  `json:"id" yaml:"id"`
	Version  string  `json:"version" yaml:"version"` // of this data, e.g. 2026.1
	Purpose  Purpose `json:"purpose" yaml:"purpose"`
	Title    string  `json:"titleZh" yaml:"title_zh"`
	TitleEN  string  `json:"titleEn,omitempty" yaml:"title_en,omitempty"`
	Issuer   string  `json:"issuerRef,omitempty" yaml:"issuer_ref,omitempty"`
	Year     int     `json:"year,omitempty" yaml:"year,omitempty"`
	Scorable bool    `json:"scorable" yaml:"scorable"` // false: a tree of elements without points
	Total    Points  `json:"totalPoints" yaml:"total_points"`
	Model    string  `json:"model,omitempty" yaml:"model,omitempty"` // empty: Sum
	Rounding struct {
		Decimals int    `json:"decimals" yaml:"decimals"` // of the official score, half up
		Mode     string `json:"mode,omitempty" yaml:"mode,omitempty"`
		Source   string `json:"source,omitempty" yaml:"source,omitempty"`
	} `json:"rounding" yaml:"rounding"`
	NAListed   bool      `json:"naListed,omitempty" yaml:"na_listed,omitempty"` // only items marked may be not applicable
	MinElement Num       `json:"minElementPercent,omitempty" yaml:"min_element_percent,omitempty"`
	Levels     []Level   `json:"levels,omitempty" yaml:"levels,omitempty"` // best first
	Elements   []Element `json:"elements" yaml:"elements"`
	About      About     `json:"about" yaml:"about"`
}

// About is what is known about a table besides the scoring: where it was seen and how sure that is.
type About struct {
	YearSource       string              `json:"yearSource,omitempty" yaml:"year_source,omitempty"`
	InForce          string              `json:"inForce,omitempty" yaml:"in_force,omitempty"`
	InForceSource    string              `json:"inForceSource,omitempty" yaml:"in_force_source,omitempty"`
	Replaces         []string            `json:"replaces,omitempty" yaml:"replaces,omitempty"`
	ReplacesSource   string              `json:"replacesSource,omitempty" yaml:"replaces_source,omitempty"`
	Status           string              `json:"status,omitempty" yaml:"status,omitempty"`
	Formula          string              `json:"formula,omitempty" yaml:"score_formula,omitempty"`
	NAPolicy         string              `json:"naPolicy,omitempty" yaml:"na_policy,omitempty"`
	ItemFloor        int                 `json:"itemFloor,omitempty" yaml:"item_floor,omitempty"`
	ExtraMinus       string              `json:"extraMinus,omitempty" yaml:"extra_minus_policy,omitempty"`
	ModelNote        string              `json:"modelNote,omitempty" yaml:"model_note,omitempty"`
	MinElementSource string              `json:"minElementSource,omitempty" yaml:"min_element_source,omitempty"`
	Veto             string              `json:"veto,omitempty" yaml:"veto,omitempty"`
	LevelsSource     string              `json:"levelsSource,omitempty" yaml:"levels_source,omitempty"`
	Counts           map[string]any      `json:"counts,omitempty" yaml:"counts,omitempty"`
	Note             string              `json:"note,omitempty" yaml:"note,omitempty"`
	Source           any                 `json:"source,omitempty" yaml:"source,omitempty"`
	Sources          []string            `json:"sources,omitempty" yaml:"sources,omitempty"`
	KnownSub         map[string][]string `json:"knownSub,omitempty" yaml:"known_sub,omitempty"`
	KnownSubSource   string              `json:"knownSubSource,omitempty" yaml:"known_sub_source,omitempty"`
	SiblingFacts     []string            `json:"siblingFacts,omitempty" yaml:"sibling_facts,omitempty"`
	FieldNotes       map[string]string   `json:"fieldNotes,omitempty" yaml:"field_notes,omitempty"`
}

// Level is a level that can be reached.
type Level struct {
	Level       string  `json:"level" yaml:"level"` // 1, 2, 3, pass, A …
	Name        string  `json:"name" yaml:"name"`
	MinScore    Num     `json:"minScore" yaml:"min_score"`                          // of 100
	Performance string  `json:"performance,omitempty" yaml:"performance,omitempty"` // the limits in words
	Limits      []Limit `json:"limits,omitempty" yaml:"limits,omitempty"`
	Source      string  `json:"source,omitempty" yaml:"source,omitempty"`
}

// Limit is a figure of the safety performance (安全绩效) that must not be exceeded.
type Limit struct {
	Fact string `json:"fact" yaml:"fact"` // deaths, serious_injuries …; texts: scoring.fact.<fact>
	Max  Num    `json:"max" yaml:"max"`
}

// Element is a 一级要素 (考评类目), or in a tree without points any branch.
type Element struct {
	Code         string    `json:"code" yaml:"code"`
	Title        string    `json:"title" yaml:"title"`
	Points       Points    `json:"points" yaml:"points"`
	Weight       Num       `json:"weight,omitempty" yaml:"weight,omitempty"` // in the weighted model
	PointsSource string    `json:"pointsSource,omitempty" yaml:"points_source,omitempty"`
	Source       string    `json:"source,omitempty" yaml:"source,omitempty"`
	Note         string    `json:"note,omitempty" yaml:"note,omitempty"`
	Children     []Element `json:"children,omitempty" yaml:"children,omitempty"` // sub-elements (二级要素, 考评项目)
	Items        []Item    `json:"items,omitempty" yaml:"items,omitempty"`       // of a sub-element
}

// Item is one row that is scored (考评内容, 达标标准).
type Item struct {
	Code        string      `json:"code" yaml:"code"`
	Requirement string      `json:"requirement" yaml:"requirement"`
	Points      Points      `json:"points" yaml:"points"`
	Deductions  []Deduction `json:"deductions" yaml:"deductions"`
	NAAllowed   bool        `json:"naAllowed,omitempty" yaml:"na_allowed,omitempty"` // where the table lists what may be
	Evidence    string      `json:"evidence,omitempty" yaml:"evidence,omitempty"`
	Source      string      `json:"source,omitempty" yaml:"source,omitempty"`
}

// Rows lists the items of a table in its order.
func (r *Rubric) Rows() (out []*Item) {
	for i := range r.Elements {
		out = append(out, r.Elements[i].rows()...)
	}
	return out
}

func (e *Element) rows() (out []*Item) {
	for i := range e.Items {
		out = append(out, &e.Items[i])
	}
	for i := range e.Children {
		out = append(out, e.Children[i].rows()...)
	}
	return out
}

// Scopes of a deduction.
const (
	AtItem    = "item"
	AtSub     = "sub_element"
	AtElement = "element"
	AtTotal   = "total"
)

// ItemExhausted lets an extra minus fire by itself when its item ends at 0 (扣满追加扣除).
const ItemExhausted = "item_exhausted"

// Deduction is one rule of the 考评办法. Exactly one of Minus, Zero, Extra and Veto is set.
// Entries of one item with the same When are one finding and fire together.
type Deduction struct {
	ID    string      `json:"id" yaml:"id"`
	When  string      `json:"when" yaml:"when"`
	Minus Points      `json:"minus,omitempty" yaml:"minus,omitempty"`            // 扣分, at the item
	Per   string      `json:"per,omitempty" yaml:"per,omitempty"`                // 处, 人次 …: times the occurrences; empty: taken once
	Cap   Points      `json:"cap,omitempty" yaml:"cap,omitempty"`                // most that Minus or Extra takes; 0: no cap
	Zero  bool        `json:"zero,omitempty" yaml:"zero,omitempty"`              // 不得分: AtItem (default), AtSub, AtElement
	Extra Points      `json:"extraMinus,omitempty" yaml:"extra_minus,omitempty"` // 追加扣分 AtElement (default), 倒扣 AtTotal
	Veto  bool        `json:"veto,omitempty" yaml:"veto,omitempty"`              // 否决: no level; AtSub and AtElement only zero the branch
	Scope string      `json:"scope,omitempty" yaml:"scope,omitempty"`
	Auto  string      `json:"auto,omitempty" yaml:"auto,omitempty"` // ItemExhausted
	If    []Condition `json:"if,omitempty" yaml:"if,omitempty"`     // all must hold, else the rule is not there
	Once  string      `json:"once,omitempty" yaml:"once,omitempty"` // names a fact that may be charged at one item only: whoever takes answers refuses a second
}

// Condition compares a known figure of the company. A figure that is not known holds.
type Condition struct {
	Fact string `json:"fact" yaml:"fact"`
	Min  Num    `json:"min,omitempty" yaml:"min,omitempty"`
	Max  Num    `json:"max,omitempty" yaml:"max,omitempty"`
}

// Answer is what was found at one item. The zero Answer is full marks.
type Answer struct {
	NA   bool           `json:"na,omitempty"`   // 缺项: leaves both sides of the fraction
	Hits map[string]int `json:"hits,omitempty"` // occurrences by the deduction's id
}

// Answers are by item code. An item without an answer is open: the whole has no level.
type Answers map[string]Answer

// Facts are known figures of the company by name, e.g. deaths in the last year.
type Facts map[string]Num
