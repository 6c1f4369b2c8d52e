package activation

import (
	"context"
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

// BatchView is an order to print on the wire.
type BatchView struct {
	ID         id.Of[Batch] `json:"id"`
	Kind       Kind         `json:"kind" enum:"first,reissue"`
	Status     Status       `json:"status" enum:"writing,done,failed"`
	Total      int          `json:"total" doc:"companies chosen; once it is done, slips printed"`
	Done       int          `json:"done" doc:"slips printed so far"`
	ValidUntil day.Date     `json:"validUntil" doc:"last day of the slips"`
	MadeBy     string       `json:"madeBy"`
	FaultText  string       `json:"faultText" doc:"why it failed"`
	HasFile    bool         `json:"hasFile" doc:"may be downloaded"`
	CreatedAt  time.Time    `json:"createdAt"`
}

// viewIn shows orders in a language.
func viewIn(l text.Lang) func(Batch) BatchView {
	return func(b Batch) BatchView {
		v := BatchView{b.ID, b.Kind, b.Status, b.Total, b.Done, b.ValidUntil, b.MadeByName, "", b.Status == Done && b.BlobKey != "", b.CreatedAt}
		if b.FaultCode != "" {
			v.FaultText = text.Say(l, b.FaultCode, nil)
		}
		return v
	}
}

// WaitingView is a company of the area on the wire.
type WaitingView struct {
	ID           rbac.CompanyID `json:"id" doc:"of the company"`
	Name         string         `json:"name"`
	USCC         string         `json:"uscc"`
	Area         string         `json:"area" doc:"town"`
	Address      string         `json:"address"`
	ContactName  string         `json:"contactName"`
	ContactPhone string         `json:"contactPhone"`
	StaffCount   *int32         `json:"staffCount,omitempty" doc:"people employed"`
	Activated    bool           `json:"activated"`
	PrintedAt    *time.Time     `json:"printedAt,omitempty" doc:"when its newest slip was printed"`
	ExpiresAt    *time.Time     `json:"expiresAt,omitempty" doc:"when that slip stops working"`
	UsedAt       *time.Time     `json:"usedAt,omitempty" doc:"when that slip was used"`
}

func waitingView(w Waiting) WaitingView {
	return WaitingView{w.CompanyID, w.Name, w.USCC, w.Area, w.Address, w.ContactName, w.ContactPhone, w.StaffCount, w.Activated, w.MadeAt, w.ExpiresAt, w.UsedAt}
}

type progressView struct {
	Division string `json:"division"`
	Name     string `json:"name"`
	Items    []Area `json:"items" nullable:"false"`
}

type byBatch struct {
	ID id.Of[Batch] `path:"id"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listActivationAreas", Route: "GET /activation/areas", Action: ActionAreas, Summary: "How many companies of each smaller area somebody has signed in for",
		Faults: []*fault.Error{ErrArea},
	}, s.getAreas)
	web.Handle(api, web.Op{
		ID: "listActivationCompanies", Route: "GET /activation/companies", Action: ActionCompanies, Summary: "Companies nobody has signed in for, and whom to call",
		Faults: []*fault.Error{ErrArea, page.ErrCursor},
	}, s.getCompanies)
	web.Handle(api, web.Op{
		ID: "printSlips", Route: "POST /activation/batches", Action: ActionPrint, Summary: "Print activation slips in the background",
		Faults: []*fault.Error{ErrArea, ErrNobody, ErrTooMany, ErrBusy},
	}, s.postBatch)
	web.Handle(api, web.Op{ID: "listSlipBatches", Route: "GET /activation/batches", Action: ActionPrint, Summary: "Orders to print, newest first", Faults: []*fault.Error{page.ErrCursor}}, s.getBatches)
	web.Handle(api, web.Op{ID: "getSlipBatch", Route: "GET /activation/batches/{id}", Action: ActionPrint, Summary: "How far an order is printed", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getBatch)
	web.Handle(api, web.Op{
		ID: "getSlipFile", Route: "GET /activation/batches/{id}/file", Action: ActionPrint, Summary: "Download the printed slips",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotReady, ErrGone},
	}, s.getFile)
	web.Handle(api, web.Op{
		ID: "reissueAccess", Route: "POST /activation/reissues", Action: ActionReissue, Summary: "Issue a company's lost access anew; the id is that of the order that prints its slip",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrReason},
	}, s.postReissue)
	mountSlips(api, s)
	mountSetUp(api, s)
}

func (s *Service) getAreas(ctx context.Context, in *struct {
	Division string `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area"`
},
) (*web.Body[progressView], error) {
	p, err := s.Areas(ctx, in.Division)
	return &web.Body[progressView]{Body: progressView{p.Division, p.Name, append([]Area{}, p.Areas...)}}, err
}

func (s *Service) getCompanies(ctx context.Context, in *Filter) (*web.Body[page.List[WaitingView]], error) {
	rows, k, err := s.Companies(ctx, *in)
	return &web.Body[page.List[WaitingView]]{Body: page.Of(rows, k, in.Limit, func(w Waiting) []string { return []string{w.CompanyID.String()} }, waitingView)}, err
}

func (s *Service) postBatch(ctx context.Context, in *web.Body[Order]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Print(ctx, in.Body))
}

func (s *Service) getBatches(ctx context.Context, in *page.Query) (*web.Body[page.List[BatchView]], error) {
	list, err := s.Batches(ctx, *in)
	return &web.Body[page.List[BatchView]]{Body: list}, err
}

func (s *Service) getBatch(ctx context.Context, in *byBatch) (*web.Body[BatchView], error) {
	b, err := s.Batch(ctx, in.ID)
	return &web.Body[BatchView]{Body: viewIn(text.Of(ctx))(b)}, err
}

func (s *Service) getFile(ctx context.Context, in *byBatch) (*huma.StreamResponse, error) {
	return web.Serve(s.Download(ctx, in.ID))
}

func (s *Service) postReissue(ctx context.Context, in *web.Body[Lost]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.IssueAnew(ctx, in.Body))
}
