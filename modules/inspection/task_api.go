package inspection

import (
	"context"

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
	State          State           `json:"state" enum:"open,done,missed"`
	Planned        bool            `json:"planned" doc:"made by a plan"`
	Title          string          `json:"title" doc:"of a special check; empty: named by its point"`
	Route          []RoutePoint    `json:"route" nullable:"false" doc:"points in the order they are walked, where there are several; else empty"`
	Shift          string          `json:"shift" doc:"name of the shift it is for; empty: the whole day"`
	Post           string          `json:"post" doc:"name of the post whose holders may all do it; empty: the assignee alone"`
	ByException    bool            `json:"byException" doc:"team card: everything is confirmed at once, only what is wrong is entered"`
	Sign           bool            `json:"sign" doc:"the check is signed"`
	Reason         string          `json:"reason" doc:"why it was missed or cancelled, as somebody wrote"`
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

// PlanRow is a plan in a list.
type PlanRow struct {
	ID         id.Of[Plan]     `json:"id"`
	CompanyID  rbac.CompanyID  `json:"companyId"`
	PointID    id.Of[id.Point] `json:"pointId"`
	PointName  string          `json:"pointName"`
	Place      string          `json:"place"`
	Items      []string        `json:"items" nullable:"false"`
	AssigneeID id.Of[id.Staff] `json:"assigneeId"`
	Assignee   string          `json:"assignee" doc:"name"`
	Frequency  Frequency       `json:"frequency" enum:"daily,weekly,monthly"`
	StartsOn   day.Date        `json:"startsOn"`
	EndsOn     day.Date        `json:"endsOn" doc:"last day it makes tasks for; empty: no end"`
}

type workView struct {
	Today   []TaskRow  `json:"today" nullable:"false"`
	Overdue []TaskRow  `json:"overdue" nullable:"false" doc:"late or missed in the last seven days"`
	Done    []TaskRow  `json:"done" nullable:"false" doc:"settled today"`
	Coming  []TaskRow  `json:"coming" nullable:"false" doc:"opens in the next seven days, for a phone that may be without network then"`
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
		Route: []RoutePoint{}, CheckStartedOn: t.CheckStartedOn, CheckID: decimal(t.CheckID),
	}
}

func planRow(n PlanLine) PlanRow {
	return PlanRow{n.ID, n.CompanyID, n.PointID, n.PointName, n.Place, n.Items, n.AssigneeID, n.AssigneeName, n.Frequency, n.StartsOn, n.EndsOn}
}

func rowsOf(lines []TaskLine) []TaskRow {
	out := make([]TaskRow, len(lines))
	for i, t := range lines {
		out[i] = taskRow(t)
	}
	return out
}

func mountTasks(api huma.API, s *Service) {
	shape := []*fault.Error{ErrDays, ErrUnknownPoint, ErrUnknownItem, ErrUnknownStaff}
	web.Handle(api, web.Op{ID: "getWork", Route: "GET /inspection/work", Action: ActionWork, Summary: "What I have to check: today, overdue, done"}, s.getWork)
	web.Handle(api, web.Op{
		ID: "listTasks", Route: "GET /inspection/tasks", Action: ActionTasks, Summary: "List a company's tasks, latest due first",
		Faults: []*fault.Error{ErrCompanyNeeded, page.ErrCursor},
	}, s.getTasks)
	web.Handle(api, web.Op{ID: "assignTask", Route: "POST /inspection/tasks", Action: ActionAssign, Summary: "Make a task by hand", Faults: shape}, s.postTask)
	web.Handle(api, web.Op{
		ID: "listPlans", Route: "GET /inspection/plans", Action: ActionPlans, Summary: "List a company's plans, latest first",
		Faults: []*fault.Error{ErrCompanyNeeded, page.ErrCursor},
	}, s.getPlans)
	web.Handle(api, web.Op{ID: "makePlan", Route: "POST /inspection/plans", Action: ActionPlan, Summary: "Make a plan that makes a task every day, week or month", Faults: shape}, s.postPlan)
	web.Handle(api, web.Op{
		ID: "endPlan", Route: "POST /inspection/plans/{id}/end", Action: ActionPlan, Summary: "Let a plan make no more tasks after today", Status: 200,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrPlanEnded},
	}, s.postEnd)
}

func (s *Service) getWork(ctx context.Context, _ *struct{}) (*web.Body[workView], error) {
	w, err := s.Work(ctx)
	return &web.Body[workView]{Body: workView{
		rowsOf(w.Today), rowsOf(w.Overdue), rowsOf(w.Done), rowsOf(w.Coming),
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

func (s *Service) getPlans(ctx context.Context, in *struct {
	CompanyQuery
	page.Query
	Ended bool `query:"ended" doc:"show ended plans too"`
},
) (*web.Body[page.List[PlanRow]], error) {
	list, err := s.Plans(ctx, in.CompanyID, in.Ended, in.Query)
	return &web.Body[page.List[PlanRow]]{Body: list}, err
}

func (s *Service) postPlan(ctx context.Context, in *web.Body[PlanForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Plan(ctx, in.Body))
}

func (s *Service) postEnd(ctx context.Context, in *struct {
	ID id.Of[Plan] `path:"id"`
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EndPlan(ctx, in.ID))
}
