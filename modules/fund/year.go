package fund

import (
	"errors"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// States of a month in the ledger.
const (
	Before   = "before" // not kept here
	Closed   = "closed"
	Reopened = "reopened"
	Pending  = "open"   // over, not closed
	Future   = "future" // not over
)

// Sources of a closed month.
const (
	FromClosing = "closed"
	FromFile    = "imported"
)

// What keeps a month from being closed.
const (
	LackLines    = "lines"    // no business to reckon from
	LackRevenue  = "revenue"  // of a business
	LackQuantity = "quantity" // of a business in this month
	LackRules    = "rules"    // the businesses cannot be reckoned as they stand
	LackWaiting  = "waiting"  // expenses wait for approval
	LackOrder    = "order"    // an earlier month is open
)

// Lack is one thing that keeps a month from being closed.
type Lack struct {
	Code   string
	LineID id.Of[Line] // of a business; 0: none in particular
	Name   string
	Count  int
}

// Movement is what the journal says of a month.
type Movement struct {
	OpeningFen fen.Amount // balance brought in from books kept elsewhere
	UsedFen    fen.Amount
	CapitalFen fen.Amount // of it capital
	ChargedFen fen.Amount // of it charged to the fund; the rest went to cost directly
	GroupFen   fen.Amount
	EffectFen  fen.Amount // of everything on the fund
}

// books is what a year of a company is worked out from.
type books struct {
	Profile    Profile
	Year       Year // without CompanyID: the year has no row
	N          int32
	Lines      []Line
	Quantities map[id.Of[Line]]map[int]int64 // by month, January = 0; thousandths
	Months     [12]*Month
	Moved      [12]Movement
	BaseFen    fen.Amount // of the journal at the end of the year before
	PriorFen   fen.Amount // due of the year before, 0: not known
	LastClosed day.Date   // month of the company closed last
	Waiting    [12]int    // expenses that wait for approval, by the month of their day
	Planned    [12]fen.Amount
}

// Row is a month of the ledger: kept as it was closed, or as it would be.
type Row struct {
	Month
	Standing string
	Reckoned bool // accrual was worked out or kept
	Lacks    []Lack
	Waiting  int
	PlanFen  fen.Amount
	PlanSum  fen.Amount
	UsedSum  fen.Amount
	direct   fen.Amount // of the excess: charged to cost when it was spent
	Next     bool       // the month to be closed next
}

// UsedFen is the month's use.
func (r Row) UsedFen() fen.Amount { return r.UsedExpenseFen + r.UsedCapitalFen }

// fundedExcess is what closing moves from the fund to normal cost.
func (r Row) fundedExcess() fen.Amount { return r.ExcessFen - r.direct }

// Sheet is a year of the ledger (台账).
type Sheet struct {
	*books
	Rows       [12]Row
	OpeningFen fen.Amount
	DueFen     fen.Amount
	AccruedFen fen.Amount // of closed months, top-up included
	UsedFen    fen.Amount // booked
	CapitalFen fen.Amount
	GroupFen   fen.Amount
	PlanFen    fen.Amount
	BalanceFen fen.Amount // of the journal now
	ClosingFen fen.Amount // as it will stand at the end of the year if nothing more is booked
	Closed     int16
	Fault      *accrual.Fault // why nothing could be worked out
}

// next is the month to be closed next.
func (b *books) next() day.Date {
	if b.LastClosed.IsZero() {
		return b.Profile.StartsOn
	}
	return b.LastClosed.AddMonths(1)
}

// outside reports whether the month i was accrued in other books: nothing of it is settled here.
func (b *books) outside(i int) bool {
	m := b.Months[i]
	return b.month(i).Before(b.Profile.StartsOn) || m != nil && m.State == Closed && m.Source == FromFile
}

func (b *books) month(i int) day.Date { return day.Of(int(b.N), 1, 1).AddMonths(i) }

// accrualYear is the year as the arithmetic takes it.
func (b *books) accrualYear(lines []accrual.Line, opening fen.Amount) accrual.Year {
	y := accrual.Year{Year: int(b.N), Lines: lines, Inseparable: b.Year.Inseparable, FirstYear: b.Year.FirstYear, OpeningFen: opening, PriorDueFen: b.PriorFen}
	if b.Year.PriorDueFen != nil {
		y.PriorDueFen = *b.Year.PriorDueFen
	}
	for _, m := range b.Year.Suspended {
		if m >= 1 && m <= 12 {
			y.SuspendedByApproval[m-1] = true
		}
	}
	for i := range 12 {
		y.OpeningFen += b.Moved[i].OpeningFen
		y.UsedFen[i] = b.Moved[i].ChargedFen - b.Moved[i].GroupFen
		if m := b.Months[i]; m != nil && m.State == Closed {
			y.UsedFen[i] = m.OpeningFen + m.AccruedFen - m.ClosingFen
			if i == 11 {
				y.UsedFen[i] += m.TopUpFen + m.ExcessFen
			}
			y.Posted[i] = &accrual.Posted{StandardFen: m.StandardFen, AccruedFen: m.AccruedFen, TopUpFen: m.TopUpFen, Suspended: m.Suspended}
		}
	}
	return y
}

// compute works the year out. Months of other books count as accrued to the standard, so that the
// first month here settles nothing of theirs; what they owed by the standard is returned beside.
func (b *books) compute(rules []*accrual.Rules, opening fen.Amount) (accrual.Result, fen.Amount, error) {
	lines := b.accrualLines()
	y := b.accrualYear(lines, opening)
	var elsewhere fen.Amount
	for i := range 12 {
		if !b.outside(i) {
			continue
		}
		bare, err := accrual.Compute(rules, accrual.Year{Year: y.Year, Lines: lines, Inseparable: y.Inseparable, FirstYear: y.FirstYear})
		if err != nil {
			return bare, 0, err
		}
		for k := range 12 {
			if b.outside(k) {
				share := bare.Months[k].StandardFen
				elsewhere += share
				y.UsedFen[k] = share
				if m := b.Months[k]; m != nil {
					y.UsedFen[k] += m.OpeningFen - m.ClosingFen
				}
				y.Posted[k] = &accrual.Posted{StandardFen: share, AccruedFen: share}
			}
		}
		break
	}
	r, err := accrual.Compute(rules, y)
	return r, elsewhere, err
}

// project works out the year from an opening balance. What cannot be worked out is left at nothing
// and said in Fault and in the months' Lacks.
func (b *books) project(rules []*accrual.Rules, opening fen.Amount, today day.Date) *Sheet {
	s := &Sheet{books: b, OpeningFen: opening, BalanceFen: b.BaseFen}
	var r *accrual.Result
	if b.Profile.Bound && len(b.Lines) > 0 {
		found, elsewhere, err := b.compute(rules, opening)
		if err == nil {
			r, s.DueFen = &found, found.StandardFen-elsewhere
		} else if f, ok := errors.AsType[*accrual.Fault](err); ok {
			s.Fault = f
		}
	}
	closing, next := opening, b.next()
	for i := range 12 {
		row := &s.Rows[i]
		b.fill(row, i, r, closing, today)
		s.OpeningFen += b.Moved[i].OpeningFen
		s.BalanceFen += b.Moved[i].EffectFen
		if row.Standing == Before {
			continue
		}
		row.Next = row.MonthOn == next
		row.Lacks, row.Waiting, row.PlanFen = b.lacks(rules, i, s.Fault), b.Waiting[i], b.Planned[i]
		closing = row.ClosingFen
		s.add(row, r == nil)
	}
	s.ClosingFen = closing
	return s
}

// add counts a month in.
func (s *Sheet) add(row *Row, unreckoned bool) {
	s.UsedFen += row.UsedFen()
	s.CapitalFen += row.UsedCapitalFen
	s.GroupFen += row.MovedFen
	s.PlanFen += row.PlanFen
	row.PlanSum, row.UsedSum = s.PlanFen, s.UsedFen
	if unreckoned || s.outside(int(row.MonthOn.Month())-1) {
		s.DueFen += row.StandardFen + row.CatchUpFen
	}
	if row.Standing == Closed {
		s.Closed++
		s.AccruedFen += row.AccruedFen + row.TopUpFen
	}
}

// fill makes the month i, which opens with a balance.
func (b *books) fill(row *Row, i int, r *accrual.Result, opening fen.Amount, today day.Date) {
	on := b.month(i)
	row.Standing = Future
	m := b.Months[i]
	switch {
	case on.Before(b.Profile.StartsOn):
		row.MonthOn, row.Standing = on, Before
		return
	case m != nil && m.State == Closed:
		row.Month, row.Standing, row.Reckoned = *m, Closed, true
		return
	case m != nil:
		row.Round, row.Standing = m.Round, Reopened
	case on.AddMonths(1).After(today):
	default:
		row.Standing = Pending
	}
	v := b.Moved[i]
	row.CompanyID, row.RegionPath, row.OversightLine, row.MonthOn = b.Profile.CompanyID, b.Profile.RegionPath, b.Profile.OversightLine, on
	row.OpeningFen = opening + v.OpeningFen
	row.UsedExpenseFen, row.UsedCapitalFen, row.MovedFen = v.UsedFen-v.CapitalFen, v.CapitalFen, v.GroupFen
	row.Working.V = noWorking()
	if r != nil {
		c := r.Months[i]
		row.Reckoned, row.Rules, row.Suspended, row.Working.V = true, c.Working.Rules, c.Suspended, c.Working
		row.StandardFen, row.CatchUpFen, row.AccruedFen, row.TopUpFen, row.ExcessFen = c.StandardFen, c.CatchUpFen, c.AccruedFen, c.TopUpFen, c.ExcessFen
	}
	direct := v.UsedFen - v.ChargedFen
	row.direct = direct
	row.ExcessFen += direct
	if !b.Profile.Bound { // the fund is used up, the rest is cost
		row.ExcessFen = max(direct, v.UsedFen-max(0, row.OpeningFen+v.GroupFen))
	}
	row.ClosingFen = row.OpeningFen + row.AccruedFen + row.TopUpFen + row.ExcessFen - v.UsedFen + v.GroupFen
}

// threshold is the opening balance from which a month of the year accrues nothing; 0: not known.
func (b *books) threshold(rules []*accrual.Rules) fen.Amount {
	law := accrual.On(rules, b.month(11))
	if law == nil || law.Treatment.Suspension.Way != accrual.ByBalance {
		return 0
	}
	due := b.PriorFen
	if b.Year.PriorDueFen != nil {
		due = *b.Year.PriorDueFen
	}
	return due * fen.Amount(law.Treatment.Suspension.Multiple)
}

// noWorking is the working of a month that has none.
func noWorking() accrual.Working {
	return accrual.Working{Clauses: []string{}, Lines: []accrual.LineWorking{}, Notes: []string{}}
}

// lacks lists what the month i is short of.
func (b *books) lacks(rules []*accrual.Rules, i int, f *accrual.Fault) (out []Lack) {
	if m := b.Months[i]; m != nil && m.State == Closed {
		return nil
	}
	if b.Waiting[i] > 0 {
		out = append(out, Lack{Code: LackWaiting, Count: b.Waiting[i]})
	}
	switch {
	case !b.Profile.Bound:
		return out
	case len(b.Lines) == 0:
		return append(out, Lack{Code: LackLines})
	}
	for n, l := range b.Lines {
		base := baseOf(rules, l, b.month(i))
		_, stated := b.Quantities[l.ID][i]
		switch {
		case f != nil && (f.Line == n || f.Line < 0 && n == 0):
			out = append(out, Lack{Code: LackRules, LineID: l.ID, Name: l.Name})
		case base.OnRevenue && l.RevenueFen == nil && !(base.Lump && b.Year.FirstYear && i < 11):
			out = append(out, Lack{Code: LackRevenue, LineID: l.ID, Name: l.Name})
		case base.Known && !base.OnRevenue && !stated:
			out = append(out, Lack{Code: LackQuantity, LineID: l.ID, Name: l.Name})
		}
	}
	return out
}

// home is where rows of the company belong.
func (p Profile) home() rbac.Home {
	return rbac.Home{CompanyID: p.CompanyID, RegionPath: p.RegionPath, Line: p.OversightLine}
}
