package inspection

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// SpecialRow is a special check on the wire.
type SpecialRow struct {
	ID        id.Of[SpecialCheck] `json:"id"`
	Template  string              `json:"template"`
	Source    int16               `json:"source" doc:"danger source (隐患来源) of the dual-prevention upload"`
	Title     string              `json:"title"`
	Note      string              `json:"note"`
	Modules   []string            `json:"modules" nullable:"false"`
	DueOn     day.Date            `json:"dueOn"`
	State     string              `json:"state" enum:"proposed,issued,dismissed"`
	Reason    string              `json:"reason" doc:"why it was dismissed"`
	HolidayOn day.Date            `json:"holidayOn" doc:"first day of the holiday it is before"`
	Ordered   bool                `json:"ordered" doc:"by an authority: it cannot be dismissed"`
	Issuer    string              `json:"issuer" doc:"the authority"`
	MadeBy    string              `json:"madeBy" doc:"name; empty: the calendar proposed it"`
	Failed    int                 `json:"failed" doc:"items its checks found wrong"`
	Tally
}

func specialRow(s SpecialLine) SpecialRow {
	return SpecialRow{
		s.ID, s.Template, s.Source, s.Title, s.Note, s.Modules, s.DueOn, s.State, s.Reason, s.HolidayOn, s.CampaignID != nil, s.Issuer, s.MadeBy, s.Failed, s.Tally,
	}
}

// CampaignRow is a campaign on the wire.
type CampaignRow struct {
	ID        id.Of[Campaign] `json:"id"`
	Title     string          `json:"title"`
	Template  string          `json:"template"`
	Note      string          `json:"note"`
	Modules   []string        `json:"modules" nullable:"false"`
	Tags      []string        `json:"tags" nullable:"false"`
	DueOn     day.Date        `json:"dueOn"`
	Companies int             `json:"companies" doc:"that have got it"`
	Complete  bool            `json:"complete" doc:"all have got it"`
	Issued    int             `json:"issued" doc:"companies that have given it out"`
	Done      int             `json:"done" doc:"companies whose checks are all made"`
	MadeBy    string          `json:"madeBy"`
	CreatedAt time.Time       `json:"createdAt"`
}

// SpecialPath names a special check.
type SpecialPath struct {
	ID id.Of[SpecialCheck] `path:"id"`
}

func mountSpecials(api huma.API, s *Service) {
	give := []*fault.Error{ErrDays, ErrNoTarget, ErrUnknownPoint, ErrUnknownStaff, ErrUnknownPost, ErrVacant}
	web.Handle(api, web.Op{ID: "listSpecialTemplates", Route: "GET /inspection/special-templates", Action: ActionSpecials, Summary: "List the templates of special checks"}, s.getTemplates)
	web.Handle(api, web.Op{
		ID: "listSpecials", Route: "GET /inspection/specials", Action: ActionSpecials, Summary: "List a company's special checks, latest due first",
		Faults: []*fault.Error{ErrCompanyNeeded, page.ErrCursor},
	}, s.getSpecials)
	web.Handle(api, web.Op{
		ID: "orderSpecial", Route: "POST /inspection/specials", Action: ActionSpecial, Summary: "Make a special check from a template, and its tasks",
		Faults: append([]*fault.Error{ErrTemplate}, give...),
	}, s.postSpecial)
	web.Handle(api, web.Op{
		ID: "issueSpecial", Route: "POST /inspection/specials/{id}/issue", Action: ActionSpecial, Summary: "Give a proposed or ordered special check out", Status: 200,
		Faults: append([]*fault.Error{rbac.ErrNotFound, ErrNotProposed}, give...),
	}, s.postIssue)
	web.Handle(api, web.Op{
		ID: "dismissSpecial", Route: "POST /inspection/specials/{id}/dismiss", Action: ActionSpecial, Summary: "Put a proposed special check aside", Status: 200,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotProposed, ErrOrdered, ErrBlank},
	}, s.postDismiss)
	web.Handle(api, web.Op{ID: "listCampaigns", Route: "GET /inspection/campaigns", Action: ActionCampaigns, Summary: "List my authority's campaigns, latest first"}, s.getCampaigns)
	web.Handle(api, web.Op{
		ID: "startCampaign", Route: "POST /inspection/campaigns", Action: ActionCampaign, Summary: "Lay a special check on the companies of my area, by tag",
		Faults: []*fault.Error{ErrTemplate, ErrDays, ErrBlank},
	}, s.postCampaign)
	web.Handle(api, web.Op{
		ID: "getCampaignProgress", Route: "GET /inspection/campaigns/{id}/progress", Action: ActionCampaigns, Summary: "Count a campaign's companies by town",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getProgress)
}

func (*Service) getTemplates(context.Context, *struct{}) (*web.Body[[]Template], error) {
	return &web.Body[[]Template]{Body: Templates()}, nil
}

func (s *Service) getSpecials(ctx context.Context, in *struct {
	CompanyQuery
	SpecialFilter
	page.Query
},
) (*web.Body[page.List[SpecialRow]], error) {
	list, err := s.Specials(ctx, in.CompanyID, in.SpecialFilter, in.Query)
	return &web.Body[page.List[SpecialRow]]{Body: list}, err
}

func (s *Service) postSpecial(ctx context.Context, in *web.Body[SpecialForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Order(ctx, in.Body))
}

func (s *Service) postIssue(ctx context.Context, in *struct {
	SpecialPath
	Body IssueForm
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Issue(ctx, in.ID, in.Body))
}

func (s *Service) postDismiss(ctx context.Context, in *struct {
	SpecialPath
	Body explanation
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Dismiss(ctx, in.ID, in.Body.Reason))
}

func (s *Service) getCampaigns(ctx context.Context, _ *struct{}) (*web.Body[[]CampaignRow], error) {
	found, err := s.Campaigns(ctx)
	out := []CampaignRow{}
	for _, c := range found {
		out = append(out, CampaignRow{
			c.ID, c.Title, c.Template, c.Note, c.Modules, c.Tags, c.DueOn, c.Companies, c.Complete, c.Issued, c.Done, c.MadeBy, c.CreatedAt,
		})
	}
	return &web.Body[[]CampaignRow]{Body: out}, err
}

func (s *Service) postCampaign(ctx context.Context, in *web.Body[CampaignForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Campaign(ctx, in.Body))
}

func (s *Service) getProgress(ctx context.Context, in *struct {
	ID id.Of[Campaign] `path:"id"`
},
) (*web.Body[[]TownProgress], error) {
	list, err := s.Progress(ctx, in.ID)
	return &web.Body[[]TownProgress]{Body: orNone(list)}, err
}
