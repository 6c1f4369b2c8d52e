package certificate

import (
	"slices"
	"strings"
	"testing"

	"anbiao/kit/day"
	"anbiao/kit/text"
)

func kindOf(t *testing.T, id string) Kind {
	t.Helper()
	k, err := Kinds.Kind(id)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	if Kinds.Version == "" || len(Kinds.Kinds) != 18 {
		t.Fatalf("version %q with %d kinds", Kinds.Version, len(Kinds.Kinds))
	}
	for _, k := range Kinds.Kinds {
		if !slices.Contains([]string{"window", "deadline", "none"}, k.Apply.Type) || k.NameZh == "" || k.NameEn == "" || k.Confidence == nil {
			t.Errorf("%s: %+v", k.ID, k)
		}
		if _, known := Kinds.Formats[k.NumberFormat]; !known {
			t.Errorf("%s: number format %q", k.ID, k.NumberFormat)
		}
		if (k.ValidityMonths > 0) != (len(k.ReminderDays) > 0) || !slices.IsSortedFunc(k.ReminderDays, func(a, b int) int { return b - a }) {
			t.Errorf("%s: reminders %v", k.ID, k.ReminderDays)
		}
	}
	if n := len(Kinds.operands("special_operation")) + len(Kinds.operands("special_operation_coal")); n != 54 {
		t.Errorf("%d special operations, want 54", n)
	}
	if n := len(Kinds.operands(operatorKind)); n != 20 {
		t.Errorf("%d equipment items, want 20", n)
	}
}

func TestMessagesHaveSentences(t *testing.T) {
	t.Parallel()
	for _, l := range []text.Lang{text.Chinese, text.English} {
		for _, stem := range []string{"remind", "late", "overdue"} {
			for _, due := range []Due{DueReview, DueExpiry} {
				code := "certificate." + stem + "-" + string(due)
				said := text.Say(l, code, nil) + text.Say(l, code+"-body", nil)
				if !text.Known(l, code) || !text.Known(l, code+"-body") || !strings.Contains(said, "{title}") || !strings.Contains(said, "{name}") {
					t.Errorf("%s: %s: %s", l, code, said)
				}
			}
		}
	}
}

// TestEveryDayIsScannedOnce runs the rule of the scan day by day over each kind's whole
// life: it never stands still, never says the same twice, and says every threshold.
func TestEveryDayIsScannedOnce(t *testing.T) {
	t.Parallel()
	for _, k := range Kinds.Kinds {
		f := Facts{Kind: k, ValidFrom: day.Of(2024, 2, 29)}
		end := f.validTo()
		if end.IsZero() {
			if got := f.remindOn(reminded{}, f.ValidFrom); !got.IsZero() {
				t.Errorf("%s never ends and reminds on %s", k.ID, got)
			}
			continue
		}
		var last reminded
		said := map[reminded]bool{}
		next := f.remindOn(last, f.ValidFrom)
		for d := f.ValidFrom; !d.After(end.AddDays(30)); d = d.AddDays(1) {
			if next.IsZero() || d.Before(next) {
				continue
			}
			s := f.On(d)
			if step, ok := s.step(); ok && (last.due != s.NextDue || step < last.step) {
				last = reminded{s.NextDue, step}
				if said[last] {
					t.Fatalf("%s: %v said twice", k.ID, last)
				}
				said[last] = true
			}
			if next = f.remindOn(last, d); !next.After(d) {
				t.Fatalf("%s: on %s the next reminder is of %s", k.ID, d, next)
			}
		}
		for _, step := range k.ReminderDays {
			due := f.On(f.ValidFrom).NextDue
			if !said[reminded{due, step}] {
				t.Errorf("%s: %d days before %s nothing was said", k.ID, step, due)
			}
		}
	}
}

func TestReviews(t *testing.T) {
	t.Parallel()
	from := day.Of(2022, 3, 15)
	due := day.Of(2025, 3, 15)
	for name, c := range map[string]struct {
		reviews []day.Date
		today   day.Date
		status  Status
		gap     int
	}{
		"years early satisfies the cycle":    {[]day.Date{day.Of(2022, 3, 16)}, due.AddDays(1), Valid, 0},
		"on the first day is none":           {[]day.Date{from}, due.AddDays(1), ReviewLapsed, 0},
		"on the due day":                     {[]day.Date{due}, due.AddDays(1), Valid, 0},
		"a day late leaves no day uncovered": {[]day.Date{due.AddDays(1)}, due.AddDays(1), Valid, 0},
		"two days late leave one":            {[]day.Date{due.AddDays(2)}, due.AddDays(2), Valid, 1},
		"tomorrow's does not count today":    {[]day.Date{due.AddDays(2)}, due.AddDays(1), ReviewLapsed, 0},
		"none before the window":             {nil, due.AddDays(-61), Valid, 0},
		"none within the window":             {nil, due.AddDays(-60), ReviewDue, 0},
		"none on the due day":                {nil, due, ReviewDue, 0},
		"the last day":                       {[]day.Date{due}, day.Of(2028, 3, 15), Expiring, 0},
		"the day after":                      {[]day.Date{due}, day.Of(2028, 3, 16), Expired, 0},
		"expired comes before unreviewed":    {nil, day.Of(2028, 3, 16), Expired, 0},
		"before its first day":               {nil, from.AddDays(-1), Pending, 0},
	} {
		s := Facts{Kind: kindOf(t, "special_operation"), ValidFrom: from, Reviews: c.reviews}.On(c.today)
		if s.Status != c.status || s.GapDays != c.gap {
			t.Errorf("%s: %s with %d days uncovered, want %s with %d", name, s.Status, s.GapDays, c.status, c.gap)
		}
	}
}

func TestEventsComeInOrder(t *testing.T) {
	t.Parallel()
	d := day.Of(2026, 1, 1)
	f := Facts{Kind: kindOf(t, "first_aid"), ValidFrom: d.AddMonths(-6), SupersededOn: d, CancelledOn: d.AddDays(1), RevokedOn: d.AddDays(2)}
	for after, want := range []Status{Superseded, Cancelled, Revoked} {
		if s := f.On(d.AddDays(after)); s.Status != want || s.Counts || s.NextDueType != DueNone {
			t.Errorf("%d days after: %+v, want %s", after, s, want)
		}
	}
	if s := f.On(d.AddDays(-1)); s.Status != Valid {
		t.Error("ended before its time:", s.Status)
	}
	if !f.remindOn(reminded{}, d.AddDays(-1)).IsZero() {
		t.Error("a certificate that will be replaced still reminds")
	}
	if s := (Facts{Kind: f.Kind}).On(d); s.Status != Incomplete || s.Counts {
		t.Error("without dates:", s.Status)
	}
}
