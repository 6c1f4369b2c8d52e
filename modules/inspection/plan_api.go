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

// PlanRow is a plan in a list.
type PlanRow struct {
	ID          id.Of[Plan]     `json:"id"`
	CompanyID   rbac.CompanyID  `json:"companyId"`
	Title       string          `json:"title" doc:"empty: named by its point"`
	PointID     id.Of[id.Point] `json:"pointId"`
	PointName   string          `json:"pointName"`
	Place       string          `json:"place"`
	Route       []RoutePoint    `json:"route" nullable:"false" doc:"points in the order they are walked, where there are several; else empty"`
	Items       []string        `json:"items" nullable:"false"`
	PostID      string          `json:"postId" doc:"empty: a person's"`
	Post        string          `json:"post" doc:"name of the post whose holders may all do it"`
	Vacant      bool            `json:"vacant" doc:"nobody holds the post: the unit's head, or the assignee, stands in"`
	AssigneeID  id.Of[id.Staff] `json:"assigneeId"`
	Assignee    string          `json:"assignee" doc:"name"`
	Frequency   Frequency       `json:"frequency" enum:"per_shift,daily,weekly,monthly,quarterly,half_yearly,yearly,event"`
	ShiftID     string          `json:"shiftId" doc:"empty: every shift"`
	Shift       string          `json:"shift"`
	Days        Days            `json:"days" enum:"every,working,weekdays"`
	Weekdays    []int           `json:"weekdays" nullable:"false" doc:"1 Monday … 7 Sunday"`
	OpenDays    int             `json:"openDays"`
	Event       string          `json:"event"`
	ByException bool            `json:"byException"`
	Sign        bool            `json:"sign"`
	StartsOn    day.Date        `json:"startsOn"`
	EndsOn      day.Date        `json:"endsOn" doc:"last day it makes tasks for; empty: no end"`
	PlannedTo   day.Date        `json:"plannedTo" doc:"last day its tasks are made for"`
}

func planRow(n PlanLine) PlanRow {
	r := PlanRow{
		ID: n.ID, CompanyID: n.CompanyID, Title: n.Title, PointID: n.PointID, PointName: n.PointName, Place: n.Place, Route: orNone(n.Names.V), Items: n.Items,
		PostID: text(n.PostID), Post: n.PostName, Vacant: n.Vacant, AssigneeID: n.AssigneeID, Assignee: n.AssigneeName, Frequency: n.Frequency,
		ShiftID: text(n.ShiftID), Shift: n.PlanShift, Days: n.Days, Weekdays: []int{}, OpenDays: int(n.OpenDays), Event: n.Event,
		ByException: n.ByException, Sign: n.Sign, StartsOn: n.StartsOn, EndsOn: n.EndsOn, PlannedTo: n.PlannedUntil,
	}
	for d := range 7 {
		if n.Weekdays&(1<<d) != 0 {
			r.Weekdays = append(r.Weekdays, d+1)
		}
	}
	return r
}

func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// text is the decimal form of an id that may be missing.
func text[T any](n *id.Of[T]) string {
	if n == nil {
		return ""
	}
	return n.String()
}

// shape are the faults of what a plan says.
var shape = []*fault.Error{ErrDays, ErrWeekdays, ErrUnknownPoint, ErrUnknownItem, ErrUnknownStaff, ErrUnknownPost, ErrUnknownShift, ErrVacant}

func mountPlans(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listPlans", Route: "GET /inspection/plans", Action: ActionPlans, Summary: "List a company's plans, latest first",
		Faults: []*fault.Error{ErrCompanyNeeded, page.ErrCursor},
	}, s.getPlans)
	web.Handle(api, web.Op{ID: "makePlan", Route: "POST /inspection/plans", Action: ActionPlan, Summary: "Make a plan, and its tasks of the year ahead", Faults: shape}, s.postPlan)
	web.Handle(api, web.Op{
		ID: "editPlan", Route: "PUT /inspection/plans/{id}", Action: ActionPlan, Summary: "Change a plan, and what is planned of it from today on",
		Faults: append([]*fault.Error{rbac.ErrNotFound, ErrPlanEnded}, shape...),
	}, s.putPlan)
	web.Handle(api, web.Op{
		ID: "endPlan", Route: "POST /inspection/plans/{id}/end", Action: ActionPlan, Summary: "Let a plan make no more tasks after today", Status: 200,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrPlanEnded},
	}, s.postEnd)
	web.Handle(api, web.Op{
		ID: "proposePlans", Route: "GET /inspection/plan-proposals", Action: ActionPlan, Summary: "Propose plans from the company's standard and tree",
		Faults: []*fault.Error{ErrNoStandard},
	}, s.getProposals)
	web.Handle(api, web.Op{ID: "makePlans", Route: "POST /inspection/plan-proposals", Action: ActionPlan, Summary: "Make several plans at once, all or none", Faults: shape, Status: 200}, s.postPlans)
	mountOccasions(api, s)
	mountDeeds(api, s)
	mountSpecials(api, s)
}

func (s *Service) getPlans(ctx context.Context, in *struct {
	CompanyQuery
	PlanFilter
	page.Query
},
) (*web.Body[page.List[PlanRow]], error) {
	list, err := s.Plans(ctx, in.CompanyID, in.PlanFilter, in.Query)
	return &web.Body[page.List[PlanRow]]{Body: list}, err
}

func (s *Service) postPlan(ctx context.Context, in *web.Body[PlanForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Plan(ctx, in.Body))
}

func (s *Service) putPlan(ctx context.Context, in *struct {
	ID   id.Of[Plan] `path:"id"`
	Body PlanForm
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EditPlan(ctx, in.ID, in.Body))
}

func (s *Service) postEnd(ctx context.Context, in *struct {
	ID id.Of[Plan] `path:"id"`
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EndPlan(ctx, in.ID))
}

type planSet struct {
	Plans []PlanForm `json:"plans" nullable:"false" minItems:"1" maxItems:"500"`
}

type plansMade struct {
	Made int `json:"made"`
}

func (s *Service) getProposals(ctx context.Context, _ *struct{}) (*web.Body[[]Proposal], error) {
	list, err := s.Proposals(ctx)
	return &web.Body[[]Proposal]{Body: orNone(list)}, err
}

func (s *Service) postPlans(ctx context.Context, in *web.Body[planSet]) (*web.Body[plansMade], error) {
	n, err := s.PlanAll(ctx, in.Body.Plans)
	return &web.Body[plansMade]{Body: plansMade{n}}, err
}
