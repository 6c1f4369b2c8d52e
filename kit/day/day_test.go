package day_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
)

func on(t *testing.T, s string) day.Date {
	t.Helper()
	d, err := day.Parse(s)
	require.NoError(t, err)
	return d
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "2026-02-29", "2026-02-31", "2026-2-3", "2026-13-01", "20260203", "２０２６-02-03", "2026-02-03 ", "2026-02-03T00:00:00Z", "0000-00-00", "0001-01-01"} {
		_, err := day.Parse(s)
		require.Error(t, err, s)
	}
	require.Equal(t, "2024-02-29", on(t, "2024-02-29").String())
}

func TestADayIsThatOfShanghai(t *testing.T) {
	t.Parallel()
	eve := time.Date(2026, 3, 31, 15, 59, 59, 0, time.UTC)
	require.Equal(t, "2026-03-31", day.In(eve, day.Shanghai).String())
	require.Equal(t, "2026-04-01", day.In(eve.Add(time.Second), day.Shanghai).String())
	require.True(t, on(t, "2026-04-01").Midnight(day.Shanghai).Equal(eve.Add(time.Second)))
}

// 民法典 art. 202: a period of months or years ends on the same day, or on the month's last.
func TestPeriods(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		from  string
		years int
		want  string
	}{{"2024-02-29", 3, "2027-02-28"}, {"2024-02-29", 4, "2028-02-29"}, {"2026-12-31", 1, "2027-12-31"}, {"2024-02-29", -1, "2023-02-28"}} {
		require.Equal(t, x.want, on(t, x.from).AddYears(x.years).String(), x)
		require.Equal(t, x.want, on(t, x.from).AddMonths(12*x.years).String(), x)
	}
	for _, x := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2026-01-31", 3, "2026-04-30"},
		{"2026-11-30", 3, "2027-02-28"},
		{"2026-12-31", 2, "2027-02-28"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-01-15", -13, "2024-12-15"},
		{"2026-05-05", 0, "2026-05-05"},
	} {
		require.Equal(t, x.want, on(t, x.from).AddMonths(x.months).String(), x)
	}
	require.Equal(t, "2026-03-01", on(t, "2026-02-28").AddDays(1).String())
	require.Equal(t, "2025-12-31", on(t, "2026-01-01").AddDays(-1).String())
}

func TestComparing(t *testing.T) {
	t.Parallel()
	a, b := on(t, "2026-03-31"), on(t, "2026-04-01")
	require.True(t, a.Before(b) && b.After(a) && !a.Before(a) && !a.After(a))
	require.Equal(t, a, day.Earlier(a, b))
	require.Equal(t, a, day.Earlier(b, a))
	require.Equal(t, 1, b.DaysSince(a))
	require.Equal(t, -366, on(t, "2024-01-01").DaysSince(on(t, "2025-01-01")))
	for month, quarter := range map[string]int{"01": 1, "03": 1, "04": 2, "06": 2, "07": 3, "09": 3, "10": 4, "12": 4} {
		require.Equal(t, quarter, on(t, "2026-"+month+"-01").Quarter(), month)
	}
	require.Equal(t, []any{2026, time.March, 31, time.Tuesday}, []any{a.Year(), a.Month(), a.Day(), a.Weekday()})
}

func TestNoDay(t *testing.T) {
	t.Parallel()
	var none day.Date
	require.True(t, none.IsZero())
	v, err := none.Value()
	require.NoError(t, err)
	require.Nil(t, v)
	b, err := json.Marshal(struct{ On day.Date }{})
	require.NoError(t, err)
	require.JSONEq(t, `{"On":""}`, string(b))
	got := on(t, "2026-03-31")
	require.NoError(t, got.Scan(nil))
	require.True(t, got.IsZero())
}

func TestThereAndBack(t *testing.T) {
	t.Parallel()
	d := on(t, "2024-02-29")
	b, err := json.Marshal(d)
	require.NoError(t, err)
	require.Equal(t, `"2024-02-29"`, string(b))
	var back day.Date
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, d, back)
	v, err := d.Value()
	require.NoError(t, err)
	for _, src := range []any{v, time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)} {
		var got day.Date
		require.NoError(t, got.Scan(src))
		require.Equal(t, d, got)
	}
	require.Error(t, back.Scan(7))
	require.Error(t, json.Unmarshal([]byte(`"2026-02-31"`), &back))
}
