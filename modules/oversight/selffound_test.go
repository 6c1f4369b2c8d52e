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

// A company with hazards that it found itself and did not let pass never stands worse than the
// same company without them, whatever else is known of it; be they its first ones.
func TestFindingHazardsNeverLowersAStanding(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(41))
	told := 0
	for range 30_000 {
		base := Facts{Due: r.Intn(2) == 0, Activated: r.Intn(2) == 0}
		if base.Due {
			base.Missing = int32(r.Intn(4))
		}
		if r.Intn(2) == 0 {
			base.LastReport = 20260410
		}
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
}
