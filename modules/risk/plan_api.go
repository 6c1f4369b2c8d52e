package risk

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

func mountPlans(api huma.API, s *Service) {
	form := []*fault.Error{ErrPicture, ErrOutline, ErrRiskUnit, ErrBlank}
	there := []*fault.Error{rbac.ErrNotFound, ErrEnded}
	web.Handle(api, web.Op{
		ID: "listRiskPlans", Route: "GET /risk/plans", Action: ActionRead, Summary: "Four-colour plans, floor by floor", Faults: []*fault.Error{ErrCompanyNeeded},
	}, s.getPlans)
	web.Handle(api, web.Op{ID: "getRiskPlan", Route: "GET /risk/plans/{id}", Action: ActionRead, Summary: "One four-colour plan", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getPlan)
	web.Handle(api, web.Op{ID: "addRiskPlan", Route: "POST /risk/plans", Action: ActionDraw, Summary: "Make a four-colour plan of an uploaded picture", Faults: form}, s.postPlan)
	web.Handle(api, web.Op{
		ID: "changeRiskPlan", Route: "PUT /risk/plans/{id}", Action: ActionDraw, Summary: "Draw a four-colour plan anew", Faults: append(there, form...), Status: http.StatusOK,
	}, s.putPlan)
	web.Handle(api, web.Op{
		ID: "endRiskPlan", Route: "POST /risk/plans/{id}/end", Action: ActionDraw, Summary: "Take a four-colour plan out of use", Faults: there, Status: http.StatusOK,
	}, s.postPlanEnd)
}

func mountPrints(api huma.API, s *Service) {
	needed := []*fault.Error{ErrCompanyNeeded}
	web.Handle(api, web.Op{ID: "printRiskList", Route: "GET /risk/prints/list", Action: ActionRead, Summary: "The risk list as a PDF", Faults: needed}, s.getListPrint)
	web.Handle(api, web.Op{ID: "printRiskBoard", Route: "GET /risk/prints/board", Action: ActionRead, Summary: "The notice board of risks as a PDF", Faults: needed}, s.getBoardPrint)
	web.Handle(api, web.Op{
		ID: "printRiskCard", Route: "GET /risk/units/{id}/card", Action: ActionRead, Summary: "The warning card of a unit as a PDF", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getCardPrint)
	web.Handle(api, web.Op{
		ID: "printRiskPlan", Route: "GET /risk/plans/{id}/print", Action: ActionRead, Summary: "A four-colour plan as a PDF", Faults: []*fault.Error{rbac.ErrNotFound, ErrPicture},
	}, s.getPlanPrint)
}

func mountReports(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listRiskReports", Route: "GET /risk/reports", Action: ActionReports, Summary: "Reports of larger and major risks, the latest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getReports)
	web.Handle(api, web.Op{ID: "getRiskReport", Route: "GET /risk/reports/{id}", Action: ActionReports, Summary: "One report of risks", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getReport)
	web.Handle(api, web.Op{
		ID: "printRiskReport", Route: "GET /risk/reports/{id}/print", Action: ActionReports, Summary: "A report of risks as a PDF", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getReportPrint)
	web.Handle(api, web.Op{
		ID: "openRiskReport", Route: "POST /risk/reports", Action: ActionSubmit, Summary: "Open the first report, or note a change to be reported",
		Faults: []*fault.Error{ErrAnchor, ErrFuture, ErrBlank, ErrOpened, ErrCycle},
	}, s.postReport)
	web.Handle(api, web.Op{
		ID: "submitRiskReport", Route: "POST /risk/reports/{id}/submit", Action: ActionSubmit, Summary: "Freeze a report and hand it to the regulator",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrSubmitted, ErrNothing}, Status: http.StatusOK,
	}, s.postSubmit)
}

type plansView struct {
	Items []planView `json:"items" nullable:"false"`
}

func (s *Service) getPlans(ctx context.Context, in *CompanyQuery) (*web.Body[plansView], error) {
	rows, err := s.Plans(ctx, in.CompanyID)
	v := plansView{Items: []planView{}}
	for _, p := range rows {
		v.Items = append(v.Items, viewPlan(p))
	}
	return &web.Body[plansView]{Body: v}, err
}

type onePlan struct {
	ID id.Of[Plan] `path:"id"`
}

func (s *Service) getPlan(ctx context.Context, in *onePlan) (*web.Body[planView], error) {
	p, err := s.Plan(ctx, in.ID)
	return &web.Body[planView]{Body: viewPlan(p)}, err
}

func (s *Service) postPlan(ctx context.Context, in *web.Body[PlanForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddPlan(ctx, in.Body))
}

func (s *Service) putPlan(ctx context.Context, in *struct {
	ID   id.Of[Plan] `path:"id"`
	Body PlanForm
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.ChangePlan(ctx, in.ID, in.Body))
}

func (s *Service) postPlanEnd(ctx context.Context, in *onePlan) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EndPlan(ctx, in.ID))
}

func (s *Service) getListPrint(ctx context.Context, in *EventFilter) (*web.File, error) {
	return pdf(s.PrintList(ctx, *in))
}

func (s *Service) getBoardPrint(ctx context.Context, in *CompanyQuery) (*web.File, error) {
	return pdf(s.PrintBoard(ctx, in.CompanyID))
}

func (s *Service) getCardPrint(ctx context.Context, in *oneUnit) (*web.File, error) {
	return pdf(s.PrintCard(ctx, in.ID))
}

func (s *Service) getPlanPrint(ctx context.Context, in *struct {
	ID   id.Of[Plan] `path:"id"`
	Size string      `query:"size" enum:"A3,A4" default:"A4"`
},
) (*web.File, error) {
	return pdf(s.PrintPlan(ctx, in.ID, in.Size))
}

// ReportView is a report in a list; exported because huma skips an embedded type that is not.
type ReportView struct {
	ID            id.Of[Report]  `json:"id"`
	CompanyID     rbac.CompanyID `json:"companyId"`
	CompanyName   string         `json:"companyName"`
	Cycle         string         `json:"cycle" enum:"RISK-FIRST,RISK-Y,RISK-CHG,RISK-Q"`
	Period        string         `json:"period" doc:"empty for reports of an occasion"`
	AnchorOn      day.Date       `json:"anchorOn" doc:"day of acceptance or of the change"`
	DueOn         day.Date       `json:"dueOn"`
	State         string         `json:"state" enum:"due,submitted"`
	Overdue       bool           `json:"overdue"`
	Late          bool           `json:"late" doc:"submitted after the last day"`
	Events        int            `json:"events" doc:"larger and major risks in it"`
	Changes       int            `json:"changes"`
	SubmittedAt   *time.Time     `json:"submittedAt,omitempty"`
	SubmittedName string         `json:"submittedName"`
}

func reportsOn(on day.Date) func(ReportRow) ReportView {
	return func(r ReportRow) ReportView {
		return ReportView{
			r.ID, r.CompanyID, r.CompanyName, r.Cycle, r.Period, r.AnchorOn, r.DueOn, r.State, r.State == "due" && r.DueOn.Before(on), r.Late, r.Events, len(r.Triggers.V),
			r.SubmittedAt, r.SubmittedName,
		}
	}
}

type frozenView struct {
	ReportView
	Content     Content `json:"content" doc:"as it was frozen, or as it stands today"`
	ContentHash string  `json:"contentHash" doc:"SHA-256 of what was frozen; empty: not submitted"`
}

func (s *Service) getReports(ctx context.Context, in *ReportFilter) (*web.Body[page.List[ReportView]], error) {
	rows, k, on, err := s.Reports(ctx, *in)
	return &web.Body[page.List[ReportView]]{Body: page.Of(rows, k, in.Limit, func(r ReportRow) []string { return []string{r.ID.String()} }, reportsOn(on))}, err
}

type oneReport struct {
	ID id.Of[Report] `path:"id"`
}

func (s *Service) getReport(ctx context.Context, in *oneReport) (*web.Body[frozenView], error) {
	o, err := s.Report(ctx, in.ID)
	v := frozenView{ReportView: reportsOn(o.Today)(ReportRow{o.Report, o.Content.Company.Name}), Content: o.Content, ContentHash: o.ContentHash}
	return &web.Body[frozenView]{Body: v}, err
}

func (s *Service) getReportPrint(ctx context.Context, in *oneReport) (*web.File, error) {
	return pdf(s.PrintReport(ctx, in.ID))
}

func (s *Service) postReport(ctx context.Context, in *web.Body[Opening]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.OpenReport(ctx, in.Body))
}

func (s *Service) postSubmit(ctx context.Context, in *struct {
	ID   id.Of[Report] `path:"id"`
	Body Submission
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.SubmitReport(ctx, in.ID, in.Body))
}
