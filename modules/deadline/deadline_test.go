package deadline

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/term"
)

func TestWorkedHoldsTheInputs(t *testing.T) {
	t.Parallel()
	r := term.Rule{
		Inputs: []term.Input{{Key: "from", Kind: term.Day}, {Key: "add", Kind: term.Number, Min: -5, Max: 5}, {Key: "form", Kind: term.Choice, Options: []string{"a", "b"}}, {Key: "seen", Kind: term.Day, Optional: true}},
		Work: func(cal *calendar.Calendar, in term.Values) []term.Line {
			d, err := cal.Add(in.Day("from"), in.Number("add"))
			return []term.Line{term.Of("on", d, err)}
		},
	}
	for name, c := range map[string]struct {
		in   term.Values
		at   string
		want term.Line
	}{
		"right":        {term.Values{"from": "2026-09-30", "add": "1", "form": "b"}, "", term.Line{Key: "on", On: day.Of(2026, 10, 8)}},
		"no calendar":  {term.Values{"from": "2026-12-31", "add": "1", "form": "a"}, "", term.Line{Key: "on", Missing: 2027}},
		"no day":       {term.Values{"from": "2026-02-30", "add": "1", "form": "a"}, "body.values.from", term.Line{}},
		"too far":      {term.Values{"from": "2999-01-01", "add": "1", "form": "a"}, "body.values.from", term.Line{}},
		"too many":     {term.Values{"from": "2026-02-28", "add": "6", "form": "a"}, "body.values.add", term.Line{}},
		"no choice":    {term.Values{"from": "2026-02-28", "add": "5", "form": "c"}, "body.values.form", term.Line{}},
		"missing":      {term.Values{}, "body.values.from", term.Line{}},
		"bad optional": {term.Values{"from": "2026-02-28", "add": "5", "form": "a", "seen": "x"}, "body.values.seen", term.Line{}},
	} {
		lines, err := worked(r, calendar.China(), c.in)
		if c.at != "" {
			require.ErrorIs(t, err, ErrInput, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, []term.Line{c.want}, lines, name)
	}
}
