package hazard

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

type one struct {
	ID id.Of[id.Hazard] `path:"id"`
}

// on is a request about one hazard with a body.
type on[T any] struct {
	ID   id.Of[id.Hazard] `path:"id"`
	Body T
}

// remark is the body of an event that needs words only.
type remark struct {
	Note string `json:"note,omitempty" maxLength:"500"`
}

// reason is the body of an event that needs one.
type reason struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listHazards", Route: "GET /hazard/hazards", Action: ActionList, Summary: "List the hazard ledger",
		Faults: []*fault.Error{page.ErrCursor, ErrTextNeedsFirm},
	}, s.list)
	web.Handle(api, web.Op{
		ID: "getHazard", Route: "GET /hazard/hazards/{id}", Action: ActionList, Summary: "Read one hazard with its steps and photos",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.get)
	web.Handle(api, web.Op{
		ID: "reportHazard", Route: "POST /hazard/hazards", Action: ActionReport, Summary: "Report a hazard (随手拍) or enter one in the ledger",
		Faults: []*fault.Error{ErrBlank, ErrCategory, ErrPhotoNeeded, ErrPhotoUnknown, ErrPointUnknown, ErrSource},
	}, s.post)
	web.Handle(api, web.Op{
		ID: "getHazardWork", Route: "GET /hazard/work", Action: ActionWork, Summary: "What the actor has to do: grade, assign, fix, accept, overdue",
	}, s.work)
	web.Handle(api, web.Op{
		ID: "getHazardTaxonomy", Route: "GET /hazard/taxonomy", Action: ActionList, Summary: "Read the hazard categories in force",
	}, s.taxonomy)
	mountPrints(api, s)
	mountEvents(api, s)
	mountPosters(api, s)
	mountAsked(api, s)
	mountTags(api, s)
	mountMajors(api, s)
	mountDirect(api, s)
	mountOutside(api, s)
}

func mountEvents(api huma.API, s *Service) {
	event(api, "gradeHazard", "grade", ActionGrade, "Decide level and category", s.postGrade, ErrCategory, ErrReason, ErrOwnDowngrade)
	event(api, "assignHazard", "assign", ActionAssign, "Make somebody answer for the fix, or hand it to another", s.postAssign,
		ErrOwnerUnknown, ErrLevel, ErrCategory, ErrReason, ErrOwnDowngrade, ErrBlank, ErrFiveFixes, ErrDeadline, ErrDeadlineKept)
	event(api, "startHazard", "start", ActionFix, "Take the work on", s.postStart, ErrNotOwner, ErrPlan)
	event(api, "fixHazard", "fix", ActionFix, "Hand in the fix with photos", s.postFix, ErrNotOwner, ErrBlank, ErrPhotoNeeded, ErrPhotoUnknown, ErrMajorOnSpot, ErrCategory, ErrPlan)
	event(api, "acceptHazard", "accept", ActionAccept, "Accept somebody else's fix", s.postAccept, ErrOwnAcceptance, ErrEvaluate, ErrPhotoUnknown)
	event(api, "rejectHazard", "reject", ActionAccept, "Send somebody else's fix back", s.postReject, ErrOwnAcceptance, ErrReason, ErrPhotoUnknown)
	event(api, "reviewHazard", "review", ActionReview, "Regulator: close what waits for review, or send it back", s.postReview, ErrBlank, ErrTwoOfficers, ErrPhotoNeeded, ErrPhotoUnknown, ErrNotStopped)
}

// event registers one transition: POST …/{id}/verb, refused with the state found.
func event[T any](api huma.API, opID, verb string, action rbac.Action, summary string, h func(context.Context, *on[T]) (*web.Body[web.Made], error), faults ...*fault.Error) {
	faults = append(faults, rbac.ErrNotFound)
	for _, s := range append([]State{Cancelled, Moved, Voided}, Open...) {
		faults = append(faults, ErrNow[s])
	}
	web.Handle(api, web.Op{ID: opID, Route: "POST /hazard/hazards/{id}/" + verb, Action: action, Summary: summary, Faults: faults, Status: http.StatusOK}, h)
}

func (s *Service) list(ctx context.Context, in *Filter) (*web.Body[page.List[HazardRow]], error) {
	rows, k, today, err := s.Ledger(ctx, *in)
	return &web.Body[page.List[HazardRow]]{Body: page.Of(rows, k, in.Limit, keyOf(in.Sort), lineOn(today))}, err
}

func (s *Service) get(ctx context.Context, in *one) (*web.Body[hazardDetail], error) {
	r, err := s.ByID(ctx, in.ID)
	return &web.Body[hazardDetail]{Body: detailOf(r)}, err
}

func (s *Service) post(ctx context.Context, in *web.Body[Report]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Report(ctx, in.Body))
}

func (s *Service) work(ctx context.Context, _ *struct{}) (*web.Body[workView], error) {
	w, err := s.Mine(ctx)
	return &web.Body[workView]{Body: workOf(w)}, err
}

func (s *Service) taxonomy(ctx context.Context, _ *struct{}) (*web.Body[Taxonomy], error) {
	t, err := s.Taxonomy(ctx)
	return &web.Body[Taxonomy]{Body: t}, err
}

func (s *Service) postGrade(ctx context.Context, in *on[Grading]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Grade(ctx, in.ID, in.Body))
}

func (s *Service) postAssign(ctx context.Context, in *on[Assignment]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Assign(ctx, in.ID, in.Body))
}

func (s *Service) postStart(ctx context.Context, in *on[remark]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Start(ctx, in.ID, in.Body.Note))
}

func (s *Service) postFix(ctx context.Context, in *on[Repair]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Fix(ctx, in.ID, in.Body))
}

func (s *Service) postAccept(ctx context.Context, in *on[Verdict]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Accept(ctx, in.ID, in.Body))
}

func (s *Service) postReject(ctx context.Context, in *on[Verdict]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Reject(ctx, in.ID, in.Body))
}

func (s *Service) postReview(ctx context.Context, in *on[Review]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Review(ctx, in.ID, in.Body))
}
