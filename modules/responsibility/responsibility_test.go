package responsibility

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/kit/id"
	"anbiao/kit/org"
)

// The file of a version is never changed: companies have adopted from it.
func TestTheLibraryIsPinned(t *testing.T) {
	t.Parallel()
	s, err := OpenShelf()
	require.NoError(t, err)
	l := s.Newest()
	assert.Equal(t, "2025.1-draft", l.Version)
	assert.Equal(t, "0cbf253bad6f82812c3b92b700d3fc7e058babb20050697f6cac83bea1f706fa", l.Checksum)
	assert.Len(t, l.Types, 28)
	assert.Len(t, l.templates, 167)
	assert.Len(t, l.Statutes, 14)
	held := map[string]bool{}
	for _, p := range l.templates {
		for _, c := range p.Statutory {
			held[c] = true
		}
	}
	for _, st := range l.Statutes {
		assert.True(t, held[st.Code], "a duty of the library fulfils %s", st.Code)
	}
}

func TestWhatIsNoLibrary(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"unknown field": "meta: {version: x}\nnonsense: 1\n",
		"no version":    "meta: {title: x}\n",
		"wrong counts":  "meta: {version: x, post_types: 1}\n",
		"scores":        "meta: {version: x, post_types: 1, duties: 1}\nposts: [{post_type: a, name_zh: a, name_en: a, level: operator, total_score: 90, duties: [{id: a-01, duty: a, basis: [{code: A, ref: a, confidence: verified}], frequency: daily, check_method: a, evidence: a, score: 90, responsibility_kind: direct}]}]\n",
	} {
		_, err := ParseLibrary([]byte(text))
		assert.Error(t, err, name)
	}
}

// Whatever the scores are, they add up to the whole, keep their order, and none is further
// than one hundredth from its share.
func TestRescaleKeepsProportions(t *testing.T) {
	t.Parallel()
	draw := rand.New(rand.NewPCG(21, 25))
	for range 3000 {
		scores := make([]int, draw.IntN(40)+1)
		sum := 0
		for i := range scores {
			scores[i] = draw.IntN(3000)
			sum += scores[i]
		}
		got := rescale(scores)
		if sum == 0 {
			assert.Equal(t, scores, got)
			continue
		}
		total := 0
		for i, n := range got {
			total += n
			exact := float64(scores[i]) * Whole / float64(sum)
			require.InDelta(t, exact, n, 1, scores)
			for j := range got {
				require.False(t, scores[i] > scores[j] && n < got[j], "order: %v %v", scores, got)
			}
		}
		require.Equal(t, Whole, total, scores)
		require.Equal(t, got, rescale(got), "a second time changes nothing")
	}
	assert.Equal(t, []int{3334, 3333, 3333}, rescale([]int{1, 1, 1}))
}

// five cells of 20 points: a post that may be published.
func full(column int, raci Raci) []SheetCell {
	var out []SheetCell
	for row := range 5 {
		out = append(out, SheetCell{Row: row, Column: column, Raci: raci, Kind: Direct, Score: 20_00})
	}
	return out
}

func TestRulesOfTheMatrix(t *testing.T) {
	t.Parallel()
	base := func() Sheet {
		s := Sheet{Posts: []SheetPost{{ID: 1, Name: "总经理", Types: []string{Principal}}, {ID: 2, Name: "焊工", Workshop: "焊接车间"}}, Cells: append(full(0, AccountableDoes), full(1, Does)...)}
		for n := range 5 {
			s.Duties = append(s.Duties, SheetDuty{ID: id.Of[id.Duty](n + 1), Text: "职责"})
		}
		return s
	}
	for name, c := range map[string]struct {
		change func(*Sheet)
		want   []Problem
	}{
		"nothing":    {func(*Sheet) {}, nil},
		"four cells": {func(s *Sheet) { s.Cells = s.Cells[:9] }, []Problem{{Code: "few-cells", PostID: 2, Name: "焊接车间/焊工", Value: 4}}},
		"a cell without score counts for nothing": {func(s *Sheet) { s.Cells[9].Score = 0 }, []Problem{{Code: "few-cells", PostID: 2, Name: "焊接车间/焊工", Value: 4}}},
		"no cell at all":           {func(s *Sheet) { s.Posts = append(s.Posts, SheetPost{ID: 3, Name: "保洁员"}) }, []Problem{{Code: "few-cells", PostID: 3, Name: "保洁员"}}},
		"99 points":                {func(s *Sheet) { s.Cells[9].Score -= 1_00 }, []Problem{{Code: "score-sum", PostID: 2, Name: "焊接车间/焊工", Value: 99_00}}},
		"one hundredth too much":   {func(s *Sheet) { s.Cells[0].Score++ }, []Problem{{Code: "score-sum", PostID: 1, Name: "总经理", Value: 100_01}}},
		"nobody accountable":       {func(s *Sheet) { s.Cells[2].Raci = Does }, []Problem{{Code: "no-accountable", DutyID: 3, Name: "职责"}}},
		"nobody does it":           {func(s *Sheet) { s.Cells[2].Raci = Accountable; s.Cells[7].Raci = Accountable }, []Problem{{Code: "no-doer", DutyID: 3, Name: "职责"}}},
		"A on one, R on another":   {func(s *Sheet) { s.Cells[2].Raci = Accountable }, nil},
		"art. 21 on the principal": {func(s *Sheet) { s.Duties[1].Statutory = []string{"21.5"} }, nil},
		"art. 21 on another": {func(s *Sheet) {
			s.Duties[1].Statutory = []string{"21.5"}
			s.Cells[1].Raci, s.Cells[6].Raci = Does, AccountableDoes
		}, []Problem{{Code: "principal", DutyID: 2, Name: "职责"}}},
		"art. 25 on another": {func(s *Sheet) {
			s.Duties[1].Statutory = []string{"25.5"}
			s.Cells[1].Raci, s.Cells[6].Raci = Does, AccountableDoes
		}, nil},
	} {
		s := base()
		c.change(&s)
		assert.ElementsMatch(t, c.want, s.problems(), name)
	}
}

func TestAccountabilityMoves(t *testing.T) {
	t.Parallel()
	a, b := Share{ID: 1, PostID: 1, Raci: AccountableDoes}, Share{ID: 2, PostID: 2, Raci: Does}
	all, changed := place(Share{PostID: 2, Raci: AccountableDoes}, []Share{a, b})
	assert.Len(t, changed, 2)
	assert.Equal(t, Does, changed[0].Raci, "who was accountable goes on doing it")
	assert.True(t, complete(all))
	all, _ = place(Share{PostID: 1, Raci: Does}, []Share{a, b})
	assert.False(t, complete(all), "nobody would be accountable")
	all, _ = place(Share{PostID: 3, Raci: Consulted}, []Share{a, b})
	assert.True(t, complete(all))
	all, _ = place(Share{PostID: 1, Raci: Accountable}, []Share{a})
	assert.False(t, complete(all), "nobody would do it")
}

func TestWhatALawFrees(t *testing.T) {
	t.Parallel()
	law := func(clause string) []Clause { return []Clause{{Code: "AWL", Ref: "安全生产法", Clause: clause}} }
	for _, c := range []struct {
		category, clause string
		want             []string
	}{
		{Principal, "第二十一条第(二)项", []string{"21.2"}},
		{"production_head", "第二十一条第(二)项", []string{}}, // helps, but does not hold it
		{"safety_manager", "第二十五条第(七)项", []string{"25.7"}},
		{"safety_manager", "第二十五条第二款", []string{}},
		{Principal, "第二十二条", []string{}},
	} {
		assert.Equal(t, c.want, statutory(c.category, law(c.clause)), c)
	}
}

func TestItemsOfAPost(t *testing.T) {
	t.Parallel()
	s := Sheet{
		Posts:  []SheetPost{{ID: 1, Types: []string{"welder"}}, {ID: 2}, {ID: 3, Types: []string{"electrician"}}},
		Duties: []SheetDuty{{Category: "welder", Modules: []string{"WLD", "OWN"}}, {Category: "general_employee", Modules: []string{"PPE"}}},
		Cells:  []SheetCell{{Row: 0, Column: 0}, {Row: 1, Column: 1}},
	}
	items := []Item{
		{Code: "WLD-01", Module: "WLD", Posts: []string{"welder"}},
		{Code: "FIR-01", Module: "FIR", Posts: []string{"welder"}},
		{Code: "OWN-01", Module: "OWN"},
		{Code: "PPE-01", Module: "PPE", Posts: []string{"general_employee"}},
		{Code: "MGT-01", Module: "MGT", Posts: []string{"general_employee"}},
		{Code: "ELE-01", Module: "ELE", Posts: []string{"electrician"}},
	}
	codes := func(list []Item) (out []string) {
		for _, it := range list {
			out = append(out, it.Code)
		}
		return out
	}
	lists := s.itemsByPost(items)
	assert.Equal(t, []string{"WLD-01", "FIR-01", "OWN-01"}, codes(lists[0]))
	assert.Equal(t, []string{"PPE-01"}, codes(lists[1]), "by the type its duty is grouped under, in that duty's modules")
	assert.Empty(t, lists[2], "a post without duties is responsible for nothing")
	r := examine(&Library{}, s, org.Tree{Holders: []org.Holder{{PostID: 1}}}, items)
	assert.Equal(t, []string{"MGT-01", "ELE-01"}, codes(r.Uncovered))
	assert.Len(t, r.Bare, 1)
	assert.Len(t, r.Vacant, 2)
}

func TestStatutoryDutiesThatNobodyHolds(t *testing.T) {
	t.Parallel()
	s := Sheet{Posts: []SheetPost{{ID: 1, Name: "安全员"}}, Duties: []SheetDuty{{Text: "演练", Statutory: []string{"25.4"}}}, Cells: []SheetCell{{Raci: AccountableDoes}}}
	manned := map[id.Of[id.Post]]bool{1: true}
	assert.Equal(t, "held", s.holders(Statute{Code: "25.4"}, manned).State)
	assert.Equal(t, "vacant", s.holders(Statute{Code: "25.4"}, nil).State)
	assert.Equal(t, "open", s.holders(Statute{Code: "25.5"}, manned).State)
	s.Cells[0].Raci = Informed
	assert.Equal(t, "open", s.holders(Statute{Code: "25.4"}, manned).State, "who is only informed holds nothing")
}

func TestGroupsOfTheAnnex(t *testing.T) {
	t.Parallel()
	s := Sheet{Posts: []SheetPost{{ID: 1, Workshop: "甲"}, {ID: 2, Workshop: "甲"}, {ID: 3, Workshop: "甲"}, {ID: 4, Workshop: "乙"}}}
	assert.Equal(t, [][]id.Of[id.Post]{{1, 2}, {3}, {4}}, slices.Collect(slices.Values(s.groups(2))))
	assert.Equal(t, "18.5", points(18_50))
	assert.Equal(t, "20", points(20_00))
	assert.Equal(t, "0.25", points(25))
}
