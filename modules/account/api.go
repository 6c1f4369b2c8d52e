package account

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/skip2/go-qrcode"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

// placeView is one membership.
type placeView struct {
	ID             id.Of[id.Membership]   `json:"id"`
	Kind           rbac.Kind              `json:"kind" enum:"company,service,regulator,agency,platform"`
	Organisation   string                 `json:"organisation"`
	OrganisationID id.Of[id.Organisation] `json:"organisationId,omitzero"`
	CompanyID      id.Of[id.Company]      `json:"companyId,omitzero"`
	StaffID        id.Of[id.Staff]        `json:"staffId,omitzero"`
	Roles          []string               `json:"roles"`
}

type personView struct {
	ID         id.Of[id.Person] `json:"id"`
	Login      string           `json:"login"`
	Name       string           `json:"name"`
	Phone      string           `json:"phone"`
	Email      string           `json:"email"`
	Lang       string           `json:"lang" enum:"zh-CN,en"`
	MustChange bool             `json:"mustChange" doc:"the password was set by somebody else"`
	TOTP       bool             `json:"totp" doc:"a second factor is on"`
}

// meView answers who is signed in and what they may do here.
type meView struct {
	Person      personView        `json:"person"`
	Membership  placeView         `json:"membership"`
	Memberships []placeView       `json:"memberships"`
	Actions     []rbac.Action     `json:"actions" doc:"permissions, for menus and buttons; the server checks again"`
	Home        string            `json:"home" doc:"first screen: the first role, or the kind"`
	Serving     string            `json:"serving" doc:"company a service agency works for at the moment"`
	ServingID   id.Of[id.Company] `json:"servingId,omitzero"`
	Areas       []string          `json:"areas" doc:"region paths of a regulator"`
	MustEnrol   bool              `json:"mustEnrol" doc:"nothing may be done here until a second factor is on"`
	Closed      []closedView      `json:"closed" nullable:"false" doc:"features that are switched off here; actions lacks what they refuse"`
}

type closedView struct {
	Code  string   `json:"code"`
	Name  string   `json:"name"`
	Text  string   `json:"text" doc:"what it is, and what rests where it is off"`
	Desk  []string `json:"desk" nullable:"false" doc:"names of its pages, which menus leave out"`
	Field []string `json:"field" nullable:"false" doc:"names of its pages on the phone"`
}

type sessionView struct {
	ID        id.Of[Session] `json:"id"`
	Name      string         `json:"name"`
	Address   string         `json:"address"`
	Agent     string         `json:"agent"`
	CreatedAt time.Time      `json:"createdAt"`
	SeenOn    string         `json:"seenOn" format:"date"`
	ExpiresAt time.Time      `json:"expiresAt"`
	Current   bool           `json:"current"`
	Way       Way            `json:"way" doc:"how it was opened; empty: before that was kept"`
}

type signIn struct {
	UserAgent string `header:"User-Agent" maxLength:"1000"`
	Body      Credentials
}

// signedIn answers a sign-in with its cookie.
type signedIn struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      openedView
}

type openedView struct {
	ExpiresAt time.Time `json:"expiresAt"`
	Path      string    `json:"path,omitempty" doc:"page that a one-time link opens"`
}

type codeSignIn struct {
	UserAgent string `header:"User-Agent" maxLength:"1000"`
	Body      struct {
		Login string `json:"login" minLength:"1" maxLength:"60"`
		Code  string `json:"code" pattern:"^[0-9]{6}$"`
	}
}

type codeRequest struct {
	Login   string  `json:"login" minLength:"1" maxLength:"60"`
	Purpose Purpose `json:"purpose" enum:"sms-login,reset"`
}

type resetRequest struct {
	Login    string `json:"login" minLength:"1" maxLength:"60"`
	Code     string `json:"code" pattern:"^[0-9]{6}$"`
	Password string `json:"password" maxLength:"200"`
}

type linkSignIn struct {
	UserAgent string `header:"User-Agent" maxLength:"1000"`
	Body      struct {
		Token string `json:"token" minLength:"20" maxLength:"100"`
	}
}

type passwordChange struct {
	Old      string `json:"old" maxLength:"200"`
	Password string `json:"password" maxLength:"200"`
	Tokens   bool   `json:"endTokens,omitempty" doc:"end one's API tokens, too"`
}

type selfEdit struct {
	Email string `json:"email" maxLength:"120" pattern:"^([^@\\s]+@[^@\\s]+)?$"`
	Lang  string `json:"lang" enum:"zh-CN,en"`
}

type byID[T any] struct {
	ID id.Of[T] `path:"id"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	mountSignIn(api, s)
	mountSelf(api, s)
	mountIdentity(api, s)
	mountMembers(api, s)
	mountRefusals(api, s)
	mountEngagements(api, s)
}

func mountSignIn(api huma.API, s *Service) {
	refusals := []*fault.Error{ErrCredentials, ErrLocked, ErrAddress, ErrDisabled, ErrNoMembership, ErrTOTPRequired, ErrTOTPWrong, ErrCodeNotEnough}
	web.Handle(api, web.Op{ID: "signIn", Route: "POST /account/sessions", Action: "account.session.open", Public: true, Exempt: true, Summary: "Sign in with a login and password", Faults: refusals}, s.postSession)
	web.Handle(api, web.Op{ID: "signInByCode", Route: "POST /account/sessions/by-code", Action: "account.session.open", Public: true, Exempt: true, Summary: "Sign in with a code sent by SMS", Faults: refusals}, s.postCodeSession)
	web.Handle(api, web.Op{ID: "followLink", Route: "POST /account/sessions/by-link", Action: "account.session.open", Public: true, Exempt: true, Summary: "Open the narrow session of a one-time link", Faults: []*fault.Error{ErrPassUsed}}, s.postLinkSession)
	web.Handle(api, web.Op{ID: "sendCode", Route: "POST /account/codes", Action: "account.session.open", Public: true, Exempt: true, Status: http.StatusNoContent, Summary: "Send a code for signing in or for a forgotten password", Faults: []*fault.Error{ErrTooManyCodes, ErrAddress}}, s.postCode)
	web.Handle(api, web.Op{ID: "resetPassword", Route: "POST /account/password/reset", Action: "account.session.open", Public: true, Exempt: true, Status: http.StatusNoContent, Summary: "Set a forgotten password with a code; all sessions and API tokens end", Faults: []*fault.Error{ErrCredentials, ErrAddress, ErrPasswordShort, ErrPasswordWeak}}, s.postReset)
	web.Handle(api, web.Op{ID: "acceptInvitation", Route: "POST /account/invitations/accept", Action: "account.session.open", Public: true, Exempt: true, Summary: "Become a member", Faults: []*fault.Error{ErrPassUsed, ErrCredentials, ErrLocked, ErrAddress, ErrPasswordShort, ErrPasswordWeak, ErrLoginTaken, ErrPhoneTaken, ErrMemberExists}}, s.postAccept)
	web.Handle(api, web.Op{ID: "loginTip", Route: "GET /account/login-tip", Action: "account.session.open", Public: true, Summary: "What the login page shows besides"}, s.getTip)
}

func mountSelf(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "me", Route: "GET /account/me", Action: ActionSelf, Summary: "Who is signed in, and what they may do here"}, s.getMe)
	web.Handle(api, web.Op{ID: "editMe", Route: "PUT /account/me", Action: ActionSelf, Summary: "Change one's e-mail address and language", Faults: []*fault.Error{rbac.ErrConfirm}}, s.putMe)
	web.Handle(api, web.Op{ID: "signOut", Route: "DELETE /account/sessions/current", Action: ActionSelf, Status: http.StatusNoContent, Summary: "Sign out"}, s.deleteSession)
	web.Handle(api, web.Op{ID: "switchMembership", Route: "POST /account/sessions/current/membership", Action: ActionSelf, Status: http.StatusOK, Summary: "Act in another of one's memberships", Faults: []*fault.Error{rbac.ErrNotFound}}, s.postSwitch)
	web.Handle(api, web.Op{ID: "listSessions", Route: "GET /account/sessions", Action: ActionSelf, Summary: "Where one is signed in"}, s.getSessions)
	web.Handle(api, web.Op{ID: "revokeSession", Route: "DELETE /account/sessions/{id}", Action: ActionSelf, Summary: "End a session", Faults: []*fault.Error{rbac.ErrNotFound, rbac.ErrConfirm}}, s.deleteOther)
	web.Handle(api, web.Op{ID: "revokeOtherSessions", Route: "POST /account/sessions/end-others", Action: ActionSelf, Exempt: true, Status: http.StatusOK, Summary: "End all of one's other sign-ins", Faults: []*fault.Error{rbac.ErrConfirm}}, s.postEndOthers)
	web.Handle(api, web.Op{ID: "changePassword", Route: "POST /account/password", Action: ActionSelf, Exempt: true, Status: http.StatusNoContent, Summary: "Change one's password; other sessions end", Faults: []*fault.Error{ErrPasswordWrong, ErrLocked, ErrPasswordShort, ErrPasswordWeak}}, s.postPassword)
	web.Handle(api, web.Op{ID: "startTotp", Route: "POST /account/totp", Action: ActionSelf, Exempt: true, Summary: "Begin a second factor", Faults: []*fault.Error{ErrTOTPState, rbac.ErrConfirm}}, s.postTOTP)
	web.Handle(api, web.Op{ID: "confirmTotp", Route: "POST /account/totp/confirm", Action: ActionSelf, Exempt: true, Status: http.StatusNoContent, Summary: "Turn the second factor on", Faults: []*fault.Error{ErrTOTPState, ErrTOTPWrong}}, s.postTOTPConfirm)
	web.Handle(api, web.Op{ID: "dropTotp", Route: "POST /account/totp/drop", Action: ActionSelf, Exempt: true, Status: http.StatusNoContent, Summary: "Turn the second factor off", Faults: []*fault.Error{ErrPasswordWrong, ErrLocked}}, s.postTOTPDrop)
	web.Handle(api, web.Op{ID: "confirmMe", Route: "POST /account/confirm", Action: ActionSelf, Exempt: true, Status: http.StatusOK, Summary: "Show again that it is oneself, for what wants a fresh confirmation", Faults: []*fault.Error{ErrLocked, ErrPasswordWrong, ErrTOTPWrong, ErrNoFactor}}, s.postConfirm)
	mountTokens(api, s)
}

func (s *Service) signed(ctx context.Context, o Opened, err error) (*signedIn, error) {
	if err == nil {
		err = s.supersede(ctx, web.TokenOf(ctx))
	}
	return &signedIn{SetCookie: web.NewCookie(o.Token, o.ExpiresAt, s.Secure), Body: openedView{o.ExpiresAt, o.Path}}, err
}

func (s *Service) postSession(ctx context.Context, in *signIn) (*signedIn, error) {
	o, err := s.Login(ctx, in.Body, in.UserAgent)
	return s.signed(ctx, o, err)
}

func (s *Service) postCodeSession(ctx context.Context, in *codeSignIn) (*signedIn, error) {
	o, err := s.LoginByCode(ctx, in.Body.Login, in.Body.Code, in.UserAgent)
	return s.signed(ctx, o, err)
}

func (s *Service) postLinkSession(ctx context.Context, in *linkSignIn) (*signedIn, error) {
	o, err := s.FollowLink(ctx, in.Body.Token, in.UserAgent)
	return s.signed(ctx, o, err)
}

func (s *Service) postCode(ctx context.Context, in *web.Body[codeRequest]) (*web.None, error) {
	return nil, s.SendCode(ctx, in.Body.Purpose, in.Body.Login)
}

func (s *Service) postReset(ctx context.Context, in *web.Body[resetRequest]) (*web.None, error) {
	return nil, s.ResetPassword(ctx, in.Body.Login, in.Body.Code, in.Body.Password)
}

func (s *Service) postAccept(ctx context.Context, in *web.Body[Acceptance]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Accept(ctx, in.Body))
}

type tip struct {
	Demo     bool   `json:"demo"`
	Password string `json:"password,omitempty" doc:"of the demo accounts"`
	Provider string `json:"provider,omitempty" doc:"where one may sign in too, as people call it"`
}

func (s *Service) getTip(context.Context, *web.None) (*web.Body[tip], error) {
	return &web.Body[tip]{Body: tip{Demo: s.DemoTip != "", Password: s.DemoTip, Provider: s.providerName()}}, nil
}

func (s *Service) getMe(ctx context.Context, _ *web.None) (*web.Body[meView], error) {
	m, err := s.Me(ctx)
	if err != nil {
		return nil, err
	}
	v := meView{
		Person: viewPerson(m.Person), Membership: viewPlace(m.Current), Memberships: make([]placeView, len(m.Places)), Actions: m.Actions,
		Home: string(m.Actor.Kind), Serving: m.Serving, Areas: append([]string{}, m.Actor.Areas...),
		MustEnrol: m.MustEnrol, Closed: []closedView{},
	}
	for _, c := range m.Closed {
		v.Closed = append(v.Closed, closedView{c.Code, c.Name, c.Text, append([]string{}, c.Desk...), append([]string{}, c.Field...)})
	}
	if m.Serving != "" {
		v.ServingID = m.Actor.CompanyID
	}
	for i, p := range m.Places {
		v.Memberships[i] = viewPlace(p)
	}
	if len(m.Actor.Roles) > 0 {
		v.Home = m.Actor.Roles[0]
	}
	return &web.Body[meView]{Body: v}, nil
}

func viewPerson(p Person) personView {
	v := personView{ID: p.ID, Login: p.Login, Name: p.Name, Email: p.Email, Lang: p.Lang, MustChange: p.MustChange, TOTP: p.TotpConfirmedAt != nil}
	if p.Phone != nil {
		v.Phone = *p.Phone
	}
	return v
}

func viewPlace(p place) placeView {
	v := placeView{ID: p.ID, Kind: p.Kind, Organisation: p.Organisation, Roles: append([]string{}, p.Roles...)}
	if p.CompanyID != nil {
		v.CompanyID = *p.CompanyID
	}
	if p.StaffID != nil {
		v.StaffID = *p.StaffID
	}
	if p.OrgID != nil {
		v.OrganisationID = *p.OrgID
	}
	return v
}

func (s *Service) putMe(ctx context.Context, in *web.Body[selfEdit]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.EditSelf(ctx, in.Body.Email, in.Body.Lang))
}

type signedOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Clear     string      `header:"Clear-Site-Data"`
}

func (s *Service) deleteSession(ctx context.Context, _ *web.None) (*signedOut, error) {
	// Only what the browser kept of answers: storage would take what a phone has not sent yet.
	return &signedOut{web.NewCookie("", time.Time{}, s.Secure), `"cache"`}, s.Logout(ctx, web.TokenOf(ctx))
}

type switchTo struct {
	MembershipID id.Of[id.Membership] `json:"membershipId"`
}

func (s *Service) postSwitch(ctx context.Context, in *web.Body[switchTo]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.Body.MembershipID, s.Switch(ctx, web.TokenOf(ctx), in.Body.MembershipID))
}

type sessionList struct {
	Items []sessionView `json:"items"`
}

func viewSessions(list []Session, token string) *web.Body[sessionList] {
	v := sessionList{Items: make([]sessionView, len(list))}
	own := string(hashToken(token))
	for i, s := range list {
		v.Items[i] = sessionView{s.ID, s.Name, s.Address, s.Agent, s.CreatedAt, s.SeenOn.String(), s.ExpiresAt, string(s.TokenHash) == own, s.Way}
	}
	return &web.Body[sessionList]{Body: v}
}

func (s *Service) getSessions(ctx context.Context, _ *web.None) (*web.Body[sessionList], error) {
	list, err := s.Sessions(ctx)
	return viewSessions(list, web.TokenOf(ctx)), err
}

func (s *Service) deleteOther(ctx context.Context, in *byID[Session]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Revoke(ctx, in.ID))
}

type endedView struct {
	Ended int64 `json:"ended" doc:"sign-ins that were ended"`
}

func (s *Service) postEndOthers(ctx context.Context, _ *web.None) (*web.Body[endedView], error) {
	n, err := s.RevokeOthers(ctx, web.TokenOf(ctx))
	return &web.Body[endedView]{Body: endedView{n}}, err
}

func (s *Service) postPassword(ctx context.Context, in *web.Body[passwordChange]) (*web.None, error) {
	return nil, s.ChangePassword(ctx, web.TokenOf(ctx), in.Body.Old, in.Body.Password, in.Body.Tokens)
}

type confirmation struct {
	Password string `json:"password,omitempty" maxLength:"200" doc:"where no second factor is on"`
	Code     string `json:"code,omitempty" maxLength:"10" doc:"of the second factor, where one is on"`
}

type confirmedView struct {
	Until time.Time `json:"until" doc:"when the confirmation ends"`
}

func (s *Service) postConfirm(ctx context.Context, in *web.Body[confirmation]) (*web.Body[confirmedView], error) {
	until, err := s.Confirm(ctx, web.TokenOf(ctx), in.Body.Password, in.Body.Code)
	return &web.Body[confirmedView]{Body: confirmedView{until}}, err
}

type totpView struct {
	Address string `json:"address" doc:"otpauth:// address for an authenticator app"`
	QR      string `json:"qr" doc:"the address as a QR code: a PNG, base64"`
}

func (s *Service) postTOTP(ctx context.Context, _ *web.None) (*web.Body[totpView], error) {
	address, err := s.StartTOTP(ctx)
	if err != nil {
		return nil, err
	}
	image, err := qrcode.Encode(address, qrcode.Medium, 240)
	return &web.Body[totpView]{Body: totpView{address, base64.StdEncoding.EncodeToString(image)}}, err
}

type totpCode struct {
	Code   string `json:"code" pattern:"^[0-9]{6}$"`
	Tokens bool   `json:"endTokens,omitempty" doc:"end one's API tokens, too"`
}

func (s *Service) postTOTPConfirm(ctx context.Context, in *web.Body[totpCode]) (*web.None, error) {
	return nil, s.ConfirmTOTP(ctx, web.TokenOf(ctx), in.Body.Code, in.Body.Tokens)
}

type passwordOnly struct {
	Password string `json:"password" minLength:"1" maxLength:"200"`
	Tokens   bool   `json:"endTokens,omitempty" doc:"end one's API tokens, too"`
}

func (s *Service) postTOTPDrop(ctx context.Context, in *web.Body[passwordOnly]) (*web.None, error) {
	return nil, s.DropTOTP(ctx, web.TokenOf(ctx), in.Body.Password, in.Body.Tokens)
}
