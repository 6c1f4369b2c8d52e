package hazard

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// linkView is a link that was made for a second person; never its token.
type linkView struct {
	ID         id.Of[Outside] `json:"id"`
	MadeByName string         `json:"madeByName"`
	MadeAt     time.Time      `json:"madeAt"`
	ExpiresAt  time.Time      `json:"expiresAt"`
	RevokedAt  *time.Time     `json:"revokedAt,omitempty"`
	UsedAt     *time.Time     `json:"usedAt,omitempty"`
	Accepted   *bool          `json:"accepted,omitempty" doc:"what he decided; missing: nothing yet"`
	Name       string         `json:"name" doc:"of who decided"`
	Note       string         `json:"note"`
}

// waysView says how a hazard may be accepted in a firm that has hardly anybody.
type waysView struct {
	Link  bool       `json:"link" doc:"the reader may make a link for a second person"`
	Grid  bool       `json:"grid" doc:"the reader, a grid worker, may accept it"`
	Few   bool       `json:"few" doc:"the firm has fewer than three people"`
	Links []linkView `json:"links" nullable:"false"`
}

func waysOf(w Ways) waysView {
	v := waysView{w.Link, w.Grid, w.Few, make([]linkView, len(w.Links))}
	for i, o := range w.Links {
		v.Links[i] = linkView{o.ID, o.MadeByName, o.MadeAt, o.ExpiresAt, o.RevokedAt, o.UsedAt, o.Accepted, o.Name, o.Note}
	}
	return v
}

// madeLink is a link as its maker sees it, this once.
type madeLink struct {
	ID        id.Of[Outside] `json:"id"`
	URL       string         `json:"url"`
	QR        []byte         `json:"qr" doc:"PNG, base64"`
	ExpiresAt time.Time      `json:"expiresAt"`
}

type outsideToken struct {
	Token string `json:"token" minLength:"8" maxLength:"60"`
}

type outsidePhoto struct {
	Token string               `json:"token" minLength:"8" maxLength:"60"`
	Photo id.Of[id.Attachment] `json:"photo"`
}

// shownView is what the holder of a link looks at.
type shownView struct {
	Firm        string                 `json:"firm"`
	Number      string                 `json:"number"`
	Place       string                 `json:"place"`
	Description string                 `json:"description"`
	Measures    string                 `json:"measures"`
	FoundOn     string                 `json:"foundOn" format:"date"`
	FixedOn     string                 `json:"fixedOn" format:"date"`
	FixNote     string                 `json:"fixNote" doc:"what was done"`
	FixerName   string                 `json:"fixerName" doc:"may not accept it himself"`
	Before      []id.Of[id.Attachment] `json:"before" nullable:"false"`
	After       []id.Of[id.Attachment] `json:"after" nullable:"false"`
	ExpiresAt   time.Time              `json:"expiresAt"`
}

type oneLink struct {
	ID     id.Of[id.Hazard] `path:"id"`
	LinkID id.Of[Outside]   `path:"linkId"`
}

type gridVerdict struct {
	Accepted bool   `json:"accepted" doc:"false: sent back"`
	Note     string `json:"note,omitempty" maxLength:"1000" doc:"required to send it back"`
}

// outsidePicture answers a photo or a signature.
type outsidePicture struct {
	Type  string `header:"Content-Type"`
	Cache string `header:"Cache-Control"`
	Body  []byte
}

func pictureOf(content []byte, err error) (*outsidePicture, error) {
	return &outsidePicture{http.DetectContentType(content), "private, no-store", content}, err
}

// mountOutside adds the operations of acceptance in firms that have hardly anybody.
func mountOutside(api huma.API, s *Service) {
	var now []*fault.Error
	for _, st := range append([]State{Cancelled, Voided, Moved}, Open...) {
		now = append(now, ErrNow[st])
	}
	with := func(faults ...*fault.Error) []*fault.Error { return append(faults, now...) }
	anybody := with(ErrOutsideLink, ErrOutsideUsed, ErrOutsideOver, ErrOutsideGuess, ErrOutsideMajor, rbac.ErrOff)

	web.Handle(api, web.Op{
		ID: "getHazardOutside", Route: "GET /hazard/hazards/{id}/outside", Action: ActionOutside, Summary: "How a hazard may be accepted in a firm of one or two people",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getOutside)
	web.Handle(api, web.Op{
		ID: "makeHazardLink", Route: "POST /hazard/hazards/{id}/outside", Action: ActionLink, Exempt: true, Summary: "Give a second person a link to accept a hazard; shown once",
		Faults: with(rbac.ErrNotFound, ErrOutsideMajor, ErrOutsideMany),
	}, s.postLink)
	web.Handle(api, web.Op{
		ID: "revokeHazardLink", Route: "POST /hazard/hazards/{id}/outside/{linkId}/revoke", Action: ActionLink, Status: http.StatusOK, Summary: "End a link that was not used",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrOutsideUsed, ErrOutsideOver},
	}, s.postRevoke)
	web.Handle(api, web.Op{
		ID: "getHazardLinkSignature", Route: "GET /hazard/hazards/{id}/outside/{linkId}/signature", Action: ActionOutside, Summary: "The drawn name of who decided by a link",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getSignature)
	web.Handle(api, web.Op{
		ID: "listHazardsWaiting", Route: "GET /hazard/outside/waiting", Action: ActionGrid, Summary: "What one-person firms of the grid wait to have accepted",
		Faults: []*fault.Error{page.ErrCursor},
	}, s.getWaiting)
	web.Handle(api, web.Op{
		ID: "acceptHazardByGrid", Route: "POST /hazard/hazards/{id}/grid", Action: ActionGrid, Status: http.StatusOK, Summary: "Grid worker: accept the fix of a one-person firm, or send it back",
		Faults: with(rbac.ErrNotFound, ErrOutsideMajor, ErrNotLonely, ErrReason),
	}, s.postGrid)
	web.Handle(api, web.Op{
		ID: "lookAtHazardLink", Route: "POST /hazard/outside/look", Action: ActionOpen, Public: true, Exempt: true, Status: http.StatusOK,
		Summary: "What the holder of a link is to accept", Faults: anybody,
	}, s.postLook)
	web.Handle(api, web.Op{
		ID: "getHazardLinkPhoto", Route: "POST /hazard/outside/photo", Action: ActionOpen, Public: true, Exempt: true, Status: http.StatusOK,
		Summary: "A photo of what the holder of a link is to accept", Faults: append(anybody, rbac.ErrNotFound),
	}, s.postPhoto)
	web.Handle(api, web.Op{
		ID: "decideHazardLink", Route: "POST /hazard/outside/decide", Action: ActionOpen, Public: true, Exempt: true, Status: http.StatusOK,
		Summary: "Accept a hazard by a link, or send it back; once", Faults: append(anybody, ErrOutsideName, ErrOutsideSign, ErrReason, ErrOutsideMany),
	}, s.postDecide)
}

func (s *Service) getOutside(ctx context.Context, in *one) (*web.Body[waysView], error) {
	w, err := s.OutsideOf(ctx, in.ID)
	return &web.Body[waysView]{Body: waysOf(w)}, err
}

func (s *Service) postLink(ctx context.Context, in *one) (*web.Body[madeLink], error) {
	l, err := s.MakeLink(ctx, in.ID)
	return &web.Body[madeLink]{Body: madeLink(l)}, err
}

func (s *Service) postRevoke(ctx context.Context, in *oneLink) (*web.Body[web.Made], error) {
	return web.MadeOf(in.LinkID, s.RevokeLink(ctx, in.ID, in.LinkID))
}

func (s *Service) getSignature(ctx context.Context, in *oneLink) (*outsidePicture, error) {
	return pictureOf(s.Sign(ctx, in.ID, in.LinkID))
}

func (s *Service) getWaiting(ctx context.Context, in *page.Query) (*web.Body[page.List[HazardRow]], error) {
	rows, k, today, err := s.Waiting(ctx, *in)
	return &web.Body[page.List[HazardRow]]{Body: page.Of(rows, k, in.Limit, func(l Listed) []string { return []string{l.ID.String()} }, lineOn(today))}, err
}

func (s *Service) postGrid(ctx context.Context, in *on[gridVerdict]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.ByGrid(ctx, in.ID, in.Body.Accepted, in.Body.Note))
}

func (s *Service) postLook(ctx context.Context, in *web.Body[outsideToken]) (*web.Body[shownView], error) {
	sh, err := s.Look(ctx, in.Body.Token)
	return &web.Body[shownView]{Body: shownView(sh)}, err
}

func (s *Service) postPhoto(ctx context.Context, in *web.Body[outsidePhoto]) (*outsidePicture, error) {
	return pictureOf(s.Picture(ctx, in.Body.Token, in.Body.Photo))
}

func (s *Service) postDecide(ctx context.Context, in *web.Body[Outsider]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Decide(ctx, in.Body))
}
