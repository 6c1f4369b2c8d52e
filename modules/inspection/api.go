package inspection

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// CompanyQuery names the company a regulator asks about.
type CompanyQuery struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: which company; companies see their own"`
}

// CheckRow is a check in a list.
type CheckRow struct {
	ID            id.Of[id.Check] `json:"id"`
	StartedOn     day.Date        `json:"startedOn" doc:"with the id the key of the check"`
	CompanyID     rbac.CompanyID  `json:"companyId"`
	PointID       id.Of[id.Point] `json:"pointId"`
	PointName     string          `json:"pointName"`
	Place         string          `json:"place"`
	TaskID        string          `json:"taskId" doc:"empty if it was made without a task"`
	Person        string          `json:"person" doc:"name of who made it"`
	StartedAt     time.Time       `json:"startedAt"`
	FinishedAt    time.Time       `json:"finishedAt"`
	ReceivedAt    time.Time       `json:"receivedAt"`
	Positioned    bool            `json:"positioned" doc:"the phone said where it was"`
	Passed        int             `json:"passed"`
	Failed        int             `json:"failed"`
	NotApplicable int             `json:"notApplicable"`
}

type toldView struct {
	Code        string                 `json:"code"`
	ModuleName  string                 `json:"moduleName"`
	Requirement string                 `json:"requirement" doc:"as it was when it was answered"`
	Method      string                 `json:"method"`
	Clause      string                 `json:"clause"`
	Major       bool                   `json:"major" doc:"a failure is, by suggestion, a major hazard"`
	Result      Result                 `json:"result" enum:"pass,fail,na"`
	Note        string                 `json:"note"`
	Measured    string                 `json:"measured"`
	Photos      []id.Of[id.Attachment] `json:"photos" nullable:"false"`
}

type checkView struct {
	CheckRow
	ClientID   string             `json:"clientId"`
	StandardID id.Of[id.Standard] `json:"standardId"`
	Longitude  *float64           `json:"longitude,omitempty"`
	Latitude   *float64           `json:"latitude,omitempty"`
	Answers    []toldView         `json:"answers" nullable:"false"`
}

func checkRow(c CheckLine) CheckRow {
	return CheckRow{
		ID: c.ID, StartedOn: c.StartedOn, CompanyID: c.CompanyID, PointID: c.PointID, PointName: c.PointName, Place: c.Place, TaskID: decimal(c.TaskID),
		Person: c.PersonName, StartedAt: c.StartedAt, FinishedAt: c.FinishedAt, ReceivedAt: c.ReceivedAt, Positioned: c.LongitudeE6 != nil,
		Passed: c.Passed, Failed: c.Failed, NotApplicable: c.NotApplicable,
	}
}

func decimal(n *int64) string {
	if n == nil {
		return ""
	}
	return id.Of[id.Task](*n).String()
}

func degrees(micro *int32) *float64 {
	if micro == nil {
		return nil
	}
	d := float64(*micro) / 1e6
	return &d
}

func checkOf(c CheckLine, told []Told) checkView {
	v := checkView{
		CheckRow: checkRow(c), ClientID: c.ClientID.String(), StandardID: c.StandardID, Longitude: degrees(c.LongitudeE6), Latitude: degrees(c.LatitudeE6),
		Answers: []toldView{},
	}
	for _, t := range told {
		files := t.Photos
		if files == nil {
			files = []id.Of[id.Attachment]{}
		}
		v.Answers = append(v.Answers, toldView{
			Code: t.Code, ModuleName: t.Asked.ModuleName, Requirement: t.Asked.Requirement, Method: t.Asked.Method, Clause: t.Asked.Clause, Major: t.Asked.Major,
			Result: t.Result, Note: t.Note, Measured: t.Measured, Photos: files,
		})
	}
	return v
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "submitCheck", Route: "POST /inspection/checks", Action: ActionSubmit, Summary: "Submit a finished check; failed items become hazards",
		Faults: []*fault.Error{
			ErrUnknownItem, ErrItemTwice, ErrItemMissing, ErrReasonNeeded, ErrNoteNeeded, ErrPhotoNeeded, ErrStartedOn, ErrFinished, ErrPosition,
			ErrContent, ErrUnknownPoint, ErrUnknownTask, ErrUnknownSheet,
		},
	}, s.postCheck)
	web.Handle(api, web.Op{
		ID: "listChecks", Route: "GET /inspection/checks", Action: ActionChecks, Summary: "List a company's checks, latest first",
		Faults: []*fault.Error{ErrCompanyNeeded, page.ErrCursor},
	}, s.getChecks)
	web.Handle(api, web.Op{
		ID: "getCheck", Route: "GET /inspection/checks/{startedOn}/{id}", Action: ActionRead, Summary: "Read a check with its answers and the texts as they were answered",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrCompanyNeeded},
	}, s.getCheck)
	mountSuggestions(api, s)
	mountTasks(api, s)
}

func (s *Service) postCheck(ctx context.Context, in *web.Body[Submission]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Submit(ctx, in.Body))
}

func (s *Service) getChecks(ctx context.Context, in *struct {
	CompanyQuery
	CheckFilter
	page.Query
},
) (*web.Body[page.List[CheckRow]], error) {
	list, err := s.Checks(ctx, in.CompanyID, in.CheckFilter, in.Query)
	return &web.Body[page.List[CheckRow]]{Body: list}, err
}

func (s *Service) getCheck(ctx context.Context, in *struct {
	CompanyQuery
	StartedOn day.Date        `path:"startedOn"`
	ID        id.Of[id.Check] `path:"id"`
},
) (*web.Body[checkView], error) {
	c, told, err := s.Check(ctx, in.CompanyID, in.StartedOn, in.ID)
	return &web.Body[checkView]{Body: checkOf(c, told)}, err
}
