package enrolment

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

// LineView is a company that must join, in the list.
type LineView struct {
	CompanyID  rbac.CompanyID `json:"companyId"`
	Name       string         `json:"name"`
	Town       string         `json:"town"`
	Rules      []string       `json:"rules" nullable:"false"`
	Since      day.Date       `json:"since" doc:"earliest day of the rules that hold"`
	Stage      string         `json:"stage" enum:"none,applied,held"`
	Level      string         `json:"level" doc:"held: 1, 2, 3, pass; empty: none"`
	LevelUntil day.Date       `json:"levelUntil,omitzero"`
	NoticeID   id.Of[Notice]  `json:"noticeId" doc:"the latest"`
	Number     string         `json:"number" doc:"of the latest notice"`
	IssuedOn   string         `json:"issuedOn"`
	Received   bool           `json:"received"`
}

func lineAs(l Line) LineView {
	return LineView{l.CompanyID, l.Name, l.Town, append([]string{}, l.Rules...), l.Since, l.Stage, l.Level, l.LevelUntil, l.NoticeID, l.number(), l.IssuedOn, l.Received}
}

func keyOfLine(l Line) []string { return []string{l.CompanyID.String()} }

type heldView struct {
	ID       id.Of[id.Enrolment] `json:"id"`
	Rule     string              `json:"rule"`
	Name     string              `json:"name"`
	Version  string              `json:"version" doc:"of the rules"`
	Since    day.Date            `json:"since"`
	Facts    string              `json:"facts" doc:"what led there"`
	EndedOn  day.Date            `json:"endedOn,omitzero" doc:"empty: it holds"`
	EndFacts string              `json:"endFacts"`
	NoticeID id.Of[Notice]       `json:"noticeId"`
}

type noticeView struct {
	ID         id.Of[Notice] `json:"id"`
	Number     string        `json:"number"`
	IssuedOn   day.Date      `json:"issuedOn"`
	Rules      []string      `json:"rules" nullable:"false"`
	ReceivedAt *time.Time    `json:"receivedAt,omitempty"`
	ReceivedBy string        `json:"receivedBy"`
}

type dutyView struct {
	Must       bool         `json:"must" doc:"a rule holds today"`
	Since      day.Date     `json:"since,omitzero"`
	Stage      string       `json:"stage" enum:"none,applied,held"`
	Level      string       `json:"level"`
	LevelUntil day.Date     `json:"levelUntil,omitzero"`
	Version    string       `json:"version" doc:"of the rules of the place; empty: nobody has made any"`
	Source     string       `json:"source"`
	Confidence string       `json:"confidence"`
	Rules      []heldView   `json:"rules" nullable:"false" doc:"those that hold, then those that did"`
	Notices    []noticeView `json:"notices" nullable:"false" doc:"latest first"`
}

func viewDuty(l text.Lang, st Standing) dutyView {
	v := dutyView{Stage: None, Rules: make([]heldView, len(st.Past)), Notices: make([]noticeView, len(st.Notices))}
	if f := st.Firm; f != nil {
		v.Must, v.Since, v.Stage, v.Level, v.LevelUntil = len(f.Rules) > 0, f.Since, f.Stage, f.Level, f.LevelUntil
	}
	if r := st.Rules; r != nil {
		v.Version, v.Source, v.Confidence = r.Version, r.Source, r.Confidence
		if l != text.Chinese {
			v.Source = r.SourceEn
		}
	}
	for i, e := range st.Past {
		v.Rules[i] = heldView{e.ID, e.Rule, say(l, "rule."+e.Rule), e.RuleVersion, e.Since, sayFacts(l, e.Facts.V), e.EndedOn, sayFacts(l, e.EndFacts.V), e.NoticeID}
	}
	for i, n := range st.Notices {
		v.Notices[i] = noticeView{n.ID, n.Number(), n.IssuedOn, append([]string{}, n.Rules...), n.ReceivedAt, n.ReceivedBy}
	}
	return v
}

type progressView struct {
	Path       string `json:"path"`
	Name       string `json:"name"`
	Due        int64  `json:"due" doc:"must join"`
	Applied    int64  `json:"applied"`
	Held       int64  `json:"held" doc:"hold a level, of those that must"`
	None       int64  `json:"none" doc:"have done nothing"`
	Holding    int64  `json:"holding" doc:"hold a level, whether they must or not"`
	Small      int64  `json:"small" doc:"companies with 20 to 50 people"`
	Passed     int64  `json:"passed" doc:"of them, assessed as passed and in force"`
	Target     *int32 `json:"target,omitempty" doc:"companies at a level by the end of the year"`
	DutyTarget *int32 `json:"dutyTarget,omitempty" doc:"hundredths of a percent"`
}

func progressAs(p Progress) progressView {
	v := progressView{p.Path, p.Name, p.Due, p.Applied, p.Held, p.None, p.Holding, p.Small, p.Passed, nil, nil}
	if p.Target != nil {
		v.Target = &p.Target.Value
	}
	if p.Duty != nil {
		v.DutyTarget = &p.Duty.Value
	}
	return v
}

type progressesView struct {
	Total progressView   `json:"total"`
	Items []progressView `json:"items" nullable:"false"`
}

type progressQuery struct {
	Parent string `query:"parent" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area; empty: what you oversee"`
	Year   int16  `query:"year" minimum:"0" maximum:"2200" doc:"0: this one"`
}

type companyIn struct {
	ID rbac.CompanyID `path:"id"`
}

type noticeIn struct {
	ID id.Of[Notice] `path:"id"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "getOwnEnrolment", Route: "GET /enrolment/mine", Action: ActionMine, Summary: "Whether the own company must join standardization, why and since when, with its notices"}, s.getMine)
	web.Handle(api, web.Op{
		ID: "receiveEnrolmentNotice", Route: "POST /enrolment/notices/{id}/receive", Action: ActionReceive, Status: http.StatusOK,
		Summary: "Sign for a notice", Faults: []*fault.Error{rbac.ErrNotFound, ErrReceived},
	}, s.postReceive)
	web.Handle(api, web.Op{ID: "printEnrolmentNotice", Route: "GET /enrolment/notices/{id}/print", Action: ActionMine, Summary: "Print a notice (告知书)", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getNotice)
	web.Handle(api, web.Op{ID: "listEnrolments", Route: "GET /enrolment/firms", Action: ActionList, Summary: "List who must join standardization (六个一律), and how far each has come", Faults: []*fault.Error{page.ErrCursor}}, s.getFirms)
	web.Handle(api, web.Op{ID: "getEnrolment", Route: "GET /enrolment/firms/{id}", Action: ActionList, Summary: "Whether one company must join, why and since when", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getFirm)
	web.Handle(api, web.Op{ID: "countEnrolments", Route: "GET /enrolment/progress", Action: ActionList, Summary: "Progress of an area and those below it against their targets", Faults: []*fault.Error{ErrArea, ErrNotCounted}}, s.getProgress)
	web.Handle(api, web.Op{ID: "exportEnrolmentProgress", Route: "GET /enrolment/progress/sheet", Action: ActionList, Summary: "The same as an Excel file", Faults: []*fault.Error{ErrArea, ErrNotCounted}}, s.getProgressSheet)
	mountPlan(api, s)
	mountClaims(api, s)
	mountAssessments(api, s)
}

func (s *Service) getMine(ctx context.Context, _ *struct{}) (*web.Body[dutyView], error) {
	st, err := s.Mine(ctx)
	return &web.Body[dutyView]{Body: viewDuty(text.Of(ctx), st)}, err
}

func (s *Service) postReceive(ctx context.Context, in *noticeIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Receive(ctx, in.ID))
}

func (s *Service) getNotice(ctx context.Context, in *noticeIn) (*web.File, error) {
	b, name, err := s.PrintNotice(ctx, in.ID)
	return web.Inline(name, b, err)
}

func (s *Service) getFirms(ctx context.Context, in *Filter) (*web.Body[page.List[LineView]], error) {
	rows, k, err := s.Firms(ctx, *in)
	return &web.Body[page.List[LineView]]{Body: page.Of(rows, k, in.Limit, keyOfLine, lineAs)}, err
}

func (s *Service) getFirm(ctx context.Context, in *companyIn) (*web.Body[dutyView], error) {
	st, err := s.Of(ctx, in.ID)
	return &web.Body[dutyView]{Body: viewDuty(text.Of(ctx), st)}, err
}

func (s *Service) getProgress(ctx context.Context, in *progressQuery) (*web.Body[progressesView], error) {
	total, rows, err := s.ProgressOf(ctx, in.Parent, in.Year)
	v := progressesView{progressAs(total), make([]progressView, len(rows))}
	for i, p := range rows {
		v.Items[i] = progressAs(p)
	}
	return &web.Body[progressesView]{Body: v}, err
}

func (s *Service) getProgressSheet(ctx context.Context, in *progressQuery) (*web.File, error) {
	b, name, err := s.ProgressSheet(ctx, in.Parent, in.Year)
	return web.Download(name, b, err)
}
