package training

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"anbiao/kit/day"
	"anbiao/kit/library"
)

// Risk is what the law makes of a firm's industry.
type Risk string

// Risks.
const (
	General      Risk = "general"
	Hazardous    Risk = "hazardous"    // mines, hazardous chemicals, fireworks, metal smelting
	Construction Risk = "construction" // 建筑施工
)

// anyRisk stands for all of them in a rule.
const anyRisk Risk = "any"

// Rule is one rule on hours.
type Rule struct {
	ID            string       `yaml:"id"`
	Kind          string       `yaml:"kind"`
	Risk          Risk         `yaml:"risk"`
	Phase         string       `yaml:"phase"`
	Hours         int          `yaml:"hours"` // 0: no number is fixed
	Exam          bool         `yaml:"exam"`  // must be passed
	Levels        []string     `yaml:"levels"`
	Usual         map[Risk]int `yaml:"usual"` // hours that the platform proposes where no number is fixed
	AbsenceMonths int          `yaml:"absence_months"`
	SameAs        string       `yaml:"same_as"`
	Basis         string       `yaml:"basis"`
	Confidence    string       `yaml:"confidence"`
}

// minutes is what the rule asks for in a risk.
func (r Rule) minutes(risk Risk) int {
	switch {
	case r.Hours > 0:
		return r.Hours * ClassHour
	case r.Usual[risk] > 0:
		return r.Usual[risk] * ClassHour
	}
	return r.Usual[General] * ClassHour
}

// PersonKind is a kind of person of whom rules speak.
type PersonKind struct {
	ID    string   `yaml:"id"`
	Zh    string   `yaml:"zh"`
	En    string   `yaml:"en"`
	Types []string `yaml:"types"` // post types that make somebody one; none: it follows from other things
}

// Parting is how education before work is parted between the three levels.
type Parting struct {
	Risk       Risk   `yaml:"risk"`
	Factory    int    `yaml:"factory"`
	Workshop   int    `yaml:"workshop"`
	Team       int    `yaml:"team"`
	Basis      string `yaml:"basis"`
	Confidence string `yaml:"confidence"`
}

// Region is where another figure holds.
type Region struct {
	Path          string `yaml:"path"`
	Zh            string `yaml:"zh"`
	En            string `yaml:"en"`
	Rule          string `yaml:"rule"`
	AbsenceMonths int    `yaml:"absence_months"`
	Basis         string `yaml:"basis"`
	Confidence    string `yaml:"confidence"`
}

// Industries says which industries are of a risk.
type Industries struct {
	Risk       Risk     `yaml:"risk"`
	Industries []string `yaml:"industries"` // beginnings of codes of GB/T 4754-2017
	Words      []string `yaml:"words"`      // in what the overseeing department calls the firm
	Basis      string   `yaml:"basis"`
	Confidence string   `yaml:"confidence"`
}

// Book is one version of the rules.
type Book struct {
	Version string       `yaml:"version"`
	From    string       `yaml:"from"`
	Kinds   []PersonKind `yaml:"kinds"`
	Rules   []Rule       `yaml:"rules"`
	Split   []Parting    `yaml:"split"`
	Regions []Region     `yaml:"regions"`
	Risks   []Industries `yaml:"risks"`
}

//go:embed data/hours.yaml
var hoursFile []byte

// Books are the versions built into the program, the oldest first.
var Books = sync.OnceValue(func() []Book {
	return library.Must[struct {
		Versions []Book `yaml:"versions"`
	}]("training: hours", hoursFile).Versions
})

// BookOn is the version in force on a day; before the first one, the first.
func BookOn(on day.Date) Book {
	all := Books()
	book := all[0]
	for _, b := range all[1:] {
		if b.From <= on.String() {
			book = b
		}
	}
	return book
}

// Rule finds a rule by its id.
func (b Book) Rule(id string) (Rule, bool) {
	i := slices.IndexFunc(b.Rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return b.Rules[i], true
}

// of finds the rule of a kind of person for a phase. Construction goes by the general rule where it has none of its own.
func (b Book) of(kind, phase string, risk Risk) (Rule, bool) {
	for _, want := range []Risk{risk, anyRisk, General} {
		if want == General && risk == Hazardous {
			break
		}
		for _, r := range b.Rules {
			if r.Kind == kind && r.Phase == phase && r.Risk == want {
				return r, true
			}
		}
	}
	return Rule{}, false
}

// RiskOf is the risk of an industry.
func (b Book) RiskOf(industry, supervision string) Risk {
	for _, i := range b.Risks {
		if slices.ContainsFunc(i.Industries, func(p string) bool { return strings.HasPrefix(industry, p) }) ||
			slices.ContainsFunc(i.Words, func(w string) bool { return strings.Contains(supervision, w) }) {
			return i.Risk
		}
	}
	return General
}

// Absence is after how many months away from work somebody is trained again, in a region.
func (b Book) Absence(region string) int {
	for _, r := range b.Regions {
		if r.AbsenceMonths > 0 && strings.HasPrefix(region, r.Path) {
			return r.AbsenceMonths
		}
	}
	r, _ := b.of("return_to_work", "event", General)
	return r.AbsenceMonths
}

// Parted is the proposed split for a risk, in minutes a level.
func (b Book) Parted(risk Risk) map[string]int {
	out := map[string]int{}
	for _, p := range b.Split {
		if p.Risk == risk {
			out[LevelFactory], out[LevelWorkshop], out[LevelTeam] = p.Factory*ClassHour, p.Workshop*ClassHour, p.Team*ClassHour
		}
	}
	return out
}

// ExposedTypes are the post types whose holders are exposed to occupational hazards.
func (b Book) ExposedTypes() []string {
	for _, k := range b.Kinds {
		if k.ID == kindExposed {
			return k.Types
		}
	}
	return nil
}
