package notice

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

// CampaignView is a mass send in the list. Exported because huma skips an embedded type that is not.
type CampaignView struct {
	ID        id.Of[Campaign] `json:"id"`
	Title     string          `json:"title"`
	Body      string          `json:"body"`
	Link      string          `json:"link"`
	Sender    string          `json:"sender"`
	Roles     []string        `json:"roles" nullable:"false"`
	Areas     []string        `json:"areas" nullable:"false" doc:"region paths; none: everywhere"`
	Channels  []string        `json:"channels" nullable:"false" doc:"besides the inbox"`
	State     string          `json:"state" enum:"draft,sending,stopped,done"`
	Total     int             `json:"total" doc:"people, when it began"`
	Told      int             `json:"told"`
	CostLi    int64           `json:"costLi" doc:"estimated when it began, in 厘"`
	Tested    bool            `json:"tested" doc:"as it stands now"`
	MadeAt    time.Time       `json:"madeAt"`
	MadeBy    string          `json:"madeBy"`
	SentAt    time.Time       `json:"sentAt,omitzero"`
	SentBy    string          `json:"sentBy"`
	StoppedBy string          `json:"stoppedBy"`
}

type reachView struct {
	People int64 `json:"people"`
	Mail   int64 `json:"mail"`
	Phone  int64 `json:"phone"`
	WeChat int64 `json:"wechat"`
	CostLi int64 `json:"costLi" doc:"of the text messages, in 厘, a thousandth of a yuan"`
}

type becameView struct {
	Channel string `json:"channel"`
	State   string `json:"state"`
	N       int64  `json:"n"`
}

type planView struct {
	CampaignView
	Reach       reachView    `json:"reach" doc:"whom it would reach now"`
	Became      []becameView `json:"became" nullable:"false"`
	SampleTitle string       `json:"sampleTitle"`
	SampleBody  string       `json:"sampleBody"`
}

func viewCampaign(c Campaign) CampaignView {
	v := CampaignView{
		ID: c.ID, Title: c.Title, Body: c.Body, Link: c.Link, Sender: c.Sender, Roles: append([]string{}, c.Roles...), Areas: append([]string{}, c.Areas...), Channels: append([]string{}, c.Channels...),
		State: c.State, Total: c.Total, Told: c.Told, CostLi: c.CostLi, Tested: c.TestedAt != nil, MadeAt: c.MadeAt, MadeBy: c.MadeByName, SentBy: c.SentByName, StoppedBy: c.StoppedByName,
	}
	if c.SentAt != nil {
		v.SentAt = *c.SentAt
	}
	return v
}

func mountCampaigns(api huma.API, s *Service) {
	words := []*fault.Error{errWordless, errLink, errAudience}
	moved := []*fault.Error{rbac.ErrNotFound, errSentOff}
	web.Handle(api, web.Op{ID: "listMassSends", Route: "GET /notice/campaigns", Action: ActionCampaigns, Summary: "Messages to many", Faults: []*fault.Error{page.ErrCursor}}, s.getCampaigns)
	web.Handle(api, web.Op{ID: "getMassSend", Route: "GET /notice/campaigns/{id}", Action: ActionCampaigns, Summary: "One, with its reach, cost and sample", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getCampaign)
	web.Handle(api, web.Op{ID: "composeMassSend", Route: "POST /notice/campaigns", Action: ActionCompose, Summary: "Compose a message to many", Faults: words}, s.postCampaign)
	web.Handle(api, web.Op{ID: "recomposeMassSend", Route: "PUT /notice/campaigns/{id}", Action: ActionCompose, Summary: "Change a draft", Faults: append(words, moved...)}, s.putCampaign)
	web.Handle(api, web.Op{ID: "tryMassSend", Route: "POST /notice/campaigns/{id}/test", Action: ActionCompose, Summary: "Send it to oneself", Faults: moved, Status: http.StatusOK}, s.postTry)
	web.Handle(api, web.Op{
		ID: "beginMassSend", Route: "POST /notice/campaigns/{id}/send", Action: ActionSend, Summary: "Send it, or go on", Faults: append([]*fault.Error{errUntested, errNobody}, moved...), Status: http.StatusOK,
	}, s.postSend)
	web.Handle(api, web.Op{ID: "haltMassSend", Route: "POST /notice/campaigns/{id}/stop", Action: ActionSend, Summary: "Stop it", Faults: moved, Status: http.StatusOK}, s.postHalt)
}

func (s *Service) getCampaigns(ctx context.Context, in *page.Query) (*web.Body[page.List[CampaignView]], error) {
	rows, k, err := s.Campaigns(ctx, *in)
	key := func(c Campaign) []string { return []string{c.ID.String()} }
	return &web.Body[page.List[CampaignView]]{Body: page.Of(rows, k, in.Limit, key, viewCampaign)}, err
}

type campaignPath struct {
	ID id.Of[Campaign] `path:"id"`
}

func (s *Service) getCampaign(ctx context.Context, in *campaignPath) (*web.Body[planView], error) {
	p, err := s.Campaign(ctx, in.ID)
	v := planView{
		CampaignView: viewCampaign(p.Campaign), Reach: reachView{p.Reach.People, p.Reach.Mail, p.Reach.Phone, p.Reach.WeChat, p.Reach.CostLi},
		Became: make([]becameView, len(p.Became)), SampleTitle: p.ShownTitle, SampleBody: p.ShownBody,
	}
	for i, b := range p.Became {
		v.Became[i] = becameView(b)
	}
	return &web.Body[planView]{Body: v}, err
}

func (s *Service) postCampaign(ctx context.Context, in *web.Body[Draft]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Compose(ctx, in.Body))
}

type recomposeInput struct {
	ID   id.Of[Campaign] `path:"id"`
	Body Draft
}

func (s *Service) putCampaign(ctx context.Context, in *recomposeInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Recompose(ctx, in.ID, in.Body))
}

func (s *Service) postTry(ctx context.Context, in *campaignPath) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Try(ctx, in.ID))
}

func (s *Service) postSend(ctx context.Context, in *campaignPath) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Send(ctx, in.ID))
}

func (s *Service) postHalt(ctx context.Context, in *campaignPath) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Halt(ctx, in.ID))
}
