package scoring

import (
	"fmt"
	"slices"
)

// Problem is what is wrong with a table, and where.
type Problem struct {
	At   string            // code of the element, sub-element or item; empty: the table
	Code string            // of the texts: scoring.problem.<code>
	Args map[string]string // of the text
}

// checker collects problems.
type checker struct {
	found []Problem
	codes map[string]bool
}

func (c *checker) say(at, code string, args ...string) {
	p := Problem{At: at, Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i]] = args[i+1]
	}
	c.found = append(c.found, p)
}

// Check lists what keeps a table from being used: points that do not add up at some level, codes
// that are missing or twice, rules that say nothing or two things. A table that is not scorable
// is only a tree: its codes are not looked at either, for some have none.
func (r *Rubric) Check() []Problem {
	c := &checker{codes: map[string]bool{}}
	if r.ID == "" || r.Title == "" {
		c.say("", "unnamed")
	}
	if !slices.Contains([]Purpose{Grading, Duty, Class}, r.Purpose) {
		c.say("", "purpose")
	}
	if !r.Scorable {
		return c.found
	}
	c.levels(r)
	var sum Points
	weights := Num("0").Rat()
	for i := range r.Elements {
		e := &r.Elements[i]
		c.element(e)
		sum += e.Points
		weights.Add(weights, e.Weight.Rat())
		if r.Model == Weighted && e.Weight.Rat().Sign() <= 0 {
			c.say(e.Code, "weight")
		}
	}
	if r.Model == Weighted && weights.Cmp(Num("1").Rat()) != 0 {
		c.say("", "weights", "sum", HalfUp(weights, 4))
	}
	c.adds("", r.Total, sum)
	return c.found
}

func (c *checker) levels(r *Rubric) {
	if !slices.Contains([]string{"", Sum, Weighted}, r.Model) {
		c.say("", "model")
	}
	if r.Rounding.Decimals < 0 || r.Rounding.Decimals > 2 {
		c.say("", "decimals")
	}
	if len(r.Levels) == 0 {
		c.say("", "levels")
	}
	seen := map[string]bool{}
	for i, l := range r.Levels {
		score := l.MinScore.Rat()
		if l.Level == "" || seen[l.Level] || score.Sign() < 0 || score.Cmp(Num("100").Rat()) > 0 || i > 0 && score.Cmp(r.Levels[i-1].MinScore.Rat()) > 0 {
			c.say("", "level", "level", l.Level)
		}
		seen[l.Level] = true
	}
}

func (c *checker) code(s string) {
	switch {
	case s == "":
		c.say("", "codeless")
	case c.codes[s]:
		c.say(s, "twice")
	}
	c.codes[s] = true
}

func (c *checker) adds(at string, points, sum Points) {
	if points != sum || points <= 0 {
		c.say(at, "sum", "points", points.String(), "sum", sum.String())
	}
}

func (c *checker) element(e *Element) {
	c.code(e.Code)
	var sum Points
	for i := range e.Children {
		s := &e.Children[i]
		c.code(s.Code)
		sum += s.Points
		var inner Points
		for j := range s.Items {
			c.item(&s.Items[j])
			inner += s.Items[j].Points
		}
		c.adds(s.Code, s.Points, inner)
		if len(s.Children) > 0 {
			c.say(s.Code, "depth")
		}
	}
	c.adds(e.Code, e.Points, sum)
	if len(e.Items) > 0 {
		c.say(e.Code, "depth")
	}
}

func (c *checker) item(it *Item) {
	c.code(it.Code)
	if it.Points <= 0 {
		c.say(it.Code, "points")
	}
	if it.Requirement == "" {
		c.say(it.Code, "requirement")
	}
	ids := map[string]bool{}
	for i := range it.Deductions {
		d := &it.Deductions[i]
		if d.ID == "" || ids[d.ID] {
			c.say(it.Code, "rule-id", "rule", d.ID)
		}
		ids[d.ID] = true
		if !d.Sound() {
			c.say(it.Code, "rule", "rule", fmt.Sprintf("%s %s", d.ID, d.When))
		}
	}
}

// Sound says whether a deduction is one rule, at a place where that rule can act.
func (d *Deduction) Sound() bool {
	set := 0
	for _, yes := range []bool{d.Minus != 0, d.Zero, d.Extra != 0, d.Veto} {
		if yes {
			set++
		}
	}
	places := map[string][]string{KindMinus: {AtItem}, KindZero: {AtItem, AtSub, AtElement}, KindExtra: {AtElement, AtTotal}, KindVeto: {AtTotal, AtSub, AtElement}}
	return set == 1 && d.Minus >= 0 && d.Extra >= 0 && d.Cap >= 0 && slices.Contains(places[d.Kind()], d.At()) &&
		(d.Auto == "" || d.Auto == ItemExhausted && d.Kind() == KindExtra)
}
