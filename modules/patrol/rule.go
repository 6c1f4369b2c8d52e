package patrol

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/library"
)

//go:embed library/items.yaml
var itemsYAML []byte

// Item is one thing a grid worker looks at.
type Item struct {
	Code string
	Zh   string
	En   string
	Hint string
}

// Form is one version of what a visit looks at.
type Form struct {
	Version string
	Src     []string
	Conf    string
	Items   []Item
}

// Frequency is one version of how often a company is visited, in calendar months, and how soon the town answers.
type Frequency struct {
	Version       string
	Src           []string
	Conf          string
	KeyMonths     int `yaml:"key_months"`
	OtherMonths   int `yaml:"other_months"`
	AnswerWorking int `yaml:"answer_working_days"`
	UrgentWorking int `yaml:"urgent_working_days"`
	Key           []Condition
}

// Condition makes a company a key firm: a column of the graded list or of the company at most, at least, one of, or holding one of.
type Condition struct {
	Code    string
	Column  string
	AtMost  *int `yaml:"at_most"`
	AtLeast *int `yaml:"at_least"`
	Any     []string
	Holds   []string
	Zh      string
	En      string
}

var rules = library.Must[struct {
	Sources   map[string]string
	Visits    []Form
	Frequency []Frequency
}]("patrol: library/items.yaml", itemsYAML)

// Now are the newest versions of the items and of the frequency.
func Now() (Form, Frequency) {
	return rules.Visits[len(rules.Visits)-1], rules.Frequency[len(rules.Frequency)-1]
}

// formOf is a version of the items, as a visit keeps it.
func formOf(version string) Form {
	n := slices.IndexFunc(rules.Visits, func(f Form) bool { return f.Version == version })
	if n < 0 {
		n = len(rules.Visits) - 1
	}
	return rules.Visits[n]
}

// sql is the condition in SQL; its words come from the library alone.
func (c Condition) sql() string {
	switch {
	case c.AtMost != nil:
		return c.Column + " <= " + strconv.Itoa(*c.AtMost)
	case c.AtLeast != nil:
		return c.Column + " >= " + strconv.Itoa(*c.AtLeast)
	case len(c.Any) > 0:
		return c.Column + " IN ('" + strings.Join(c.Any, "', '") + "')"
	}
	return c.Column + " && '{" + strings.Join(c.Holds, ",") + "}'"
}

// reasons is the list of codes that make a company a key firm, in SQL; an empty list: it is none.
func (f Frequency) reasons() string {
	parts := make([]string, len(f.Key))
	for i, c := range f.Key {
		parts[i] = "CASE WHEN " + c.sql() + " THEN '" + c.Code + "' END"
	}
	return "array_remove(ARRAY[" + strings.Join(parts, ", ") + "], NULL)"
}

// Span is the calendar period in which one visit is due.
type Span struct{ From, Until day.Date }

// span is the period of a day, of so many calendar months counted from January.
func span(on day.Date, months int) Span {
	first := (int(on.Month())-1)/months*months + 1
	from := day.Of(on.Year(), 1, 1).AddMonths(first - 1)
	return Span{from, from.AddMonths(months).AddDays(-1)}
}

// Standing says how a company stands with its visits.
type Standing string

// Standings.
const (
	Overdue Standing = "overdue" // the last period passed without a visit
	Due     Standing = "due"     // in the running period
	Done    Standing = "done"
)

// months is how many calendar months one visit holds for.
func (f Frequency) months(key bool) int {
	if key {
		return f.KeyMonths
	}
	return f.OtherMonths
}

// standing judges a company by the day it was visited last, zero for never, and the day it came to be known; the visit of the running period is due
// by its last day.
func (f Frequency) standing(key bool, last, since, on day.Date) (Standing, day.Date) {
	m := f.months(key)
	now := span(on, m)
	if !last.IsZero() && !last.Before(now.From) {
		return Done, span(now.Until.AddDays(1), m).Until
	}
	before := span(now.From.AddDays(-1), m)
	if last.Before(before.From) && since.Before(before.From) {
		return Overdue, before.Until
	}
	return Due, now.Until
}
