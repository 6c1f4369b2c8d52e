package listing

import (
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/term"
)

// Terms are the terms of listed supervision that anybody may have worked out.
func Terms() []term.Rule {
	national, _ := By("national_order16")
	return []term.Rule{
		{
			Key: "listed", Clause: "安全生产法第四十一条；各地挂牌督办办法", Sure: true, Work: listedTerms,
			Inputs: []term.Input{
				{Key: "profile", Kind: term.Choice, Options: []string{"ningbo", "qingdao"}},
				{Key: "listedOn", Kind: term.Day},
				{Key: "receivedOn", Kind: term.Day, Optional: true},
				{Key: "deadline", Kind: term.Day, Optional: true},
				{Key: "appliedOn", Kind: term.Day, Optional: true},
			},
		},
		{
			Key: "resume_review", Clause: national.Clause, Sure: national.Conf == "verified", Work: resumeTerms,
			Inputs: []term.Input{{Key: "profile", Kind: term.Choice, Options: []string{"national_order16", "hubei"}}, {Key: "appliedOn", Kind: term.Day}},
		},
	}
}

func listedTerms(cal *calendar.Calendar, in term.Values) (out []term.Line) {
	l, _ := By(in["profile"])
	listed, deadline, applied := in.Day("listedOn"), in.Day("deadline"), in.Day("appliedOn")
	put := func(key string, d day.Date, err error) {
		if !d.IsZero() || err != nil {
			out = append(out, term.Of(key, d, err))
		}
	}
	file, err := l.FileBy(cal, listed)
	put("fileDue", file, err)
	publish, err := l.PublishBy(cal, listed)
	put("publishDue", publish, err)
	put("latestDeadline", l.Latest(listed), nil)
	if deadline.IsZero() {
		return out
	}
	if received := in.Day("receivedOn"); !received.IsZero() {
		for _, d := range l.Progress(received, deadline) {
			put("progressDue", d, nil)
		}
	}
	w, ok, err := l.Window(cal, deadline)
	if !ok {
		return out
	}
	put("windowOpens", w.Opens, nil)
	put("windowCloses", w.Closes, err)
	if !applied.IsZero() && err == nil {
		out = append(out, term.Say("application", string(w.Judge(applied))))
		decide, err := l.Decide(cal, applied)
		put("decideDue", decide, err)
	}
	return out
}

func resumeTerms(cal *calendar.Calendar, in term.Values) []term.Line {
	l, _ := By(in["profile"])
	raw, due, ok, err := l.Review(cal, in.Day("appliedOn"))
	if !ok {
		return nil
	}
	return []term.Line{term.On("reviewRaw", raw), term.Of("reviewDue", due, err)}
}
