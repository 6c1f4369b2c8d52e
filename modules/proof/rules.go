package proof

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
	"anbiao/kit/text"
)

//go:embed library/signals@*.yaml
var library embed.FS

// Rule names what is looked for.
type Rule string

// Rules.
const (
	Fast         Rule = "fast"          // 检查用时过短
	SamePhoto    Rule = "same_photo"    // 照片重复使用
	ZeroFindings Rule = "zero_findings" // 长期未发现问题
	NightBatch   Rule = "night_batch"   // 夜间集中检查
	OneSpot      Rule = "one_spot"      // 多点位同一位置
	FalsePlace   Rule = "false_place"   // 位置可疑
	ClockChange  Rule = "clock_change"  // 手机时钟变动
)

// AllRules lists every rule.
var AllRules = []Rule{Fast, SamePhoto, ZeroFindings, NightBatch, OneSpot, FalsePlace, ClockChange}

// Rules is one version of how signals are drawn.
type Rules struct {
	Version    string
	ValidFrom  day.Date `yaml:"valid_from"`
	ValidTo    string   `yaml:"valid_to"` // empty: still in force
	Confidence string
	TermDays   int `yaml:"term_days"`   // working days
	RemindDays int `yaml:"remind_days"` // working days before the last
	Fast       struct {
		CharsPerSecond int `yaml:"chars_per_second"`
		MinItems       int `yaml:"min_items"`
	}
	SamePhoto struct{ Bits, Days int }                      `yaml:"same_photo"`
	Zero      struct{ Months, Checks, Peers, Expected int } `yaml:"zero_findings"`
	Night     struct {
		FromHour  int `yaml:"from_hour"`
		UntilHour int `yaml:"until_hour"`
		Checks    int
		Minutes   int
	} `yaml:"night_batch"`
	Spot  struct{ Points, Apart, Within int }          `yaml:"one_spot"`    // metres
	Place struct{ Speed, Metres, Photos, Minutes int } `yaml:"false_place"` // km/h
	Clock struct{ Seconds, Hours int }                 `yaml:"clock_change"`
	Texts map[Rule]struct{ Name, Says, May phrase }
}

type phrase struct{ Zh, En string }

func (p phrase) in(l text.Lang) string {
	if l == text.English {
		return p.En
	}
	return p.Zh
}

// versions are all rules, the newest last.
var versions = mustRules()

func mustRules() (all []Rules) {
	files, err := library.ReadDir("library")
	if err != nil {
		panic("proof: " + err.Error())
	}
	for _, f := range files {
		content, err := library.ReadFile("library/" + f.Name())
		if err != nil {
			panic("proof: " + err.Error())
		}
		r, err := readRules(content)
		if err != nil {
			panic(fmt.Sprintf("proof: %s: %v", f.Name(), err))
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Rules) int { return a.ValidFrom.DaysSince(b.ValidFrom) })
	return all
}

func readRules(content []byte) (r Rules, err error) {
	if err := yaml.UnmarshalWithOptions(content, &r, yaml.Strict()); err != nil {
		return r, err
	}
	for _, rule := range AllRules {
		t, ok := r.Texts[rule]
		for _, p := range []phrase{t.Name, t.Says, t.May} {
			ok = ok && p.Zh != "" && p.En != ""
		}
		if !ok {
			return r, fmt.Errorf("%s lacks a text", rule)
		}
	}
	if r.TermDays < 1 || r.RemindDays < 0 || r.RemindDays >= r.TermDays {
		return r, fmt.Errorf("term of %d days, reminder %d before", r.TermDays, r.RemindDays)
	}
	return r, nil
}

// RulesOn returns the rules in force on a day; before the first version, those.
func RulesOn(d day.Date) Rules {
	found := versions[0]
	for _, r := range versions {
		if !r.ValidFrom.After(d) {
			found = r
		}
	}
	return found
}

// rulesOf returns a version by name; the newest for one that is not carried any more.
func rulesOf(version string) Rules {
	for _, r := range versions {
		if r.Version == version {
			return r
		}
	}
	return versions[len(versions)-1]
}

// Figures are what made a signal, by the names its text uses: numbers, dates, codes. Where they
// differ by language, "name@en" stands for "name" to English readers.
type Figures map[string]string

// Words are a rule's texts with a signal's figures.
type Words struct {
	Name string // of the rule
	Says string // what was seen
	May  string // what may explain it
}

// wordsOf says what a signal is about.
func wordsOf(version string, rule Rule, f Figures, l text.Lang) Words {
	t := rulesOf(version).Texts[rule]
	says := t.Says.in(l)
	for name, value := range f {
		if alt, ok := f[name+"@en"]; ok && l == text.English {
			value = alt
		}
		says = strings.ReplaceAll(says, "{"+name+"}", value)
	}
	return Words{t.Name.in(l), says, t.May.in(l)}
}
