package inspection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Tally counts tasks by what became of them.
type Tally struct {
	Open    int `json:"open"`
	Done    int `json:"done" doc:"in time"`
	Late    int `json:"late" doc:"missed, and made up for later"`
	Missed  int `json:"missed" doc:"not made up for"`
	Excused int `json:"excused"`
}

// DayTally is one day of the calendar.
type DayTally struct {
	On day.Date `json:"on" doc:"due day"`
	Tally
}

const tallied = `count(*) FILTER (WHERE t.state = 'open') AS open, count(*) FILTER (WHERE t.state = 'done') AS done,
	count(*) FILTER (WHERE t.state = 'missed' AND t.check_id IS NOT NULL) AS late, count(*) FILTER (WHERE t.state = 'missed' AND t.check_id IS NULL) AS missed,
	count(*) FILTER (WHERE t.state = 'excused') AS excused`

// SpanFilter is a span of due days of a company, a unit or a person.
type SpanFilter struct {
	From       day.Date        `query:"from" required:"true" doc:"first due day"`
	To         day.Date        `query:"to" required:"true" doc:"last due day, at most 400 days on"`
	UnitID     id.Of[id.Unit]  `query:"unitId" doc:"of the unit and what is below it"`
	AssigneeID id.Of[id.Staff] `query:"assigneeId"`
}

func (f SpanFilter) where(scope rbac.Scope, company rbac.CompanyID) *page.Where {
	w := scope.Of(company, "t")
	w.And("t.state <> 'cancelled'")
	w.And("t.due_on BETWEEN ? AND ?", f.From, f.To)
	w.Within(scope.Reach("t", "assignee_id"))
	w.When(f.UnitID != 0, rbac.Below("t"), f.UnitID)
	w.When(f.AssigneeID != 0, "t.assignee_id = ?", f.AssigneeID)
	return w
}

// daily counts a company's tasks by due day.
func daily(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f SpanFilter) (out []DayTally, err error) {
	w := f.where(scope, company)
	q := "SELECT t.due_on AS on, " + tallied + " FROM inspection_task t WHERE " + w.SQL() + " GROUP BY t.due_on ORDER BY t.due_on"
	err = tx.WithContext(ctx).Raw(q, w.Args...).Scan(&out).Error
	return out, err
}

// Standing is how a person, team or workshop keeps to the plan.
type Standing struct {
	ID   string `json:"id" doc:"of the person or unit; empty: without a unit"`
	Name string `json:"name"`
	Tally
}

// standings counts a company's tasks due by now by person, by unit, or by workshop: the units right
// below the company.
func standings(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f SpanFilter, by string) (out []Standing, err error) {
	w := f.where(scope, company)
	// A post's task that is open is nobody's yet in particular; it counts with its first holder.
	var q string
	switch by {
	case "person":
		q = "SELECT t.assignee_id::text AS id, max(t.assignee_name) AS name, " + tallied + " FROM inspection_task t WHERE " + w.SQL() + " GROUP BY t.assignee_id"
	case "team":
		q = "SELECT coalesce(t.unit_id::text, '') AS id, coalesce(max(u.name), '') AS name, " + tallied + ` FROM inspection_task t
			LEFT JOIN staff_unit u ON u.company_id = t.company_id AND u.id = t.unit_id WHERE ` + w.SQL() + " GROUP BY t.unit_id"
	default:
		q = "SELECT coalesce(top.id::text, '') AS id, coalesce(max(top.name), '') AS name, " + tallied + ` FROM inspection_task t
			LEFT JOIN staff_unit u ON u.company_id = t.company_id AND u.id = t.unit_id
			LEFT JOIN staff_unit top ON top.company_id = u.company_id AND top.unit_path = left(u.unit_path, 4) WHERE ` + w.SQL() + " GROUP BY top.id"
	}
	err = tx.WithContext(ctx).Raw(q+" ORDER BY missed DESC, late DESC, done DESC, 1 LIMIT 500", w.Args...).Scan(&out).Error
	return out, err
}
