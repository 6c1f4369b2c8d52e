package risk

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

var judging = []*fault.Error{ErrFactor, ErrLowered, ErrRaiseReason, ErrResidual, ErrControlLevel}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	mountUnits(api, s)
	mountEvents(api, s)
	mountPlans(api, s)
	mountPrints(api, s)
	mountReports(api, s)
	web.Handle(api, web.Op{ID: "riskRules", Route: "GET /risk/rules", Action: ActionRead, Summary: "Levels, colours, factors, classes of accidents and report cycles in force"}, s.getRules)
	web.Handle(api, web.Op{
		ID: "previewRisk", Route: "POST /risk/preview", Action: ActionRead, Summary: "Rate without saving", Faults: judging, Exempt: true, Status: http.StatusOK,
	}, s.postPreview)
	web.Handle(api, web.Op{
		ID: "riskSummary", Route: "GET /risk/summary", Action: ActionRead, Summary: "How many risks of each level there are", Faults: []*fault.Error{ErrCompanyNeeded},
	}, s.getSummary)
}

func mountUnits(api huma.API, s *Service) {
	form := []*fault.Error{ErrNameTaken, ErrUnit, ErrOwner, ErrBlank}
	there := []*fault.Error{rbac.ErrNotFound, ErrEnded}
	web.Handle(api, web.Op{
		ID: "listRiskUnits", Route: "GET /risk/units", Action: ActionRead, Summary: "Units of analysis with the number of their risks", Faults: []*fault.Error{page.ErrCursor, ErrCompanyNeeded},
	}, s.getUnits)
	web.Handle(api, web.Op{ID: "addRiskUnit", Route: "POST /risk/units", Action: ActionEdit, Summary: "Make a unit of analysis", Faults: form}, s.postUnit)
	web.Handle(api, web.Op{
		ID: "changeRiskUnit", Route: "PUT /risk/units/{id}", Action: ActionEdit, Summary: "Change a unit of analysis", Faults: append(there, form...), Status: http.StatusOK,
	}, s.putUnit)
	web.Handle(api, web.Op{
		ID: "endRiskUnit", Route: "POST /risk/units/{id}/end", Action: ActionEdit, Summary: "Take a unit out of use", Faults: append(there, ErrUnitInUse, ErrFuture, ErrBlank), Status: http.StatusOK,
	}, s.postUnitEnd)
}

func mountEvents(api huma.API, s *Service) {
	form := append([]*fault.Error{ErrRiskUnit, ErrAccident, ErrUnit, ErrOwner, ErrBlank, ErrFuture, ErrControl}, judging...)
	there := []*fault.Error{rbac.ErrNotFound, ErrEnded}
	web.Handle(api, web.Op{
		ID: "listRiskEvents", Route: "GET /risk/events", Action: ActionRead, Summary: "Risk events, unit by unit", Faults: []*fault.Error{page.ErrCursor, ErrCompanyNeeded},
	}, s.getEvents)
	web.Handle(api, web.Op{
		ID: "getRiskEvent", Route: "GET /risk/events/{id}", Action: ActionRead, Summary: "One risk event with its controls", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getEvent)
	web.Handle(api, web.Op{ID: "addRiskEvent", Route: "POST /risk/events", Action: ActionEdit, Summary: "Make a risk event", Faults: form}, s.postEvent)
	web.Handle(api, web.Op{
		ID: "changeRiskEvent", Route: "PUT /risk/events/{id}", Action: ActionEdit, Summary: "Rate a risk event anew", Faults: append(there, form...), Status: http.StatusOK,
	}, s.putEvent)
	web.Handle(api, web.Op{
		ID: "reviewRiskEvent", Route: "POST /risk/events/{id}/review", Action: ActionEdit, Summary: "Note that a risk event was reviewed and stands",
		Faults: append(there, ErrFuture), Status: http.StatusOK,
	}, s.postReview)
	web.Handle(api, web.Op{
		ID: "endRiskEvent", Route: "POST /risk/events/{id}/end", Action: ActionEdit, Summary: "Take a risk event out of force", Faults: append(there, ErrFuture, ErrBlank), Status: http.StatusOK,
	}, s.postEventEnd)
	web.Handle(api, web.Op{
		ID: "publishRiskControl", Route: "POST /risk/controls/{id}/publish", Action: ActionPublish, Summary: "Have a control checked: put it into the inspection standard",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNoStandard, ErrItem}, Status: http.StatusOK,
	}, s.postPublish)
}

func (s *Service) getRules(ctx context.Context, _ *struct{}) (*web.Body[rulesView], error) {
	r, region, err := s.Rules(ctx)
	if err != nil {
		return nil, err
	}
	return &web.Body[rulesView]{Body: viewRules(r, region)}, nil
}

func (s *Service) postPreview(ctx context.Context, in *web.Body[judgementInput]) (*web.Body[judgedView], error) {
	out, err := s.Preview(ctx, in.Body.judgement())
	return &web.Body[judgedView]{Body: viewJudged(out)}, err
}

// CompanyQuery names a company, for those who see several; exported because huma skips an
// embedded type that is not.
type CompanyQuery struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
}

func (s *Service) getSummary(ctx context.Context, in *CompanyQuery) (*web.Body[summaryView], error) {
	rows, due, err := s.Summary(ctx, in.CompanyID)
	return &web.Body[summaryView]{Body: viewSummary(rows, due)}, err
}

func (s *Service) getUnits(ctx context.Context, in *UnitFilter) (*web.Body[page.List[UnitView]], error) {
	rows, k, err := s.Units(ctx, *in)
	return &web.Body[page.List[UnitView]]{Body: page.Of(rows, k, in.Limit, keyOfUnit, unitsFor(ctx))}, err
}

func (s *Service) postUnit(ctx context.Context, in *web.Body[UnitForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddUnit(ctx, in.Body))
}

type oneUnit struct {
	ID id.Of[Unit] `path:"id"`
}

func (s *Service) putUnit(ctx context.Context, in *struct {
	ID   id.Of[Unit] `path:"id"`
	Body UnitForm
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.ChangeUnit(ctx, in.ID, in.Body))
}

func (s *Service) postUnitEnd(ctx context.Context, in *struct {
	ID   id.Of[Unit] `path:"id"`
	Body Ending
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EndUnit(ctx, in.ID, in.Body))
}

func (s *Service) getEvents(ctx context.Context, in *EventFilter) (*web.Body[page.List[EventView]], error) {
	rows, k, on, err := s.Events(ctx, *in)
	return &web.Body[page.List[EventView]]{Body: page.Of(rows, k, in.Limit, keyOfEvent, eventsOn(on))}, err
}

func (s *Service) getEvent(ctx context.Context, in *struct {
	ID id.Of[Event] `path:"id"`
},
) (*web.Body[detailView], error) {
	d, err := s.Event(ctx, in.ID)
	return &web.Body[detailView]{Body: viewDetail(d)}, err
}

func (s *Service) postEvent(ctx context.Context, in *web.Body[EventForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddEvent(ctx, in.Body))
}

func (s *Service) putEvent(ctx context.Context, in *struct {
	ID   id.Of[Event] `path:"id"`
	Body EventForm
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.ChangeEvent(ctx, in.ID, in.Body))
}

func (s *Service) postReview(ctx context.Context, in *struct {
	ID   id.Of[Event] `path:"id"`
	Body Reviewing
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Review(ctx, in.ID, in.Body))
}

func (s *Service) postEventEnd(ctx context.Context, in *struct {
	ID   id.Of[Event] `path:"id"`
	Body Ending
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EndEvent(ctx, in.ID, in.Body))
}

func (s *Service) postPublish(ctx context.Context, in *struct {
	ID   id.Of[Control] `path:"id"`
	Body Publishing
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.PublishControl(ctx, in.ID, in.Body))
}

// pdf answers a paper to be kept.
func pdf(p Paper, err error) (*web.File, error) { return web.Download(p.Name, p.Content, err) }
