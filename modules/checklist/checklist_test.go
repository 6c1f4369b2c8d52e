package checklist

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func shelf(t *testing.T) *Shelf {
	t.Helper()
	s, err := OpenShelf()
	require.NoError(t, err)
	return s
}

func TestLibraryCounts(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	require.Equal(t, "2025.1-draft", l.Meta.Version)
	require.Len(t, l.Modules, 31)
	require.Len(t, l.items, 280)
	require.Len(t, l.Sources, 4)
	require.Len(t, l.Checksum, 64)
	marked := 0
	for _, it := range l.items {
		for _, c := range slices.Concat(it.Basis, it.MajorBasis, it.MajorWhen) {
			require.NotEmpty(t, c.Confidence, it.Code)
			marked++
		}
	}
	require.Equal(t, 388+40+18, marked, "every source keeps its confidence mark")
}

func TestParseLibraryRefuses(t *testing.T) {
	t.Parallel()
	b, err := libraryFiles.ReadFile("library/checklists@2025.1-draft.yaml")
	require.NoError(t, err)
	for name, swap := range map[string][2]string{
		"unknown tag":       {"applies_when_any_tag: [press]", "applies_when_any_tag: [pressing]"},
		"unknown major tag": {"when_any_tag: [gongmao]", "when_any_tag: [gong]"},
		"unknown post":      {"applicable_post_type: [principal, hr_head]", "applicable_post_type: [nobody]"},
		"unknown frequency": {"frequency: yearly", "frequency: sometimes"},
		"unknown level":     {"hazard_level_if_failed: general", "hazard_level_if_failed: grave"},
		"unknown field":     {"method: 查任命文件、花名册", "methode: 查任命文件、花名册"},
		"another count":     {"items: 280", "items: 281"},
		"code used twice":   {"code: MGT-02", "code: MGT-01"},
		"level and basis":   {"hazard_level_if_failed: major", "hazard_level_if_failed: general"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := strings.Replace(string(b), swap[0], swap[1], 1)
			require.NotEqual(t, string(b), changed)
			_, err := ParseLibrary([]byte(changed))
			require.Error(t, err)
		})
	}
}

// tagsOf draws a company's tags.
func tagsOf(l *Library, r *rand.Rand) []string {
	var all []string
	for t := range l.Tags {
		all = append(all, t)
	}
	for t := range l.Profile {
		all = append(all, t)
	}
	slices.Sort(all)
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:r.IntN(len(all)+1)]
}

func TestComposeProperties(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		tags := tagsOf(l, r)
		d, err := l.Compose(append(tags, "no_such_tag"), Draft{})
		require.NoError(t, err)
		require.Equal(t, PhotoFailed, d.Photos)
		require.NotContains(t, d.Tags, Everyone)
		require.NotContains(t, d.Tags, "no_such_tag")
		for _, m := range l.Modules {
			shares := slices.Contains(m.Tags, Everyone) || slices.ContainsFunc(m.Tags, func(t string) bool { return slices.Contains(tags, t) })
			require.Equal(t, shares, slices.Contains(d.Modules, m.Code), m.Code)
		}
		again, err := l.Compose(d.Tags, Draft{})
		require.NoError(t, err)
		require.Equal(t, d, again, "composing is a function of the known tags")
		items := l.Expand(d)
		seen := map[string]bool{}
		for _, it := range items {
			require.False(t, seen[it.Code])
			seen[it.Code] = true
			require.Equal(t, it.Level == Major, len(it.MajorBasis) > 0)
			if it.Level == Major {
				require.True(t, it.MustPhoto && it.MustReason)
			}
		}
		if t.Failed() {
			return
		}
		disableOne(t, l, d, items[r.IntN(len(items))])
		moreTags(t, l, d, tagsOf(l, r))
	}
}

// disableOne: an item may be disabled exactly if it is not major under the tags.
func disableOne(t *testing.T, l *Library, d Document, it Asked) {
	t.Helper()
	got, err := l.Compose(d.Tags, Draft{Disabled: []Disabled{{it.Code, "本企业无此情形"}}})
	if it.Level == Major {
		require.ErrorIs(t, err, ErrMajorDisabled)
		return
	}
	require.NoError(t, err)
	require.Equal(t, d.enabled(l)-1, got.enabled(l))
	require.NotContains(t, got.index(l), it.Code)
	require.Empty(t, got.at(l, nil, []string{it.Code}))
}

// moreTags: a company that gains a tag loses no item.
func moreTags(t *testing.T, l *Library, d Document, more []string) {
	t.Helper()
	wider, err := l.Compose(append(slices.Clone(d.Tags), more...), Draft{})
	require.NoError(t, err)
	_, removed := Diff(l.Expand(d), l.Expand(wider))
	require.Empty(t, removed)
	for _, m := range d.Modules {
		require.Contains(t, wider.Modules, m)
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	for _, c := range []struct {
		code  string
		tags  []string
		level Level
		by    string
	}{
		{"EDU-03", nil, General, ""},
		{"EDU-03", []string{"gongmao"}, Major, "第三条第（二）项"},
		{"EDU-03", []string{"chem_enterprise"}, Major, "第二条"},
		{"MGT-02", []string{"gongmao"}, General, ""},
		{"MGT-02", []string{"chem_enterprise"}, Major, "第十六条"},
		{"CSP-01", []string{"confined_space"}, General, ""},
		{"CSP-01", []string{"toxic_confined_space"}, Major, "第十三条第（一）项"},
		{"MGT-01", []string{"chem_enterprise", "gongmao"}, General, ""},
	} {
		level, clauses := l.items[c.code].Suggest(c.tags)
		require.Equal(t, c.level, level, "%s %v", c.code, c.tags)
		if c.by != "" {
			require.Equal(t, c.by, clauses[0].Clause)
		}
	}
}

func TestDraftRefused(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	ok := OwnItem{Code: "OWN-01", Requirement: "车间地面无油污", Method: "现场查看", Frequency: "daily"}
	for name, c := range map[string]struct {
		draft Draft
		want  error
	}{
		"not in the standard": {Draft{Disabled: []Disabled{{"PRS-01", "没有冲床"}}}, ErrUnknownItem},
		"twice":               {Draft{Disabled: []Disabled{{"MGT-01", "甲"}, {"MGT-01", "乙"}}}, ErrItemTwice},
		"blank reason":        {Draft{Disabled: []Disabled{{"MGT-01", " 　"}}}, ErrReasonNeeded},
		"major":               {Draft{Disabled: []Disabled{{"EDU-03", "没有特种作业"}}}, ErrMajorDisabled},
		"own twice":           {Draft{Own: []OwnItem{ok, ok}}, ErrItemTwice},
		"own blank":           {Draft{Own: []OwnItem{{Code: "OWN-01", Requirement: "　 ", Frequency: "daily"}}}, ErrBlank},
	} {
		_, err := l.Compose([]string{"gongmao"}, c.draft)
		require.ErrorIs(t, err, c.want, name)
	}
	d, err := l.Compose([]string{"gongmao"}, Draft{Own: []OwnItem{ok}, Photos: PhotoMajor})
	require.NoError(t, err)
	asks := d.index(l)
	require.Equal(t, "车间地面无油污", asks["OWN-01"].Requirement)
	require.False(t, asks["OWN-01"].MustPhoto)
	require.True(t, asks["EDU-03"].MustPhoto)
	require.False(t, asks["EVA-01"].MustPhoto && asks["EVA-01"].Level == General)
}

func TestCarryDropsWhatBecameMajor(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	last, err := l.Compose([]string{"press"}, Draft{Disabled: []Disabled{{"EDU-03", "无"}, {"MGT-01", "无"}, {"PRS-11", "无"}}})
	require.NoError(t, err)
	next := l.carry(last, []string{"gongmao"})
	require.Equal(t, []Disabled{{"MGT-01", "无"}}, next.Disabled, "EDU-03 is major now, PRS is gone")
	_, err = l.Compose([]string{"gongmao"}, next)
	require.NoError(t, err)
}

func TestLabel(t *testing.T) {
	t.Parallel()
	png, kind, err := label("https://anbiao.example/field/p/0192f7b0-0000-7000-8000-000000000000", "png")
	require.NoError(t, err)
	require.Equal(t, "image/png", kind)
	require.Equal(t, "\x89PNG", string(png[:4]))
	svg, kind, err := label("https://anbiao.example/field/p/x", "svg")
	require.NoError(t, err)
	require.Equal(t, "image/svg+xml", kind)
	require.True(t, strings.HasPrefix(string(svg), "<svg ") && strings.HasSuffix(string(svg), "</svg>"))
}

// TestFindAgreesWithExpand: the short way to one item says what the long way says of all.
func TestFindAgreesWithExpand(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		d, err := l.Compose(tagsOf(l, r), Draft{Disabled: []Disabled{{"MGT-01", "无"}}, Own: []OwnItem{{Code: "OWN-01", Requirement: "地面", Frequency: "daily"}}})
		require.NoError(t, err)
		every := d.index(l)
		for code := range l.items {
			a, ok := d.find(l, code)
			b, listed := every[code]
			require.Equal(t, listed, ok, code)
			require.Equal(t, b, a, code)
		}
		var all []string
		for _, a := range l.Expand(d) {
			if a.Disabled == "" {
				all = append(all, a.Code)
			}
		}
		require.Equal(t, all, d.codesAt(l, append(d.Modules, own), nil))
		require.Equal(t, []string{"MGT-02", "OWN-01"}, d.codesAt(l, []string{"NO"}, []string{"OWN-01", "MGT-02", "MGT-01"}))
	}
}
