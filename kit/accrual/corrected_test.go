package accrual_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/accrual"
)

func TestCorrected(t *testing.T) {
	t.Parallel()
	was := law(t, "2022.1")
	before, err := json.Marshal(was)
	require.NoError(t, err)
	bound := int64(5_000_000)
	next, err := was.Corrected("2022.2", []accrual.Change{
		{Category: "oil_gas", Sub: "oil_service", Rate: rate(t, "0.025"), URL: "https://example.org/136.pdf", Read: "art. 14, p. 6"},
		{Category: "machinery", Sub: "default", Brackets: []accrual.Bracket{{UntilYuan: &bound, Rate: *rate(t, "0.03")}, {FromYuan: bound, Rate: *rate(t, "0.01")}}, Read: "art. 30"},
	})
	require.NoError(t, err)
	require.NoError(t, next.Check())
	require.Equal(t, []string{"2022.2", was.Docno, was.InForce.String()}, []string{next.Version, next.Docno, next.InForce.String()})
	after, err := json.Marshal(was)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after), "the version corrected stays as it was")

	oil, _ := next.Category("oil_gas")
	s, _ := oil.Sub("oil_service")
	require.Equal(t, []string{"0.025", accrual.Verified, "art. 14, p. 6"}, []string{s.Rate.String(), s.Source, s.Note})
	require.False(t, s.ToVerify())
	require.Equal(t, accrual.Source{URL: "https://example.org/136.pdf", Saw: "art. 14, p. 6"}, next.Sources[s.SeenIn[0]])
	crude, _ := oil.Sub("crude_oil")
	require.Equal(t, "20", crude.Rate.String(), "the rest stays")
	got, err := accrual.Compute([]*accrual.Rules{next}, accrual.Year{Year: 2024, Lines: []accrual.Line{{Category: "machinery", RevenueFen: 6_000_000_00}}})
	require.NoError(t, err)
	require.Equal(t, "160000.00", got.StandardFen.Yuan())

	b, err := json.Marshal(next)
	require.NoError(t, err)
	back := &accrual.Rules{}
	require.NoError(t, json.Unmarshal(b, back))
	third, err := back.Corrected("2022.3", []accrual.Change{{Category: "oil_gas", Sub: "oil_service", Rate: rate(t, "0.02"), Read: "second look"}})
	require.NoError(t, err, "what was stored can be corrected again")
	require.Len(t, third.Sources, len(was.Sources)+3)
}

func TestCorrectionsRefused(t *testing.T) {
	t.Parallel()
	good := accrual.Change{Category: "oil_gas", Sub: "oil_service", Rate: rate(t, "0.025"), Read: "p. 6"}
	brackets := accrual.Change{Category: "machinery", Sub: "default", Read: "p. 9"}
	ten := int64(10)
	with := func(c accrual.Change, edit func(*accrual.Change)) accrual.Change { edit(&c); return c }
	for name, c := range map[string]struct {
		version string
		changes []accrual.Change
		want    accrual.ChangeFault
	}{
		"same":       {"2022.1", []accrual.Change{good}, accrual.ChangeFault{Change: -1, Code: accrual.ChangeVersion}},
		"other law":  {"2026.1", []accrual.Change{good}, accrual.ChangeFault{Change: -1, Code: accrual.ChangeVersion}},
		"no number":  {"2022.x", []accrual.Change{good}, accrual.ChangeFault{Change: -1, Code: accrual.ChangeVersion}},
		"nought":     {"2022.02", []accrual.Change{good}, accrual.ChangeFault{Change: -1, Code: accrual.ChangeVersion}},
		"none":       {"2022.2", nil, accrual.ChangeFault{Change: -1, Code: accrual.ChangeNone}},
		"category":   {"2022.2", []accrual.Change{good, with(good, func(c *accrual.Change) { c.Category = "gold" })}, accrual.ChangeFault{Change: 1, Code: accrual.ChangeSub}},
		"sub":        {"2022.2", []accrual.Change{with(good, func(c *accrual.Change) { c.Sub = "gold" })}, accrual.ChangeFault{Code: accrual.ChangeSub}},
		"twice":      {"2022.2", []accrual.Change{good, good}, accrual.ChangeFault{Change: 1, Code: accrual.ChangeSub}},
		"not read":   {"2022.2", []accrual.Change{with(good, func(c *accrual.Change) { c.Read = " " })}, accrual.ChangeFault{Code: accrual.ChangeRead}},
		"no rate":    {"2022.2", []accrual.Change{with(good, func(c *accrual.Change) { c.Rate = nil })}, accrual.ChangeFault{Code: accrual.ChangeRate}},
		"above 1":    {"2022.2", []accrual.Change{with(good, func(c *accrual.Change) { c.Rate = rate(t, "2") })}, accrual.ChangeFault{Code: accrual.ChangeRate}},
		"0":          {"2022.2", []accrual.Change{with(good, func(c *accrual.Change) { c.Rate = rate(t, "0") })}, accrual.ChangeFault{Code: accrual.ChangeRate}},
		"rate there": {"2022.2", []accrual.Change{with(brackets, func(c *accrual.Change) { c.Rate = rate(t, "0.01") })}, accrual.ChangeFault{Code: accrual.ChangeBrackets}},
		"no bracket": {"2022.2", []accrual.Change{brackets}, accrual.ChangeFault{Code: accrual.ChangeBrackets}},
		"bounded": {"2022.2", []accrual.Change{with(brackets, func(c *accrual.Change) {
			c.Brackets = []accrual.Bracket{{UntilYuan: &ten, Rate: *rate(t, "0.01")}}
		})}, accrual.ChangeFault{Code: accrual.ChangeBrackets}},
		"gap": {"2022.2", []accrual.Change{with(brackets, func(c *accrual.Change) {
			c.Brackets = []accrual.Bracket{{UntilYuan: &ten, Rate: *rate(t, "0.01")}, {FromYuan: 11, Rate: *rate(t, "0.01")}}
		})}, accrual.ChangeFault{Code: accrual.ChangeBrackets}},
	} {
		_, err := law(t, "2022.1").Corrected(c.version, c.changes)
		var got *accrual.ChangeFault
		require.ErrorAs(t, err, &got, name)
		require.Equal(t, c.want, *got, name)
	}
}
