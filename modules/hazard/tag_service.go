package hazard

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// ActionTag lets one say to which campaign a hazard belongs, and that it is stock.
const ActionTag rbac.Action = "hazard.ledger.tag"

// ErrWeeks refuses weeks that are more than a year, or end before they begin.
var ErrWeeks = fault.New(fault.Invalid, "hazard.weeks")

// Tags are what a company files a hazard under. They are no step of its life; the trail has them.
type Tags struct {
	Campaign *string `json:"campaign,omitempty" maxLength:"50" doc:"campaign (专项整治) it belongs to; empty takes the tag off, absent leaves it"`
	Stock    *bool   `json:"stock,omitempty" doc:"existed before the campaign or this ledger began (存量); absent leaves it"`
}

// Tag sets the tags of a hazard, of a closed one too, unless the regulator closed it.
// Errors: rbac.ErrNotFound, ErrNow.
func (s *Service) Tag(ctx context.Context, hid id.Of[id.Hazard], t Tags) (id.Of[id.Hazard], error) {
	err := s.Gate.Write(ctx, ActionTag, func(tx db.Tx, scope rbac.Scope) error { return s.tag(ctx, tx, scope, hid, t) })
	return hid, err
}

func (s *Service) tag(ctx context.Context, tx db.Tx, scope rbac.Scope, hid id.Of[id.Hazard], t Tags) error {
	h, err := lockHazard(ctx, tx, scope, hid)
	if err != nil {
		return err
	}
	if h.Closed() && h.NeedsRegulator() && !h.Historical {
		return h.stands()
	}
	f := &file{Hazard: h}
	if t.Campaign != nil {
		f.Campaign = strings.TrimSpace(*t.Campaign)
	}
	if t.Stock != nil {
		f.Stock = *t.Stock
	}
	scope.Made(int64(hid))
	if f.Campaign == h.Campaign && f.Stock == h.Stock {
		return nil
	}
	scope.Changed("hazard", int64(h.ID), h.CompanyID, h, f.Hazard)
	return updateHazard(ctx, tx, f, []string{"Campaign", "Stock"})
}

// CampaignCount is how far the hazards of one campaign are; "" is the stock of all.
type CampaignCount struct {
	Campaign  string `json:"campaign" doc:"empty: all stock hazards (存量), of whatever campaign"`
	Companies int64  `json:"companies"`
	Found     int64  `json:"found"`
	Closed    int64  `json:"closed"`
	Open      int64  `json:"open"`
	Overdue   int64  `json:"overdue"`
}

// Campaigns counts by campaign what the actor sees, the largest first and at most 200 of them.
func (s *Service) Campaigns(ctx context.Context) (list []CampaignCount, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		list, err = campaigns(ctx, tx, scope, day.In(tx.Now, day.Shanghai))
		return err
	})
	return list, err
}

// WeekFilter says which hazards are counted by week, and when.
type WeekFilter struct {
	CompanyID id.Of[id.Company] `query:"companyId" doc:"for regulators: one company"`
	Campaign  string            `query:"campaign" maxLength:"50" doc:"empty: any"`
	Stock     bool              `query:"stock" doc:"only stock hazards"`
	From      day.Date          `query:"from" doc:"a day of the first week; empty: twelve weeks"`
	Until     day.Date          `query:"until" doc:"a day of the last week; empty: this one"`
}

// Week is one week of a campaign, from Monday.
type Week struct {
	Week  day.Date `json:"week" doc:"its Monday"`
	Found int64    `json:"found"`
	Fixed int64    `json:"fixed" doc:"closed (销号) in it"`
	Open  int64    `json:"open" doc:"at its end"`
}

// Weeks counts by week what was found, closed and left open. Errors: ErrWeeks.
func (s *Service) Weeks(ctx context.Context, f WeekFilter) (list []Week, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		if f.Until.IsZero() {
			f.Until = day.In(tx.Now, day.Shanghai)
		}
		if f.From.IsZero() {
			f.From = f.Until.AddDays(-11 * 7)
		}
		if f.Until.Before(f.From) || f.Until.DaysSince(f.From) > 371 {
			return ErrWeeks.At("query.from")
		}
		list, err = weeks(ctx, tx, scope, f)
		return err
	})
	return list, err
}
