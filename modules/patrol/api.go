package patrol

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type (
	visitIn struct {
		ID   rbac.CompanyID `path:"id" doc:"of the company"`
		Body Visit
	}
	patrolIn struct {
		ID id.Of[id.Patrol] `path:"id"`
	}
	handedIn struct {
		ID id.Of[id.Handed] `path:"id"`
	}
	answerIn struct {
		ID   id.Of[id.Handed] `path:"id"`
		Body Reply
	}
	coverageView struct {
		Month string `json:"month"`
		Items []Grid `json:"items" nullable:"false"`
	}
)

// Mount registers the module's operations.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "readPatrolForm", Route: "GET /patrol/form", Action: ActionList, Summary: "What a grid worker looks at and how often"}, getForm)
	web.Handle(api, web.Op{ID: "listPatrolRound", Route: "GET /patrol/nearby", Action: ActionVisit, Summary: "Companies to visit, those due first, the nearest first"}, s.getNearby)
	web.Handle(api, web.Op{
		ID: "enterPatrol", Route: "POST /patrol/companies/{id}", Action: ActionVisit, Summary: "Keep a visit, and hand up to the town", Faults: []*fault.Error{rbac.ErrNotFound, ErrItems, ErrBlank, ErrTimes, ErrPhoto},
	}, s.postVisit)
	web.Handle(api, web.Op{
		ID: "listPatrols", Route: "GET /patrol/visits", Action: ActionList, Summary: "List visits of grid workers, latest first", Faults: []*fault.Error{page.ErrCursor, ErrMonth},
	}, s.getPatrols)
	web.Handle(api, web.Op{ID: "getPatrol", Route: "GET /patrol/visits/{id}", Action: ActionList, Summary: "Read a visit", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getPatrol)
	web.Handle(api, web.Op{
		ID: "printPatrolNote", Route: "GET /patrol/visits/{id}/note", Action: ActionList, Summary: "Print the note left with the firm (告知单)", Faults: []*fault.Error{rbac.ErrNotFound, ErrNoNote},
	}, s.getNote)
	web.Handle(api, web.Op{ID: "listHandedUp", Route: "GET /patrol/handed", Action: ActionHanded, Summary: "List what was handed up, latest first", Faults: []*fault.Error{page.ErrCursor}}, s.getHandedUp)
	web.Handle(api, web.Op{ID: "getHandedUp", Route: "GET /patrol/handed/{id}", Action: ActionHanded, Summary: "Read what was handed up", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getHanded)
	web.Handle(api, web.Op{
		ID: "receiveHandedUp", Route: "POST /patrol/handed/{id}/receive", Action: ActionAnswer, Summary: "Town: receipt of what was handed up", Status: http.StatusOK, Faults: []*fault.Error{rbac.ErrNotFound, ErrReceived, ErrGrid},
	}, s.postReceive)
	web.Handle(api, web.Op{
		ID: "answerHandedUp", Route: "POST /patrol/handed/{id}/answer", Action: ActionAnswer, Summary: "Town: make a hazard or an inspection of it, or answer it", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrAnswered, ErrBlank, ErrGrid},
	}, s.postAnswer)
	web.Handle(api, web.Op{
		ID: "readPatrolCoverage", Route: "GET /patrol/coverage", Action: ActionCoverage, Summary: "How far the areas below one have come with their visits of a month", Faults: []*fault.Error{ErrArea, ErrMonth},
	}, s.getCoverage)
}

func getForm(context.Context, *struct{}) (*web.Body[formView], error) {
	return &web.Body[formView]{Body: viewForm()}, nil
}

func (s *Service) getNearby(ctx context.Context, in *NearFilter) (*web.Body[roundView], error) {
	r, err := s.Nearby(ctx, *in)
	return &web.Body[roundView]{Body: viewRound(r)}, err
}

func (s *Service) postVisit(ctx context.Context, in *visitIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Enter(ctx, in.ID, in.Body))
}

func keyOf(p Patrol) []string { return []string{p.ID.String()} }

func (s *Service) getPatrols(ctx context.Context, in *Filter) (*web.Body[page.List[LineView]], error) {
	rows, k, err := s.Patrols(ctx, *in)
	return &web.Body[page.List[LineView]]{Body: page.Of(rows, k, in.Limit, keyOf, viewLine)}, err
}

func (s *Service) getPatrol(ctx context.Context, in *patrolIn) (*web.Body[oneView], error) {
	o, err := s.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[oneView]{Body: viewOne(o)}, nil
}

func (s *Service) getNote(ctx context.Context, in *patrolIn) (*web.File, error) {
	name, content, err := s.PrintNote(ctx, in.ID)
	return web.Inline(name+".pdf", content, err)
}

func (s *Service) getHandedUp(ctx context.Context, in *HandedFilter) (*web.Body[page.List[HandedView]], error) {
	rows, k, now, err := s.HandedUp(ctx, *in)
	return &web.Body[page.List[HandedView]]{Body: page.Of(rows, k, in.Limit, func(h Handed) []string { return []string{h.ID.String()} }, viewHanded(now))}, err
}

func (s *Service) getHanded(ctx context.Context, in *handedIn) (*web.Body[handedOneView], error) {
	o, err := s.HandedByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[handedOneView]{Body: handedOneView{viewHanded(o.Today)(o.Handed), o.May}}, nil
}

func (s *Service) postReceive(ctx context.Context, in *handedIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Receive(ctx, in.ID))
}

func (s *Service) postAnswer(ctx context.Context, in *answerIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Answer(ctx, in.ID, in.Body))
}

func (s *Service) getCoverage(ctx context.Context, in *CoverageFilter) (*web.Body[coverageView], error) {
	rows, month, err := s.Coverage(ctx, *in)
	return &web.Body[coverageView]{Body: coverageView{month, append([]Grid{}, rows...)}}, err
}

func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: text.Say(text.Chinese, "patrol."+key, nil), text.English: text.Say(text.English, "patrol."+key, nil)}
}

// CoverageColumns are the columns of the coverage of a month.
func CoverageColumns() []sheet.Column {
	out := []sheet.Column{{Key: "path", Title: named("column-path"), Kind: sheet.Code, Width: 16}, {Key: "name", Title: named("column-name"), Kind: sheet.Text, Width: 20}}
	for _, key := range []string{"key", "key-visited", "other", "other-visited", "visits", "found", "handed", "answered"} {
		out = append(out, sheet.Column{Key: key, Title: named("column-" + key), Kind: sheet.Int, Width: 14})
	}
	return out
}

// CoveragePage reads the coverage of a month for an export, all at once. Errors: web.ErrFilter, ErrArea, ErrMonth.
func (s *Service) CoveragePage(ctx context.Context, filters map[string][]string, _ string, _ int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[CoverageFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	rows, _, err := s.Coverage(ctx, f)
	for _, g := range rows {
		values := []string{g.Path, g.Name}
		for _, n := range []int64{g.Key, g.KeyVisited, g.Other, g.OtherVisited, g.Visits, g.Found, g.Handed, g.Answered} {
			values = append(values, strconv.FormatInt(n, 10))
		}
		out = append(out, sheet.Record{Key: g.Path, Values: values})
	}
	return out, "", err
}

// PatrolColumns are the columns of the list of visits.
func PatrolColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "company", Title: named("column-company"), Kind: sheet.Text, Width: 34},
		{Key: "onDay", Title: named("column-on-day"), Kind: sheet.Date},
		{Key: "office", Title: named("column-office"), Kind: sheet.Text, Width: 24},
		{Key: "name", Title: named("column-person"), Kind: sheet.Text, Width: 12},
		{Key: "found", Title: named("column-found"), Kind: sheet.Int, Width: 10},
		{Key: "remark", Title: named("column-remark"), Kind: sheet.Text, Width: 40},
		{Key: "noteText", Title: named("column-note"), Kind: sheet.Text, Width: 50},
	}
}

// PatrolPage reads one page of visits for an export. Errors: web.ErrFilter, page.ErrCursor, ErrMonth.
func (s *Service) PatrolPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Patrols(ctx, f)
	list := page.Of(rows, k, limit, keyOf, func(p Patrol) Patrol { return p })
	for _, p := range list.Items {
		out = append(out, sheet.Record{Key: p.ID.String(), Values: []string{p.CompanyName, dayText(p.OnDay), p.OrganisationName, p.PersonName, strconv.Itoa(int(p.Found)), p.Remark, p.NoteText}})
	}
	return out, list.Next, err
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
