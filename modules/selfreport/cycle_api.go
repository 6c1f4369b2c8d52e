package selfreport

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

func mountCycles(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listReportCycles", Route: "GET /selfreport/cycles", Action: ActionCycles, Summary: "The cycles that bind the company, and where reports of other kinds are made"}, s.getCycles)
	web.Handle(api, web.Op{ID: "listReportProfiles", Route: "GET /selfreport/profiles", Action: ActionProfile, Summary: "Which local rule of reporting binds which area, from when to when"}, s.getProfiles)
	web.Handle(api, web.Op{
		ID: "bindReportProfile", Route: "POST /selfreport/profiles", Action: ActionBind, Summary: "Let a local rule bind an area", Faults: []*fault.Error{ErrProfile, ErrProfilePast, ErrBoundNow, rbac.ErrForbidden},
	}, s.postProfile)
	web.Handle(api, web.Op{
		ID: "unbindReportProfile", Route: "POST /selfreport/profiles/{id}/end", Action: ActionBind, Summary: "End a binding", Faults: []*fault.Error{rbac.ErrNotFound, ErrProfilePast, ErrProfileOver},
	}, s.postProfileEnd)
}

type cycleView struct {
	ID         string   `json:"id"`
	Zh         string   `json:"zh"`
	En         string   `json:"en"`
	Period     string   `json:"period" enum:"month,quarter,year,event"`
	Page       string   `json:"page" doc:"where it is made"`
	Profile    string   `json:"profile" doc:"local rule it belongs to; empty: national"`
	ProfileZh  string   `json:"profileZh"`
	Since      day.Date `json:"since,omitempty" doc:"local rule in force here since"`
	Basis      string   `json:"basis"`
	ValidFrom  string   `json:"validFrom"`
	ValidTo    string   `json:"validTo"`
	Conf       string   `json:"conf" doc:"verified: read in the source"`
	Sources    []string `json:"sources" nullable:"false"`
	Industries []string `json:"industries" nullable:"false" doc:"first digits of GB/T 4754; empty: all"`
}

func viewDuty(d Duty) cycleView {
	v := cycleView{
		ID: d.ID, Zh: d.Zh, En: d.En, Period: d.Period, Page: "/reports?cycle=" + d.ID, Profile: d.Profile, Since: d.Since, Basis: d.Basis, ValidFrom: d.ValidFrom, ValidTo: d.ValidTo,
		Conf: d.Conf, Sources: []string{}, Industries: append([]string{}, d.Industries...),
	}
	for _, key := range d.Src {
		v.Sources = append(v.Sources, cycles.Sources[key])
	}
	for _, r := range LocalRules() {
		if r.ID == d.Profile {
			v.ProfileZh = r.Zh
		}
	}
	return v
}

func (s *Service) getCycles(ctx context.Context, _ *struct{}) (*web.Body[page.List[cycleView]], error) {
	own, others, err := s.Duties(ctx)
	out := page.List[cycleView]{Items: []cycleView{}}
	for _, d := range own {
		out.Items = append(out.Items, viewDuty(d))
	}
	for _, e := range others {
		out.Items = append(out.Items, cycleView{ID: e.ID, Zh: e.Zh, En: e.En, Period: e.Period, Page: e.Page, Conf: e.Conf, Sources: []string{}, Industries: []string{}})
	}
	return &web.Body[page.List[cycleView]]{Body: out}, err
}

type profileView struct {
	ID         id.Of[Profile] `json:"id"`
	Area       string         `json:"area"`
	AreaName   string         `json:"areaName"`
	Profile    string         `json:"profile"`
	Zh         string         `json:"zh"`
	En         string         `json:"en"`
	ValidFrom  day.Date       `json:"validFrom"`
	ValidUntil day.Date       `json:"validUntil,omitempty"`
	Basis      string         `json:"basis"`
	ByName     string         `json:"byName"`
}

type ruleView struct {
	ID     string   `json:"id"`
	Zh     string   `json:"zh"`
	En     string   `json:"en"`
	Cycles []string `json:"cycles" nullable:"false"`
}

type profilesView struct {
	Items []profileView `json:"items" nullable:"false"`
	Rules []ruleView    `json:"rules" nullable:"false" doc:"the local rules there are"`
}

func (s *Service) getProfiles(ctx context.Context, _ *struct{}) (*web.Body[profilesView], error) {
	rows, err := s.Profiles(ctx)
	v := profilesView{make([]profileView, len(rows)), []ruleView{}}
	names := map[string]LocalRule{}
	for _, r := range LocalRules() {
		names[r.ID] = r
		v.Rules = append(v.Rules, ruleView{r.ID, r.Zh, r.En, append([]string{}, r.Cycles...)})
	}
	for i, p := range rows {
		r := names[p.Profile.Profile]
		v.Items[i] = profileView{p.ID, p.Area, p.AreaName, r.ID, r.Zh, r.En, p.ValidFrom, p.ValidUntil, p.Basis, p.ByName}
	}
	return &web.Body[profilesView]{Body: v}, err
}

func (s *Service) postProfile(ctx context.Context, in *web.Body[Binding]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Bind(ctx, in.Body))
}

type ending struct {
	On day.Date `json:"on" doc:"last day"`
}

func (s *Service) postProfileEnd(ctx context.Context, in *struct {
	ID   id.Of[Profile] `path:"id"`
	Body ending
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Unbind(ctx, in.ID, in.Body.On))
}
