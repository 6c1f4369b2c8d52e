package emergency

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// mostRows is more than a class has duties that are not of one plan.
const mostRows = 4

// remindDuties keeps by when the next drill of each duty must be held. A half-year that passed
// without one stays overdue until a drill is recorded.
func (s *Service) remindDuties(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home) error {
	if s.Due == nil {
		return nil
	}
	class, err := s.class(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return err
	}
	plans, held, err := drilled(ctx, tx, home.CompanyID)
	if err != nil {
		return err
	}
	rule, _ := DrillsOf(class.Class)
	duties := []Duty{}
	if len(plans) > 0 { // who has no plan yet has nothing to drill
		duties = rule.duties(class, plans, held, today(tx))
	}
	return s.put(ctx, tx, home, dutyItems(duties, plans))
}

// dutyItems are the reminders of duties; those of plans and rows without a duty end.
func dutyItems(duties []Duty, plans []named) []due.Item {
	open := map[id.Of[id.Row]]bool{}
	var out []due.Item
	row := int64(0)
	for _, d := range duties {
		it := due.Item{Kind: "emergency.plan-duty", Ref: int64(d.PlanID), Title: "应急演练：" + d.PlanName, On: d.next(), Before: []int{30, 7, 0}, Path: "/emergency/drills"}
		open[d.PlanID] = true
		if d.PlanID == 0 {
			row++
			kinds := make([]string, len(d.Kinds))
			for i, k := range d.Kinds {
				kinds[i] = text.Say(text.Chinese, "emergency.kind-"+k, nil)
			}
			it.Kind, it.Ref, it.Title = "emergency.duty", row, "应急演练："+strings.Join(kinds, "或")
		}
		out = append(out, it)
	}
	for row++; row <= mostRows; row++ {
		out = append(out, due.Item{Kind: "emergency.duty", Ref: row})
	}
	for _, p := range plans {
		if !open[p.ID] {
			out = append(out, due.Item{Kind: "emergency.plan-duty", Ref: int64(p.ID)})
		}
	}
	return out
}

// next is the last day of the duty that is not fulfilled yet: of the next period where the drill
// of this one was held.
func (d Duty) next() day.Date {
	if d.Status != DrillDone {
		return d.Due
	}
	return Frequency{Months: d.Months}.Calendar(day.Date{}, d.Due.AddDays(1)).Due
}
