package scoring_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/scoring"
)

// caseRubric is a table as the worked cases write it.
type caseRubric struct {
	Total      scoring.Points `json:"total_points"`
	Model      string
	MinElement scoring.Num `json:"min_element_percent"`
	Levels     []struct {
		Level    scoring.Num
		Name     string
		MinScore scoring.Num     `json:"min_score"`
		MaxFacts json.RawMessage `json:"max_facts"`
	}
	Elements []struct {
		Code   string
		Points scoring.Points
		Weight scoring.Num
		Subs   []struct {
			Code   string
			Points scoring.Points
			Items  []struct {
				Code       string
				Points     scoring.Points
				NAAllowed  bool `json:"na_allowed"`
				Deductions []struct {
					ID    string
					When  string
					Minus scoring.Points
					Per   string
					Cap   scoring.Points
					Zero  bool
					Extra scoring.Points `json:"extra_minus"`
					Veto  bool
					Scope string
					Auto  string
				}
			}
		} `json:"sub_elements"`
	}
}

// limits reads figures in the order in which they stand.
func limits(t *testing.T, raw json.RawMessage) (out []scoring.Limit) {
	t.Helper()
	if len(raw) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	_, err := d.Token()
	require.NoError(t, err)
	for d.More() {
		key, err := d.Token()
		require.NoError(t, err)
		value, err := d.Token()
		require.NoError(t, err)
		number, ok := value.(json.Number)
		require.True(t, ok)
		out = append(out, scoring.Limit{Fact: key.(string), Max: scoring.Num(number.String())})
	}
	return out
}

func (c *caseRubric) table(t *testing.T) *scoring.Rubric {
	t.Helper()
	r := &scoring.Rubric{ID: "case", Title: "case", Purpose: scoring.Grading, Scorable: true, Total: c.Total, Model: c.Model, MinElement: c.MinElement}
	r.Rounding.Decimals = 2
	for _, l := range c.Levels {
		r.Levels = append(r.Levels, scoring.Level{Level: string(l.Level), Name: l.Name, MinScore: l.MinScore, Limits: limits(t, l.MaxFacts)})
	}
	for _, e := range c.Elements {
		element := scoring.Element{Code: e.Code, Points: e.Points, Weight: e.Weight}
		for _, s := range e.Subs {
			sub := scoring.Element{Code: s.Code, Points: s.Points}
			for _, i := range s.Items {
				item := scoring.Item{Code: i.Code, Requirement: i.Code, Points: i.Points, NAAllowed: i.NAAllowed}
				for _, d := range i.Deductions {
					item.Deductions = append(item.Deductions, scoring.Deduction{ID: d.ID, When: d.When, Minus: d.Minus, Per: d.Per, Cap: d.Cap, Zero: d.Zero, Extra: d.Extra, Veto: d.Veto, Scope: d.Scope, Auto: d.Auto})
				}
				sub.Items = append(sub.Items, item)
			}
			element.Children = append(element.Children, sub)
		}
		r.Elements = append(r.Elements, element)
	}
	return r
}

type caseWanted struct {
	Raw        scoring.Points
	Applicable scoring.Points `json:"applicable_total"`
	PerElement map[string]struct {
		Raw        scoring.Points
		Applicable scoring.Points
		Percent    *string
	} `json:"per_element"`
	Converted     *string
	Converted1    *string      `json:"converted_1dp"`
	Level         *scoring.Num `json:"level"`
	Level1        *scoring.Num `json:"level_1dp"`
	FailedReasons []string     `json:"failed_reasons"`
}

// word is a string, or nil for none.
func word[T ~string](s T) *T {
	if s == "" {
		return nil
	}
	return &s
}

func TestCasesScoring(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "scoring_cases.json")
	if dir := os.Getenv("ANBIAO_CASES"); dir != "" {
		path = filepath.Join(dir, "scoring_cases.json")
		if _, err := os.Stat(path); os.IsNotExist(err) {
			return // this module is not asked
		}
	}
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	var file struct {
		Reference struct {
			Total      scoring.Points
			NA         scoring.Points `json:"not_applicable"`
			Raw        scoring.Points
			Applicable scoring.Points `json:"applicable_total"`
			Converted  string
			Converted1 string `json:"converted_1dp"`
		} `json:"reference_check"`
		Cases []struct {
			ID       string
			Rubric   caseRubric
			Answers  scoring.Answers
			Facts    scoring.Facts
			Expected caseWanted
		}
	}
	require.NoError(t, json.Unmarshal(b, &file))
	require.NotEmpty(t, file.Cases)
	for _, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			r := c.Rubric.table(t)
			got := r.Score(c.Answers, c.Facts)
			require.Equal(t, c.Expected.Raw, got.Raw, "raw")
			require.Equal(t, c.Expected.Applicable, got.Applicable, "applicable_total")
			require.Len(t, got.Elements, len(c.Expected.PerElement))
			for _, e := range got.Elements {
				want := c.Expected.PerElement[e.Code]
				require.Equal(t, want.Raw, e.Raw, e.Code)
				require.Equal(t, want.Applicable, e.Applicable, e.Code)
				require.Equal(t, want.Percent, word(e.Percent), e.Code)
			}
			require.Equal(t, c.Expected.Converted, word(got.At(2)), "converted")
			require.Equal(t, c.Expected.Converted1, word(got.At(1)), "converted_1dp")
			one, _ := r.LevelAt(got, 1, c.Facts)
			require.Equal(t, c.Expected.Level, word(scoring.Num(got.Level)), "level")
			require.Equal(t, c.Expected.Level1, word(scoring.Num(one)), "level_1dp")
			require.Equal(t, c.Expected.FailedReasons, got.Reasons)
		})
	}
	t.Run("reference", func(t *testing.T) {
		t.Parallel()
		f := file.Reference
		if f.Total == 0 {
			return // not every file has one
		}
		reached, none := f.Applicable, f.NA
		one := func(code string, points scoring.Points) scoring.Element {
			return scoring.Element{Code: code, Points: points, Items: []scoring.Item{{Code: code + ".1", Requirement: "r", Points: points, Deductions: []scoring.Deduction{{ID: "a", Minus: scoring.Whole(1), Per: "处"}}}}}
		}
		r := &scoring.Rubric{Scorable: true, Total: f.Total, Elements: []scoring.Element{{Code: "1", Points: f.Total, Children: []scoring.Element{one("1.1", reached), one("1.2", none)}}}}
		got := r.Score(scoring.Answers{"1.1.1": {Hits: map[string]int{"a": int((reached - f.Raw) / 100)}}, "1.2.1": {NA: true}}, nil)
		require.Equal(t, f.Raw, got.Raw)
		require.Equal(t, f.Applicable, got.Applicable)
		require.Equal(t, f.Converted, got.At(2))
		require.Equal(t, f.Converted1, got.At(1))
	})
}
