package oversight

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/text"
)

func TestWhatLiftsACompany(t *testing.T) {
	t.Parallel()
	reported := Facts{Recorded: true, Due: true, LastReport: 20260410}
	for name, c := range map[string]struct {
		change   func(*Facts)
		smallest []Change
		to       Colour
		waits    bool
	}{
		"blue already":  {func(*Facts) {}, nil, 0, false},
		"overdue":       {func(f *Facts) { f.Open, f.Overdue = 9, 4 }, []Change{{"mend", 1}}, Yellow, false},
		"overdue only":  {func(f *Facts) { f.Open, f.Overdue, f.Risks = 9, 6, 8 }, []Change{{"mend", 4}}, Blue, false},
		"major overdue": {func(f *Facts) { f.Open, f.Overdue, f.MajorOpen, f.MajorOverdue, f.MajorDue = 1, 1, 1, 1, 1 }, []Change{{"mend-major", 1}}, Orange, false},
		"two at once": {func(f *Facts) {
			f.Open, f.Overdue, f.MajorOpen, f.MajorOverdue, f.MajorDue, f.Risks, f.RisksLate = 9, 9, 1, 1, 1, 4, 4
		}, []Change{{"mend-major", 1}, {"review", 2}}, Orange, false},
		"only time will": {func(f *Facts) { f.Casualties, f.Deaths = true, 1 }, nil, Orange, true},
	} {
		f := reported
		c.change(&f)
		l := LiftOf(f)
		require.Equal(t, c.to, l.To, name)
		require.Equal(t, c.waits, l.Waits, name)
		if c.smallest == nil {
			require.Nil(t, l.Smallest, name)
			continue
		}
		require.NotNil(t, l.Smallest, name)
		require.Equal(t, c.smallest, l.Smallest.Changes, name)
	}
}

// What is offered really lifts by the rule itself, nothing in it can be left out, and every text is there.
func TestALiftHoldsByTheRule(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(43))
	lifted := 0
	for range 1500 {
		rows := make([]ledgerRow, r.Intn(8))
		for i := range rows {
			rows[i] = randomRow(r)
		}
		f := besides(r, counted(Facts{Due: true, Missing: int32(r.Intn(3))}, rows))
		l := LiftOf(f)
		for _, one := range l.Singles {
			require.GreaterOrEqual(t, one.Score, StandingOf(f).Score)
			require.True(t, text.Known(text.Chinese, "oversight.change."+one.Changes[0].Key))
			require.True(t, text.Known(text.English, "oversight.change."+one.Changes[0].Key))
		}
		if l.Smallest == nil {
			continue
		}
		lifted++
		require.LessOrEqual(t, len(l.Smallest.Changes), most)
		require.GreaterOrEqual(t, current.with(f, l.Smallest.Changes, l.To).Colour, l.To)
		for i := range l.Smallest.Changes {
			fewer := append(append([]Change{}, l.Smallest.Changes[:i]...), l.Smallest.Changes[i+1:]...)
			require.Less(t, current.with(f, fewer, l.To).Colour, l.To, "%+v: %+v", f, l.Smallest.Changes)
		}
	}
	require.Greater(t, lifted, 300)
}
