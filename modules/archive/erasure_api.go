package archive

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

// ErasureView is an erasure on the wire.
type ErasureView struct {
	ID          id.Of[id.Erasure] `json:"id"`
	CompanyName string            `json:"companyName"`
	CompanyCode string            `json:"companyCode" doc:"unified social credit code"`
	State       ErasureState      `json:"state" enum:"asked,refused,withdrawn,agreed,stopped,erasing,kept,done" doc:"kept: what law asks to keep is still there"`
	Reason      string            `json:"reason"`
	ExportHash  string            `json:"exportHash" doc:"SHA-256 of the export it was asked on"`
	AskedBy     string            `json:"askedBy"`
	AskedAt     time.Time         `json:"askedAt"`
	Answer      string            `json:"answer"`
	AnsweredBy  string            `json:"answeredBy"`
	AnsweredAt  *time.Time        `json:"answeredAt,omitempty"`
	EraseOn     day.Date          `json:"eraseOn,omitzero" doc:"the first day on which it may begin"`
	EndedNote   string            `json:"endedNote" doc:"why it was withdrawn or stopped"`
	EndedBy     string            `json:"endedBy"`
	EndedAt     *time.Time        `json:"endedAt,omitempty"`
	BegunOn     day.Date          `json:"begunOn,omitzero"`
	NextOn      day.Date          `json:"nextOn,omitzero" doc:"when something kept may go"`
	Stage       string            `json:"stage" doc:"the table it is at"`
	Erased      int64             `json:"erased" doc:"rows"`
	Files       int64             `json:"files" doc:"erased from the store"`
	Kept        int64             `json:"kept" doc:"rows that stayed at the last look"`
	Version     string            `json:"version" doc:"of the retention periods"`
	DoneAt      *time.Time        `json:"doneAt,omitempty"`
}

func erasureViewOf(e Erasure) ErasureView {
	return ErasureView{
		e.ID, e.CompanyName, e.CompanyCode, e.State, e.Reason, e.BundleHash, e.AskedBy, e.AskedAt, e.Answer, e.AnsweredBy, e.AnsweredAt, e.EraseOn, e.EndedNote, e.EndedBy, e.EndedAt,
		e.BegunOn, e.NextOn, e.Stage, e.Erased, e.Files, e.Kept, e.Version, e.DoneAt,
	}
}

type tallyView struct {
	Table  string `json:"table"`
	Group  string `json:"group" doc:"which records, in the reader's language"`
	Erased int64  `json:"erased"`
	Kept   int64  `json:"kept"`
}

type requestView struct {
	ErasureView
	WaitDays int         `json:"waitDays" doc:"between the decision and the erasure"`
	Tables   []tallyView `json:"tables" nullable:"false"`
}

type ruleView struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Class      Class    `json:"class" enum:"erase,keep,file,always"`
	Years      int      `json:"years"`
	From       From     `json:"from" enum:",erasure,row,year-end"`
	Until      day.Date `json:"until,omitzero" doc:"kept until this day at the longest"`
	Source     string   `json:"source"`
	Confidence string   `json:"confidence" enum:"verified,memory,choice"`
	Tables     int      `json:"tables"`
}

type outlookView struct {
	Name       string     `json:"name" doc:"of the company, to be typed by who asks"`
	Version    string     `json:"version"`
	ExportDays int        `json:"exportDays" doc:"the export that must exist may be so old"`
	WaitDays   int        `json:"waitDays" doc:"between the decision and the erasure"`
	ExportedAt *time.Time `json:"exportedAt,omitempty" doc:"when the newest export was finished"`
	Exported   bool       `json:"exported" doc:"there is an export that is new enough"`
	EraseOn    day.Date   `json:"eraseOn" doc:"the earliest day of the erasure, were it agreed to today"`
	Rules      []ruleView `json:"rules" nullable:"false"`
}

type erasureNamed struct {
	ID id.Of[id.Erasure] `path:"id"`
}

type erasureRemarked struct {
	ID   id.Of[id.Erasure] `path:"id"`
	Body Remark
}

type erasureDecided struct {
	ID   id.Of[id.Erasure] `path:"id"`
	Body Verdict
}

type requestsQuery struct {
	page.Query
	Group Group `query:"group" enum:"open,waiting,running,settled" doc:"left out: all"`
}

// mountErasure adds the operations of erasing to api.
func mountErasure(api huma.API, s *Service) {
	lists := []*fault.Error{page.ErrCursor}
	steps := []*fault.Error{rbac.ErrNotFound, ErrSettled}
	web.Handle(api, web.Op{ID: "getRetention", Route: "GET /archive/retention", Action: ActionAsk, Summary: "What would be erased of the company's data, and what kept until when"}, s.getOutlook)
	web.Handle(api, web.Op{ID: "askErasure", Route: "POST /archive/erasures", Action: ActionAsk, Summary: "Ask for the erasure of the company's data", Faults: []*fault.Error{ErrName, ErrExportFirst, ErrOpen}}, s.postErasure)
	web.Handle(api, web.Op{ID: "listErasures", Route: "GET /archive/erasures", Action: ActionAsk, Summary: "List what the company asked to be erased, newest first", Faults: lists}, s.getErasures)
	web.Handle(api, web.Op{ID: "withdrawErasure", Route: "POST /archive/erasures/{id}/withdraw", Action: ActionAsk, Status: http.StatusOK, Summary: "Take the wish back, as long as nothing is erased", Faults: steps}, s.postWithdraw)
	web.Handle(api, web.Op{ID: "listErasureRequests", Route: "GET /archive/requests", Action: ActionDecide, Summary: "List companies' wishes to be erased, newest first", Faults: lists}, s.getRequests)
	web.Handle(api, web.Op{ID: "getErasureRequest", Route: "GET /archive/requests/{id}", Action: ActionDecide, Summary: "Read a wish to be erased, with what became of each table", Faults: steps[:1]}, s.getRequest)
	web.Handle(api, web.Op{ID: "decideErasure", Route: "POST /archive/requests/{id}/decision", Action: ActionDecide, Status: http.StatusOK, Summary: "Agree to an erasure, or refuse it", Faults: append(steps, ErrAnswer)}, s.postDecision)
	web.Handle(api, web.Op{ID: "stopErasure", Route: "POST /archive/requests/{id}/stop", Action: ActionDecide, Status: http.StatusOK, Summary: "Stop an erasure that waits for its day", Faults: append(steps, ErrAnswer)}, s.postStop)
}

func (s *Service) getOutlook(ctx context.Context, _ *web.None) (*web.Body[outlookView], error) {
	o, err := s.Outlook(ctx)
	v := outlookView{o.Name, retention.Version, retention.ExportDays, retention.WaitDays, o.Export.FinishedAt, o.Enough, o.EraseOn, make([]ruleView, len(o.Rules))}
	for i, r := range o.Rules {
		v.Rules[i] = ruleView{r.ID, r.in(text.Of(ctx)), r.Class, r.Years, r.From, o.Until(r), r.Source, r.Confidence, len(r.Tables)}
	}
	return &web.Body[outlookView]{Body: v}, err
}

// in is how a rule's records are called in a language.
func (r Rule) in(l text.Lang) string {
	if l == text.Chinese {
		return r.Zh
	}
	return r.En
}

func (s *Service) postErasure(ctx context.Context, in *web.Body[Wish]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Ask(ctx, in.Body))
}

func erasureKey(e Erasure) []string { return []string{e.ID.String()} }

func (s *Service) getErasures(ctx context.Context, in *page.Query) (*web.Body[page.List[ErasureView]], error) {
	rows, k, err := s.Own(ctx, *in)
	return &web.Body[page.List[ErasureView]]{Body: page.Of(rows, k, in.Limit, erasureKey, erasureViewOf)}, err
}

func (s *Service) postWithdraw(ctx context.Context, in *erasureRemarked) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Withdraw(ctx, in.ID, in.Body))
}

func (s *Service) getRequests(ctx context.Context, in *requestsQuery) (*web.Body[page.List[ErasureView]], error) {
	rows, k, err := s.Requests(ctx, in.Group, in.Query)
	return &web.Body[page.List[ErasureView]]{Body: page.Of(rows, k, in.Limit, erasureKey, erasureViewOf)}, err
}

func (s *Service) getRequest(ctx context.Context, in *erasureNamed) (*web.Body[requestView], error) {
	e, tables, err := s.Request(ctx, in.ID)
	v := requestView{erasureViewOf(e), retention.WaitDays, make([]tallyView, len(tables))}
	for i, t := range tables {
		rule, _, _ := retention.of(t.Table)
		v.Tables[i] = tallyView{t.Table, rule.in(text.Of(ctx)), t.Erased, t.Kept}
	}
	return &web.Body[requestView]{Body: v}, err
}

func (s *Service) postDecision(ctx context.Context, in *erasureDecided) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Decide(ctx, in.ID, in.Body))
}

func (s *Service) postStop(ctx context.Context, in *erasureRemarked) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Stop(ctx, in.ID, in.Body))
}
