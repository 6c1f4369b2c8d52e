package notice

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// DeliveryView is a delivery in the list. Exported because huma skips an embedded type that is not.
type DeliveryView struct {
	ID          id.Of[Delivery] `json:"id"`
	Title       string          `json:"title"`
	Channel     Channel         `json:"channel" enum:"mail,sms,wechat,webhook,wecom,dingtalk,feishu"`
	State       string          `json:"state" enum:"queued,claimed,sent,failed,dead,unroutable,cancelled,held,digested"`
	Said        string          `json:"said" doc:"what became of it, in plain words"`
	Person      string          `json:"person" doc:"recipient; masked for the platform's people"`
	Hook        string          `json:"hook" doc:"robot or address of a company's own, in place of a person"`
	Address     string          `json:"address" doc:"masked"`
	CompanyID   rbac.CompanyID  `json:"companyId"`
	CompanyName string          `json:"companyName"`
	Attempts    int             `json:"attempts"`
	CreatedAt   time.Time       `json:"createdAt"`
	SettledAt   time.Time       `json:"settledAt,omitzero"`
	NextAt      time.Time       `json:"nextAt,omitzero"`
	Again       bool            `json:"again" doc:"it may be sent again"`
	Read        bool            `json:"read" doc:"the recipient has read it in his inbox"`
}

type tryView struct {
	At     time.Time `json:"at"`
	State  string    `json:"state"`
	Said   string    `json:"said"`
	Detail string    `json:"detail"`
}

type lookView struct {
	DeliveryView
	Body  string    `json:"body"`
	Tries []tryView `json:"tries" nullable:"false"`
}

func viewDelivery(s Shown) DeliveryView {
	v := DeliveryView{
		ID: s.ID, Title: s.Title, Channel: s.Channel, State: s.State, Said: s.Said, Person: s.PersonName, Hook: s.HookName, Address: s.Address,
		CompanyName: s.CompanyName, Attempts: s.Attempts, CreatedAt: s.CreatedAt, Read: s.ReadAt != nil, Again: againStates[s.State],
	}
	if s.CompanyID != nil {
		v.CompanyID = *s.CompanyID
	}
	if s.SettledAt != nil {
		v.SettledAt = *s.SettledAt
	}
	if s.NextAt != nil {
		v.NextAt = *s.NextAt
	}
	return v
}

// againStates are those that the function notice_requeue sends again.
var againStates = map[string]bool{stateFailed: true, stateDead: true, stateUnroutable: true, stateHeld: true, stateDigested: true}

// ValveView is a channel with today's figures.
type ValveView struct {
	Channel    Channel   `json:"channel" enum:"mail,sms,wechat,webhook,wecom,dingtalk,feishu"`
	Configured bool      `json:"configured" doc:"this installation has it"`
	Stopped    bool      `json:"stopped"`
	StoppedAt  time.Time `json:"stoppedAt,omitzero"`
	StoppedBy  string    `json:"stoppedBy"`
	Reason     string    `json:"reason"`
	DailyCap   int       `json:"dailyCap" doc:"0: none"`
	PerMinute  int       `json:"perMinute" doc:"0: no limit"`
	Sent       int64     `json:"sent" doc:"today"`
	Failed     int64     `json:"failed" doc:"today"`
	Waiting    int64     `json:"waiting"`
	OldestAt   time.Time `json:"oldestAt,omitzero" doc:"since when the oldest waits"`
}

type valvesView struct {
	Channels    []ValveView `json:"channels" nullable:"false"`
	DigestHours int         `json:"digestHours"`
	DigestOver  int         `json:"digestOver"`
	SMSLi       int         `json:"smsLi" doc:"price of a text message in 厘, a thousandth of a yuan"`
}

func viewValve(t Traffic) ValveView {
	v := ValveView{
		Channel: t.Channel, Configured: t.Configured, Stopped: t.StoppedAt != nil, StoppedBy: t.StoppedByName, Reason: t.Reason,
		Sent: t.Sent, Failed: t.Failed, Waiting: t.Waiting,
	}
	if t.StoppedAt != nil {
		v.StoppedAt = *t.StoppedAt
	}
	if t.DailyCap != nil {
		v.DailyCap = *t.DailyCap
	}
	if t.PerMinute != nil {
		v.PerMinute = *t.PerMinute
	}
	if t.Oldest != nil {
		v.OldestAt = *t.Oldest
	}
	return v
}

func mountOffice(api huma.API, s *Service) {
	notFound := []*fault.Error{rbac.ErrNotFound}
	web.Handle(api, web.Op{ID: "listDeliveries", Route: "GET /notice/deliveries", Action: ActionOffice, Summary: "What left, what did not and why", Faults: []*fault.Error{page.ErrCursor}}, s.getOffice)
	web.Handle(api, web.Op{ID: "getDelivery", Route: "GET /notice/deliveries/{id}", Action: ActionOffice, Summary: "One delivery with its attempts", Faults: notFound}, s.getSent)
	web.Handle(api, web.Op{
		ID: "sendDeliveryAgain", Route: "POST /notice/deliveries/{id}/again", Action: ActionAgain, Summary: "Send again what did not arrive",
		Faults: []*fault.Error{rbac.ErrNotFound, errBusy, errArrived}, Status: http.StatusOK,
	}, s.postAgain)
	web.Handle(api, web.Op{ID: "listValves", Route: "GET /notice/valves", Action: ActionValve, Summary: "Channels with today's figures"}, s.getValves)
	web.Handle(api, web.Op{ID: "stopValve", Route: "POST /notice/valves/{kind}/stop", Action: ActionTurn, Summary: "Stop a channel", Faults: notFound, Status: http.StatusOK}, s.postStop)
	web.Handle(api, web.Op{ID: "startValve", Route: "POST /notice/valves/{kind}/start", Action: ActionTurn, Summary: "Open a channel again", Faults: notFound, Status: http.StatusOK}, s.postStart)
	web.Handle(api, web.Op{ID: "limitValve", Route: "PUT /notice/valves/{kind}/limit", Action: ActionTurn, Summary: "How much a channel may send", Faults: notFound}, s.putLimit)
	web.Handle(api, web.Op{ID: "setMessages", Route: "PUT /notice/setting", Action: ActionTurn, Summary: "Set what holds for all channels"}, s.putSetting)
}

func (s *Service) getOffice(ctx context.Context, in *Search) (*web.Body[page.List[DeliveryView]], error) {
	rows, k, err := s.Office(ctx, *in)
	key := func(v Shown) []string { return []string{v.ID.String()} }
	return &web.Body[page.List[DeliveryView]]{Body: page.Of(rows, k, in.Limit, key, viewDelivery)}, err
}

type sentInput struct {
	ID id.Of[Delivery] `path:"id"`
}

func (s *Service) getSent(ctx context.Context, in *sentInput) (*web.Body[lookView], error) {
	one, tries, err := s.Look(ctx, in.ID)
	v := lookView{DeliveryView: viewDelivery(one), Body: one.Body, Tries: make([]tryView, len(tries))}
	for i, t := range tries {
		v.Tries[i] = tryView{t.At, t.Outcome, Sent{State: t.Outcome, Channel: one.Channel, Error: t.Detail}.said(text.Of(ctx)), t.Detail}
	}
	return &web.Body[lookView]{Body: v}, err
}

func (s *Service) postAgain(ctx context.Context, in *sentInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Again(ctx, in.ID))
}

func (s *Service) getValves(ctx context.Context, _ *struct{}) (*web.Body[valvesView], error) {
	rows, set, err := s.Valves(ctx)
	v := valvesView{make([]ValveView, len(rows)), set.DigestHours, set.DigestOver, set.SMSLi}
	for i, t := range rows {
		v.Channels[i] = viewValve(t)
	}
	return &web.Body[valvesView]{Body: v}, err
}

type valvePath struct {
	Kind string `path:"kind" maxLength:"20" doc:"channel"`
}

type stopInput struct {
	Kind string `path:"kind" maxLength:"20" doc:"channel"`
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

func (s *Service) postStop(ctx context.Context, in *stopInput) (*web.Body[web.Made], error) {
	return web.MadeOf(int64(1), s.Stop(ctx, in.Kind, in.Body.Reason))
}

func (s *Service) postStart(ctx context.Context, in *valvePath) (*web.Body[web.Made], error) {
	return web.MadeOf(int64(1), s.Start(ctx, in.Kind))
}

type limitInput struct {
	Kind string `path:"kind" maxLength:"20" doc:"channel"`
	Body struct {
		DailyCap  int `json:"dailyCap" minimum:"0" maximum:"10000000" doc:"0: none"`
		PerMinute int `json:"perMinute" minimum:"0" maximum:"100000" doc:"0: no limit"`
	}
}

func (s *Service) putLimit(ctx context.Context, in *limitInput) (*web.Body[web.Made], error) {
	return web.MadeOf(int64(1), s.Limit(ctx, in.Kind, some(in.Body.DailyCap), some(in.Body.PerMinute)))
}

func some(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

type settingInput struct {
	DigestHours int `json:"digestHours" minimum:"1" maximum:"240" doc:"that messages may wait before they become one"`
	DigestOver  int `json:"digestOver" minimum:"1" maximum:"1000" doc:"and how many may leave one by one"`
	SMSLi       int `json:"smsLi" minimum:"0" maximum:"100000" doc:"price of a text message in 厘"`
}

func (s *Service) putSetting(ctx context.Context, in *web.Body[settingInput]) (*web.Body[web.Made], error) {
	return web.MadeOf(int64(1), s.Set(ctx, Setting{DigestHours: in.Body.DigestHours, DigestOver: in.Body.DigestOver, SMSLi: in.Body.SMSLi}))
}
