package scoring_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/scoring"
)

// randomTable has rules of every kind at every scope.
func randomTable(r *rand.Rand) *scoring.Rubric {
	t := &scoring.Rubric{ID: "random", Scorable: true}
	t.Rounding.Decimals = r.IntN(3)
	if r.IntN(3) == 0 {
		t.MinElement = "60"
	}
	if r.IntN(8) == 0 {
		t.Model = scoring.Weighted
	}
	for i, min := range []scoring.Num{"90", "75.5", "60"} {
		l := scoring.Level{Level: fmt.Sprint(i + 1), Name: fmt.Sprint(i + 1), MinScore: min}
		if r.IntN(2) == 0 {
			l.Limits = []scoring.Limit{{Fact: "deaths", Max: scoring.Int(int64(i))}}
		}
		t.Levels = append(t.Levels, l)
	}
	for e := range 1 + r.IntN(3) {
		element := scoring.Element{Code: fmt.Sprint(e + 1), Weight: scoring.Int(int64(10 + e))}
		for s := range 1 + r.IntN(3) {
			sub := scoring.Element{Code: fmt.Sprintf("%d.%d", e+1, s+1)}
			for n := range 1 + r.IntN(4) {
				it := scoring.Item{Code: fmt.Sprintf("%s.%d", sub.Code, n+1), Points: scoring.Points(50 * (1 + r.IntN(30)))}
				for d := range 1 + r.IntN(5) {
					it.Deductions = append(it.Deductions, randomRule(r, string(rune('a'+d))))
				}
				sub.Points, sub.Items = sub.Points+it.Points, append(sub.Items, it)
			}
			element.Points, element.Children = element.Points+sub.Points, append(element.Children, sub)
		}
		t.Total, t.Elements = t.Total+element.Points, append(t.Elements, element)
	}
	return t
}

func randomRule(r *rand.Rand, id string) scoring.Deduction {
	d := scoring.Deduction{ID: id, When: id}
	points := scoring.Points(50 * (1 + r.IntN(8)))
	switch r.IntN(6) {
	case 0, 1, 2:
		d.Minus = points
	case 3:
		d.Zero, d.Scope = true, []string{"", scoring.AtItem, scoring.AtSub, scoring.AtElement}[r.IntN(4)]
	case 4:
		d.Extra, d.Scope = points, []string{"", scoring.AtElement, scoring.AtTotal}[r.IntN(3)]
		if r.IntN(2) == 0 {
			d.Auto = scoring.ItemExhausted
		}
	case 5:
		d.Veto, d.Scope = true, []string{"", scoring.AtTotal, scoring.AtSub, scoring.AtElement, scoring.AtItem}[r.IntN(5)]
	}
	if !d.Zero && !d.Veto && r.IntN(2) == 0 {
		d.Per = "处"
		if r.IntN(2) == 0 {
			d.Cap = points * 2
		}
	}
	if r.IntN(5) == 0 {
		d.If = []scoring.Condition{{Fact: "people", Min: "10", Max: "20"}}
	}
	return d
}

func randomAnswers(r *rand.Rand, t *scoring.Rubric) scoring.Answers {
	out := scoring.Answers{"9.9.9": {}}
	often := 2 + r.IntN(12)
	for _, e := range t.Elements {
		for _, s := range e.Children {
			for _, it := range s.Items {
				switch r.IntN(8) {
				case 0:
				case 1:
					out[it.Code] = scoring.Answer{NA: true}
				default:
					a := scoring.Answer{Hits: map[string]int{"z": 1}}
					for _, d := range it.Deductions {
						if r.IntN(often) == 0 {
							a.Hits[d.ID] = r.IntN(5)
						}
					}
					out[it.Code] = a
				}
			}
		}
	}
	return out
}

// The fast path says what Score says once open items are left out, to the point and to the level.
func TestCompiledSaysWhatScoreSays(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 11))
	var tally scoring.Tally
	for range 4000 {
		table := randomTable(r)
		c := scoring.Compile(table)
		answers := randomAnswers(r, table)
		facts := scoring.Facts{}
		if r.IntN(2) == 0 {
			facts["deaths"], facts["people"] = scoring.Int(int64(r.IntN(3))), scoring.Int(int64(5*r.IntN(6)))
		}
		sheet := c.Blank()
		c.Fill(sheet, answers)
		c.Tally(sheet, facts, &tally)

		want := table.Score(c.Known(sheet), facts)
		require.Equal(t, want.Raw, tally.Raw)
		require.Equal(t, want.Applicable, tally.Applicable)
		require.Equal(t, want.Exact, tally.Exact())
		require.Equal(t, want.Hundredths(), tally.Hundredths())
		level := ""
		if tally.Level >= 0 {
			level = table.Levels[tally.Level].Level
		}
		require.Equal(t, want.Level, level, "%+v", want)
		for i, it := range want.Items {
			require.Equal(t, it.Score, tally.Items[i], it.Code)
		}
	}
}

func BenchmarkCompiled(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	table := randomTable(r)
	c := scoring.Compile(table)
	sheet := c.Blank()
	c.Fill(sheet, randomAnswers(r, table))
	var tally scoring.Tally
	for b.Loop() {
		c.Tally(sheet, nil, &tally)
	}
}
