package grading

import (
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/term"
)

// Terms are the terms of an application that anybody may have worked out.
func Terms() []term.Rule {
	p := Profiles()[0]
	days := []term.Input{
		{Key: "receivedOn", Kind: term.Day},
		{Key: "acceptedOn", Kind: term.Day, Optional: true},
		{Key: "confirmedOn", Kind: term.Day, Optional: true},
		{Key: "reviewedOn", Kind: term.Day, Optional: true},
		{Key: "extension", Kind: term.Number, Optional: true, Min: 0, Max: p.Limits.Extend.WorkingDays},
		{Key: "rectifiedOn", Kind: term.Day, Optional: true},
		{Key: "publicOn", Kind: term.Day, Optional: true},
	}
	return []term.Rule{{Key: "grading", Clause: p.Clause, Sure: p.Limits.Correct.Conf == "verified", Inputs: days, Work: gradingTerms}}
}

func gradingTerms(cal *calendar.Calendar, in term.Values) (out []term.Line) {
	l := Profiles()[0].Limits
	put := func(key, from string, n int) {
		if d := in.Day(from); !d.IsZero() {
			last, err := cal.Add(d, n)
			out = append(out, term.Of(key, last, err))
		}
	}
	put("correctBy", "receivedOn", l.Correct.WorkingDays)
	accepted := in.Day("acceptedOn")
	if accepted.IsZero() {
		accepted = in.Day("receivedOn") // silence accepts on the day of receipt
	}
	confirm, err := cal.Add(accepted, l.Confirm.WorkingDays)
	if in.Day("receivedOn") != (day.Date{}) {
		out = append(out, term.Of("confirmBy", confirm, err))
	}
	put("reviewBy", "confirmedOn", l.Review.WorkingDays)
	put("rectifyBy", "reviewedOn", l.Rectify.WorkingDays+min(in.Number("extension"), l.Extend.WorkingDays))
	put("checkBy", "rectifiedOn", l.Check.WorkingDays)
	put("publicUntil", "publicOn", l.Publicity.WorkingDays)
	return out
}
