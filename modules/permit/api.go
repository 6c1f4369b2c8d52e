package permit

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

type onePermit struct {
	ID id.Of[id.Permit] `path:"id"`
}

// on is a request about one permit with a body.
type on[T any] struct {
	ID   id.Of[id.Permit] `path:"id"`
	Body T
}

// CompanyQuery names the company that a regulator reads; a company reads its own.
type CompanyQuery struct {
	CompanyID id.Of[id.Company] `query:"companyId" doc:"needed by who sees several companies"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	mountReads(api, s)
	mountRequests(api, s)
	mountDeeds(api, s)
}

func mountReads(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "getPermitForms", Route: "GET /permits/forms", Action: ActionForms, Summary: "Read what each kind of dangerous work asks for, in the words of the company's standard",
		Faults: []*fault.Error{ErrCompany},
	}, s.getForms)
	web.Handle(api, web.Op{
		ID: "listPermitPeople", Route: "GET /permits/people", Action: ActionRequest, Summary: "List who may take part in a kind of work, with the certificates it asks for",
		Faults: []*fault.Error{ErrKind},
	}, s.getPeople)
	web.Handle(api, web.Op{
		ID: "listPermits", Route: "GET /permits", Action: ActionList, Summary: "List permits, latest first",
		Faults: []*fault.Error{ErrCompany, page.ErrCursor},
	}, s.getPermits)
	web.Handle(api, web.Op{
		ID: "getPermitBoard", Route: "GET /permits/board", Action: ActionBoard, Summary: "Read the board at the gate: work that goes on or begins today",
		Faults: []*fault.Error{ErrCompany},
	}, s.getBoard)
	web.Handle(api, web.Op{
		ID: "getPermitStatistics", Route: "GET /permits/statistics", Action: ActionStat, Summary: "Count permits of a span by what became of them",
		Faults: []*fault.Error{ErrCompany, ErrTimes},
	}, s.getStatistics)
	web.Handle(api, web.Op{
		ID: "printPermits", Route: "GET /permits/print", Action: ActionList, Summary: "Print the ledger of permits",
		Faults: []*fault.Error{ErrCompany, ErrTooMany},
	}, s.getLedgerPrint)
	web.Handle(api, web.Op{
		ID: "getPermitSetting", Route: "GET /permits/setting", Action: ActionList, Summary: "Read who approves permits and the fixed hot-work areas",
		Faults: []*fault.Error{ErrCompany},
	}, s.getSetting)
	web.Handle(api, web.Op{
		ID: "setPermitSetting", Route: "PUT /permits/setting", Action: ActionSetting, Summary: "Say who approves permits, and name the fixed hot-work areas",
		Faults: []*fault.Error{ErrKind, ErrStaffUnknown},
	}, s.putSetting)
	web.Handle(api, web.Op{
		ID: "getPermit", Route: "GET /permits/{id}", Action: ActionList, Summary: "Read a permit with its history",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getPermit)
	web.Handle(api, web.Op{
		ID: "printPermit", Route: "GET /permits/{id}/print", Action: ActionList, Summary: "Print a permit",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getPrint)
}

func mountRequests(api huma.API, s *Service) {
	asked := []*fault.Error{
		ErrKind, ErrBlank, ErrTimes, ErrTooLong, ErrLevel, ErrPeople, ErrStaffUnknown, ErrUnitUnknown, ErrPointUnknown, ErrDetail, ErrPhotoUnknown, ErrPosition, ErrFuture,
	}
	web.Handle(api, web.Op{
		ID: "requestPermit", Route: "POST /permits", Action: ActionRequest, Summary: "Ask for a permit", Faults: asked,
	}, s.postRequest)
	web.Handle(api, web.Op{
		ID: "amendPermit", Route: "PUT /permits/{id}", Action: ActionRequest, Summary: "Change a request that is not approved yet: people, times, place", Status: http.StatusOK,
		Faults: append([]*fault.Error{rbac.ErrNotFound, ErrNow, ErrNotMine}, asked...),
	}, s.putRequest)
}

func mountDeeds(api huma.API, s *Service) {
	always := []*fault.Error{rbac.ErrNotFound, ErrNow, ErrPhotoUnknown, ErrPosition, ErrFuture, ErrOtherUse}
	deed := func(id, verb string, action rbac.Action, summary string, faults ...*fault.Error) web.Op {
		return web.Op{ID: id, Route: "POST /permits/{id}/" + verb, Action: action, Summary: summary, Status: http.StatusOK, Faults: append(faults, always...)}
	}
	items := []*fault.Error{ErrItemMissing, ErrItemFailed, ErrItemUnknown}
	gas := []*fault.Error{ErrGasUnknown, ErrReadingValue, ErrReadingMissing, ErrReadingOut, ErrWatcher, ErrLapsed, ErrNotMine, ErrOver}
	web.Handle(api, deed("approvePermit", "approve", ActionApprove, "Approve a request on the spot",
		append(items, ErrOwnApproval, ErrApprover, ErrSignature, ErrOnSpot, ErrLapsed, ErrOver)...), s.postApprove)
	web.Handle(api, deed("refusePermit", "refuse", ActionApprove, "Refuse a request", ErrApprover, ErrBlank), s.postRefuse)
	web.Handle(api, deed("overridePermit", "override", ActionOverride, "Allow people without a valid certificate, by name and with a reason", ErrNothing, ErrBlank), s.postOverride)
	web.Handle(api, deed("startPermit", "start", ActionWork, "Begin the work: items in order, gas measured, watcher there, certificates valid",
		append(append(items, gas...), ErrNotYet)...), s.postStart)
	web.Handle(api, deed("readPermit", "readings", ActionWork, "Record readings; one out of limits suspends the work", ErrGasUnknown, ErrReadingValue, ErrNotMine), s.postReadings)
	web.Handle(api, deed("suspendPermit", "suspend", ActionWork, "Interrupt the work", ErrBlank), s.postSuspend)
	web.Handle(api, deed("resumePermit", "resume", ActionWork, "Go on after an interruption", append(items, gas...)...), s.postResume)
	web.Handle(api, deed("extendPermit", "extend", ActionApprove, "Approve a later end",
		ErrOwnApproval, ErrApprover, ErrSignature, ErrOnSpot, ErrNoExtend, ErrTooLong, ErrTimes, ErrLapsed), s.postExtend)
	web.Handle(api, deed("closePermit", "close", ActionWork, "Close it with the closing check", append(items, ErrNotClear, ErrWatchTime, ErrSignature, ErrPhoto, ErrNotMine)...), s.postClose)
	web.Handle(api, deed("cancelPermit", "cancel", ActionWork, "Cancel a permit whose work has not begun", ErrBlank, ErrNotMine), s.postCancel)
}

func (s *Service) getForms(ctx context.Context, in *CompanyQuery) (*web.Body[FormPack], error) {
	pack, err := s.Forms(ctx, in.CompanyID)
	return &web.Body[FormPack]{Body: pack}, err
}

func (s *Service) getPeople(ctx context.Context, in *struct {
	Kind string `query:"kind" required:"true" maxLength:"20"`
},
) (*web.Body[[]PersonView], error) {
	list, err := s.People(ctx, in.Kind)
	return &web.Body[[]PersonView]{Body: orNone(list)}, err
}

func (s *Service) getPermits(ctx context.Context, in *struct {
	CompanyQuery
	Filter
	page.Query
},
) (*web.Body[page.List[PermitRow]], error) {
	list, err := s.List(ctx, in.CompanyID, in.Filter, in.Query)
	return &web.Body[page.List[PermitRow]]{Body: list}, err
}

func (s *Service) getBoard(ctx context.Context, in *CompanyQuery) (*web.Body[BoardView], error) {
	b, err := s.Board(ctx, in.CompanyID)
	return &web.Body[BoardView]{Body: b}, err
}

func (s *Service) getStatistics(ctx context.Context, in *struct {
	CompanyQuery
	Span
},
) (*web.Body[Statistics], error) {
	st, err := s.Statistics(ctx, in.CompanyID, in.Span)
	return &web.Body[Statistics]{Body: st}, err
}

func (s *Service) getLedgerPrint(ctx context.Context, in *struct {
	CompanyQuery
	Filter
},
) (*web.File, error) {
	p, err := s.PrintList(ctx, in.CompanyID, in.Filter)
	return web.Download(p.Name, p.Content, err)
}

func (s *Service) getSetting(ctx context.Context, in *CompanyQuery) (*web.Body[SettingView], error) {
	v, err := s.Setting(ctx, in.CompanyID)
	return &web.Body[SettingView]{Body: v}, err
}

func (s *Service) putSetting(ctx context.Context, in *web.Body[SettingForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Arrange(ctx, in.Body))
}

func (s *Service) getPermit(ctx context.Context, in *onePermit) (*web.Body[PermitDetail], error) {
	d, err := s.Open(ctx, in.ID)
	return &web.Body[PermitDetail]{Body: d}, err
}

func (s *Service) getPrint(ctx context.Context, in *onePermit) (*web.File, error) {
	p, err := s.Print(ctx, in.ID)
	return web.Download(p.Name, p.Content, err)
}

func (s *Service) postRequest(ctx context.Context, in *web.Body[RequestForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Request(ctx, in.Body))
}

func (s *Service) putRequest(ctx context.Context, in *on[RequestForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Amend(ctx, in.ID, in.Body))
}

func (s *Service) postApprove(ctx context.Context, in *on[ApproveForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Approve(ctx, in.ID, in.Body))
}

func (s *Service) postRefuse(ctx context.Context, in *on[ReasonForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Refuse(ctx, in.ID, in.Body))
}

func (s *Service) postOverride(ctx context.Context, in *on[ReasonForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Override(ctx, in.ID, in.Body))
}

func (s *Service) postStart(ctx context.Context, in *on[StartForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Start(ctx, in.ID, in.Body))
}

func (s *Service) postReadings(ctx context.Context, in *on[ReadForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Read(ctx, in.ID, in.Body))
}

func (s *Service) postSuspend(ctx context.Context, in *on[ReasonForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Suspend(ctx, in.ID, in.Body))
}

func (s *Service) postResume(ctx context.Context, in *on[StartForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Resume(ctx, in.ID, in.Body))
}

func (s *Service) postExtend(ctx context.Context, in *on[ExtendForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Extend(ctx, in.ID, in.Body))
}

func (s *Service) postClose(ctx context.Context, in *on[CloseForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Close(ctx, in.ID, in.Body))
}

func (s *Service) postCancel(ctx context.Context, in *on[ReasonForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Cancel(ctx, in.ID, in.Body))
}
