package checklist

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLightProperties holds the light list to its rule for whatever a company has.
func TestLightProperties(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	r := rand.New(rand.NewPCG(3, 4))
	over := 0
	for range 500 {
		tags := tagsOf(l, r)
		d, err := l.Compose(tags, Draft{})
		require.NoError(t, err)
		all, majors := codes(l.Expand(d)), []string{}
		for _, a := range l.Expand(d) {
			if a.Level == Major {
				majors = append(majors, a.Code)
			}
		}
		got := l.Light(tags, LightItems)
		require.Subset(t, all, got, "asks nothing that the full standard does not")
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(got))), len(got), "nothing twice")
		require.Equal(t, majors, got[:len(majors)], "all major items, first")
		require.Len(t, got, max(len(majors), min(LightItems, len(all))))
		shuffled := slices.Clone(tags)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		require.Equal(t, got, l.Light(append(shuffled, "no such tag"), LightItems), "the order of tags and unknown tags count for nothing")
		if len(majors) > LightItems {
			over++
			require.Equal(t, majors, got, "more major items than the limit: exactly these")
		}
	}
	require.NotZero(t, over, "the draw has companies with more than fifteen major items")
}

// TestLightGrowsIntoFull shows that the light standard is the full one with items put aside,
// and that what a company decided itself survives both ways.
func TestLightGrowsIntoFull(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	tags := []string{"press", "grinder", "electrical", "fire", "gongmao", "industry_machinery"}
	ours := OwnItem{Code: "OWN-01", Requirement: "冲压机旁无杂物", Frequency: "daily", Module: "PRS"}
	first, err := l.Compose(tags, Draft{Own: []OwnItem{ours}, Settings: []Setting{{Code: "PRS-02", Photo: PhotoAlways}}, Disabled: []Disabled{{"EDU-01", "由总公司统一培训"}}})
	require.NoError(t, err)
	d, err := l.light(first, tags, LightItems)
	require.NoError(t, err)
	small, err := l.Compose(tags, d)
	require.NoError(t, err)
	require.True(t, small.IsLight())
	require.False(t, first.IsLight())
	require.ElementsMatch(t, append(l.Light(tags, LightItems), ours.Code), codes(l.Expand(small)))
	again, err := l.Compose(tags, l.full(small, tags))
	require.NoError(t, err)
	require.Equal(t, first, again)
}

// TestLightOrder shows the stated order on one kind of firm.
func TestLightOrder(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	got := l.Light([]string{"press", "electrical", "fire", "gongmao", "industry_machinery"}, LightItems)
	last := 0
	for _, code := range got {
		a := l.homes[code]
		level, _ := l.items[code].Suggest([]string{"press", "electrical", "fire", "gongmao", "industry_machinery"})
		rank := 1 + l.common(a.Code)
		if level == Major {
			rank = 0
		}
		require.GreaterOrEqual(t, rank, last, code)
		last = rank
	}
}
