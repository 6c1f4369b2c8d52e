package livescore

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/scoring"
	"anbiao/kit/text"
	"anbiao/modules/rubric"
)

// tablesBound are the tables of the library that are bound, made ready.
func tablesBound(t *testing.T) map[string]*bound {
	t.Helper()
	out := map[string]*bound{}
	for _, r := range rubric.Library() {
		if b := bind(1, r, current); len(b.rules) > 0 {
			out[r.ID] = b
		}
	}
	require.Len(t, out, len(current.Tables))
	return out
}

// Every code of the bindings stands in its table, and what is one finding is hit as one.
func TestBindingsNameWhatTablesHave(t *testing.T) {
	t.Parallel()
	tables := tablesBound(t)
	used := map[string]bool{}
	for _, table := range current.Tables {
		b := tables[table.Rubric]
		require.NotNil(t, b, table.Rubric)
		require.Equal(t, table.Total, b.c.Table.Total)
		require.Len(t, b.c.Items, table.Count)
		seen := map[string]bool{}
		for _, it := range table.Items {
			require.False(t, seen[it.Item], "%s %s twice", table.Rubric, it.Item)
			seen[it.Item] = true
			at, ok := b.c.Index(it.Item)
			require.True(t, ok, "%s has no item %s", table.Rubric, it.Item)
			for _, r := range it.Rules {
				used[r.Metric] = true
				require.NotEmpty(t, r.deductions())
				for _, ids := range [][]string{r.Each, r.None, belowOf(r)} {
					for _, id := range ids {
						i, ok := b.c.Rule(at, id)
						require.True(t, ok, "%s %s has no deduction %s", table.Rubric, it.Item, id)
						from, _ := b.c.Rules(at)
						require.Subset(t, ids, b.c.Items[at].Together(&b.c.Items[at].Deductions[i-from]), "%s %s %s", table.Rubric, it.Item, id)
					}
				}
				for _, l := range []text.Lang{text.Chinese, text.English} {
					require.NotContains(t, said(r.why(l), value{1, 2}), "{", "%s %s", table.Rubric, it.Item)
				}
			}
		}
	}
	for _, m := range current.Metrics {
		require.True(t, used[m.Key], "%s is bound nowhere", m.Key)
		require.NotEmpty(t, m.TitleZH+m.TitleEN+m.DoZH+m.DoEN)
	}
	for _, d := range current.Defaults {
		require.NotNil(t, tables[d.Rubric])
	}
}

func belowOf(r Rule) []string {
	if r.Below == nil {
		return nil
	}
	return []string{r.Below.Hit}
}

// The rows behind the hazard figures that a hazard adds that was found by the company itself and mended
// in time: one that was due and one that was done.
func ownFinding(values []value) {
	for i, s := range current.slots {
		switch s.Metric {
		case "hazard.mended-in-time", "hazard.records-graded", "hazard.closed-verified", "hazard.not-overdue", "hazard.majors-in-hand":
			values[i].num, values[i].den = values[i].num+1, values[i].den+1
		}
	}
}

// A company that finds a hazard itself and mends it in time never loses points by it, be it its first.
func TestOwnFindingsNeverLower(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 5))
	for code, b := range tablesBound(t) {
		var before, after scored
		raised := 0
		for range 3000 {
			answers := scoring.Answers{}
			for _, it := range b.c.Items {
				a := scoring.Answer{NA: r.IntN(12) == 0, Hits: map[string]int{}}
				if !a.NA && r.IntN(4) == 0 {
					d := it.Deductions[r.IntN(len(it.Deductions))]
					if d.At() == scoring.AtItem {
						a.Hits[d.ID] = 1 + r.IntN(2)
					}
				}
				if r.IntN(10) > 0 {
					answers[it.Code] = a
				}
			}
			values := make([]value, len(current.slots))
			for i := range values {
				if r.IntN(2) == 0 {
					values[i].den = int64(r.IntN(9))
					values[i].num = int64(r.IntN(int(values[i].den) + 1))
				}
			}
			before.score(b, answers, nil, values)
			ownFinding(values)
			after.score(b, answers, nil, values)
			lost := func(x *scored) scoring.Points { return x.tally.Applicable - x.tally.Raw }
			require.LessOrEqual(t, lost(&after), lost(&before), code)
			require.GreaterOrEqual(t, after.tally.Hundredths(), before.tally.Hundredths(), code)
			if after.tally.Hundredths() > before.tally.Hundredths() {
				raised++
			}
		}
		require.Positive(t, raised, code)
	}
}

// What is not measured keeps its answer by hand; what a rule does not name does, too.
func TestFiguresOverAnswersByHand(t *testing.T) {
	t.Parallel()
	b := tablesBound(t)["jiangsu-gongmao-xiaowei-600"]
	at := func(metric string, span Span) int { return current.index[Slot{metric, span}] }
	item := func(code string) int { i, _ := b.c.Index(code); return i }
	values := make([]value, len(current.slots))
	var w scored
	points := func(code string, answers scoring.Answers) int32 {
		w.score(b, answers, nil, values)
		return w.items(b)[item(code)]
	}
	require.Equal(t, Open, points("1.5.2", nil))
	require.Equal(t, int32(400), points("1.5.2", scoring.Answers{"1.5.2": {Hits: map[string]int{"a": 1}}}))
	values[at("certificate.operators-certified", OfToday)] = value{3, 5}
	require.Equal(t, int32(200), points("1.5.2", scoring.Answers{"1.5.2": {Hits: map[string]int{"a": 1}}}), "two lack one, whatever was answered")
	require.Equal(t, int32(200), points("1.5.2", scoring.Answers{"1.5.2": {NA: true}}), "it applies after all")
	require.Equal(t, "measured", (&Sheet{Measured: w.measured}).state(item("1.5.2")))
	values[at("selfreport.in-time", ByYear)] = value{0, 2}
	require.Equal(t, int32(0), points("4.1.2", nil), "none at all")
	values[at("risk.controls-checked", ByQuarter)] = value{79, 100}
	require.Equal(t, int32(500), points("1.6.1", nil))
	values[at("risk.controls-checked", ByQuarter)] = value{80, 100}
	require.Equal(t, int32(600), points("1.6.1", nil))
	values[at("hazard.majors-in-hand", ByYear)] = value{0, 1}
	w.score(b, nil, nil, values)
	require.Equal(t, int32(0), w.items(b)[item("4.2.1")])
	require.Zero(t, w.tally.Raw, "30 points at the total, more than there are")
}
