package oversight

import (
	"context"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// savedView is a view of the list that the reader may choose.
type savedView struct {
	ID      id.Of[id.Saved]   `json:"id"`
	Name    string            `json:"name"`
	Filters map[string]string `json:"filters"`
	Sort    string            `json:"sort"`
	Hidden  []string          `json:"hidden" nullable:"false"`
	Shared  bool              `json:"shared"`
	Own     bool              `json:"own" doc:"the reader's own"`
	By      string            `json:"by" doc:"whose it is"`
}

type savedList struct {
	Items []savedView `json:"items" nullable:"false"`
}

// bulkRowView is what became of one company.
type bulkRowView struct {
	CompanyID    rbac.CompanyID `json:"companyId"`
	Name         string         `json:"name" doc:"empty: out of the actor's sight"`
	Outcome      string         `json:"outcome" enum:"told,unseen,nobody,nothing,again" doc:"told; not in sight; nobody to tell; nothing to urge; urged today already"`
	Figure       int32          `json:"figure" doc:"reports missing or hazards overdue"`
	ContactName  string         `json:"contactName"`
	ContactPhone string         `json:"contactPhone"`
}

func viewBulkRow(r BulkRow) bulkRowView {
	return bulkRowView{r.CompanyID, r.Name, r.Outcome, r.Figure, r.ContactName, r.ContactPhone}
}

// bulkView is what came of an action.
type bulkView struct {
	ID       id.Of[id.Bulk]         `json:"id"`
	Deed     string                 `json:"deed"`
	Note     string                 `json:"note"`
	By       string                 `json:"by"`
	At       time.Time              `json:"at"`
	Total    int32                  `json:"total"`
	Passed   int32                  `json:"passed" doc:"companies a message goes to"`
	Told     int32                  `json:"told" doc:"of them, told so far"`
	Finished bool                   `json:"finished"`
	Rows     page.List[bulkRowView] `json:"rows"`
}

// proofView is one night's comparison of the counts with the list.
type proofView struct {
	At         time.Time `json:"at"`
	Companies  int32     `json:"companies"`
	WrongCells int32     `json:"wrongCells" doc:"counts that differed, and were repaired"`
	Drift      []Drift   `json:"drift" nullable:"false" doc:"the first of them"`
}

type proofList struct {
	Items []proofView `json:"items" nullable:"false"`
}

type savedID struct {
	ID id.Of[id.Saved] `path:"id"`
}

type bulkQuery struct {
	ID id.Of[id.Bulk] `path:"id"`
	page.Query
}

func mountBoard(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "countOverseenCompanies", Route: "GET /oversight/count", Action: ActionList,
		Summary: "Count what a filter leaves of the list: exactly, or as an estimate that says so", Faults: []*fault.Error{ErrBand},
	}, s.getCount)
	web.Handle(api, web.Op{ID: "listSavedViews", Route: "GET /oversight/saved", Action: ActionList, Summary: "List the saved views of the graded list: own ones and those the office shares"}, s.getSaved)
	web.Handle(api, web.Op{
		ID: "saveView", Route: "POST /oversight/saved", Action: ActionSave, Summary: "Keep a view of the graded list; an own one of the same name is replaced", Faults: []*fault.Error{ErrSavedName},
	}, s.postSaved)
	web.Handle(api, web.Op{ID: "dropView", Route: "DELETE /oversight/saved/{id}", Action: ActionSave, Summary: "Forget a saved view of one's own", Faults: []*fault.Error{rbac.ErrNotFound}}, s.deleteSaved)
	web.Handle(api, web.Op{
		ID: "bulkCompanies", Route: "POST /oversight/bulk", Action: ActionBulk, Summary: "Do one deed to many companies (批量操作); what became of each is reported",
		Faults: []*fault.Error{ErrBulkBody, ErrBulkMany, ErrBand, web.ErrFilter},
	}, s.postBulk)
	web.Handle(api, web.Op{ID: "getBulk", Route: "GET /oversight/bulk/{id}", Action: ActionBulk, Summary: "Read what became of each company", Faults: []*fault.Error{rbac.ErrNotFound, page.ErrCursor}}, s.getBulk)
	web.Handle(api, web.Op{ID: "listCountProofs", Route: "GET /oversight/proofs", Action: ActionProofs, Summary: "List the nightly comparisons of the counts with the list"}, s.getProofs)
}

func (s *Service) getCount(ctx context.Context, in *FilterQuery) (*web.Body[Count], error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	c, err := s.Counted(ctx, f)
	return &web.Body[Count]{Body: c}, err
}

func (s *Service) getSaved(ctx context.Context, _ *struct{}) (*web.Body[savedList], error) {
	rows, err := s.SavedViews(ctx)
	me, _ := rbac.ActorOf(ctx)
	v := savedList{Items: make([]savedView, len(rows))}
	for i, r := range rows {
		v.Items[i] = savedView{r.ID, r.Name, r.Filters.V, r.Sort, append([]string{}, r.Hidden...), r.Shared, r.PersonID == me.PersonID, r.PersonName}
	}
	return &web.Body[savedList]{Body: v}, err
}

func (s *Service) postSaved(ctx context.Context, in *web.Body[SavedForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.SaveView(ctx, in.Body))
}

func (s *Service) deleteSaved(ctx context.Context, in *savedID) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.DropView(ctx, in.ID))
}

func (s *Service) postBulk(ctx context.Context, in *web.Body[BulkForm]) (*web.Body[web.Made], error) {
	f, err := in.Body.filter(ctx)
	if err != nil {
		return nil, err
	}
	return web.MadeOf(s.Bulk(ctx, in.Body, f))
}

// filter reads the filter of an action, nil where companies are named. Errors: ErrBulkBody, ErrBand, web.ErrFilter.
func (b BulkForm) filter(ctx context.Context) (*Filter, error) {
	if len(b.IDs) > 0 || b.Filter == "" {
		return nil, nil
	}
	values, err := url.ParseQuery(b.Filter)
	if err != nil {
		return nil, ErrBulkBody.At("body.filter").Because(err)
	}
	in, err := web.Params[listQuery](ctx, values)
	if err != nil {
		return nil, err
	}
	f, err := in.filter()
	f = f.normal()
	return &f, err
}

func (s *Service) getBulk(ctx context.Context, in *bulkQuery) (*web.Body[bulkView], error) {
	b, rows, err := s.BulkByID(ctx, in.ID, in.Query)
	return &web.Body[bulkView]{Body: bulkView{b.ID, b.Deed, b.Note, b.PersonName, b.At.UTC(), b.Total, b.Passed, b.Told, b.FinishedAt != nil, rows}}, err
}

func (s *Service) getProofs(ctx context.Context, _ *struct{}) (*web.Body[proofList], error) {
	rows, err := s.Proofs(ctx)
	v := proofList{Items: make([]proofView, len(rows))}
	for i, r := range rows {
		v.Items[i] = proofView{r.At.UTC(), r.Companies, r.WrongCells, append([]Drift{}, r.Drift.V...)}
	}
	return &web.Body[proofList]{Body: v}, err
}
