package award

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/library"
	"anbiao/kit/scoring"
)

//go:embed library/rules.yaml
var rulesYAML []byte

// Rules are one version of what holds after an award.
type Rules struct {
	Version              string
	ValidFrom            string `yaml:"valid_from"`
	Clause               string
	ValidityYears        int               `yaml:"validity_years"`
	WindowMonths         int               `yaml:"window_months"`
	RemindExpiry         []int             `yaml:"remind_expiry"` // days before
	RemindYearly         []int             `yaml:"remind_yearly"` // days before
	BarMonths            int               `yaml:"bar_months"`
	BarFalseYears        int               `yaml:"bar_false_years"`
	StatementWorkingDays int               `yaml:"statement_working_days"`
	Downgrade            bool              // a level may be lowered: revoked, and the next one applied for at once
	Authorities          map[string]string // level → authority
	Certificate          Numbering
	Reasons              []Reason
	Conditions           []ConditionRule
}

// Numbering is the form of certificate numbers.
type Numbering struct {
	Digits      int
	Marks       map[string]string // level → mark
	WithoutArea []string          `yaml:"without_area"`
}

// Reason is one for which a level is revoked.
type Reason struct {
	Key    string
	Clause string
	Conf   string
	Fact   string      // figure that suggests it; empty: none does
	From   scoring.Num // from which on it does
	Months int         // that the figure looks back; 0: as it stands today
	Long   bool        // the long bar follows
}

// ConditionRule is one condition of direct renewal.
type ConditionRule struct {
	Key    string
	By     string // system or person
	Clause string
	Conf   string
	Fact   string
	Max    map[string]scoring.Num // by level
}

// Speciality is an industry in certificate numbers.
type Speciality struct {
	Code       string
	Zh         string
	En         string
	Industries []string // first digits of GB/T 4754
}

type shelf struct {
	Versions []Rules
	Areas    []struct {
		Path        string
		Authorities map[string]string
	}
	Specialities []Speciality
	Other        string
	Provinces    map[string]string
}

var book = library.Must[shelf]("award: rules", rulesYAML)

// Newest are the rules that an award made now follows.
func Newest() Rules { return book.Versions[len(book.Versions)-1] }

// rulesOf returns one version, the newest where it is not known.
func rulesOf(version string) Rules {
	for _, r := range book.Versions {
		if r.Version == version {
			return r
		}
	}
	return Newest()
}

// Specialities are the industries in certificate numbers, in their order.
func Specialities() []Speciality { return slices.Clone(book.Specialities) }

// known reports whether a code names an industry in certificate numbers.
func known(speciality string) bool {
	return slices.ContainsFunc(book.Specialities, func(s Speciality) bool { return s.Code == speciality })
}

// SpecialityOf is the code of an industry of GB/T 4754: that of the longest digits that name it.
func SpecialityOf(industry string) string {
	found, depth := book.Other, 0
	for _, s := range book.Specialities {
		for _, i := range s.Industries {
			if strings.HasPrefix(industry, i) && len(i) > depth {
				found, depth = s.Code, len(i)
			}
		}
	}
	return found
}

// AuthorityOf is the level of the body that awards a level in an area.
func (r Rules) AuthorityOf(level, region string) string {
	found, depth := r.Authorities[level], 0
	for _, a := range book.Areas {
		if own := a.Authorities[level]; own != "" && strings.HasPrefix(region, a.Path) && len(a.Path) > depth {
			found, depth = own, len(a.Path)
		}
	}
	return found
}

// Prefix is what stands before the serial number of a certificate, e.g. 浙AQBJXⅢ2026.
func (r Rules) Prefix(region, speciality, level string, year int) string {
	area := ""
	if !slices.Contains(r.Certificate.WithoutArea, level) && len(region) >= 2 {
		area = book.Provinces[region[:2]]
	}
	return fmt.Sprintf("%sAQB%s%s%d", area, speciality, r.Certificate.Marks[level], year)
}

// Until is the last day of an award announced on a day. Three years end with the day of the same number (民法典 art. 202).
func (r Rules) Until(announced day.Date) day.Date { return announced.AddYears(r.ValidityYears) }

// Opens is the first day on which renewal can be asked for.
func (r Rules) Opens(until day.Date) day.Date { return until.AddMonths(-r.WindowMonths) }

// Yearly are the last days of the yearly self-evaluations, one for each year of the award.
func (r Rules) Yearly(announced, until day.Date) (out []day.Date) {
	for n := 1; ; n++ {
		d := announced.AddYears(n)
		if d.After(until) {
			return out
		}
		out = append(out, d)
	}
}

// barOf is the last day on which no application is taken after a revocation for these reasons.
func (r Rules) barOf(reasons []string, on day.Date) day.Date {
	for _, k := range reasons {
		if one, ok := r.reason(k); ok && one.Long {
			return on.AddYears(r.BarFalseYears)
		}
	}
	return on.AddMonths(r.BarMonths)
}

func (r Rules) reason(key string) (Reason, bool) {
	i := slices.IndexFunc(r.Reasons, func(x Reason) bool { return x.Key == key })
	if i < 0 {
		return Reason{}, false
	}
	return r.Reasons[i], true
}

// statementBy is the last day of the company's statement; where the holidays of the year are not published, Mondays to Fridays count.
func (r Rules) statementBy(cal *calendar.Calendar, proposed day.Date) day.Date {
	if d, err := cal.Add(proposed, r.StatementWorkingDays); err == nil {
		return d
	}
	return cal.Ahead(proposed, r.StatementWorkingDays)
}
