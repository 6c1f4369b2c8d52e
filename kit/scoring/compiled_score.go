package scoring

// Tally scores a sheet over what is known: an item that is open counts neither here nor there.
// It writes into t, whose slices it uses again. facts are as for Score.
func (c *Compiled) Tally(s *Sheet, facts Facts, t *Tally) {
	if cap(t.Items) < len(c.Items) {
		t.Items = make([]Points, len(c.Items))
	}
	t.Items = t.Items[:len(c.Items)]
	t.Raw, t.Applicable, t.Level, t.Veto, t.result = 0, 0, -1, false, nil
	if c.slow {
		c.ask(s, facts, t)
		return
	}
	run := tallying{c: c, s: s, facts: facts, t: t}
	below := false
	for _, e := range c.elements {
		raw, applicable := run.element(e)
		t.Raw, t.Applicable = t.Raw+raw, t.Applicable+applicable
		if c.minShare != nil && applicable > 0 {
			below = below || share(raw, applicable).Cmp(c.minShare) < 0
		}
	}
	t.Raw = max(0, t.Raw-run.total)
	if !t.Veto && !below {
		t.Level = c.level(t, facts)
	}
}

// Known is what Score takes for a sheet over what is known: open items as not applicable.
func (c *Compiled) Known(s *Sheet) Answers {
	out := c.Answers(s)
	for i, it := range c.Items {
		if s.Marks[i] == MarkOpen {
			out[it.Code] = Answer{NA: true}
		}
	}
	return out
}

// ask lets Score itself answer.
func (c *Compiled) ask(s *Sheet, facts Facts, t *Tally) {
	t.result = c.Table.Score(c.Known(s), facts)
	t.Raw, t.Applicable = t.result.Raw, t.result.Applicable
	for i, it := range t.result.Items {
		t.Items[i] = it.Score
	}
	for i, l := range c.Table.Levels {
		if l.Level == t.result.Level {
			t.Level = i
		}
	}
	for _, r := range t.result.Reasons {
		t.Veto = t.Veto || hasCode(r, ReasonVeto)
	}
}

// level is the best level whose line and limits hold.
func (c *Compiled) level(t *Tally, facts Facts) int {
	if t.Applicable <= 0 {
		return -1
	}
	score := t.at(pow10(c.Table.Rounding.Decimals))
	for i, l := range c.levels {
		if score*l.den >= l.num && within(c.Table.Levels[i].Limits, facts) {
			return i
		}
	}
	return -1
}

func within(limits []Limit, facts Facts) bool {
	for _, x := range limits {
		if v, known := facts[x.Fact]; known && v.Rat().Cmp(x.Max.Rat()) > 0 {
			return false
		}
	}
	return true
}

// tallying is one scoring under way.
type tallying struct {
	c     *Compiled
	s     *Sheet
	facts Facts
	t     *Tally

	total                  Points // taken at the grand total
	extra                  Points // taken at the element that is walked
	noSub, noElement, none bool   // the branch is zero
}

func (r *tallying) element(e span) (raw, applicable Points) {
	r.extra, r.noElement = 0, false
	for _, sub := range r.c.subs[e.from:e.until] {
		r.noSub = false
		sum := Points(0)
		for i := sub.from; i < sub.until; i++ {
			r.t.Items[i] = 0
			if r.s.Marks[i] != MarkScored {
				continue
			}
			left := r.item(i)
			r.t.Items[i] = left
			sum, applicable = sum+left, applicable+r.c.Items[i].Points
		}
		if !r.noSub {
			raw += sum
		}
	}
	if r.noElement {
		return 0, applicable
	}
	return max(0, raw-r.extra), applicable
}

// item returns what is left of an item.
func (r *tallying) item(i int) Points {
	left, taken := r.c.Items[i].Points, Points(0)
	from, until := r.c.first[i], r.c.first[i+1]
	r.none = false
	for at := from; at < until; at++ {
		if n := r.s.Hits[at]; n > 0 {
			taken += r.hit(&r.c.rules[at], n)
		}
	}
	left = max(0, left-taken)
	if r.none {
		left = 0
	}
	if left > 0 {
		return left
	}
	for at := from; at < until; at++ {
		if x := &r.c.rules[at]; x.act >= autoElement && r.holds(x) {
			if x.act == autoTotal {
				r.total += x.take(1)
			} else {
				r.extra += x.take(1)
			}
		}
	}
	return 0
}

// hit notes n occurrences of a rule and returns what they take at the item.
func (r *tallying) hit(x *rule, n int32) Points {
	if x.act >= autoElement || !r.holds(x) {
		return 0
	}
	switch x.act {
	case minusItem:
		return x.take(n)
	case zeroItem:
		r.none = true
	case vetoTotal:
		r.none, r.t.Veto = true, true
	case zeroSub:
		r.noSub = true
	case zeroElement:
		r.noElement = true
	case extraElement:
		r.extra += x.take(n)
	case extraTotal:
		r.total += x.take(n)
	case autoElement, autoTotal:
	}
	return 0
}

func (r *tallying) holds(x *rule) bool {
	return !x.fallible || (&scorer{facts: r.facts}).holds(x.d)
}

func (x *rule) take(n int32) Points {
	p := x.takes
	if x.per {
		p *= Points(n)
	}
	if x.cap > 0 && p > x.cap {
		return x.cap
	}
	return p
}
