package programme

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type aimView struct {
	Year  int16  `json:"year" doc:"it was set for; an earlier one still holds"`
	Value int32  `json:"value" doc:"companies, or hundredths of a percent"`
	Basis string `json:"basis"`
}

type progressView struct {
	Path     string   `json:"path"`
	Name     string   `json:"name"`
	Counted  int64    `json:"counted" doc:"companies that count"`
	Achieved int64    `json:"achieved"`
	Target   *aimView `json:"target,omitempty"`
	Met      bool     `json:"met" doc:"the target is reached"`
	Wave     int16    `json:"wave" doc:"year by which the area should be done; 0: none"`
}

func progressAs(measure string, p Progress) progressView {
	v := progressView{Path: p.Path, Name: p.Name, Counted: p.Den, Achieved: p.Num, Met: p.Met(measure), Wave: p.Wave}
	if p.Target != nil {
		v.Target = &aimView{p.Target.Year, p.Target.Value, p.Target.Basis}
	}
	return v
}

type standingView struct {
	ID         id.Of[id.Programme] `json:"id"`
	Shipped    bool                `json:"shipped" doc:"came with the program"`
	Mine       bool                `json:"mine" doc:"made by your organisation"`
	Elsewhere  bool                `json:"elsewhere" doc:"its targets are kept with who must join standardization"`
	Area       string              `json:"area"`
	Name       string              `json:"name"`
	Indicator  string              `json:"indicator"`
	Measure    string              `json:"measure" enum:"number,rate"`
	Basis      string              `json:"basis"`
	Confidence string              `json:"confidence"`
	EndedOn    day.Date            `json:"endedOn,omitzero"`
	Year       int16               `json:"year"`
	Total      progressView        `json:"total"`
}

func standingAs(l text.Lang, st Standing) standingView {
	p := st.Programme
	name, basis := p.Name, p.Basis
	if l == text.English && p.NameEn != "" {
		name = p.NameEn
		if p.Code != "" {
			basis = plan.SourceEn
		}
	}
	return standingView{p.ID, p.Code != "", st.Mine, st.Elsewhere, p.Area, name, p.Indicator, p.Measure, basis, p.Confidence, p.EndedOn, st.Year, progressAs(p.Measure, st.Total)}
}

type targetView struct {
	Area    string     `json:"area"`
	Name    string     `json:"name"`
	Year    int16      `json:"year"`
	Value   int32      `json:"value"`
	Basis   string     `json:"basis"`
	ByName  string     `json:"byName"`
	SetAt   time.Time  `json:"setAt"`
	EndedAt *time.Time `json:"endedAt,omitempty" doc:"replaced since"`
}

type detailView struct {
	Programme standingView   `json:"programme"`
	Below     []progressView `json:"below" nullable:"false"`
	History   []targetView   `json:"history" nullable:"false" doc:"targets, latest first"`
}

func detailAs(l text.Lang, st Standing) detailView {
	v := detailView{standingAs(l, st), make([]progressView, len(st.Below)), make([]targetView, len(st.History))}
	for i, p := range st.Below {
		v.Below[i] = progressAs(st.Programme.Measure, p)
	}
	for i, t := range st.History {
		v.History[i] = targetView{t.Area, st.Names[t.Area], t.Year, t.Value, t.Basis, t.ByName, t.SetAt, t.EndedAt}
	}
	return v
}

type programmesView struct {
	Items []standingView `json:"items" nullable:"false"`
}

type behindView struct {
	CompanyID rbac.CompanyID `json:"companyId"`
	Name      string         `json:"name"`
	USCC      string         `json:"uscc"`
	Town      string         `json:"town"`
	Achieved  bool           `json:"achieved"`
}

func behindAs(b Behind) behindView {
	return behindView{b.CompanyID, b.Name, b.USCC, b.Town, b.Achieved}
}

type parentQuery struct {
	Parent string `query:"parent" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area; empty: what you oversee"`
	Year   int16  `query:"year" minimum:"0" maximum:"2200" doc:"0: this one"`
}

type programmeIn struct {
	ID id.Of[id.Programme] `path:"id"`
}

type programmeOn[T any] struct {
	ID   id.Of[id.Programme] `path:"id"`
	Body T
}

type behindIn struct {
	ID id.Of[id.Programme] `path:"id"`
	BehindFilter
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	here := []*fault.Error{ErrArea, ErrWide}
	web.Handle(api, web.Op{ID: "listProgrammes", Route: "GET /programme/programmes", Action: ActionList, Summary: "Target programmes (达标项目) of your areas with their progress", Faults: here}, s.getProgrammes)
	web.Handle(api, web.Op{
		ID: "getProgramme", Route: "GET /programme/programmes/{id}", Action: ActionList, Summary: "One programme: an area and those below it against their targets",
		Faults: append([]*fault.Error{rbac.ErrNotFound}, here...),
	}, s.getProgramme)
	web.Handle(api, web.Op{
		ID: "listProgrammeCompanies", Route: "GET /programme/programmes/{id}/companies", Action: ActionList, Summary: "The companies behind a number of a programme",
		Faults: append([]*fault.Error{rbac.ErrNotFound, page.ErrCursor}, here...),
	}, s.getBehind)
	web.Handle(api, web.Op{ID: "makeProgramme", Route: "POST /programme/programmes", Action: ActionEdit, Summary: "Make a programme", Faults: []*fault.Error{ErrArea, ErrWide, ErrIndicator}}, s.postProgramme)
	web.Handle(api, web.Op{
		ID: "endProgramme", Route: "POST /programme/programmes/{id}/end", Action: ActionEdit, Summary: "End a programme of your organisation", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotOwn, ErrEnded},
	}, s.postEnd)
	web.Handle(api, web.Op{
		ID: "setProgrammeTarget", Route: "POST /programme/programmes/{id}/targets", Action: ActionEdit, Summary: "Set the target of an area and a year; the one before stays in the history", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrEnded, ErrArea, ErrTarget, ErrElsewhere},
	}, s.postTarget)
	web.Handle(api, web.Op{
		ID: "setProgrammeWave", Route: "POST /programme/programmes/{id}/waves", Action: ActionEdit, Summary: "Set the year by which an area should be done", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrEnded, ErrArea},
	}, s.postWave)
	mountForms(api, s)
	mountCompare(api, s)
	mountBulletins(api, s)
	mountSpecials(api, s)
	mountPublic(api, s)
}

func (s *Service) getProgrammes(ctx context.Context, in *parentQuery) (*web.Body[programmesView], error) {
	rows, err := s.Programmes(ctx, in.Parent, in.Year)
	v := programmesView{make([]standingView, len(rows))}
	for i, st := range rows {
		v.Items[i] = standingAs(text.Of(ctx), st)
	}
	return &web.Body[programmesView]{Body: v}, err
}

type oneQuery struct {
	ID     id.Of[id.Programme] `path:"id"`
	Parent string              `query:"parent" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area; empty: what you oversee"`
	Year   int16               `query:"year" minimum:"0" maximum:"2200" doc:"0: this one"`
}

func (s *Service) getProgramme(ctx context.Context, in *oneQuery) (*web.Body[detailView], error) {
	st, err := s.ByID(ctx, in.ID, in.Parent, in.Year)
	return &web.Body[detailView]{Body: detailAs(text.Of(ctx), st)}, err
}

func (s *Service) getBehind(ctx context.Context, in *behindIn) (*web.Body[page.List[behindView]], error) {
	rows, k, err := s.Companies(ctx, in.ID, in.BehindFilter)
	return &web.Body[page.List[behindView]]{Body: page.Of(rows, k, in.Limit, keyOfBehind, behindAs)}, err
}

func (s *Service) postProgramme(ctx context.Context, in *web.Body[Making]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Make(ctx, in.Body))
}

func (s *Service) postEnd(ctx context.Context, in *programmeIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.End(ctx, in.ID))
}

func (s *Service) postTarget(ctx context.Context, in *programmeOn[Aiming]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Aim(ctx, in.ID, in.Body))
}

func (s *Service) postWave(ctx context.Context, in *programmeOn[Timing]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Time(ctx, in.ID, in.Body))
}
