package scoring_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/scoring"
)

// maker makes tables, answers and figures; the same seed makes the same.
type maker struct{ *rand.Rand }

func (m maker) table() *scoring.Rubric {
	r := &scoring.Rubric{ID: "made", Version: "1", Title: "made", Purpose: scoring.Grading, Scorable: true}
	r.Rounding.Decimals = m.IntN(3)
	r.Levels = []scoring.Level{
		{Level: "1", MinScore: "90", Limits: []scoring.Limit{{Fact: "deaths", Max: "0"}}},
		{Level: "2", MinScore: "75", Limits: []scoring.Limit{{Fact: "deaths", Max: "1"}}},
		{Level: "3", MinScore: "60"},
	}
	if m.IntN(3) == 0 {
		r.MinElement = "60"
	}
	for i := range 1 + m.IntN(4) {
		e := scoring.Element{Code: fmt.Sprint(i + 1)}
		for j := range 1 + m.IntN(3) {
			s := scoring.Element{Code: fmt.Sprintf("%s.%d", e.Code, j+1)}
			for k := range 1 + m.IntN(4) {
				it := m.item(fmt.Sprintf("%s.%d", s.Code, k+1))
				s.Points += it.Points
				s.Items = append(s.Items, it)
			}
			e.Points += s.Points
			e.Children = append(e.Children, s)
		}
		r.Total += e.Points
		r.Elements = append(r.Elements, e)
	}
	if m.IntN(3) == 0 {
		m.weigh(r)
	}
	return r
}

func (m maker) weigh(r *scoring.Rubric) {
	r.Model = scoring.Weighted
	left := int64(1000)
	for i := range r.Elements {
		w := left
		if i < len(r.Elements)-1 {
			w = left / 2
		}
		left -= w
		r.Elements[i].Weight = scoring.Num(big.NewRat(w, 1000).FloatString(3))
	}
}

func (m maker) item(code string) scoring.Item {
	it := scoring.Item{Code: code, Requirement: code, Points: scoring.Points(50 * (1 + m.IntN(40)))}
	for i := range m.IntN(6) {
		d := scoring.Deduction{ID: string(rune('a' + i)), When: fmt.Sprintf("%s finding %d", code, i/2)}
		switch m.IntN(8) {
		case 0:
			d.Zero, d.Scope = true, []string{"", scoring.AtItem, scoring.AtSub, scoring.AtElement}[m.IntN(4)]
		case 1:
			d.Extra, d.Scope, d.Per = scoring.Whole(int64(1+m.IntN(30))), []string{"", scoring.AtElement, scoring.AtTotal}[m.IntN(3)], []string{"", "处"}[m.IntN(2)]
		case 2:
			d.Extra, d.Auto = scoring.Whole(int64(1+m.IntN(20))), scoring.ItemExhausted
		case 3:
			if m.IntN(3) == 0 {
				d.Veto, d.Scope = true, []string{"", scoring.AtSub, scoring.AtElement}[m.IntN(3)]
				break
			}
			fallthrough
		default:
			d.Minus, d.Per = scoring.Points(50*(1+m.IntN(20))), []string{"", "处"}[m.IntN(2)]
			d.Cap = []scoring.Points{0, scoring.Whole(int64(1 + m.IntN(8)))}[m.IntN(2)]
		}
		if m.IntN(6) == 0 {
			d.If = []scoring.Condition{{Fact: "employees", Min: "50"}}
		}
		it.Deductions = append(it.Deductions, d)
	}
	return it
}

func (m maker) answers(r *scoring.Rubric, open int) scoring.Answers {
	out := scoring.Answers{}
	for _, it := range r.Rows() {
		a := scoring.Answer{}
		if open > 0 && m.IntN(open) == 0 {
			continue
		}
		if m.IntN(7) == 0 {
			a.NA = true
		}
		for _, d := range it.Deductions {
			if m.IntN(3) == 0 {
				if a.Hits == nil {
					a.Hits = map[string]int{}
				}
				a.Hits[d.ID] = 1 + m.IntN(5)
			}
		}
		out[it.Code] = a
	}
	return out
}

func (m maker) facts() scoring.Facts {
	f := scoring.Facts{}
	if m.IntN(2) == 0 {
		f["deaths"] = scoring.Int(int64(m.IntN(3)))
	}
	if m.IntN(2) == 0 {
		f["employees"] = scoring.Int(int64(m.IntN(100)))
	}
	return f
}

// rank is how good a level is; none is the worst.
func rank(r *scoring.Rubric, level string) int {
	for i, l := range r.Levels {
		if l.Level == level {
			return len(r.Levels) - i
		}
	}
	return 0
}

// each makes many cases and says which failed.
func each(t *testing.T, fn func(t *testing.T, m maker, r *scoring.Rubric)) {
	t.Helper()
	for seed := range uint64(120) {
		m := maker{rand.New(rand.NewPCG(seed, 7))}
		r := m.table()
		require.Empty(t, r.Check(), "seed %d", seed)
		if !t.Run(fmt.Sprint(seed), func(t *testing.T) { fn(t, m, r) }) {
			return
		}
	}
}

func TestScoreLiesBetweenNothingAndAll(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m maker, r *scoring.Rubric) {
		got := r.Score(m.answers(r, 0), m.facts())
		require.GreaterOrEqual(t, got.Raw, scoring.Points(0))
		require.LessOrEqual(t, got.Raw, got.Applicable)
		require.Equal(t, got.Total, got.Applicable+got.NA)
		for _, b := range slices.Concat(got.Subs, got.Elements) {
			require.GreaterOrEqual(t, b.Raw, scoring.Points(0), b.Code)
			require.LessOrEqual(t, b.Raw, b.Applicable, b.Code)
		}
		if x := got.Fraction(); x != nil {
			require.GreaterOrEqual(t, x.Sign(), 0)
			require.LessOrEqual(t, x.Cmp(big.NewRat(100, 1)), 0)
		} else {
			require.Zero(t, got.Applicable, "all are answered")
		}
	})
}

// Every point that is missing has its finding; under the weighted model the losses are those of the items.
func TestLossesAreWhatIsMissing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m maker, r *scoring.Rubric) {
		got := r.Score(m.answers(r, 5), m.facts())
		var open, lost scoring.Points
		for _, it := range got.Items {
			if it.State == scoring.Open {
				open += it.Points
			}
		}
		for _, l := range got.Losses {
			require.GreaterOrEqual(t, l.Points, scoring.Points(0))
			lost += l.Points
		}
		if r.Model == scoring.Weighted {
			return
		}
		require.Equal(t, got.Applicable-got.Raw-open, lost)
	})
}

func TestRemovingAFindingNeverLowers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m maker, r *scoring.Rubric) {
		answers, facts := m.answers(r, 0), m.facts()
		before := r.Score(answers, facts)
		for code, a := range answers {
			for rule, n := range a.Hits {
				for _, less := range []int{0, n - 1} {
					fewer := maps.Clone(a.Hits)
					fewer[rule] = less
					changed := maps.Clone(answers)
					changed[code] = scoring.Answer{NA: a.NA, Hits: fewer}
					after := r.Score(changed, facts)
					require.GreaterOrEqual(t, after.Raw, before.Raw, "%s %s", code, rule)
					if before.Fraction() != nil {
						require.GreaterOrEqual(t, after.Fraction().Cmp(before.Fraction()), 0, "%s %s", code, rule)
					}
					require.GreaterOrEqual(t, rank(r, after.Level), rank(r, before.Level), "%s %s", code, rule)
				}
			}
		}
	})
}

func TestNotApplicableLeavesTheNeighboursAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m maker, r *scoring.Rubric) {
		answers, facts := m.answers(r, 4), m.facts()
		before := r.Score(answers, facts)
		for i, it := range r.Rows() {
			changed := maps.Clone(answers)
			changed[it.Code] = scoring.Answer{NA: true, Hits: answers[it.Code].Hits}
			after := r.Score(changed, facts)
			for j := range after.Items {
				if i != j {
					require.Equal(t, before.Items[j], after.Items[j])
				}
			}
			require.Equal(t, scoring.NotApplicable, after.Items[i].State)
			for _, l := range after.Losses {
				require.NotEqual(t, it.Code, l.Item, "what does not apply takes nothing")
			}
			require.NotContains(t, after.Reasons, scoring.ReasonVeto+":"+it.Code)
		}
	})
}

// The same answers, given in another order and read from JSON, give the same bytes.
func TestScoringAgainGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m maker, r *scoring.Rubric) {
		answers, facts := m.answers(r, 9), m.facts()
		want, err := json.Marshal(r.Score(answers, facts))
		require.NoError(t, err)
		frozen, err := json.Marshal(r)
		require.NoError(t, err)
		var again scoring.Rubric
		require.NoError(t, json.Unmarshal(frozen, &again))
		codes := slices.Collect(maps.Keys(answers))
		for range 3 {
			m.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
			shuffled := scoring.Answers{}
			for _, code := range codes {
				a := scoring.Answer{NA: answers[code].NA, Hits: map[string]int{"no such rule": 3}}
				maps.Copy(a.Hits, answers[code].Hits)
				shuffled[code] = a
			}
			shuffled["no such item"] = scoring.Answer{NA: true}
			got, err := json.Marshal(again.Score(shuffled, facts))
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		}
	})
}

func TestCheckFindsPointsThatDoNotAddUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m maker, r *scoring.Rubric) {
		e := &r.Elements[m.IntN(len(r.Elements))]
		s := &e.Children[m.IntN(len(e.Children))]
		it := &s.Items[m.IntN(len(s.Items))]
		for at, points := range map[string]*scoring.Points{"": &r.Total, e.Code: &e.Points, s.Code: &s.Points} {
			*points++
			require.True(t, slices.ContainsFunc(r.Check(), func(p scoring.Problem) bool { return p.Code == "sum" && p.At == at }), "at %q", at)
			*points--
		}
		it.Points++
		require.True(t, slices.ContainsFunc(r.Check(), func(p scoring.Problem) bool { return p.Code == "sum" && p.At == s.Code }))
		it.Points = 0
		require.True(t, slices.ContainsFunc(r.Check(), func(p scoring.Problem) bool { return p.Code == "points" && p.At == it.Code }))
	})
}

// On its line a level is reached, a hair below it is not; decimals and limits have their say.
func TestLines(t *testing.T) {
	t.Parallel()
	r := &scoring.Rubric{ID: "lines", Title: "lines", Purpose: scoring.Grading, Scorable: true, Total: scoring.Whole(10_000), Levels: []scoring.Level{
		{Level: "1", MinScore: "90", Limits: []scoring.Limit{{Fact: "deaths", Max: "0"}}}, {Level: "2", MinScore: "75"}, {Level: "3", MinScore: "60"},
	}}
	item := scoring.Item{Code: "1.1.1", Requirement: "r", Points: r.Total, Deductions: []scoring.Deduction{{ID: "a", When: "w", Minus: scoring.Whole(1), Per: "处"}}}
	r.Elements = []scoring.Element{{Code: "1", Points: r.Total, Children: []scoring.Element{{Code: "1.1", Points: r.Total, Items: []scoring.Item{item}}}}}
	require.Empty(t, r.Check())
	for _, c := range []struct {
		lost, decimals int
		deaths         scoring.Num
		score, level   string
	}{
		{1000, 2, "0", "90.00", "1"},
		{1001, 2, "0", "89.99", "2"},
		{1004, 1, "0", "90.0", "1"},
		{1006, 1, "0", "89.9", "2"},
		{1050, 0, "0", "90", "1"},
		{2500, 2, "0", "75.00", "2"},
		{2501, 2, "0", "74.99", "3"},
		{4000, 2, "0", "60.00", "3"},
		{4001, 2, "0", "59.99", ""},
		{0, 2, "1", "100.00", "2"},
	} {
		r.Rounding.Decimals = c.decimals
		got := r.Score(scoring.Answers{"1.1.1": {Hits: map[string]int{"a": c.lost}}}, scoring.Facts{"deaths": c.deaths})
		require.Equal(t, []string{c.score, c.level}, []string{got.Official, got.Level}, "%+v", c)
	}
}

func BenchmarkScore(b *testing.B) {
	m := maker{rand.New(rand.NewPCG(1, 1))}
	r := m.table()
	answers := m.answers(r, 0)
	b.ReportMetric(float64(len(r.Rows())), "items")
	for b.Loop() {
		r.Score(answers, nil)
	}
}
