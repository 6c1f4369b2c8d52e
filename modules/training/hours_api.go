package training

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/web"
)

type hoursPageView struct {
	page.List[hoursView]
	Year  int       `json:"year"`
	Tally TallyView `json:"tally"`
}

type ownView struct {
	Year    int          `json:"year"`
	Hours   *hoursView   `json:"hours,omitempty" doc:"empty: nothing was reckoned yet"`
	Records []recordView `json:"records" nullable:"false"`
}

type areaView struct {
	Path            string `json:"path"`
	Name            string `json:"name"`
	Companies       int64  `json:"companies" doc:"whose people are known here"`
	Planned         int64  `json:"planned" doc:"with an approved plan"`
	Whole           int64  `json:"whole" doc:"where everybody meets what is due"`
	People          int64  `json:"people"`
	Due             int64  `json:"due"`
	Met             int64  `json:"met"`
	FirstDue        int64  `json:"firstDue"`
	FirstMet        int64  `json:"firstMet"`
	RequiredMinutes int64  `json:"required" doc:"minutes"`
	HadMinutes      int64  `json:"had" doc:"minutes"`
	Sessions        int64  `json:"sessions"`
}

type areasView struct {
	Area  string     `json:"area"`
	Name  string     `json:"name"`
	Year  int        `json:"year"`
	Total areaView   `json:"total"`
	Rows  []areaView `json:"rows" nullable:"false"`
}

type companyYearView struct {
	TallyView
	Name string `json:"name"`
	Town string `json:"town"`
}

type recounting struct {
	Year int `json:"year" minimum:"2005" maximum:"2100"`
}

func keyOfHours(x Stands) []string {
	return []string{strconv.Itoa(x.MissingMinutes), x.StaffID.String()}
}

func keyOfRecord(r Told) []string { return []string{r.HeldOn.String(), r.ID.String()} }

func keyOfYear(c CompanyYear) []string {
	return []string{strconv.FormatInt(c.Rate, 10), c.CompanyID.String()}
}

func mountHours(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listTrainingHours", Route: "GET /training/hours", Action: ActionHours, Summary: "Hours required and had, by person", Faults: []*fault.Error{page.ErrCursor}}, s.getHours)
	web.Handle(api, web.Op{ID: "recountTrainingHours", Route: "POST /training/hours/recount", Action: ActionHold, Status: http.StatusOK, Summary: "Reckon everybody's hours of a year anew", Faults: []*fault.Error{ErrYear}}, s.postRecount)
	web.Handle(api, web.Op{ID: "listTrainingRecords", Route: "GET /training/records", Action: ActionRecords, Summary: "Training that people had, the latest first", Faults: []*fault.Error{page.ErrCursor}}, s.getRecords)
	web.Handle(api, web.Op{ID: "getTrainingYear", Route: "GET /training/year", Action: ActionPlan, Summary: "The training of a company in a year, in numbers", Faults: []*fault.Error{ErrCompany}}, s.getYear)
	web.Handle(api, web.Op{ID: "sumAreaTraining", Route: "GET /training/area", Action: ActionArea, Summary: "Regulator: training in an area by its parts", Faults: []*fault.Error{ErrArea}}, s.getArea)
	web.Handle(api, web.Op{ID: "listAreaTraining", Route: "GET /training/area/companies", Action: ActionArea, Summary: "Regulator: companies of a county, the lowest rate first", Faults: []*fault.Error{ErrArea, page.ErrCursor}}, s.getCompanies)
}

func (s *Service) getHours(ctx context.Context, in *HoursFilter) (*web.Body[hoursPageView], error) {
	p, err := s.HoursList(ctx, *in)
	l := text.Of(ctx)
	list := page.Of(p.Rows, p.Key, in.Limit, keyOfHours, func(x Stands) hoursView { return hoursAs(x, l) })
	return &web.Body[hoursPageView]{Body: hoursPageView{list, p.Year, tallyAs(p.Tally)}}, err
}

func (s *Service) postRecount(ctx context.Context, in *web.Body[recounting]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Recount(ctx, in.Body.Year))
}

func (s *Service) getRecords(ctx context.Context, in *RecordFilter) (*web.Body[page.List[recordView]], error) {
	rows, k, err := s.Records(ctx, *in)
	return &web.Body[page.List[recordView]]{Body: page.Of(rows, k, in.Limit, keyOfRecord, recordAs)}, err
}

func (s *Service) getMyHours(ctx context.Context, in *struct {
	Year int `query:"year" minimum:"2005" maximum:"2100"`
},
) (*web.Body[ownView], error) {
	o, err := s.MyHours(ctx, in.Year)
	return &web.Body[ownView]{Body: ownAs(o, text.Of(ctx))}, err
}

func ownAs(o Own, l text.Lang) ownView {
	v := ownView{Year: o.Year, Records: make([]recordView, len(o.Records))}
	if o.Hours != nil {
		h := hoursAs(Stands{Hours: *o.Hours}, l)
		v.Hours = &h
	}
	for i, r := range o.Records {
		v.Records[i] = recordAs(r)
	}
	return v
}

func (s *Service) getYear(ctx context.Context, in *ofYear) (*web.Body[TallyView], error) {
	t, err := s.YearOf(ctx, in.CompanyID, in.Year)
	return &web.Body[TallyView]{Body: tallyAs(t)}, err
}

func (s *Service) getArea(ctx context.Context, in *AreaQuery) (*web.Body[areasView], error) {
	a, err := s.Area(ctx, *in)
	v := areasView{a.Area, a.Name, a.Year, areaView(a.Total), make([]areaView, len(a.Rows))}
	for i, r := range a.Rows {
		v.Rows[i] = areaView(r)
	}
	return &web.Body[areasView]{Body: v}, err
}

func (s *Service) getCompanies(ctx context.Context, in *CompaniesFilter) (*web.Body[page.List[companyYearView]], error) {
	rows, k, err := s.Companies(ctx, *in)
	view := func(c CompanyYear) companyYearView { return companyYearView{tallyAs(c.Tally), c.Name, c.Town} }
	return &web.Body[page.List[companyYearView]]{Body: page.Of(rows, k, in.Limit, keyOfYear, view)}, err
}
