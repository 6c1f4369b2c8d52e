package selfreport

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
)

//go:embed library/cycles@1.yaml
var cyclesYAML []byte

// Cycle is a duty to report again and again. Cycles are data with validity dates: the law
// behind them is being rewritten.
type Cycle struct {
	ID         string
	Zh         string
	En         string
	Period     string // month, quarter or year
	Opens      string // after: the day after the period; first: its first day
	Due        Due
	Remind     []int  `yaml:"remind_days_before"`
	RemindAt   string `yaml:"remind_at"` // hh:mm, Beijing time
	Lock       Lock
	SignedBy   string `yaml:"signed_by"`
	ZeroReport bool   `yaml:"zero_report"`
	To         string
	Industries []string // first digits of GB/T 4754; empty: every industry
	Profile    string   // empty: every company of the country
	ValidFrom  string   `yaml:"valid_from"`
	ValidTo    string   `yaml:"valid_to"`
	Src        []string
	Conf       string
}

// Due says when a report must be in.
type Due struct {
	Rule   string // day_of_month: Day of the month Months after the period's last; last_day: of the period
	Months int
	Day    int
}

// Lock says how long entries of a period stay open: to the end of the period or of the quarter
// it lies in. Empty: there is no such lock.
type Lock struct {
	Edit   string
	Delete string
}

// cycleFile is one version of the cycle data.
type cycleFile struct {
	Version   string
	Sources   map[string]string
	Profiles  []LocalRule
	BaseLists struct {
		HighRisk baseList `yaml:"high_risk"`
		Crowded  baseList
	} `yaml:"base_lists"`
	Elsewhere []Elsewhere
	Cycles    []Cycle
}

// LocalRule is a profile: cycles that bind the companies of some areas.
type LocalRule struct {
	ID     string
	Zh     string
	En     string
	Cycles []string
	Src    []string
}

// LocalRules lists the profiles there are.
func LocalRules() []LocalRule { return cycles.Profiles }

// Elsewhere is a report that another part of the program keeps, and the page it is made on.
type Elsewhere struct {
	ID     string
	Zh     string
	En     string
	Period string
	Page   string
	Conf   string
}

// baseList says by the company file who is on one of the regulator's lists (三类名单).
type baseList struct {
	Industries []string
	Tags       []string
	Src        []string
	Conf       string
}

func (l baseList) has(industry string, tags []string) bool {
	return within(l.Industries, industry) || slices.ContainsFunc(tags, func(t string) bool { return slices.Contains(l.Tags, t) })
}

// within reports whether code begins with one of prefixes.
func within(prefixes []string, code string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(code, p) })
}

// HighRisk reports whether a company of an industry, with what it has, is one of high risk (高危企业).
func HighRisk(industry string, tags []string) bool {
	return cycles.BaseLists.HighRisk.has(industry, tags)
}

// Crowded reports whether it is a crowded place (人员密集场所).
func Crowded(industry string, tags []string) bool {
	return cycles.BaseLists.Crowded.has(industry, tags)
}

// cycles is the data in force.
var cycles = mustCycles()

func mustCycles() (f cycleFile) {
	if err := yaml.UnmarshalWithOptions(cyclesYAML, &f, yaml.Strict()); err != nil {
		panic("selfreport: " + err.Error())
	}
	return f
}

// CycleByID returns the cycle of an id.
func CycleByID(cycle string) (Cycle, bool) {
	for _, c := range cycles.Cycles {
		if c.ID == cycle {
			return c, true
		}
	}
	return Cycle{}, false
}

// Period is the time a report is about, both days inclusive.
type Period struct {
	Name        string // e.g. 2026-Q1, 2026-03, 2026
	From, Until day.Date
}

// At returns the period that d lies in.
func (c Cycle) At(d day.Date) Period {
	switch c.Period {
	case "year":
		return Period{fmt.Sprintf("%04d", d.Year()), day.Of(d.Year(), 1, 1), day.Of(d.Year(), 12, 31)}
	case "quarter":
		first := day.Of(d.Year(), time.Month(3*d.Quarter()-2), 1)
		return Period{fmt.Sprintf("%04d-Q%d", d.Year(), d.Quarter()), first, first.AddMonths(3).AddDays(-1)}
	default:
		first := day.Of(d.Year(), d.Month(), 1)
		return Period{fmt.Sprintf("%04d-%02d", d.Year(), int(d.Month())), first, first.AddMonths(1).AddDays(-1)}
	}
}

// Current returns the latest period whose report is open on today.
func (c Cycle) Current(today day.Date) Period {
	p := c.At(today)
	if c.Opens == "first" {
		return p
	}
	return c.At(p.From.AddDays(-1))
}

// OpensOn returns the first day on which the report of p can be made.
func (c Cycle) OpensOn(p Period) day.Date {
	if c.Opens == "first" {
		return p.From
	}
	return p.Until.AddDays(1)
}

// DueOn returns the last day on which the report of p is in time.
func (c Cycle) DueOn(p Period) day.Date {
	if c.Due.Rule == "last_day" {
		return p.Until
	}
	first := day.Of(p.Until.Year(), p.Until.Month(), 1).AddMonths(c.Due.Months)
	return day.Earlier(first.AddDays(c.Due.Day-1), first.AddMonths(1).AddDays(-1))
}

// RemindOn lists the days on which to remind of the report of p, earliest first.
func (c Cycle) RemindOn(p Period) []day.Date {
	out := make([]day.Date, len(c.Remind))
	for i, n := range c.Remind {
		out[i] = c.DueOn(p).AddDays(-n)
	}
	return out
}

// EditLockedFrom is the first day on which entries of p can no longer be changed; zero: never.
func (c Cycle) EditLockedFrom(p Period) day.Date { return lockedFrom(c.Lock.Edit, p) }

// DeleteLockedFrom is the first day on which entries of p can no longer be deleted; zero: never.
func (c Cycle) DeleteLockedFrom(p Period) day.Date { return lockedFrom(c.Lock.Delete, p) }

func lockedFrom(until string, p Period) day.Date {
	switch until {
	case "period":
		return p.Until.AddDays(1)
	case "quarter":
		return Cycle{Period: "quarter"}.At(p.Until).Until.AddDays(1)
	}
	return day.Date{}
}

// Late reports whether something handed in at t misses the last day, in Beijing time.
func Late(t time.Time, due day.Date) bool { return day.In(t, day.Shanghai).After(due) }

// inForce reports whether the rule behind c holds for the whole of p.
func (c Cycle) inForce(p Period) bool {
	return p.From.String() >= c.ValidFrom && (c.ValidTo == "" || p.Until.String() <= c.ValidTo)
}

// last returns the latest period that has ended before today.
func (c Cycle) last(today day.Date) Period { return c.At(c.At(today).From.AddDays(-1)) }

// Cycles lists all cycles of the data.
func Cycles() []Cycle { return cycles.Cycles }
