package grading

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

type oneIn struct {
	ID id.Of[id.Application] `path:"id"`
}

type stepOn[T any] struct {
	ID   id.Of[id.Application] `path:"id"`
	Body T
}

type offerIn struct {
	Level   string `query:"level" maxLength:"10"`
	Profile string `query:"profile" maxLength:"40" doc:"form; empty: that of the area"`
}

type agencyList struct {
	Items []agencyView `json:"items" nullable:"false"`
}

type formList struct {
	Items []formView `json:"items" nullable:"false"`
}

type publication struct {
	page.List[publicView]
	Today day.Date `json:"today"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listGradings", Route: "GET /grading/applications", Action: ActionList, Summary: "List applications for a level, latest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getApplications)
	web.Handle(api, web.Op{
		ID: "getGrading", Route: "GET /grading/applications/{id}", Action: ActionList, Summary: "Read an application with its steps, and what can be done now", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getApplication)
	web.Handle(api, web.Op{
		ID: "getGradingOffer", Route: "GET /grading/offer", Action: ActionApply, Summary: "How the company may apply: levels, authorities, conditions, self-evaluations", Faults: []*fault.Error{ErrLevel},
	}, s.getOffer)
	web.Handle(api, web.Op{ID: "listGradingForms", Route: "GET /grading/forms", Action: ActionList, Summary: "Who awards what, by when and on which conditions, by area"}, s.getForms)
	web.Handle(api, web.Op{
		ID: "startGrading", Route: "POST /grading/applications", Action: ActionApply, Summary: "Company: start an application (定级申请)",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrOpen, ErrBarred, ErrDishonest, ErrLevel, ErrEvaluation, ErrPublication, ErrCalendar, ErrRenewal, ErrNotAvailable},
	}, s.postStart)
	web.Handle(api, web.Op{
		ID: "listGradingAgencies", Route: "GET /grading/applications/{id}/agencies", Action: ActionDecide, Summary: "Regulator: review agencies that may be sent, and why not", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getAgencies)
	mountCompany(api, s)
	mountOthers(api, s)
	mountPublic(api, s)
	mountPapers(api, s)
}

func mountCompany(api huma.API, s *Service) {
	step(api, "prepareGrading", "conditions", ActionApply, "Company: say how the conditions stand that the system cannot see", s.Prepare)
	step(api, "signGrading", "sign", ActionSign, "Principal: sign the commitment (承诺书)", s.Sign, ErrConditions, ErrSignature)
	step(api, "submitGrading", "submit", ActionApply, "Company: hand the application in", s.Submit, ErrUnsigned, ErrConditions, ErrPublication, ErrEvaluation, ErrCalendar, ErrNotAvailable)
	step(api, "resubmitGrading", "resubmit", ActionApply, "Company: answer the list of what was missing", s.Resubmit, ErrBlank)
	step(api, "withdrawGrading", "withdraw", ActionApply, "Company: take the application back before it is confirmed", s.Withdraw)
	step(api, "mendGrading", "mend", ActionApply, "Company: what was done about one thing the review found", s.Mend, ErrTooLate, ErrIssue, ErrBlank)
	step(api, "askGradingExtension", "extension", ActionApply, "Company: ask for more time to mend, once", s.AskExtension, ErrOnce, ErrTooLate, ErrDays, ErrBlank)
	step(api, "askGradingCheck", "check", ActionApply, "Company: all is mended", s.AskCheck, ErrTooLate, ErrUnmended)
}

func mountOthers(api huma.API, s *Service) {
	step(api, "askGradingCorrection", "correction", ActionDecide, "Organizing unit: tell, once, what is missing", s.AskCorrection, ErrOnce, ErrTooLate, ErrBlank)
	step(api, "acceptGrading", "accept", ActionDecide, "Organizing unit: take the application (受理)", s.Accept)
	step(api, "endorseGrading", "endorse", ActionDecide, "Organizing unit: report to the authority", s.Endorse, ErrEndorsed, ErrBlank, ErrAgency)
	step(api, "confirmGrading", "confirm", ActionDecide, "Authority: let it go on to the site review", s.Confirm, ErrNotEndorsed)
	step(api, "rejectGrading", "reject", ActionDecide, "Authority: reject it, with reasons", s.Reject, ErrNotEndorsed, ErrBlank)
	step(api, "assignGrading", "assign", ActionDecide, "Authority: send a review agency, and let it in on its days", s.Assign, ErrAgency, ErrInterest, ErrOrganizes, ErrDays, ErrTeam)
	step(api, "answerGradingExtension", "extension-answer", ActionDecide, "Organizing unit: grant or refuse more time", s.AnswerExtension, ErrNotAvailable, ErrBlank)
	step(api, "shortlistGrading", "list", ActionDecide, "Authority: onto the list of those to be made public", s.List)
	step(api, "publicizeGrading", "publicize", ActionDecide, "Authority: make the result public (公示)", s.Publicize, ErrDays, ErrCalendar, ErrBlank)
	step(api, "verifyGradingObjection", "verify", ActionDecide, "Authority: settle an objection", s.Verify, ErrVerified, ErrBlank)
	step(api, "announceGrading", "announce", ActionDecide, "Authority: announce the level (公告)", s.Announce, ErrTooEarly, ErrObjections, ErrBlank, ErrNotAvailable)
	step(api, "failGrading", "fail", ActionDecide, "Authority: not passed, because an objection was upheld", s.Fail, ErrNoneUpheld, ErrBlank)
	step(api, "terminateGrading", "terminate", ActionDecide, "Authority: end it because of false material", s.Terminate, ErrBlank)
	step(api, "declareForGrading", "declare", ActionReview, "Review team: declare interests in the company", s.Declare, ErrBlank)
	step(api, "openGradingReview", "review", ActionReview, "Review team: begin the review's evaluation",
		func(ctx context.Context, n id.Of[id.Application], _ Paper) (id.Of[id.Application], error) {
			return s.OpenReview(ctx, n)
		}, ErrUndeclared, ErrConflicted, ErrReviewOpen, ErrNotAvailable)
	step(api, "reportGrading", "report", ActionReview, "Review team: hand in the report of the site review", s.Report, ErrUndeclared, ErrConflicted, ErrReview, ErrBlank)
	step(api, "checkGrading", "checked", ActionReview, "Review team: verdict on what was mended", s.Check, ErrIssue, ErrBlank)
}

func mountPublic(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listGradingPublicity", Route: "GET /grading/publicity", Action: ActionPublic, Public: true, Summary: "Results that are public in an area (公示、公告), for anybody", Faults: []*fault.Error{page.ErrCursor},
	}, s.getPublicity)
	web.Handle(api, web.Op{
		ID: "objectToGrading", Route: "POST /grading/publicity/{id}/objections", Action: ActionObject, Public: true, Exempt: true, Status: http.StatusNoContent,
		Summary: "Anybody: object to a result that is public (异议)", Faults: append([]*fault.Error{ErrNotPublic, ErrTooLate, ErrTooMany, ErrBlank}, nows()...),
	}, s.postObjection)
}

func nows() (all []*fault.Error) {
	for _, s := range States {
		all = append(all, ErrNow[s])
	}
	return all
}

// step mounts one step of an application. Every one may meet one that somebody has moved meanwhile.
func step[T any](api huma.API, name, path string, action rbac.Action, summary string, do func(context.Context, id.Of[id.Application], T) (id.Of[id.Application], error), faults ...*fault.Error) {
	all := append(append([]*fault.Error{rbac.ErrNotFound, ErrSide}, faults...), nows()...)
	web.Handle(api, web.Op{ID: name, Route: "POST /grading/applications/{id}/" + path, Action: action, Summary: summary, Status: http.StatusOK, Faults: all},
		func(ctx context.Context, in *stepOn[T]) (*web.Body[web.Made], error) {
			return web.MadeOf(do(ctx, in.ID, in.Body))
		})
}

func keyOf(a Application) []string { return []string{a.ID.String()} }

func (s *Service) getApplications(ctx context.Context, in *Filter) (*web.Body[page.List[LineView]], error) {
	rows, k, now, err := s.Applications(ctx, *in)
	return &web.Body[page.List[LineView]]{Body: page.Of(rows, k, in.Limit, keyOf, lineOn(now))}, err
}

func (s *Service) getApplication(ctx context.Context, in *oneIn) (*web.Body[oneView], error) {
	o, err := s.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[oneView]{Body: oneOf(o)}, nil
}

func (s *Service) getOffer(ctx context.Context, in *offerIn) (*web.Body[offerView], error) {
	o, err := s.OfferFor(ctx, in.Level, in.Profile)
	if err != nil {
		return nil, err
	}
	return &web.Body[offerView]{Body: offerOf(o)}, nil
}

func (s *Service) getForms(ctx context.Context, _ *struct{}) (*web.Body[formList], error) {
	err := s.Gate.Read(ctx, ActionList, nothing)
	return &web.Body[formList]{Body: formList{formsOf()}}, err
}

func (s *Service) postStart(ctx context.Context, in *web.Body[Plan]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Start(ctx, in.Body))
}

func (s *Service) getAgencies(ctx context.Context, in *oneIn) (*web.Body[agencyList], error) {
	a, rows, now, err := s.Agencies(ctx, in.ID)
	out := agencyList{Items: []agencyView{}}
	for _, r := range rows {
		out.Items = append(out.Items, agencyOn(a, now)(r))
	}
	return &web.Body[agencyList]{Body: out}, err
}

func (s *Service) getPublicity(ctx context.Context, in *PublicFilter) (*web.Body[publication], error) {
	rows, k, now, err := s.Publication(ctx, *in)
	list := page.Of(rows, k, in.Limit, func(p Public) []string { return []string{p.ID.String()} }, publicOn(now))
	list.Prev = "" // it is read forward only
	return &web.Body[publication]{Body: publication{list, now}}, err
}

func (s *Service) postObjection(ctx context.Context, in *stepOn[Protesting]) (*web.None, error) {
	return &web.None{}, s.Object(ctx, in.ID, in.Body)
}
