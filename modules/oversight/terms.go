package oversight

import (
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/term"
)

// Terms are the terms of supervision that anybody may have worked out.
func Terms() []term.Rule {
	order, now := supervision.Orders[len(supervision.Orders)-1], supervision.Dishonesty[len(supervision.Dishonesty)-1]
	return []term.Rule{
		{
			Key: "order_extension", Clause: order.Clause, Sure: order.Conf == "verified", Work: orderTerms,
			Inputs: []term.Input{{Key: "deadline", Kind: term.Day}, {Key: "appliedOn", Kind: term.Day, Optional: true}},
		},
		{
			Key: "blacklist_term", Clause: now.Clause, Sure: now.Conf == "verified", Work: dishonestyTerms,
			Inputs: []term.Input{{Key: "listedOn", Kind: term.Day}, {Key: "restoredOn", Kind: term.Day, Optional: true}},
		},
	}
}

func orderTerms(cal *calendar.Calendar, in term.Values) []term.Line {
	deadline, applied := in.Day("deadline"), in.Day("appliedOn")
	o := OrderOn(deadline)
	w := o.Window(deadline)
	out := []term.Line{term.On("windowOpens", w.Opens), term.On("windowCloses", w.Closes)}
	if !applied.IsZero() {
		raw, due, err := o.Reply(cal, applied)
		out = append(out, term.Say("application", string(w.Judge(applied))), term.On("replyRaw", raw), term.Of("replyDue", due, err))
	}
	again, err := o.Reinspect(cal, deadline, day.Date{})
	return append(out, term.Of("reinspectDue", again, err))
}

func dishonestyTerms(_ *calendar.Calendar, in term.Values) []term.Line {
	from := in.Day("listedOn")
	r, ok := DishonestyOn(from)
	if again := in.Day("restoredOn"); !again.IsZero() {
		from = again
		r, ok = DishonestyOn(again)
	}
	if !ok {
		return nil
	}
	l := r.From(from)
	out := []term.Line{term.On("termLastDay", l.LastDay), term.On("removeOn", l.RemoveOn)}
	if !l.EarlyOn.IsZero() {
		out = append(out, term.On("earlyFrom", l.EarlyOn))
	}
	return out
}
