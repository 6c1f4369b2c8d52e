package emergency

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type filingOne struct {
	ID id.Of[Filing] `path:"id"`
}

type filingOn[T any] struct {
	ID   id.Of[Filing] `path:"id"`
	Body T
}

type handIn struct {
	ID   id.Of[id.Row] `path:"id" doc:"of the plan"`
	Body Handing
}

type standingOf struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: which company"`
}

type yearOf struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: which company"`
	Year      int            `query:"year" minimum:"2000" maximum:"2099" required:"true"`
}

// Mount adds the module's operations to api, besides those of its registers.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "getEmergencyStanding", Route: "GET /emergency/standing", Action: ActionPlans, Summary: "How a company stands with its plans, drills and supplies", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getStanding)
	web.Handle(api, web.Op{
		ID: "setEmergency", Route: "PUT /emergency/setting", Action: ActionSetting, Summary: "Say how the company counts its duties", Faults: []*fault.Error{ErrClass},
	}, s.putSetting)
	web.Handle(api, web.Op{
		ID: "printDrillYear", Route: "GET /emergency/drill-year", Action: ActionDrills, Summary: "Print the yearly drill plan", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getYear)
	web.Handle(api, web.Op{
		ID: "listEmergencyFilings", Route: "GET /emergency/filings", Action: ActionFilings, Summary: "List filings of plans, latest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getFilings)
	web.Handle(api, web.Op{
		ID: "getEmergencyFiling", Route: "GET /emergency/filings/{id}", Action: ActionFilings, Summary: "Read a filing", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getFiling)
	web.Handle(api, web.Op{
		ID: "printEmergencyFiling", Route: "GET /emergency/filings/{id}/print", Action: ActionFilings, Summary: "Print the filing form (备案申报表)", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getForm)
	web.Handle(api, web.Op{
		ID: "fileEmergencyPlan", Route: "POST /emergency/plans/{id}/file", Action: ActionFile, Summary: "File a plan with the regulator",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrUnpublished, ErrWithRegulator, ErrDocument},
	}, s.postFile)
	web.Handle(api, web.Op{
		ID: "supplementEmergencyFiling", Route: "POST /emergency/filings/{id}/supplement", Action: ActionFile, Summary: "Hand in what the regulator found missing", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotNow, ErrDocument},
	}, s.postSupplement)
	web.Handle(api, web.Op{
		ID: "acceptEmergencyFiling", Route: "POST /emergency/filings/{id}/accept", Action: ActionDecide, Summary: "Regulator: file the plan", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotNow},
	}, s.postAccept)
	web.Handle(api, web.Op{
		ID: "askEmergencyFiling", Route: "POST /emergency/filings/{id}/ask", Action: ActionDecide, Summary: "Regulator: tell what is missing, once", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotNow, ErrAskedOnce},
	}, s.postAsk)
}

func (s *Service) getStanding(ctx context.Context, in *standingOf) (*web.Body[standingView], error) {
	found, err := s.Stand(ctx, in.CompanyID)
	return &web.Body[standingView]{Body: standingOn(found)}, err
}

func (s *Service) putSetting(ctx context.Context, in *web.Body[Settings]) (*web.Body[web.Made], error) {
	return web.MadeOf(id.Of[Setting](0), s.Set(ctx, in.Body))
}

func (s *Service) getYear(ctx context.Context, in *yearOf) (*web.File, error) {
	content, err := s.PrintYear(ctx, in.CompanyID, in.Year)
	return pdf(ctx, "emergency.print-year", content, err)
}

func (s *Service) getFilings(ctx context.Context, in *FilingFilter) (*web.Body[page.List[filingView]], error) {
	rows, k, now, err := s.Filings(ctx, *in)
	return &web.Body[page.List[filingView]]{Body: page.Of(rows, k, in.Limit, func(f ListedFiling) []string { return []string{f.ID.String()} }, viewOn(now))}, err
}

func (s *Service) getFiling(ctx context.Context, in *filingOne) (*web.Body[filingView], error) {
	f, now, err := s.FilingByID(ctx, in.ID)
	return &web.Body[filingView]{Body: viewOn(now)(f)}, err
}

func (s *Service) getForm(ctx context.Context, in *filingOne) (*web.File, error) {
	content, err := s.PrintFiling(ctx, in.ID)
	return pdf(ctx, "emergency.print-filing", content, err)
}

func pdf(ctx context.Context, name string, content []byte, err error) (*web.File, error) {
	return web.Download(text.Say(text.Of(ctx), name, nil)+".pdf", content, err)
}

func (s *Service) postFile(ctx context.Context, in *handIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.HandIn(ctx, in.ID, in.Body))
}

func (s *Service) postSupplement(ctx context.Context, in *filingOn[Handing]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Supplement(ctx, in.ID, in.Body))
}

func (s *Service) postAccept(ctx context.Context, in *filingOn[Acceptance]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Accept(ctx, in.ID, in.Body))
}

func (s *Service) postAsk(ctx context.Context, in *filingOn[Asking]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Ask(ctx, in.ID, in.Body))
}
