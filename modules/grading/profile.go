package grading

import (
	"embed"
	"slices"
	"strings"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/library"
)

//go:embed library/profiles@*.yaml
var profilesYAML embed.FS

// Rank is how high a regulator stands, by the size of its areas.
type Rank string

// Ranks, the lowest first.
const (
	Town     Rank = "town"
	County   Rank = "county"
	City     Rank = "city" // 设区的市
	Province Rank = "province"
	Nation   Rank = "nation"
)

// Ranks lists them, the lowest first.
var Ranks = []Rank{Town, County, City, Province, Nation}

// Above is the next rank up; the highest has none above it and is returned itself.
func (r Rank) Above() Rank {
	return Ranks[min(slices.Index(Ranks, r)+1, len(Ranks)-1)]
}

// RankOf is the rank of a regulator over a company: that of the largest of its areas which holds the
// region. Empty: none holds it.
func RankOf(areas []string, region string) Rank {
	best := Rank("")
	for _, a := range areas {
		if !strings.HasPrefix(region, a) {
			continue
		}
		r := Town
		switch {
		case a == "":
			r = Nation
		case len(a) <= 2:
			r = Province
		case len(a) <= 4:
			r = City
		case len(a) <= 6:
			r = County
		}
		if slices.Index(Ranks, r) > slices.Index(Ranks, best) {
			best = r
		}
	}
	return best
}

// Limit is a term in working days (工作日), with where it stands and how sure that is.
type Limit struct {
	WorkingDays int `yaml:"working_days"`
	Src, Conf   string
}

// From is the last day of the term that begins on a day; the year, where its holidays are not published
// and nothing is guessed.
func (l Limit) From(cal *calendar.Calendar, d day.Date) (last day.Date, missing int) {
	last, err := cal.Add(d, l.WorkingDays)
	if m, ok := missingYear(err); ok {
		return day.Date{}, m
	}
	return last, 0
}

// Bar is for how long no new application is taken.
type Bar struct {
	Years     int
	Src, Conf string
}

// Grade is one level (等级) of a profile: who awards it (定级部门) and who receives the application (组织单位).
type Grade struct {
	Level     string // 1, 2, 3, pass
	Zh, En    string
	Authority Rank
	Organizer Rank
	Src, Conf string
}

// Asked is one condition of an application, as the profile has it.
type Asked struct {
	Code   string
	Check  string // what the system looks at; person: only a person can say
	Months int    // looked back
	Years  int
	Max    int64
	Only   string // the level it is asked for; empty: all
	Zh, En string
	Src    string
	Conf   string
}

// Profile is how levels are awarded in an area.
type Profile struct {
	ID               string
	Version          string `yaml:"-"`
	Zh, En           string
	ValidFrom        string `yaml:"valid_from"`
	Clause           string
	Src, Conf        string
	Levels           []Grade
	Below            string // fail; take: a firm below the level it asked for may take the one it reached
	OrganizerReviews bool   `yaml:"organizer_reviews"` // the organizing unit may also review
	ConflictYears    int    `yaml:"conflict_years"`    // an agency that worked for the company within them does not review it
	ValidityYears    int    `yaml:"validity_years"`
	Limits           struct{ Publish, Correct, Confirm, Review, Rectify, Extend, Check, Publicity Limit }
	Bars             struct {
		NotPassed       Bar `yaml:"not_passed"`
		Revoked         Bar
		TerminatedFalse Bar `yaml:"terminated_false"`
	}
	Renewal struct {
		OpensMonths int `yaml:"opens_months"`
		Src, Conf   string
	}
	Conditions []Asked
}

type forms struct {
	Version  string
	Sources  map[string]string
	Default  string
	Areas    []struct{ Path, Profile string }
	Profiles []Profile
}

var editions = func() []*forms {
	all := library.All[forms]("grading", profilesYAML, "library/profiles@*.yaml")
	for _, e := range all {
		for i := range e.Profiles {
			e.Profiles[i].Version = e.Version
		}
	}
	return all
}()

func newest() *forms { return editions[len(editions)-1] }

// Profiles are those of the newest edition.
func Profiles() []Profile { return newest().Profiles }

// ProfileOf returns a profile as an application keeps it.
func ProfileOf(id, version string) (Profile, bool) {
	for _, e := range editions {
		if i := slices.IndexFunc(e.Profiles, func(p Profile) bool { return p.ID == id }); e.Version == version && i >= 0 {
			return e.Profiles[i], true
		}
	}
	return Profile{}, false
}

// ProfileFor is the newest profile of an area.
func ProfileFor(region string) Profile {
	f := newest()
	found, depth := f.Default, -1
	for _, a := range f.Areas {
		if strings.HasPrefix(region, a.Path) && len(a.Path) > depth {
			found, depth = a.Profile, len(a.Path)
		}
	}
	p, _ := ProfileOf(found, f.Version)
	return p
}

// Grade returns a level of the profile.
func (p Profile) Grade(level string) (Grade, bool) {
	i := slices.IndexFunc(p.Levels, func(g Grade) bool { return g.Level == level })
	if i < 0 {
		return Grade{}, false
	}
	return p.Levels[i], true
}

// rank is the order of a level, the best first; a level the profile does not have comes last.
func (p Profile) rank(level string) int {
	i := slices.IndexFunc(p.Levels, func(g Grade) bool { return g.Level == level })
	if i < 0 {
		return len(p.Levels)
	}
	return i
}

// Reaches reports whether a level got is as good as the one asked for.
func (p Profile) Reaches(got, asked string) bool { return p.rank(got) <= p.rank(asked) && got != "" }
