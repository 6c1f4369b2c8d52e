package inspection

import (
	"context"
	"fmt"
	"net/http"
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
	Points        int             `json:"points" doc:"how many it went to; more than one on a route"`
	ByException   bool            `json:"byException" doc:"team card: most was confirmed as a whole"`
	Paper         bool            `json:"paper" doc:"copied from a printed card"`
	Version       int             `json:"version" doc:"above 1: it was corrected; lists show the newest"`
}

type toldView struct {
	PointID     id.Of[id.Point]        `json:"pointId"`
	PointName   string                 `json:"pointName"`
	Code        string                 `json:"code"`
	ModuleName  string                 `json:"moduleName"`
	Requirement string                 `json:"requirement" doc:"as it was when it was answered"`
	Method      string                 `json:"method"`
	Clause      string                 `json:"clause"`
	Major       bool                   `json:"major" doc:"a failure is, by suggestion, a major hazard"`
	Result      Result                 `json:"result" enum:"pass,fail,na"`
	Note        string                 `json:"note"`
	Measured    string                 `json:"measured"`
	Limit       string                 `json:"limit" doc:"range in which the value passes, with its unit; empty: none"`
	Rest        bool                   `json:"rest" doc:"answered together with others by 其余合格 (rest is fine)"`
	After       int                    `json:"after" doc:"seconds from the start of the check; 0: not known"`
	Photos      []id.Of[id.Attachment] `json:"photos" nullable:"false"`
}

type stopView struct {
	PointID   id.Of[id.Point] `json:"pointId"`
	Number    string          `json:"number"`
	Name      string          `json:"name"`
	Place     string          `json:"place"`
	Explosive bool            `json:"explosive" doc:"no phone there: no photo and no position is asked for"`
	Items     int             `json:"items" doc:"confirmed as a whole on a team card"`
	Confirmed []confirmedView `json:"confirmed" nullable:"false"`
}

type confirmedView struct {
	Code        string `json:"code"`
	Requirement string `json:"requirement"`
}

type versionView struct {
	ID            id.Of[id.Check] `json:"id"`
	Version       int             `json:"version"`
	Person        string          `json:"person" doc:"name of who made this version"`
	ReceivedAt    time.Time       `json:"receivedAt"`
	Reason        string          `json:"reason" doc:"of the correction; empty for the first"`
	Passed        int             `json:"passed"`
	Failed        int             `json:"failed"`
	NotApplicable int             `json:"notApplicable"`
}

type checkView struct {
	CheckRow
	ClientID   string             `json:"clientId"`
	StandardID id.Of[id.Standard] `json:"standardId"`
	Longitude  *float64           `json:"longitude,omitempty"`
	Latitude   *float64           `json:"latitude,omitempty"`
	Accuracy   *int               `json:"accuracy,omitempty" doc:"of the position, metres"`
	ClockMS    *int64             `json:"clockMs,omitempty" doc:"server time less the phone's, milliseconds"`
	Signed     bool               `json:"signed" doc:"there is a picture of the signature"`
	RestAt     *time.Time         `json:"restAt,omitempty" doc:"when 其余合格 (rest is fine) was pressed"`
	Entered    string             `json:"entered" doc:"who entered it, where that is not who looked"`
	Outcome    Outcome            `json:"outcome" enum:",task-done-by-other,task-gone"`
	Stops      []stopView         `json:"stops" nullable:"false" doc:"the points it went to, in order"`
	Answers    []toldView         `json:"answers" nullable:"false"`
	Reason     string             `json:"reason" doc:"why this version corrected the one before"`
	MayCorrect bool               `json:"mayCorrect" doc:"who asks may correct this version now"`
	ReplacedBy string             `json:"replacedBy" doc:"id of the next version; empty: this is the newest"`
	Versions   []versionView      `json:"versions" nullable:"false" doc:"all versions, the first first"`
}

// KeptView answers a submission.
type KeptView struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome" enum:"kept,task-done-by-other,task-gone" doc:"what became of the task; the check is kept whatever it says"`
	Name    string `json:"name" doc:"who had done the task before"`
}

func keptView(k Kept, err error) (*web.Body[KeptView], error) {
	v := KeptView{ID: k.ID.String(), Outcome: string(k.Outcome), Name: k.Name}
	if k.Outcome == TaskKept {
		v.Outcome = "kept"
	}
	return &web.Body[KeptView]{Body: v}, err
}

func checkRow(c CheckLine) CheckRow {
	return CheckRow{
		ID: c.ID, StartedOn: c.StartedOn, CompanyID: c.CompanyID, PointID: c.PointID, PointName: c.PointName, Place: c.Place, TaskID: decimal(c.TaskID),
		Person: c.PersonName, StartedAt: c.StartedAt, FinishedAt: c.FinishedAt, ReceivedAt: c.ReceivedAt, Positioned: c.LongitudeE6 != nil,
		Passed: c.Passed, Failed: c.Failed, NotApplicable: c.NotApplicable, Points: len(c.points()), ByException: c.ByException, Paper: c.Paper, Version: c.Version,
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

func checkOf(r Record) checkView {
	v := checkView{
		CheckRow: checkRow(r.CheckLine), ClientID: r.ClientID.String(), StandardID: r.StandardID, Longitude: degrees(r.LongitudeE6), Latitude: degrees(r.LatitudeE6),
		Accuracy: r.Accuracy, ClockMS: r.ClockMS, Signed: r.SignatureID != nil, RestAt: r.RestAt, Entered: r.EnteredName, Outcome: r.Outcome, Reason: r.Reason, MayCorrect: r.May,
		Stops: make([]stopView, len(r.Stops)), Answers: make([]toldView, len(r.Told)), Versions: make([]versionView, len(r.Versions)),
	}
	for i, t := range r.Told {
		v.Answers[i] = toldOf(t)
	}
	for i, s := range r.Stops {
		v.Stops[i] = stopView{s.PointID, fmt.Sprintf("%04d", s.Number), s.Name, s.Place, s.Explosive, len(s.Confirmed), make([]confirmedView, len(s.Confirmed))}
		for j, a := range s.Confirmed {
			v.Stops[i].Confirmed[j] = confirmedView{a.Code, a.Requirement}
		}
	}
	for i, c := range r.Versions {
		by := c.PersonName
		if c.Version > 1 && c.EnteredName != "" {
			by = c.EnteredName
		}
		v.Versions[i] = versionView{c.ID, c.Version, by, c.ReceivedAt, c.Reason, c.Passed, c.Failed, c.NotApplicable}
		if c.CorrectsID != nil && *c.CorrectsID == int64(r.ID) {
			v.ReplacedBy = c.ID.String()
		}
	}
	return v
}

func toldOf(t Told) toldView {
	files := t.Photos
	if files == nil {
		files = []id.Of[id.Attachment]{}
	}
	v := toldView{
		PointID: t.At, PointName: t.PointName, Code: t.Code, ModuleName: t.Asked.ModuleName, Requirement: t.Asked.Requirement, Method: t.Asked.Method, Clause: t.Asked.Clause,
		Major: t.Asked.Major, Result: t.Result, Note: t.Note, Measured: t.Measured, Rest: t.Rest, After: t.After, Photos: files,
	}
	if t.Asked.Limit != nil {
		v.Limit = t.Asked.Limit.String()
	}
	return v
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "submitCheck", Route: "POST /inspection/checks", Action: ActionSubmit, Summary: "Submit a finished check; failed items become hazards",
		Faults: []*fault.Error{
			ErrUnknownItem, ErrItemTwice, ErrItemMissing, ErrReasonNeeded, ErrNoteNeeded, ErrPhotoNeeded, ErrStartedOn, ErrFinished, ErrPosition,
			ErrContent, ErrUnknownPoint, ErrUnknownTask, ErrUnknownSheet, ErrRoute, ErrValueNeeded, ErrOutOfRange, ErrRest, ErrExplicit, ErrSignature,
			ErrPaper, ErrPaperBy, ErrTeamCard, ErrUnknownStaff,
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
	web.Handle(api, web.Op{
		ID: "correctCheck", Route: "POST /inspection/checks/{startedOn}/{id}/corrections", Action: ActionMend,
		Summary: "Correct a check: a new version with a reason, beside which the old one stays",
		Faults: []*fault.Error{
			rbac.ErrNotFound, ErrTooLate, ErrCorrected, ErrSameAnswers, ErrBlank, ErrContent, ErrSignature, ErrUnknownPoint, ErrUnknownItem, ErrItemTwice, ErrItemMissing,
			ErrReasonNeeded, ErrNoteNeeded, ErrPhotoNeeded, ErrValueNeeded, ErrOutOfRange, ErrRest, ErrExplicit,
		},
	}, s.postCorrection)
	web.Handle(api, web.Op{
		ID: "getCheckSignature", Route: "GET /inspection/checks/{startedOn}/{id}/signature", Action: ActionRead, Summary: "Read the picture of a check's signature",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrCompanyNeeded},
	}, s.getSignature)
	web.Handle(api, web.Op{
		ID: "printCheck", Route: "GET /inspection/checks/{startedOn}/{id}/print", Action: ActionRead, Summary: "Print the record of a check",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrCompanyNeeded},
	}, s.getPrint)
	mountTasks(api, s)
}

// CheckPath names a check.
type CheckPath struct {
	StartedOn day.Date        `path:"startedOn"`
	ID        id.Of[id.Check] `path:"id"`
}

func (s *Service) postCorrection(ctx context.Context, in *struct {
	CheckPath
	Body Correction
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Correct(ctx, in.StartedOn, in.ID, in.Body))
}

type picture struct {
	Type  string `header:"Content-Type"`
	Cache string `header:"Cache-Control"`
	Body  []byte
}

func (s *Service) getPrint(ctx context.Context, in *struct {
	CompanyQuery
	CheckPath
},
) (*web.File, error) {
	p, err := s.Print(ctx, in.CompanyID, in.StartedOn, in.ID)
	return web.Download(p.Name, p.Content, err)
}

func (s *Service) getSignature(ctx context.Context, in *struct {
	CompanyQuery
	CheckPath
},
) (*picture, error) {
	b, err := s.Signature(ctx, in.CompanyID, in.StartedOn, in.ID)
	return &picture{http.DetectContentType(b), "private, max-age=3600", b}, err
}

func (s *Service) postCheck(ctx context.Context, in *web.Body[Submission]) (*web.Body[KeptView], error) {
	return keptView(s.Submit(ctx, in.Body))
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
	CheckPath
},
) (*web.Body[checkView], error) {
	r, err := s.Check(ctx, in.CompanyID, in.StartedOn, in.ID)
	return &web.Body[checkView]{Body: checkOf(r)}, err
}
