package exam

import (
	"context"
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

// PaperView is a paper on the wire.
type PaperView struct {
	ID        id.Of[id.Paper] `json:"id"`
	Title     string          `json:"title"`
	Version   int             `json:"version"`
	Terms     Terms           `json:"terms"`
	Questions int             `json:"questions"`
	Total     int             `json:"total" doc:"points"`
	Retired   bool            `json:"retired"`
	MadeBy    string          `json:"madeBy"`
	ChangedAt time.Time       `json:"changedAt"`
}

func viewPaper(p Paper) PaperView {
	return PaperView{p.ID, p.Title, p.Version, p.Terms.V, p.Questions, p.Total, p.Retired, p.MadeByName, p.ChangedAt}
}

type trialRow struct {
	QuestionView
	Worth int     `json:"worth" doc:"points in this paper"`
	Order []int16 `json:"order" nullable:"false" doc:"options in the order shown; empty: as they are"`
}

type trialView struct {
	Paper PaperView  `json:"paper"`
	Rows  []trialRow `json:"rows" nullable:"false"`
}

func viewTrial(o Trial) trialView {
	v := trialView{viewPaper(o.Paper), make([]trialRow, len(o.Drawn))}
	for i, d := range o.Drawn {
		v.Rows[i] = trialRow{viewQuestion(o.Questions[d.ID]), d.Points, append([]int16{}, d.Order...)}
	}
	return v
}

func mountPapers(api huma.API, s *Service) {
	entry := []*fault.Error{ErrTitle, ErrTitleTaken, ErrParts, ErrPool, ErrFixed, ErrBank}
	web.Handle(api, web.Op{ID: "listExamPapers", Route: "GET /exam/papers", Action: ActionPapers, Summary: "Papers of the company", Faults: []*fault.Error{page.ErrCursor}}, s.getPapers)
	web.Handle(api, web.Op{ID: "getExamPaper", Route: "GET /exam/papers/{id}", Action: ActionPapers, Summary: "A paper", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getPaper)
	web.Handle(api, web.Op{ID: "tryExamPaper", Route: "GET /exam/papers/{id}/trial", Action: ActionPaper, Summary: "A paper as somebody might draw it", Faults: []*fault.Error{rbac.ErrNotFound, ErrPool, ErrFixed}}, s.getTrial)
	web.Handle(api, web.Op{ID: "makeExamPaper", Route: "POST /exam/papers", Action: ActionPaper, Summary: "Make a paper", Faults: entry}, s.postPaper)
	web.Handle(api, web.Op{ID: "editExamPaper", Route: "PUT /exam/papers/{id}", Action: ActionPaper, Summary: "Change a paper; exams under way keep theirs", Faults: append(entry, rbac.ErrNotFound, ErrRetired)}, s.putPaper)
	web.Handle(api, web.Op{ID: "retireExamPaper", Route: "POST /exam/papers/{id}/retire", Action: ActionPaper, Summary: "Take a paper out of use", Faults: []*fault.Error{rbac.ErrNotFound, ErrRetired}}, s.postRetirePaper)
}

func (s *Service) getPapers(ctx context.Context, in *page.Query) (*web.Body[page.List[PaperView]], error) {
	rows, k, err := s.AllPapers(ctx, *in)
	return &web.Body[page.List[PaperView]]{Body: page.Of(rows, k, in.Limit, func(p Paper) []string { return []string{p.ID.String()} }, viewPaper)}, err
}

func (s *Service) getPaper(ctx context.Context, in *one[id.Paper]) (*web.Body[PaperView], error) {
	p, err := s.Paper(ctx, in.ID)
	return &web.Body[PaperView]{Body: viewPaper(p)}, err
}

func (s *Service) getTrial(ctx context.Context, in *struct {
	ID   id.Of[id.Paper] `path:"id"`
	Seed int64           `query:"seed" minimum:"0" maximum:"1000000" doc:"another seed draws another"`
},
) (*web.Body[trialView], error) {
	o, err := s.Try(ctx, in.ID, in.Seed)
	return &web.Body[trialView]{Body: viewTrial(o)}, err
}

func (s *Service) postPaper(ctx context.Context, in *web.Body[PaperEntry]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.MakePaper(ctx, in.Body))
}

func (s *Service) putPaper(ctx context.Context, in *with[id.Paper, PaperEntry]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.EditPaper(ctx, in.ID, in.Body))
}

func (s *Service) postRetirePaper(ctx context.Context, in *one[id.Paper]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.RetirePaper(ctx, in.ID))
}

// TaskView is a task on the wire.
type TaskView struct {
	ID      id.Of[Task]     `json:"id"`
	PaperID id.Of[id.Paper] `json:"paperId"`
	Title   string          `json:"title"`
	DueOn   day.Date        `json:"dueOn"`
	People  int             `json:"people"`
	Passed  int             `json:"passed"`
	MadeBy  string          `json:"madeBy"`
	MadeAt  time.Time       `json:"madeAt"`
}

func viewTask(t Task) TaskView {
	return TaskView{t.ID, t.PaperID, t.Title, t.DueOn, t.People, t.Passed, t.MadeByName, t.MadeAt}
}

type assignedView struct {
	StaffID   id.Of[id.Staff]    `json:"staffId"`
	Name      string             `json:"name"`
	UnitName  string             `json:"unitName"`
	Best      *int               `json:"best,omitempty" doc:"of 100; empty: not sat"`
	Passed    bool               `json:"passed"`
	SittingID *id.Of[id.Sitting] `json:"sittingId,omitempty"`
}

type taskSheetView struct {
	TaskView
	Assigned []assignedView `json:"assigned" nullable:"false"`
}

func viewTaskSheet(t Task, people []Assigned) taskSheetView {
	v := taskSheetView{viewTask(t), make([]assignedView, len(people))}
	for i, p := range people {
		v.Assigned[i] = assignedView{p.StaffID, p.Name, p.UnitName, p.Best, p.Passed, p.SittingID}
	}
	return v
}

func mountTasks(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listExamTasks", Route: "GET /exam/tasks", Action: ActionTasks, Summary: "Exams given to people", Faults: []*fault.Error{page.ErrCursor}}, s.getTasks)
	web.Handle(api, web.Op{ID: "getExamTask", Route: "GET /exam/tasks/{id}", Action: ActionTasks, Summary: "Who is to sit an exam, and who has", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getTask)
	web.Handle(api, web.Op{ID: "giveExam", Route: "POST /exam/tasks", Action: ActionGive, Summary: "Give a paper to people, to be sat by a day", Faults: []*fault.Error{ErrPaper, ErrRetired, ErrDueOn, ErrNobody}}, s.postTask)
	web.Handle(api, web.Op{ID: "withdrawExam", Route: "POST /exam/tasks/{id}/withdraw", Action: ActionGive, Summary: "Take an exam back", Status: http.StatusOK, Faults: []*fault.Error{rbac.ErrNotFound, ErrWithdrawn}}, s.postWithdraw)
}

func (s *Service) getTasks(ctx context.Context, in *page.Query) (*web.Body[page.List[TaskView]], error) {
	rows, k, err := s.Tasks(ctx, *in)
	return &web.Body[page.List[TaskView]]{Body: page.Of(rows, k, in.Limit, func(t Task) []string { return []string{t.ID.String()} }, viewTask)}, err
}

func (s *Service) getTask(ctx context.Context, in *one[Task]) (*web.Body[taskSheetView], error) {
	t, people, err := s.Assigned(ctx, in.ID)
	return &web.Body[taskSheetView]{Body: viewTaskSheet(t, people)}, err
}

func (s *Service) postTask(ctx context.Context, in *web.Body[Order]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Give(ctx, in.Body))
}

func (s *Service) postWithdraw(ctx context.Context, in *one[Task]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Withdraw(ctx, in.ID))
}
