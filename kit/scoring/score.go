package scoring

import (
	"math/big"
	"slices"
)

// Score scores answers. Facts are the company's figures; those a level asks for and nobody gave
// are listed as unknown and count as kept. Answers to items that the table does not have, and hits
// of rules that an item does not have, are not looked at.
func (r *Rubric) Score(answers Answers, facts Facts) *Result {
	s := &scorer{table: r, answers: answers, facts: facts, out: &Result{
		Total: r.Total, Reasons: []string{}, Unknown: []string{}, Items: []ItemScore{}, Subs: []Branch{}, Elements: []Branch{}, Losses: []Loss{},
	}}
	for i := range r.Elements {
		s.element(&r.Elements[i])
	}
	s.total()
	s.level()
	return s.out
}

// scorer is one scoring under way.
type scorer struct {
	table   *Rubric
	answers Answers
	facts   Facts
	out     *Result
	vetoes  []string
	extras  []Loss   // at the grand total
	percent *big.Rat // of the weighted model: sum of percentage times weight
	weights *big.Rat
}

// branch is what adds up while its items are walked.
type branch struct {
	points, na, raw Points
	zero            *Loss  // what zeroes the whole
	extras          []Loss // extra minus, at an element
}

func (s *scorer) element(e *Element) {
	sum := branch{points: e.Points}
	for i := range e.Children {
		s.sub(&e.Children[i], &sum)
	}
	raw := sum.raw
	switch {
	case sum.zero != nil:
		s.lose(*sum.zero, raw)
		raw = 0
	default:
		for _, x := range sum.extras {
			raw -= s.lose(x, min(x.Points, raw))
		}
	}
	b := Branch{Code: e.Code, Points: e.Points, Applicable: e.Points - sum.na, Raw: raw}
	if p := share(b.Raw, b.Applicable); p != nil {
		b.Percent = HalfUp(p, 2)
		s.below(e, p)
		s.weigh(e, p)
	}
	s.out.Elements = append(s.out.Elements, b)
	s.out.NA += sum.na
	s.out.Raw += raw
}

func (s *scorer) below(e *Element, percent *big.Rat) {
	if s.table.MinElement != "" && percent.Cmp(s.table.MinElement.Rat()) < 0 {
		s.out.Reasons = append(s.out.Reasons, ReasonElement+":"+e.Code)
	}
}

func (s *scorer) weigh(e *Element, percent *big.Rat) {
	if s.table.Model != Weighted {
		return
	}
	if s.weights == nil {
		s.weights, s.percent = new(big.Rat), new(big.Rat)
	}
	w := e.Weight.Rat()
	s.weights.Add(s.weights, w)
	s.percent.Add(s.percent, new(big.Rat).Mul(percent, w))
}

func (s *scorer) sub(e *Element, above *branch) {
	sum := branch{points: e.Points}
	for i := range e.Items {
		s.item(&e.Items[i], &sum, above)
	}
	raw := sum.raw
	if sum.zero != nil {
		s.lose(*sum.zero, raw)
		raw = 0
	}
	b := Branch{Code: e.Code, Points: e.Points, Applicable: e.Points - sum.na, Raw: raw}
	if p := share(b.Raw, b.Applicable); p != nil {
		b.Percent = HalfUp(p, 2)
	}
	s.out.Subs = append(s.out.Subs, b)
	above.na += sum.na
	above.raw += raw
}

func (s *scorer) item(it *Item, sub, element *branch) {
	a, answered := s.answers[it.Code]
	got := ItemScore{Code: it.Code, Points: it.Points, State: Open}
	switch {
	case !answered:
		s.out.Reasons = append(s.out.Reasons, ReasonIncomplete+":"+it.Code)
	case a.NA:
		got.State = NotApplicable
		sub.na += it.Points
		s.out.Answered++
	default:
		got.State, got.Score = Scored, s.deduct(it, a, sub, element)
		sub.raw += got.Score
		s.out.Answered++
	}
	s.out.Items = append(s.out.Items, got)
}

// deduct takes off what was hit at an item and returns what is left of it. What reaches beyond the
// item is noted at the branches.
func (s *scorer) deduct(it *Item, a Answer, sub, element *branch) Points {
	left := it.Points
	var zero *Loss
	var beyond []Loss
	for i := range it.Deductions {
		d := &it.Deductions[i]
		n := a.Hits[d.ID]
		if d.Auto != "" || n <= 0 || !s.holds(d) {
			continue
		}
		l := Loss{Item: it.Code, Rule: d.ID, When: d.When, Occurrences: n, Scope: d.At()}
		switch l.Kind = d.Kind(); {
		case l.Kind == KindMinus:
			l.Points, l.Capped = d.takes(n)
			beyond = append(beyond, l)
		case l.Kind == KindExtra:
			l.Points, l.Capped = d.takes(n)
			s.extra(l, element)
		case l.Scope == AtItem || l.Scope == AtTotal:
			if l.Kind == KindVeto {
				s.vetoes = append(s.vetoes, ReasonVeto+":"+it.Code)
			}
			first(&zero, l)
		case l.Scope == AtSub:
			first(&sub.zero, l)
		default:
			first(&element.zero, l)
		}
	}
	if zero != nil {
		s.lose(*zero, left)
		left = 0
	} else {
		for _, l := range beyond {
			left -= s.lose(l, min(l.Points, left))
		}
	}
	if left == 0 {
		s.exhausted(it, element)
	}
	return left
}

// exhausted fires the rules of an item that wait for it to end at 0.
func (s *scorer) exhausted(it *Item, element *branch) {
	for i := range it.Deductions {
		d := &it.Deductions[i]
		if d.Auto != ItemExhausted || !s.holds(d) {
			continue
		}
		l := Loss{Item: it.Code, Rule: d.ID, When: d.When, Occurrences: 1, Scope: d.At(), Kind: d.Kind(), Auto: true}
		l.Points, l.Capped = d.takes(1)
		s.extra(l, element)
	}
}

func (s *scorer) extra(l Loss, element *branch) {
	if l.Scope == AtTotal {
		s.extras = append(s.extras, l)
		return
	}
	element.extras = append(element.extras, l)
}

// lose notes what a rule really took and returns it.
func (s *scorer) lose(l Loss, took Points) Points {
	l.Capped = l.Capped || (l.Kind == KindMinus || l.Kind == KindExtra) && took < l.Points
	l.Points = took
	s.out.Losses = append(s.out.Losses, l)
	return took
}

func first(at **Loss, l Loss) {
	if *at == nil {
		*at = &l
	}
}

// holds says whether a rule is there for this company.
func (s *scorer) holds(d *Deduction) bool {
	for _, c := range d.If {
		v, known := s.facts[c.Fact]
		if known && (c.Min != "" && v.Rat().Cmp(c.Min.Rat()) < 0 || c.Max != "" && v.Rat().Cmp(c.Max.Rat()) > 0) {
			return false
		}
	}
	return true
}

func (s *scorer) total() {
	o := s.out
	o.Applicable = o.Total - o.NA
	for _, x := range s.extras {
		o.Raw -= s.lose(x, min(x.Points, o.Raw))
	}
	if o.Applicable <= 0 {
		o.Reasons = append(o.Reasons, ReasonNothing)
		return
	}
	if o.Answered < len(o.Items) {
		return
	}
	o.exact = share(o.Raw, o.Applicable)
	if s.table.Model == Weighted {
		o.exact = s.weighted()
	}
	o.Exact = o.exact.RatString()
	o.Score, o.Official = o.At(2), o.At(s.table.Rounding.Decimals)
}

// weighted is the mean of the elements' percentages by weight, less what is taken at the total.
func (s *scorer) weighted() *big.Rat {
	if s.weights == nil || s.weights.Sign() == 0 {
		return new(big.Rat)
	}
	x := new(big.Rat).Quo(s.percent, s.weights)
	for _, l := range s.extras {
		x.Sub(x, l.Points.rat())
	}
	if x.Sign() < 0 {
		return new(big.Rat)
	}
	return x
}

func (s *scorer) level() {
	o := s.out
	o.Reasons = append(append([]string{}, s.vetoes...), o.Reasons...)
	if o.exact == nil {
		return
	}
	o.Level, _ = s.table.LevelAt(o, s.table.Rounding.Decimals, s.facts)
	for _, l := range s.table.Levels {
		if l.Level == o.Level {
			o.LevelName = l.Name
		}
		for _, x := range l.Limits {
			if _, known := s.facts[x.Fact]; !known && !slices.Contains(o.Unknown, x.Fact) {
				o.Unknown = append(o.Unknown, x.Fact)
			}
		}
	}
	_, why := s.table.LevelAt(o, s.table.Rounding.Decimals, s.facts)
	o.Reasons = append(o.Reasons, why...)
}

// LevelAt is the best level whose line, read with some decimals, and whose limits both hold, and
// which limits kept a better one away. A veto, an element below its minimum or an open item gives none.
func (r *Rubric) LevelAt(o *Result, decimals int, facts Facts) (level string, why []string) {
	if o.exact == nil {
		return "", nil
	}
	score := Num(o.At(decimals)).Rat()
	for _, l := range r.Levels {
		if score.Cmp(l.MinScore.Rat()) < 0 {
			continue
		}
		kept := true
		for _, x := range l.Limits {
			if v, known := facts[x.Fact]; known && v.Rat().Cmp(x.Max.Rat()) > 0 {
				kept = false
				why = append(why, ReasonPerformance+l.Level+":"+x.Fact)
			}
		}
		if kept {
			level = l.Level
			break
		}
	}
	if slices.ContainsFunc(o.Reasons, barred) {
		level = ""
	}
	return level, why
}

// barred is a reason that gives no level at all.
func barred(reason string) bool {
	return hasCode(reason, ReasonVeto) || hasCode(reason, ReasonElement) || hasCode(reason, ReasonIncomplete) || reason == ReasonNothing
}

func hasCode(reason, code string) bool {
	return len(reason) > len(code) && reason[:len(code)] == code && reason[len(code)] == ':'
}

// share is 100 x raw / of; nil where of is 0.
func share(raw, of Points) *big.Rat {
	if of <= 0 {
		return nil
	}
	return new(big.Rat).Mul(big.NewRat(int64(raw), int64(of)), big.NewRat(100, 1))
}

// At is where a deduction acts.
func (d *Deduction) At() string {
	switch {
	case d.Scope != "":
		return d.Scope
	case d.Extra != 0:
		return AtElement
	case d.Veto:
		return AtTotal
	}
	return AtItem
}

// Kind is what a deduction does.
func (d *Deduction) Kind() string {
	switch {
	case d.Veto:
		return KindVeto
	case d.Zero:
		return KindZero
	case d.Extra != 0:
		return KindExtra
	}
	return KindMinus
}

// takes is what n occurrences take, and whether the cap made it less.
func (d *Deduction) takes(n int) (Points, bool) {
	p := d.Minus + d.Extra
	if d.Per != "" {
		p *= Points(min(n, 1_000_000))
	}
	if d.Cap > 0 && p > d.Cap {
		return d.Cap, true
	}
	return p, false
}

// Together lists the deductions of an item that are one finding with d: the same words.
func (it *Item) Together(d *Deduction) (ids []string) {
	for i := range it.Deductions {
		if it.Deductions[i].When == d.When && it.Deductions[i].Auto == "" {
			ids = append(ids, it.Deductions[i].ID)
		}
	}
	return ids
}
