package proof

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// SignalView is a signal on the wire, in the reader's language.
type SignalView struct {
	ID             id.Of[Signal]          `json:"id"`
	CompanyID      rbac.CompanyID         `json:"companyId"`
	Company        string                 `json:"company"`
	Rule           Rule                   `json:"rule" enum:"fast,same_photo,zero_findings,night_batch,one_spot,false_place,clock_change"`
	RuleVersion    string                 `json:"ruleVersion"`
	Name           string                 `json:"name" doc:"of the rule"`
	Says           string                 `json:"says" doc:"what was seen, with its figures"`
	May            string                 `json:"may" doc:"what may explain it"`
	CheckStartedOn day.Date               `json:"checkStartedOn,omitzero" doc:"with checkId the key of the check; left out: it is about the company"`
	CheckID        string                 `json:"checkId"`
	PointName      string                 `json:"pointName"`
	Person         string                 `json:"person"`
	HappenedOn     day.Date               `json:"happenedOn"`
	State          State                  `json:"state" enum:"raised,explained,unexplained"`
	RaisedAt       time.Time              `json:"raisedAt"`
	DueOn          day.Date               `json:"dueOn,omitzero" doc:"last day to explain; left out: the holidays of the year are not published yet"`
	DaysLeft       int                    `json:"daysLeft" doc:"working days left, today included; -1: none, or not known"`
	Explanation    string                 `json:"explanation"`
	Attachments    []id.Of[id.Attachment] `json:"attachments" nullable:"false"`
	ExplainedAt    *time.Time             `json:"explainedAt,omitempty"`
	ExplainedName  string                 `json:"explainedName"`
	Late           bool                   `json:"late" doc:"explained after the term"`
	OpenedAt       *time.Time             `json:"openedAt,omitempty" doc:"regulators see it from here on"`
	Outcome        string                 `json:"outcome" enum:",seen,no_concern" doc:"what a regulator noted"`
	OutcomeNote    string                 `json:"outcomeNote"`
	OutcomeAt      *time.Time             `json:"outcomeAt,omitempty"`
	OutcomeName    string                 `json:"outcomeName"`
	Photos         []id.Of[id.Attachment] `json:"photos" nullable:"false" doc:"it is about"`
}

func (s *Service) signalView(l text.Lang, today day.Date) func(SignalLine) SignalView {
	return func(x SignalLine) SignalView {
		w := wordsOf(x.RuleVersion, x.Rule, x.Figures.V, l)
		v := SignalView{
			ID: x.ID, CompanyID: x.CompanyID, Company: x.CompanyName, Rule: x.Rule, RuleVersion: x.RuleVersion, Name: w.Name, Says: w.Says, May: w.May,
			CheckStartedOn: x.CheckStartedOn, PointName: x.PointName, Person: x.PersonName, HappenedOn: x.HappenedOn, State: x.State, RaisedAt: x.RaisedAt, DueOn: x.DueOn,
			DaysLeft: x.left(s.Calendar, today), Explanation: x.Explanation, Attachments: refs(x.AttachmentIDs), ExplainedAt: x.ExplainedAt, ExplainedName: x.ExplainedName,
			Late: x.late(), OpenedAt: x.OpenedAt, Outcome: string(x.Outcome), OutcomeNote: x.OutcomeNote, OutcomeAt: x.OutcomeAt, OutcomeName: x.OutcomeName, Photos: refs(x.Photos),
		}
		if x.CheckID != nil {
			v.CheckID = id.Of[id.Check](*x.CheckID).String()
		}
		return v
	}
}

func refs(numbers []int64) []id.Of[id.Attachment] {
	out := make([]id.Of[id.Attachment], len(numbers))
	for i, n := range numbers {
		out[i] = id.Of[id.Attachment](n)
	}
	return out
}

type countView struct {
	Waiting int `json:"waiting" doc:"of a company: not explained; of a regulator: nothing noted"`
	Urgent  int `json:"urgent" doc:"to be explained today or on the next working day"`
}

// SignalKey names a signal in a path.
type SignalKey struct {
	ID id.Of[Signal] `path:"id"`
}

func mountSignals(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listSignals", Route: "GET /proof/signals", Action: ActionSignals, Summary: "List signals about checks, latest first; a regulator sees those whose term to explain has passed",
		Faults: []*fault.Error{page.ErrCursor},
	}, s.getSignals)
	web.Handle(api, web.Op{ID: "countSignals", Route: "GET /proof/waiting", Action: ActionSignals, Summary: "How many signals wait for the reader"}, s.getWaiting)
	web.Handle(api, web.Op{
		ID: "getSignal", Route: "GET /proof/signals/{id}", Action: ActionSignals, Summary: "Read a signal", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getSignal)
	web.Handle(api, web.Op{
		ID: "explainSignal", Route: "POST /proof/signals/{id}/explain", Action: ActionExplain, Status: 200, Summary: "Explain a signal; the term being over is no hindrance",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrExplained, ErrExplanation},
	}, s.postExplain)
	web.Handle(api, web.Op{
		ID: "noteSignal", Route: "POST /proof/signals/{id}/note", Action: ActionNote, Status: 200, Summary: "Note that a regulator has seen a signal, or has no concern",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrOutcome},
	}, s.postNote)
}

func (s *Service) getSignals(ctx context.Context, in *struct {
	SignalFilter
	page.Query
},
) (*web.Body[page.List[SignalView]], error) {
	rows, k, today, err := s.Signals(ctx, in.SignalFilter, in.Query)
	keyOf := func(l SignalLine) []string { return []string{l.HappenedOn.String(), l.ID.String()} }
	return &web.Body[page.List[SignalView]]{Body: page.Of(rows, k, in.Limit, keyOf, s.signalView(text.Of(ctx), today))}, err
}

func (s *Service) getWaiting(ctx context.Context, _ *struct{}) (*web.Body[countView], error) {
	c, err := s.Waiting(ctx)
	return &web.Body[countView]{Body: countView(c)}, err
}

func (s *Service) getSignal(ctx context.Context, in *SignalKey) (*web.Body[SignalView], error) {
	l, today, err := s.Signal(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[SignalView]{Body: s.signalView(text.Of(ctx), today)(l)}, nil
}

func (s *Service) postExplain(ctx context.Context, in *struct {
	SignalKey
	Body Explanation
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Explain(ctx, in.ID, in.Body))
}

func (s *Service) postNote(ctx context.Context, in *struct {
	SignalKey
	Body Noting
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Note(ctx, in.ID, in.Body))
}
