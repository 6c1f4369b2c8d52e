package activation

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/rbac"
	"anbiao/web"
)

type slipKey struct {
	Key string `json:"key" minLength:"8" maxLength:"60" doc:"token of the QR code, or the code printed beside it"`
}

type seenView struct {
	Company string   `json:"company" doc:"in part where only a code was typed"`
	Area    string   `json:"area"`
	Kind    Kind     `json:"kind" enum:"first,reissue"`
	Micro   bool     `json:"micro" doc:"principal and safety manager are one person"`
	Until   day.Date `json:"until" doc:"last day of the slip"`
}

type codeOrder struct {
	Key   string `json:"key" minLength:"8" maxLength:"60" doc:"token of the QR code, or the code printed beside it"`
	Phone string `json:"phone" minLength:"5" maxLength:"20"`
}

type takeOver struct {
	UserAgent string `header:"User-Agent" maxLength:"1000"`
	Body      Taker
}

type tookOver struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      tookView
}

type tookView struct {
	SignedIn bool `json:"signedIn" doc:"false where the account has a second factor: sign in as usual"`
}

// actionRedeem names what anybody with a slip may do.
const actionRedeem rbac.Action = "activation.slip.redeem"

func mountSlips(api huma.API, s *Service) {
	faults := []*fault.Error{ErrSlip, ErrGuessed, ErrUsed, ErrRevoked, ErrExpired, ErrActivated}
	web.Handle(api, web.Op{ID: "lookAtSlip", Route: "POST /activation/slips/look", Action: actionRedeem, Public: true, Exempt: true, Status: 200, Summary: "Whose activation slip this is", Faults: faults}, s.postLook)
	web.Handle(api, web.Op{
		ID: "sendSlipCode", Route: "POST /activation/slips/code", Action: actionRedeem, Public: true, Exempt: true, Status: http.StatusNoContent,
		Summary: "Send the bearer of a slip a code to his phone", Faults: append(faults, ErrCodes, code.ErrPhone),
	}, s.postCode)
	web.Handle(api, web.Op{
		ID: "redeemSlip", Route: "POST /activation/slips/redeem", Action: actionRedeem, Public: true, Exempt: true, Status: 200,
		Summary: "Become the administrator of the company a slip is for", Faults: append(faults, ErrCode, ErrName, code.ErrPhone),
	}, s.postRedeem)
}

func (s *Service) postLook(ctx context.Context, in *web.Body[slipKey]) (*web.Body[seenView], error) {
	seen, err := s.Look(ctx, in.Body.Key)
	return &web.Body[seenView]{Body: seenView(seen)}, err
}

func (s *Service) postCode(ctx context.Context, in *web.Body[codeOrder]) (*web.None, error) {
	return nil, s.SendCodeTo(ctx, in.Body.Key, in.Body.Phone)
}

func (s *Service) postRedeem(ctx context.Context, in *takeOver) (*tookOver, error) {
	o, err := s.Redeem(ctx, in.Body, in.UserAgent)
	if err != nil || o.Token == "" {
		return &tookOver{}, err
	}
	return &tookOver{SetCookie: []http.Cookie{web.NewCookie(o.Token, o.ExpiresAt, s.Secure)}, Body: tookView{true}}, nil
}
