package rubric_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/scoring"
	"anbiao/modules/rubric"
)

func TestTablesAddUp(t *testing.T) {
	t.Parallel()
	for _, r := range rubric.Library() {
		require.Empty(t, r.Check(), r.ID)
		for _, s := range rubric.Sums(r) {
			require.Equal(t, s.Points, s.Inner, "%s %s", r.ID, s.Code)
		}
	}
}

// complete are the tables that can be scored by, with what their publications say of them.
var complete = map[string]struct {
	total                 int64
	elements, subs, items int
}{
	"cangchu-wuliu-1000":          {1000, 13, 47, 164},
	"jiangsu-gongmao-xiaowei-600": {600, 6, 20, 67},
	"youse-yali-jiagong-130-2011": {1000, 13, 46, 246},
}

func TestCompleteTablesAreCounted(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, r := range rubric.Library() {
		want, asked := complete[r.ID]
		if !asked {
			continue
		}
		seen++
		require.True(t, r.Scorable, r.ID)
		subs := 0
		for _, e := range r.Elements {
			subs += len(e.Children)
		}
		require.Equal(t, scoring.Whole(want.total), r.Total, r.ID)
		require.Equal(t, []int{want.elements, want.subs, want.items}, []int{len(r.Elements), subs, len(r.Rows())}, r.ID)
		for key, n := range map[string]int{"elements": want.elements, "sub_elements": subs, "items": want.items} {
			if said, there := r.About.Counts[key]; there {
				require.Equal(t, fmt.Sprint(n), fmt.Sprint(said), "%s %s", r.ID, key)
			}
		}
	}
	require.Len(t, complete, seen)
}

// Every rule of a complete table can be hit, and then shows: as points lost, or as a veto.
func TestEveryRuleOfACompleteTableCanAct(t *testing.T) {
	t.Parallel()
	for _, r := range rubric.Library() {
		if !r.Scorable {
			continue
		}
		full := scoring.Answers{}
		for _, it := range r.Rows() {
			full[it.Code] = scoring.Answer{}
		}
		require.Equal(t, "100.00", r.Score(full, nil).Score, r.ID)
		for _, it := range r.Rows() {
			for i := range it.Deductions {
				d := &it.Deductions[i]
				require.True(t, d.Sound(), "%s %s %s", r.ID, it.Code, d.ID)
				answers := maps.Clone(full)
				hits := map[string]int{d.ID: 1}
				if d.Auto != "" {
					hits = exhausting(it)
				}
				answers[it.Code] = scoring.Answer{Hits: hits}
				got := r.Score(answers, nil)
				acted := slices.ContainsFunc(got.Losses, func(l scoring.Loss) bool { return l.Item == it.Code && l.Rule == d.ID && l.Points > 0 }) ||
					slices.Contains(got.Reasons, scoring.ReasonVeto+":"+it.Code)
				require.True(t, acted, "%s %s %s", r.ID, it.Code, d.ID)
			}
		}
	}
}

// exhausting are hits that leave nothing of an item.
func exhausting(it *scoring.Item) map[string]int {
	hits := map[string]int{}
	for _, d := range it.Deductions {
		if d.Auto == "" && (d.Zero || d.Minus > 0) {
			hits[d.ID] = 1000
		}
	}
	return hits
}

// The lines of the complete tables, as they are published: on the line is enough, just below is not.
func TestScoreLines(t *testing.T) {
	t.Parallel()
	lines := map[string][]string{"cangchu-wuliu-1000": {"90", "75", "60"}, "jiangsu-gongmao-xiaowei-600": {"60"}, "youse-yali-jiagong-130-2011": {"90", "75", "60"}}
	for _, r := range rubric.Library() {
		want, asked := lines[r.ID]
		if !asked {
			continue
		}
		require.Len(t, r.Levels, len(want), r.ID)
		for i, l := range r.Levels {
			require.Equal(t, want[i], string(l.MinScore), r.ID)
		}
	}
}
