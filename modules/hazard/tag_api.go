package hazard

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

func mountTags(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "tagHazard", Route: "POST /hazard/hazards/{id}/tag", Action: ActionTag, Summary: "File a hazard under a campaign, or as stock", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNow[Cancelled], ErrNow[Moved], ErrNow[Voided]},
	}, s.postTag)
	web.Handle(api, web.Op{
		ID: "listHazardCampaigns", Route: "GET /hazard/campaigns", Action: ActionList, Summary: "Count the hazards of each campaign, and the stock",
	}, s.getCampaigns)
	web.Handle(api, web.Op{
		ID: "listHazardWeeks", Route: "GET /hazard/weeks", Action: ActionList, Summary: "Count by week what was found, closed and left open",
		Faults: []*fault.Error{ErrWeeks},
	}, s.getWeeks)
	web.Handle(api, web.Op{
		ID: "bulkHazards", Route: "POST /hazard/bulk", Action: ActionBulk, Summary: "Do one deed to many hazards, each under its own guards",
		Faults: []*fault.Error{ErrBulkBody},
	}, s.postBulk)
	web.Handle(api, web.Op{
		ID: "getHazardBulk", Route: "GET /hazard/bulk/{id}", Action: ActionBulk, Summary: "What a deed on many hazards came to, row by row",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getBulk)
}

func (s *Service) postTag(ctx context.Context, in *on[Tags]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Tag(ctx, in.ID, in.Body))
}

// campaignList holds a line for each campaign.
type campaignList struct {
	Items []CampaignCount `json:"items" nullable:"false"`
}

func (s *Service) getCampaigns(ctx context.Context, _ *struct{}) (*web.Body[campaignList], error) {
	list, err := s.Campaigns(ctx)
	return &web.Body[campaignList]{Body: campaignList{append([]CampaignCount{}, list...)}}, err
}

// weekList holds a line for each week.
type weekList struct {
	Items []Week `json:"items" nullable:"false"`
}

func (s *Service) getWeeks(ctx context.Context, in *WeekFilter) (*web.Body[weekList], error) {
	list, err := s.Weeks(ctx, *in)
	return &web.Body[weekList]{Body: weekList{append([]Week{}, list...)}}, err
}

func (s *Service) postBulk(ctx context.Context, in *web.Body[BulkForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Bulk(ctx, in.Body))
}

// bulkRow is what became of one hazard, in the reader's language.
type bulkRow struct {
	ID     id.Of[id.Hazard] `json:"id"`
	Number string           `json:"number" doc:"empty: out of the actor's sight"`
	Done   bool             `json:"done"`
	Code   string           `json:"code" doc:"of what stood against it; empty where it is done"`
	Why    string           `json:"why" doc:"the same in words"`
}

// bulkView is what a deed on many hazards came to.
type bulkView struct {
	ID     id.Of[Bulk] `json:"id"`
	Deed   string      `json:"deed" enum:"assign,ask_extension,extend,refuse,accept,tag"`
	At     time.Time   `json:"at"`
	Done   int         `json:"done"`
	Failed int         `json:"failed"`
	Rows   []bulkRow   `json:"rows" nullable:"false"`
}

func (s *Service) getBulk(ctx context.Context, in *struct {
	ID id.Of[Bulk] `path:"id"`
},
) (*web.Body[bulkView], error) {
	b, err := s.BulkByID(ctx, in.ID)
	return &web.Body[bulkView]{Body: bulkOf(b, text.Of(ctx))}, err
}

func bulkOf(b Bulk, l text.Lang) bulkView {
	v := bulkView{ID: b.ID, Deed: b.Deed, At: b.At, Rows: make([]bulkRow, len(b.Rows.V))}
	for i, r := range b.Rows.V {
		v.Rows[i] = bulkRow{ID: r.ID, Number: r.Number, Done: r.Code == "", Code: r.Code}
		if r.Code == "" {
			v.Done++
			continue
		}
		v.Failed++
		v.Rows[i].Why = text.Say(l, r.Code, r.Params)
	}
	return v
}
