package enrolment

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/text"
)

func n32(n int32) *int32 { return &n }

func TestSixGroups(t *testing.T) {
	t.Parallel()
	on := day.Of(2026, 3, 31)
	r, ok := RulesFor("330784105", on)
	require.True(t, ok)
	_, ok = RulesFor("330783100", on)
	require.False(t, ok, "nobody has made rules there")
	_, ok = RulesFor("330784105", day.Of(2011, 12, 31))
	require.False(t, ok, "before the plan")
	for name, c := range map[string]struct {
		known Known
		rules []string
	}{
		"small and clean": {Known{Industry: "3389", Staff: n32(19)}, nil},
		"20 people":       {Known{Industry: "3389", Staff: n32(20)}, []string{"scale"}},
		"20 in a shop":    {Known{Industry: "5211", Staff: n32(20)}, nil},
		"staff not known": {Known{Industry: "3389"}, nil},
		"above scale":     {Known{Industry: "3389", Staff: n32(9), AboveScale: true}, []string{"scale"}},
		"20 presses":      {Known{Presses: 20}, []string{"presses"}},
		"19 presses":      {Known{Presses: 19}, nil},
		"major hazard":    {Known{MajorHazards: 1}, []string{"major_hazards"}},
		"chemicals":       {Known{Industry: "2651"}, []string{"high_risk"}},
		"dust":            {Known{Tags: []string{"fire", "combustible_dust"}}, []string{"key_industries"}},
		"accident":        {Known{Accidents: []day.Date{day.Of(2023, 4, 1)}}, []string{"accident"}},
		"long ago":        {Known{Accidents: []day.Date{day.Of(2023, 3, 31)}}, nil},
		"closed":          {Known{Presses: 99, Closed: true}, nil},
		"two rules":       {Known{Industry: "3389", Staff: n32(60), Presses: 30}, []string{"scale", "presses"}},
	} {
		var got []string
		for _, h := range r.Judge(c.known, on) {
			got = append(got, h.Rule)
			require.NotEmpty(t, h.Facts, name)
			for _, l := range []text.Lang{text.Chinese, text.English} {
				require.True(t, text.Known(l, "enrolment.rule."+h.Rule))
				require.True(t, text.Known(l, "enrolment.fact."+h.Facts[0].Fact))
			}
		}
		require.Equal(t, c.rules, got, name)
	}
}

func TestProposal(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind   string
		o      Outcome
		vetoes []Fact
		want   string
	}{
		"class of the table":  {Class, Outcome{Level: "B"}, nil, "B"},
		"veto of the table":   {Class, Outcome{Reasons: []string{"VETO:4.1.1"}}, nil, "D"},
		"veto of the facts":   {Class, Outcome{Level: "A"}, []Fact{{"fatal_accident_in_12_months", "1"}}, "D"},
		"duty passed":         {Duty, Outcome{Level: "pass"}, nil, "pass"},
		"duty below the line": {Duty, Outcome{}, nil, "fail"},
		"duty vetoed":         {Duty, Outcome{Reasons: []string{"VETO:5.2.2"}}, nil, "fail"},
	} {
		got, _ := Proposal(c.kind, c.o, c.vetoes)
		require.Equal(t, c.want, got, name)
	}
	require.Equal(t, "0.5", timesOf("A"))
}
