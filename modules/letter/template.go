package letter

import (
	"embed"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed library/*.yaml
var library embed.FS

// template is one wording of the letter.
type template struct {
	Version  string   `yaml:"version"`
	Title    string   `yaml:"title"`
	Intro    string   `yaml:"intro"`
	Goals    []string `yaml:"goals"`
	Superior []string `yaml:"superior"`
	Reward   string   `yaml:"reward"`
	Penalty  string   `yaml:"penalty"`
	Effect   string   `yaml:"effect"`
}

// newest is the wording of new rounds.
const newest = "1"

var templates = mustTemplates()

func mustTemplates() map[string]template {
	out := map[string]template{}
	for _, version := range []string{newest} {
		b, err := library.ReadFile("library/template@" + version + ".yaml")
		if err != nil {
			panic(err) // embedded
		}
		var t template
		if err := yaml.Unmarshal(b, &t); err != nil {
			panic(err)
		}
		out[t.Version] = t
	}
	return out
}

// frequencies are how often a duty falls due, as a letter says it.
var frequencies = map[string]string{
	"per_shift": "每班", "per_use": "每次使用", "daily": "每日", "weekly": "每周", "monthly": "每月", "quarterly": "每季度", "half_yearly": "每半年", "yearly": "每年",
	"event": "按事项",
}

// kinds are the kinds of responsibility, as a letter says them.
var kinds = map[string]string{"main": "主要责任", "direct": "直接责任", "lead": "领导责任", "supervise": "监管责任"}

// compose writes the letter's text: what both sides read, sign and have printed. Lines that
// begin with a Chinese numeral are headings. The same letter always gives the same text.
func compose(l Letter, r Round, company string, duties []Duty) string {
	t := templates[r.Template]
	var s strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&s, format+"\n", args...) }
	line("%s（%d 年度）", t.Title, r.Year)
	line("编号：%s　　单位：%s", l.Code(r.Year), company)
	line("甲方（上级）：%s，%s", l.SuperiorName, l.SuperiorPost)
	line("乙方（责任人）：%s，%s，%s", l.StaffName, l.UnitName, l.PostName)
	line("%s", t.Intro)
	line("一、安全目标")
	for i, g := range r.Goals {
		line("%d. %s", i+1, g)
	}
	line("二、乙方岗位安全职责（责任清单第 %d 版）", l.DutiesVersion)
	for i, d := range duties {
		line("%d. %s（%s）", i+1, d.Text, d.remark())
	}
	line("三、甲方责任")
	for i, g := range t.Superior {
		line("%d. %s", i+1, g)
	}
	line("四、奖惩")
	line("奖励：%s", r.Reward)
	line("处罚：%s", r.Penalty)
	line("五、期限与生效")
	line("本责任书有效期自 %s 起至 %s 止。%s", r.ValidFrom, r.ValidUntil, t.Effect)
	return s.String()
}

// remark is what stands behind a duty in brackets.
func (d Duty) remark() string {
	var parts []string
	if k := kinds[d.Kind]; k != "" {
		parts = append(parts, k)
	}
	if f := frequencies[d.Frequency]; f != "" {
		parts = append(parts, f)
	}
	parts = append(parts, points(d.Score)+" 分")
	if d.Basis != "" {
		parts = append(parts, "依据"+d.Basis)
	}
	return strings.Join(parts, "，")
}

// points writes a score in hundredths.
func points(hundredths int) string {
	s := fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
