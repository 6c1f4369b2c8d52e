package fund

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

type yearView struct {
	CompanyName    string      `json:"companyName"`
	Year           int32       `json:"year"`
	Today          day.Date    `json:"today"`
	Bound          bool        `json:"bound"`
	Category       string      `json:"category"`
	CategoryZh     string      `json:"categoryZh"`
	CategoryEn     string      `json:"categoryEn"`
	Clause         string      `json:"clause"`
	StartMonth     string      `json:"startMonth"`
	Whole          bool        `json:"whole" doc:"false: open months are not shown"`
	FirstYear      bool        `json:"firstYear"`
	ProductionOn   day.Date    `json:"productionOn,omitzero"`
	Inseparable    bool        `json:"inseparable"`
	PriorDueFen    *fen.Amount `json:"priorDueFen" nullable:"true" doc:"as stated; null: of the year before here"`
	ThresholdFen   fen.Amount  `json:"thresholdFen" doc:"opening balance from which a month accrues nothing (art. 50); 0: not known"`
	Suspended      []int16     `json:"suspended" nullable:"false"`
	Note           string      `json:"note"`
	OpeningFen     fen.Amount  `json:"openingFen"`
	DueFen         fen.Amount  `json:"dueFen" doc:"of the year by the standard (应计提)"`
	AccruedFen     fen.Amount  `json:"accruedFen" doc:"in closed months, top-up included"`
	UsedFen        fen.Amount  `json:"usedFen"`
	UsedCapitalFen fen.Amount  `json:"usedCapitalFen"`
	MovedFen       fen.Amount  `json:"movedFen" doc:"group transfers, received less given"`
	PlannedFen     fen.Amount  `json:"plannedFen"`
	BalanceFen     fen.Amount  `json:"balanceFen" doc:"on the books now"`
	ClosingFen     fen.Amount  `json:"closingFen" doc:"at the end of the year if nothing more is booked"`
	Closed         int16       `json:"closed"`
	NextMonth      string      `json:"nextMonth" doc:"to be closed next; empty: not in this year"`
	LastClosed     string      `json:"lastClosed" doc:"of the company; empty: none"`
	Fault          string      `json:"fault" doc:"why nothing can be worked out; empty: it can"`
	Lines          []lineView  `json:"lines" nullable:"false"`
	Months         []monthView `json:"months" nullable:"false"`
}

type lineView struct {
	ID         id.Of[Line]            `json:"id"`
	Name       string                 `json:"name"`
	Category   string                 `json:"category"`
	CategoryZh string                 `json:"categoryZh"`
	CategoryEn string                 `json:"categoryEn"`
	Sub        string                 `json:"sub"`
	SubZh      string                 `json:"subZh"`
	SubEn      string                 `json:"subEn"`
	Hazards    []string               `json:"hazards" nullable:"false"`
	Rules      string                 `json:"rules"`
	SignedOn   day.Date               `json:"signedOn,omitzero"`
	Rate       string                 `json:"rate" doc:"the company's own; empty: the rules'"`
	RevenueFen *fen.Amount            `json:"revenueFen" nullable:"true"`
	Source     string                 `json:"source"`
	Files      []id.Of[id.Attachment] `json:"files" nullable:"false"`
	OnRevenue  bool                   `json:"onRevenue"`
	Unit       string                 `json:"unit"`
	Standard   *accrual.Rate          `json:"standard,omitempty" doc:"rate of the rules; missing: brackets"`
	ToVerify   bool                   `json:"toVerify"`
	Fixed      bool                   `json:"fixed" doc:"closed months were reckoned from it: another revenue is a revision"`
	Revisions  []Revision             `json:"revisions" nullable:"false"`
	Quantities []*accrual.Quantity    `json:"quantities" nullable:"false" doc:"by month; null: not stated"`
}

type lackView struct {
	Code   string      `json:"code" enum:"lines,revenue,quantity,rules,waiting,order"`
	LineID id.Of[Line] `json:"lineId"`
	Name   string      `json:"name"`
	Count  int         `json:"count"`
}

type monthView struct {
	Month          string          `json:"month"`
	State          string          `json:"state" enum:"before,closed,reopened,open,future"`
	Source         string          `json:"source" enum:",closed,imported"`
	Next           bool            `json:"next" doc:"to be closed next"`
	Reckoned       bool            `json:"reckoned" doc:"accrual is kept or could be worked out"`
	Lacks          []lackView      `json:"lacks" nullable:"false"`
	Waiting        int             `json:"waiting" doc:"expenses that wait for approval"`
	OpeningFen     fen.Amount      `json:"openingFen"`
	StandardFen    fen.Amount      `json:"standardFen"`
	CatchUpFen     fen.Amount      `json:"catchUpFen"`
	AccruedFen     fen.Amount      `json:"accruedFen"`
	TopUpFen       fen.Amount      `json:"topUpFen"`
	ExcessFen      fen.Amount      `json:"excessFen"`
	UsedExpenseFen fen.Amount      `json:"usedExpenseFen"`
	UsedCapitalFen fen.Amount      `json:"usedCapitalFen"`
	MovedFen       fen.Amount      `json:"movedFen"`
	ClosingFen     fen.Amount      `json:"closingFen"`
	Suspended      bool            `json:"suspended"`
	Deficit        bool            `json:"deficit"`
	PlanFen        fen.Amount      `json:"planFen"`
	PlanSumFen     fen.Amount      `json:"planSumFen" doc:"planned from January on"`
	UsedSumFen     fen.Amount      `json:"usedSumFen" doc:"used from January on"`
	VarianceFen    fen.Amount      `json:"varianceFen" doc:"used less planned, cumulated"`
	Rules          string          `json:"rules"`
	Working        accrual.Working `json:"working"`
	Round          int16           `json:"round"`
	ClosedAt       *time.Time      `json:"closedAt,omitempty"`
	ClosedBy       string          `json:"closedBy"`
}

func yearAs(p YearPage) yearView {
	y := p.Year
	v := yearView{
		CompanyName: p.Firm.Name, Year: p.N, Today: p.Today, Bound: p.Profile.Bound, Category: p.Profile.Category, Clause: p.Profile.Clause, StartMonth: monthKey(p.Profile.StartsOn), Whole: p.Whole,
		FirstYear: y.FirstYear, ProductionOn: y.ProductionOn, Inseparable: y.Inseparable, PriorDueFen: y.PriorDueFen, Suspended: append([]int16{}, y.Suspended...), Note: y.Note,
		OpeningFen: p.OpeningFen, DueFen: p.DueFen, AccruedFen: p.AccruedFen, UsedFen: p.UsedFen, UsedCapitalFen: p.CapitalFen, MovedFen: p.GroupFen, PlannedFen: p.PlanFen, BalanceFen: p.BalanceFen,
		ClosingFen: p.ClosingFen, Closed: p.Closed, Lines: []lineView{}, Months: make([]monthView, 12), ThresholdFen: p.threshold(p.Rules),
	}
	if r := accrual.On(p.Rules, p.month(11)); r != nil {
		c, _ := r.Category(p.Profile.Category)
		v.CategoryZh, v.CategoryEn = c.NameZh, c.NameEn
	}
	if p.Fault != nil {
		v.Fault = p.Fault.Code
	}
	if !p.LastClosed.IsZero() {
		v.LastClosed = monthKey(p.LastClosed)
	}
	for _, l := range p.Lines {
		v.Lines = append(v.Lines, lineAs(p, l))
	}
	for i, r := range p.Rows {
		v.Months[i] = monthAs(r, p.Profile.Bound)
		if r.Next {
			v.NextMonth = v.Months[i].Month
		}
	}
	return v
}

func lineAs(p YearPage, l Line) lineView {
	b := baseOf(p.Rules, l, p.month(11))
	v := lineView{
		ID: l.ID, Name: l.Name, Category: l.Category, CategoryZh: b.Category.NameZh, CategoryEn: b.Category.NameEn, Sub: l.Sub, SubZh: b.Sub.Zh, SubEn: b.Sub.En, Hazards: append([]string{}, l.Hazards...),
		Rules: l.Rules, SignedOn: l.SignedOn, Rate: l.Rate, RevenueFen: l.RevenueFen, Source: l.Source, Files: []id.Of[id.Attachment]{}, OnRevenue: b.OnRevenue, Unit: b.Unit, Standard: b.Rate, ToVerify: b.ToVerify,
		Fixed: p.reckoned(l.ID), Revisions: append([]Revision{}, l.Revisions.V...), Quantities: make([]*accrual.Quantity, 12),
	}
	for _, n := range l.Files {
		v.Files = append(v.Files, id.Of[id.Attachment](n))
	}
	for i, q := range p.Quantities[l.ID] {
		one := accrual.Quantity(q)
		v.Quantities[i] = &one
	}
	return v
}

func monthAs(r Row, bound bool) monthView {
	v := monthView{
		Month: monthKey(r.MonthOn), State: r.Standing, Source: r.Source, Next: r.Next, Reckoned: r.Reckoned, Lacks: make([]lackView, len(r.Lacks)), Waiting: r.Waiting,
		OpeningFen: r.OpeningFen, StandardFen: r.StandardFen, CatchUpFen: r.CatchUpFen, AccruedFen: r.AccruedFen, TopUpFen: r.TopUpFen, ExcessFen: r.ExcessFen, UsedExpenseFen: r.UsedExpenseFen,
		UsedCapitalFen: r.UsedCapitalFen, MovedFen: r.MovedFen, ClosingFen: r.ClosingFen, Suspended: r.Suspended, Deficit: bound && r.ClosingFen < 0, PlanFen: r.PlanFen, PlanSumFen: r.PlanSum,
		UsedSumFen: r.UsedSum, VarianceFen: r.UsedSum - r.PlanSum, Rules: r.Rules, Working: whole(r.Working.V), Round: r.Round, ClosedBy: r.ClosedByName,
	}
	for i, l := range r.Lacks {
		v.Lacks[i] = lackView(l)
	}
	if r.Standing == Closed {
		v.ClosedAt = &r.ClosedAt
	}
	return v
}

// whole is a working whose lists are there, if empty.
func whole(w accrual.Working) accrual.Working {
	w.Clauses, w.Notes, w.Lines = append([]string{}, w.Clauses...), append([]string{}, w.Notes...), append([]accrual.LineWorking{}, w.Lines...)
	for i := range w.Lines {
		w.Lines[i].Slices = append([]accrual.Slice{}, w.Lines[i].Slices...)
	}
	return w
}

type oneYear struct {
	Year int `path:"year" minimum:"2005" maximum:"2100"`
}

type yearQuery struct {
	Year      int            `path:"year" minimum:"2005" maximum:"2100"`
	CompanyID rbac.CompanyID `query:"companyId" doc:"for who sees several companies"`
}

type yearPut struct {
	Year int `path:"year" minimum:"2005" maximum:"2100"`
	Body YearForm
}

type linePost struct {
	Year int `path:"year" minimum:"2005" maximum:"2100"`
	Body LineForm
}

type oneLine struct {
	ID id.Of[Line] `path:"id"`
}

type linePut struct {
	ID   id.Of[Line] `path:"id"`
	Body LineForm
}

type revisionPost struct {
	ID   id.Of[Line] `path:"id"`
	Body RevisionForm
}

type quantityPut struct {
	ID    id.Of[Line] `path:"id"`
	Month string      `path:"month" pattern:"^20[0-9]{2}-(0[1-9]|1[0-2])$" example:"2026-01"`
	Body  QuantityForm
}

func mountYears(api huma.API, s *Service) {
	mountProfile(api, s)
	kept := []*fault.Error{ErrNoProfile, ErrYear}
	fits := []*fault.Error{ErrNoProfile, ErrNotBound, ErrYear, ErrName, ErrCategory, ErrSub, ErrRate, ErrRevenue, ErrLines}
	known := append([]*fault.Error{rbac.ErrNotFound, ErrClosed}, fits...)
	web.Handle(api, web.Op{
		ID: "getFundYear", Route: "GET /fund/years/{year}", Action: ActionLedger, Summary: "The ledger of a year: businesses, twelve months as closed or as they would be, plan and use", Faults: append(kept, ErrCompanyNeeded, rbac.ErrNotFound),
	}, s.getYear)
	web.Handle(api, web.Op{ID: "stateFundYear", Route: "PUT /fund/years/{year}", Action: ActionYear, Summary: "State what concerns a year as a whole", Faults: append(kept, ErrClosed, ErrLines)}, s.putYear)
	web.Handle(api, web.Op{ID: "addFundLine", Route: "POST /fund/years/{year}/lines", Action: ActionYear, Summary: "State a business, mine or contract of a year", Faults: fits}, s.postLine)
	web.Handle(api, web.Op{ID: "copyFundLines", Route: "POST /fund/years/{year}/copy", Action: ActionYear, Status: http.StatusOK, Summary: "Take over the businesses of the year before, without their figures", Faults: append(kept, ErrNotBound, ErrLines)}, s.postCopy)
	web.Handle(api, web.Op{ID: "changeFundLine", Route: "PUT /fund/lines/{id}", Action: ActionYear, Summary: "State a business anew", Faults: known}, s.putLine)
	web.Handle(api, web.Op{
		ID: "reviseFundLine", Route: "POST /fund/lines/{id}/revisions", Action: ActionYear, Summary: "State another prior-year revenue from a month on; the difference is settled in that month", Faults: append(known, ErrMonth, ErrReason),
	}, s.postRevision)
	web.Handle(api, web.Op{ID: "retireFundLine", Route: "POST /fund/lines/{id}/retire", Action: ActionYear, Status: http.StatusOK, Summary: "Take back a business entered by mistake", Faults: known}, s.postRetire)
	web.Handle(api, web.Op{ID: "measureFundLine", Route: "PUT /fund/lines/{id}/quantities/{month}", Action: ActionYear, Summary: "State a month's output or progress", Faults: append(known, ErrMonth, ErrQuantity)}, s.putQuantity)
}

func (s *Service) getYear(ctx context.Context, in *yearQuery) (*web.Body[yearView], error) {
	p, err := s.Ledger(ctx, in.CompanyID, in.Year)
	if err != nil {
		return nil, err
	}
	return &web.Body[yearView]{Body: yearAs(p)}, nil
}

func (s *Service) putYear(ctx context.Context, in *yearPut) (*web.Body[web.Made], error) {
	return web.MadeOf(s.State(ctx, in.Year, in.Body))
}

func (s *Service) postLine(ctx context.Context, in *linePost) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddLine(ctx, in.Year, in.Body))
}

func (s *Service) postCopy(ctx context.Context, in *oneYear) (*web.Body[web.Made], error) {
	return web.MadeOf(s.CopyLines(ctx, in.Year))
}

func (s *Service) putLine(ctx context.Context, in *linePut) (*web.Body[web.Made], error) {
	return web.MadeOf(s.ChangeLine(ctx, in.ID, in.Body))
}

func (s *Service) postRevision(ctx context.Context, in *revisionPost) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Revise(ctx, in.ID, in.Body))
}

func (s *Service) postRetire(ctx context.Context, in *oneLine) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Retire(ctx, in.ID))
}

func (s *Service) putQuantity(ctx context.Context, in *quantityPut) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Measure(ctx, in.ID, in.Month, in.Body))
}
