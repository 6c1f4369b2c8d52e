package performance

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

type roundPath struct {
	ID id.Of[Round] `path:"id"`
}

type scorePath struct {
	ID id.Of[id.Assessment] `path:"id"`
}

type making struct {
	Period string `json:"period" pattern:"^[0-9]{4}(-([0-9]{2}|Q[1-4]|H[12]))?$" doc:"a month, quarter, half-year or year that has ended, e.g. 2026-02, 2026-Q1"`
}

// chosen are assessments to be moved together, all or none.
type chosen struct {
	IDs []id.Of[id.Assessment] `json:"ids" minItems:"1" maxItems:"200" nullable:"false"`
}

// now are the faults of a step.
func now(more ...*fault.Error) []*fault.Error {
	return append(more, rbac.ErrNotFound, ErrNow[Draft], ErrNow[Confirmed], ErrNow[Published], ErrNow[Appealed], ErrNow[Final])
}

func mountScores(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listAssessmentRounds", Route: "GET /performance/rounds", Action: ActionScores, Summary: "List the assessments of periods", Faults: []*fault.Error{page.ErrCursor},
	}, s.listRounds)
	web.Handle(api, web.Op{
		ID: "makeAssessmentRound", Route: "POST /performance/rounds", Action: ActionRound, Summary: "Assess a period, or compute its drafts anew", Faults: []*fault.Error{ErrPeriod},
	}, s.postRound)
	web.Handle(api, web.Op{
		ID: "getAssessmentRound", Route: "GET /performance/rounds/{id}", Action: ActionScores, Summary: "Scores of enterprise, workshops and teams in a period",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getRound)
	web.Handle(api, web.Op{
		ID: "listAssessments", Route: "GET /performance/assessments", Action: ActionScores, Summary: "List assessments of those one leads", Faults: []*fault.Error{page.ErrCursor},
	}, s.listScores)
	web.Handle(api, web.Op{
		ID: "getAssessment", Route: "GET /performance/assessments/{id}", Action: ActionMine, Summary: "Read an assessment with its working down to the evidence",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getScore)
	web.Handle(api, web.Op{ID: "listMyAssessments", Route: "GET /performance/scores", Action: ActionMine, Summary: "One's own published assessments, rewards and penalties"}, s.getMyScores)
	web.Handle(api, web.Op{
		ID: "confirmAssessments", Route: "POST /performance/confirmations", Action: ActionAssess, Summary: "Confirm drafts as the superior, all or none", Status: http.StatusOK, Faults: now(ErrOwn),
	}, s.postConfirm)
	web.Handle(api, web.Op{
		ID: "publishAssessments", Route: "POST /performance/publications", Action: ActionAssess, Summary: "Show confirmed scores to the people they are about, all or none",
		Status: http.StatusOK, Faults: now(),
	}, s.postPublish)
	step(api, "adjustAssessment", "adjust", ActionAssess, "Deduct with reasons, mark false records, veto, or take back what was computed", s.postAdjust, ErrOwn, ErrBlank, ErrCell, ErrStrike)
	step(api, "appealAssessment", "appeal", ActionAppeal, "Object to one's own published score", s.postAppeal, ErrNotYours, ErrAppealOver, ErrBlank)
	step(api, "decideAppeal", "decide", ActionDecide, "Decide an appeal; never by who assessed", s.postDecide, ErrOwnDecision, ErrBlank, ErrCell, ErrStrike)
}

// step registers one step of an assessment: POST …/{id}/verb, refused with the state found.
func step[T any](api huma.API, opID, verb string, action rbac.Action, summary string, h func(context.Context, *on[id.Assessment, T]) (*web.Body[web.Made], error), faults ...*fault.Error) {
	web.Handle(api, web.Op{ID: opID, Route: "POST /performance/assessments/{id}/" + verb, Action: action, Summary: summary, Faults: now(faults...), Status: http.StatusOK}, h)
}

func (s *Service) listRounds(ctx context.Context, in *page.Query) (*web.Body[page.List[roundRow]], error) {
	rows, k, err := s.Rounds(ctx, *in)
	key := func(r Round) []string { return []string{r.UntilOn.String(), r.ID.String()} }
	return &web.Body[page.List[roundRow]]{Body: page.Of(rows, k, in.Limit, key, roundOf)}, err
}

func (s *Service) postRound(ctx context.Context, in *web.Body[making]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Assess(ctx, in.Body.Period))
}

func (s *Service) getRound(ctx context.Context, in *roundPath) (*web.Body[overviewView], error) {
	o, err := s.Overview(ctx, in.ID)
	return &web.Body[overviewView]{Body: overviewOf(o)}, err
}

func (s *Service) listScores(ctx context.Context, in *ScoreFilter) (*web.Body[page.List[scoreRow]], error) {
	rows, k, err := s.Scores(ctx, *in)
	key := func(a ScoreLine) []string { return []string{a.RoundID.String(), a.ID.String()} }
	return &web.Body[page.List[scoreRow]]{Body: page.Of(rows, k, in.Limit, key, scoreOf)}, err
}

func (s *Service) getScore(ctx context.Context, in *scorePath) (*web.Body[scoreDetail], error) {
	r, err := s.Score(ctx, in.ID)
	return &web.Body[scoreDetail]{Body: scoreDetailOf(r)}, err
}

func (s *Service) getMyScores(ctx context.Context, _ *struct{}) (*web.Body[myScoresView], error) {
	rows, rewards, err := s.MyScores(ctx)
	return &web.Body[myScoresView]{Body: myScoresOf(rows, rewards)}, err
}

func (s *Service) postConfirm(ctx context.Context, in *web.Body[chosen]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.ConfirmScores(ctx, in.Body.IDs))
}

func (s *Service) postPublish(ctx context.Context, in *web.Body[chosen]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.PublishScores(ctx, in.Body.IDs))
}

func (s *Service) postAdjust(ctx context.Context, in *on[id.Assessment, Adjustment]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AdjustScore(ctx, in.ID, in.Body))
}

func (s *Service) postAppeal(ctx context.Context, in *on[id.Assessment, reasoning]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AppealScore(ctx, in.ID, in.Body.Reason))
}

func (s *Service) postDecide(ctx context.Context, in *on[id.Assessment, Decision]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.DecideAppeal(ctx, in.ID, in.Body))
}
