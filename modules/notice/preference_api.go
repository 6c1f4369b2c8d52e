package notice

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/web"
)

// myChannelView is a channel to the reader.
type myChannelView struct {
	Channel    Channel `json:"channel" enum:"mail,sms,wechat"`
	Configured bool    `json:"configured" doc:"this installation has it"`
	Open       bool    `json:"open" doc:"to messages of the company he acts for"`
	Address    string  `json:"address" doc:"masked; empty: he has none"`
}

// mineView is how the reader is reached.
type mineView struct {
	Channels []myChannelView `json:"channels" nullable:"false"`
	Wanted   []Preference    `json:"wanted" nullable:"false" doc:"every channel and category"`
	BindURL  string          `json:"bindUrl" doc:"page to open in WeChat; empty: there is no service account"`
}

type preferForm struct {
	Wanted []Preference `json:"wanted" minItems:"1" maxItems:"60"`
}

type bindForm struct {
	Code  string `json:"code" minLength:"1" maxLength:"128" doc:"that WeChat came back with"`
	State string `json:"state" minLength:"1" maxLength:"100"`
}

func mountPreferences(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "getPreferences", Route: "GET /notice/preferences", Action: ActionPrefer, Summary: "How one is reached, and for what"}, s.getPreferences)
	web.Handle(api, web.Op{
		ID: "setPreferences", Route: "PUT /notice/preferences", Action: ActionPrefer, Status: http.StatusOK, Summary: "Say what one wants on which channel",
		Faults: []*fault.Error{ErrCategory},
	}, s.putPreferences)
	web.Handle(api, web.Op{
		ID: "bindWeChat", Route: "POST /notice/wechat", Action: ActionPrefer, Status: http.StatusOK, Summary: "Bind the WeChat account that one came back from",
		Faults: []*fault.Error{ErrWeChatOff, ErrWeChatCode, ErrWeChatTaken, ErrWeChatSilent},
	}, s.postWeChat)
	web.Handle(api, web.Op{ID: "unbindWeChat", Route: "POST /notice/wechat/unbind", Action: ActionPrefer, Status: http.StatusOK, Summary: "Forget one's WeChat account"}, s.postUnbind)
}

func (s *Service) getPreferences(ctx context.Context, _ *struct{}) (*web.Body[mineView], error) {
	mine, err := s.Preferences(ctx)
	v := mineView{Channels: make([]myChannelView, len(mine.Channels)), Wanted: append([]Preference{}, mine.Said...), BindURL: mine.Bind}
	for i, c := range mine.Channels {
		v.Channels[i] = myChannelView(c)
	}
	return &web.Body[mineView]{Body: v}, err
}

func (s *Service) putPreferences(ctx context.Context, in *web.Body[preferForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(id.Of[id.Person](0), s.Prefer(ctx, in.Body.Wanted))
}

func (s *Service) postWeChat(ctx context.Context, in *web.Body[bindForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(id.Of[id.Person](0), s.BindWeChat(ctx, in.Body.Code, in.Body.State))
}

func (s *Service) postUnbind(ctx context.Context, _ *struct{}) (*web.Body[web.Made], error) {
	return web.MadeOf(id.Of[id.Person](0), s.UnbindWeChat(ctx))
}
