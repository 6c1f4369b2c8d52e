package risk

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/day"
	libraries "anbiao/kit/library"
	"anbiao/kit/text"
)

//go:embed library/risk@*.yaml
var library embed.FS

// Rules are one version of the data that risks are rated and reported by. A version never
// changes once it was shipped: rows name the one they were rated by.
type Rules struct {
	Version         string
	ValidFrom       string `yaml:"valid_from"`
	ValidTo         string `yaml:"valid_to"`
	Sources         map[string]string
	Levels          []LevelRule // highest first
	LevelsSrc       Source      `yaml:"levels_src"`
	Methods         map[Method]MethodRule
	CatalogueLevel  Level   `yaml:"catalogue_level"`
	CatalogueSrc    Source  `yaml:"catalogue_src"`
	ReviewMonths    int     `yaml:"review_months"`
	ReviewConf      string  `yaml:"review_conf"`
	Controls        []Named // the five classes
	ControlLevels   []Named `yaml:"control_levels"` // highest first
	Accidents       []Named // GB 6441
	AccidentsSrc    Source  `yaml:"accidents_src"`
	Cycles          []Cycle
	Profiles        []Profile
	PlatformDefault []string `yaml:"platform_default"`
	Exchange        map[string][]string
	ExchangeSrc     Source `yaml:"exchange_src"`
}

// Source says where data was read, and how far it was seen.
type Source struct {
	Src         []string
	Conf        string
	ControlConf string `yaml:"control_conf"`
}

// Named is a code with its names.
type Named struct {
	ID string `json:"id"`
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Name is the name in a reader's language.
func (n Named) Name(l text.Lang) string {
	if l == text.English {
		return n.En
	}
	return n.Zh
}

// LevelRule is a level with its colour, and who controls risks of it unless the company says
// otherwise.
type LevelRule struct {
	ID        Level        `json:"id"`
	Zh        string       `json:"zh"`
	En        string       `json:"en"`
	Colour    string       `json:"colour"`
	ColourZh  string       `json:"colourZh" yaml:"colour_zh"`
	Hex       string       `json:"hex"`
	ControlAt ControlLevel `json:"controlAt" yaml:"control_at"`
}

// MethodRule is a way of rating: factors are multiplied, the product falls into a band.
type MethodRule struct {
	Formula string   `json:"formula"`
	Factors []Factor `json:"factors" nullable:"false"`
	Bands   []Band   `json:"bands" nullable:"false" doc:"highest first"`
	Src     []string `json:"-" yaml:"src"`
	Conf    string   `json:"conf" doc:"verified, or memory: to be confirmed"`
}

// Factor is one factor and the values it may have.
type Factor struct {
	Key     string  `json:"key" enum:"l,e,c,s"`
	Zh      string  `json:"zh"`
	En      string  `json:"en"`
	Options []Value `json:"options" nullable:"false"`
}

// Value is a value of a factor, a decimal number.
type Value struct {
	V  string `json:"v"`
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Band is a level and the score from which it holds.
type Band struct {
	Gte   string `json:"gte"`
	Level Level  `json:"level"`
}

// Cycle is a duty to report larger risks.
type Cycle struct {
	ID          string
	Zh          string
	En          string
	Rule        string // days_after an anchor, month_day of the year, last_day_of_quarter
	Days        int
	Month       int
	Day         int
	Anchor      string
	Profile     string
	Src         []string
	Conf        string
	DefaultConf string `yaml:"default_conf"`
}

// Profile is a province's own set of cycles.
type Profile struct {
	ID      string
	Regions []string
}

var editions = libraries.All[Rules]("risk", library, "library/*.yaml")

// Version returns the rules of a version that a row names.
func Version(v string) (*Rules, bool) {
	for _, r := range editions {
		if r.Version == v {
			return r, true
		}
	}
	return nil, false
}

// On returns the rules in force on a day; before the first there were, the first.
func On(d day.Date) *Rules {
	best := editions[0]
	for _, r := range editions {
		if r.ValidFrom <= d.String() && (r.ValidTo == "" || r.ValidTo >= d.String()) {
			best = r
		}
	}
	return best
}

// level returns the rule of a level.
func (r *Rules) level(l Level) LevelRule {
	for _, x := range r.Levels {
		if x.ID == l {
			return x
		}
	}
	return LevelRule{}
}

// named returns the entry of a list with an id; one that the list lost stands for itself.
func named(list []Named, id string) Named {
	if i := slices.IndexFunc(list, func(n Named) bool { return n.ID == id }); i >= 0 {
		return list[i]
	}
	return Named{id, id, id}
}

// Cycle returns a cycle by id.
func (r *Rules) Cycle(id string) (Cycle, bool) {
	i := slices.IndexFunc(r.Cycles, func(c Cycle) bool { return c.ID == id })
	if i < 0 {
		return Cycle{}, false
	}
	return r.Cycles[i], true
}

// profileOf is the profile of the province that a region path lies in; empty: none.
func (r *Rules) profileOf(region string) string {
	for _, p := range r.Profiles {
		if slices.ContainsFunc(p.Regions, func(prefix string) bool { return strings.HasPrefix(region, prefix) }) {
			return p.ID
		}
	}
	return ""
}

// CyclesOf are the cycles of a company in a region: those of its province's profile, and what
// the platform proposes everywhere.
func (r *Rules) CyclesOf(region string) (out []Cycle) {
	profile := r.profileOf(region)
	for _, c := range r.Cycles {
		if c.Profile == profile || slices.Contains(r.PlatformDefault, c.ID) {
			out = append(out, c)
		}
	}
	return out
}

// bound reports whether a cycle is a rule of the province of a region, not only the platform's
// proposal.
func (r *Rules) bound(c Cycle, region string) bool { return c.Profile == r.profileOf(region) }

// next is the period and last day of the first report of c that is still in time on today; an
// event cycle has no period, its day follows from the anchor.
func (c Cycle) next(today, anchor day.Date) (period string, due day.Date) {
	switch c.Rule {
	case "month_day":
		year := today.Year()
		due = dayOfYear(year, c.Month, c.Day)
		if due.Before(today) {
			year++
			due = dayOfYear(year, c.Month, c.Day)
		}
		return fmt.Sprintf("%04d", year), due
	case "last_day_of_quarter":
		return fmt.Sprintf("%04d-Q%d", today.Year(), today.Quarter()), lastOfQuarter(today)
	default:
		return "", anchor.AddDays(c.Days)
	}
}
