package account

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/rbac"
	"anbiao/web"
)

// flowCookie holds a sealed flow while its person is at the provider; over HTTPS with the prefix that web.HostOnly is.
const flowCookie = "anbiao_flow"

type leave struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      leaveView
}

type leaveView struct {
	Address string `json:"address" doc:"of the provider, where the browser goes now"`
}

// Kept is the flow's cookie, by either name.
type Kept struct {
	Keep     http.Cookie `cookie:"anbiao_flow"`
	KeepHost http.Cookie `cookie:"__Host-anbiao_flow"`
}

func (k Kept) value() string { return cmp.Or(k.KeepHost.Value, k.Keep.Value) }

// comingBack is what providers put into the address; most of it is theirs.
type comingBack struct {
	Kept
	UserAgent    string `header:"User-Agent" maxLength:"1000"`
	State        string `query:"state" maxLength:"200"`
	Code         string `query:"code" maxLength:"4000"`
	Error        string `query:"error" maxLength:"200"`
	Description  string `query:"error_description" maxLength:"2000"`
	ErrorURI     string `query:"error_uri" maxLength:"2000"`
	Issuer       string `query:"iss" maxLength:"2000"`
	SessionState string `query:"session_state" maxLength:"2000"`
	Scope        string `query:"scope" maxLength:"2000"`
}

type cameBack struct {
	Location  string        `header:"Location"`
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

type identityView struct {
	Name    string     `json:"name" doc:"as the provider showed it when it was bound"`
	BoundAt time.Time  `json:"boundAt"`
	UsedAt  *time.Time `json:"usedAt,omitempty" doc:"of the latest sign-in by it"`
}

type identityList struct {
	Provider string         `json:"provider" doc:"what the provider is called; empty where there is none"`
	Items    []identityView `json:"items"`
}

func mountIdentity(api huma.API, s *Service) {
	away := []*fault.Error{ErrNoProvider, ErrProviderAway}
	web.Handle(api, web.Op{ID: "signInElsewhere", Route: "POST /account/oidc/sign-in", Action: "account.session.open", Public: true, Exempt: true, Status: http.StatusOK, Summary: "Begin to sign in at the OpenID Connect provider", Faults: away}, s.postElsewhere)
	web.Handle(api, web.Op{ID: "comeBack", Route: "GET /account/oidc/callback", Action: "account.session.open", Public: true, Status: http.StatusSeeOther, Summary: "Where the provider sends the browser back to"}, s.getBack)
	web.Handle(api, web.Op{ID: "showSecondFactor", Route: "POST /account/oidc/second", Action: "account.session.open", Public: true, Exempt: true, Status: http.StatusOK, Summary: "Show one's second factor after a sign-in at the provider", Faults: []*fault.Error{ErrElsewhere, ErrTOTPWrong, ErrLocked, ErrAddress, ErrDisabled, ErrNoMembership}}, s.postSecond)
	web.Handle(api, web.Op{ID: "bindIdentity", Route: "POST /account/oidc/bind", Action: ActionSelf, Exempt: true, Status: http.StatusOK, Summary: "Begin to bind one's account at the provider", Faults: append(away, rbac.ErrConfirm)}, s.postBind)
	web.Handle(api, web.Op{ID: "listIdentities", Route: "GET /account/identities", Action: ActionSelf, Summary: "What one has bound"}, s.getIdentities)
	web.Handle(api, web.Op{ID: "unbindIdentity", Route: "POST /account/oidc/unbind", Action: ActionSelf, Exempt: true, Status: http.StatusNoContent, Summary: "Let go of what one has bound", Faults: []*fault.Error{rbac.ErrNotFound, rbac.ErrConfirm}}, s.postUnbind)
}

func (s *Service) elsewhere(ctx context.Context, bind bool) (*leave, error) {
	address, keep, err := s.SignInElsewhere(ctx, bind)
	if err != nil {
		return nil, err
	}
	return &leave{s.flowCookie(keep), leaveView{address}}, nil
}

func (s *Service) flowCookie(v string) http.Cookie {
	c := http.Cookie{Name: flowCookie, Value: v, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.Secure, MaxAge: int(flowLife.Seconds())}
	if s.Secure {
		c.Name = web.HostOnly + c.Name
	}
	if v == "" {
		c.MaxAge = -1
	}
	return c
}

func (s *Service) postElsewhere(ctx context.Context, _ *web.None) (*leave, error) {
	return s.elsewhere(ctx, false)
}

func (s *Service) postBind(ctx context.Context, _ *web.None) (*leave, error) {
	return s.elsewhere(ctx, true)
}

// getBack always answers with a page: who comes here is a browser.
func (s *Service) getBack(ctx context.Context, in *comingBack) (*cameBack, error) {
	r, err := s.ComeBack(ctx, in.value(), in.State, in.Code, in.UserAgent)
	out := &cameBack{Location: "/", SetCookie: []http.Cookie{s.flowCookie("")}}
	f, known := errors.AsType[*fault.Error](err)
	switch {
	case known:
		out.Location = "/login?refused=" + f.Code
	case err != nil:
		return nil, err
	case r.Bound:
		out.Location = "/account/me?bound=1"
	case r.Keep != "":
		out.Location, out.SetCookie = "/login?second=1", []http.Cookie{s.flowCookie(r.Keep)}
	default:
		if err := s.supersede(ctx, web.TokenOf(ctx)); err != nil {
			return nil, err
		}
		out.SetCookie = append(out.SetCookie, web.NewCookie(r.Token, r.ExpiresAt, s.Secure))
	}
	return out, nil
}

type secondFactor struct {
	Kept
	UserAgent string `header:"User-Agent" maxLength:"1000"`
	Body      totpOnly
}

type totpOnly struct {
	Code string `json:"code" maxLength:"10" doc:"of the authenticator app"`
}

type secondShown struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      openedView
}

func (s *Service) postSecond(ctx context.Context, in *secondFactor) (*secondShown, error) {
	o, err := s.SecondFactor(ctx, in.value(), in.Body.Code, in.UserAgent)
	if err == nil {
		err = s.supersede(ctx, web.TokenOf(ctx))
	}
	if err != nil {
		return nil, err
	}
	return &secondShown{[]http.Cookie{s.flowCookie(""), web.NewCookie(o.Token, o.ExpiresAt, s.Secure)}, openedView{o.ExpiresAt, ""}}, nil
}

func (s *Service) getIdentities(ctx context.Context, _ *web.None) (*web.Body[identityList], error) {
	list, err := s.Identities(ctx)
	v := identityList{Provider: s.providerName(), Items: make([]identityView, len(list))}
	for i, one := range list {
		v.Items[i] = identityView{one.Name, one.BoundAt, one.UsedAt}
	}
	return &web.Body[identityList]{Body: v}, err
}

func (s *Service) providerName() string {
	if s.Provider == nil {
		return ""
	}
	return s.ProviderName
}

func (s *Service) postUnbind(ctx context.Context, _ *web.None) (*web.None, error) {
	return nil, s.Unbind(ctx)
}
