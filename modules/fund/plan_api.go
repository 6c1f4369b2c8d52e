package fund

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type planView struct {
	ID         id.Of[Plan] `json:"id"`
	Version    int32       `json:"version"`
	State      string      `json:"state" enum:"draft,approved,replaced"`
	Items      []PlanItem  `json:"items" nullable:"false"`
	TotalFen   fen.Amount  `json:"totalFen"`
	Note       string      `json:"note"`
	MadeBy     string      `json:"madeBy"`
	MadeAt     time.Time   `json:"madeAt"`
	ApprovedBy string      `json:"approvedBy"`
	ApprovedAt *time.Time  `json:"approvedAt,omitempty"`
}

func planAs(p *Plan) *planView {
	if p == nil {
		return nil
	}
	return &planView{p.ID, p.Version, p.State, append([]PlanItem{}, p.Items.V...), p.TotalFen, p.Note, p.MadeByName, p.MadeAt, p.ApprovedByName, p.ApprovedAt}
}

type planVersionView struct {
	Version    int32      `json:"version"`
	State      string     `json:"state" enum:"draft,approved,replaced"`
	TotalFen   fen.Amount `json:"totalFen"`
	MadeBy     string     `json:"madeBy"`
	MadeAt     time.Time  `json:"madeAt"`
	ApprovedBy string     `json:"approvedBy"`
	ApprovedAt *time.Time `json:"approvedAt,omitempty"`
}

type plansView struct {
	Year     int               `json:"year"`
	DueFen   fen.Amount        `json:"dueFen" doc:"应计提 of the year as known now"`
	Draft    *planView         `json:"draft,omitempty"`
	InForce  *planView         `json:"inForce,omitempty"`
	Versions []planVersionView `json:"versions" nullable:"false"`
}

type actualMonthView struct {
	Month      string     `json:"month"`
	PlanFen    fen.Amount `json:"planFen"`
	UsedFen    fen.Amount `json:"usedFen"`
	CumPlanFen fen.Amount `json:"cumPlanFen"`
	CumUsedFen fen.Amount `json:"cumUsedFen"`
	Over       bool       `json:"over"`
}

type actualItemView struct {
	Category    string     `json:"category"`
	Item        int16      `json:"item" doc:"0: brought in without its items"`
	Tag         string     `json:"tag"`
	Label       string     `json:"label"`
	PlanFen     fen.Amount `json:"planFen"`
	UsedFen     fen.Amount `json:"usedFen"`
	ExpectedFen fen.Amount `json:"expectedFen" doc:"by the end of the year"`
	RateBp      *int64     `json:"rateBp,omitempty" doc:"used of planned, in ten-thousandths; missing: nothing planned"`
	PlanMonths  Months     `json:"planMonthsFen" nullable:"false"`
	UsedMonths  Months     `json:"usedMonthsFen" nullable:"false"`
}

type actualView struct {
	Year        int               `json:"year"`
	ByTag       bool              `json:"byTag" doc:"sums by kind of item only: months of items are not told"`
	Version     int32             `json:"version" doc:"of the plan in force; 0: none"`
	DueFen      fen.Amount        `json:"dueFen"`
	AccruedFen  fen.Amount        `json:"accruedFen"`
	PlanFen     fen.Amount        `json:"planFen"`
	UsedFen     fen.Amount        `json:"usedFen"`
	CapitalFen  fen.Amount        `json:"capitalFen" doc:"of what was used"`
	WaitingFen  fen.Amount        `json:"waitingFen" doc:"submitted, not decided on"`
	PaidFen     fen.Amount        `json:"paidFen" doc:"for fixed assets that are not in working order yet"`
	UseRateBp   *int64            `json:"useRateBp,omitempty" doc:"used of due, in ten-thousandths"`
	PlanRateBp  *int64            `json:"planRateBp,omitempty" doc:"used of planned, in ten-thousandths"`
	LineFen     fen.Amount        `json:"lineFen" doc:"60 % of the due: below it a statement is needed"`
	MissingFen  fen.Amount        `json:"missingFen" doc:"up to that line"`
	ExpectedFen fen.Amount        `json:"expectedFen" doc:"by the end of the year"`
	ExpectedBp  *int64            `json:"expectedBp,omitempty" doc:"of the due, in ten-thousandths"`
	MonthsOver  int               `json:"monthsOver"`
	Months      []actualMonthView `json:"months" nullable:"false"`
	Items       []actualItemView  `json:"items" nullable:"false"`
}

func actualAs(a Actual, lang text.Lang) actualView {
	used, expected, line := a.Used.sum(), a.ExpectedFen(), a.LineFen()
	v := actualView{
		Year: a.Year, ByTag: a.ByTag, Version: a.Version, DueFen: a.DueFen, AccruedFen: a.AccruedFen, PlanFen: a.Plan.sum(), UsedFen: used, CapitalFen: a.CapitalFen, WaitingFen: a.WaitingFen, PaidFen: a.PaidFen,
		UseRateBp: share(used, a.DueFen), PlanRateBp: share(used, a.Plan.sum()), LineFen: line, MissingFen: max(0, line-used), ExpectedFen: expected, ExpectedBp: share(expected, a.DueFen),
		MonthsOver: a.Over, Months: make([]actualMonthView, 12), Items: make([]actualItemView, len(a.Items)),
	}
	var plan, use fen.Amount
	for i := range 12 {
		plan, use = plan+a.Plan[i], use+a.Used[i]
		v.Months[i] = actualMonthView{fmt.Sprintf("%d-%02d", a.Year, i+1), a.Plan[i], a.Used[i], plan, use, i < a.Over}
	}
	for i, x := range a.Items {
		p, u := x.Plan.sum(), x.Used.sum()
		v.Items[i] = actualItemView{x.Category, x.Item, x.Tag, Words(lang, x.Label), p, u, x.ExpectedFen, share(u, p), x.Plan, x.Used}
	}
	return v
}

type planInput struct {
	Year      int            `path:"year"`
	CompanyID rbac.CompanyID `query:"companyId" doc:"who sees several companies names one"`
}

type keptPlan struct {
	Year int `path:"year"`
	Body PlanForm
}

type passedPlan struct {
	Year int `path:"year"`
	Body PlanApproval
}

func mountPlans(api huma.API, s *Service) {
	read := []*fault.Error{ErrYear, ErrCompanyNeeded}
	web.Handle(api, web.Op{ID: "getFundPlan", Route: "GET /fund/plans/{year}", Action: ActionPlan, Summary: "The plan of a year, in force and in draft", Faults: read}, s.getPlans)
	web.Handle(api, web.Op{ID: "keepFundPlan", Route: "PUT /fund/plans/{year}", Action: ActionPlanKeep, Summary: "Write the draft of a year's plan", Faults: []*fault.Error{ErrNoProfile, ErrYear, ErrPlan, ErrItem, ErrAmount, ErrUnit}}, s.putPlan)
	web.Handle(api, web.Op{ID: "approveFundPlan", Route: "POST /fund/plans/{year}/approve", Action: ActionPlanPass, Status: http.StatusOK, Summary: "Put the draft of a plan in force", Faults: []*fault.Error{ErrState, ErrPreview}}, s.postPlan)
	web.Handle(api, web.Op{ID: "getFundActual", Route: "GET /fund/plans/{year}/actual", Action: ActionPlan, Summary: "Plan against use, by item and month, with the outlook to the end of the year", Faults: read}, s.getActual)
}

func (s *Service) getPlans(ctx context.Context, in *planInput) (*web.Body[plansView], error) {
	x, err := s.Plans(ctx, in.CompanyID, in.Year)
	v := plansView{in.Year, x.Year.DueFen, planAs(x.Draft), planAs(x.InForce), make([]planVersionView, len(x.Versions))}
	for i, p := range x.Versions {
		v.Versions[i] = planVersionView{p.Version, p.State, p.TotalFen, p.MadeByName, p.MadeAt, p.ApprovedByName, p.ApprovedAt}
	}
	return &web.Body[plansView]{Body: v}, err
}

func (s *Service) putPlan(ctx context.Context, in *keptPlan) (*web.Body[web.Made], error) {
	return web.MadeOf(s.KeepPlan(ctx, in.Year, in.Body))
}

func (s *Service) postPlan(ctx context.Context, in *passedPlan) (*web.Body[web.Made], error) {
	return web.MadeOf(s.ApprovePlan(ctx, in.Year, in.Body))
}

func (s *Service) getActual(ctx context.Context, in *planInput) (*web.Body[actualView], error) {
	a, err := s.PlanActual(ctx, in.CompanyID, in.Year)
	return &web.Body[actualView]{Body: actualAs(a, text.Of(ctx))}, err
}
