package emergency

import (
	"anbiao/kit/calendar"
	"anbiao/kit/term"
)

// Terms are the terms of plans and drills that anybody may have worked out, and working days.
func Terms() []term.Rule {
	filing, review := rules.Filing[len(rules.Filing)-1], rules.Review[len(rules.Review)-1]
	classes := make([]string, len(rules.Drills))
	for i, r := range rules.Drills {
		classes[i] = r.Class
	}
	return []term.Rule{
		{
			Key: "plan_filing", Clause: filing.Clause, Sure: filing.Conf == "verified", Work: filingTerms,
			Inputs: []term.Input{{Key: "publishedOn", Kind: term.Day}, {Key: "receivedOn", Kind: term.Day, Optional: true}},
		},
		{
			Key: "plan_review", Clause: review.Clause, Sure: review.Conf == "verified", Work: reviewTerms,
			Inputs: []term.Input{{Key: "lastReviewOn", Kind: term.Day}},
		},
		{
			Key: "drill", Clause: "生产安全事故应急条例第八条；生产安全事故应急预案管理办法第三十三条", Sure: true, Work: drillTerms,
			Inputs: []term.Input{
				{Key: "unitClass", Kind: term.Choice, Options: classes},
				{Key: "planKind", Kind: term.Choice, Options: []string{Comprehensive, Special, Onsite}},
				{Key: "lastDrillOn", Kind: term.Day, Optional: true},
				{Key: "today", Kind: term.Day},
			},
		},
		{
			Key: "working_days", Clause: "民法典第二百零一条；国务院办公厅年度放假通知", Sure: true, Work: workingTerms,
			Inputs: []term.Input{{Key: "from", Kind: term.Day}, {Key: "add", Kind: term.Number, Min: -250, Max: 250, Usual: 5}},
		},
	}
}

func filingTerms(cal *calendar.Calendar, in term.Values) []term.Line {
	published, received := in.Day("publishedOn"), in.Day("receivedOn")
	r := FilingOn(published)
	by, err := r.FileBy(cal, published)
	out := []term.Line{term.Of("fileDue", by, err)}
	if received.IsZero() {
		return out
	}
	due, deemed, err := r.Checked(cal, received)
	return append(out, term.Of("checkDue", due, err), term.Of("deemedFiledOn", deemed, err))
}

func reviewTerms(_ *calendar.Calendar, in term.Values) []term.Line {
	last := in.Day("lastReviewOn")
	due, remind, overdue := ReviewOn(last).Due(last)
	out := []term.Line{term.On("reviewDue", due)}
	for _, d := range remind {
		out = append(out, term.On("remindOn", d))
	}
	return append(out, term.On("overdueFrom", overdue))
}

func drillTerms(_ *calendar.Calendar, in term.Values) []term.Line {
	r, _ := DrillsOf(in["unitClass"])
	f, ok := r.Frequency(in["planKind"])
	if !ok {
		return nil
	}
	last, today := in.Day("lastDrillOn"), in.Day("today")
	c, roll := f.Calendar(last, today), f.Rolling(last, today)
	out := []term.Line{term.Say("period", c.Period), term.On("calendarDue", c.Due), term.Say("calendarStatus", c.Status), term.Count("daysLeft", c.DaysLeft)}
	if roll.Due.IsZero() {
		return out
	}
	out = append(out, term.On("rollingDue", roll.Due), term.Say("rollingStatus", roll.Status))
	if roll.OverdueDays > 0 {
		return append(out, term.Count("overdueDays", roll.OverdueDays))
	}
	return out
}

func workingTerms(cal *calendar.Calendar, in term.Values) []term.Line {
	d, err := cal.Add(in.Day("from"), in.Number("add"))
	return []term.Line{term.Of("on", d, err)}
}
