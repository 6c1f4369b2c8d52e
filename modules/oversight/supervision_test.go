package oversight

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/term"
)

func on(t *testing.T, s string) day.Date {
	t.Helper()
	d, err := day.Parse(s)
	require.NoError(t, err)
	return d
}

func TestOrderWindow(t *testing.T) {
	t.Parallel()
	o := OrderOn(on(t, "2026-06-30"))
	w := o.Window(on(t, "2026-06-30"))
	for d, want := range map[string]term.Standing{
		"2026-06-19": term.TooEarly, "2026-06-20": term.InWindow, "2026-06-30": term.InWindow, "2026-07-01": term.TooLate,
	} {
		require.Equal(t, want, w.Judge(on(t, d)), d)
	}
	again, err := o.Reinspect(calendar.China(), on(t, "2026-06-30"), on(t, "2026-06-17"))
	require.NoError(t, err)
	require.Equal(t, "2026-06-29", again.String(), "from the request, which is first; a Saturday moves")
	_, _, err = o.Reply(calendar.China(), on(t, "2026-12-29"))
	require.Equal(t, calendar.MissingYearError{Year: 2027}, err)
}

func TestDishonestyByDay(t *testing.T) {
	t.Parallel()
	for from, want := range map[string][3]string{
		"2024-02-29": {"2027-02-28", "2027-03-01", "2025-03-01"},
		"2023-10-01": {"2026-10-01", "2026-10-02", "2024-10-02"},
	} {
		r, ok := DishonestyOn(on(t, from))
		require.True(t, ok)
		l := r.From(on(t, from))
		require.Equal(t, want, [3]string{l.LastDay.String(), l.RemoveOn.String(), l.EarlyOn.String()})
	}
	old, ok := DishonestyOn(on(t, "2023-09-30"))
	require.True(t, ok)
	l := old.From(on(t, "2023-09-30"))
	require.Equal(t, "2024-09-30", l.LastDay.String(), "the rule of before: one year, no early removal")
	require.True(t, l.EarlyOn.IsZero())
	_, ok = DishonestyOn(on(t, "2017-01-01"))
	require.False(t, ok)
}
