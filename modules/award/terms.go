package award

import (
	"anbiao/kit/calendar"
	"anbiao/kit/term"
)

// Terms are the terms of a level that anybody may have worked out.
func Terms() []term.Rule {
	r := Newest()
	return []term.Rule{
		{Key: "award", Clause: r.Clause, Sure: true, Work: lifeTerms, Inputs: []term.Input{{Key: "announcedOn", Kind: term.Day}}},
		{
			Key: "award_revocation", Clause: r.Clause, Work: revocationTerms,
			Inputs: []term.Input{{Key: "proposedOn", Kind: term.Day}, {Key: "revokedOn", Kind: term.Day, Optional: true}, {Key: "material", Kind: term.Choice, Options: []string{"genuine", "false_material"}}},
		},
	}
}

func lifeTerms(_ *calendar.Calendar, in term.Values) (out []term.Line) {
	r, announced := Newest(), in.Day("announcedOn")
	until := r.Until(announced)
	for _, d := range r.Yearly(announced, until) {
		out = append(out, term.On("yearlyDue", d))
	}
	return append(out, term.On("renewalOpens", r.Opens(until)), term.On("validUntil", until))
}

func revocationTerms(cal *calendar.Calendar, in term.Values) []term.Line {
	r := Newest()
	d, err := cal.Add(in.Day("proposedOn"), r.StatementWorkingDays)
	out := []term.Line{term.Of("statementDue", d, err)}
	if revoked := in.Day("revokedOn"); !revoked.IsZero() {
		var reasons []string
		if in["material"] == "false_material" {
			reasons = []string{"false_material"}
		}
		out = append(out, term.On("barredUntil", r.barOf(reasons, revoked)))
	}
	return out
}
