package deadline

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/term"
	"anbiao/web"
)

// inputView is one thing that a rule asks.
type inputView struct {
	Key      string   `json:"key"`
	Kind     string   `json:"kind" enum:"day,number,choice"`
	Options  []string `json:"options" nullable:"false"`
	Optional bool     `json:"optional"`
	Min      int      `json:"min"`
	Max      int      `json:"max"`
	Usual    int      `json:"usual"`
}

// ruleView is a rule on the wire.
type ruleView struct {
	Key    string      `json:"key"`
	Clause string      `json:"clause" doc:"where it stands, as people cite it"`
	Sure   bool        `json:"sure" doc:"the clause was read in its source"`
	Inputs []inputView `json:"inputs" nullable:"false"`
}

// lineView is one thing that follows.
type lineView struct {
	Key     string   `json:"key"`
	On      day.Date `json:"on" doc:"empty where the line is no day, or the day cannot be counted"`
	Days    *int     `json:"days,omitempty"`
	Word    string   `json:"word" doc:"a state, e.g. in_window"`
	Missing int      `json:"missing" doc:"the year whose holidays are not published, so that no day is given; 0: none"`
}

// asked is what is to be worked out.
type asked struct {
	Rule   string      `json:"rule" minLength:"1" maxLength:"40"`
	Values term.Values `json:"values" maxProperties:"12" doc:"the inputs by key; days as YYYY-MM-DD"`
}

// answer is what follows.
type answer struct {
	Clause string     `json:"clause"`
	Sure   bool       `json:"sure"`
	Lines  []lineView `json:"lines" nullable:"false"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listDeadlineRules", Route: "GET /deadline/rules", Action: ActionWork, Summary: "List the terms that can be worked out"}, s.getRules)
	web.Handle(api, web.Op{
		ID: "workDeadline", Route: "POST /deadline/terms", Action: ActionWork, Summary: "Work out the days of a rule; nothing is kept", Exempt: true, Status: http.StatusOK,
		Faults: []*fault.Error{ErrRule, ErrInput},
	}, s.postTerms)
}

func (s *Service) getRules(ctx context.Context, _ *struct{}) (*web.Body[[]ruleView], error) {
	found, err := s.All(ctx)
	out := make([]ruleView, len(found))
	for i, r := range found {
		out[i] = ruleView{Key: r.Key, Clause: r.Clause, Sure: r.Sure, Inputs: []inputView{}}
		for _, in := range r.Inputs {
			out[i].Inputs = append(out[i].Inputs, inputView{in.Key, in.Kind, append([]string{}, in.Options...), in.Optional, in.Min, in.Max, in.Usual})
		}
	}
	return &web.Body[[]ruleView]{Body: out}, err
}

func (s *Service) postTerms(ctx context.Context, in *web.Body[asked]) (*web.Body[answer], error) {
	r, lines, err := s.Work(ctx, in.Body.Rule, in.Body.Values)
	out := answer{Clause: r.Clause, Sure: r.Sure, Lines: make([]lineView, len(lines))}
	for i, l := range lines {
		out.Lines[i] = lineView{l.Key, l.On, l.Days, l.Word, l.Missing}
	}
	return &web.Body[answer]{Body: out}, err
}
