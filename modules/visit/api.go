package visit

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type oneIn struct {
	ID id.Of[id.Visit] `path:"id"`
}

type stepOn[T any] struct {
	ID   id.Of[id.Visit] `path:"id"`
	Body T
}

type findingIn struct {
	ID        id.Of[id.Visit] `path:"id"`
	FindingID id.Of[Finding]  `path:"findingId"`
}

type measureOn struct {
	ID        id.Of[id.Visit] `path:"id"`
	MeasureID id.Of[Measure]  `path:"measureId"`
	Body      Why
}

type choicesIn struct {
	ID     id.Of[id.Visit] `path:"id"`
	Module string          `query:"module" maxLength:"10" doc:"of the library; empty: every one that applies to the company"`
}

type monthIn struct {
	Month string `path:"month" maxLength:"7" pattern:"^[0-9]{4}-[0-9]{2}$"`
}

type countIn struct {
	CompanyID rbac.CompanyID `query:"companyId" required:"true"`
	Year      int            `query:"year" minimum:"2000" maximum:"2200" required:"true"`
}

type officersView struct {
	Body  string    `json:"body" doc:"name of the reader's body"`
	Items []Officer `json:"items" nullable:"false"`
}

type lineOfBlock struct {
	Title string   `json:"title"`
	Note  string   `json:"note"`
	On    day.Date `json:"on"`
	Tone  Tone     `json:"tone" enum:"good,warn,bad,empty,unmeasured"`
}

type blockView struct {
	Key   string        `json:"key" enum:"principals,operators,self_check,dust,permits,newest,letters,drills,fund"`
	Tone  Tone          `json:"tone" enum:"good,warn,bad,empty,unmeasured"`
	Num   int64         `json:"num"`
	Den   int64         `json:"den" doc:"num of den are in order; 0: none were due"`
	Lines []lineOfBlock `json:"lines" nullable:"false"`
	Path  string        `json:"path"`
}

type siteView struct {
	Items []blockView `json:"items" nullable:"false"`
}

type choiceView struct {
	Code        string `json:"code"`
	Module      string `json:"module"`
	ModuleName  string `json:"moduleName"`
	Requirement string `json:"requirement"`
	Clause      string `json:"clause"`
	Major       bool   `json:"major"`
}

type choicesView struct {
	Items []choiceView `json:"items" nullable:"false"`
}

// everyNow are the faults of what does not fit where a visit stands.
func everyNow(more ...*fault.Error) []*fault.Error {
	all := append([]*fault.Error{rbac.ErrNotFound, ErrOtherBody}, more...)
	for _, s := range States {
		all = append(all, ErrNow[s])
	}
	return all
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listVisits", Route: "GET /visit/visits", Action: ActionList, Summary: "List inspections, latest planned first", Faults: []*fault.Error{page.ErrCursor}}, s.getVisits)
	web.Handle(api, web.Op{ID: "getVisit", Route: "GET /visit/visits/{id}", Action: ActionList, Summary: "Read an inspection with all that hangs on it", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getVisit)
	web.Handle(api, web.Op{ID: "printVisit", Route: "GET /visit/visits/{id}/paper", Action: ActionList, Summary: "Print the record of the inspection (现场检查记录)", Faults: []*fault.Error{rbac.ErrNotFound, ErrNotOver}}, s.getPaper)
	web.Handle(api, web.Op{
		ID: "makeVisits", Route: "POST /visit/visits", Action: ActionWork, Summary: "Plan special, complaint-driven or key inspections of one or more companies",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrReason, ErrDay, ErrOfficers, ErrCap},
	}, s.postVisits)
	web.Handle(api, web.Op{ID: "listVisitOfficers", Route: "GET /visit/officers", Action: ActionWork, Summary: "Members of the reader's body"}, s.getOfficers)
	web.Handle(api, web.Op{ID: "getVisitCount", Route: "GET /visit/count", Action: ActionWork, Summary: "How often a company was inspected in a year, and its cap", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getCount)
	web.Handle(api, web.Op{ID: "getVisitRules", Route: "GET /visit/rules", Action: ActionPlans, Summary: "The data that inspections follow, with their sources"}, s.getRules)
	web.Handle(api, web.Op{ID: "getVisitSite", Route: "GET /visit/visits/{id}/site", Action: ActionWork, Summary: "What an officer asks for on site, in his order", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getSite)
	web.Handle(api, web.Op{ID: "listVisitChoices", Route: "GET /visit/visits/{id}/choices", Action: ActionWork, Summary: "Items of the library to look at in this company", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getChoices)
	web.Handle(api, web.Op{ID: "getVisitMonth", Route: "GET /visit/months/{month}", Action: ActionSummary, Summary: "What the unannounced inspections of a month found (暗访问题月度汇总)", Faults: []*fault.Error{ErrDay}}, s.getMonth)
	step(api, "announceVisit", "announce", ActionWork, "Tell the company beforehand", s.Announce, ErrSecret, ErrAnnounced)
	step(api, "changeVisit", "change", ActionWork, "Move an inspection that has not begun, or change its officers", s.Change, ErrDay, ErrOfficers, ErrAnnounced)
	step(api, "setOutVisit", "set-out", ActionWork, "The officers set out", s.SetOut, ErrNotOfficer)
	step(api, "arriveVisit", "arrive", ActionWork, "The officers are on site", s.Arrive, ErrNotOfficer)
	step(api, "recordVisit", "record", ActionWork, "Write down what was looked at", s.Write, ErrNotOfficer, ErrItem)
	step(api, "closeVisit", "close", ActionWork, "End an inspection, signed by both sides or the refusal noted", s.Close, ErrNotOfficer, ErrBlank, ErrSignature, ErrRefusal)
	step(api, "refuseVisit", "refuse", ActionWork, "Nobody let the officers in", s.Refuse, ErrNotOfficer, ErrRefusal)
	step(api, "cancelVisit", "cancel", ActionWork, "Give an inspection up", s.Cancel, ErrReason)
	step(api, "receiveVisit", "receive", ActionReceive, "Company: the record was read", s.Receive, ErrNotOver, ErrReceived)
	web.Handle(api, web.Op{
		ID: "addVisitFinding", Route: "POST /visit/visits/{id}/findings", Action: ActionWork, Summary: "Enter what is wrong, with photos", Faults: everyNow(ErrNotOfficer, ErrBlank, ErrPhoto, ErrDay, ErrSecret),
	}, s.postFinding)
	web.Handle(api, web.Op{
		ID: "dropVisitFinding", Route: "POST /visit/visits/{id}/findings/{findingId}/drop", Action: ActionWork, Status: http.StatusOK, Summary: "Strike a finding out before the end", Faults: everyNow(ErrNotOfficer, ErrInLedger),
	}, s.postDrop)
	web.Handle(api, web.Op{
		ID: "addVisitMeasure", Route: "POST /visit/visits/{id}/measures", Action: ActionWork, Summary: "Note another instrument used on site", Faults: everyNow(ErrNotOfficer, ErrInstrument, ErrBlank, ErrNotice),
	}, s.postMeasure)
	web.Handle(api, web.Op{
		ID: "liftVisitMeasure", Route: "POST /visit/visits/{id}/measures/{measureId}/lift", Action: ActionWork, Status: http.StatusOK, Summary: "End a measure", Faults: everyNow(ErrReason),
	}, s.postLift)
	mountPlans(api, s)
	mountOrders(api, s)
}

// step mounts one step of a visit.
func step[T any](api huma.API, name, path string, action rbac.Action, summary string, do func(context.Context, id.Of[id.Visit], T) (id.Of[id.Visit], error), faults ...*fault.Error) {
	web.Handle(api, web.Op{ID: name, Route: "POST /visit/visits/{id}/" + path, Action: action, Summary: summary, Status: http.StatusOK, Faults: everyNow(faults...)},
		func(ctx context.Context, in *stepOn[T]) (*web.Body[web.Made], error) {
			return web.MadeOf(do(ctx, in.ID, in.Body))
		})
}

func keyOf(v Visit) []string { return []string{v.PlannedOn.String(), v.ID.String()} }

func (s *Service) getVisits(ctx context.Context, in *Filter) (*web.Body[page.List[LineView]], error) {
	rows, k, now, err := s.Visits(ctx, *in)
	return &web.Body[page.List[LineView]]{Body: page.Of(rows, k, in.Limit, keyOf, lineOn(now))}, err
}

func (s *Service) getVisit(ctx context.Context, in *oneIn) (*web.Body[oneView], error) {
	o, err := s.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[oneView]{Body: oneOf(o, text.Of(ctx))}, nil
}

func (s *Service) getPaper(ctx context.Context, in *oneIn) (*web.File, error) {
	name, content, err := s.PrintRecord(ctx, in.ID)
	return web.Inline(name+".pdf", content, err)
}

func (s *Service) postVisits(ctx context.Context, in *web.Body[NewVisits]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Make(ctx, in.Body))
}

func (s *Service) getOfficers(ctx context.Context, _ *struct{}) (*web.Body[officersView], error) {
	body, members, err := s.Staff(ctx)
	return &web.Body[officersView]{Body: officersView{body, append([]Officer{}, members...)}}, err
}

func (s *Service) getCount(ctx context.Context, in *countIn) (*web.Body[countView], error) {
	c, class, err := s.CountOf(ctx, in.CompanyID, in.Year)
	return &web.Body[countView]{Body: countView{c.Done, c.Planned, c.Cap, class}}, err
}

func (s *Service) getRules(ctx context.Context, _ *struct{}) (*web.Body[rulesView], error) {
	err := s.Known(ctx)
	return &web.Body[rulesView]{Body: rulesOf(text.Of(ctx))}, err
}

func (s *Service) getSite(ctx context.Context, in *oneIn) (*web.Body[siteView], error) {
	found, err := s.Site(ctx, in.ID)
	v := siteView{Items: make([]blockView, len(found))}
	for i, a := range found {
		v.Items[i] = blockView{a.Key, a.Tone, a.Num, a.Den, make([]lineOfBlock, len(a.Lines)), a.Path}
		for k, l := range a.Lines {
			v.Items[i].Lines[k] = lineOfBlock(l)
		}
	}
	return &web.Body[siteView]{Body: v}, err
}

func (s *Service) getChoices(ctx context.Context, in *choicesIn) (*web.Body[choicesView], error) {
	found, err := s.Choices(ctx, in.ID, in.Module)
	v := choicesView{Items: make([]choiceView, len(found))}
	for i, x := range found {
		v.Items[i] = choiceView(x)
	}
	return &web.Body[choicesView]{Body: v}, err
}

func (s *Service) postFinding(ctx context.Context, in *stepOn[NewFinding]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddFinding(ctx, in.ID, in.Body))
}

func (s *Service) postDrop(ctx context.Context, in *findingIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Drop(ctx, in.ID, in.FindingID))
}

func (s *Service) postMeasure(ctx context.Context, in *stepOn[NewMeasure]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Take(ctx, in.ID, in.Body))
}

func (s *Service) postLift(ctx context.Context, in *measureOn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Lift(ctx, in.ID, in.MeasureID, in.Body))
}
