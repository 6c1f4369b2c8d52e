package emergency

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/library"
)

//go:embed library/emergency.yaml
var rulesYAML []byte

// FilingRule are the terms of filing (备案) a plan.
type FilingRule struct {
	ValidFrom    string `yaml:"valid_from"`
	FileWorking  int    `yaml:"file_working_days"`
	CheckWorking int    `yaml:"check_working_days"`
	SilentFiled  bool   `yaml:"silent_means_filed"`
	MissingTold  string `yaml:"missing_told"`
	Documents    []string
	Clause       string
	Src          []string
	Conf         string
}

// ReviewRule says how often a plan is evaluated.
type ReviewRule struct {
	ValidFrom string `yaml:"valid_from"`
	Years     int    `yaml:"every_years"`
	Remind    []int  `yaml:"remind_days_before"`
	Clause    string
	Src       []string
	Conf      string
}

// DrillRule says how often a class of unit holds drills.
type DrillRule struct {
	Class     string
	ValidFrom string `yaml:"valid_from"`
	Rows      []Frequency
	Report    bool // drills are reported to the regulator
	Clause    string
	Src       []string
	Conf      string
}

// TeamRule says how often a team is trained.
type TeamRule struct {
	ValidFrom   string `yaml:"valid_from"`
	TrainMonths int    `yaml:"train_months"`
	Clause      string
	Src         []string
	Conf        string
}

// Frequency is one duty: a drill of any of these kinds of plan in so many months; Each: of
// every plan of the kinds.
type Frequency struct {
	Kinds  []string
	Months int
	Each   bool
}

// Obliged is a class of units that must file (生产安全事故应急条例 art. 7).
type Obliged struct {
	Who      string
	Zh       string
	Tags     []string
	Industry []string
	Src      []string
	Conf     string
}

type choice struct {
	Usual   string
	Options []string
	Src     []string
	Conf    string
}

// rules is the data in force.
var rules = library.Must[ruleFile]("emergency", rulesYAML)

type ruleFile struct {
	Version  string
	Sources  map[string]string
	Filing   []FilingRule
	MustFile []Obliged `yaml:"must_file"`
	Review   []ReviewRule
	Revise   struct {
		Triggers []string
		Src      []string
		Conf     string
	}
	Drills             []DrillRule
	Teams              []TeamRule
	Readings, Counting choice
}

// FilingOn returns the terms for a plan published on d.
func FilingOn(d day.Date) FilingRule {
	in := rules.Filing[0]
	for _, r := range rules.Filing {
		if r.ValidFrom <= d.String() {
			in = r
		}
	}
	return in
}

// FileBy is the last day to file a plan published on d.
func (r FilingRule) FileBy(cal *calendar.Calendar, d day.Date) (day.Date, error) {
	return cal.Add(d, r.FileWorking)
}

// Checked is the last day on which the regulator answers papers received on d, and the day from
// which silence counts as filed.
func (r FilingRule) Checked(cal *calendar.Calendar, received day.Date) (due, deemed day.Date, err error) {
	if due, err = cal.Add(received, r.CheckWorking); err != nil {
		return day.Date{}, day.Date{}, err
	}
	return due, due.AddDays(1), nil
}

// Obliges returns why a company of this industry and tags must file its plans; "" if it need not.
func Obliges(industry string, tags []string) string {
	for _, o := range rules.MustFile {
		for _, t := range o.Tags {
			if slices.Contains(tags, t) {
				return o.Who
			}
		}
		for _, begin := range o.Industry {
			if strings.HasPrefix(strings.TrimLeft(industry, "ABCDEFGHIJKLMNOPQRST"), begin) {
				return o.Who
			}
		}
	}
	return ""
}

// ReviewOn returns the rule for a plan last evaluated on d.
func ReviewOn(d day.Date) ReviewRule {
	in := rules.Review[0]
	for _, r := range rules.Review {
		if r.ValidFrom <= d.String() {
			in = r
		}
	}
	return in
}

// Due is when the next evaluation is due, the days to be reminded on, and the first day it is late.
func (r ReviewRule) Due(last day.Date) (due day.Date, remind []day.Date, overdueFrom day.Date) {
	due, remind = last.AddYears(r.Years), []day.Date{}
	for _, n := range r.Remind {
		remind = append(remind, due.AddDays(-n))
	}
	return due, remind, due.AddDays(1)
}

// DrillsOf returns the rule of a class of units.
func DrillsOf(class string) (DrillRule, bool) {
	i := slices.IndexFunc(rules.Drills, func(r DrillRule) bool { return r.Class == class })
	if i < 0 {
		return DrillRule{}, false
	}
	return rules.Drills[i], true
}

// Frequency returns the duty that a kind of plan counts for; ok is false where there is none.
func (r DrillRule) Frequency(kind string) (Frequency, bool) {
	i := slices.IndexFunc(r.Rows, func(f Frequency) bool { return slices.Contains(f.Kinds, kind) })
	if i < 0 {
		return Frequency{}, false
	}
	return r.Rows[i], true
}

// How drills stand.
const (
	DrillDone    = "done"
	DrillDue     = "due"
	DrillOverdue = "overdue"
)

// DrillStanding is how a duty to hold drills stands on a day.
type DrillStanding struct {
	Period      string   // of calendar counting, e.g. 2026-H2
	From        day.Date // first day of the period
	Due         day.Date // last day; zero: never drilled, so that nothing can be counted from
	Status      string
	DaysLeft    int // until Due, when it is not past
	OverdueDays int
}

// Calendar counts one drill in each calendar half-year (or year, or more): the usual reading of
// "at least once every half-year". The last drill is the latest until today.
func (f Frequency) Calendar(last, today day.Date) DrillStanding {
	first, name := period(f.Months, today)
	s := DrillStanding{Period: name, From: first, Due: first.AddMonths(f.Months).AddDays(-1), Status: DrillDue}
	s.DaysLeft = s.Due.DaysSince(today)
	if !last.IsZero() && !last.Before(first) && !last.After(s.Due) {
		s.Status = DrillDone
	}
	return s
}

// period is the calendar period of so many months that d lies in. Periods of more than a year
// begin with years that their number divides.
func period(months int, d day.Date) (first day.Date, name string) {
	switch {
	case months >= 12:
		years := months / 12
		year := d.Year() - d.Year()%years
		if years == 1 {
			return day.Of(year, 1, 1), fmt.Sprintf("%04d", year)
		}
		return day.Of(year, 1, 1), fmt.Sprintf("%04d-%04d", year, year+years-1)
	case months == 3:
		return day.Of(d.Year(), time.Month(3*d.Quarter()-2), 1), fmt.Sprintf("%04d-Q%d", d.Year(), d.Quarter())
	}
	half := 1 + (int(d.Month())-1)/6
	return day.Of(d.Year(), time.Month(6*half-5), 1), fmt.Sprintf("%04d-H%d", d.Year(), half)
}

// Rolling counts from the last drill: no more than so many months apart.
func (f Frequency) Rolling(last, today day.Date) DrillStanding {
	if last.IsZero() {
		return DrillStanding{Status: DrillDue}
	}
	s := DrillStanding{Due: last.AddMonths(f.Months), Status: DrillDue}
	if n := today.DaysSince(s.Due); n > 0 {
		s.Status, s.OverdueDays = DrillOverdue, n
	} else {
		s.DaysLeft = -n
	}
	return s
}
