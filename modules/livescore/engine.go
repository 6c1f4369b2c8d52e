package livescore

import (
	"encoding/binary"
	"hash/fnv"
	"maps"
	"slices"

	"anbiao/kit/id"
	"anbiao/kit/scoring"
)

// bound is a scoring table made ready with its bindings.
type bound struct {
	id     id.Of[id.Rubric]
	c      *scoring.Compiled
	rules  []boundRule // in the order of items
	points int64       // of the table
}

// boundRule is a rule by positions.
type boundRule struct {
	rule    *Rule
	item    int
	slot    int
	covers  []int // positions of every deduction it may hit
	each    []int
	none    []int
	below   int // position; -1: no line
	percent int64
}

func bind(n id.Of[id.Rubric], r *scoring.Rubric, b *Bindings) *bound {
	c := scoring.Compile(r)
	x := &bound{id: n, c: c, points: int64(r.Total)}
	t := b.of(r, c)
	if t == nil {
		return x
	}
	for _, it := range t.Items {
		at, ok := c.Index(it.Item)
		if !ok {
			continue
		}
		for i := range it.Rules {
			x.rules = append(x.rules, boundTo(c, at, &it.Rules[i], b))
		}
	}
	return x
}

func boundTo(c *scoring.Compiled, item int, r *Rule, b *Bindings) boundRule {
	positions := func(ids []string) (out []int) {
		for _, one := range ids {
			if at, ok := c.Rule(item, one); ok {
				out = append(out, at)
			}
		}
		return out
	}
	x := boundRule{rule: r, item: item, slot: b.index[Slot{r.Metric, r.Period}], covers: positions(r.deductions()), each: positions(r.Each), none: positions(r.None), below: -1}
	if r.Below != nil {
		if at, ok := c.Rule(item, r.Below.Hit); ok {
			x.below, x.percent = at, r.Below.Percent
		}
	}
	return x
}

// value is a figure: den 0 is not measured.
type value struct{ num, den int64 }

// apply writes what figures say over the answers by hand of a sheet. Only deductions that a measured
// rule names are taken from the figures.
func (b *bound) apply(s *scoring.Sheet, values []value) {
	for i := range b.rules {
		r := &b.rules[i]
		if values[r.slot].den <= 0 {
			continue
		}
		if s.Marks[r.item] != scoring.MarkScored {
			s.Marks[r.item] = scoring.MarkScored
			from, until := b.c.Rules(r.item)
			clear(s.Hits[from:until])
		}
		for _, at := range r.covers {
			s.Hits[at] = 0
		}
	}
	for i := range b.rules {
		if r := &b.rules[i]; values[r.slot].den > 0 {
			r.hit(s, values[r.slot])
		}
	}
}

func (r *boundRule) hit(s *scoring.Sheet, v value) {
	if v.num <= 0 && len(r.none) > 0 {
		for _, at := range r.none {
			s.Hits[at]++
		}
		return
	}
	if missing := v.den - v.num; missing > 0 {
		for _, at := range r.each {
			s.Hits[at] += int32(min(missing, 100_000)) //nolint:gosec // bounded
		}
	}
	if r.below >= 0 && v.num*100 < r.percent*v.den {
		s.Hits[r.below]++
	}
}

// measuredItems marks the items that a figure speaks to.
func (b *bound) measuredItems(values []value, out []bool) {
	clear(out)
	for i := range b.rules {
		if r := &b.rules[i]; values[r.slot].den > 0 {
			out[r.item] = true
		}
	}
}

// scored is one company's scoring.
type scored struct {
	sheet    *scoring.Sheet
	tally    scoring.Tally
	measured []bool
	share    struct{ measured, known int64 } // points
	open     int
}

// reset makes room for a table; what was scored before is gone.
func (x *scored) reset(b *bound) {
	if x.sheet == nil || len(x.sheet.Marks) != len(b.c.Items) {
		x.sheet, x.measured = b.c.Blank(), make([]bool, len(b.c.Items))
		return
	}
	x.sheet.Clear()
}

// score scores answers by hand with figures on top.
func (x *scored) score(b *bound, answers scoring.Answers, facts scoring.Facts, values []value) {
	x.reset(b)
	b.c.Fill(x.sheet, answers)
	b.apply(x.sheet, values)
	b.c.Tally(x.sheet, facts, &x.tally)
	b.measuredItems(values, x.measured)
	x.open, x.share.measured, x.share.known = 0, 0, 0
	for i, it := range b.c.Items {
		switch {
		case x.measured[i]:
			x.share.measured += int64(it.Points)
			x.share.known += int64(it.Points)
		case x.sheet.Marks[i] == scoring.MarkOpen:
			x.open++
		default:
			x.share.known += int64(it.Points)
		}
	}
}

// level is the code of the level reached.
func (x *scored) level(b *bound) string {
	if x.tally.Level < 0 {
		return ""
	}
	return b.c.Table.Levels[x.tally.Level].Level
}

// items are the points by the table's order.
func (x *scored) items(b *bound) []int32 {
	out := make([]int32, len(b.c.Items))
	for i := range out {
		switch x.sheet.Marks[i] {
		case scoring.MarkOpen:
			out[i] = Open
		case scoring.MarkNA:
			out[i] = NotApplicable
		case scoring.MarkScored:
			out[i] = int32(x.tally.Items[i]) //nolint:gosec // points of one item
		}
	}
	return out
}

// fingerprint sums up everything that led to a score.
func (x *scored) fingerprint(b *bound, f firm, kept *Answers, values []value) int64 {
	h := fnv.New64a()
	var buf [16]byte
	put := func(a, c int64) {
		binary.LittleEndian.PutUint64(buf[:8], uint64(a)) //nolint:gosec // bits
		binary.LittleEndian.PutUint64(buf[8:], uint64(c)) //nolint:gosec // bits
		_, _ = h.Write(buf[:])
	}
	_, _ = h.Write([]byte(current.Version + f.RegionPath))
	put(int64(f.OversightLine), 0)
	put(int64(b.id), int64(x.tally.Level))
	for _, v := range values {
		put(v.num, v.den)
	}
	for i, m := range x.sheet.Marks {
		buf[i%16] = byte(m)
		if i%16 == 15 || i == len(x.sheet.Marks)-1 {
			_, _ = h.Write(buf[:])
		}
	}
	for i, n := range x.sheet.Hits {
		if n != 0 {
			put(int64(i), int64(n))
		}
	}
	if kept != nil {
		put(int64(kept.EvaluationID), 0)
		for _, k := range slices.Sorted(maps.Keys(kept.Facts)) {
			_, _ = h.Write([]byte(k + "=" + string(kept.Facts[k]) + ";"))
		}
	}
	return int64(h.Sum64()) //nolint:gosec // bits
}
