package standardization

import (
	_ "embed"
	"sync"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/library"
	"anbiao/kit/term"
)

// Rule is what is asked of a company's own evaluations, by whose words, and how sure that is.
type Rule struct {
	Key        string `yaml:"key" json:"key"`
	From       string `yaml:"from" json:"from" doc:"the day from which it holds"`
	Days       int    `yaml:"days" json:"days"`
	Working    bool   `yaml:"working" json:"working" doc:"days are working days"`
	Months     int    `yaml:"months" json:"months"`
	Remind     []int  `yaml:"remind" json:"remind,omitempty" doc:"days before"`
	Source     string `yaml:"source" json:"source"`
	SourceEn   string `yaml:"source_en" json:"sourceEn"`
	Confidence string `yaml:"confidence" json:"confidence" enum:"verified,memory"`
}

// Keys of rules.
const (
	RulePublication = "publication"
	RuleYearly      = "yearly"
	RulePerformance = "performance"
)

//go:embed rules.yaml
var file []byte

// Rules are those built into the program, read once.
var Rules = sync.OnceValue(func() []Rule {
	return library.Must[struct {
		Rules []Rule `yaml:"rules"`
	}]("standardization: rules", file).Rules
})

// RuleOn is the rule of a key on a day: the one that came last. Before the first it is the first.
func RuleOn(key string, on day.Date) (found Rule) {
	for _, r := range Rules() {
		if r.Key == key && (found.Key == "" || r.From <= on.String() && r.From > found.From) {
			found = r
		}
	}
	return found
}

// hangsUntil is the last day on which a report hangs that is put up on a day: the day itself is not counted.
func (r Rule) hangsUntil(cal *calendar.Calendar, from day.Date) (day.Date, error) {
	if r.Working {
		return cal.Add(from, r.Days)
	}
	return from.AddDays(r.Days), nil
}

// nextYearly is the day by which the next self evaluation is due after one.
func nextYearly(finished day.Date) (day.Date, []int) {
	r := RuleOn(RuleYearly, finished)
	return finished.AddMonths(r.Months), r.Remind
}

// Terms are the terms of this module for the page that works them out.
func Terms() []term.Rule {
	return []term.Rule{{
		Key: "self_publication", Inputs: []term.Input{{Key: "from", Kind: term.Day}}, Clause: RuleOn(RulePublication, day.Date{}).Source,
		Work: func(cal *calendar.Calendar, in term.Values) []term.Line {
			from := in.Day("from")
			until, err := RuleOn(RulePublication, from).hangsUntil(cal, from)
			return []term.Line{term.Of("hangsUntil", until, err)}
		},
	}, {
		Key: "self_yearly", Inputs: []term.Input{{Key: "lastSelfOn", Kind: term.Day}}, Clause: RuleOn(RuleYearly, day.Date{}).Source,
		Work: func(_ *calendar.Calendar, in term.Values) []term.Line {
			next, _ := nextYearly(in.Day("lastSelfOn"))
			return []term.Line{term.On("selfDue", next)}
		},
	}}
}
