package main_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
)

// lifecycleCase is one worked case. Each expected field must be equal; an unknown kind fails.
type lifecycleCase struct {
	ID       string
	Kind     string
	Title    string
	Inputs   json.RawMessage
	Expected map[string]any
}

// found are the fields of an answer. A day that cannot be counted is "error:" and why.
type found map[string]any

// wordsOf reads a word or a list of words.
type wordsOf []string

func (n *wordsOf) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*n = wordsOf{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(n))
}

// daysOf reads a day or a list of days.
type daysOf struct {
	list []day.Date
	many bool
}

func (d *daysOf) UnmarshalJSON(b []byte) error {
	var one day.Date
	if json.Unmarshal(b, &one) == nil {
		d.list = []day.Date{one}
		return nil
	}
	d.many = true
	return json.Unmarshal(b, &d.list)
}

// calendars are the lists of holidays that come with the cases.
type calendars map[string]struct {
	Holidays []day.Date
	Makeup   []day.Date `json:"makeup_workdays"`
}

func (c calendars) of(t *testing.T, wanted wordsOf) *calendar.Calendar {
	t.Helper()
	var holidays, makeup []day.Date
	for _, n := range wanted {
		list, ok := c[n]
		if !ok {
			t.Fatalf("calendar %q", n)
		}
		holidays, makeup = append(holidays, list.Holidays...), append(makeup, list.Makeup...)
	}
	return calendar.New(holidays, makeup)
}

func TestCasesLifecycle(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "lifecycle_cases.json")
	if dir := os.Getenv("ANBIAO_CASES"); dir != "" {
		path = filepath.Join(dir, "lifecycle_cases.json")
		if _, err := os.Stat(path); os.IsNotExist(err) {
			t.Skipf("no %s", path)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Calendars  calendars
		Cases      []lifecycleCase
		ExtraCases []lifecycleCase `json:"extra_cases"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	cases := slices.Concat(file.Cases, file.ExtraCases)
	if len(cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			work := engines[c.Kind]
			if work == nil {
				t.Fatalf("kind %q", c.Kind)
			}
			got := work(t, c.Inputs, file.Calendars)
			for field, want := range c.Expected {
				if has, ok := got[field]; !ok || !covers(plain(t, has), want) {
					t.Errorf("%s: %v, want %v (%s)", field, plain(t, got[field]), want, c.Title)
				}
			}
		})
	}
}

// plain is v as JSON knows it.
func plain(t *testing.T, v any) (out any) {
	t.Helper()
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// covers reports whether got has everything of want: objects may know more.
func covers(got, want any) bool {
	w, ok := want.(map[string]any)
	if !ok {
		return reflect.DeepEqual(got, want)
	}
	g, ok := got.(map[string]any)
	for k, v := range w {
		if has, known := g[k]; !known || !covers(has, v) {
			return false
		}
	}
	return ok
}

// at is a day as the cases write it: null where there is none, an error where it cannot be counted.
func at(d day.Date, err error) any {
	var missing calendar.MissingYearError
	switch {
	case errors.As(err, &missing):
		return "error:" + missing.Error()
	case err != nil:
		return "error:" + err.Error()
	case d.IsZero():
		return nil
	}
	return d.String()
}

func on(d day.Date) any { return at(d, nil) }

func list(dates []day.Date) []any {
	out := []any{}
	for _, d := range dates {
		out = append(out, on(d))
	}
	return out
}

func read[T any](t *testing.T, raw json.RawMessage) (in T) {
	t.Helper()
	if err := json.Unmarshal(raw, &in); err != nil {
		t.Fatal(err)
	}
	return in
}

// engines answer each kind of case with the rules of the module that owns them.
var engines = map[string]func(t *testing.T, in json.RawMessage, cal calendars) found{
	"quarter_report_due":              quarterDue,
	"year_report_due":                 yearDue,
	"report_submission_status":        submissions,
	"monthly_self_report":             monthly,
	"hazard_overdue":                  hazardOverdue,
	"rectification_order":             order,
	"listed_supervision_extension":    listedExtension,
	"listed_supervision_registration": listedRegistration,
	"listed_supervision_progress":     listedProgress,
	"resume_production_review":        resumeReview,
	"blacklist_term":                  blacklistTerm,
	"blacklist_restore":               blacklistRestore,
	"plan_filing":                     planFiling,
	"plan_review_due":                 planReview,
	"drill_due":                       drillDue,
	"working_day_add":                 workingDays,
}
