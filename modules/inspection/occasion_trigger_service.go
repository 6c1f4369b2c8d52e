package inspection

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// other is the event that is noted by hand for what no other kind creates: a company's own items.
const other = "other"

// EventItem is an item of the company's standard that is looked at when something happens, and by
// what it is triggered (由什么触发).
type EventItem struct {
	Code        string   `json:"code"`
	Requirement string   `json:"requirement"`
	ModuleName  string   `json:"moduleName"`
	Own         bool     `json:"own" doc:"the company's own"`
	Points      int      `json:"points" doc:"in use that ask it"`
	Kinds       []string `json:"kinds" nullable:"false" doc:"of events that create it"`
	Plans       int      `json:"plans" doc:"running plans that wait for an event and ask it"`
	Idle        bool     `json:"idle" doc:"nothing creates it: no permit does, and no point or plan asks it"`
}

// Catalogue is what may happen, and what it creates in a company.
type Catalogue struct {
	Version   string          `json:"version"`
	Groups    []OccasionGroup `json:"groups" nullable:"false"`
	Occasions []Occasion      `json:"occasions" nullable:"false"`
	Items     []EventItem     `json:"items" nullable:"false" doc:"of the company's standard; empty where it has none"`
}

// Triggered returns the catalogue of occasions with the items of the company's standard that wait for
// one, and what creates each. Errors: ErrCompanyNeeded.
func (s *Service) Triggered(ctx context.Context, company rbac.CompanyID) (out Catalogue, err error) {
	err = s.Gate.Read(ctx, ActionPlans, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		out = Catalogue{catalogue().Version, catalogue().Groups, Occasions(), []EventItem{}}
		found, err := s.EventItems(ctx, tx, scope, c)
		if ErrNoStandard.Is(err) {
			return nil
		}
		if err != nil {
			return err
		}
		waiting, err := eventPlans(ctx, tx, scope, c, day.In(tx.Now, day.Shanghai))
		if err != nil {
			return err
		}
		for _, it := range found {
			out.Items = append(out.Items, it.triggered(waiting))
		}
		return nil
	})
	return out, err
}

// triggered says what creates it; waiting are the running plans of events.
func (it EventItem) triggered(waiting []Plan) EventItem {
	it.Kinds = Triggers(it.Code)
	if it.Own {
		it.Kinds = []string{other}
	}
	for _, p := range waiting {
		if slices.Contains(p.Items, it.Code) {
			it.Plans++
			if p.Event != "" && !slices.Contains(it.Kinds, p.Event) {
				it.Kinds = append(it.Kinds, p.Event)
			}
		}
	}
	permit := slices.ContainsFunc(it.Kinds, func(kind string) bool { return family(kind) == dangerousWork })
	it.Idle = len(it.Kinds) == 0 || (!permit && it.Points == 0 && it.Plans == 0)
	return it
}
