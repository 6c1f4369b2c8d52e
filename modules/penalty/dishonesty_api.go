package penalty

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

// ListingView is a listing as seriously dishonest, on the wire.
type ListingView struct {
	ID             id.Of[Dishonesty] `json:"id"`
	CompanyID      rbac.CompanyID    `json:"companyId"`
	CompanyName    string            `json:"companyName"`
	Body           string            `json:"body"`
	Subject        string            `json:"subject" enum:"enterprise,principal,person"`
	SubjectName    string            `json:"subjectName"`
	Conditions     []string          `json:"conditions" nullable:"false"`
	Standing       string            `json:"standing" enum:"noticed,stated,dropped,listed,removal_asked,removal_accepted,removed,expired"`
	NoticeNo       string            `json:"noticeNo"`
	NoticedOn      day.Date          `json:"noticedOn"`
	StatementDueOn day.Date          `json:"statementDueOn" doc:"last day of the company's statement"`
	ListedOn       day.Date          `json:"listedOn"`
	LastDay        day.Date          `json:"lastDay" doc:"of the term"`
	EarlyOn        day.Date          `json:"earlyOn" doc:"first day on which early removal can be asked for"`
	PublishedOn    day.Date          `json:"publishedOn"`
	RemovedOn      day.Date          `json:"removedOn"`
}

func viewListing(now day.Date) func(Dishonesty) ListingView {
	return func(x Dishonesty) ListingView {
		return ListingView{
			ID: x.ID, CompanyID: x.CompanyID, CompanyName: x.CompanyName, Body: x.Body, Subject: x.Subject, SubjectName: x.SubjectName, Conditions: append([]string{}, x.Conditions...),
			Standing: x.Standing(now), NoticeNo: x.NoticeNo, NoticedOn: x.NoticedOn, StatementDueOn: x.StatementDueOn, ListedOn: x.ListedOn, LastDay: x.LastDay, EarlyOn: x.EarlyOn,
			PublishedOn: x.PublishedOn, RemovedOn: x.RemovedOn,
		}
	}
}

// dishonestyView is one listing with its past.
type dishonestyView struct {
	ListingView
	Facts           string            `json:"facts"`
	PenaltyID       id.Of[id.Penalty] `json:"penaltyId"`
	Statement       string            `json:"statement"`
	StatedOn        day.Date          `json:"statedOn"`
	DecisionNo      string            `json:"decisionNo"`
	DecidedOn       day.Date          `json:"decidedOn"`
	Opinion         string            `json:"opinion"`
	Medium          string            `json:"medium"`
	RemovalNote     string            `json:"removalNote"`
	RemovalAskedOn  day.Date          `json:"removalAskedOn"`
	RemovalAcceptBy day.Date          `json:"removalAcceptBy"`
	RemovalDecideBy day.Date          `json:"removalDecideBy"`
	RemovalOpinion  string            `json:"removalOpinion"`
	RestoredOn      day.Date          `json:"restoredOn"`
	Steps           []stepView        `json:"steps" nullable:"false"`
	May             []Event           `json:"may" nullable:"false" doc:"what the actor may do now"`
	Today           day.Date          `json:"today"`
}

type listingIn struct {
	ID id.Of[Dishonesty] `path:"id"`
}

type turnOn[T any] struct {
	ID   id.Of[Dishonesty] `path:"id"`
	Body T
}

func mountDishonesty(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listDishonesty", Route: "GET /dishonesty", Action: ActionList, Summary: "List listings as seriously dishonest (严重失信主体名单), latest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getListings)
	web.Handle(api, web.Op{
		ID: "getDishonesty", Route: "GET /dishonesty/{id}", Action: ActionList, Summary: "Read a listing with its steps", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getListing)
	web.Handle(api, web.Op{
		ID: "notifyDishonesty", Route: "POST /dishonesty", Action: ActionDecide, Summary: "Regulator: give notice of a listing",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrBlank, ErrSubject, ErrCondition, ErrDay, ErrOpen},
	}, s.postNotice)
	web.Handle(api, web.Op{
		ID: "acceptDishonestyRemoval", Route: "POST /dishonesty/{id}/accept", Action: ActionDecide, Summary: "Regulator: take in a request for early removal", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrState},
	}, s.postAccept)
	turn(api, "stateOnDishonesty", "statement", ActionAnswer, "Company: state its case", s.State, ErrStatementLate, ErrBlank)
	turn(api, "decideDishonesty", "decide", ActionDecide, "Regulator: list, or drop the case", s.Decide, ErrStatementOpen, ErrBlank, ErrDay, ErrTerm)
	turn(api, "publishDishonesty", "publish", ActionDecide, "Regulator: the listing was made public", s.PublishListing, ErrDay, ErrBlank)
	turn(api, "askDishonestyRemoval", "removal", ActionAnswer, "Company: ask for early removal", s.AskRemoval, ErrEarly, ErrBlank)
	turn(api, "decideDishonestyRemoval", "removal-answer", ActionDecide, "Regulator: remove early, or not", s.Remove, ErrBlank, ErrNeeds)
	turn(api, "restoreDishonesty", "restore", ActionDecide, "Regulator: back on the list, removal was got with false papers", s.Restore, ErrBlank, ErrTerm)
}

// turn mounts one step of a listing.
func turn[T any](api huma.API, name, path string, action rbac.Action, summary string, do func(context.Context, id.Of[Dishonesty], T) (id.Of[Dishonesty], error), faults ...*fault.Error) {
	web.Handle(api, web.Op{ID: name, Route: "POST /dishonesty/{id}/" + path, Action: action, Summary: summary, Status: http.StatusOK, Faults: append([]*fault.Error{rbac.ErrNotFound, ErrState}, faults...)},
		func(ctx context.Context, in *turnOn[T]) (*web.Body[web.Made], error) {
			return web.MadeOf(do(ctx, in.ID, in.Body))
		})
}

func (s *Service) getListings(ctx context.Context, in *ListFilter) (*web.Body[page.List[ListingView]], error) {
	rows, k, now, err := s.Listings(ctx, *in)
	list := page.Of(rows, k, in.Limit, func(x Dishonesty) []string { return []string{x.ID.String()} }, viewListing(now))
	return &web.Body[page.List[ListingView]]{Body: list}, err
}

func (s *Service) getListing(ctx context.Context, in *listingIn) (*web.Body[dishonestyView], error) {
	o, err := s.ListingByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	v := dishonestyView{
		ListingView: viewListing(o.Today)(o.Dishonesty), Facts: o.Facts, Statement: o.Statement, StatedOn: o.StatedOn, DecisionNo: o.DecisionNo, DecidedOn: o.DecidedOn, Opinion: o.Opinion,
		Medium: o.Medium, RemovalNote: o.RemovalNote, RemovalAskedOn: o.RemovalAskedOn, RemovalAcceptBy: o.RemovalAcceptBy, RemovalDecideBy: o.RemovalDecideBy,
		RemovalOpinion: o.RemovalOpinion, RestoredOn: o.RestoredOn, Steps: viewSteps(o.Steps), May: append([]Event{}, o.May...), Today: o.Today,
	}
	if o.PenaltyID != nil {
		v.PenaltyID = *o.PenaltyID
	}
	return &web.Body[dishonestyView]{Body: v}, nil
}

func (s *Service) postNotice(ctx context.Context, in *struct{ Body Notice }) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Notify(ctx, in.Body))
}

func (s *Service) postAccept(ctx context.Context, in *listingIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Accept(ctx, in.ID))
}
