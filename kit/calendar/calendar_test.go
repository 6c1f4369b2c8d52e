package calendar

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
)

func of(t *testing.T, s string) day.Date {
	t.Helper()
	d, err := day.Parse(s)
	require.NoError(t, err)
	return d
}

func TestAdd(t *testing.T) {
	c, err := Open()
	require.NoError(t, err)
	for _, row := range []struct {
		from string
		n    int
		want string
	}{
		{"2025-09-26", 5, "2025-10-10"}, // across eight free days, a make-up Sunday before
		{"2026-04-29", 7, "2026-05-12"},
		{"2026-10-20", -15, "2026-09-22"},
		{"2026-09-21", 20, "2026-10-26"},
		{"2026-02-10", 5, "2026-02-24"},
	} {
		got, err := c.Add(of(t, row.from), row.n)
		require.NoError(t, err)
		assert.Equal(t, row.want, got.String(), "%s %+d", row.from, row.n)
	}
	_, err = c.Add(of(t, "2026-12-28"), 10)
	assert.Equal(t, MissingYearError{2027}, err)
}

func TestAhead(t *testing.T) {
	assert.Equal(t, "2026-11-27", China().Ahead(of(t, "2026-11-20"), 5).String(), "a weekend does not count")
	assert.Equal(t, "2026-10-10", China().Ahead(of(t, "2026-09-30"), 3).String(), "a make-up Saturday does, National Day does not")
	assert.Equal(t, "2032-10-04", China().Ahead(of(t, "2032-09-30"), 2).String(), "a year without a list")
}

func TestWorking(t *testing.T) {
	c, err := Open()
	require.NoError(t, err)
	for d, want := range map[string]bool{
		"2026-10-01": false, "2026-10-10": true, "2026-10-11": false, "2026-11-20": true, "2026-11-21": false, "2031-10-01": true,
	} {
		assert.Equal(t, want, c.Working(of(t, d)), d)
	}
	h, free := c.On(of(t, "2026-10-03"))
	assert.True(t, free)
	assert.Equal(t, "国庆节", h.NameZh)
	assert.Len(t, c.Between(of(t, "2026-09-27"), of(t, "2026-10-01")), 2)
}

func TestNew(t *testing.T) {
	c := New([]day.Date{of(t, "2030-05-02"), of(t, "2030-05-01")}, []day.Date{of(t, "2030-05-04")})
	got, err := c.Add(of(t, "2030-04-30"), 2)
	require.NoError(t, err)
	assert.Equal(t, "2030-05-04", got.String())
}

func TestParseRefusesDisorder(t *testing.T) {
	_, err := parse([]byte("years:\n  - year: 2026\n    source: x\n    confidence: memory\n    holidays:\n      - {name_zh: a, name_en: a, first: 2026-05-02, last: 2026-05-01}\n    makeup: []\n"))
	require.Error(t, err)
}

func TestRoll(t *testing.T) {
	for from, want := range map[string]string{"2026-06-26": "2026-06-26", "2026-06-27": "2026-06-29", "2026-10-01": "2026-10-08", "2026-10-10": "2026-10-10"} {
		got, err := China().Roll(of(t, from))
		require.NoError(t, err)
		assert.Equal(t, want, got.String(), from)
	}
	_, err := New(nil, []day.Date{of(t, "2026-12-26")}).Roll(of(t, "2027-01-02"))
	assert.Equal(t, MissingYearError{2027}, err)
}
