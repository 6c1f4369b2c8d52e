package performance

import (
	"cmp"
	"embed"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"anbiao/kit/day"
	libraries "anbiao/kit/library"
)

//go:embed library/rules@*.yaml
var library embed.FS

// Rules is one version of how duties are measured and scored.
type Rules struct {
	Version    string
	ValidFrom  string            `yaml:"valid_from"`
	ValidTo    string            `yaml:"valid_to"`
	Factors    map[Status]string // fractions
	GraceDays  map[Frequency]int `yaml:"grace_days"`
	EventDays  int               `yaml:"event_days"`
	Deductions struct {
		Hazard, Major int
		SpareOwn      bool `yaml:"spare_own"` // none for what the company found itself and did not fix late
	}
	FromFull  bool          `yaml:"from_full"` // deductions count where nothing was due: from 100
	Headcount string        // who gives a unit its weight: "all", or those with a score
	Grades    map[Grade]int // lowest score, hundredths
	Workshop  struct{ Teams, Director int64 }
	Assess    struct {
		Team, Department, Person Frequency
		AppealDays               int `yaml:"appeal_days"`
	}
	GeneralModules []string `yaml:"general_modules"`
	Measures       []Measure
	Metrics        []string
}

// Measure says which deeds fulfil a duty.
type Measure struct {
	ID      string
	Duties  []string   // of the library
	Words   []string   // in what the matrix names as evidence
	Deeds   []DeedKind // empty: nothing in the system shows it
	Modules bool       // a check counts only if it was about the duty's modules
	Least   int
	Idle    bool // with nothing to do the task is excused
	ByDue   bool `yaml:"by_due"` // a deed after the last day belongs to the next period
	Manual  EvidenceKind
	Later   string // the module that will measure it
}

// rules are all versions, the newest last.
var rules = mustRules()

func mustRules() []*Rules {
	all := libraries.All[Rules]("performance", library, "library/*.yaml")
	slices.SortFunc(all, func(a, b *Rules) int {
		return cmp.Or(strings.Compare(a.ValidFrom, b.ValidFrom), strings.Compare(a.Version, b.Version))
	})
	return all
}

// RulesOn returns the rules in force on a day; before the first, the first.
func RulesOn(on day.Date) *Rules {
	found := rules[0]
	for _, r := range rules {
		if r.ValidFrom <= on.String() && (r.ValidTo == "" || r.ValidTo >= on.String()) {
			found = r
		}
	}
	return found
}

// rulesOf returns a version that something was computed under.
func rulesOf(version string) (*Rules, error) {
	for _, r := range rules {
		if r.Version == version {
			return r, nil
		}
	}
	return nil, fmt.Errorf("performance: no rules %q", version)
}

// MeasureOf returns what fulfils a duty: by the duty of the library, else by the first word
// found in its evidence; in the end what is handed in by hand.
func (r *Rules) MeasureOf(template, evidence string) Measure {
	for _, m := range r.Measures {
		if template != "" && slices.Contains(m.Duties, template) {
			return m
		}
	}
	for _, m := range r.Measures {
		if slices.ContainsFunc(m.Words, func(w string) bool { return strings.Contains(evidence, w) }) {
			return m
		}
	}
	return r.Measures[len(r.Measures)-1]
}

// covers reports whether a deed about some modules is one about a duty's.
func (r *Rules) covers(duty, deed []string) bool {
	general := len(duty) == 0
	for _, m := range duty {
		if slices.Contains(deed, m) {
			return true
		}
		general = general || slices.Contains(r.GeneralModules, m)
	}
	return general
}

// factor is the share of a cell's score that a task earns.
func (r *Rules) factor(s Status) *big.Rat {
	f, ok := new(big.Rat).SetString(r.Factors[s])
	if !ok {
		panic("performance: no factor for " + string(s))
	}
	return f
}

// GradeOf returns the grade of an exact score of 0 to 100.
func (r *Rules) GradeOf(score *big.Rat) Grade {
	for _, g := range []Grade{A, B, C} {
		if score.Cmp(big.NewRat(int64(r.Grades[g]), 100)) >= 0 {
			return g
		}
	}
	return D
}
