package notice

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// hookView is a hook on the wire: its address and secret never leave.
type hookView struct {
	ID         id.Of[id.Hook] `json:"id"`
	Kind       Channel        `json:"kind" enum:"webhook,wecom,dingtalk,feishu"`
	Name       string         `json:"name"`
	Address    string         `json:"address" doc:"host and last four signs"`
	Signed     bool           `json:"signed" doc:"it has a secret"`
	Categories []string       `json:"categories" nullable:"false" doc:"none: all"`
	Lang       string         `json:"lang"`
	PerMinute  int            `json:"perMinute"`
	Open       bool           `json:"open"`
	LastState  string         `json:"lastState" doc:"of the latest delivery; empty: none yet"`
	LastDetail string         `json:"lastDetail"`
	LastAt     *time.Time     `json:"lastAt,omitempty"`
	MadeBy     string         `json:"madeBy"`
	MadeAt     time.Time      `json:"madeAt"`
}

func viewHook(h Hook) hookView {
	return hookView{
		h.ID, h.Kind, h.Name, h.Address, h.Secret != nil, append([]string{}, h.Categories...), h.Lang, h.PerMinute, h.Open, h.LastState, h.LastDetail, h.LastAt,
		h.CreatedByName, h.CreatedAt,
	}
}

// SentView is a delivery of a hook on the wire.
type SentView struct {
	ID        id.Of[Delivery] `json:"id"`
	Title     string          `json:"title" doc:"empty: not begun yet"`
	Test      bool            `json:"test"`
	State     string          `json:"state" enum:"queued,claimed,sent,failed,dead,unroutable,cancelled,held,digested"`
	HeldFor   string          `json:"heldFor" doc:"quiet, cap, pace, stopped; empty: not held"`
	Attempts  int             `json:"attempts"`
	Receipt   string          `json:"receipt" doc:"the other side's code"`
	Error     string          `json:"error"`
	CreatedAt time.Time       `json:"createdAt"`
	SettledAt *time.Time      `json:"settledAt,omitempty"`
	NextAt    *time.Time      `json:"nextAt,omitempty"`
}

func viewSent(d Delivery) SentView {
	return SentView{d.ID, d.Title, strings.HasPrefix(d.EventKey, "test|"), d.State, d.HeldFor, d.Attempts, d.Receipt, d.Error, d.CreatedAt, d.SettledAt, d.NextAt}
}

// channelView is a channel as a company sees it.
type channelView struct {
	Channel    Channel `json:"channel" enum:"mail,sms,wechat,webhook,wecom,dingtalk,feishu"`
	Configured bool    `json:"configured" doc:"this installation has it"`
	Stopped    bool    `json:"stopped" doc:"by the operator, for the time being"`
	Open       bool    `json:"open" doc:"to this company's messages"`
}

// secretView shows a secret, this once.
type secretView struct {
	ID     id.Of[id.Hook] `json:"id"`
	Secret string         `json:"secret" doc:"of a webhook; it is not shown again, nor when the request is repeated"`
}

type oneHookInput struct {
	ID id.Of[id.Hook] `path:"id"`
}

type hookFormInput struct {
	ID   id.Of[id.Hook] `path:"id"`
	Body HookForm
}

type openForm struct {
	Open bool `json:"open"`
}

type hookOpenInput struct {
	ID   id.Of[id.Hook] `path:"id"`
	Body openForm
}

type channelOpenInput struct {
	Channel Channel `path:"channel" enum:"mail,sms,wechat,webhook,wecom,dingtalk,feishu"`
	Body    openForm
}

type hookLogInput struct {
	ID id.Of[id.Hook] `path:"id"`
	page.Query
}

func mountHooks(api huma.API, s *Service) {
	wrong := []*fault.Error{ErrHookAddress, ErrCategory}
	known := []*fault.Error{rbac.ErrNotFound}
	web.Handle(api, web.Op{ID: "listHooks", Route: "GET /notice/hooks", Action: ActionHooks, Summary: "The company's group robots and webhooks"}, s.getHooks)
	web.Handle(api, web.Op{ID: "addHook", Route: "POST /notice/hooks", Action: ActionHookEdit, Summary: "Add a robot or webhook", Faults: append(wrong, ErrHooksMost)}, s.postHook)
	web.Handle(api, web.Op{ID: "changeHook", Route: "PUT /notice/hooks/{id}", Action: ActionHookEdit, Status: http.StatusOK, Summary: "Change a robot or webhook", Faults: append(wrong, rbac.ErrNotFound)}, s.putHook)
	web.Handle(api, web.Op{ID: "switchHook", Route: "POST /notice/hooks/{id}/switch", Action: ActionHookEdit, Status: http.StatusOK, Summary: "Turn a robot or webhook on or off", Faults: known}, s.postHookSwitch)
	web.Handle(api, web.Op{ID: "removeHook", Route: "POST /notice/hooks/{id}/remove", Action: ActionHookEdit, Status: http.StatusOK, Summary: "Take a robot or webhook away", Faults: known}, s.postHookRemove)
	web.Handle(api, web.Op{ID: "testHook", Route: "POST /notice/hooks/{id}/test", Action: ActionHookEdit, Status: http.StatusOK, Summary: "Send a test message", Faults: append(known, ErrHookClosed)}, s.postHookTest)
	web.Handle(api, web.Op{ID: "renewHookSecret", Route: "POST /notice/hooks/{id}/secret", Action: ActionHookEdit, Status: http.StatusOK, Summary: "Give a webhook another secret", Faults: append(known, ErrHookSecret)}, s.postHookSecret)
	web.Handle(api, web.Op{ID: "listHookDeliveries", Route: "GET /notice/hooks/{id}/deliveries", Action: ActionHooks, Summary: "What a robot or webhook was sent, newest first", Faults: append(known, page.ErrCursor)}, s.getHookLog)
	web.Handle(api, web.Op{ID: "listChannels", Route: "GET /notice/channels", Action: ActionHooks, Summary: "The channels, and the company's word on each"}, s.getChannels)
	web.Handle(api, web.Op{ID: "switchChannel", Route: "PUT /notice/channels/{channel}", Action: ActionHookEdit, Status: http.StatusOK, Summary: "Open or close a channel to the company's messages"}, s.putChannel)
}

func (s *Service) getHooks(ctx context.Context, _ *struct{}) (*web.Body[[]hookView], error) {
	rows, err := s.Hooks(ctx)
	out := make([]hookView, len(rows))
	for i, h := range rows {
		out[i] = viewHook(h)
	}
	return &web.Body[[]hookView]{Body: out}, err
}

func (s *Service) postHook(ctx context.Context, in *web.Body[HookForm]) (*web.Body[secretView], error) {
	n, secret, err := s.AddHook(ctx, in.Body)
	return secretOf(n, secret, err)
}

// secretOf shows a secret; a repeated request gets the id alone.
func secretOf(n id.Of[id.Hook], secret string, err error) (*web.Body[secretView], error) {
	return &web.Body[secretView]{Body: secretView{n, secret}}, err
}

func (s *Service) putHook(ctx context.Context, in *hookFormInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.ChangeHook(ctx, in.ID, in.Body))
}

func (s *Service) postHookSwitch(ctx context.Context, in *hookOpenInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.SwitchHook(ctx, in.ID, in.Body.Open))
}

func (s *Service) postHookRemove(ctx context.Context, in *oneHookInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.RemoveHook(ctx, in.ID))
}

func (s *Service) postHookTest(ctx context.Context, in *oneHookInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.TestHook(ctx, in.ID))
}

func (s *Service) postHookSecret(ctx context.Context, in *oneHookInput) (*web.Body[secretView], error) {
	secret, err := s.RenewSecret(ctx, in.ID)
	return secretOf(in.ID, secret, err)
}

func (s *Service) getHookLog(ctx context.Context, in *hookLogInput) (*web.Body[page.List[SentView]], error) {
	rows, k, err := s.HookLog(ctx, in.ID, in.Query)
	key := func(d Delivery) []string { return []string{d.ID.String()} }
	return &web.Body[page.List[SentView]]{Body: page.Of(rows, k, in.Limit, key, viewSent)}, err
}

func (s *Service) getChannels(ctx context.Context, _ *struct{}) (*web.Body[[]channelView], error) {
	rows, err := s.Channels(ctx)
	out := make([]channelView, len(rows))
	for i, c := range rows {
		out[i] = channelView(c)
	}
	return &web.Body[[]channelView]{Body: out}, err
}

func (s *Service) putChannel(ctx context.Context, in *channelOpenInput) (*web.Body[web.Made], error) {
	return web.MadeOf(id.Of[id.Hook](0), s.SwitchChannel(ctx, in.Channel, in.Body.Open))
}
