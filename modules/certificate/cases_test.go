package certificate

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"anbiao/kit/day"
)

// reminderCase is one worked case. Each expected field must be equal; one this test does
// not know is an error, and so is an unknown option.
type reminderCase struct {
	ID         string     `json:"id"`
	Note       string     `json:"note"`
	Kind       string     `json:"kind"`
	IssuedOn   day.Date   `json:"issued_on"`
	ReviewedOn []day.Date `json:"reviewed_on"`
	Today      day.Date   `json:"today"`
	Options    struct {
		TenYearException bool     `json:"ten_year_exception_approved"`
		SupersededOn     day.Date `json:"superseded_on"`
		RevokedOn        day.Date `json:"revoked_on"`
		CancelledOn      day.Date `json:"cancelled_on"`
		PersonLeftOn     day.Date `json:"person_left_on"`
		PrintedValidTo   day.Date `json:"printed_valid_to"`
		PrintedReviewDue day.Date `json:"printed_review_due_on"`
	} `json:"options"`
	Status       Status   `json:"expected_status"`
	NextDue      day.Date `json:"expected_next_due"`
	NextDueType  Due      `json:"expected_next_due_type"`
	RemindersDue []int    `json:"expected_reminders_due"`
	SendNow      *int     `json:"expected_send_now"`
	ApplyBy      day.Date `json:"expected_apply_by"`
	ApplyOverdue bool     `json:"expected_apply_overdue"`
	OverdueDays  int      `json:"expected_overdue_days"`
	Counts       bool     `json:"counts_as_certified"`
	GapDays      *int     `json:"late_review_gap_days"`
}

func TestCasesReminder(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "reminder_cases.json")
	if dir := os.Getenv("ANBIAO_CASES"); dir != "" {
		path = filepath.Join(dir, "reminder_cases.json")
		if _, err := os.Stat(path); os.IsNotExist(err) {
			t.Skipf("no %s", path)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Rules      map[string]any `json:"rules"`
		Cases      []reminderCase `json:"cases"`
		ExtraCases []reminderCase `json:"extra_cases"`
	}
	in := json.NewDecoder(bytes.NewReader(b))
	in.DisallowUnknownFields()
	if err := in.Decode(&file); err != nil {
		t.Fatal(err)
	}
	cases := slices.Concat(file.Cases, file.ExtraCases)
	if len(cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	}
}

func (c reminderCase) check(t *testing.T) {
	k, err := Kinds.Kind(c.Kind)
	if err != nil {
		t.Fatalf("kind %q: %v", c.Kind, err)
	}
	slices.SortFunc(c.ReviewedOn, func(a, b day.Date) int { return a.DaysSince(b) })
	s := Facts{
		Kind: k, ValidFrom: c.IssuedOn, PrintedValidTo: c.Options.PrintedValidTo, PrintedReviewDue: c.Options.PrintedReviewDue,
		TenYearException: c.Options.TenYearException, Reviews: c.ReviewedOn, SupersededOn: c.Options.SupersededOn,
		RevokedOn: c.Options.RevokedOn, CancelledOn: c.Options.CancelledOn, HolderLeftOn: c.Options.PersonLeftOn,
	}.On(c.Today)
	got := map[string]any{
		"status": s.Status, "next_due": s.NextDue, "next_due_type": s.NextDueType, "reminders_due": s.Thresholds, "send_now": s.SendNow,
		"apply_by": s.ApplyBy, "apply_overdue": s.ApplyOverdue, "overdue_days": s.OverdueDays, "counts_as_certified": s.Counts,
	}
	want := map[string]any{
		"status": c.Status, "next_due": c.NextDue, "next_due_type": c.NextDueType, "reminders_due": c.RemindersDue, "send_now": c.SendNow,
		"apply_by": c.ApplyBy, "apply_overdue": c.ApplyOverdue, "overdue_days": c.OverdueDays, "counts_as_certified": c.Counts,
	}
	if c.GapDays != nil {
		got["late_review_gap_days"], want["late_review_gap_days"] = s.GapDays, *c.GapDays
	}
	for field := range want {
		if !reflect.DeepEqual(got[field], want[field]) {
			t.Errorf("%s: %v, want %v (%s)", field, got[field], want[field], c.Note)
		}
	}
}
