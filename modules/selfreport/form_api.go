package selfreport

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

func mountForms(api huma.API, s *Service) {
	event(api, "fileReport", "paper", ActionPaper, "Submit the printed, stamped, scanned form", s.postPaper, ErrPaperCode, ErrPaperDay, ErrPaperEmpty)
	event(api, "markReport", "mark", ActionMark, "Note that the report was made in another system: it counts as reported", s.postMark, ErrSystem, ErrMarkEmpty, ErrMarkDay)
	web.Handle(api, web.Op{
		ID: "printReport", Route: "GET /selfreport/reports/{id}/form", Action: ActionList, Summary: "The official form, as PDF, Word or Excel",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotCompiled},
	}, s.getForm)
	web.Handle(api, web.Op{ID: "listReportSystems", Route: "GET /selfreport/systems", Action: ActionList, Summary: "Other systems that want the same figures"}, s.getSystems)
	web.Handle(api, web.Op{
		ID: "copyReport", Route: "GET /selfreport/reports/{id}/copy", Action: ActionList, Summary: "A report in the columns of another system, in its order",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotCompiled, ErrSystem},
	}, s.getCopy)
	web.Handle(api, web.Op{
		ID: "copyReportFile", Route: "GET /selfreport/reports/{id}/copy-file", Action: ActionList, Summary: "The same as Excel",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotCompiled, ErrSystem},
	}, s.getCopyFile)
}

func mountRates(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "getReportRates", Route: "GET /selfreport/rates", Action: ActionRate, Summary: "Reporting rate by area, of the companies bound at the period's end", Faults: []*fault.Error{ErrCycle, ErrPeriod},
	}, s.getRates)
	web.Handle(api, web.Op{
		ID: "listBoundCompanies", Route: "GET /selfreport/bound", Action: ActionRate, Summary: "The companies bound in a period, and how far their reports have come",
		Faults: []*fault.Error{ErrCycle, ErrPeriod, page.ErrCursor},
	}, s.getBounds)
	web.Handle(api, web.Op{
		ID: "urgeReports", Route: "POST /selfreport/urges", Action: ActionUrge, Summary: "Urge the companies of an area that have not reported (催报), at most once a day",
		Faults: []*fault.Error{ErrCycle, ErrPeriod, ErrUrgedToday},
	}, s.postUrge)
}

func (s *Service) postPaper(ctx context.Context, in *on[Filing]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.File(ctx, in.ID, in.Body))
}

func (s *Service) postMark(ctx context.Context, in *on[Marking]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Mark(ctx, in.ID, in.Body))
}

type printing struct {
	ID id.Of[id.Report] `path:"id"`
	As string           `query:"as" enum:"pdf,docx,xlsx" default:"pdf"`
}

func (s *Service) getForm(ctx context.Context, in *printing) (*web.File, error) {
	p, err := s.Print(ctx, in.ID, in.As)
	return web.Download(p.Name, p.Content, err)
}

type copying struct {
	ID     id.Of[id.Report] `path:"id"`
	System string           `query:"system" required:"true" maxLength:"30" pattern:"^[a-z0-9-]+$"`
}

type systemView struct {
	ID      string   `json:"id"`
	Zh      string   `json:"zh"`
	En      string   `json:"en"`
	Per     string   `json:"per" enum:"report,hazard" doc:"what one row of it is"`
	Sources []string `json:"sources" nullable:"false"`
	Conf    string   `json:"conf" enum:"verified,memory" doc:"memory: to be compared with that system's screen"`
}

func viewSystem(s System) systemView {
	v := systemView{ID: s.ID, Zh: s.Zh, En: s.En, Per: s.Per, Sources: []string{}, Conf: s.Conf}
	for _, key := range s.Src {
		v.Sources = append(v.Sources, outside.Sources[key])
	}
	return v
}

type copyColumn struct {
	Name  string `json:"name" doc:"as that system spells it"`
	Zh    string `json:"zh"`
	Known bool   `json:"known" doc:"false: that system asks for it, and nothing here knows it"`
}

type copyView struct {
	System  systemView   `json:"system"`
	Columns []copyColumn `json:"columns" nullable:"false" doc:"in that system's order"`
	Rows    [][]string   `json:"rows" nullable:"false"`
}

func (s *Service) getSystems(ctx context.Context, _ *struct{}) (*web.Body[page.List[systemView]], error) {
	list, err := s.Systems(ctx)
	out := page.List[systemView]{Items: make([]systemView, len(list))}
	for i, one := range list {
		out.Items[i] = viewSystem(one)
	}
	return &web.Body[page.List[systemView]]{Body: out}, err
}

func (s *Service) getCopy(ctx context.Context, in *copying) (*web.Body[copyView], error) {
	c, err := s.Copy(ctx, in.ID, in.System)
	v := copyView{viewSystem(c.System), make([]copyColumn, len(c.System.Columns)), append([][]string{}, c.Rows...)}
	for i, one := range c.System.Columns {
		v.Columns[i] = copyColumn{one.Name, one.Zh, one.From != ""}
	}
	return &web.Body[copyView]{Body: v}, err
}

func (s *Service) getCopyFile(ctx context.Context, in *copying) (*web.File, error) {
	c, err := s.Copy(ctx, in.ID, in.System)
	if err != nil {
		return nil, err
	}
	b, err := c.excel()
	return web.Download(c.Name, b, err)
}
