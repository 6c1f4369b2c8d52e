package training

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

type oneSessionInput struct {
	ID id.Of[id.Session] `path:"id"`
}

// sessionWith is a request about one session with a body.
type sessionWith[T any] struct {
	ID   id.Of[id.Session] `path:"id"`
	Body T
}

type reasoned struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

type byToken struct {
	Token string `query:"token" required:"true" minLength:"10" maxLength:"40"`
}

type signingIn struct {
	Token string `json:"token" minLength:"10" maxLength:"40"`
}

func keyOfSession(s Session) []string { return []string{s.HeldOn.String(), s.ID.String()} }

func mountSessions(api huma.API, s *Service) {
	form := []*fault.Error{ErrName, ErrKind, ErrLevel, ErrDay, ErrCourse, ErrItem, ErrUnit, ErrPerson}
	moved := []*fault.Error{rbac.ErrNotFound, ErrNotHis, ErrState}
	web.Handle(api, web.Op{ID: "listTrainingSessions", Route: "GET /training/sessions", Action: ActionSessions, Summary: "Sessions of a company, the latest first", Faults: []*fault.Error{page.ErrCursor, ErrCompany}}, s.getSessions)
	web.Handle(api, web.Op{ID: "getTrainingSession", Route: "GET /training/sessions/{id}", Action: ActionSessions, Summary: "A session with its people", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getSession)
	web.Handle(api, web.Op{ID: "getTrainingRun", Route: "GET /training/sessions/{id}/run", Action: ActionAttend, Summary: "A session, for him who runs it", Faults: []*fault.Error{rbac.ErrNotFound, ErrNotHis}}, s.getRun)
	web.Handle(api, web.Op{ID: "addTrainingSession", Route: "POST /training/sessions", Action: ActionHold, Summary: "Plan a session", Faults: form}, s.postSession)
	web.Handle(api, web.Op{ID: "scheduleReadyCourse", Route: "POST /training/ready/schedule", Action: ActionHold, Summary: "Plan a session of a ready course", Faults: append([]*fault.Error{ErrTaken}, form...)}, s.postSchedule)
	web.Handle(api, web.Op{ID: "changeTrainingSession", Route: "PUT /training/sessions/{id}", Action: ActionHold, Summary: "Change a session that is not over", Faults: append(append([]*fault.Error{}, moved...), form...)}, s.putSession)
	post := func(id, verb string, action rbac.Action, summary string, faults ...*fault.Error) web.Op {
		return web.Op{ID: id, Route: "POST /training/sessions/{id}/" + verb, Action: action, Status: http.StatusOK, Summary: summary, Faults: append(append([]*fault.Error{}, moved...), faults...)}
	}
	web.Handle(api, post("openTrainingSession", "open", ActionAttend, "Begin the signing"), s.postOpen)
	web.Handle(api, post("renewTrainingCode", "renew", ActionAttend, "Make a new code; the one before is worthless"), s.postRenew)
	web.Handle(api, post("cancelTrainingSession", "cancel", ActionHold, "Call a session off, with a reason", ErrReason), s.postCancel)
	web.Handle(api, post("closeTrainingSession", "close", ActionAttend, "End a session: who was there gets a record", ErrNobody, ErrFuture, ErrPerson), s.postClose)
	web.Handle(api, post("correctTrainingSession", "correct", ActionCorrect, "Mend what a closed session says of somebody, with a reason", ErrReason, ErrPerson, ErrRowHours), s.postCorrect)
}

func mountSigning(api huma.API, s *Service) {
	moved := []*fault.Error{rbac.ErrNotFound, ErrNotHis, ErrState, ErrPerson}
	web.Handle(api, web.Op{ID: "listMyTraining", Route: "GET /training/mine", Action: ActionAttend, Summary: "What the reader is to come to, and was at lately", Faults: []*fault.Error{ErrNoStaff}}, s.getMine)
	web.Handle(api, web.Op{ID: "getMyTrainingHours", Route: "GET /training/mine/hours", Action: ActionAttend, Summary: "The reader's own hours and training of a year", Faults: []*fault.Error{ErrNoStaff}}, s.getMyHours)
	web.Handle(api, web.Op{ID: "scanTrainingCode", Route: "GET /training/sign-in", Action: ActionAttend, Summary: "The session of a code", Faults: []*fault.Error{ErrNoStaff, ErrToken}}, s.getScan)
	web.Handle(api, web.Op{ID: "signInToTraining", Route: "POST /training/sign-in", Action: ActionAttend, Status: http.StatusOK, Summary: "Sign in by the code of a session", Faults: []*fault.Error{ErrNoStaff, ErrToken, ErrWindow}}, s.postSignIn)
	web.Handle(api, web.Op{ID: "signTrainingSession", Route: "POST /training/sessions/{id}/signatures", Action: ActionAttend, Status: http.StatusOK, Summary: "Note somebody who signed on the trainer's phone", Faults: moved}, s.postSigned)
	web.Handle(api, web.Op{ID: "takeTrainingSheet", Route: "POST /training/sessions/{id}/sheet", Action: ActionAttend, Status: http.StatusOK, Summary: "Note those who stand on the paper sheet, with its photo", Faults: moved}, s.postSheet)
	web.Handle(api, web.Op{
		ID: "rateTrainingSession", Route: "POST /training/sessions/{id}/rating", Action: ActionAttend, Status: http.StatusOK, Summary: "Say what one thinks of a session one was at",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNoStaff, ErrAbsent, ErrState},
	}, s.postRating)
}

func (s *Service) getSessions(ctx context.Context, in *SessionFilter) (*web.Body[page.List[SessionView]], error) {
	rows, k, err := s.Sessions(ctx, *in)
	return &web.Body[page.List[SessionView]]{Body: page.Of(rows, k, in.Limit, keyOfSession, sessionAs)}, err
}

func (s *Service) getSession(ctx context.Context, in *oneSessionInput) (*web.Body[sheetView], error) {
	x, err := s.Session(ctx, in.ID)
	return &web.Body[sheetView]{Body: sheetAs(x)}, err
}

func (s *Service) getRun(ctx context.Context, in *oneSessionInput) (*web.Body[sheetView], error) {
	x, err := s.Run(ctx, in.ID)
	return &web.Body[sheetView]{Body: sheetAs(x)}, err
}

func (s *Service) postSession(ctx context.Context, in *web.Body[SessionForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddSession(ctx, in.Body))
}

func (s *Service) postSchedule(ctx context.Context, in *web.Body[scheduling]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Schedule(ctx, in.Body.Code, in.Body.HeldOn))
}

func (s *Service) putSession(ctx context.Context, in *sessionWith[SessionForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.ChangeSession(ctx, in.ID, in.Body))
}

func (s *Service) postOpen(ctx context.Context, in *oneSessionInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.OpenSession(ctx, in.ID))
}

func (s *Service) postRenew(ctx context.Context, in *oneSessionInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.RenewToken(ctx, in.ID))
}

func (s *Service) postCancel(ctx context.Context, in *sessionWith[reasoned]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.CancelSession(ctx, in.ID, in.Body.Reason))
}

func (s *Service) postClose(ctx context.Context, in *sessionWith[Closing]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.CloseSession(ctx, in.ID, in.Body))
}

func (s *Service) postCorrect(ctx context.Context, in *sessionWith[Correction]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Correct(ctx, in.ID, in.Body))
}

func (s *Service) getMine(ctx context.Context, _ *struct{}) (*web.Body[[]mineView], error) {
	rows, err := s.MySessions(ctx)
	out := make([]mineView, len(rows))
	for i, r := range rows {
		out[i] = mineAs(r)
	}
	return &web.Body[[]mineView]{Body: out}, err
}

func (s *Service) getScan(ctx context.Context, in *byToken) (*web.Body[mineView], error) {
	m, err := s.Scan(ctx, in.Token)
	return &web.Body[mineView]{Body: mineAs(m)}, err
}

func (s *Service) postSignIn(ctx context.Context, in *web.Body[signingIn]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.SignIn(ctx, in.Body.Token))
}

func (s *Service) postSigned(ctx context.Context, in *sessionWith[Signed]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Sign(ctx, in.ID, in.Body))
}

func (s *Service) postSheet(ctx context.Context, in *sessionWith[Paper]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.TakeSheet(ctx, in.ID, in.Body))
}

func (s *Service) postRating(ctx context.Context, in *sessionWith[Opinion]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Rate(ctx, in.ID, in.Body))
}
