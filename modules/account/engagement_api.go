package account

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

func mountEngagements(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listEngagements", Route: "GET /account/engagements", Action: ActionEngage, Summary: "Safety-service agencies that work for the company, and those it could engage"}, s.getEngagements)
	web.Handle(api, web.Op{ID: "engageService", Route: "POST /account/engagements", Action: ActionEngage, Summary: "Let a safety-service agency work for the company", Faults: []*fault.Error{rbac.ErrNotFound, ErrMemberExists, ErrEngagedDays}}, s.postEngagement)
	web.Handle(api, web.Op{ID: "endEngagement", Route: "POST /account/engagements/{organisationId}/end", Action: ActionEngage, Status: http.StatusOK, Summary: "Give an engagement its last day", Faults: []*fault.Error{rbac.ErrNotFound, ErrEngagedDays}}, s.postEngagementEnd)
	web.Handle(api, web.Op{ID: "listClients", Route: "GET /account/clients", Action: ActionServe, Summary: "Companies the agency works for"}, s.getClients)
	web.Handle(api, web.Op{ID: "serveClient", Route: "POST /account/sessions/current/client", Action: ActionServe, Status: 200, Summary: "Choose the company to work for", Faults: []*fault.Error{ErrNotEngaged}}, s.postServe)
}

type engagementView struct {
	OrganisationID id.Of[id.Organisation] `json:"organisationId"`
	Name           string                 `json:"name"`
	FromOn         day.Date               `json:"fromOn"`
	UntilOn        day.Date               `json:"untilOn,omitzero" doc:"last day; absent until further notice"`
	Running        bool                   `json:"running" doc:"the agency may work for the company today"`
}

type agencyView struct {
	ID   id.Of[id.Organisation] `json:"id"`
	Name string                 `json:"name"`
}

type engagementList struct {
	Items    []engagementView `json:"items" nullable:"false"`
	Agencies []agencyView     `json:"agencies" nullable:"false" doc:"that could be engaged"`
}

func (s *Service) getEngagements(ctx context.Context, _ *web.None) (*web.Body[engagementList], error) {
	list, agencies, today, err := s.Engagements(ctx)
	v := engagementList{make([]engagementView, len(list)), make([]agencyView, len(agencies))}
	for i, e := range list {
		running := !today.Before(e.FromOn) && (e.UntilOn.IsZero() || !today.After(e.UntilOn))
		v.Items[i] = engagementView{e.OrganisationID, e.Name, e.FromOn, e.UntilOn, running}
	}
	for i, a := range agencies {
		v.Agencies[i] = agencyView{a.ID, a.Name}
	}
	return &web.Body[engagementList]{Body: v}, err
}

type engagementEnd struct {
	OrganisationID id.Of[id.Organisation] `path:"organisationId"`
	Body           struct {
		FromOn  day.Date `json:"fromOn" doc:"first day of the engagement, which tells it apart"`
		UntilOn day.Date `json:"untilOn" doc:"last day, today at the earliest"`
	}
}

func (s *Service) postEngagementEnd(ctx context.Context, in *engagementEnd) (*web.Body[web.Made], error) {
	return web.MadeOf(in.OrganisationID, s.Disengage(ctx, in.OrganisationID, in.Body.FromOn, in.Body.UntilOn))
}

type newEngagement struct {
	OrganisationID id.Of[id.Organisation] `json:"organisationId"`
	FromOn         day.Date               `json:"fromOn"`
	UntilOn        day.Date               `json:"untilOn,omitzero"`
}

func (s *Service) postEngagement(ctx context.Context, in *web.Body[newEngagement]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.Body.OrganisationID, s.Engage(ctx, in.Body.OrganisationID, in.Body.FromOn, in.Body.UntilOn))
}

type clientView struct {
	CompanyID id.Of[id.Company] `json:"companyId"`
	Name      string            `json:"name"`
}

type clientList struct {
	Items []clientView `json:"items"`
}

func (s *Service) getClients(ctx context.Context, _ *web.None) (*web.Body[clientList], error) {
	list, err := s.Clients(ctx)
	v := clientList{Items: make([]clientView, len(list))}
	for i, c := range list {
		v.Items[i] = clientView{c.CompanyID, c.Name}
	}
	return &web.Body[clientList]{Body: v}, err
}

type serveInput struct {
	CompanyID id.Of[id.Company] `json:"companyId"`
}

func (s *Service) postServe(ctx context.Context, in *web.Body[serveInput]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.Body.CompanyID, s.Serve(ctx, web.TokenOf(ctx), in.Body.CompanyID))
}
