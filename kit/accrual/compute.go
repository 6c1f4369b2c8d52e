package accrual

import (
	"anbiao/kit/day"
	"anbiao/kit/fen"
)

// Bounds of what Compute takes, so that no sum leaves an int64: ten trillion yuan an amount, as
// much output, so many lines.
const (
	MaxAmount   fen.Amount = 1_000_000_000_000_000
	MaxQuantity Quantity   = 1_000_000_000_000_000
	MaxLines               = 500
)

// engine is a year at work.
type engine struct {
	all   []*Rules
	y     Year
	law   [12]*Rules
	picks map[pickKey]pick
	memo  map[int][12]fen.Amount // shares by the month whose figures they follow
}

// Compute works out the twelve months of a year. Months posted are taken as they are; the first open
// one settles what later figures make of them, apart from suspended months, which owe nothing.
// Errors: *Fault.
func Compute(all []*Rules, y Year) (Result, error) {
	e := &engine{all: all, y: y, picks: map[pickKey]pick{}, memo: map[int][12]fen.Amount{}}
	if err := e.check(); err != nil {
		return Result{}, err
	}
	var out Result
	t := tally{opening: y.OpeningFen}
	for i := range 12 {
		m, err := e.month(i, &t)
		if err != nil {
			return Result{}, err
		}
		out.Months[i] = m
		out.AccruedFen += m.AccruedFen
		out.TopUpFen += m.TopUpFen
		out.ExcessFen += m.ExcessFen
	}
	shares, err := e.shares(11)
	if err != nil {
		return Result{}, err
	}
	for i, s := range shares {
		out.StandardFen += s
		if !out.Months[i].Suspended {
			out.DeferredFen += s
		}
	}
	out.DeferredFen -= out.AccruedFen
	return out, nil
}

// tally is what a month inherits from those before it.
type tally struct {
	opening   fen.Amount
	accrued   fen.Amount
	suspended [12]bool
}

// month works out the month i, January = 0.
func (e *engine) month(i int, t *tally) (Month, error) {
	m := Month{Month: i + 1, OpeningFen: t.opening, UsedFen: e.y.UsedFen[i], Working: Working{Clauses: []string{}, Lines: []LineWorking{}, Notes: []string{}}}
	var err error
	if p := e.y.Posted[i]; p != nil {
		m.Posted, m.StandardFen, m.AccruedFen, m.Suspended = true, p.StandardFen, p.AccruedFen, p.Suspended
		if !p.Suspended {
			m.CatchUpFen = p.AccruedFen - p.StandardFen
		}
	} else if err = e.open(&m, t); err != nil {
		return m, err
	}
	t.suspended[i] = m.Suspended
	t.accrued += m.AccruedFen
	e.close(&m)
	t.opening = m.ClosingFen
	return m, nil
}

// open works out a month that is not posted.
func (e *engine) open(m *Month, t *tally) error {
	i := m.Month - 1
	shares, err := e.shares(i)
	if err != nil {
		return err
	}
	if m.Working, err = e.working(i); err != nil {
		return err
	}
	m.StandardFen, m.Suspended = shares[i], e.suspend(m)
	var due fen.Amount
	for k := range i {
		if !t.suspended[k] {
			due += shares[k]
		}
	}
	w := &m.Working
	w.PostedFen, w.CumulativeFen = t.accrued, due
	if m.Suspended { // what earlier months lack waits for the first month that accrues
		return nil
	}
	m.CatchUpFen = due - t.accrued
	m.AccruedFen = m.CatchUpFen + m.StandardFen
	w.CumulativeFen += m.StandardFen
	if m.CatchUpFen != 0 {
		w.note(NoteCatchUp)
	}
	return nil
}

// suspend reports whether a month accrues nothing, and shows the test.
func (e *engine) suspend(m *Month) bool {
	i, w := m.Month-1, &m.Working
	rule := e.law[i].Treatment.Suspension
	switch rule.Way {
	case ByApproval:
		if e.y.SuspendedByApproval[i] {
			w.note(NoteApproved)
			w.cite(e.law[i], rule.Article)
		}
		return e.y.SuspendedByApproval[i]
	case ByBalance:
		if e.y.PriorDueFen == 0 {
			if !e.y.FirstYear {
				w.note(NoteNoThreshold)
			}
			return false
		}
		w.Suspension = &Suspension{OpeningFen: m.OpeningFen, ThresholdFen: fen.Amount(rule.Multiple) * e.y.PriorDueFen}
		if m.OpeningFen < w.Suspension.ThresholdFen {
			return false
		}
		w.note(NoteSuspended)
		w.cite(e.law[i], rule.Article)
		return true
	}
	return false
}

// close strikes the balance; in December a deficit is settled as the law of that month says.
func (e *engine) close(m *Month) {
	m.ClosingFen = m.OpeningFen + m.AccruedFen - m.UsedFen
	if m.Month != 12 {
		return
	}
	law := e.law[11]
	rule := law.Treatment.Deficit
	gap := max(0, -m.ClosingFen)
	note := NoteTopUp
	switch {
	case rule.Way == NormalCost:
		m.ExcessFen, note = gap, NoteExcess
	case m.Posted:
		m.TopUpFen = e.y.Posted[11].TopUpFen
	default:
		m.TopUpFen = gap
	}
	m.ClosingFen += m.TopUpFen + m.ExcessFen
	if gap > 0 && !m.Posted {
		m.Working.note(note)
		m.Working.cite(law, rule.Article)
	}
}

// shares is what each month owes by the figures known in the month j: the cumulated twelfths of the
// revenue lines' annual amount, under the law of each month, and the output of each month.
func (e *engine) shares(j int) (out [12]fen.Amount, err error) {
	for k := j; k > 0 && !e.revisedIn(k); k-- {
		j = k - 1 // the figures of a month without revision are those before it
	}
	if out, known := e.memo[j]; known {
		return out, nil
	}
	annual := map[*Rules]fen.Amount{}
	for i, law := range e.law {
		if _, known := annual[law]; !known {
			if annual[law], err = amount(e.annual(j, law)); err != nil {
				return out, err
			}
		}
		output, err := amount(e.output(i))
		if err != nil {
			return out, err
		}
		out[i] = output + e.twelfth(annual[law], i)
	}
	e.memo[j] = out
	return out, nil
}

// twelfth is the month's part of an annual amount. A first year that is settled in December has it
// there, for the months in which that law is in force.
func (e *engine) twelfth(annual fen.Amount, i int) fen.Amount {
	if !e.lump(i) {
		return cumulated(annual, i+1) - cumulated(annual, i)
	}
	if i < 11 {
		return 0
	}
	since := 0
	for !e.lump(since) {
		since++
	}
	return annual - cumulated(annual, since)
}

// lump reports whether the month belongs to a first year that is settled in December.
func (e *engine) lump(i int) bool {
	return e.y.FirstYear && e.law[i].Treatment.FirstYear.Way == YearEndLump
}

// cumulated is the annual amount's part for the first k months, rounded half up.
func cumulated(annual fen.Amount, k int) fen.Amount {
	n := fen.Amount(k)
	return annual/12*n + (2*(annual%12)*n+12)/24
}

func (e *engine) revisedIn(i int) bool {
	for _, l := range e.y.Lines {
		for _, r := range l.Revised {
			if r.FromMonth == i+1 {
				return true
			}
		}
	}
	return false
}

// first is the first day of the month i.
func (y Year) first(i int) day.Date { return day.Of(y.Year, 1, 1).AddMonths(i) }
