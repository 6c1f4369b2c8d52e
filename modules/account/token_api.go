package account

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

func mountTokens(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listTokens", Route: "GET /account/tokens", Action: ActionSelf, Summary: "One's API tokens"}, s.getTokens)
	web.Handle(api, web.Op{ID: "listTokenScopes", Route: "GET /account/token-scopes", Action: ActionSelf, Summary: "Groups of actions that one may give to a token"}, s.getScopes)
	web.Handle(api, web.Op{ID: "makeToken", Route: "POST /account/tokens", Action: ActionSelf, Exempt: true, Summary: "Make an API token, shown once", Faults: []*fault.Error{ErrScope, rbac.ErrConfirm}}, s.postToken)
	web.Handle(api, web.Op{ID: "revokeToken", Route: "DELETE /account/tokens/{id}", Action: ActionSelf, Summary: "End an API token", Faults: []*fault.Error{rbac.ErrNotFound}}, s.deleteOther)
}

// tokenRow is a token in the list.
type tokenRow struct {
	ID        id.Of[Session] `json:"id"`
	Name      string         `json:"name"`
	Scopes    []string       `json:"scopes" nullable:"false" doc:"groups or actions; empty: everything that its owner may do"`
	CreatedAt time.Time      `json:"createdAt"`
	SeenOn    string         `json:"seenOn" format:"date" doc:"day of its last use"`
	ExpiresAt time.Time      `json:"expiresAt"`
}

type tokenList struct {
	Items []tokenRow `json:"items" nullable:"false"`
}

func (s *Service) getTokens(ctx context.Context, _ *web.None) (*web.Body[tokenList], error) {
	list, err := s.Tokens(ctx)
	v := tokenList{Items: make([]tokenRow, len(list))}
	for i, t := range list {
		v.Items[i] = tokenRow{t.ID, t.Name, scopesOf(t), t.CreatedAt, t.SeenOn.String(), t.ExpiresAt}
	}
	return &web.Body[tokenList]{Body: v}, err
}

type scopeView struct {
	Group   string        `json:"group"`
	Actions []rbac.Action `json:"actions" nullable:"false"`
}

type scopeList struct {
	Items []scopeView `json:"items" nullable:"false"`
}

func (s *Service) getScopes(ctx context.Context, _ *web.None) (*web.Body[scopeList], error) {
	list, err := s.Scopes(ctx)
	v := scopeList{Items: make([]scopeView, len(list))}
	for i, c := range list {
		v.Items[i] = scopeView(c)
	}
	return &web.Body[scopeList]{Body: v}, err
}

type tokenRequest struct {
	Name   string   `json:"name" minLength:"1" maxLength:"60"`
	Days   int      `json:"days" minimum:"1" maximum:"365" doc:"days until it expires"`
	Scopes []string `json:"scopes" minItems:"1" maxItems:"60" doc:"groups (read, feed, checks, hazards, people, upload, all) or single actions" example:"[\"read\"]"`
}

type tokenView struct {
	ID    id.Of[Session] `json:"id"`
	Token string         `json:"token" doc:"shown this once; send it as Authorization: Bearer"`
}

func (s *Service) postToken(ctx context.Context, in *web.Body[tokenRequest]) (*web.Body[tokenView], error) {
	o, n, err := s.NewToken(ctx, in.Body.Name, in.Body.Days, in.Body.Scopes)
	return &web.Body[tokenView]{Body: tokenView{n, o.Token}}, err
}
