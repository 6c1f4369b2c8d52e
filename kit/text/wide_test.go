package text

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWideSetsChineseMarksAtFullWidth(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"动火先办票,清可燃物":             "动火先办票，清可燃物",
		"电气(默认勾选)":               "电气（默认勾选）",
		"安全生产法(2021修正)":          "安全生产法（2021修正）",
		"第三条第(二)项":               "第三条第（二）项",
		"超过100人:设机构;不超过100人:兼职":  "超过100人：设机构；不超过100人：兼职",
		"事故后1h内上报,8:30前":         "事故后1h内上报，8:30前",
		"1,000 元":                "1,000 元",
		"GB 4674 (2009), rev. 2": "GB 4674 (2009), rev. 2",
		"距离(m)不小于5":              "距离（m）不小于5",
		"专(兼)职(含派遣),已任命":         "专（兼）职（含派遣），已任命",
		"":                       "",
	} {
		assert.Equal(t, want, Wide(in), in)
	}
}

func TestWideAllReachesWhatALibraryHolds(t *testing.T) {
	t.Parallel()
	type line struct{ Text string }
	type book struct {
		Names map[string]string
		Lines []line
		First *line
		inner string
	}
	b := book{Names: map[string]string{"fire": "消防(默认)"}, Lines: []line{{"甲,乙"}}, First: &line{"丙;丁"}, inner: "戊,己"}
	WideAll(&b)
	assert.Equal(t, book{Names: map[string]string{"fire": "消防（默认）"}, Lines: []line{{"甲，乙"}}, First: &line{"丙；丁"}, inner: "戊,己"}, b)
}
