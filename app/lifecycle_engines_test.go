package main_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"anbiao/kit/day"
	"anbiao/modules/emergency"
	"anbiao/modules/hazard"
	"anbiao/modules/listing"
	"anbiao/modules/oversight"
	"anbiao/modules/selfreport"
)

// reportOf names the period of a report.
type reportOf struct {
	Cycle, Profile       string
	Year, Quarter, Month int
}

func (r reportOf) open(t *testing.T, usual string) (selfreport.Cycle, selfreport.Period) {
	t.Helper()
	if r.Cycle == "" {
		r.Cycle = usual
	}
	c, ok := selfreport.CycleByID(r.Cycle)
	if !ok || (r.Profile != "" && c.Profile != "" && r.Profile != c.Profile) {
		t.Fatalf("cycle %q of profile %q", r.Cycle, r.Profile)
	}
	month := max(r.Month, 3*r.Quarter, 1)
	return c, c.At(day.Of(r.Year, time.Month(month), 1))
}

func quarterDue(t *testing.T, raw json.RawMessage, _ calendars) found {
	c, p := read[reportOf](t, raw).open(t, "HZ-Q")
	due := c.DueOn(p)
	return found{"period": p.Name, "opens": on(c.OpensOn(p)), "due": on(due), "remind_on": on(c.RemindOn(p)[0]), "late_from": on(due.AddDays(1))}
}

func yearDue(t *testing.T, raw json.RawMessage, _ calendars) found {
	c, p := read[reportOf](t, raw).open(t, "HZ-Y")
	due := c.DueOn(p)
	return found{"period": p.Name, "opens": on(c.OpensOn(p)), "due": on(due), "late_from": on(due.AddDays(1))}
}

func submissions(t *testing.T, raw json.RawMessage, _ calendars) found {
	in := read[struct {
		reportOf
		SubmittedAt wordsOf `json:"submitted_at"`
	}](t, raw)
	c, p := in.open(t, "HZ-Q")
	due, results := c.DueOn(p), []found{}
	for _, s := range in.SubmittedAt {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		status := "on_time"
		switch {
		case selfreport.Late(when, due):
			status = "late"
		case day.In(when, day.Shanghai).Before(c.OpensOn(p)):
			status = "too_early"
		}
		results = append(results, found{"submitted_at": s, "local_date": on(day.In(when, day.Shanghai)), "status": status})
	}
	return found{"opens": on(c.OpensOn(p)), "due": on(due), "late_from": on(due.AddDays(1)), "results": results}
}

func monthly(t *testing.T, raw json.RawMessage, _ calendars) found {
	c, p := read[reportOf](t, raw).open(t, "HZ-M")
	return found{
		"opens": on(c.OpensOn(p)), "due": on(c.DueOn(p)), "remind_on": list(c.RemindOn(p)), "late_from": on(c.DueOn(p).AddDays(1)),
		"edit_locked_from": on(c.EditLockedFrom(p)), "delete_locked_from": on(c.DeleteLockedFrom(p)),
	}
}

func hazardOverdue(t *testing.T, raw json.RawMessage, _ calendars) found {
	in := read[struct {
		Level    hazard.Level
		Deadline day.Date
		FixedAt  *time.Time `json:"fixed_at"`
		Now      time.Time
	}](t, raw)
	h := hazard.Hazard{Level: in.Level, Deadline: in.Deadline, State: hazard.Rectifying, FixedAt: in.FixedAt}
	if in.FixedAt != nil {
		h.State, h.FixedOn = hazard.AwaitingAcceptance, day.In(*in.FixedAt, day.Shanghai)
	}
	n := h.OverdueOn(day.In(in.Now, day.Shanghai))
	return found{"overdue": n > 0, "overdue_days": n, "state": h.State}
}

// asking is a request for more time, or for several.
type asking struct {
	Profile   string
	Deadline  day.Date
	AppliedOn daysOf `json:"applied_on"`
	Calendar  wordsOf
}

func order(t *testing.T, raw json.RawMessage, all calendars) found {
	in := read[asking](t, raw)
	cal, o := all.of(t, in.Calendar), oversight.OrderOn(in.Deadline)
	w := o.Window(in.Deadline)
	again, err := o.Reinspect(cal, in.Deadline, day.Date{})
	out := found{"window_opens": on(w.Opens), "window_closes": on(w.Closes), "reinspect_due_if_refused": at(again, err)}
	if len(in.AppliedOn.list) > 0 && !in.AppliedOn.list[0].IsZero() {
		raw, due, err := o.Reply(cal, in.AppliedOn.list[0])
		out["application"], out["reply_raw"], out["reply_due"] = w.Judge(in.AppliedOn.list[0]), on(raw), at(due, err)
	}
	return out
}

func listedOf(t *testing.T, profile string) listing.Profile {
	t.Helper()
	l, ok := listing.By(profile)
	if !ok {
		t.Fatalf("profile %q", profile)
	}
	return l
}

func listedExtension(t *testing.T, raw json.RawMessage, all calendars) found {
	in := read[asking](t, raw)
	l, cal := listedOf(t, in.Profile), all.of(t, in.Calendar)
	w, ok, err := l.Window(cal, in.Deadline)
	if !ok {
		return found{"window_opens": nil, "window_closes": nil, "applications": nil}
	}
	if err != nil {
		return found{"window_opens": at(day.Date{}, err), "window_closes": on(in.Deadline), "applications": nil, "error": "calendar_missing"}
	}
	applications, decide := []any{}, []any{}
	for _, d := range in.AppliedOn.list {
		applications, decide = append(applications, w.Judge(d)), append(decide, at(l.Decide(cal, d)))
	}
	out := found{
		"mode": l.Extension.Mode, "window_opens": on(w.Opens), "window_closes": on(w.Closes), "latest_on": on(w.Closes), "latest_application_on": on(w.Closes),
		"applications": applications, "decide_due": decide,
	}
	if !in.AppliedOn.many && len(decide) == 1 {
		out["application"], out["decide_due"] = applications[0], decide[0]
	}
	return out
}

func listedRegistration(t *testing.T, raw json.RawMessage, all calendars) found {
	in := read[struct {
		Profile    string
		ListedOn   day.Date `json:"listed_on"`
		DelistedOn day.Date `json:"delisted_on"`
		Calendar   wordsOf
	}](t, raw)
	l, cal := listedOf(t, in.Profile), all.of(t, in.Calendar)
	return found{
		"file_with_city_due": at(l.FileBy(cal, in.ListedOn)), "publish_due": at(l.PublishBy(cal, in.ListedOn)),
		"latest_deadline_allowed": on(l.Latest(in.ListedOn)), "delist_publish_due": at(l.DelistPublishBy(cal, in.DelistedOn)),
	}
}

func listedProgress(t *testing.T, raw json.RawMessage, _ calendars) found {
	in := read[struct {
		Profile    string
		ReceivedOn day.Date `json:"notice_received_on"`
		Deadline   day.Date
	}](t, raw)
	return found{"due": list(listedOf(t, in.Profile).Progress(in.ReceivedOn, in.Deadline))}
}

func resumeReview(t *testing.T, raw json.RawMessage, all calendars) found {
	in := read[struct {
		Profile   string
		AppliedOn day.Date `json:"applied_on"`
		Calendar  wordsOf
	}](t, raw)
	due, rolled, _, err := listedOf(t, in.Profile).Review(all.of(t, in.Calendar), in.AppliedOn)
	return found{"raw_due": on(due), "review_due": at(rolled, err)}
}

// dishonest is a listing as seriously dishonest. Numbers given come before those of the rule.
type dishonest struct {
	ListedOn   day.Date `json:"listed_on"`
	RestoredOn day.Date `json:"restored_on"`
	Years      *int     `json:"term_years"`
	Early      *int     `json:"early_after_months"`
}

func (d dishonest) rule(t *testing.T, from day.Date) oversight.Dishonesty {
	t.Helper()
	r, ok := oversight.DishonestyOn(from)
	if !ok && d.Years == nil {
		t.Fatalf("no rule on %s", from)
	}
	if d.Years != nil {
		r.TermYears = *d.Years
	}
	if d.Early != nil {
		r.EarlyMonths = *d.Early
	}
	return r
}

func blacklistTerm(t *testing.T, raw json.RawMessage, _ calendars) found {
	in := read[dishonest](t, raw)
	l := in.rule(t, in.ListedOn).From(in.ListedOn)
	return found{"term_last_day": on(l.LastDay), "remove_on": on(l.RemoveOn), "early_application_from": on(l.EarlyOn)}
}

func blacklistRestore(t *testing.T, raw json.RawMessage, _ calendars) found {
	in := read[dishonest](t, raw)
	from := in.RestoredOn
	if from.IsZero() {
		from = in.ListedOn
	}
	status, l := in.rule(t, from).Restored(in.RestoredOn)
	return found{"status": status, "term_last_day": on(l.LastDay), "remove_on": on(l.RemoveOn), "early_application_from": on(l.EarlyOn)}
}

func planFiling(t *testing.T, raw json.RawMessage, all calendars) found {
	in := read[struct {
		PublishedOn day.Date `json:"published_on"`
		ReceivedOn  day.Date `json:"received_on"`
		Calendar    wordsOf
	}](t, raw)
	cal, r := all.of(t, in.Calendar), emergency.FilingOn(in.PublishedOn)
	out := found{"file_due": at(r.FileBy(cal, in.PublishedOn)), "check_due": nil, "deemed_filed_on_if_silent": nil}
	if !in.ReceivedOn.IsZero() {
		due, deemed, err := r.Checked(cal, in.ReceivedOn)
		out["check_due"], out["deemed_filed_on_if_silent"] = at(due, err), at(deemed, err)
	}
	return out
}

func planReview(t *testing.T, raw json.RawMessage, _ calendars) found {
	in := read[struct {
		Last   day.Date `json:"last_review_on"`
		Years  *int     `json:"every_years"`
		Remind []int    `json:"remind_days_before"`
	}](t, raw)
	r := emergency.ReviewOn(in.Last)
	if in.Years != nil {
		r.Years = *in.Years
	}
	if in.Remind != nil {
		r.Remind = in.Remind
	}
	due, remind, overdue := r.Due(in.Last)
	return found{"due": on(due), "remind_on": list(remind), "overdue_from": on(overdue)}
}

// counted names the two ways of counting by the months of the duty.
var counted = map[int][2]string{
	6: {"calendar_half", "rolling_six_months"}, 12: {"calendar_year", "rolling_twelve_months"}, 24: {"calendar_two_years", "rolling_two_years"},
	36: {"calendar_three_years", "rolling_three_years"},
}

func drillDue(t *testing.T, raw json.RawMessage, _ calendars) found {
	in := read[struct {
		Class string   `json:"unit_class"`
		Kind  string   `json:"plan_kind"`
		Last  day.Date `json:"last_drill_on"`
		Today day.Date
	}](t, raw)
	rule, ok := emergency.DrillsOf(in.Class)
	if !ok {
		t.Fatalf("class %q", in.Class)
	}
	out := found{}
	for _, f := range rule.Rows {
		if in.Kind != "" && !slices.Contains(f.Kinds, in.Kind) {
			continue
		}
		c, r := f.Calendar(in.Last, in.Today), f.Rolling(in.Last, in.Today)
		out[counted[f.Months][0]] = found{"period": c.Period, "due": on(c.Due), "status": c.Status, "days_left": c.DaysLeft}
		out[counted[f.Months][1]] = found{"due": on(r.Due), "status": r.Status, "days_left": r.DaysLeft, "overdue_days": r.OverdueDays}
	}
	return out
}

func workingDays(t *testing.T, raw json.RawMessage, all calendars) found {
	in := read[struct {
		Items []struct {
			From     day.Date
			Add      int
			Calendar wordsOf
		}
	}](t, raw)
	out := []any{}
	for _, i := range in.Items {
		out = append(out, at(all.of(t, i.Calendar).Add(i.From, i.Add)))
	}
	return found{"results": out}
}
