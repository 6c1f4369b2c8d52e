package inspection

import (
	"context"
	"fmt"
	"strings"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// CampaignForm is what a regulator writes about a campaign.
type CampaignForm struct {
	Template string   `json:"template" maxLength:"40"`
	Title    string   `json:"title" minLength:"2" maxLength:"100"`
	Note     string   `json:"note" required:"false" maxLength:"500"`
	Modules  []string `json:"modules" required:"false" nullable:"false" maxItems:"60" doc:"the template's if left out"`
	Tags     []string `json:"tags" required:"false" nullable:"false" maxItems:"40" doc:"companies with any of them; empty: all of the area"`
	DueOn    day.Date `json:"dueOn"`
}

// LayOn gives a campaign to the companies of its area after the given one.
type LayOn struct {
	CampaignID id.Of[Campaign] `json:"campaignId"`
	Template   string          `json:"template"`
	CompanyID  rbac.CompanyID  `json:"companyId"`
}

// Kind names the job.
func (LayOn) Kind() string { return "inspection.lay-on" }

// Campaign lays a special check on the companies of the actor's area: at once for him, in a job for
// them. Errors: ErrTemplate, ErrDays, ErrBlank.
func (s *Service) Campaign(ctx context.Context, f CampaignForm) (n id.Of[Campaign], err error) {
	err = s.Gate.Write(ctx, ActionCampaign, func(tx db.Tx, scope rbac.Scope) error {
		a, today := scope.Actor(), day.In(tx.Now, day.Shanghai)
		t, err := templateOf(f.Template)
		if err != nil {
			return err
		}
		if f.DueOn.Before(today) || f.DueOn.After(today.AddYears(1)) {
			return ErrDays.At("body.dueOn")
		}
		c := Campaign{
			OrganisationID: a.OrganisationID, Title: strings.TrimSpace(f.Title), Template: t.Code, Note: f.Note, Modules: f.Modules, Tags: f.Tags,
			Areas: a.Areas, Lines: a.Lines, DueOn: f.DueOn, MadeBy: a.Name, CreatedAt: tx.Now,
		}
		if c.Title == "" {
			return ErrBlank.At("body.title")
		}
		if len(c.Modules) == 0 {
			c.Modules = t.Modules
		}
		if c.Issuer, err = issuerName(ctx, tx, scope); err != nil {
			return err
		}
		if err := insertRow(ctx, tx, &c); err != nil {
			return err
		}
		n = c.ID
		scope.Changed("inspection_campaign", int64(n), 0, Campaign{}, c)
		scope.Made(int64(n))
		return jobs.Enqueue(ctx, tx, LayOn{CampaignID: n, Template: t.Code}, jobs.Key(n.String()))
	})
	return n, err
}

func (*Service) layOn(ctx context.Context, tx db.Tx, t LayOn) error {
	template, err := templateOf(t.Template)
	if err != nil {
		return err
	}
	last, n, err := layOn(ctx, tx, t.CampaignID, template.Source, t.CompanyID, batch)
	if err != nil || n < batch {
		return err
	}
	return jobs.Enqueue(ctx, tx, LayOn{t.CampaignID, t.Template, last}, jobs.Key(fmt.Sprintf("%s:%s", t.CampaignID, last)))
}

// Campaigns lists the campaigns of the actor's authority, latest first.
func (s *Service) Campaigns(ctx context.Context) (list []CampaignLine, err error) {
	err = s.Gate.Read(ctx, ActionCampaigns, func(tx db.Tx, scope rbac.Scope) error {
		list, err = campaigns(ctx, tx, scope, mostEvents)
		return err
	})
	return list, err
}

// Progress counts a campaign's companies by town. Errors: rbac.ErrNotFound.
func (s *Service) Progress(ctx context.Context, n id.Of[Campaign]) (list []TownProgress, err error) {
	err = s.Gate.Read(ctx, ActionCampaigns, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := campaignByID(ctx, tx, scope, n); err != nil {
			return err
		}
		list, err = progress(ctx, tx, scope, n)
		return err
	})
	return list, err
}

// LayOnIn gives a campaign to the companies of its area, in the caller's transaction.
func LayOnIn(ctx context.Context, tx db.Tx, n id.Of[Campaign], template string) error {
	return (&Service{}).layOn(ctx, tx, LayOn{CampaignID: n, Template: template})
}
