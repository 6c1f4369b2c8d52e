package exam

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	mountBanks(api, s)
	mountPapers(api, s)
	mountTasks(api, s)
	mountResults(api, s)
	mountSittings(api, s)
	mountBearer(api, s)
}

// with is a request about one thing with a body.
type with[K, T any] struct {
	ID   id.Of[K] `path:"id"`
	Body T
}

// one is a request about one thing.
type one[K any] struct {
	ID id.Of[K] `path:"id"`
}

// BankView is a bank on the wire.
type BankView struct {
	ID        id.Of[id.Bank] `json:"id"`
	Title     string         `json:"title"`
	Subject   string         `json:"subject"`
	ReadyCode string         `json:"readyCode" doc:"of the ready bank it was taken over from"`
	Questions int            `json:"questions" doc:"in use"`
	MadeBy    string         `json:"madeBy"`
	ChangedAt time.Time      `json:"changedAt"`
}

func viewBank(b Bank) BankView {
	return BankView{b.ID, b.Title, b.Subject, b.ReadyCode, b.Questions, b.MadeByName, b.ChangedAt}
}

type readyView struct {
	Code      string `json:"code"`
	Title     string `json:"title"`
	Subject   string `json:"subject"`
	Note      string `json:"note"`
	Questions int    `json:"questions"`
	Taken     bool   `json:"taken"`
}

type shelfView struct {
	Ready []readyView `json:"ready" nullable:"false"`
	Tags  []string    `json:"tags" nullable:"false" doc:"in use"`
}

func viewShelf(s Shelf) shelfView {
	v := shelfView{Ready: make([]readyView, len(s.Ready)), Tags: append([]string{}, s.Tags...)}
	taken := map[string]bool{}
	for _, c := range s.Taken {
		taken[c] = true
	}
	for i, r := range s.Ready {
		v.Ready[i] = readyView{r.Code, r.Title, r.Subject, r.Note, len(r.Questions), taken[r.Code]}
	}
	return v
}

// QuestionView is a version of a question with its answer, for those who keep banks.
type QuestionView struct {
	ID          id.Of[id.Question] `json:"id" doc:"of this version"`
	Number      id.Of[id.Question] `json:"number" doc:"of the question over its versions"`
	BankID      id.Of[id.Bank]     `json:"bankId"`
	Version     int                `json:"version"`
	Kind        Kind               `json:"kind" enum:"single,multiple,judge"`
	Stem        string             `json:"stem"`
	Options     []string           `json:"options" nullable:"false"`
	Answer      []int16            `json:"answer" nullable:"false"`
	Explanation string             `json:"explanation"`
	Basis       string             `json:"basis"`
	Confidence  string             `json:"confidence" doc:"of a ready question: verified, memory, design"`
	Points      int                `json:"points"`
	Tags        []string           `json:"tags" nullable:"false"`
	State       string             `json:"state" enum:"current,archived,replaced"`
	MadeBy      string             `json:"madeBy"`
	MadeAt      time.Time          `json:"madeAt"`
}

func viewQuestion(q Question) QuestionView {
	return QuestionView{
		q.ID, q.Number, q.BankID, q.Version, q.Kind, q.Stem, append([]string{}, q.Options...), append([]int16{}, q.Answer...), q.Explanation, q.Basis, q.Confidence, q.Points,
		append([]string{}, q.Tags...), q.State, q.MadeByName, q.MadeAt,
	}
}

type versionsView struct {
	Versions []QuestionView `json:"versions" nullable:"false" doc:"the newest first"`
}

type shelving struct {
	Archived bool `json:"archived"`
}

func mountBanks(api huma.API, s *Service) {
	entry := []*fault.Error{ErrStem, ErrStemTaken, ErrKind, ErrOptions, ErrSameOption, ErrAnswer, ErrPoints}
	web.Handle(api, web.Op{ID: "listExamBanks", Route: "GET /exam/banks", Action: ActionBanks, Summary: "Question banks of the company", Faults: []*fault.Error{page.ErrCursor}}, s.getBanks)
	web.Handle(api, web.Op{ID: "getExamShelf", Route: "GET /exam/shelf", Action: ActionBanks, Summary: "Ready question banks that can be taken over, and tags in use"}, s.getShelf)
	web.Handle(api, web.Op{ID: "makeExamBank", Route: "POST /exam/banks", Action: ActionKeep, Summary: "Open a question bank", Faults: []*fault.Error{ErrTitle, ErrTitleTaken}}, s.postBank)
	web.Handle(api, web.Op{ID: "takeOverExamBank", Route: "POST /exam/shelf/{code}/take", Action: ActionKeep, Summary: "Copy a ready bank, or what is new in it", Faults: []*fault.Error{ErrReady, ErrTitleTaken}}, s.postTake)
	web.Handle(api, web.Op{ID: "nameExamBank", Route: "PUT /exam/banks/{id}", Action: ActionKeep, Summary: "Name a bank", Faults: []*fault.Error{rbac.ErrNotFound, ErrTitle, ErrTitleTaken}}, s.putBank)
	web.Handle(api, web.Op{ID: "retireExamBank", Route: "POST /exam/banks/{id}/retire", Action: ActionKeep, Summary: "Take a bank out of use", Faults: []*fault.Error{rbac.ErrNotFound}}, s.postRetireBank)
	web.Handle(api, web.Op{ID: "listExamQuestions", Route: "GET /exam/questions", Action: ActionBanks, Summary: "Questions with their answers", Faults: []*fault.Error{page.ErrCursor}}, s.getQuestions)
	web.Handle(api, web.Op{ID: "getExamQuestion", Route: "GET /exam/questions/{id}", Action: ActionBanks, Summary: "A question in all its versions", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getQuestion)
	web.Handle(api, web.Op{ID: "addExamQuestion", Route: "POST /exam/questions", Action: ActionKeep, Summary: "Add a question", Faults: append(entry, ErrBank)}, s.postQuestion)
	web.Handle(api, web.Op{ID: "correctExamQuestion", Route: "PUT /exam/questions/{id}", Action: ActionKeep, Summary: "Replace a question by a new version", Faults: append(entry, rbac.ErrNotFound, ErrReplaced)}, s.putQuestion)
	web.Handle(api, web.Op{ID: "shelveExamQuestion", Route: "POST /exam/questions/{id}/shelve", Action: ActionKeep, Summary: "Take a question out of use, or back", Faults: []*fault.Error{rbac.ErrNotFound, ErrReplaced, ErrStemTaken}}, s.postShelve)
}

func (s *Service) getBanks(ctx context.Context, in *page.Query) (*web.Body[page.List[BankView]], error) {
	rows, k, err := s.Banks(ctx, *in)
	return &web.Body[page.List[BankView]]{Body: page.Of(rows, k, in.Limit, func(b Bank) []string { return []string{b.ID.String()} }, viewBank)}, err
}

func (s *Service) getShelf(ctx context.Context, _ *struct{}) (*web.Body[shelfView], error) {
	o, err := s.Shelf(ctx)
	return &web.Body[shelfView]{Body: viewShelf(o)}, err
}

func (s *Service) postBank(ctx context.Context, in *web.Body[Heading]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.MakeBank(ctx, in.Body))
}

func (s *Service) postTake(ctx context.Context, in *struct {
	Code string `path:"code" maxLength:"40"`
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(s.TakeOver(ctx, in.Code))
}

func (s *Service) putBank(ctx context.Context, in *with[id.Bank, Heading]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.NameBank(ctx, in.ID, in.Body))
}

func (s *Service) postRetireBank(ctx context.Context, in *one[id.Bank]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.RetireBank(ctx, in.ID))
}

func questionKey(q Question) []string { return []string{q.ID.String()} }

func (s *Service) getQuestions(ctx context.Context, in *QuestionFilter) (*web.Body[page.List[QuestionView]], error) {
	rows, k, err := s.Questions(ctx, *in)
	return &web.Body[page.List[QuestionView]]{Body: page.Of(rows, k, in.Limit, questionKey, viewQuestion)}, err
}

func (s *Service) getQuestion(ctx context.Context, in *one[id.Question]) (*web.Body[versionsView], error) {
	rows, err := s.Question(ctx, in.ID)
	v := versionsView{make([]QuestionView, len(rows))}
	for i, q := range rows {
		v.Versions[i] = viewQuestion(q)
	}
	return &web.Body[versionsView]{Body: v}, err
}

func (s *Service) postQuestion(ctx context.Context, in *web.Body[Entry]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddQuestion(ctx, in.Body))
}

func (s *Service) putQuestion(ctx context.Context, in *with[id.Question, Entry]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Correct(ctx, in.ID, in.Body))
}

func (s *Service) postShelve(ctx context.Context, in *with[id.Question, shelving]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Shelve(ctx, in.ID, in.Body.Archived))
}
