package listing

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type oneIn struct {
	ID id.Of[id.Listing] `path:"id"`
}

type stepOn[T any] struct {
	ID   id.Of[id.Listing] `path:"id"`
	Body T
}

type hazardIn struct {
	ID id.Of[id.Hazard] `path:"id" doc:"of the hazard"`
}

type orderIn struct {
	ID   id.Of[id.Hazard] `path:"id" doc:"of the hazard"`
	Body Order
}

type paperIn struct {
	ID   id.Of[id.Listing] `path:"id"`
	Kind PaperKind         `path:"kind" enum:"notice,extension,acceptance"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listListings", Route: "GET /listing/listings", Action: ActionList, Summary: "List hazards under listed supervision, latest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getListings)
	web.Handle(api, web.Op{
		ID: "printListings", Route: "GET /listing/print", Action: ActionList, Summary: "Print the list as it is filtered", Faults: []*fault.Error{page.ErrCursor},
	}, s.getPrint)
	web.Handle(api, web.Op{
		ID: "getListing", Route: "GET /listing/listings/{id}", Action: ActionList, Summary: "Read a listing with its steps", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getListing)
	web.Handle(api, web.Op{
		ID: "printListing", Route: "GET /listing/listings/{id}/papers/{kind}", Action: ActionList, Summary: "Print the notice or an opinion, all copies", Faults: []*fault.Error{rbac.ErrNotFound, ErrNoPaper},
	}, s.getPaper)
	web.Handle(api, web.Op{
		ID: "getListingOffer", Route: "GET /listing/hazards/{id}", Action: ActionList, Summary: "Whether a hazard is listed, and how it can be", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getOffer)
	web.Handle(api, web.Op{
		ID: "listHazard", Route: "POST /listing/hazards/{id}", Action: ActionDecide, Summary: "Regulator: put a major hazard under listed supervision (挂牌督办)",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotMajor, ErrClosed, ErrListed, ErrLevel, ErrProfile, ErrBlank, ErrDays, ErrPeriod},
	}, s.postList)
	web.Handle(api, web.Op{
		ID: "listPublication", Route: "GET /listing/publication", Action: ActionPublic, Public: true, Summary: "The publication list of an area (公布名单), for anybody", Faults: []*fault.Error{page.ErrCursor},
	}, s.getPublication)
	step(api, "deliverListing", "deliver", ActionDecide, "Regulator: the notice was handed over", s.Deliver, ErrBlank, ErrDay, ErrSignature)
	step(api, "receiveListing", "receive", ActionReceive, "Principal: sign for the notice", s.Receive, ErrUndelivered, ErrSignature)
	step(api, "fileListingPlan", "plan", ActionAnswer, "Company: hand in the treatment plan", s.FilePlan, ErrPlan)
	step(api, "reportListing", "progress", ActionAnswer, "Company: report progress", s.Progress, ErrBlank, ErrShare)
	step(api, "askListingExtension", "extension", ActionAnswer, "Company: ask for more time", s.AskExtension, ErrTooEarly, ErrTooLate, ErrBlank, ErrUntil, ErrPeriod)
	step(api, "answerListingExtension", "extension-answer", ActionDecide, "Regulator: grant or refuse more time", s.Answer, ErrLevel, ErrBlank, ErrUntil, ErrPeriod)
	step(api, "askListingAcceptance", "acceptance", ActionAnswer, "Company: ask for acceptance", s.AskAcceptance, ErrEvaluation)
	step(api, "judgeListing", "acceptance-answer", ActionDecide, "Regulator: opinion on acceptance", s.Judge, ErrLevel, ErrBlank, ErrTwo, ErrReview, ErrReviewed)
	step(api, "escalateListing", "escalate", ActionDecide, "Regulator: higher level, interview, penalty", s.Escalate, ErrLevel, ErrNotYet, ErrBlank, ErrNothing, ErrDay)
	step(api, "delistHazard", "delist", ActionDecide, "Regulator: end the listing (摘牌)", s.Delist, ErrLevel)
	step(api, "announceListing", "announce", ActionDecide, "Regulator: the listing was made public", s.Announce, ErrLevel, ErrAnnounced, ErrDay, ErrBlank)
	step(api, "fileListingAbove", "file-above", ActionDecide, "Regulator: the listing was handed in with the office above", s.FileAbove, ErrLevel, ErrFiledAbove, ErrDay, ErrBlank)
	step(api, "publishListing", "publish", ActionDecide, "Regulator: the end of the listing was made public", s.Publish, ErrLevel, ErrDay, ErrBlank)
}

// step mounts one step of a listing. Every one may meet a listing that somebody has moved meanwhile.
func step[T any](api huma.API, name, path string, action rbac.Action, summary string, do func(context.Context, id.Of[id.Listing], T) (id.Of[id.Listing], error), faults ...*fault.Error) {
	all := append([]*fault.Error{rbac.ErrNotFound}, faults...)
	for _, s := range States {
		all = append(all, ErrNow[s])
	}
	web.Handle(api, web.Op{ID: name, Route: "POST /listing/listings/{id}/" + path, Action: action, Summary: summary, Status: http.StatusOK, Faults: all},
		func(ctx context.Context, in *stepOn[T]) (*web.Body[web.Made], error) {
			return web.MadeOf(do(ctx, in.ID, in.Body))
		})
}

func keyOf(l Listing) []string { return []string{l.ID.String()} }

func (s *Service) getListings(ctx context.Context, in *Filter) (*web.Body[page.List[LineView]], error) {
	rows, k, now, err := s.Listings(ctx, *in)
	return &web.Body[page.List[LineView]]{Body: page.Of(rows, k, in.Limit, keyOf, lineOn(now))}, err
}

func (s *Service) getListing(ctx context.Context, in *oneIn) (*web.Body[oneView], error) {
	o, err := s.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[oneView]{Body: oneOf(o)}, nil
}

func (s *Service) getOffer(ctx context.Context, in *hazardIn) (*web.Body[offerView], error) {
	o, err := s.OfferFor(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[offerView]{Body: offerOf(o)}, nil
}

func (s *Service) postList(ctx context.Context, in *orderIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.List(ctx, in.ID, in.Body))
}

func (s *Service) getPublication(ctx context.Context, in *PublicFilter) (*web.Body[page.List[publicView]], error) {
	rows, k, err := s.Publication(ctx, *in)
	list := page.Of(rows, k, in.Limit, func(p Public) []string { return []string{p.ID.String()} }, publicOn)
	list.Prev = "" // it is read forward only
	return &web.Body[page.List[publicView]]{Body: list}, err
}

func (s *Service) getPaper(ctx context.Context, in *paperIn) (*web.File, error) {
	name, content, err := s.PrintPaper(ctx, in.ID, in.Kind)
	return web.Inline(name+".pdf", content, err)
}

func (s *Service) getPrint(ctx context.Context, in *Filter) (*web.File, error) {
	content, err := s.PrintList(ctx, *in)
	return web.Inline(text.Say(text.Of(ctx), "listing.print-list", nil)+".pdf", content, err)
}
