package exam

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

// askedView is a question as its sitter sees it. Solved is nothing before the sitting has ended.
type askedView struct {
	Kind    Kind        `json:"kind" enum:"single,multiple,judge"`
	Stem    string      `json:"stem"`
	Options []string    `json:"options" nullable:"false" doc:"in the order shown; of true or false: none"`
	Points  int         `json:"points"`
	Choice  []int16     `json:"choice" nullable:"false" doc:"what was answered, as places shown"`
	Solved  *solvedView `json:"solved,omitempty" doc:"once the sitting has ended"`
}

type solvedView struct {
	Answer      []int16 `json:"answer" nullable:"false" doc:"as places shown"`
	Got         int     `json:"got" doc:"points"`
	Explanation string  `json:"explanation"`
	Basis       string  `json:"basis"`
}

// SittingView is a sitting with its questions.
type SittingView struct {
	SatView
	Minutes   int         `json:"minutes"`
	PassMark  int         `json:"passMark" doc:"of 100"`
	Partial   bool        `json:"partial"`
	Now       time.Time   `json:"now" doc:"of the server, by which the time is kept"`
	EndsAt    time.Time   `json:"endsAt"`
	Questions []askedView `json:"questions" nullable:"false"`
}

func viewSitting(o Opened) SittingView {
	t := o.Terms.V
	v := SittingView{viewSat(o.Sat), t.Minutes, t.PassMark, t.Partial, o.Now, o.EndsAt, make([]askedView, len(o.Drawn.V))}
	for i, d := range o.Drawn.V {
		q, a := o.Questions[d.ID], o.Answers[i]
		row := askedView{Kind: q.Kind, Stem: q.Stem, Options: append([]string{}, q.Options...), Points: d.Points, Choice: d.shown(a.Choice)}
		for shown, own := range d.Order {
			row.Options[shown] = q.Options[own]
		}
		if o.Told {
			row.Solved = &solvedView{Answer: d.shown(q.Answer), Explanation: q.Explanation, Basis: q.Basis}
			if a.Points != nil {
				row.Solved.Got = *a.Points
			}
		}
		v.Questions[i] = row
	}
	return v
}

// SatView is a sitting in a list.
type SatView struct {
	ID          id.Of[id.Sitting] `json:"id"`
	PaperID     id.Of[id.Paper]   `json:"paperId"`
	Title       string            `json:"title"`
	StaffID     id.Of[id.Staff]   `json:"staffId"`
	Name        string            `json:"name"`
	UnitName    string            `json:"unitName"`
	TaskID      id.Of[Task]       `json:"taskId"`
	Purpose     string            `json:"purpose" doc:"card, session, course; empty: for itself"`
	TryNo       int               `json:"tryNo"`
	State       string            `json:"state" enum:"running,ended"`
	EndedBy     string            `json:"endedBy" doc:"hand, clock; empty: running"`
	StartedAt   time.Time         `json:"startedAt"`
	EndedAt     *time.Time        `json:"endedAt,omitempty"`
	Points      *int              `json:"points,omitempty"`
	Total       int               `json:"total"`
	Score       *int              `json:"score,omitempty" doc:"of 100, truncated"`
	Passed      *bool             `json:"passed,omitempty"`
	AwaySeconds int               `json:"awaySeconds" doc:"that the page was out of sight, as the phone says"`
}

func viewSat(s Sat) SatView {
	return SatView{
		s.ID, s.PaperID, s.Title, s.StaffID, s.Name, s.UnitName, s.TaskID, s.PurposeNoun, s.TryNo, s.State, s.EndedBy, s.StartedAt, s.EndedAt, s.Points, s.Total, s.Score, s.Passed, s.AwaySeconds,
	}
}

type dutyView struct {
	TaskID  id.Of[Task]     `json:"taskId"`
	PaperID id.Of[id.Paper] `json:"paperId"`
	Title   string          `json:"title"`
	DueOn   day.Date        `json:"dueOn"`
	Best    *int            `json:"best,omitempty"`
	Passed  bool            `json:"passed"`
}

type deskPaper struct {
	ID        id.Of[id.Paper] `json:"id"`
	Title     string          `json:"title"`
	Minutes   int             `json:"minutes"`
	Questions int             `json:"questions"`
	PassMark  int             `json:"passMark"`
}

type deskView struct {
	Duties []dutyView  `json:"duties" nullable:"false" doc:"given to the reader, those not passed first"`
	Sat    []SatView   `json:"sat" nullable:"false" doc:"the newest first"`
	Papers []deskPaper `json:"papers" nullable:"false" doc:"to practise on"`
}

func viewDesk(d Desk) deskView {
	v := deskView{make([]dutyView, len(d.Duties)), make([]SatView, len(d.Sat)), make([]deskPaper, len(d.Papers))}
	for i, x := range d.Duties {
		v.Duties[i] = dutyView{x.ID, x.PaperID, x.Title, x.DueOn, x.Best, x.Done}
	}
	for i, x := range d.Sat {
		v.Sat[i] = viewSat(Sat{Sitting: x})
	}
	for i, p := range d.Papers {
		v.Papers[i] = deskPaper{p.ID, p.Title, p.Terms.V.Minutes, p.Questions, p.Terms.V.PassMark}
	}
	return v
}

var (
	startFaults  = []*fault.Error{ErrPaper, ErrRetired, ErrPurpose, ErrWithdrawn, ErrTries, ErrPassed, ErrWait, ErrRunning, ErrPool, ErrFixed}
	answerFaults = []*fault.Error{rbac.ErrNotFound, ErrPlace, ErrChoice}
)

func mountSittings(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "getMyExams", Route: "GET /exam/mine", Action: ActionSit, Summary: "What one has to sit and has sat", Faults: []*fault.Error{ErrNoStaff}}, s.getMine)
	web.Handle(api, web.Op{ID: "startExam", Route: "POST /exam/sittings", Action: ActionSit, Summary: "Begin an exam, or resume the running one", Faults: append(startFaults, ErrNoStaff)}, s.postSitting)
	web.Handle(api, web.Op{ID: "getExamSitting", Route: "GET /exam/sittings/{id}", Action: ActionSit, Summary: "One's own exam; right answers once it has ended", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getSitting)
	web.Handle(api, web.Op{ID: "saveExamAnswers", Route: "PUT /exam/sittings/{id}/answers", Action: ActionSit, Exempt: true, Summary: "Keep answers; sent again they stay the same", Faults: answerFaults}, s.putAnswers)
	web.Handle(api, web.Op{ID: "handInExam", Route: "POST /exam/sittings/{id}/hand", Action: ActionSit, Status: http.StatusOK, Summary: "Hand an exam in; a second time changes nothing", Faults: answerFaults}, s.postHand)
}

func (s *Service) getMine(ctx context.Context, _ *struct{}) (*web.Body[deskView], error) {
	d, err := s.Mine(ctx)
	return &web.Body[deskView]{Body: viewDesk(d)}, err
}

func (s *Service) postSitting(ctx context.Context, in *web.Body[Start]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Sit(ctx, in.Body))
}

func (s *Service) getSitting(ctx context.Context, in *one[id.Sitting]) (*web.Body[SittingView], error) {
	o, err := s.Open(ctx, in.ID)
	return &web.Body[SittingView]{Body: viewSitting(o)}, err
}

func (s *Service) putAnswers(ctx context.Context, in *with[id.Sitting, Sheet]) (*web.Body[Kept], error) {
	k, err := s.Save(ctx, in.ID, in.Body)
	return &web.Body[Kept]{Body: k}, err
}

func (s *Service) postHand(ctx context.Context, in *with[id.Sitting, Sheet]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Hand(ctx, in.ID, in.Body))
}

type bearing struct {
	Token string `json:"token" minLength:"8" maxLength:"60"`
}

type bearingOne struct {
	bearing
	SittingID id.Of[id.Sitting] `json:"sittingId"`
}

type bearingSheet struct {
	bearingOne
	Sheet
}

// The token goes in bodies, so that it stands in no log.
func mountBearer(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "startExamByLink", Route: "POST /exam/bearer/start", Action: ActionBearer, Public: true, Exempt: true, Status: http.StatusOK, Summary: "Begin or resume the exam of a newcomer's link", Faults: append(startFaults, ErrBearer)}, s.postBearerStart)
	web.Handle(api, web.Op{ID: "openExamByLink", Route: "POST /exam/bearer/open", Action: ActionBearer, Public: true, Exempt: true, Status: http.StatusOK, Summary: "Read the exam of a newcomer's link", Faults: []*fault.Error{rbac.ErrNotFound, ErrBearer}}, s.postBearerOpen)
	web.Handle(api, web.Op{ID: "saveExamByLink", Route: "POST /exam/bearer/answers", Action: ActionBearer, Public: true, Exempt: true, Status: http.StatusOK, Summary: "Keep answers of a newcomer", Faults: append(answerFaults, ErrBearer)}, s.postBearerAnswers)
	web.Handle(api, web.Op{ID: "handInExamByLink", Route: "POST /exam/bearer/hand", Action: ActionBearer, Public: true, Exempt: true, Status: http.StatusOK, Summary: "Hand a newcomer's exam in", Faults: append(answerFaults, ErrBearer)}, s.postBearerHand)
}

func (s *Service) postBearerStart(ctx context.Context, in *web.Body[bearing]) (*web.Body[SittingView], error) {
	o, err := s.BearerSit(ctx, in.Body.Token)
	return &web.Body[SittingView]{Body: viewSitting(o)}, err
}

func (s *Service) postBearerOpen(ctx context.Context, in *web.Body[bearingOne]) (*web.Body[SittingView], error) {
	o, err := s.BearerOpen(ctx, in.Body.Token, in.Body.SittingID)
	return &web.Body[SittingView]{Body: viewSitting(o)}, err
}

func (s *Service) postBearerAnswers(ctx context.Context, in *web.Body[bearingSheet]) (*web.Body[Kept], error) {
	k, err := s.BearerSave(ctx, in.Body.Token, in.Body.SittingID, in.Body.Sheet)
	return &web.Body[Kept]{Body: k}, err
}

func (s *Service) postBearerHand(ctx context.Context, in *web.Body[bearingSheet]) (*web.Body[SittingView], error) {
	o, err := s.BearerHand(ctx, in.Body.Token, in.Body.SittingID, in.Body.Sheet)
	return &web.Body[SittingView]{Body: viewSitting(o)}, err
}
