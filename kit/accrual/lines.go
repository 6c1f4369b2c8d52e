package accrual

import (
	"math/big"
	"slices"

	"anbiao/kit/fen"
)

// pickKey names a line under a version.
type pickKey struct {
	line  int
	rules *Rules
}

// pick is the standard that holds for a line under a version.
type pick struct {
	rules    *Rules
	category Category
	sub      Sub
	bound    bool // false: the version does not know the industry
	hazards  bool // several were compared
}

// pick returns the standard of a line under the law of a month, or the version the line keeps.
func (e *engine) pick(line int, law *Rules) (pick, error) {
	l := &e.y.Lines[line]
	if l.Rules != "" {
		law = Version(e.all, l.Rules)
		if law == nil {
			return pick{}, &Fault{Line: line, Code: FaultRules}
		}
	}
	key := pickKey{line, law}
	if p, known := e.picks[key]; known {
		return p, nil
	}
	p, err := e.choose(line, law)
	if err == nil {
		e.picks[key] = p
	}
	return p, err
}

func (e *engine) choose(line int, law *Rules) (pick, error) {
	l := &e.y.Lines[line]
	p := pick{rules: law}
	var ok bool
	if p.category, ok = law.Category(l.Category); !ok {
		return p, e.unknown(line, FaultCategory, func(r *Rules) bool { _, ok := r.Category(l.Category); return ok })
	}
	var codes []string
	for _, code := range append([]string{l.Sub}, l.Hazards...) {
		if code != "" && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		if len(p.category.Subs) != 1 {
			return p, &Fault{Line: line, Code: FaultSubMissing}
		}
		codes = []string{p.category.Subs[0].Code}
	}
	p.hazards = len(codes) > 1
	return e.highest(line, p, codes)
}

// highest takes of several sub-categories that apply the one with the highest rate, of equals the first.
func (e *engine) highest(line int, p pick, codes []string) (pick, error) {
	l := &e.y.Lines[line]
	for i, code := range codes {
		s, ok := p.category.Sub(code)
		if !ok {
			fault := FaultHazard
			if i == 0 && l.Sub != "" {
				fault = FaultSub
			}
			if err := e.unknown(line, fault, func(r *Rules) bool { return knows(r, l.Category, code) }); err != nil {
				return p, err
			}
			continue
		}
		if p.hazards && s.Rate == nil || p.bound && (s.Unit != p.sub.Unit || s.Timing != p.sub.Timing) {
			return p, &Fault{Line: line, Code: FaultHazard} // only rates on the same base can be compared
		}
		if !p.bound || *s.Rate > *p.sub.Rate {
			p.sub, p.bound = s, true
		}
	}
	return p, e.checkRate(line, p)
}

// unknown is nil where another version knows what this one does not: such a month is not bound. A
// line that keeps its version must be known to it.
func (e *engine) unknown(line int, code string, knows func(*Rules) bool) error {
	if e.y.Lines[line].Rules == "" && slices.ContainsFunc(e.all, knows) {
		return nil
	}
	return &Fault{Line: line, Code: code}
}

func knows(r *Rules, category, sub string) bool {
	c, _ := r.Category(category)
	_, ok := c.Sub(sub)
	return ok
}

// topRate is the most a company may set for a unit of output, in yuan.
const topRate = 100_000 * one

// checkRate holds the company's own rate against the standard. Against brackets it is held by its
// amount, when the revenue is known.
func (e *engine) checkRate(line int, p pick) error {
	own := e.y.Lines[line].Rate
	if own == nil || !p.bound {
		return nil
	}
	top := one
	if p.sub.Method == PerUnit {
		top = topRate
	}
	switch {
	case *own <= 0 || *own > top:
		return &Fault{Line: line, Code: FaultRateRange}
	case p.sub.Rate != nil && *own < *p.sub.Rate:
		return &Fault{Line: line, Code: FaultRateLower}
	}
	return nil
}

// amount drops the working of an amount.
func amount(a fen.Amount, _ []LineWorking, err error) (fen.Amount, error) { return a, err }

// onRevenue reports whether a line's base is a year's revenue, under the first version that knows it.
func (e *engine) onRevenue(line int) bool {
	for _, law := range e.law {
		if p, err := e.pick(line, law); err == nil && p.bound {
			return p.sub.Timing.OnRevenue()
		}
	}
	return false
}

// revenue is what is known of a line's revenue in the month j.
func (e *engine) revenue(line, j int) fen.Amount {
	l := &e.y.Lines[line]
	known := l.RevenueFen
	for _, r := range l.Revised {
		if r.FromMonth <= j+1 {
			known = r.RevenueFen
		}
	}
	return known
}

// annual is a year's amount of the revenue lines by the figures of the month j, under a law: each
// line rounded, then added; of lines that the books do not keep apart one standard on the total.
func (e *engine) annual(j int, law *Rules) (sum fen.Amount, out []LineWorking, err error) {
	if e.y.Inseparable {
		return e.together(j, law)
	}
	for line := range e.y.Lines {
		p, err := e.pick(line, law)
		if err != nil {
			return 0, nil, err
		}
		if !p.bound || !p.sub.Timing.OnRevenue() {
			continue
		}
		w, err := e.onMoney(line, p, e.revenue(line, j))
		if err != nil {
			return 0, nil, err
		}
		sum += w.AmountFen
		out = append(out, w)
	}
	return sum, out, nil
}

// together finds the category with the largest revenue, within it the sub-category, of equals the
// first, and applies its standard to the total.
func (e *engine) together(j int, law *Rules) (fen.Amount, []LineWorking, error) {
	var total, most, mostSub fen.Amount
	byCategory, bySub, leader := map[string]fen.Amount{}, map[[2]string]fen.Amount{}, -1
	bound := []int{}
	for line := range e.y.Lines {
		p, err := e.pick(line, law)
		if err != nil {
			return 0, nil, err
		}
		if p.bound && p.sub.Timing.OnRevenue() {
			bound = append(bound, line)
			r := e.revenue(line, j)
			total += r
			byCategory[p.category.Code] += r
			bySub[[2]string{p.category.Code, p.sub.Code}] += r
		}
	}
	for _, line := range bound {
		p, _ := e.pick(line, law)
		c, s := byCategory[p.category.Code], bySub[[2]string{p.category.Code, p.sub.Code}]
		if leader < 0 || c > most || c == most && s > mostSub && e.y.Lines[leader].Category == p.category.Code {
			leader, most, mostSub = line, c, s
		}
	}
	if leader < 0 {
		return 0, nil, nil
	}
	p, _ := e.pick(leader, law)
	w, err := e.onMoney(leader, p, total)
	return w.AmountFen, []LineWorking{w}, err
}

// output is the amount of the output lines for the month i.
func (e *engine) output(i int) (sum fen.Amount, out []LineWorking, err error) {
	for line, l := range e.y.Lines {
		p, err := e.pick(line, e.law[i])
		if err != nil {
			return 0, nil, err
		}
		if !p.bound || p.sub.Timing.OnRevenue() {
			continue
		}
		w := p.working(l)
		w.Quantity = l.Quantities[i]
		if w.AmountFen, err = rounded(w.Rate.onQuantity(w.Quantity), line, i+1, &w); err != nil {
			return 0, nil, err
		}
		sum += w.AmountFen
		out = append(out, w)
	}
	return sum, out, nil
}

// onMoney works out a line on a revenue.
func (e *engine) onMoney(line int, p pick, revenue fen.Amount) (LineWorking, error) {
	w := p.working(e.y.Lines[line])
	w.BaseFen = revenue
	var err error
	if p.sub.Rate != nil {
		w.AmountFen, err = rounded(w.Rate.onMoney(revenue), line, 0, &w)
		return w, err
	}
	slices, sum := brackets(p.sub.Brackets, revenue)
	if !w.Override {
		w.Slices = slices
		w.AmountFen, err = rounded(sum, line, 0, &w)
		return w, err
	}
	own := w.Rate.onMoney(revenue)
	if own.Cmp(sum) < 0 {
		return w, &Fault{Line: line, Code: FaultRateLower}
	}
	w.AmountFen, err = rounded(own, line, 0, &w)
	return w, err
}

// brackets applies each rate to its own slice of a revenue; the sum is exact.
func brackets(bs []Bracket, revenue fen.Amount) (out []Slice, sum *big.Rat) {
	sum = new(big.Rat)
	for _, b := range bs {
		if b.From() >= revenue {
			break
		}
		on := revenue - b.From()
		if until := b.Until(); until != nil {
			on = min(revenue, *until) - b.From()
		}
		part := b.Rate.onMoney(on)
		sum.Add(sum, part)
		out = append(out, Slice{FromFen: b.From(), UntilFen: b.Until(), Rate: b.Rate, OnFen: on, ExactFen: exact(part)})
	}
	return out, sum
}

// rounded rounds an amount half up to the fen and notes what it was.
func rounded(x *big.Rat, line, month int, w *LineWorking) (fen.Amount, error) {
	w.ExactFen = exact(x)
	n := halfUp(x)
	if n.Cmp(big.NewInt(int64(MaxAmount))) > 0 {
		return 0, &Fault{Line: line, Month: month, Code: FaultTooLarge}
	}
	return fen.Amount(n.Int64()), nil
}

func (p pick) working(l Line) LineWorking {
	w := LineWorking{
		Key: l.Key, Category: p.category.Code, Sub: p.sub.Code, NameZh: p.sub.Zh, NameEn: p.sub.En, Rules: p.rules.Version, Clause: Clause(p.category.Article),
		Method: p.sub.Method, Timing: p.sub.Timing, Unit: p.sub.Unit, Rate: p.sub.Rate, Slices: []Slice{}, Source: p.sub.Source, ToVerify: p.sub.ToVerify(),
	}
	if l.Rate != nil && (p.sub.Rate == nil || *l.Rate != *p.sub.Rate) {
		w.Rate, w.Override = l.Rate, true
	}
	return w
}
