package archive

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/library"
)

//go:embed library/retention.yaml
var retentionYAML []byte

// Class says what becomes of a table's rows when a company is erased.
type Class string

// Classes.
const (
	ClassErase  Class = "erase"  // at once
	ClassKeep   Class = "keep"   // for years that law asks for, then erased
	ClassFile   Class = "file"   // as what it belongs to
	ClassAlways Class = "always" // documents of authorities, the register, the trail
)

// From is where the years of a rule begin.
type From string

// Beginnings.
const (
	FromErasure From = "erasure"  // the day on which the erasure begins
	FromRow     From = "row"      // the day of the row
	FromYearEnd From = "year-end" // the end of the year of that day
)

// Rule is what becomes of some tables.
type Rule struct {
	ID         string
	Zh, En     string
	Class      Class
	Years      int
	From       From
	Source     string
	Confidence string
	Tables     map[string]string // column with the day; ^table: goes with the row of that table
}

// Retention is what the library says.
type Retention struct {
	Version    string
	ExportDays int `yaml:"export_days"`
	WaitDays   int `yaml:"wait_days"`
	Rules      []Rule
	Strip      map[string][]string
	Unlink     map[string][]string
	Owners     map[string]map[string]string // how a row without the company is found: column, table
	Nouns      map[string]string
	Files      map[string][]string
}

// retention is the library in force.
var retention = library.Must[Retention]("archive", retentionYAML)

// Retained returns the library in force.
func Retained() Retention { return retention }

// of returns the rule of a table and what stands at it there.
func (r Retention) of(table string) (rule Rule, at string, ok bool) {
	for _, rule := range r.Rules {
		if at, ok := rule.Tables[table]; ok {
			return rule, at, true
		}
	}
	return rule, "", false
}

// tables lists every table that has a rule, by name.
func (r Retention) tables() (out []string) {
	for _, rule := range r.Rules {
		out = append(out, slices.Collect(maps.Keys(rule.Tables))...)
	}
	slices.Sort(out)
	return out
}

// passed is the first day whose rows are still kept today.
func (r Rule) passed(today day.Date) day.Date {
	if r.From == FromYearEnd {
		return day.Of(today.Year()-r.Years, 1, 1)
	}
	return today.AddYears(-r.Years)
}

// until is the last day on which a row of a day is kept.
func (r Rule) until(d day.Date) day.Date {
	if r.From == FromYearEnd {
		return day.Of(d.Year()+r.Years, 12, 31)
	}
	return d.AddYears(r.Years)
}

// term is what a table's rows wait for.
type term struct {
	rule  Rule
	of    string // the table whose rows its rows go with
	day   string // SQL of a row's day, of alias t
	never bool
	now   bool // all of it goes
}

// termOf says what the rows of a table wait for; types are those of its columns.
func (r Retention) termOf(table string, types map[string]string, begun, today day.Date) (term, error) {
	rule, at, ok := r.of(table)
	if !ok {
		return term{}, fmt.Errorf("archive: no rule says what becomes of %s", table)
	}
	t := term{rule: rule}
	switch {
	case rule.Class == ClassErase:
		t.now = true
	case rule.Class == ClassAlways:
		t.never = true
	case rule.Class == ClassFile:
	case strings.HasPrefix(at, "^"):
		t.of = at[1:]
	case at == "" || rule.From == FromErasure:
		t.now = begun.Before(rule.passed(today))
		t.never = !t.now
	default:
		first := "'" + begun.String() + "'::date"
		switch types[at] {
		case "date":
			t.day = "coalesce(t." + at + ", " + first + ")"
		case "timestamp with time zone":
			t.day = "coalesce((t." + at + " AT TIME ZONE 'Asia/Shanghai')::date, " + first + ")"
		case "smallint", "integer":
			t.day = "make_date(t." + at + ", 12, 31)"
		default:
			return t, fmt.Errorf("archive: %s.%s is no day", table, at)
		}
	}
	return t, nil
}
