package selfreport

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

type one struct {
	ID id.Of[id.Report] `path:"id"`
}

// on is a request about one report with a body.
type on[T any] struct {
	ID   id.Of[id.Report] `path:"id"`
	Body T
}

type opening struct {
	Cycle string `json:"cycle" enum:"HZ-Q,HZ-Y,HZ-M,HZ-COAL-Q" doc:"the report of its current period"`
}

type compiling struct {
	Remark string `json:"remark,omitempty" maxLength:"2000" doc:"what the company adds to the figures"`
}

type remark struct {
	Note string `json:"note,omitempty" maxLength:"500"`
}

type returning struct {
	Note    string   `json:"note,omitempty" maxLength:"500"`
	Reasons []Reason `json:"reasons" minItems:"1" maxItems:"50" nullable:"false"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listReports", Route: "GET /selfreport/reports", Action: ActionList, Summary: "List the self-reports", Faults: []*fault.Error{page.ErrCursor},
	}, s.list)
	web.Handle(api, web.Op{
		ID: "getReport", Route: "GET /selfreport/reports/{id}", Action: ActionList,
		Summary: "Read one self-report: content to print, signature, history", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.get)
	web.Handle(api, web.Op{
		ID: "listPendingReports", Route: "GET /selfreport/pending", Action: ActionList, Summary: "What the company has to report, and what comes next",
	}, s.pending)
	web.Handle(api, web.Op{
		ID: "openReport", Route: "POST /selfreport/reports", Action: ActionOpen, Summary: "Open the report of a cycle's current period", Faults: []*fault.Error{ErrCycle},
	}, s.post)
	event(api, "compileReport", "compile", ActionCompile, "Fill the report from the ledger", s.postCompile)
	event(api, "signReport", "sign", ActionSign, "Sign as the principal (主要负责人)", s.postSign, ErrContentMoved)
	event(api, "submitReport", "submit", ActionSubmit, "Freeze the signed report and submit it", s.postSubmit)
	event(api, "receiveReport", "receive", ActionReceive, "Regulator: receive the report", s.postReceive)
	event(api, "returnReport", "return", ActionReturn, "Regulator: return the report with reasons", s.postReturn, ErrReasons)
	mountForms(api, s)
	mountRates(api, s)
	mountCycles(api, s)
}

// event registers one transition: POST …/{id}/verb, refused with the state found.
func event[T any](api huma.API, opID, verb string, action rbac.Action, summary string, h func(context.Context, *on[T]) (*web.Body[web.Made], error), faults ...*fault.Error) {
	faults = append(faults, rbac.ErrNotFound)
	for _, s := range []State{Opened, Draft, Signed, Submitted, Received, Returned, Outside} {
		faults = append(faults, ErrNow[s])
	}
	web.Handle(api, web.Op{ID: opID, Route: "POST /selfreport/reports/{id}/" + verb, Action: action, Summary: summary, Faults: faults, Status: http.StatusOK}, h)
}

func (s *Service) list(ctx context.Context, in *Filter) (*web.Body[page.List[ReportRow]], error) {
	rows, k, today, err := s.List(ctx, *in)
	return &web.Body[page.List[ReportRow]]{Body: page.Of(rows, k, in.Limit, keyOf, lineOn(today))}, err
}

func (s *Service) get(ctx context.Context, in *one) (*web.Body[reportDetail], error) {
	r, err := s.ByID(ctx, in.ID)
	return &web.Body[reportDetail]{Body: detailOf(r)}, err
}

func (s *Service) pending(ctx context.Context, _ *struct{}) (*web.Body[pendingView], error) {
	rows, coming, today, err := s.Pending(ctx)
	return &web.Body[pendingView]{Body: pendingOf(rows, coming, today)}, err
}

func (s *Service) post(ctx context.Context, in *web.Body[opening]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Open(ctx, in.Body.Cycle))
}

func (s *Service) postCompile(ctx context.Context, in *on[compiling]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Compile(ctx, in.ID, in.Body.Remark))
}

func (s *Service) postSign(ctx context.Context, in *on[Signing]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Sign(ctx, in.ID, in.Body))
}

func (s *Service) postSubmit(ctx context.Context, in *on[remark]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Submit(ctx, in.ID))
}

func (s *Service) postReceive(ctx context.Context, in *on[remark]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Receive(ctx, in.ID, in.Body.Note))
}

func (s *Service) postReturn(ctx context.Context, in *on[returning]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Return(ctx, in.ID, in.Body.Note, in.Body.Reasons))
}
