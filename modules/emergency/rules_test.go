package emergency

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
)

func on(t *testing.T, s string) day.Date {
	t.Helper()
	if s == "" {
		return day.Date{}
	}
	d, err := day.Parse(s)
	require.NoError(t, err)
	return d
}

func TestDrillCounting(t *testing.T) {
	t.Parallel()
	half, year, two := Frequency{Months: 6}, Frequency{Months: 12}, Frequency{Months: 24}
	for _, c := range []struct {
		f                   Frequency
		last, today         string
		period, due, status string
		rollDue, rollStatus string
	}{
		{half, "2026-06-30", "2026-07-01", "2026-H2", "2026-12-31", DrillDue, "2026-12-30", DrillDue},
		{half, "2026-07-01", "2026-12-31", "2026-H2", "2026-12-31", DrillDone, "2027-01-01", DrillDue},
		{half, "2025-08-31", "2026-03-01", "2026-H1", "2026-06-30", DrillDue, "2026-02-28", DrillOverdue},
		{half, "", "2026-03-01", "2026-H1", "2026-06-30", DrillDue, "", DrillDue},
		{year, "2026-01-01", "2026-12-31", "2026", "2026-12-31", DrillDone, "2027-01-01", DrillDue},
		{two, "2025-12-31", "2026-01-01", "2026-2027", "2027-12-31", DrillDue, "2027-12-31", DrillDue},
	} {
		got, roll := c.f.Calendar(on(t, c.last), on(t, c.today)), c.f.Rolling(on(t, c.last), on(t, c.today))
		require.Equal(t, []string{c.period, c.due, c.status}, []string{got.Period, got.Due.String(), got.Status}, c)
		require.Equal(t, []any{on(t, c.rollDue), c.rollStatus}, []any{roll.Due, roll.Status}, c)
	}
}

func TestWhoMustFile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		industry string
		tags     []string
		want     string
	}{
		{"3311", nil, ""},
		{"C2614", nil, "hazardous_goods"},
		{"3311", []string{"press", "metal_smelting"}, "smelting"},
		{"6110", nil, "crowded"},
		{"", nil, ""},
	} {
		require.Equal(t, c.want, Obliges(c.industry, c.tags), c)
	}
}

func TestReviewFallsOnLeapDay(t *testing.T) {
	t.Parallel()
	due, remind, overdue := ReviewOn(on(t, "2024-02-29")).Due(on(t, "2024-02-29"))
	require.Equal(t, []day.Date{on(t, "2027-02-28"), on(t, "2026-11-30"), on(t, "2027-01-29"), on(t, "2027-03-01")}, []day.Date{due, remind[0], remind[1], overdue})
}

func TestFilingNeedsTheCalendar(t *testing.T) {
	t.Parallel()
	_, err := FilingOn(on(t, "2026-12-10")).FileBy(calendar.China(), on(t, "2026-12-10"))
	require.Equal(t, calendar.MissingYearError{Year: 2027}, err)
}
