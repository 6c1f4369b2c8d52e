package hazard

import (
	_ "embed"
	"strings"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
	"anbiao/kit/id"
)

//go:embed library/suggest@1.yaml
var suggestYAML []byte

// rules are what the library suggests for a failed item.
var rules = mustRules()

type rulebook struct {
	Version string `yaml:"version"`
	Days    struct {
		Major      int            `yaml:"major"`
		General    int            `yaml:"general"`
		Categories map[string]int `yaml:"categories"` // by category or its class
	} `yaml:"days"`
	Modules map[string]string `yaml:"modules"`
}

func mustRules() (r rulebook) {
	if err := yaml.UnmarshalWithOptions(suggestYAML, &r, yaml.Strict()); err != nil {
		panic("hazard: " + err.Error())
	}
	return r
}

// CategoryOf is the category suggested for items of a checklist module; empty where none is
// known, as for a company's own items.
func CategoryOf(module string) string { return rules.Modules[module] }

// DueDays is how many days after it was found a hazard is suggested to be fixed: 0 is the
// same day. A major one is removed at once (Work Safety Law 2021, art. 41).
func DueDays(level Level, category string) int {
	if level == Major {
		return rules.Days.Major
	}
	for _, key := range []string{category, category[:min(1, len(category))]} {
		if n, ok := rules.Days.Categories[key]; ok {
			return n
		}
	}
	return rules.Days.General
}

// Proposal is what the finder of a hazard proposes: who mends it, how, and by when.
type Proposal struct {
	OwnerID  id.Of[id.Staff]
	DueOn    day.Date
	Measures string // of an assignment at once
}

// propose notes what the finder proposes. Somebody who is no longer of the company, and a day
// that no deadline could be, are left out: what was found must not wait for them.
func (f *file) propose(p Proposal, people map[id.Of[id.Staff]]Member) {
	if m, ok := people[p.OwnerID]; ok {
		f.ProposedOwnerID, f.ProposedOwnerName = some(m.ID), m.Name
	}
	if !p.DueOn.IsZero() && !p.DueOn.Before(f.FoundOn) && !p.DueOn.After(f.FoundOn.AddYears(1)) {
		f.ProposedDueOn = p.DueOn
	}
}

// settle assigns a new hazard as its finder proposed, who may assign: graded as suggested. A
// major hazard waits, for it needs all five fixes (五落实), and so does one that lacks an owner,
// a day or a category. Errors: those of assign.
func (f *file) settle(p Proposal, people map[id.Of[id.Staff]]Member) error {
	m, ok := people[p.OwnerID]
	if !ok || f.ProposedDueOn.IsZero() || f.SuggestedLevel != General || f.Category == "" || strings.TrimSpace(p.Measures) == "" {
		return nil
	}
	due := f.ProposedDueOn
	if today := f.today(); due.Before(today) { // it lay in a phone without network
		due = today
	}
	return f.assign(Assignment{OwnerID: m.ID, Deadline: due, Measures: p.Measures, Level: f.SuggestedLevel, Category: f.Category}, m)
}
