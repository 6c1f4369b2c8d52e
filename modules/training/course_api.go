package training

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

type oneCourse struct {
	ID id.Of[id.Course] `path:"id"`
}

type courseInput struct {
	ID   id.Of[id.Course] `path:"id"`
	Body CourseForm
}

type retiring struct {
	Retired bool `json:"retired"`
}

type retireInput struct {
	ID   id.Of[id.Course] `path:"id"`
	Body retiring
}

type adopting struct {
	Code string `json:"code" minLength:"1" maxLength:"40"`
}

type scheduling struct {
	Code   string   `json:"code" minLength:"1" maxLength:"40"`
	HeldOn day.Date `json:"heldOn,omitempty" doc:"empty: as proposed"`
}

type ofYear struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: which one"`
	Year      int            `query:"year" minimum:"2005" maximum:"2100" doc:"empty: this one"`
}

type ofCompany struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: which one"`
}

type itemInput struct {
	Year int `path:"year" minimum:"2005" maximum:"2100"`
	Body PlanItemForm
}

type oneItem struct {
	ID id.Of[PlanItem] `path:"id"`
}

type changeItemInput struct {
	ID   id.Of[PlanItem] `path:"id"`
	Body PlanItemForm
}

type stepping struct {
	Step   string `json:"step" enum:"approve,return,reopen"`
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

type stepInput struct {
	Year int `path:"year" minimum:"2005" maximum:"2100"`
	Body stepping
}

type oneYear struct {
	Year int `path:"year" minimum:"2005" maximum:"2100"`
}

func mountCourses(api huma.API, s *Service) {
	form := []*fault.Error{ErrKind, ErrLevel, ErrName, ErrTaken}
	web.Handle(api, web.Op{ID: "listTrainingCourses", Route: "GET /training/courses", Action: ActionCourses, Summary: "Courses of a company", Faults: []*fault.Error{page.ErrCursor, ErrCompany}}, s.getCourses)
	web.Handle(api, web.Op{ID: "listReadyCourses", Route: "GET /training/ready", Action: ActionCourses, Summary: "Ready courses with outlines"}, s.getReady)
	web.Handle(api, web.Op{ID: "getTrainingCourse", Route: "GET /training/courses/{id}", Action: ActionCourses, Summary: "A course", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getCourse)
	web.Handle(api, web.Op{ID: "addTrainingCourse", Route: "POST /training/courses", Action: ActionCourse, Summary: "Enter a course", Faults: form}, s.postCourse)
	web.Handle(api, web.Op{ID: "adoptTrainingCourse", Route: "POST /training/ready/adopt", Action: ActionCourse, Summary: "Make the company's own copy of a ready course", Faults: []*fault.Error{ErrCourse, ErrTaken}}, s.postAdopt)
	web.Handle(api, web.Op{ID: "changeTrainingCourse", Route: "PUT /training/courses/{id}", Action: ActionCourse, Summary: "Change a course", Faults: append([]*fault.Error{rbac.ErrNotFound}, form...)}, s.putCourse)
	web.Handle(api, web.Op{ID: "retireTrainingCourse", Route: "POST /training/courses/{id}/retire", Action: ActionCourse, Status: http.StatusOK, Summary: "Take a course out of the list, or put it back", Faults: []*fault.Error{rbac.ErrNotFound, ErrTaken}}, s.postRetire)
	mountPlan(api, s)
	mountSessions(api, s)
	mountSigning(api, s)
	mountHours(api, s)
	mountPapers(api, s)
}

func mountPlan(api huma.API, s *Service) {
	items := []*fault.Error{ErrYear, ErrPlan, ErrName, ErrKind, ErrUnit, ErrCourse, ErrTaken}
	web.Handle(api, web.Op{ID: "getTrainingPlan", Route: "GET /training/plan", Action: ActionPlan, Summary: "The training plan of a year, and how far it was carried out", Faults: []*fault.Error{ErrCompany}}, s.getPlan)
	web.Handle(api, web.Op{ID: "addTrainingPlanItem", Route: "POST /training/plan/{year}/items", Action: ActionPlanKeep, Summary: "Enter an item of a plan", Faults: items}, s.postItem)
	web.Handle(api, web.Op{ID: "changeTrainingPlanItem", Route: "PUT /training/plan/items/{id}", Action: ActionPlanKeep, Summary: "Change an item of a plan", Faults: append([]*fault.Error{rbac.ErrNotFound}, items...)}, s.putItem)
	web.Handle(api, web.Op{ID: "dropTrainingPlanItem", Route: "DELETE /training/plan/items/{id}", Action: ActionPlanKeep, Summary: "Take an item out of a plan", Faults: []*fault.Error{rbac.ErrNotFound, ErrPlan, ErrYear}}, s.deleteItem)
	web.Handle(api, web.Op{ID: "fillTrainingPlan", Route: "POST /training/plan/{year}/fill", Action: ActionPlanKeep, Status: http.StatusOK, Summary: "Put the usual trainings of a year into a plan", Faults: []*fault.Error{ErrYear, ErrPlan, ErrTaken, ErrCourse}}, s.postFill)
	web.Handle(api, web.Op{
		ID: "submitTrainingPlan", Route: "POST /training/plan/{year}/submit", Action: ActionPlanKeep, Status: http.StatusOK, Summary: "Ask the principal to approve a plan", Faults: []*fault.Error{rbac.ErrNotFound, ErrPlan, ErrEmpty},
	}, s.postSubmitPlan)
	web.Handle(api, web.Op{
		ID: "stepTrainingPlan", Route: "POST /training/plan/{year}/step", Action: ActionApprove, Status: http.StatusOK, Summary: "Approve a plan, give it back, or open it again", Faults: []*fault.Error{rbac.ErrNotFound, ErrPlan, ErrEmpty, ErrReason},
	}, s.postStep)
	web.Handle(api, web.Op{ID: "getTrainingSetting", Route: "GET /training/setting", Action: ActionPlan, Summary: "How a company trains, and the rules on hours", Faults: []*fault.Error{ErrCompany}}, s.getSetting)
	web.Handle(api, web.Op{ID: "saveTrainingSetting", Route: "PUT /training/setting", Action: ActionSettings, Summary: "Change how the company trains", Faults: []*fault.Error{ErrSplit}}, s.putSetting)
}

func (s *Service) getCourses(ctx context.Context, in *CourseFilter) (*web.Body[page.List[courseView]], error) {
	rows, k, err := s.Courses(ctx, *in)
	return &web.Body[page.List[courseView]]{Body: page.Of(rows, k, in.Limit, func(c Listed) []string { return []string{c.ID.String()} }, func(c Listed) courseView { return courseAs(c.Course, c.Sessions) })}, err
}

func (s *Service) getReady(ctx context.Context, _ *struct{}) (*web.Body[[]readyView], error) {
	rows, err := s.Ready(ctx)
	out := make([]readyView, len(rows))
	for i, r := range rows {
		out[i] = readyAs(r)
	}
	return &web.Body[[]readyView]{Body: out}, err
}

func (s *Service) getCourse(ctx context.Context, in *oneCourse) (*web.Body[courseView], error) {
	c, err := s.Course(ctx, in.ID)
	return &web.Body[courseView]{Body: courseAs(c, 0)}, err
}

func (s *Service) postCourse(ctx context.Context, in *web.Body[CourseForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddCourse(ctx, in.Body))
}

func (s *Service) postAdopt(ctx context.Context, in *web.Body[adopting]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Adopt(ctx, in.Body.Code))
}

func (s *Service) putCourse(ctx context.Context, in *courseInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.ChangeCourse(ctx, in.ID, in.Body))
}

func (s *Service) postRetire(ctx context.Context, in *retireInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.RetireCourse(ctx, in.ID, in.Body.Retired))
}

func (s *Service) getPlan(ctx context.Context, in *ofYear) (*web.Body[planView], error) {
	p, err := s.PlanOf(ctx, in.CompanyID, in.Year)
	return &web.Body[planView]{Body: planAs(p)}, err
}

func (s *Service) postItem(ctx context.Context, in *itemInput) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddItem(ctx, in.Year, in.Body))
}

func (s *Service) putItem(ctx context.Context, in *changeItemInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.ChangeItem(ctx, in.ID, in.Body))
}

func (s *Service) deleteItem(ctx context.Context, in *oneItem) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.DropItem(ctx, in.ID))
}

func (s *Service) postFill(ctx context.Context, in *oneYear) (*web.Body[web.Made], error) {
	return web.MadeOf(int64(in.Year), s.FillPlan(ctx, in.Year))
}

func (s *Service) postSubmitPlan(ctx context.Context, in *oneYear) (*web.Body[web.Made], error) {
	return web.MadeOf(int64(in.Year), s.Step(ctx, in.Year, "submit", ""))
}

func (s *Service) postStep(ctx context.Context, in *stepInput) (*web.Body[web.Made], error) {
	return web.MadeOf(int64(in.Year), s.Step(ctx, in.Year, in.Body.Step, in.Body.Reason))
}

func (s *Service) getSetting(ctx context.Context, in *ofCompany) (*web.Body[settingView], error) {
	p, err := s.Setting(ctx, in.CompanyID)
	return &web.Body[settingView]{Body: settingAs(p)}, err
}

func (s *Service) putSetting(ctx context.Context, in *web.Body[SettingForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.SaveSetting(ctx, in.Body))
}
