package oversight

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/text"
	"anbiao/rbac"
)

func TestStandingOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		facts    Facts
		colour   Colour
		score    int
		measured int
	}{
		"nothing known":           {Facts{}, Blue, 10000, 0},
		"clean and reported":      {Facts{Recorded: true, Due: true, LastReport: 20260410}, Blue, 10000, 3000},
		"two overdue":             {Facts{Recorded: true, Due: true, LastReport: 20260410, Overdue: 2, Open: 3}, Yellow, 7333, 3000},
		"major, found itself":     {Facts{Recorded: true, Due: true, LastReport: 20260410, Open: 1, MajorOpen: 1}, Blue, 10000, 3000},
		"major, by an authority":  {Facts{Recorded: true, Due: true, LastReport: 20260410, MajorOpen: 1, MajorDue: 1}, Orange, 5333, 3000},
		"major overdue is a veto": {Facts{Recorded: true, Due: true, LastReport: 20260410, MajorOpen: 1, MajorDue: 1, MajorOverdue: 1}, Red, 5333, 3000},
		"listed as dishonest":     {Facts{Recorded: true, Due: true, LastReport: 20260410, Dishonest: true}, Red, 6666, 4500},
		"no report, clean":        {Facts{Recorded: true, Due: true, Missing: 1}, Yellow, 6666, 3000},
		"no report, much overdue": {Facts{Recorded: true, Due: true, Missing: 1, Overdue: 9}, Red, 0, 3000},
		"silent company":          {Facts{Due: true, Missing: 2}, Yellow, 0, 1000}, // too little is known for worse
	} {
		s := StandingOf(c.facts)
		require.Equal(t, c.colour, s.Colour, name)
		require.Equal(t, c.score, s.Score, name)
		require.Equal(t, c.measured, s.Measured, name)
		require.Len(t, s.Inputs, 6, name)
	}
}

func TestStandingIsExplained(t *testing.T) {
	t.Parallel()
	s := StandingOf(Facts{Recorded: true, Due: true, Overdue: 2, MajorOpen: 1, MajorDue: 1, MajorOverdue: 1, Missing: 1})
	weight := 0
	for _, in := range s.Inputs {
		weight += in.Weight
		for _, l := range []text.Lang{text.Chinese, text.English} {
			require.True(t, text.Known(l, "oversight.input."+in.Key), in.Key)
			for _, r := range in.Reasons {
				require.True(t, text.Known(l, r.Code), r.Code)
			}
		}
	}
	require.Equal(t, 100, weight)
	require.Equal(t, []Reason{{"oversight.reason.overdue", 2}, {"oversight.reason.major-due", 1}, {"oversight.reason.major-overdue", 1}}, s.Inputs[2].Reasons)
	require.Equal(t, []Reason{{"oversight.reason.missing", 1}}, s.Inputs[4].Reasons)
	s = StandingOf(Facts{Dishonest: true})
	require.Equal(t, []Reason{{"oversight.reason.dishonest", 1}}, s.Inputs[3].Reasons)
	require.True(t, s.Inputs[3].Veto && LiftOf(Facts{Dishonest: true}).Waits && text.Known(text.English, "oversight.reason.dishonest"))
	require.NotEmpty(t, RuleVersion())
}

func TestDayNumbers(t *testing.T) {
	t.Parallel()
	require.Equal(t, int32(20260228), number(day.Of(2026, 2, 28)))
	require.Equal(t, day.Of(2026, 2, 28), dayOf(20260228))
	require.True(t, dayOf(number(day.Date{})).IsZero())
}

func TestReach(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		division string
		areas    []string
		depth    int
		province string
	}{
		{"", []string{"33"}, 2, "33"},
		{"", []string{"33", "31"}, 2, ""},
		{"", []string{"330784", "330783100"}, 6, "33"},
		{"", []string{"330784", "31"}, 2, ""},
		{"3307", []string{"33"}, 4, "33"},
		{"33", []string{"330784"}, 6, "33"},
		{"3307", []string{"33", "31"}, 4, "33"},
	} {
		depth, province := reach(Filter{Division: c.division}, rbac.Actor{Areas: c.areas})
		require.Equal(t, c.depth, depth, "%+v", c)
		require.Equal(t, c.province, province, "%+v", c)
	}
}
