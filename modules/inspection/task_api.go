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

// TaskRow is a task in a list.
type TaskRow struct {
	ID             id.Of[id.Task]  `json:"id"`
	CompanyID      rbac.CompanyID  `json:"companyId"`
	PointID        id.Of[id.Point] `json:"pointId"`
	PointName      string          `json:"pointName"`
	Place          string          `json:"place"`
	PublicID       string          `json:"publicId" doc:"of the point's QR label"`
	Items          []string        `json:"items" nullable:"false" doc:"item codes; empty: all of the point"`
	AssigneeID     id.Of[id.Staff] `json:"assigneeId"`
	Assignee       string          `json:"assignee" doc:"name"`
	OpensOn        day.Date        `json:"opensOn"`
	DueOn          day.Date        `json:"dueOn"`
	State          State           `json:"state" enum:"open,done,missed,excused,cancelled"`
	Planned        bool            `json:"planned" doc:"made by a plan"`
	Title          string          `json:"title" doc:"of a special check; empty: named by its point"`
	Route          []RoutePoint    `json:"route" nullable:"false" doc:"points in the order they are walked, where there are several; else empty"`
	Shift          string          `json:"shift" doc:"name of the shift it is for; empty: the whole day"`
	Post           string          `json:"post" doc:"name of the post whose holders may all do it; empty: the assignee alone"`
	ByException    bool            `json:"byException" doc:"team card: everything is confirmed at once, only what is wrong is entered"`
	Sign           bool            `json:"sign" doc:"the check is signed"`
	Kind           Kind            `json:"kind" enum:"routine,event,special" doc:"what calls for it"`
	PlanID         string          `json:"planId" doc:"empty: made by hand"`
	OpensAt        *time.Time      `json:"opensAt,omitempty" doc:"of a shift; left out: whole days"`
	DueAt          *time.Time      `json:"dueAt,omitempty"`
	Late           bool            `json:"late" doc:"missed, and made up for later"`
	Reason         string          `json:"reason" doc:"why it was missed, excused or cancelled, as somebody wrote"`
	ReasonBy       string          `json:"reasonBy" doc:"name of who wrote it; empty: a shutdown, or a changed plan"`
	ReasonAt       *time.Time      `json:"reasonAt,omitempty"`
	CheckStartedOn day.Date        `json:"checkStartedOn" doc:"empty until it is checked"`
	CheckID        string          `json:"checkId" doc:"empty until it is checked"`
}

// RoutePoint is a point on a route.
type RoutePoint struct {
	PointID  id.Of[id.Point] `json:"pointId"`
	PublicID string          `json:"publicId"`
	Name     string          `json:"name"`
	Place    string          `json:"place"`
}

type workView struct {
	Today   []TaskRow  `json:"today" nullable:"false"`
	Overdue []TaskRow  `json:"overdue" nullable:"false" doc:"late or missed in the last seven days"`
	Done    []TaskRow  `json:"done" nullable:"false" doc:"settled today"`
	Counts  workCounts `json:"counts"`
}

type workCounts struct {
	Today   int `json:"today"`
	Overdue int `json:"overdue"`
	Done    int `json:"done"`
}

func taskRow(t TaskLine) TaskRow {
	return TaskRow{
		ID: t.ID, CompanyID: t.CompanyID, PointID: t.PointID, PointName: t.PointName, Place: t.Place, PublicID: t.PublicID, Items: t.Items,
		AssigneeID: t.AssigneeID, Assignee: t.AssigneeName, OpensOn: t.OpensOn, DueOn: t.DueOn, State: t.State, Planned: t.PlanID != nil,
		Title: t.Title, Route: orNone(t.Names.V), Shift: t.ShiftName, Post: t.PostName, ByException: t.ByException, Sign: t.Sign, Kind: t.Kind, PlanID: decimal(t.PlanID),
		OpensAt: t.OpensAt, DueAt: t.DueAt, Late: t.State == Missed && t.CheckID != nil, Reason: t.Reason, ReasonBy: t.ReasonBy, ReasonAt: t.ReasonAt,
		CheckStartedOn: t.CheckStartedOn, CheckID: decimal(t.CheckID),
	}
}

func rowsOf(lines []TaskLine) []TaskRow {
	out := make([]TaskRow, len(lines))
	for i, t := range lines {
		out[i] = taskRow(t)
	}
	return out
}

func mountTasks(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "getWork", Route: "GET /inspection/work", Action: ActionWork, Summary: "What I have to check: today, overdue, done"}, s.getWork)
	web.Handle(api, web.Op{
		ID: "listTasks", Route: "GET /inspection/tasks", Action: ActionTasks, Summary: "List a company's tasks, latest due first",
		Faults: []*fault.Error{ErrCompanyNeeded, page.ErrCursor},
	}, s.getTasks)
	web.Handle(api, web.Op{ID: "assignTask", Route: "POST /inspection/tasks", Action: ActionAssign, Summary: "Make a task by hand", Faults: []*fault.Error{ErrDays, ErrUnknownPoint, ErrUnknownItem, ErrUnknownStaff, ErrUnknownPost, ErrVacant}}, s.postTask)
	mountPlans(api, s)
}

func (s *Service) getWork(ctx context.Context, in *struct {
	Team bool `query:"team" doc:"and what the part of the company has to do that I answer for"`
},
) (*web.Body[workView], error) {
	w, err := s.Work(ctx, in.Team)
	return &web.Body[workView]{Body: workView{
		rowsOf(w.Today), rowsOf(w.Overdue), rowsOf(w.Done),
		workCounts{len(w.Today), len(w.Overdue), len(w.Done)},
	}}, err
}

func (s *Service) getTasks(ctx context.Context, in *struct {
	CompanyQuery
	TaskFilter
	page.Query
},
) (*web.Body[page.List[TaskRow]], error) {
	list, err := s.Tasks(ctx, in.CompanyID, in.TaskFilter, in.Query)
	return &web.Body[page.List[TaskRow]]{Body: list}, err
}

func (s *Service) postTask(ctx context.Context, in *web.Body[TaskForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Assign(ctx, in.Body))
}
