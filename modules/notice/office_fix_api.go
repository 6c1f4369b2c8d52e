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

type fixView struct {
	ID       id.Of[Fix] `json:"id"`
	Person   string     `json:"person"`
	Channel  Channel    `json:"channel" enum:"mail,sms,wechat"`
	Address  string     `json:"address" doc:"masked"`
	Said     string     `json:"said" doc:"what the channel said, in plain words"`
	OpenedAt time.Time  `json:"openedAt"`
	ClosedAt time.Time  `json:"closedAt,omitzero"`
	ClosedBy string     `json:"closedBy"`
	How      string     `json:"how" enum:",changed,marked,left"`
}

func fixIn(l text.Lang) func(Fix) fixView {
	return func(f Fix) fixView {
		said := Sent{State: stateFailed, Channel: f.Channel, Error: f.Detail}.why(l)
		v := fixView{ID: f.ID, Person: f.PersonName, Channel: f.Channel, Address: f.Address, Said: said, OpenedAt: f.OpenedAt, ClosedBy: f.ClosedByName, How: f.How}
		if f.ClosedAt != nil {
			v.ClosedAt = *f.ClosedAt
		}
		return v
	}
}

func mountFixes(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listContactFixes", Route: "GET /notice/contacts", Action: ActionFixes, Summary: "Addresses of the company's people to be put right", Faults: []*fault.Error{page.ErrCursor}}, s.getFixes)
	web.Handle(api, web.Op{
		ID: "settleContactFix", Route: "POST /notice/contacts/{id}/settle", Action: ActionFix, Summary: "Say that an address is right: it is tried again",
		Faults: []*fault.Error{rbac.ErrNotFound}, Status: http.StatusOK,
	}, s.postFixed)
}

func (s *Service) getFixes(ctx context.Context, in *FixFilter) (*web.Body[page.List[fixView]], error) {
	rows, k, err := s.Fixes(ctx, *in)
	key := func(f Fix) []string { return []string{f.ID.String()} }
	return &web.Body[page.List[fixView]]{Body: page.Of(rows, k, in.Limit, key, fixIn(text.Of(ctx)))}, err
}

type fixInput struct {
	ID id.Of[Fix] `path:"id"`
}

func (s *Service) postFixed(ctx context.Context, in *fixInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Mark(ctx, in.ID))
}
