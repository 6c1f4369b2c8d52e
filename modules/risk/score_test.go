package risk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/modules/risk"
)

func lec(l, e, c string) risk.Scoring { return risk.Scoring{Method: risk.LEC, L: l, E: e, C: c} }

func ls(l, s string) risk.Scoring { return risk.Scoring{Method: risk.LS, L: l, S: s} }

func TestRating(t *testing.T) {
	t.Parallel()
	rules := risk.On(day.Of(2026, 3, 1))
	for _, x := range []struct {
		s     risk.Scoring
		score int // hundredths
		level risk.Level
	}{
		{lec("10", "10", "100"), 1_000_000, risk.Major},
		{lec("1", "10", "40"), 40_000, risk.Major},
		{lec("3", "6", "15"), 27_000, risk.Larger},
		{lec("1", "10", "15"), 15_000, risk.General},
		{lec("10", "1", "7"), 7_000, risk.General},
		{lec("3", "3", "7"), 6_300, risk.Low},
		{lec("0.1", "0.5", "3"), 15, risk.Low},
		{lec("0.2", "0.5", "7"), 70, risk.Low},
		{ls("5", "4"), 2_000, risk.Major},
		{ls("4", "4"), 1_600, risk.Larger},
		{ls("5", "3"), 1_500, risk.Larger},
		{ls("3", "4"), 1_200, risk.General},
		{ls("3", "3"), 900, risk.General},
		{ls("2", "4"), 800, risk.Low},
		{ls("1", "1"), 100, risk.Low},
	} {
		got, err := rules.Rate(x.s, "body")
		require.NoError(t, err, x)
		require.Equal(t, x.score, got.Score, x)
		require.Equal(t, x.level, got.Level, x)
	}
	for _, bad := range []risk.Scoring{lec("4", "6", "15"), lec("3", "", "15"), lec("1e1", "6", "15"), lec("-3", "6", "15"), {Method: risk.LEC, L: "3", E: "6", C: "15", S: "1"}, ls("0", "1"), ls("6", "1"), {Method: "x", L: "1"}} {
		_, err := rules.Rate(bad, "body")
		require.ErrorIs(t, err, risk.ErrFactor, bad)
	}
}

// TestBounds proves the thresholds of the colours: 320 itself is red.
func TestBounds(t *testing.T) {
	t.Parallel()
	rules := risk.On(day.Of(2026, 3, 1))
	bands := map[string]risk.Level{}
	for _, b := range rules.Methods[risk.LEC].Bands {
		bands[b.Gte] = b.Level
	}
	require.Equal(t, map[string]risk.Level{"320": risk.Major, "160": risk.Larger, "70": risk.General, "0": risk.Low}, bands)
}

func TestJudgement(t *testing.T) {
	t.Parallel()
	rules := risk.On(day.Of(2026, 3, 1))
	low, larger := lec("1", "6", "7"), lec("3", "6", "15")
	rest := lec("3", "6", "15")
	worse := lec("6", "6", "15")
	little := lec("0.5", "6", "7")
	for name, x := range map[string]struct {
		j     risk.Judgement
		fault error
		level risk.Level
		rest  risk.Level
		at    risk.ControlLevel
	}{
		"as the score says":          {risk.Judgement{Inherent: low}, nil, risk.Low, "", risk.AtPost},
		"the catalogue holds it up":  {risk.Judgement{Inherent: low, Residual: &little, Catalogue: true}, nil, risk.Larger, risk.Larger, risk.AtWorkshop},
		"the catalogue lowers none":  {risk.Judgement{Inherent: lec("6", "6", "15"), Catalogue: true}, nil, risk.Major, "", risk.AtCompany},
		"raised":                     {risk.Judgement{Inherent: low, RaisedLevel: risk.General, RaiseReason: "近期发生过"}, nil, risk.General, "", risk.AtTeam},
		"raised without a reason":    {risk.Judgement{Inherent: low, RaisedLevel: risk.General}, risk.ErrRaiseReason, "", "", ""},
		"lowered":                    {risk.Judgement{Inherent: larger, RaisedLevel: risk.General, RaiseReason: "x"}, risk.ErrLowered, "", "", ""},
		"raised to what it is":       {risk.Judgement{Inherent: larger, RaisedLevel: risk.Larger, RaiseReason: "x"}, risk.ErrLowered, "", "", ""},
		"residual":                   {risk.Judgement{Inherent: larger, Residual: &little}, nil, risk.Larger, risk.Low, risk.AtWorkshop},
		"residual as inherent":       {risk.Judgement{Inherent: larger, Residual: &rest}, nil, risk.Larger, risk.Larger, risk.AtWorkshop},
		"residual above inherent":    {risk.Judgement{Inherent: larger, Residual: &worse}, risk.ErrResidual, "", "", ""},
		"controlled above its level": {risk.Judgement{Inherent: low, ControlLevel: risk.AtCompany}, nil, risk.Low, "", risk.AtCompany},
		"controlled below its level": {risk.Judgement{Inherent: larger, ControlLevel: risk.AtTeam}, risk.ErrControlLevel, "", "", ""},
	} {
		got, err := rules.Judge(x.j)
		if x.fault != nil {
			require.ErrorIs(t, err, x.fault, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, []any{x.level, x.rest, x.at}, []any{got.Level, got.ResidualLevel, got.ControlLevel}, name)
	}
	require.Equal(t, []risk.ControlLevel{risk.AtCompany, risk.AtWorkshop, risk.AtTeam}, risk.AtTeam.Chain(), "the upper levels include the lower")
}

func TestCyclesOfAProvince(t *testing.T) {
	t.Parallel()
	rules := risk.On(day.Of(2026, 3, 1))
	for region, want := range map[string][]string{
		"320583": {"RISK-FIRST", "RISK-Y", "RISK-CHG"}, "330784": {"RISK-FIRST", "RISK-Y", "RISK-CHG", "RISK-Q"}, "440300": {"RISK-FIRST", "RISK-Y", "RISK-CHG"},
	} {
		var got []string
		for _, c := range rules.CyclesOf(region) {
			got = append(got, c.ID)
		}
		require.Equal(t, want, got, region)
	}
}
