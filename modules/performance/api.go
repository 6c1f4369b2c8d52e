package performance

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

type taskPath struct {
	ID id.Of[Task] `path:"id"`
}

// on is a request about one object with a body.
type on[I, T any] struct {
	ID   id.Of[I] `path:"id"`
	Body T
}

type judging struct {
	Confirmed bool   `json:"confirmed"`
	Reason    string `json:"reason,omitempty" maxLength:"500" doc:"required for a refusal"`
}

type reasoning struct {
	Reason string `json:"reason" minLength:"1" maxLength:"1000"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	mountTasks(api, s)
	mountScores(api, s)
	mountRest(api, s)
}

func mountTasks(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listDutyTasks", Route: "GET /performance/tasks", Action: ActionTasks, Summary: "List duty tasks of those one leads", Faults: []*fault.Error{page.ErrCursor},
	}, s.listTasks)
	web.Handle(api, web.Op{ID: "listMyDutyTasks", Route: "GET /performance/mine", Action: ActionMine, Summary: "One's own duty tasks, what is to be done first"}, s.getMine)
	web.Handle(api, web.Op{
		ID: "getDutyTask", Route: "GET /performance/tasks/{id}", Action: ActionMine, Summary: "Read a duty task with the evidence for it", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getTask)
	web.Handle(api, web.Op{
		ID: "addDutyEvidence", Route: "POST /performance/tasks/{id}/evidence", Action: ActionHandIn, Summary: "Hand in evidence for one's own task",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotYours, ErrSettled, ErrDay, ErrBlank},
	}, s.postEvidence)
	web.Handle(api, web.Op{
		ID: "judgeDutyEvidence", Route: "POST /performance/evidence/{id}/judge", Action: ActionJudge, Summary: "Confirm or refuse evidence as the superior", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrOwn, ErrDecided, ErrBlank},
	}, s.postJudge)
	web.Handle(api, web.Op{
		ID: "excuseDutyTask", Route: "POST /performance/tasks/{id}/excuse", Action: ActionExcuse, Summary: "Leave a task out of the score, with a reason", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrOwn, ErrSettled, ErrBlank},
	}, s.postExcuse)
	web.Handle(api, web.Op{ID: "listEventDuties", Route: "GET /performance/occasions", Action: ActionRecord, Summary: "One's own duties that fall due when something happens"}, s.getOccasions)
	web.Handle(api, web.Op{
		ID: "recordDutyEvent", Route: "POST /performance/occasions", Action: ActionRecord, Summary: "Record that an event duty fell due",
		Faults: []*fault.Error{ErrCell, ErrDay, ErrBlank, ErrNotYours},
	}, s.postOccasion)
	web.Handle(api, web.Op{
		ID: "planDutyTasks", Route: "POST /performance/plans", Action: ActionPlan, Summary: "Bring the tasks of the running periods up to date now", Status: http.StatusOK,
	}, s.postPlan)
}

type taskListing = page.List[taskRow]

func (s *Service) listTasks(ctx context.Context, in *TaskFilter) (*web.Body[taskListing], error) {
	rows, k, err := s.Tasks(ctx, *in)
	return &web.Body[taskListing]{Body: page.Of(rows, k, in.Limit, taskKey, rowOfLine)}, err
}

func taskKey(t TaskLine) []string { return []string{t.DueOn.String(), t.ID.String()} }

func (s *Service) getMine(ctx context.Context, _ *struct{}) (*web.Body[mineView], error) {
	rows, today, err := s.Mine(ctx)
	return &web.Body[mineView]{Body: mineOf(rows, today)}, err
}

func (s *Service) getTask(ctx context.Context, in *taskPath) (*web.Body[taskDetail], error) {
	r, err := s.Task(ctx, in.ID)
	return &web.Body[taskDetail]{Body: detailOf(r)}, err
}

func (s *Service) postEvidence(ctx context.Context, in *on[Task, HandingIn]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.HandIn(ctx, in.ID, in.Body))
}

func (s *Service) postJudge(ctx context.Context, in *on[Evidence, judging]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Judge(ctx, in.ID, in.Body.Confirmed, in.Body.Reason))
}

func (s *Service) postExcuse(ctx context.Context, in *on[Task, reasoning]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Excuse(ctx, in.ID, in.Body.Reason))
}

func (s *Service) getOccasions(ctx context.Context, _ *struct{}) (*web.Body[occasionsView], error) {
	cells, err := s.Occasions(ctx)
	return &web.Body[occasionsView]{Body: occasionsOf(cells)}, err
}

func (s *Service) postOccasion(ctx context.Context, in *web.Body[Happening]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Record(ctx, in.Body))
}

// planned is how many tasks a planning changed.
type planned struct {
	Tasks   int64 `json:"tasks" doc:"new, or otherwise than before"`
	Ended   int64 `json:"ended" doc:"excused, because the person no longer holds the duty"`
	Settled int64 `json:"settled" doc:"fulfilled by what was done, missed, or idle"`
}

func (s *Service) postPlan(ctx context.Context, _ *struct{}) (*web.Body[planned], error) {
	p, err := s.Replan(ctx)
	return &web.Body[planned]{Body: planned(p)}, err
}

// mountRest adds rewards, settings and figures.
func mountRest(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listRewards", Route: "GET /performance/rewards", Action: ActionRewards, Summary: "List rewards and penalties", Faults: []*fault.Error{page.ErrCursor},
	}, s.listRewards)
	web.Handle(api, web.Op{
		ID: "recordReward", Route: "POST /performance/rewards", Action: ActionReward, Summary: "Record a reward or penalty",
		Faults: []*fault.Error{ErrBlank, ErrDay, ErrStaff, ErrOwn, ErrAssessmentOf},
	}, s.postReward)
	web.Handle(api, web.Op{
		ID: "revokeReward", Route: "POST /performance/rewards/{id}/revoke", Action: ActionReward, Summary: "Take a reward or penalty back", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrRevoked, ErrBlank},
	}, s.postRevoke)
	web.Handle(api, web.Op{ID: "getAssessmentSetting", Route: "GET /performance/setting", Action: ActionScores, Summary: "How often whom is assessed"}, s.getSetting)
	web.Handle(api, web.Op{ID: "keepAssessmentSetting", Route: "PUT /performance/setting", Action: ActionSettings, Summary: "Say how often whom is assessed"}, s.putSetting)
	web.Handle(api, web.Op{
		ID: "listFigures", Route: "GET /performance/figures", Action: ActionFigures, Summary: "Figures of companies in a month; a figure without a provider is not yet measured",
		Faults: []*fault.Error{page.ErrCursor},
	}, s.listFigures)
	web.Handle(api, web.Op{
		ID: "listBehindFigure", Route: "GET /performance/figures/{metric}/rows", Action: ActionScores, Summary: "The records behind one figure of the company",
		Faults: []*fault.Error{ErrFiguresPeriod, rbac.ErrNotFound},
	}, s.listBehind)
}

func (s *Service) listRewards(ctx context.Context, in *RewardFilter) (*web.Body[page.List[rewardView]], error) {
	rows, k, err := s.Rewards(ctx, *in)
	key := func(r Reward) []string { return []string{r.DecidedOn.String(), r.ID.String()} }
	return &web.Body[page.List[rewardView]]{Body: page.Of(rows, k, in.Limit, key, rewardOf)}, err
}

func (s *Service) postReward(ctx context.Context, in *web.Body[RewardForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.RecordReward(ctx, in.Body))
}

func (s *Service) postRevoke(ctx context.Context, in *on[Reward, reasoning]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.RevokeReward(ctx, in.ID, in.Body.Reason))
}

func (s *Service) getSetting(ctx context.Context, _ *struct{}) (*web.Body[SettingForm], error) {
	v, err := s.Setting(ctx)
	return &web.Body[SettingForm]{Body: SettingForm{v.TeamEvery, v.DepartmentEvery, v.PersonEvery, v.AppealDays}}, err
}

func (s *Service) putSetting(ctx context.Context, in *web.Body[SettingForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.KeepSetting(ctx, in.Body))
}

func (s *Service) listFigures(ctx context.Context, in *FigureFilter) (*web.Body[figuresView], error) {
	rows, k, period, err := s.Figures(ctx, *in)
	key := func(f Figures) []string { return []string{f.CompanyID.String()} }
	list := page.Of(rows, k, in.Limit, key, figureRow(RulesOn(day.Date{}).Metrics))
	return &web.Body[figuresView]{Body: figuresView{Period: period, Items: list.Items, Next: list.Next, Prev: list.Prev}}, err
}

// behindQuery asks for the records behind a figure.
type behindQuery struct {
	Metric string `path:"metric" maxLength:"60" pattern:"^[a-z.-]+$"`
	Period string `query:"period" pattern:"^[0-9]{4}-[0-9]{2}$" required:"true"`
	After  int64  `query:"behind" minimum:"0" doc:"id of the last row read"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

func (s *Service) listBehind(ctx context.Context, in *behindQuery) (*web.Body[behindView], error) {
	rows, err := s.Behind(ctx, in.Metric, in.Period, in.After, in.Limit)
	return &web.Body[behindView]{Body: behindOf(rows)}, err
}
