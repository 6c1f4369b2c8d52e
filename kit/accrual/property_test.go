package accrual_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/accrual"
	"anbiao/kit/fen"
)

// maker makes years; the same seed makes the same.
type maker struct{ *rand.Rand }

func each(t *testing.T, fn func(t *testing.T, m maker)) {
	t.Helper()
	for seed := range uint64(150) {
		if !t.Run(fmt.Sprint(seed), func(t *testing.T) { fn(t, maker{rand.New(rand.NewPCG(seed, 9))}) }) {
			return
		}
	}
}

// revenue is small as often as large, and now and then 0.
func (m maker) revenue() fen.Amount { return fen.Amount(m.Int64N(1 << m.IntN(50))) }

// line is of some sub-category, with whatever its base may be.
func (m maker) line(r *accrual.Rules) accrual.Line {
	c := r.Categories[m.IntN(len(r.Categories))]
	l := accrual.Line{Category: c.Code, Sub: c.Subs[m.IntN(len(c.Subs))].Code, RevenueFen: m.revenue()}
	for i := range l.Quantities {
		l.Quantities[i] = accrual.Quantity(m.Int64N(1 << m.IntN(40)))
	}
	return l
}

func (m maker) year(number int) accrual.Year {
	y := accrual.Year{Year: number, Inseparable: m.IntN(3) == 0}
	r := accrual.Library()[1]
	if number < 2022 {
		r = accrual.Library()[0]
	}
	for range 1 + m.IntN(4) {
		y.Lines = append(y.Lines, m.line(r))
	}
	return y
}

func compute(t *testing.T, y accrual.Year) accrual.Result {
	t.Helper()
	got, err := accrual.Compute(accrual.Library(), y)
	require.NoError(t, err)
	return got
}

// balanced requires what holds of every result.
func balanced(t *testing.T, y accrual.Year, got accrual.Result) {
	t.Helper()
	opening, sum := y.OpeningFen, fen.Amount(0)
	for i, m := range got.Months {
		require.Equal(t, i+1, m.Month)
		require.Equal(t, opening, m.OpeningFen)
		require.Equal(t, m.OpeningFen+m.AccruedFen+m.TopUpFen+m.ExcessFen-m.UsedFen, m.ClosingFen)
		opening, sum = m.ClosingFen, sum+m.AccruedFen
	}
	require.Equal(t, sum, got.AccruedFen)
}

func TestTwelveMonthsAreTheYear(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m maker) {
		for _, number := range []int{2015, 2022, 2024} {
			y := m.year(number)
			y.FirstYear = m.IntN(4) == 0
			got := compute(t, y)
			balanced(t, y, got)
			require.Equal(t, got.StandardFen, got.AccruedFen)
			require.Zero(t, got.DeferredFen)
			for _, m := range got.Months {
				require.GreaterOrEqual(t, m.AccruedFen, fen.Amount(0))
				require.Zero(t, m.CatchUpFen)
			}
		}
	})
}

// The year's amount is the sum of the lines, each worked out and rounded for itself.
func TestTheYearIsTheSumOfItsLines(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m maker) {
		y := m.year(2024)
		y.Inseparable = false
		var sum fen.Amount
		for _, l := range y.Lines {
			sum += oracle(t, accrual.Library()[1], l)
		}
		require.Equal(t, sum, compute(t, y).StandardFen)
	})
}

// oracle is the law written down once more, in fractions of yuan.
func oracle(t *testing.T, r *accrual.Rules, l accrual.Line) (sum fen.Amount) {
	t.Helper()
	c, ok := r.Category(l.Category)
	require.True(t, ok)
	s, ok := c.Sub(l.Sub)
	require.True(t, ok)
	rat := func(text string) *big.Rat {
		x, ok := new(big.Rat).SetString(text)
		require.True(t, ok, text)
		return x
	}
	toFen := func(yuan *big.Rat) fen.Amount {
		x := new(big.Rat).Add(new(big.Rat).Mul(yuan, big.NewRat(100, 1)), big.NewRat(1, 2))
		return fen.Amount(new(big.Int).Div(x.Num(), x.Denom()).Int64())
	}
	if s.Timing != accrual.AverageMonthly {
		for _, q := range l.Quantities {
			sum += toFen(new(big.Rat).Mul(rat(q.String()), rat(s.Rate.String())))
		}
		return sum
	}
	revenue := rat(l.RevenueFen.Yuan())
	if s.Rate != nil {
		return toFen(new(big.Rat).Mul(revenue, rat(s.Rate.String())))
	}
	due := new(big.Rat)
	for _, b := range s.Brackets { // Σ rate × max(0, min(R, hi) − lo)
		top := revenue
		if b.UntilYuan != nil && revenue.Cmp(new(big.Rat).SetInt64(*b.UntilYuan)) > 0 {
			top = new(big.Rat).SetInt64(*b.UntilYuan)
		}
		if on := new(big.Rat).Sub(top, new(big.Rat).SetInt64(b.FromYuan)); on.Sign() > 0 {
			due.Add(due, on.Mul(on, rat(b.Rate.String())))
		}
	}
	return toFen(due)
}

// annual is the amount of one line on one revenue.
func annual(t *testing.T, number int, category, sub string, revenue fen.Amount) fen.Amount {
	t.Helper()
	return compute(t, accrual.Year{Year: number, Lines: []accrual.Line{{Category: category, Sub: sub, RevenueFen: revenue}}}).StandardFen
}

func TestBracketsAreContinuousAtEveryBound(t *testing.T) {
	t.Parallel()
	bounds := 0
	for _, r := range accrual.Library() {
		number := r.InForce.Year() + 1
		for _, c := range r.Categories {
			for _, s := range c.Subs {
				var joined fen.Amount // sum of the full slices below the bound
				for _, b := range s.Brackets {
					until := b.Until()
					if until == nil {
						continue
					}
					bounds++
					rate, ok := new(big.Rat).SetString(b.Rate.String())
					require.True(t, ok)
					part := rate.Mul(rate, new(big.Rat).SetInt64(int64(*until-b.From())))
					require.True(t, part.IsInt())
					joined += fen.Amount(part.Num().Int64())
					at := annual(t, number, c.Code, s.Code, *until)
					require.Equal(t, joined, at, "%s %s %s", r.Version, c.Code, s.Code)
					below, above := annual(t, number, c.Code, s.Code, *until-1), annual(t, number, c.Code, s.Code, *until+1)
					require.LessOrEqual(t, at-below, fen.Amount(1))
					require.LessOrEqual(t, above-at, fen.Amount(1))
					require.True(t, below <= at && at <= above)
				}
			}
		}
	}
	require.Equal(t, 41+31, bounds)
}

func TestMoreRevenueNeverAccruesLess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m maker) {
		for _, number := range []int{2015, 2024} {
			y := m.year(number)
			before := compute(t, y)
			for i := range y.Lines {
				y.Lines[i].RevenueFen += m.revenue()
			}
			if y.Inseparable { // another business may lead: only the same standard can be compared
				y.Lines = y.Lines[:1]
				before = compute(t, y)
				y.Lines[0].RevenueFen += m.revenue()
			}
			after := compute(t, y)
			require.GreaterOrEqual(t, after.StandardFen, before.StandardFen)
		}
	})
}

func TestRevisionsEndAtTheNewAmount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m maker) {
		y := m.year(2024)
		for i := range y.Lines {
			for from := 1 + m.IntN(12); from <= 12; from += 1 + m.IntN(6) {
				y.Lines[i].Revised = append(y.Lines[i].Revised, accrual.Revision{FromMonth: from, RevenueFen: m.revenue()})
			}
		}
		got := compute(t, y)
		balanced(t, y, got)
		known := y
		known.Lines = append([]accrual.Line{}, y.Lines...)
		first := 12
		for i, l := range y.Lines {
			if n := len(l.Revised); n > 0 {
				first = min(first, l.Revised[0].FromMonth-1)
				known.Lines[i].RevenueFen, known.Lines[i].Revised = l.Revised[n-1].RevenueFen, nil
			}
		}
		require.Equal(t, compute(t, known).StandardFen, got.AccruedFen)
		require.Equal(t, got.StandardFen, got.AccruedFen)
		for _, m := range got.Months[:first] {
			require.Zero(t, m.CatchUpFen, "nothing is settled before the first revision")
		}
	})
}

// Whatever months are posted, and by whatever figures, the open ones bring the year to its amount.
func TestPostedMonthsStayAndTheYearIsReached(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m maker) {
		y := m.year(2024)
		before := compute(t, y)
		for i := range m.IntN(12) {
			b := before.Months[i]
			y.Posted[i] = &accrual.Posted{StandardFen: b.StandardFen, AccruedFen: b.AccruedFen}
		}
		require.Equal(t, before.AccruedFen, compute(t, y).AccruedFen)
		for i := range y.Lines {
			y.Lines[i].RevenueFen = m.revenue()
		}
		after := compute(t, y)
		balanced(t, y, after)
		require.Equal(t, after.StandardFen, after.AccruedFen)
		for i, p := range y.Posted {
			if p != nil {
				require.Equal(t, p.AccruedFen, after.Months[i].AccruedFen)
			}
		}
	})
}

func TestSuspendedMonthsAccrueNothing(t *testing.T) {
	t.Parallel()
	suspended := 0
	each(t, func(t *testing.T, m maker) {
		y := m.year(2024)
		due := compute(t, y).StandardFen
		y.PriorDueFen = max(1, due/fen.Amount(1+m.IntN(5)))
		y.OpeningFen = y.PriorDueFen * fen.Amount(m.IntN(5))
		for i := range y.UsedFen {
			y.UsedFen[i] = fen.Amount(m.Int64N(int64(due/6 + 1)))
		}
		got := compute(t, y)
		balanced(t, y, got)
		var waived fen.Amount
		for _, m := range got.Months {
			require.Equal(t, m.OpeningFen >= 3*y.PriorDueFen, m.Suspended)
			require.NotNil(t, m.Working.Suspension)
			require.Zero(t, m.CatchUpFen, "what is suspended is not caught up")
			if m.Suspended {
				suspended++
				require.Zero(t, m.AccruedFen)
				waived += m.StandardFen
			} else {
				require.Equal(t, m.StandardFen, m.AccruedFen)
			}
		}
		require.Equal(t, got.StandardFen, got.AccruedFen+waived)
		require.Equal(t, due, got.StandardFen)
	})
	require.Greater(t, suspended, 100)
}
