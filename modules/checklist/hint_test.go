package checklist

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHintsFitTheLibrary(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	require.Len(t, l.hints, 280, "every item has phrases")
	require.Len(t, l.hintsChecksum, 64)
	photos, limits := 0, 0
	for code, h := range l.hints {
		require.NoError(t, h.check(), code)
		if h.Photo == PhotoAlways {
			photos++
			require.NotEqual(t, "management", l.homes[code].Kind, "%s: papers are not photographed", code)
		}
		if h.Limit != nil {
			limits++
		}
	}
	require.Equal(t, []int{47, 45}, []int{photos, limits})
	for code, want := range map[string]Limit{
		"GRD-02": {What: "托架与砂轮间隙", Unit: "mm", Max: "3"},
		"GCY-05": {What: "氧气瓶与可燃气瓶间距", Unit: "m", Min: "5"},
		"CSP-03": {What: "氧含量", Unit: "%O₂", Min: "19.5", Max: "23.5"},
	} {
		require.Equal(t, &want, l.hints[code].limit(), code)
	}
}

func TestHintsRefused(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	b, err := libraryFiles.ReadFile("library/hints@2025.1-draft.yaml")
	require.NoError(t, err)
	for name, swap := range map[string][2]string{
		"unknown field":    {"    photo: always\n", "    foto: always\n"},
		"unknown rule":     {"    photo: always\n", "    photo: sometimes\n"},
		"unknown item":     {"  MGT-01:", "  MGT-99:"},
		"another library":  {"version: 2025.1-draft", "version: 2026.1"},
		"another count":    {"items: 280", "items: 281"},
		"one phrase":       {"phrases: [未发任命文件, 安全员人数不足, 任命人员已离职, 兼职人员不清楚职责]", "phrases: [未发任命文件]"},
		"said twice":       {"phrases: [未发任命文件, 安全员人数不足", "phrases: [未发任命文件, 未发任命文件"},
		"too long":         {"未发任命文件", strings.Repeat("长", phraseLength+1)},
		"no number":        {"max: '3'", "max: 'three'"},
		"upside down":      {"min: '19.5'", "min: '29.5'"},
		"no source":        {"source: '本项要求'", "source: ''"},
		"unmarked":         {"confidence: memory}", "confidence: guess}"},
		"head unmarked":    {"confidence: design\n", "confidence: sure\n"},
		"no quantity":      {"what: 接地电阻", "what: ''"},
		"limit has no end": {", max: '4'", ""},
	} {
		changed := strings.Replace(string(b), swap[0], swap[1], 1)
		require.NotEqual(t, string(b), changed, name)
		_, err := ParseHints([]byte(changed), l)
		require.Error(t, err, name)
	}
}

// TestDefaultsApplyWhereNothingIsSet: a standard that takes the library's defaults measures
// and photographs what they say, unless the company set otherwise.
func TestDefaultsApplyWhereNothingIsSet(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	without, err := l.Compose(shop, Draft{})
	require.NoError(t, err)
	for _, a := range l.Expand(without) {
		require.False(t, a.PhotoAlways || a.Limit != nil, a.Code)
		require.NotEmpty(t, a.Phrases, a.Code)
	}
	with, err := l.Compose(shop, Draft{Defaults: true, Settings: []Setting{
		{Code: "PRS-01", Photo: PhotoOnFail}, {Code: "GRD-02", NoLimit: true}, {Code: "GRD-03", Limit: &Limit{Unit: "mm", Min: "12"}},
	}})
	require.NoError(t, err)
	asks := with.index(l)
	require.True(t, asks["FIR-02"].PhotoAlways)
	require.Equal(t, "1.4", asks["FIR-02"].Limit.Max)
	require.False(t, asks["PRS-01"].PhotoAlways)
	require.Nil(t, asks["GRD-02"].Limit)
	require.Equal(t, "12", asks["GRD-03"].Limit.Min)
}
