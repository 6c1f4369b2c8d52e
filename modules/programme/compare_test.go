package programme

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
)

func TestRanks(t *testing.T) {
	t.Parallel()
	of := map[string]figure{"a": {1, 2}, "b": {2, 4}, "c": {3, 3}, "d": {0, 0}, "e": {0, 5}}
	areas := []string{"a", "b", "c", "d", "e"}
	require.Equal(t, map[string]int{"c": 1, "a": 2, "b": 2, "e": 4}, Indicator{Better: "high"}.ranks(areas, of), "ties share the better rank")
	require.Equal(t, map[string]int{"e": 1, "a": 2, "b": 2, "c": 4}, Indicator{Better: "low"}.ranks(areas, of))
	require.Equal(t, "↑2", moved(1, 3))
	require.Equal(t, "↓1", moved(3, 2))
	require.Equal(t, "—", moved(3, 0))
	names := map[string]string{"p": "县", "pa": "甲", "pb": "乙", "pc": "丙"}
	now := figured{"x": {"pa": {1, 2}, "pb": {2, 2}}}
	rows := compared([]Indicator{{Key: "x", Better: "high", Ranked: true}}, names, "p", now, figured{})
	require.Equal(t, []string{"乙", "甲", "丙"}, []string{rows[0].Name, rows[1].Name, rows[2].Name}, "who has no figure comes last")
	require.Zero(t, rows[2].Rank)
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, period, from, until string }{
		{Quarter, "2026-Q1", "2026-01-01", "2026-03-31"},
		{Quarter, "2026-Q4", "2026-10-01", "2026-12-31"},
		{Month, "2028-02", "2028-02-01", "2028-02-29"},
		{Quarter, "2026-10", "", ""},
		{Month, "2026-13", "", ""},
		{Quarter, "2026-Q5", "", ""},
	} {
		from, until, err := periodOf(c.kind, c.period)
		if c.from == "" {
			require.ErrorIs(t, err, ErrPeriod, c.period)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, []string{c.from, c.until}, []string{from.String(), until.String()})
	}
	require.Equal(t, "2026-Q4", periodsBefore(Quarter, day.Of(2026, 11, 20))[0])
	require.Equal(t, "2026-Q3", periodsBefore(Quarter, day.Of(2026, 11, 20))[1])
	require.Equal(t, "2026-10", periodsBefore(Month, day.Of(2026, 11, 30))[1])
}
