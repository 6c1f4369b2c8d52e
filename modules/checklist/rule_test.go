package checklist

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

// raw is the library as any reader of YAML sees it, without this package's types.
type raw struct {
	Tags    map[string]any   `yaml:"tags"`
	Profile map[string]any   `yaml:"profile_tags_for_major_rules"`
	Modules []map[string]any `yaml:"modules"`
}

func readRaw(t *testing.T) (raw, []string) {
	t.Helper()
	b, err := LibraryBytes()
	require.NoError(t, err)
	var r raw
	require.NoError(t, yaml.Unmarshal(b, &r))
	all := []string{}
	for _, from := range []map[string]any{r.Tags, r.Profile} {
		for tag := range from {
			if tag != "all" && !slices.Contains(all, tag) {
				all = append(all, tag)
			}
		}
	}
	slices.Sort(all)
	return r, all
}

// expected follows the composition rule of the file, word by word: all modules with tag all,
// and every module sharing a tag with the company; an item is major if the company has a tag of
// its major_basis or major_when.
func (r raw) expected(tags map[string]bool) (codes, majors []string) {
	has := func(list any) bool {
		for _, one := range list.([]any) {
			if one == "all" || tags[one.(string)] {
				return true
			}
		}
		return false
	}
	for _, m := range r.Modules {
		if !has(m["applies_when_any_tag"]) {
			continue
		}
		for _, it := range m["items"].([]any) {
			item := it.(map[string]any)
			code := item["code"].(string)
			codes = append(codes, code)
			for _, key := range []string{"major_basis", "major_when"} {
				clauses, _ := item[key].([]any)
				if slices.ContainsFunc(clauses, func(c any) bool { return has(c.(map[string]any)["when_any_tag"]) }) {
					majors = append(majors, code)
					break
				}
			}
		}
	}
	return codes, majors
}

// TestCompositionIsTheRule: for no tag, each tag, all pairs, all triples and some thousand sets
// drawn at random, what Compose makes is what the file says.
func TestCompositionIsTheRule(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	r, all := readRaw(t)
	require.GreaterOrEqual(t, len(all), 33)
	sets := [][]string{nil, all}
	for i := range all {
		sets = append(sets, []string{all[i]})
		for j := i + 1; j < len(all); j++ {
			sets = append(sets, []string{all[i], all[j]})
			for k := j + 1; k < len(all); k++ {
				sets = append(sets, []string{all[i], all[j], all[k]})
			}
		}
	}
	d := rand.New(rand.NewPCG(7, 8))
	for range 3000 {
		d.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		sets = append(sets, slices.Clone(all[:d.IntN(len(all)+1)]))
	}
	for _, tags := range sets {
		doc, err := l.Compose(tags, Draft{})
		require.NoError(t, err)
		got, majors := []string{}, []string{}
		for _, a := range l.Expand(doc) {
			got = append(got, a.Code)
			if a.Level == Major {
				majors = append(majors, a.Code)
			}
		}
		set := map[string]bool{}
		for _, tag := range tags {
			set[tag] = true
		}
		codes, must := r.expected(set)
		if !slices.Equal(codes, got) || !slices.Equal(must, majors) {
			t.Fatalf("tags %v: asked %v, major %v; the file says %v, %v", tags, got, majors, codes, must)
		}
	}
	t.Logf("%d tag sets", len(sets))
}
