package standardization

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

type oneIn struct {
	ID id.Of[id.Evaluation] `path:"id"`
}

// on is a request about one evaluation with a body.
type on[T any] struct {
	ID   id.Of[id.Evaluation] `path:"id"`
	Body T
}

type itemIn struct {
	ID   id.Of[id.Evaluation] `path:"id"`
	Code string               `path:"code" maxLength:"40"`
	Body Reply
}

type findingIn struct {
	ID      id.Of[id.Evaluation] `path:"id"`
	Finding id.Of[id.Finding]    `path:"findingId"`
	Body    Withdrawal
}

type evidenceIn struct {
	ID   id.Of[id.Evaluation] `path:"id"`
	Body struct {
		ItemCode   string        `json:"itemCode" minLength:"1" maxLength:"40"`
		EvidenceID id.Of[id.Row] `json:"evidenceId"`
	}
}

type reportIn struct {
	ID     id.Of[id.Evaluation] `path:"id"`
	Format string               `path:"format" enum:"pdf,docx,xlsx"`
}

type companyIn struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: which one"`
}

type tablesIn struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: which one"`
	Kind      Kind           `query:"kind" enum:"self,duty,class" default:"self"`
}

// Mount registers the module's operations.
func Mount(api huma.API, s *Service) {
	mountReads(api, s)
	mountPapers(api, s)
	mountItems(api, s)
	mountDeeds(api, s)
}

func mountReads(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listEvaluations", Route: "GET /standardization/evaluations", Action: ActionList, Summary: "List evaluations, latest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getEvaluations)
	web.Handle(api, web.Op{
		ID: "getEvaluation", Route: "GET /standardization/evaluations/{id}", Action: ActionItems, Summary: "Read an evaluation with its items, as far as one sees them", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getEvaluation)
	web.Handle(api, web.Op{
		ID: "compareEvaluation", Route: "GET /standardization/evaluations/{id}/differences", Action: ActionList, Summary: "Read a review beside the self evaluation it looks at", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getDifferences)
	web.Handle(api, web.Op{
		ID: "listEvaluationTables", Route: "GET /standardization/tables", Action: ActionList, Summary: "List the tables that a company can be evaluated by", Faults: []*fault.Error{rbac.ErrNotFound, ErrCompany},
	}, s.getTables)
	web.Handle(api, web.Op{
		ID: "getEvaluationYears", Route: "GET /standardization/years", Action: ActionList, Summary: "How a company stands to its yearly duty", Faults: []*fault.Error{rbac.ErrNotFound, ErrCompany},
	}, s.getYears)
	web.Handle(api, web.Op{
		ID: "listMyEvaluations", Route: "GET /standardization/mine", Action: ActionItems, Summary: "Evaluations under way in which items are one's own to answer",
	}, s.getMine)
	web.Handle(api, web.Op{
		ID: "listPostedEvaluations", Route: "GET /standardization/posted", Action: ActionRead, Summary: "Reports that hang inside the firm today",
	}, s.getPosted)
	web.Handle(api, web.Op{
		ID: "listEvidenceRecords", Route: "GET /standardization/records", Action: ActionAnswer, Summary: "Records of the system that can be evidence, latest first", Faults: []*fault.Error{ErrEvidence, page.ErrCursor},
	}, s.getRecords)
}

func mountPapers(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "printEvaluation", Route: "GET /standardization/evaluations/{id}/report/{format}", Action: ActionList, Summary: "The report as PDF or Word, the score sheet as Excel", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getReport)
	web.Handle(api, web.Op{
		ID: "printEvaluationPoster", Route: "GET /standardization/evaluations/{id}/poster", Action: ActionList, Summary: "The sheet that hangs on the board", Faults: []*fault.Error{rbac.ErrNotFound, ErrReport},
	}, s.getPoster)
}

func mountItems(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "answerEvaluationItem", Route: "PUT /standardization/evaluations/{id}/items/{code}", Action: ActionAnswer, Summary: "Answer an item",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNow, ErrItem, ErrNotMine, ErrChanged, ErrNAReason, ErrNARefused, ErrNAFindings},
	}, s.putAnswer)
	deed(api, "addEvaluationFinding", "findings", ActionAnswer, "Charge a finding to an item", http.StatusCreated, s.Find,
		ErrItem, ErrNotMine, ErrNAFindings, ErrRule, ErrRuleAuto, ErrOnce, ErrBlank, ErrStaff, ErrDates)
	web.Handle(api, web.Op{
		ID: "withdrawEvaluationFinding", Route: "POST /standardization/evaluations/{id}/findings/{findingId}/withdraw", Action: ActionAnswer, Summary: "Take a finding back", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNow, ErrNotMine, ErrFinding, ErrPlanned},
	}, s.postWithdraw)
	deed(api, "addEvaluationEvidence", "evidence", ActionAnswer, "Put a record or a file beside an item", http.StatusCreated, s.Show, ErrItem, ErrNotMine, ErrEvidence, ErrBlank)
	web.Handle(api, web.Op{
		ID: "removeEvaluationEvidence", Route: "POST /standardization/evaluations/{id}/evidence/remove", Action: ActionAnswer, Summary: "Take evidence away from an item", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNow, ErrItem, ErrNotMine, ErrEvidence},
	}, s.postHide)
}

func mountDeeds(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "beginEvaluation", Route: "POST /standardization/evaluations", Action: ActionLead, Summary: "Company: begin a self evaluation (自评)", Faults: []*fault.Error{ErrRubric, ErrOpen, ErrYear, ErrDates},
	}, s.postBegin)
	web.Handle(api, web.Op{
		ID: "assessCompany", Route: "POST /standardization/assessments", Action: ActionAssess, Summary: "Regulator: begin 主体责任达标 or 分类分级 of a company",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrRubric, ErrOpen, ErrYear, ErrDates},
	}, s.postAssess)
	web.Handle(api, web.Op{
		ID: "amendEvaluation", Route: "PUT /standardization/evaluations/{id}", Action: ActionAnswer, Summary: "Settle the group, the plan and the words of an evaluation",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNow, ErrBlank, ErrDates, ErrStaff, ErrLeader},
	}, func(ctx context.Context, in *on[Outline]) (*web.Body[web.Made], error) {
		return web.MadeOf(s.Amend(ctx, in.ID, in.Body))
	})
	web.Handle(api, web.Op{
		ID: "startEvaluation", Route: "POST /standardization/evaluations/{id}/start", Action: ActionLead, Summary: "Company: let the scoring begin", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNow, ErrLeader, ErrWorkers},
	}, func(ctx context.Context, in *oneIn) (*web.Body[web.Made], error) {
		return web.MadeOf(s.Start(ctx, in.ID))
	})
	deed(api, "assignEvaluationItems", "assignments", ActionLead, "Company: give items to somebody", http.StatusOK, s.Assign, ErrItem, ErrStaff, ErrDates)
	deed(api, "stateEvaluationFacts", "facts", ActionAnswer, "State the figures of the safety performance", http.StatusOK, s.State, ErrFact, ErrFactCause)
	web.Handle(api, web.Op{
		ID: "recountEvaluationFacts", Route: "POST /standardization/evaluations/{id}/recount", Action: ActionAnswer, Summary: "Take the figures of the safety performance from the records again", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNow},
	}, func(ctx context.Context, in *oneIn) (*web.Body[web.Made], error) {
		return web.MadeOf(s.Recount(ctx, in.ID))
	})
	deed(api, "finishEvaluation", "finish", ActionFinish, "Sign an evaluation: what it came to is frozen", http.StatusOK, s.Finish, ErrUnfinished, ErrNothing)
	deed(api, "publishEvaluation", "publish", ActionPublish, "Company: hang the report inside the firm", http.StatusOK, s.Publish, ErrBlank, ErrDates, ErrDays, ErrHolidays)
	deed(api, "closeEvaluation", "close", ActionFinish, "Lay aside an evaluation that is not finished", http.StatusOK, s.Close, ErrBlank)
	deed(api, "mendEvaluation", "plan", ActionMend, "Company: make hazards of the findings, each once (整改计划)", http.StatusOK, s.Mend, ErrNoPlan, ErrStaff, ErrDates)
}

// deed mounts one thing that is done with an evaluation.
func deed[T any, I ~int64](api huma.API, name, path string, action rbac.Action, summary string, status int, do func(context.Context, id.Of[id.Evaluation], T) (I, error), faults ...*fault.Error) {
	web.Handle(api, web.Op{
		ID: name, Route: "POST /standardization/evaluations/{id}/" + path, Action: action, Summary: summary, Status: status, Faults: append([]*fault.Error{rbac.ErrNotFound, ErrNow}, faults...),
	}, func(ctx context.Context, in *on[T]) (*web.Body[web.Made], error) {
		return web.MadeOf(do(ctx, in.ID, in.Body))
	})
}

func (s *Service) getEvaluations(ctx context.Context, in *Filter) (*web.Body[page.List[EvaluationView]], error) {
	rows, k, err := s.Evaluations(ctx, *in)
	key := func(l Listed) []string { return []string{l.ID.String()} }
	return &web.Body[page.List[EvaluationView]]{Body: page.Of(rows, k, in.Limit, key, func(l Listed) EvaluationView {
		return viewOf(&l.Evaluation, l.CompanyName, l.Answered, l.Items)
	})}, err
}

func (s *Service) getEvaluation(ctx context.Context, in *oneIn) (*web.Body[SheetView], error) {
	sh, err := s.One(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	a, _ := rbac.ActorOf(ctx)
	return &web.Body[SheetView]{Body: sh.view(a.StaffID)}, nil
}

func (s *Service) getDifferences(ctx context.Context, in *oneIn) (*web.Body[Comparison], error) {
	c, err := s.Compare(ctx, in.ID)
	return &web.Body[Comparison]{Body: c}, err
}

func (s *Service) getTables(ctx context.Context, in *tablesIn) (*web.Body[[]Table], error) {
	list, err := s.Tables(ctx, in.CompanyID, in.Kind)
	return &web.Body[[]Table]{Body: list}, err
}

// YearsView is how a company stands to its yearly duty.
type YearsView struct {
	Done   []EvaluationView     `json:"done" nullable:"false" doc:"finished self evaluations, latest first"`
	Next   string               `json:"next" doc:"day by which the next one is to be finished; empty: none was made yet"`
	Late   bool                 `json:"late"`
	Remind []int                `json:"remind" nullable:"false" doc:"days before that day on which it is said"`
	OpenID id.Of[id.Evaluation] `json:"openId" doc:"under way; empty: none is"`
	Rules  []Rule               `json:"rules" nullable:"false"`
}

func (s *Service) getYears(ctx context.Context, in *companyIn) (*web.Body[YearsView], error) {
	y, err := s.YearsOf(ctx, in.CompanyID)
	v := YearsView{Done: []EvaluationView{}, Next: dayText(y.Next), Late: y.Late, Remind: append([]int{}, y.Remind...), OpenID: y.Open, Rules: []Rule{y.Rule, y.Hang}}
	for i := range y.Done {
		v.Done = append(v.Done, viewOf(&y.Done[i], "", 0, 0))
	}
	return &web.Body[YearsView]{Body: v}, err
}

// MineView is an evaluation in which items are the reader's.
type MineView struct {
	ID    id.Of[id.Evaluation] `json:"id"`
	Title string               `json:"title"`
	Year  int                  `json:"year"`
	DueOn string               `json:"dueOn"`
	Items int                  `json:"items"`
	Open  int                  `json:"open"`
}

func (s *Service) getMine(ctx context.Context, _ *struct{}) (*web.Body[[]MineView], error) {
	rows, err := s.MineOf(ctx)
	out := make([]MineView, len(rows))
	for i, m := range rows {
		out[i] = MineView{m.ID, m.Title, int(m.Year), dayText(m.DueOn), m.Items, m.Open}
	}
	return &web.Body[[]MineView]{Body: out}, err
}

func (s *Service) getPosted(ctx context.Context, _ *struct{}) (*web.Body[[]Posted], error) {
	list, err := s.Posted(ctx)
	return &web.Body[[]Posted]{Body: list}, err
}

// RecordsView is a page of records, and the sorts there are.
type RecordsView struct {
	Sources []string `json:"sources" nullable:"false"`
	Items   []Record `json:"items" nullable:"false"`
	Next    string   `json:"next"`
}

func (s *Service) getRecords(ctx context.Context, in *Search) (*web.Body[RecordsView], error) {
	v := RecordsView{Sources: s.SourceKeys(), Items: []Record{}}
	if in.Source == "" {
		return &web.Body[RecordsView]{Body: v}, nil
	}
	var err error
	v.Items, v.Next, err = s.Records(ctx, *in)
	return &web.Body[RecordsView]{Body: v}, err
}

func (s *Service) getReport(ctx context.Context, in *reportIn) (*web.File, error) {
	if in.Format == "xlsx" {
		name, content, err := s.Excel(ctx, in.ID)
		return web.Download(name, content, err)
	}
	name, content, err := s.Report(ctx, in.ID, in.Format)
	if in.Format == "pdf" {
		return web.Inline(name, content, err)
	}
	return web.Download(name, content, err)
}

func (s *Service) getPoster(ctx context.Context, in *oneIn) (*web.File, error) {
	name, content, err := s.Poster(ctx, in.ID)
	return web.Inline(name, content, err)
}

func (s *Service) postBegin(ctx context.Context, in *web.Body[Beginning]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Begin(ctx, in.Body))
}

func (s *Service) postAssess(ctx context.Context, in *web.Body[Assessing]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Assess(ctx, in.Body))
}

func (s *Service) putAnswer(ctx context.Context, in *itemIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Answer(ctx, in.ID, in.Code, in.Body))
}

func (s *Service) postWithdraw(ctx context.Context, in *findingIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Withdraw(ctx, in.ID, in.Finding, in.Body))
}

func (s *Service) postHide(ctx context.Context, in *evidenceIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Hide(ctx, in.ID, in.Body.ItemCode, int64(in.Body.EvidenceID)))
}
