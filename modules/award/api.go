package award

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

type oneIn struct {
	ID id.Of[id.Award] `path:"id"`
}

type stepOn[T any] struct {
	ID   id.Of[id.Award] `path:"id"`
	Body T
}

type publicIn struct {
	Public uuid.UUID `path:"public" format:"uuid" doc:"of the QR code on the certificate"`
}

type checkIn struct {
	Number string `query:"number" required:"true" minLength:"4" maxLength:"60" doc:"of the certificate"`
	Code   string `query:"code" required:"true" minLength:"6" maxLength:"8" doc:"printed beside the QR code"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listAwards", Route: "GET /award/awards", Action: ActionList, Summary: "List the levels that companies hold", Faults: []*fault.Error{page.ErrCursor}}, s.getAwards)
	web.Handle(api, web.Op{ID: "getAward", Route: "GET /award/awards/{id}", Action: ActionList, Summary: "Read a level with its past", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getAward)
	web.Handle(api, web.Op{ID: "getOwnAward", Route: "GET /award/mine", Action: ActionList, Summary: "Company: its level, and what it held before"}, s.getMine)
	web.Handle(api, web.Op{ID: "getAwardRules", Route: "GET /award/rules", Action: ActionList, Summary: "Rules of levels: reasons of a revocation, industries"}, s.getRules)
	web.Handle(api, web.Op{
		ID: "printAward", Route: "GET /award/awards/{id}/certificate", Action: ActionList, Summary: "The certificate as PDF", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getCertificate)
	web.Handle(api, web.Op{
		ID: "enterAward", Route: "POST /award/awards", Action: ActionEnter, Summary: "Regulator: enter an old certificate",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrLevel, ErrSpeciality, ErrBlank, ErrDays, ErrNumber, ErrHeld},
	}, s.postEnter)
	mountPublic(api, s)
	mountSteps(api, s)
}

func mountPublic(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "verifyAward", Route: "GET /award/public/{public}", Action: ActionPublic, Public: true, Summary: "Anybody: the level behind a QR code", Faults: []*fault.Error{ErrUnknownAward},
	}, s.getPublic)
	web.Handle(api, web.Op{
		ID: "checkAward", Route: "GET /award/check", Action: ActionPublic, Public: true, Summary: "Anybody: the level behind a certificate number and its code", Faults: []*fault.Error{ErrUnknownAward},
	}, s.getCheck)
	web.Handle(api, web.Op{
		ID: "listAwardPublication", Route: "GET /award/publication", Action: ActionPublic, Public: true, Summary: "Anybody: the levels of an area", Faults: []*fault.Error{page.ErrCursor},
	}, s.getPublication)
}

func mountSteps(api huma.API, s *Service) {
	step(api, "proposeAwardRevocation", "revocation", ActionRevoke, "Regulator: propose to revoke a level (撤销)", s.Propose, ErrAuthority, ErrReason, ErrBlank, ErrProposed)
	step(api, "stateAwardRevocation", "statement", ActionState, "Company: its statement (陈述申辩)", s.State, ErrNotProposed, ErrStated, ErrStateLate, ErrBlank)
	step(api, "decideAwardRevocation", "decision", ActionRevoke, "Authority: revoke the level, or let it stay", s.Decide, ErrNotProposed, ErrAuthority, ErrStateOpen, ErrBlank, ErrDowngrade)
	step(api, "announceAwardRevocation", "announcement", ActionRevoke, "Authority: the revocation was made public", s.Announce, ErrNotRevoked, ErrAuthority, ErrAnnounced, ErrDay, ErrBlank)
	step(api, "collectAward", "collection", ActionRevoke, "Regulator: certificate and plaque were taken back", s.Collect, ErrNotRevoked, ErrAuthority, ErrUnannounced, ErrNothing, ErrCollected, ErrDay)
	step(api, "askAwardName", "name", ActionRename, "Company: ask for a new name on the certificate", s.AskName, ErrRenameOpen, ErrMoved, ErrExpanded, ErrBlank, ErrSameName)
	step(api, "withdrawAwardName", "name-withdrawal", ActionRename, "Company: take it back", s.WithdrawName, ErrNoRename)
	step(api, "answerAwardName", "name-answer", ActionNames, "Authority: confirm or refuse a new name", s.AnswerName, ErrNoRename, ErrAuthority, ErrBlank)
	step(api, "confirmAwardCondition", "conditions", ActionConfirm, "Regulator: a condition of direct renewal that no data shows", s.Confirm, ErrAuthority, ErrCondition, ErrBlank)
	step(api, "fileAwardYear", "years", ActionEnter, "Regulator: a yearly self-evaluation on paper", s.FilePaper, ErrAuthority, ErrYear, ErrYearFiled, ErrDay, ErrBlank)
	step(api, "numberAward", "numbers", ActionEnter, "Regulator: numbers of the printed form and the plaque", s.Number, ErrAuthority, ErrNothing)
}

// step mounts one step of an award. Every one may meet an award that somebody has moved meanwhile.
func step[T any](api huma.API, name, path string, action rbac.Action, summary string, do func(context.Context, id.Of[id.Award], T) (id.Of[id.Award], error), faults ...*fault.Error) {
	all := append([]*fault.Error{rbac.ErrNotFound}, faults...)
	for _, s := range States {
		all = append(all, ErrNow[s])
	}
	web.Handle(api, web.Op{ID: name, Route: "POST /award/awards/{id}/" + path, Action: action, Summary: summary, Status: http.StatusOK, Faults: all},
		func(ctx context.Context, in *stepOn[T]) (*web.Body[web.Made], error) {
			return web.MadeOf(do(ctx, in.ID, in.Body))
		})
}

func (s *Service) getAwards(ctx context.Context, in *Filter) (*web.Body[page.List[LineView]], error) {
	rows, k, now, err := s.Awards(ctx, *in)
	return &web.Body[page.List[LineView]]{Body: page.Of(rows, k, in.Limit, keyOf(k.Sort), lineOn(ctx, now))}, err
}

func (s *Service) getAward(ctx context.Context, in *oneIn) (*web.Body[oneView], error) {
	o, err := s.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[oneView]{Body: oneOf(ctx, o)}, nil
}

func (s *Service) getMine(ctx context.Context, _ *struct{}) (*web.Body[ownView], error) {
	o, err := s.Mine(ctx)
	if err != nil {
		return nil, err
	}
	return &web.Body[ownView]{Body: ownOf(ctx, o)}, nil
}

func (*Service) getRules(context.Context, *struct{}) (*web.Body[rulesView], error) {
	return &web.Body[rulesView]{Body: rulesNow()}, nil
}

func (s *Service) getCertificate(ctx context.Context, in *oneIn) (*web.File, error) {
	name, content, err := s.PrintCertificate(ctx, in.ID)
	return web.Inline(name+".pdf", content, err)
}

func (s *Service) postEnter(ctx context.Context, in *web.Body[Old]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Enter(ctx, in.Body))
}

func (s *Service) getPublic(ctx context.Context, in *publicIn) (*web.Body[publicView], error) {
	p, now, err := s.Look(ctx, in.Public)
	return &web.Body[publicView]{Body: publicOn(now)(p)}, err
}

func (s *Service) getCheck(ctx context.Context, in *checkIn) (*web.Body[publicView], error) {
	p, now, err := s.Check(ctx, in.Number, in.Code)
	return &web.Body[publicView]{Body: publicOn(now)(p)}, err
}

func (s *Service) getPublication(ctx context.Context, in *PublicFilter) (*web.Body[page.List[publicView]], error) {
	rows, k, now, err := s.Publication(ctx, *in)
	list := page.Of(rows, k, in.Limit, func(p Public) []string { return []string{p.ID.String()} }, publicOn(now))
	list.Prev = "" // it is read forward only
	return &web.Body[page.List[publicView]]{Body: list}, err
}
