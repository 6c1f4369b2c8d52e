package penalty

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// PenaltyView is a penalty in a list, on the wire.
type PenaltyView struct {
	ID           id.Of[id.Penalty] `json:"id"`
	CompanyID    rbac.CompanyID    `json:"companyId"`
	CompanyName  string            `json:"companyName"`
	Number       string            `json:"number"`
	Body         string            `json:"body"`
	Subject      string            `json:"subject" enum:"enterprise,principal,person"`
	SubjectName  string            `json:"subjectName"`
	Act          string            `json:"act"`
	Article      string            `json:"article"`
	Kinds        []string          `json:"kinds" nullable:"false"`
	AmountFen    int64             `json:"amountFen"`
	DecidedOn    day.Date          `json:"decidedOn"`
	PublishDueOn day.Date          `json:"publishDueOn" doc:"last day of the seven working days; empty: the holidays are not published"`
	PublishedOn  day.Date          `json:"publishedOn"`
	PublishLate  bool              `json:"publishLate"`
	PaidOn       day.Date          `json:"paidOn"`
	Standing     string            `json:"standing" enum:"decided,published,repair,repaired,withdrawn"`
	RepairFrom   day.Date          `json:"repairFrom" doc:"first day on which repair can be asked for"`
	RepairDueOn  day.Date          `json:"repairDueOn"`
}

func viewPenalty(now day.Date) func(Penalty) PenaltyView {
	return func(p Penalty) PenaltyView {
		return PenaltyView{
			ID: p.ID, CompanyID: p.CompanyID, CompanyName: p.CompanyName, Number: p.Number, Body: p.Body, Subject: p.Subject, SubjectName: p.SubjectName, Act: p.Act, Article: p.Article,
			Kinds: append([]string{}, p.Kinds...), AmountFen: p.AmountFen, DecidedOn: p.DecidedOn, PublishDueOn: p.PublishDueOn, PublishedOn: p.PublishedOn,
			PublishLate: p.WithdrawnOn.IsZero() && p.PublishedOn.IsZero() && !p.PublishDueOn.IsZero() && now.After(p.PublishDueOn),
			PaidOn:      p.PaidOn, Standing: p.Standing(), RepairFrom: p.RepairFrom(), RepairDueOn: p.RepairDueOn,
		}
	}
}

// stepView is one thing that happened, on the wire.
type stepView struct {
	Event Event                  `json:"event"`
	At    time.Time              `json:"at"`
	On    day.Date               `json:"on"`
	Name  string                 `json:"name"`
	Kind  string                 `json:"kind" doc:"of the actor: regulator, company"`
	Note  string                 `json:"note"`
	Files []id.Of[id.Attachment] `json:"files" nullable:"false"`
}

func viewSteps(steps []Step) []stepView {
	out := make([]stepView, len(steps))
	for i, s := range steps {
		out[i] = stepView{s.Event, s.At.UTC(), s.HappenedOn, s.ActorName, s.ActorKind, s.Note, make([]id.Of[id.Attachment], len(s.Files))}
		for n, f := range s.Files {
			out[i].Files[n] = id.Of[id.Attachment](f)
		}
	}
	return out
}

// caseView is one penalty with its past.
type caseView struct {
	PenaltyView
	Medium        string     `json:"medium"`
	RepairNote    string     `json:"repairNote"`
	RepairAskedOn day.Date   `json:"repairAskedOn"`
	RepairOn      day.Date   `json:"repairDecidedOn"`
	RepairOpinion string     `json:"repairOpinion"`
	WithdrawnOn   day.Date   `json:"withdrawnOn"`
	WithdrawnNote string     `json:"withdrawnNote"`
	MadeBy        string     `json:"madeBy"`
	Steps         []stepView `json:"steps" nullable:"false"`
	May           []Event    `json:"may" nullable:"false" doc:"what the actor may do now"`
	Today         day.Date   `json:"today"`
}

// hintsView is what the law says, for forms.
type hintsView struct {
	Hints      []Hint      `json:"hints" nullable:"false"`
	Conditions []Condition `json:"conditions" nullable:"false"`
	Needs      []string    `json:"needs" nullable:"false" doc:"of early removal"`
	Kinds      []string    `json:"kinds" nullable:"false"`
}

type oneIn struct {
	ID id.Of[id.Penalty] `path:"id"`
}

type stepOn[T any] struct {
	ID   id.Of[id.Penalty] `path:"id"`
	Body T
}

// Mount registers the module's operations.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listPenalties", Route: "GET /penalties", Action: ActionList, Summary: "List penalties, the latest decision first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getPenalties)
	web.Handle(api, web.Op{
		ID: "getPenaltyRules", Route: "GET /penalties/rules", Action: ActionList, Summary: "What the law says of acts and conditions, for forms",
	}, s.getRules)
	web.Handle(api, web.Op{
		ID: "getPenalty", Route: "GET /penalties/{id}", Action: ActionList, Summary: "Read a penalty with its steps", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getPenalty)
	web.Handle(api, web.Op{
		ID: "registerPenalty", Route: "POST /penalties", Action: ActionDecide, Summary: "Regulator: register a penalty that was decided",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrBlank, ErrSubject, ErrDay, ErrNumber},
	}, s.postPenalty)
	step(api, "publishPenalty", "publish", ActionDecide, "Regulator: the penalty was made public", s.Publish, ErrDay, ErrBlank)
	step(api, "payPenalty", "pay", ActionDecide, "Regulator: the penalty was paid", s.Pay, ErrDay)
	step(api, "withdrawPenalty", "withdraw", ActionDecide, "Regulator: the decision was set aside", s.Withdraw, ErrDay, ErrBlank)
	step(api, "answerPenaltyRepair", "repair-answer", ActionDecide, "Regulator: grant or refuse repair", s.DecideRepair, ErrBlank)
	step(api, "sayOnPenalty", "say", ActionAnswer, "Company: state its case", s.Say)
	step(api, "askPenaltyRepair", "repair", ActionAnswer, "Company: ask for repair (信用修复)", s.AskRepair, ErrEarly, ErrBlank)
	mountDishonesty(api, s)
}

// step mounts one step of a penalty.
func step[T any](api huma.API, name, path string, action rbac.Action, summary string, do func(context.Context, id.Of[id.Penalty], T) (id.Of[id.Penalty], error), faults ...*fault.Error) {
	web.Handle(api, web.Op{ID: name, Route: "POST /penalties/{id}/" + path, Action: action, Summary: summary, Status: http.StatusOK, Faults: append([]*fault.Error{rbac.ErrNotFound, ErrState}, faults...)},
		func(ctx context.Context, in *stepOn[T]) (*web.Body[web.Made], error) {
			return web.MadeOf(do(ctx, in.ID, in.Body))
		})
}

func keyOf(p Penalty) []string { return []string{p.DecidedOn.String(), p.ID.String()} }

func (s *Service) getPenalties(ctx context.Context, in *Filter) (*web.Body[page.List[PenaltyView]], error) {
	rows, k, now, err := s.Penalties(ctx, *in)
	return &web.Body[page.List[PenaltyView]]{Body: page.Of(rows, k, in.Limit, keyOf, viewPenalty(now))}, err
}

func (s *Service) getRules(ctx context.Context, _ *struct{}) (*web.Body[hintsView], error) {
	err := s.Allowed(ctx)
	return &web.Body[hintsView]{Body: hintsView{rules.Hints, rules.Dishonesty.Conditions, rules.Dishonesty.Early.Needs, Kinds}}, err
}

func (s *Service) getPenalty(ctx context.Context, in *oneIn) (*web.Body[caseView], error) {
	o, err := s.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[caseView]{Body: caseView{
		PenaltyView: viewPenalty(o.Today)(o.Penalty), Medium: o.Medium, RepairNote: o.RepairNote, RepairAskedOn: o.RepairAskedOn, RepairOn: o.RepairDecidedOn, RepairOpinion: o.RepairOpinion,
		WithdrawnOn: o.WithdrawnOn, WithdrawnNote: o.WithdrawnNote, MadeBy: o.MadeBy, Steps: viewSteps(o.Steps), May: append([]Event{}, o.May...), Today: o.Today,
	}}, nil
}

func (s *Service) postPenalty(ctx context.Context, in *struct{ Body Order }) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Register(ctx, in.Body))
}
