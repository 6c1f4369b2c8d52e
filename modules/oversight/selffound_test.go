package oversight

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"
)

// ledgerRow is what the facts read of a hazard, with the day it is looked at as day 0.
type ledgerRow struct {
	authority, major, fixed, closed bool
	deadline                        *int // days from today; nil: none yet
}

func (h ledgerRow) late() bool { return !h.closed && !h.fixed && h.deadline != nil && *h.deadline < 0 }

// spared: found by the company itself and not late, open or closed.
func (h ledgerRow) spared() bool { return !h.authority && !h.late() }

func randomRow(r *rand.Rand) ledgerRow {
	h := ledgerRow{authority: r.Intn(2) == 0, major: r.Intn(3) == 0, fixed: r.Intn(3) == 0, closed: r.Intn(3) == 0}
	if r.Intn(4) > 0 {
		d := r.Intn(60) - 30
		h.deadline = &d
	}
	return h
}

// counted counts a ledger as the ledger's facts do.
func counted(f Facts, rows []ledgerRow) Facts {
	one := func(n *int32, yes bool) {
		if yes {
			*n++
		}
	}
	for _, h := range rows {
		f.Recorded = true
		one(&f.Open, !h.closed)
		one(&f.Overdue, h.late())
		one(&f.MajorOpen, !h.closed && h.major)
		one(&f.MajorOverdue, h.major && h.late())
		one(&f.MajorDue, !h.closed && h.major && (h.authority || h.late()))
	}
	return f
}

// besides adds whatever else may be known of a company.
func besides(r *rand.Rand, f Facts) Facts {
	f.Level = []string{"", "", "", "pass", "3", "2", "1"}[r.Intn(7)]
	f.Obliged, f.Casualties = r.Intn(2) == 0, r.Intn(2) == 0
	if f.Risks = int32(r.Intn(5)); f.Risks > 0 {
		f.RisksLate = int32(r.Intn(int(f.Risks) + 1))
	}
	if f.Casualties {
		f.Deaths, f.Severe, f.LossFen = int32(r.Intn(20)/19), int32(r.Intn(8)/6), int64(r.Intn(3))*70_000_000
	}
	if f.Needed = int32(r.Intn(9)); f.Needed > 0 {
		f.Valid = int32(r.Intn(int(f.Needed) + 1))
	}
	return f
}

// A company with hazards that it found itself and did not let pass never stands worse than the
// same company without them, whatever else is known of it; be they its first ones.
func TestFindingHazardsNeverLowersAStanding(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(41))
	told := 0
	for range 8_000 {
		base := Facts{Due: r.Intn(2) == 0, Activated: r.Intn(2) == 0}
		if base.Due {
			base.Missing = int32(r.Intn(4))
		}
		if r.Intn(2) == 0 {
			base.LastReport = 20260410
		}
		base = besides(r, base)
		var others, own []ledgerRow
		for range r.Intn(5) {
			others = append(others, randomRow(r))
		}
		for len(own) < 1+r.Intn(6) {
			if h := randomRow(r); h.spared() {
				own = append(own, h)
			}
		}
		without := StandingOf(counted(base, others))
		with := StandingOf(counted(base, append(own, others...)))
		require.GreaterOrEqual(t, with.Colour, without.Colour, "%+v and %+v", base, others)
		require.GreaterOrEqual(t, with.Measured, without.Measured)
		require.GreaterOrEqual(t, with.Score, without.Score, "%+v and %+v", base, others)
		if with.Score > without.Score {
			told++
		}
		for i, in := range with.Inputs {
			require.Subset(t, append([]Reason{{}}, without.Inputs[i].Reasons...), append([]Reason{{}}, in.Reasons...), "no new reason against it")
		}
	}
	require.NotZero(t, told, "reporting the first one lifts a company that owes reports")
}

// The version before shows that the test can fail.
func TestTheVersionBeforeDidLower(t *testing.T) {
	t.Parallel()
	before := rules["platform-default-2026-1"]
	f := Facts{Recorded: true, Due: true, LastReport: 20260410}
	own := counted(f, []ledgerRow{{major: true}})
	require.Less(t, before.apply(own).Score, before.apply(f).Score)
	require.Equal(t, current.apply(f).Score, current.apply(own).Score)
	for version, r := range rules {
		require.Equal(t, version, r.Version)
	}
	f.Level, f.Obliged, f.Casualties, f.Deaths = "1", true, true, 1
	require.Equal(t, Blue, rules["platform-default-2026-2"].apply(f).Colour, "an old version still says what it said")
	require.Equal(t, Red, current.apply(f).Colour)
}

// Writing down a risk and reviewing it, reporting nothing bad, holding a certificate or a level, and joining without
// having to: none of it lowers a standing.
func TestDoingMoreNeverLowersAStanding(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(42))
	for range 8_000 {
		f := besides(r, counted(Facts{Due: r.Intn(2) == 0, Missing: int32(r.Intn(3))}, []ledgerRow{randomRow(r), randomRow(r)}[:r.Intn(3)]))
		now := StandingOf(f)
		for name, better := range map[string]func(Facts) Facts{
			"a risk":        func(f Facts) Facts { f.Risks++; return f },
			"a review":      func(f Facts) Facts { f.RisksLate = max(0, f.RisksLate-1); return f },
			"a certificate": func(f Facts) Facts { f.Valid = min(f.Needed, f.Valid+1); return f },
			"a level": func(f Facts) Facts {
				f.Level = map[string]string{"": "3", "pass": "2", "3": "2", "2": "1", "1": "1"}[f.Level]
				return f
			},
			"the register": func(f Facts) Facts { f.Casualties = true; return f },
		} {
			then := StandingOf(better(f))
			require.GreaterOrEqual(t, then.Colour, now.Colour, "%s: %+v", name, f)
			require.GreaterOrEqual(t, then.Score, now.Score, "%s: %+v", name, f)
		}
	}
}
