package enrolment

import (
	"embed"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/library"
)

//go:embed library/*.yaml
var files embed.FS

// Rules is one version of who must join (六个一律), for one area.
type Rules struct {
	Version    string `yaml:"version"`
	Area       string `yaml:"area"` // path; companies in and below it
	ValidFrom  string `yaml:"valid_from"`
	ValidUntil string `yaml:"valid_until"` // last day; empty: until further notice
	Source     string `yaml:"source"`
	SourceEn   string `yaml:"source_en"`
	Confidence string `yaml:"confidence"`
	Notice     struct {
		Mark string `yaml:"mark"` // of a notice's number
	} `yaml:"notice"`
	Rules []Rule `yaml:"rules"`
}

// Rule is one group of companies that must join.
type Rule struct {
	Key          string        `yaml:"key"` // texts: enrolment.rule.<key>
	Confidence   string        `yaml:"confidence"`
	WithinMonths int           `yaml:"within_months"`
	Ways         [][]Condition `yaml:"ways"` // it holds where all conditions of one way hold
}

// Condition compares one fact.
type Condition struct {
	Fact string   `yaml:"fact"` // tags, industry, above_scale, staff, presses, major_hazards, accidents
	Any  []string `yaml:"any"`  // one of these; for an industry, what its code begins with
	Min  *int     `yaml:"min"`
	Max  *int     `yaml:"max"`
}

// Known are the facts of a company on a day.
type Known struct {
	Industry     string
	Tags         []string
	Staff        *int32 // nil: not known
	AboveScale   bool
	Closed       bool // or suspended: nothing holds for it
	Presses      int
	MajorHazards int
	Accidents    []day.Date // with a death or a severe injury
}

// Fact is a figure that led to something, as it was.
type Fact struct {
	Fact  string `json:"fact"`
	Value string `json:"value"`
}

// Held is a rule that holds, and why.
type Held struct {
	Rule  string
	Facts []Fact
}

var all = library.All[Rules]("enrolment", files, "library/must-join@*.yaml")

// RulesFor returns the version for companies at a place on a day: that of the smallest area around
// it, and of those the latest. ok is false where nobody has made any.
func RulesFor(region string, on day.Date) (r *Rules, ok bool) {
	for _, one := range all {
		if !strings.HasPrefix(region, one.Area) || one.ValidFrom > on.String() || (one.ValidUntil != "" && one.ValidUntil < on.String()) {
			continue
		}
		if r == nil || len(one.Area) > len(r.Area) || len(one.Area) == len(r.Area) && one.ValidFrom > r.ValidFrom {
			r = one
		}
	}
	return r, r != nil
}

// rulesOf returns a version by name.
func rulesOf(version string) *Rules {
	for _, one := range all {
		if one.Version == version {
			return one
		}
	}
	return &Rules{Version: version}
}

// Judge returns the rules that hold for a company, in the order of the version.
func (r *Rules) Judge(k Known, on day.Date) (held []Held) {
	if k.Closed {
		return nil
	}
	for _, rule := range r.Rules {
		for _, way := range rule.Ways {
			if facts, ok := rule.way(way, k, on); ok {
				held = append(held, Held{rule.Key, facts})
				break
			}
		}
	}
	return held
}

func (r Rule) way(conditions []Condition, k Known, on day.Date) (facts []Fact, ok bool) {
	for _, c := range conditions {
		value, ok := r.fact(c, k, on)
		if !ok {
			return nil, false
		}
		facts = append(facts, Fact{c.Fact, value})
	}
	return facts, len(conditions) > 0
}

// fact says whether a condition holds and by what value.
func (r Rule) fact(c Condition, k Known, on day.Date) (value string, ok bool) {
	switch c.Fact {
	case "tags":
		i := slices.IndexFunc(c.Any, func(tag string) bool { return slices.Contains(k.Tags, tag) })
		if i < 0 {
			return "", false
		}
		return c.Any[i], true
	case "industry":
		return k.Industry, k.Industry != "" && slices.ContainsFunc(c.Any, func(code string) bool { return strings.HasPrefix(k.Industry, code) })
	}
	n, known := r.number(c.Fact, k, on)
	return strconv.Itoa(n), known && (c.Min == nil || n >= *c.Min) && (c.Max == nil || n <= *c.Max)
}

func (r Rule) number(fact string, k Known, on day.Date) (n int, known bool) {
	switch fact {
	case "above_scale":
		if k.AboveScale {
			n = 1
		}
	case "staff":
		if k.Staff == nil {
			return 0, false
		}
		n = int(*k.Staff)
	case "presses":
		n = k.Presses
	case "major_hazards":
		n = k.MajorHazards
	case "accidents":
		from := on.AddMonths(-r.WithinMonths)
		for _, d := range k.Accidents {
			if d.After(from) && !d.After(on) {
				n++
			}
		}
	}
	return n, true
}

// longest is how many months back any version looks for accidents.
func longest() (months int) {
	for _, one := range all {
		for _, r := range one.Rules {
			months = max(months, r.WithinMonths)
		}
	}
	return months
}

// Plan is what the city's plan says of targets and rewards.
type Plan struct {
	Version    string `yaml:"version"`
	Source     string `yaml:"source"`
	Confidence string `yaml:"confidence"`
	Targets    []struct {
		Area  string `yaml:"area"`
		Kind  string `yaml:"kind"`
		Year  int16  `yaml:"year"`
		Value int    `yaml:"value"`
	} `yaml:"targets"`
	Rewards []struct {
		Area      string `yaml:"area"`
		Level     string `yaml:"level"`
		Yuan      int64  `yaml:"yuan"`
		ValidFrom string `yaml:"valid_from"`
	} `yaml:"rewards"`
}

// Classes is what follows from a class.
type Classes struct {
	Version       string   `yaml:"version"`
	Source        string   `yaml:"source"`
	SourceEn      string   `yaml:"source_en"`
	Confidence    string   `yaml:"confidence"`
	VetoClass     string   `yaml:"veto_class"`
	Vetoes        []string `yaml:"vetoes"`
	NotMeasured   []string `yaml:"not_measured"`
	RecheckMonths int      `yaml:"recheck_months"`
	DutyStaff     struct {
		From int `yaml:"from"`
		To   int `yaml:"to"`
	} `yaml:"duty_staff"`
	Inspections []struct {
		Class string `yaml:"class" json:"class"`
		Times string `yaml:"times" json:"times" doc:"inspections a year"`
	} `yaml:"inspections_per_year"`
}

// plan and classes are the versions in force.
var (
	plan    = library.All[Plan]("enrolment", files, "library/plan@*.yaml")[0]
	classes = library.All[Classes]("enrolment", files, "library/classes@*.yaml")[0]
)

// Frequencies are the inspections a year of each class (A to D), in hundredths, as the data in force say.
func Frequencies() map[string]int {
	out := make(map[string]int, len(classes.Inspections))
	for _, f := range classes.Inspections {
		if n, err := strconv.ParseFloat(f.Times, 64); err == nil {
			out[f.Class] = int(n*100 + 0.5)
		}
	}
	return out
}
