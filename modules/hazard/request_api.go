package hazard

import (
	"strings"
	"time"

	"anbiao/kit/day"
)

// request is what somebody asked and what came of it.
type request struct {
	Kind       string     `json:"kind" enum:"void,transfer,extension"`
	At         *time.Time `json:"at,omitempty"`
	On         day.Date   `json:"on,omitzero"`
	ByName     string     `json:"byName"`
	Note       string     `json:"note" doc:"the reason"`
	Was        day.Date   `json:"was,omitzero" doc:"the deadline in force when more time was asked for"`
	Deadline   day.Date   `json:"deadline,omitzero" doc:"the deadline asked for, or granted"`
	Protection string     `json:"protection,omitempty"`
	To         string     `json:"to,omitempty" doc:"of a transfer"`
	AnswerBy   day.Date   `json:"answerBy,omitzero" doc:"where the regulator answers: by when"`
	Outcome    string     `json:"outcome" enum:"pending,granted,refused,dropped"`
	AnsweredAt *time.Time `json:"answeredAt,omitempty"`
	AnswererIs string     `json:"answeredByName,omitempty"`
	Answer     string     `json:"answer,omitempty"`
}

// request is what waits for a second person, if anything does.
func (r Record) request() *request {
	h := r.Hazard
	if h.Asked == "" {
		return nil
	}
	return &request{
		Kind: h.Asked, On: h.AskedOn, ByName: h.AskedName, Note: h.AskedNote, Was: h.Deadline, Deadline: h.AskedDeadline, To: h.AskedTo, Protection: h.Protection,
		AnswerBy: r.AnswerBy, Outcome: "pending",
	}
}

// lights are the five fixes, as the row has them.
func (h Hazard) lights() Lights {
	return Lights{
		Responsibility: h.OwnerID != nil, Measures: strings.TrimSpace(h.Measures) != "", Funds: h.FundsFen != nil || h.ActualFundsFen != nil, Time: !h.Deadline.IsZero(),
		Contingency: strings.TrimSpace(h.Contingency+h.Protection) != "",
	}
}

// extensionsOf reads every extension out of the steps.
func extensionsOf(steps []Entry) []request {
	out := []request{}
	for _, s := range steps {
		d, at := s.Detail.V, s.At
		if s.Event == AskExtension {
			out = append(out, request{
				Kind: AskedExtension, At: &at, On: day.In(at, day.Shanghai), ByName: s.ActorName, Note: s.Note, Was: dayOf(d.Was), Deadline: dayOf(d.Deadline), Protection: d.Protection,
				Outcome: "pending",
			})
			continue
		}
		if len(out) == 0 || out[len(out)-1].Outcome != "pending" {
			continue
		}
		last := &out[len(out)-1]
		switch {
		case s.Event == Extend:
			last.Outcome, last.Deadline = "granted", dayOf(d.Deadline)
		case s.Event == Refuse && d.Asked == AskedExtension:
			last.Outcome = "refused"
		case d.Dropped == AskedExtension:
			last.Outcome = "dropped"
		default:
			continue
		}
		last.AnsweredAt, last.AnswererIs, last.Answer = &at, s.ActorName, s.Note
	}
	return out
}

func dayOf(s string) day.Date {
	d, err := day.Parse(s)
	if err != nil {
		return day.Date{}
	}
	return d
}
