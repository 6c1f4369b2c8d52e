package training

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// NewcomerView is a newcomer in the list.
type NewcomerView struct {
	ID           id.Of[id.Newcomer]  `json:"id"`
	Name         string              `json:"name"`
	Phone        string              `json:"phone"`
	UnitID       *id.Of[id.Unit]     `json:"unitId,omitempty"`
	UnitName     string              `json:"unitName"`
	PostName     string              `json:"postName" doc:"as he says"`
	JoinedOn     day.Date            `json:"joinedOn"`
	State        string              `json:"state" enum:"waiting,accepted,refused"`
	Reason       string              `json:"reason" doc:"of a refusal"`
	DecidedBy    string              `json:"decidedBy"`
	DecidedAt    *time.Time          `json:"decidedAt,omitempty"`
	RegisteredAt time.Time           `json:"registeredAt"`
	CardID       id.Of[id.Education] `json:"cardId"`
	CardState    string              `json:"cardState" doc:"open, complete, void; empty: has none"`
	HasPhoto     bool                `json:"hasPhoto"`
}

func viewNewcomer(n NewcomerRow) NewcomerView {
	return NewcomerView{
		n.ID, n.Name, n.Phone, n.UnitID, n.UnitName, n.PostName, n.JoinedOn, n.State, n.Reason, n.DecidedByName, n.DecidedAt, n.RegisteredAt, n.CardID, n.CardState, len(n.Photo) > 0,
	}
}

type applicantView struct {
	NewcomerView
	Identity string `json:"identity" doc:"masked; empty: not given"`
}

type linkView struct {
	Link string `json:"link" doc:"shown once"`
}

type doorView struct {
	ID    id.Of[id.Unit] `json:"id"`
	Name  string         `json:"name"`
	Above string         `json:"above"`
}

type lobbyView struct {
	Company string     `json:"company"`
	Contact string     `json:"contact" doc:"whom one may ask about one's data"`
	Notice  string     `json:"notice" doc:"version of the privacy notice to be shown"`
	Units   []doorView `json:"units" nullable:"false"`
}

type joinKey struct {
	Token string `json:"token" minLength:"8" maxLength:"60"`
}

type joinSigning struct {
	joinKey
	CardSigning
}

type joinedView struct {
	Token string `json:"token" doc:"of one's own link; keep it"`
}

type progressView struct {
	Company  string    `json:"company"`
	Name     string    `json:"name"`
	Phone    string    `json:"phone" doc:"in part"`
	State    string    `json:"state" enum:"waiting,accepted,refused"`
	Reason   string    `json:"reason"`
	UnitName string    `json:"unitName"`
	Card     *CardView `json:"card,omitempty" doc:"once accepted"`
	CanSign  bool      `json:"canSign"`
}

func viewProgress(p Progress) progressView {
	n := p.Row
	v := progressView{Company: p.Company, Name: n.Name, Phone: code.MaskPhone(n.Phone), State: n.State, Reason: n.Reason, UnitName: n.UnitName}
	if p.Card != nil {
		c := viewCard(*p.Card)
		v.Card = &c
		v.CanSign = c.State == CardOpen && slices.ContainsFunc(c.Levels, func(l cardLevelView) bool { return !l.HeldOn.IsZero() && !l.TraineeSigned })
	}
	return v
}

func mountNewcomers(api huma.API, s *Service) {
	public := func(o web.Op) web.Op {
		o.Action, o.Public, o.Exempt, o.Status = ActionJoin, true, true, http.StatusOK
		return o
	}
	web.Handle(api, public(web.Op{ID: "lookAtJoinCode", Route: "POST /training/join/look", Summary: "Whose code a newcomer scanned", Faults: []*fault.Error{ErrJoinCode}}), s.postLobby)
	web.Handle(api, public(web.Op{
		ID: "registerNewcomer", Route: "POST /training/join/register", Summary: "Register as a newcomer",
		Faults: []*fault.Error{ErrJoinCode, ErrJoinFlood, ErrJoinOther, ErrJoinTaken, ErrJoinUnit, ErrJoinName, ErrJoinDay, ErrJoinNotice, ErrJoinPhoto, ErrCardStrokes, code.ErrMobile},
	}), s.postRegister)
	web.Handle(api, public(web.Op{ID: "getJoinProgress", Route: "POST /training/join/progress", Summary: "What a newcomer still misses", Faults: []*fault.Error{ErrJoinLink}}), s.postProgress)
	web.Handle(api, public(web.Op{ID: "signByJoinLink", Route: "POST /training/join/sign", Summary: "A newcomer signs what he was taught", Faults: []*fault.Error{ErrJoinLink, ErrCardClosed, ErrCardNothing, ErrCardStrokes}}), s.postJoinSign)
	web.Handle(api, web.Op{ID: "listNewcomers", Route: "GET /training/newcomers", Action: ActionNewcomers, Summary: "Those who registered themselves", Faults: []*fault.Error{page.ErrCursor}}, s.getNewcomers)
	web.Handle(api, web.Op{ID: "getNewcomer", Route: "GET /training/newcomers/{id}", Action: ActionNewcomers, Summary: "One who registered himself", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getNewcomer)
	web.Handle(api, web.Op{ID: "getNewcomerPicture", Route: "GET /training/newcomers/{id}/{picture}", Action: ActionNewcomers, Summary: "His photo or signature", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getNewcomerPicture)
	web.Handle(api, web.Op{ID: "acceptNewcomer", Route: "POST /training/newcomers/{id}/accept", Action: ActionNewcomer, Status: http.StatusOK, Summary: "Enter a newcomer into the staff and open his card", Faults: []*fault.Error{rbac.ErrNotFound, ErrNewcomerDone, ErrCardDay}}, s.postAccept)
	web.Handle(api, web.Op{ID: "refuseNewcomer", Route: "POST /training/newcomers/{id}/refuse", Action: ActionNewcomer, Status: http.StatusOK, Summary: "Turn a newcomer away", Faults: []*fault.Error{rbac.ErrNotFound, ErrNewcomerDone}}, s.postRefuse)
	web.Handle(api, web.Op{ID: "linkNewcomer", Route: "POST /training/newcomers/{id}/link", Action: ActionNewcomer, Exempt: true, Status: http.StatusOK, Summary: "Give a newcomer a new link", Faults: []*fault.Error{rbac.ErrNotFound, ErrNewcomerDone}}, s.postLink)
}

func (s *Service) postLobby(ctx context.Context, in *web.Body[joinKey]) (*web.Body[lobbyView], error) {
	o, err := s.Lobby(ctx, in.Body.Token)
	v := lobbyView{o.Company, o.Contact, o.Notice, make([]doorView, len(o.Doors))}
	for i, d := range o.Doors {
		v.Units[i] = doorView(d)
	}
	return &web.Body[lobbyView]{Body: v}, err
}

func (s *Service) postRegister(ctx context.Context, in *web.Body[Registering]) (*web.Body[joinedView], error) {
	token, err := s.Register(ctx, in.Body)
	return &web.Body[joinedView]{Body: joinedView{token}}, err
}

func (s *Service) postProgress(ctx context.Context, in *web.Body[joinKey]) (*web.Body[progressView], error) {
	p, err := s.Progress(ctx, in.Body.Token)
	return &web.Body[progressView]{Body: viewProgress(p)}, err
}

func (s *Service) postJoinSign(ctx context.Context, in *web.Body[joinSigning]) (*web.Body[progressView], error) {
	p, err := s.SignByLink(ctx, in.Body.Token, in.Body.CardSigning)
	return &web.Body[progressView]{Body: viewProgress(p)}, err
}

func (s *Service) getNewcomers(ctx context.Context, in *NewcomerFilter) (*web.Body[page.List[NewcomerView]], error) {
	rows, k, err := s.Newcomers(ctx, *in)
	return &web.Body[page.List[NewcomerView]]{Body: page.Of(rows, k, in.Limit, func(n NewcomerRow) []string { return []string{n.ID.String()} }, viewNewcomer)}, err
}

type oneNewcomer struct {
	ID id.Of[id.Newcomer] `path:"id"`
}

func (s *Service) getNewcomer(ctx context.Context, in *oneNewcomer) (*web.Body[applicantView], error) {
	a, err := s.Newcomer(ctx, in.ID)
	return &web.Body[applicantView]{Body: applicantView{viewNewcomer(a.NewcomerRow), a.Identity}}, err
}

func (s *Service) getNewcomerPicture(ctx context.Context, in *struct {
	ID      id.Of[id.Newcomer] `path:"id"`
	Picture string             `path:"picture" enum:"photo,signature"`
},
) (*web.File, error) {
	a, err := s.Newcomer(ctx, in.ID)
	picture, name := a.Photo, "photo.jpg"
	if in.Picture == "signature" {
		picture, name = a.Strokes, "signature.png"
	}
	if err == nil && len(picture) == 0 {
		err = rbac.ErrNotFound
	}
	return web.Inline(name, picture, err)
}

type newcomerWith[T any] struct {
	ID   id.Of[id.Newcomer] `path:"id"`
	Body T
}

func (s *Service) postAccept(ctx context.Context, in *newcomerWith[Acceptance]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AcceptNewcomer(ctx, in.ID, in.Body))
}

func (s *Service) postRefuse(ctx context.Context, in *newcomerWith[Voiding]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.RefuseNewcomer(ctx, in.ID, in.Body))
}

func (s *Service) postLink(ctx context.Context, in *oneNewcomer) (*web.Body[linkView], error) {
	link, err := s.LinkNewcomer(ctx, in.ID)
	return &web.Body[linkView]{Body: linkView{link}}, err
}
