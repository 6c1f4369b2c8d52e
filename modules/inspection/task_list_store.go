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
// or as a holder of a post, and what opens in the next days, soonest due first: at most mostDue
// rows. team adds what lies in his part of the company, of today only.
func workOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, team bool) (out []TaskLine, err error) {
	today, me := day.In(tx.Now, day.Shanghai), scope.Actor().StaffID
	whose := `(t.assignee_id = ? OR (t.state = 'open' AND t.post_id IN (SELECT a.post_id FROM staff_assignment a
		WHERE a.company_id = ? AND a.staff_id = ? AND a.from_on <= ? AND (a.until_on IS NULL OR a.until_on >= ?))))`
	args, until := []any{company, me, company, me, today, today}, today.AddDays(ahead)
	if team {
		whose, args = scope.Reach("t", "assignee_id")
		args, until = append([]any{company}, args...), today
	}
	q := taskFrom + `t.company_id = ? AND ` + whose + ` AND t.due_on >= ? AND t.opens_on <= ?
		AND (t.state = 'open' OR (t.state = 'missed' AND t.check_id IS NULL AND t.due_on >= ?) OR (t.check_id IS NOT NULL AND t.settled_at >= ?))
		ORDER BY t.due_on, t.due_at, t.id LIMIT ?`
	args = slices.Concat(args, []any{today.AddDays(-oldest), until, today.AddDays(-recent), today.Midnight(day.Shanghai), mostDue})
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
	w := scope.Of(company, "t")
	w.Within(scope.Reach("t", "assignee_id"))
	switch f.State {
	case "late":
		w.And("t.state = 'missed' AND t.check_id IS NOT NULL")
	case string(Missed):
		w.And("t.state = 'missed' AND t.check_id IS NULL")
	default:
		w.When(f.State != "", "t.state = ?", f.State)
	}
	w.When(f.Kind != "", "t.kind = ?", f.Kind)
	w.When(f.PointID != 0, "(t.point_id = ? OR ? = ANY(t.route))", f.PointID, f.PointID)
	w.When(f.AssigneeID != 0, "t.assignee_id = ?", f.AssigneeID)
	w.When(f.UnitID != 0, rbac.Below("t"), f.UnitID)
	w.When(f.PlanID != 0, "t.plan_id = ?", f.PlanID)
	w.When(f.SpecialID != 0, "t.special_id = ?", f.SpecialID)
	w.When(!f.From.IsZero(), "t.due_on >= ?", f.From)
	w.When(!f.To.IsZero(), "t.due_on <= ?", f.To)
	order := w.Latest(k, "t.due_on, t.id", "?::date, ?::bigint")
	err = tx.WithContext(ctx).Raw(taskFrom+w.SQL()+order+" LIMIT ?", append(w.Args, limit)...).Scan(&out).Error
	return out, err
}
