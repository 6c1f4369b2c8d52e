package hazard

import (
	"context"

	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/web"
)

func (s *Service) getMajors(ctx context.Context, in *MajorFilter) (*web.Body[page.List[MajorView]], error) {
	rows, k, today, err := s.MajorList(ctx, *in)
	key := func(m MajorRow) []string { return []string{m.ID.String()} }
	return &web.Body[page.List[MajorView]]{Body: page.Of(rows, k, in.Limit, key, majorOn(today))}, err
}

func (s *Service) getMajorCounts(ctx context.Context, _ *struct{}) (*web.Body[MajorCounts], error) {
	n, err := s.Counts(ctx)
	return &web.Body[MajorCounts]{Body: n}, err
}

func (s *Service) getMajor(ctx context.Context, in *one) (*web.Body[majorFileView], error) {
	m, err := s.MajorByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[majorFileView]{Body: majorFileOf(m)}, nil
}

func (s *Service) getMajorPaper(ctx context.Context, in *struct {
	ID    id.Of[id.Hazard] `path:"id"`
	Paper string           `path:"paper" enum:"report,plan,review,resume"`
},
) (*web.File, error) {
	content, name, err := s.Paper(ctx, in.ID, in.Paper)
	return web.Download(name, content, err)
}

// officerView is somebody a review can be made with.
type officerView struct {
	PersonID id.Of[id.Person] `json:"personId"`
	Name     string           `json:"name"`
}

type officersView struct {
	Items []officerView `json:"items" nullable:"false"`
}

func (s *Service) getOfficers(ctx context.Context, _ *struct{}) (*web.Body[officersView], error) {
	mates, err := s.Mates(ctx)
	items := each(mates, func(o Officials) officerView { return officerView{o.Person, o.Name} })
	return &web.Body[officersView]{Body: officersView{items}}, err
}

func (s *Service) postComplete(ctx context.Context, in *on[Content]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Complete(ctx, in.ID, in.Body))
}

func (s *Service) postConvene(ctx context.Context, in *on[Meeting]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Convene(ctx, in.ID, in.Body))
}

func (s *Service) postStop(ctx context.Context, in *on[Order]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Stop(ctx, in.ID, in.Body))
}

func (s *Service) postPlan(ctx context.Context, in *on[Drafting]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Plan(ctx, in.ID, in.Body))
}

func (s *Service) postSign(ctx context.Context, in *on[Signing]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.SignPlan(ctx, in.ID, in.Body))
}

func (s *Service) postProgress(ctx context.Context, in *on[Advance]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Advance(ctx, in.ID, in.Body))
}

func (s *Service) postEvaluate(ctx context.Context, in *on[Evaluation]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Evaluate(ctx, in.ID, in.Body))
}

func (s *Service) postAsk(ctx context.Context, in *on[remark]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AskReview(ctx, in.ID, in.Body.Note))
}

func (s *Service) postResume(ctx context.Context, in *on[Resumption]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Resume(ctx, in.ID, in.Body))
}
