package inspection

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TaskLine is a task as lists show it.
type TaskLine struct {
	Task
	PointName string
	Place     string
	PublicID  string
	PostName  string
	Names     db.JSON[[]RoutePoint]
}

const taskFrom = `SELECT t.*, p.name AS point_name, p.place, p.public_id::text AS public_id, coalesce(o.name, '') AS post_name, ` + routeNames + ` FROM inspection_task t
	JOIN checklist_point p ON p.company_id = t.company_id AND p.id = t.point_id LEFT JOIN staff_post o ON o.company_id = t.company_id AND o.id = t.post_id WHERE `

// workOf returns what the actor has to do today, has not done in time, or has done today, himself
// or as a holder of a post, soonest due first: at most mostDue rows. team adds what lies in his
// part of the company.
func workOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, team bool) (out []TaskLine, err error) {
	today, me := day.In(tx.Now, day.Shanghai), scope.Actor().StaffID
	whose := `(t.assignee_id = ? OR (t.state = 'open' AND t.post_id IN (SELECT a.post_id FROM staff_assignment a
		WHERE a.company_id = ? AND a.staff_id = ? AND a.from_on <= ? AND (a.until_on IS NULL OR a.until_on >= ?))))`
	args := []any{company, me, company, me, today, today}
	if team {
		whose, args = scope.Reach("t", "assignee_id")
		args = append([]any{company}, args...)
	}
	q := taskFrom + `t.company_id = ? AND ` + whose + ` AND t.due_on >= ? AND t.opens_on <= ?
		AND ((t.state = 'open' AND (t.opens_at IS NULL OR t.opens_at <= ?)) OR (t.state = 'missed' AND t.check_id IS NULL AND t.due_on >= ?) OR (t.check_id IS NOT NULL AND t.settled_at >= ?))
		ORDER BY t.due_on, t.due_at, t.id LIMIT ?`
	args = slices.Concat(args, []any{today.AddDays(-oldest), today, tx.Now, today.AddDays(-recent), today.Midnight(day.Shanghai), mostDue})
	err = tx.WithContext(ctx).Raw(q, args...).Scan(&out).Error
	return out, err
}

// TaskFilter narrows a list of tasks.
type TaskFilter struct {
	State      string              `query:"state" enum:"open,done,missed,late,excused,cancelled" doc:"late: missed, and made up for later; missed: not made up for either"`
	Kind       string              `query:"kind" enum:"routine,event,special"`
	PointID    id.Of[id.Point]     `query:"pointId"`
	AssigneeID id.Of[id.Staff]     `query:"assigneeId"`
	UnitID     id.Of[id.Unit]      `query:"unitId" doc:"of the unit and what is below it"`
	PlanID     id.Of[Plan]         `query:"planId"`
	SpecialID  id.Of[SpecialCheck] `query:"specialId"`
	From       day.Date            `query:"from" doc:"first due day"`
	To         day.Date            `query:"to" doc:"last due day"`
}

// tasks lists a company's tasks, latest due first.
func tasks(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f TaskFilter, k page.Key, limit int) (out []TaskLine, err error) {
	cond, args := scope.Where("t")
	w := where{[]string{"t.company_id = ?", cond}, append([]any{company}, args...)}
	w.within(scope.Reach("t", "assignee_id"))
	switch f.State {
	case "late":
		w.when(true, "t.state = 'missed' AND t.check_id IS NOT NULL")
	case string(Missed):
		w.when(true, "t.state = 'missed' AND t.check_id IS NULL")
	default:
		w.when(f.State != "", "t.state = ?", f.State)
	}
	w.when(f.Kind != "", "t.kind = ?", f.Kind)
	w.when(f.PointID != 0, "(t.point_id = ? OR ? = ANY(t.route))", f.PointID, f.PointID)
	w.when(f.AssigneeID != 0, "t.assignee_id = ?", f.AssigneeID)
	w.below("t", f.UnitID)
	w.when(f.PlanID != 0, "t.plan_id = ?", f.PlanID)
	w.when(f.SpecialID != 0, "t.special_id = ?", f.SpecialID)
	w.when(!f.From.IsZero(), "t.due_on >= ?", f.From)
	w.when(!f.To.IsZero(), "t.due_on <= ?", f.To)
	order := w.latest(k, "t.due_on", "t.id")
	err = tx.WithContext(ctx).Raw(taskFrom+w.sql()+order+" LIMIT ?", append(w.args, limit)...).Scan(&out).Error
	return out, err
}

// below adds the condition that a row of alias belongs to a unit or one below it.
func (w *where) below(alias string, unit id.Of[id.Unit]) {
	w.when(unit != 0, alias+`.unit_id IN (SELECT u.id FROM staff_unit u JOIN staff_unit top ON top.company_id = u.company_id AND u.unit_path >= top.unit_path AND u.unit_path < top.unit_path || '~'
		WHERE u.company_id = `+alias+`.company_id AND top.id = ?)`, unit)
}
