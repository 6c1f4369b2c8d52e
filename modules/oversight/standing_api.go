package oversight

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// inputView is one part of a standing, in the reader's language.
type inputView struct {
	Key      string   `json:"key"`
	Title    string   `json:"title"`
	Weight   int      `json:"weight" doc:"points"`
	Measured bool     `json:"measured" doc:"false: not yet measured, counts neither way"`
	Points   int      `json:"points"`
	Veto     bool     `json:"veto" doc:"makes it red, whatever the points"`
	Reasons  []string `json:"reasons" nullable:"false"`
}

// changeView is something to do, in the reader's language.
type changeView struct {
	Key   string `json:"key"`
	Text  string `json:"text"`
	Count int32  `json:"count"`
}

type liftedView struct {
	Changes []changeView `json:"changes" nullable:"false"`
	Colour  int16        `json:"colour"`
	Score   int          `json:"score" doc:"hundredths"`
	Enough  bool         `json:"enough" doc:"it reaches the next colour"`
}

// liftView is what would take a company one colour up, worked out by the rule itself.
type liftView struct {
	To       int16        `json:"to" doc:"colour aimed at; 0: it stands best already"`
	Singles  []liftedView `json:"singles" nullable:"false" doc:"each change alone"`
	Smallest *liftedView  `json:"smallest,omitempty" doc:"fewest changes that are enough, each no larger than needed"`
	Waits    bool         `json:"waits" doc:"a death within a year or a listing as dishonest holds it down"`
}

// momentView is a standing that held from an instant on.
type momentView struct {
	At       time.Time `json:"at"`
	Colour   int16     `json:"colour"`
	Score    int32     `json:"score"`
	Measured int32     `json:"measured"`
	Rule     string    `json:"rule"`
	Reasons  []string  `json:"reasons" nullable:"false"`
}

type standingView struct {
	Colour   int16        `json:"colour" doc:"1 red, 2 orange, 3 yellow, 4 blue"`
	Score    int32        `json:"score" doc:"hundredths of a point of 100, over what is measured"`
	Measured int32        `json:"measured" doc:"hundredths of the weight that is measured"`
	Rule     string       `json:"rule" doc:"version of the rule"`
	Source   string       `json:"source" doc:"of the rule"`
	Inputs   []inputView  `json:"inputs" nullable:"false"`
	Level    string       `json:"level" doc:"of standardization; empty: none"`
	Live     int32        `json:"live" doc:"live score in hundredths; -1: none yet"`
	Class    string       `json:"class" doc:"A to D; empty: none"`
	Lift     liftView     `json:"lift"`
	History  []momentView `json:"history" nullable:"false" doc:"one a change, latest first"`
	Unknown  []string     `json:"unknown" nullable:"false" doc:"what the rule asks for and nobody measures yet"`
}

func sayReasons(l text.Lang, reasons []Reason) []string {
	out := []string{}
	for _, r := range reasons {
		out = append(out, text.Say(l, r.Code, fault.Params{"count": itoa(r.Count)}))
	}
	return out
}

func viewStanding(ctx context.Context, b Board, why StandingRow, past []Moment) standingView {
	l, r := text.Of(ctx), rules[why.RuleVersion]
	v := standingView{
		Colour: int16(b.Colour), Score: b.Score, Measured: b.Measured, Rule: why.RuleVersion, Source: r.Source, Level: b.Level, Live: b.Live, Class: b.Class,
		Inputs: []inputView{}, History: make([]momentView, len(past)), Unknown: []string{}, Lift: liftView{Singles: []liftedView{}},
	}
	for _, in := range why.Inputs.V {
		v.Inputs = append(v.Inputs, inputView{in.Key, text.Say(l, "oversight.input."+in.Key, nil), in.Weight, in.Measured, in.Points, in.Veto, sayReasons(l, in.Reasons)})
	}
	for _, key := range r.NotMeasured {
		v.Unknown = append(v.Unknown, text.Say(l, "oversight.unknown."+key, nil))
	}
	if why.RuleVersion == current.Version { // what was found by an older rule says nothing of this one
		v.Lift = viewLift(l, LiftOf(why.Facts.V))
	}
	for i, m := range past {
		v.History[i] = momentView{m.At.UTC(), int16(m.Colour), m.Score, m.Measured, m.RuleVersion, []string{}}
		for _, in := range m.Inputs.V {
			v.History[i].Reasons = append(v.History[i].Reasons, sayReasons(l, in.Reasons)...)
		}
	}
	return v
}

func viewLift(l text.Lang, up Lift) liftView {
	v := liftView{To: int16(up.To), Singles: make([]liftedView, len(up.Singles)), Waits: up.Waits}
	for i, one := range up.Singles {
		v.Singles[i] = viewLifted(l, one)
	}
	if up.Smallest != nil {
		one := viewLifted(l, *up.Smallest)
		v.Smallest = &one
	}
	return v
}

func viewLifted(l text.Lang, one Lifted) liftedView {
	v := liftedView{Changes: []changeView{}, Colour: int16(one.Colour), Score: one.Score, Enough: one.Enough}
	for _, c := range one.Changes {
		v.Changes = append(v.Changes, changeView{c.Key, text.Say(l, "oversight.change."+c.Key, fault.Params{"count": itoa(c.Count)}), c.Count})
	}
	return v
}

type rowsQuery struct {
	Input string `query:"input" required:"true" enum:"standardization_level,risk_profile,hazard_closure,accidents_and_penalties,self_report_discipline,training_and_certificates"`
}

type rowsIn struct {
	ID    rbac.CompanyID `path:"id"`
	Input string         `query:"input" required:"true" enum:"standardization_level,risk_profile,hazard_closure,accidents_and_penalties,self_report_discipline,training_and_certificates"`
}

func mountStanding(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "getOwnStanding", Route: "GET /oversight/standing", Action: ActionOwn,
		Summary: "Read the own company's standing, why, since when, and what would lift it", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getOwn)
	web.Handle(api, web.Op{
		ID: "listOwnStandingRows", Route: "GET /oversight/standing/rows", Action: ActionOwn,
		Summary: "Open an input of the own standing down to the rows behind it", Faults: []*fault.Error{ErrInput},
	}, s.getOwnRows)
	web.Handle(api, web.Op{
		ID: "listStandingRows", Route: "GET /oversight/companies/{id}/rows", Action: ActionDossier,
		Summary: "Open an input of a company's standing down to the rows behind it; the company sees that you did", Faults: []*fault.Error{rbac.ErrNotFound, ErrInput},
	}, s.getRows)
}

func (s *Service) getOwn(ctx context.Context, _ *struct{}) (*web.Body[standingView], error) {
	m, err := s.Own(ctx)
	return &web.Body[standingView]{Body: viewStanding(ctx, m.Board, m.Standing, m.History)}, err
}

func (s *Service) getOwnRows(ctx context.Context, in *rowsQuery) (*web.Body[[]Behind], error) {
	rows, err := s.OwnRows(ctx, in.Input)
	return &web.Body[[]Behind]{Body: append([]Behind{}, rows...)}, err
}

func (s *Service) getRows(ctx context.Context, in *rowsIn) (*web.Body[[]Behind], error) {
	rows, err := s.Rows(ctx, in.ID, in.Input)
	return &web.Body[[]Behind]{Body: append([]Behind{}, rows...)}, err
}
