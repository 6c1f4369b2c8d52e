package visit

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

type orderIn struct {
	ID id.Of[id.Order] `path:"id"`
}

type orderOf[T any] struct {
	ID   id.Of[id.Order] `path:"id"`
	Body T
}

type planIn struct {
	ID id.Of[id.Plan] `path:"id"`
}

type planOn[T any] struct {
	ID   id.Of[id.Plan] `path:"id"`
	Body T
}

type plansIn struct {
	Year int `query:"year" minimum:"0" maximum:"2200" doc:"0: every year"`
}

type plansView struct {
	Items []PlanView `json:"items" nullable:"false"`
}

type proofView struct {
	Seed       string `json:"seed"`
	Candidates int    `json:"candidates"`
	Same       bool   `json:"same" doc:"the draw repeated from its seed comes to the same"`
}

type tallyView struct {
	Division  string `json:"division"`
	Name      string `json:"name"`
	Visits    int    `json:"visits"`
	Companies int    `json:"companies"`
	Refused   int    `json:"refused"`
	Findings  int    `json:"findings"`
	Majors    int    `json:"majors"`
	Mended    int    `json:"mended"`
}

type foundView struct {
	CompanyName  string    `json:"companyName"`
	EndedAt      time.Time `json:"endedAt"`
	Place        string    `json:"place"`
	Description  string    `json:"description"`
	Level        string    `json:"level"`
	HazardNumber string    `json:"hazardNumber"`
	State        string    `json:"state" doc:"of the hazard"`
	OnSpot       bool      `json:"onSpot"`
}

type monthView struct {
	Month string      `json:"month"`
	Towns []tallyView `json:"towns" nullable:"false"`
	Found []foundView `json:"found" nullable:"false"`
}

func mountOrders(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listVisitOrders", Route: "GET /visit/orders", Action: ActionOrders, Summary: "List orders and notices of hazards, overdue first", Faults: []*fault.Error{page.ErrCursor}}, s.getOrders)
	web.Handle(api, web.Op{ID: "getVisitOrder", Route: "GET /visit/orders/{id}", Action: ActionOrders, Summary: "Read an order with its findings", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getOrder)
	web.Handle(api, web.Op{ID: "printVisitOrder", Route: "GET /visit/orders/{id}/paper", Action: ActionOrders, Summary: "Print a notice of hazards (隐患告知单)", Faults: []*fault.Error{rbac.ErrNotFound, ErrPrinted}}, s.getNotice)
	web.Handle(api, web.Op{
		ID: "issueVisitOrder", Route: "POST /visit/visits/{id}/orders", Action: ActionInform, Summary: "Register an order (责令限期整改指令书), or make a notice of hazards",
		Faults: everyNow(ErrNoPower, ErrNotOver, ErrBlank, ErrOrderDays, ErrFindings, ErrOrderedNow, ErrOrderNumber),
	}, s.postOrder)
	web.Handle(api, web.Op{
		ID: "registerVisitOrder", Route: "POST /visit/orders", Action: ActionInform, Summary: "Register an order that came without an inspection kept here, or make such a notice of hazards",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNoPower, ErrBlank, ErrOrderDays, ErrOrderNumber},
	}, s.postLone)
	order(api, "receiveVisitOrder", "receive", ActionAnswer, "Company: sign for it", s.ReceiveOrder, ErrReceived)
	order(api, "askVisitOrderTime", "extension", ActionAnswer, "Company: ask for more time", s.AskTime, ErrWindowEarly, ErrWindowLate, ErrBlank, ErrUntil)
	order(api, "answerVisitOrderTime", "extension-answer", ActionInform, "Grant or refuse more time", s.AnswerTime, ErrReason)
	order(api, "askVisitReinspection", "reinspection", ActionAnswer, "Company: ask for the re-inspection", s.Ask, ErrBlank)
	order(api, "reinspectVisitOrder", "reinspect", ActionInform, "Result of the re-inspection (整改复查意见书)", s.Reinspect, ErrDay, ErrBlank, ErrOfficers, ErrFindings)
}

func order[T any](api huma.API, name, path string, action rbac.Action, summary string, do func(context.Context, id.Of[id.Order], T) (id.Of[id.Order], error), faults ...*fault.Error) {
	all := append([]*fault.Error{rbac.ErrNotFound, ErrOtherBody, ErrOrderNow}, faults...)
	web.Handle(api, web.Op{ID: name, Route: "POST /visit/orders/{id}/" + path, Action: action, Summary: summary, Status: http.StatusOK, Faults: all},
		func(ctx context.Context, in *orderOf[T]) (*web.Body[web.Made], error) {
			return web.MadeOf(do(ctx, in.ID, in.Body))
		})
}

func mountPlans(api huma.API, s *Service) {
	own := []*fault.Error{rbac.ErrNotFound, ErrOtherBody, ErrPlanNow}
	web.Handle(api, web.Op{ID: "listVisitPlans", Route: "GET /visit/plans", Action: ActionPlans, Summary: "List the years' plans of inspections"}, s.getPlans)
	web.Handle(api, web.Op{ID: "getVisitPlan", Route: "GET /visit/plans/{id}", Action: ActionPlans, Summary: "Read a plan with how far it has come", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getPlan)
	web.Handle(api, web.Op{ID: "listVisitPicks", Route: "GET /visit/plans/{id}/picks", Action: ActionPlans, Summary: "The draw of a plan, company by company", Faults: []*fault.Error{rbac.ErrNotFound, page.ErrCursor}}, s.getPicks)
	web.Handle(api, web.Op{ID: "proveVisitPlan", Route: "GET /visit/plans/{id}/proof", Action: ActionPlans, Summary: "Repeat the draw of a plan from its seed", Faults: []*fault.Error{rbac.ErrNotFound, ErrPlanNow}}, s.getProof)
	web.Handle(api, web.Op{
		ID: "beginVisitPlan", Route: "POST /visit/plans", Action: ActionPlan, Summary: "Begin the plan of a year (年度监督检查计划)", Faults: []*fault.Error{ErrBlank, ErrPlanArea, ErrPlanYear, ErrOfficers, ErrPlanExists},
	}, s.postPlan)
	web.Handle(api, web.Op{ID: "drawVisitPlan", Route: "POST /visit/plans/{id}/draw", Action: ActionPlan, Status: http.StatusOK, Summary: "Draw companies and inspectors by lot (双随机)", Faults: append(own, ErrPlanLarge)}, s.postDraw)
	web.Handle(api, web.Op{ID: "submitVisitPlan", Route: "POST /visit/plans/{id}/submit", Action: ActionPlan, Status: http.StatusOK, Summary: "Ask for approval", Faults: append(own, ErrPlanEmpty)}, s.postSubmit)
	web.Handle(api, web.Op{ID: "decideVisitPlan", Route: "POST /visit/plans/{id}/decide", Action: ActionApprove, Status: http.StatusOK, Summary: "Approve a plan, or send it back", Faults: append(own, ErrRandomShare, ErrReason)}, s.postDecide)
	web.Handle(api, web.Op{ID: "dropVisitPlan", Route: "POST /visit/plans/{id}/drop", Action: ActionPlan, Status: http.StatusOK, Summary: "Give a plan up", Faults: own}, s.postDropPlan)
}

func rankOf(o Order) []string { return []string{o.RankOn.String(), o.ID.String()} }

func (s *Service) getOrders(ctx context.Context, in *OrderFilter) (*web.Body[page.List[OrderView]], error) {
	rows, k, now, err := s.Orders(ctx, *in)
	return &web.Body[page.List[OrderView]]{Body: page.Of(rows, k, in.Limit, rankOf, orderOn(now))}, err
}

func (s *Service) getOrder(ctx context.Context, in *orderIn) (*web.Body[oneOrderView], error) {
	o, err := s.OrderByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[oneOrderView]{Body: oneOrderOf(o)}, nil
}

func (s *Service) getNotice(ctx context.Context, in *orderIn) (*web.File, error) {
	name, content, err := s.PrintNotice(ctx, in.ID)
	return web.Inline(name+".pdf", content, err)
}

func (s *Service) postOrder(ctx context.Context, in *stepOn[NewOrder]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Issue(ctx, in.ID, in.Body))
}

func (s *Service) postLone(ctx context.Context, in *web.Body[LoneOrder]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Register(ctx, in.Body))
}

func (s *Service) getPlans(ctx context.Context, in *plansIn) (*web.Body[plansView], error) {
	rows, err := s.Plans(ctx, in.Year)
	v := plansView{Items: make([]PlanView, len(rows))}
	for i, p := range rows {
		v.Items[i] = planOf(p)
	}
	return &web.Body[plansView]{Body: v}, err
}

func (s *Service) getPlan(ctx context.Context, in *planIn) (*web.Body[onePlanView], error) {
	o, err := s.PlanByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[onePlanView]{Body: onePlanOf(o)}, nil
}

func (s *Service) getPicks(ctx context.Context, in *PickFilter) (*web.Body[page.List[pickView]], error) {
	rows, names, k, err := s.Picks(ctx, *in)
	key := func(p Pick) []string { return []string{p.Class, id.Of[Pick](p.Rank).String()} }
	return &web.Body[page.List[pickView]]{Body: page.Of(rows, k, in.Limit, key, pickOn(names))}, err
}

func (s *Service) getProof(ctx context.Context, in *planIn) (*web.Body[proofView], error) {
	p, err := s.Prove(ctx, in.ID)
	return &web.Body[proofView]{Body: proofView{id.Of[Proof](p.Seed).String(), p.Candidates, p.Same}}, err
}

func (s *Service) postPlan(ctx context.Context, in *web.Body[NewPlan]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Begin(ctx, in.Body))
}

func (s *Service) postDraw(ctx context.Context, in *planOn[Drawing]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Draw(ctx, in.ID, in.Body))
}

func (s *Service) postSubmit(ctx context.Context, in *planOn[Nothing]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Submit(ctx, in.ID, in.Body))
}

func (s *Service) postDecide(ctx context.Context, in *planOn[PlanDecision]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Decide(ctx, in.ID, in.Body))
}

func (s *Service) postDropPlan(ctx context.Context, in *planOn[Nothing]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.DropPlan(ctx, in.ID, in.Body))
}

func (s *Service) getMonth(ctx context.Context, in *monthIn) (*web.Body[monthView], error) {
	m, err := s.Summary(ctx, in.Month)
	v := monthView{m.Month, make([]tallyView, len(m.Rows)), make([]foundView, len(m.Found))}
	for i, t := range m.Rows {
		v.Towns[i] = tallyView(t)
	}
	for i, f := range m.Found {
		v.Found[i] = foundView(f)
	}
	return &web.Body[monthView]{Body: v}, err
}
