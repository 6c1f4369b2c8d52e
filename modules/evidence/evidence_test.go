package evidence

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
)

func TestSpans(t *testing.T) {
	t.Parallel()
	for period, want := range map[string][2]string{
		"2026-Q3": {"2026-07-01", "2026-09-30"}, "2026-08": {"2026-08-01", "2026-08-31"}, "2026": {"2026-01-01", "2026-12-31"}, "2028-02": {"2028-02-01", "2028-02-29"},
	} {
		s, err := spanOf(period, day.Date{}, day.Date{})
		require.NoError(t, err, period)
		require.Equal(t, want, [2]string{s.From.String(), s.Until.String()}, period)
		require.Equal(t, period, s.Name())
	}
	for _, period := range []string{"2026-Q5", "2026-13", "2026-00", "26", "2026-Q", "2026-8", "x"} {
		_, err := spanOf(period, day.Date{}, day.Date{})
		require.ErrorIs(t, err, ErrPeriod, period)
	}
	s, err := spanOf("", day.Of(2026, 3, 1), day.Of(2026, 5, 9))
	require.NoError(t, err)
	require.Equal(t, "2026-03-01至2026-05-09", s.Name())
	for _, c := range [][2]day.Date{{}, {day.Of(2026, 3, 2), day.Of(2026, 3, 1)}, {day.Of(2020, 1, 1), day.Of(2026, 1, 1)}, {day.Of(2026, 1, 1), {}}} {
		_, err := spanOf("", c[0], c[1])
		require.ErrorIs(t, err, ErrPeriod)
	}
}

func TestNamesThatWindowsTakes(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`01 隐患/a:b*c?.jpg`: "01 隐患/a_b_c_.jpg", "../../etc": "_/_/etc", "x/con.txt": "x/_con.txt", "甲. /乙": "甲/乙", "a\x00b\u202e": "a_b_", "": "_",
	} {
		require.Equal(t, want, safe(in), in)
	}
	require.Len(t, []rune(safe(string(make([]rune, 300))+".jpg")), maxName+4)
}
