package scoring

import (
	"math/big"
	"strconv"
)

// Compiled is a table made ready for scoring many companies: positions instead of names and, in the
// Sum model, whole numbers. It says what Score says (a test holds it to that) and does not explain;
// where one company is looked at, Score explains.
type Compiled struct {
	Table *Rubric
	Items []*Item // in the table's order

	slow     bool // Score itself is asked: another model, or numbers too large for whole arithmetic

	index    map[string]int
	first    []int // of an item, the position of its first rule; one more at the end
	rules    []rule
	subs     []span // of items
	elements []span // of subs
	minShare *big.Rat
	levels   []line
}

// span is a range of positions.
type span struct{ from, until int }

type rule struct {
	d        *Deduction
	act      act
	per      bool
	takes    Points
	cap      Points
	fallible bool // has conditions
}

type act uint8

const (
	minusItem act = iota
	zeroItem
	zeroSub
	zeroElement
	extraElement
	extraTotal
	vetoTotal // zeroes the item and gives no level
	autoElement
	autoTotal
)

// line is a level's score line as a fraction of the official score's last decimal.
type line struct{ num, den int64 }

// Compile makes a table ready.
func Compile(r *Rubric) *Compiled {
	c := &Compiled{Table: r, index: map[string]int{}}
	c.slow = r.Model == Weighted || r.Rounding.Decimals < 0 || r.Rounding.Decimals > 4 || r.Total > Whole(1_000_000)
	for i := range r.Elements {
		e := &r.Elements[i]
		at := len(c.subs)
		for j := range e.Children {
			c.sub(&e.Children[j])
		}
		c.elements = append(c.elements, span{at, len(c.subs)})
	}
	c.first = append(c.first, len(c.rules))
	if r.MinElement != "" {
		c.minShare = r.MinElement.Rat()
	}
	scale := big.NewRat(pow10(max(0, r.Rounding.Decimals)), 1)
	for _, l := range r.Levels {
		x := new(big.Rat).Mul(l.MinScore.Rat(), scale)
		c.slow = c.slow || !x.Num().IsInt64() || x.Denom().Cmp(big.NewInt(1_000_000)) > 0
		c.levels = append(c.levels, line{x.Num().Int64(), x.Denom().Int64()})
	}
	return c
}

func (c *Compiled) sub(e *Element) {
	at := len(c.Items)
	for i := range e.Items {
		it := &e.Items[i]
		c.index[it.Code] = len(c.Items)
		c.Items, c.first = append(c.Items, it), append(c.first, len(c.rules))
		for j := range it.Deductions {
			c.rules = append(c.rules, compiledRule(&it.Deductions[j]))
		}
	}
	c.subs = append(c.subs, span{at, len(c.Items)})
}

func compiledRule(d *Deduction) rule {
	x := rule{d: d, per: d.Per != "", takes: d.Minus + d.Extra, cap: d.Cap, fallible: len(d.If) > 0}
	kind, at := d.Kind(), d.At()
	switch {
	case d.Auto != "":
		x.act = autoElement
		if at == AtTotal {
			x.act = autoTotal
		}
	case kind == KindMinus:
		x.act = minusItem
	case kind == KindExtra && at == AtTotal:
		x.act = extraTotal
	case kind == KindExtra:
		x.act = extraElement
	case at == AtItem:
		x.act = zeroItem
	case at == AtTotal && kind == KindVeto:
		x.act = vetoTotal
	case at == AtTotal:
		x.act = zeroItem
	case at == AtSub:
		x.act = zeroSub
	default:
		x.act = zeroElement
	}
	if kind == KindVeto && at == AtItem {
		x.act = vetoTotal
	}
	return x
}

// Index is the position of an item; false where the table has none of that code.
func (c *Compiled) Index(code string) (int, bool) { i, ok := c.index[code]; return i, ok }

// Rule is the position in Sheet.Hits of a deduction of the item at a position; false where it has none.
func (c *Compiled) Rule(item int, id string) (int, bool) {
	for i := c.first[item]; i < c.first[item+1]; i++ {
		if c.rules[i].d.ID == id {
			return i, true
		}
	}
	return 0, false
}

// Rules is the range of positions in Sheet.Hits of an item's deductions.
func (c *Compiled) Rules(item int) (from, until int) { return c.first[item], c.first[item+1] }

// Mark is what a sheet says of an item.
type Mark uint8

// Marks of items.
const (
	MarkOpen Mark = iota // nobody answered
	MarkScored
	MarkNA
)

// Sheet is a company's answers by position.
type Sheet struct {
	Marks []Mark
	Hits  []int32 // occurrences, by position of the rule
}

// Blank is a sheet on which every item is open.
func (c *Compiled) Blank() *Sheet {
	return &Sheet{Marks: make([]Mark, len(c.Items)), Hits: make([]int32, len(c.rules))}
}

// Clear opens every item again.
func (s *Sheet) Clear() { clear(s.Marks); clear(s.Hits) }

// Fill writes answers on a blank sheet.
func (c *Compiled) Fill(s *Sheet, answers Answers) {
	for code, a := range answers {
		i, ok := c.index[code]
		if !ok {
			continue
		}
		if a.NA {
			s.Marks[i] = MarkNA
			continue
		}
		s.Marks[i] = MarkScored
		for id, n := range a.Hits {
			if at, ok := c.Rule(i, id); ok {
				s.Hits[at] = int32(min(n, 1_000_000)) //nolint:gosec // bounded
			}
		}
	}
}

// Answers is what Score takes for a sheet.
func (c *Compiled) Answers(s *Sheet) Answers {
	out := Answers{}
	for i, it := range c.Items {
		switch s.Marks[i] {
		case MarkNA:
			out[it.Code] = Answer{NA: true}
		case MarkScored:
			a := Answer{}
			for at := c.first[i]; at < c.first[i+1]; at++ {
				if s.Hits[at] > 0 {
					if a.Hits == nil {
						a.Hits = map[string]int{}
					}
					a.Hits[c.rules[at].d.ID] = int(s.Hits[at])
				}
			}
			out[it.Code] = a
		case MarkOpen:
		}
	}
	return out
}

// Tally is what a sheet comes to.
type Tally struct {
	Raw        Points // reached
	Applicable Points // of the items that are neither open nor not applicable
	Level      int    // position in the table's levels; -1: none
	Veto       bool
	Items      []Points // reached at each item; 0 where it is open or not applicable

	result *Result // where Score was asked
}

// Hundredths is the score of 100 in hundredths, halves upwards; -1 where nothing applies.
func (t *Tally) Hundredths() int {
	if t.result != nil {
		return t.result.Hundredths()
	}
	return int(t.at(100))
}

func (t *Tally) at(scale int64) int64 {
	if t.Applicable <= 0 {
		return -1
	}
	return (2*100*scale*int64(t.Raw) + int64(t.Applicable)) / (2 * int64(t.Applicable))
}

// Exact is the score of 100 as a fraction in lowest terms, as Result.Exact is; empty where nothing applies.
func (t *Tally) Exact() string {
	if t.result != nil {
		return t.result.Exact
	}
	if t.Applicable <= 0 {
		return ""
	}
	num, den := 100*int64(t.Raw), int64(t.Applicable)
	g := gcd(num, den)
	if den == g {
		return strconv.FormatInt(num/g, 10)
	}
	return strconv.FormatInt(num/g, 10) + "/" + strconv.FormatInt(den/g, 10)
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func pow10(n int) int64 {
	x := int64(1)
	for range n {
		x *= 10
	}
	return x
}
