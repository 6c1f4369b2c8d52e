package inspection

import (
	"context"
	"slices"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// insertPlan adds a plan. Errors: ErrUnknownPoint, ErrUnknownStaff, ErrUnknownShift.
func insertPlan(ctx context.Context, tx db.Tx, p *Plan) error {
	return referred(tx.WithContext(ctx).Create(p).Error)
}

// updatePlan writes what may change of a plan. Errors: as insertPlan.
func updatePlan(ctx context.Context, tx db.Tx, p Plan) error {
	return referred(tx.WithContext(ctx).Model(&Plan{}).Where("company_id = ? AND id = ?", p.CompanyID, p.ID).
		Select("Title", "PointID", "Route", "Items", "PostID", "AssigneeID", "AssigneeName", "Frequency", "ShiftID", "Days", "Weekdays", "OpenDays", "Event",
			"ByException", "Sign", "StartsOn", "EndsOn").Updates(&p).Error)
}

// holderOf returns who is first on a post that the actor may give work; where nobody holds it, the
// unit's head. Errors: ErrUnknownPost, ErrVacant.
func holderOf(ctx context.Context, tx db.Tx, scope rbac.Scope, post id.Of[id.Post], today day.Date) (seat, error) {
	var found []struct {
		StaffID *id.Of[id.Staff]
		Name    *string
	}
	cond, args := scope.Where("o")
	reach, mine := scope.Reach("o")
	q := `SELECT coalesce(s.id, h.id) AS staff_id, coalesce(s.name, h.name) AS name FROM staff_post o
		LEFT JOIN staff_assignment a ON a.company_id = o.company_id AND a.post_id = o.id AND a.from_on <= ? AND (a.until_on IS NULL OR a.until_on >= ?)
		LEFT JOIN staff_person s ON s.company_id = a.company_id AND s.id = a.staff_id AND (s.left_on IS NULL OR s.left_on >= ?)
		LEFT JOIN staff_unit u ON u.company_id = o.company_id AND u.id = o.unit_id
		LEFT JOIN staff_person h ON h.company_id = u.company_id AND h.id = u.head_id AND (h.left_on IS NULL OR h.left_on >= ?)
		WHERE o.id = ? AND o.closed_on IS NULL AND ` + cond + ` AND ` + reach + ` ORDER BY s.id IS NULL, a.main DESC, s.id LIMIT 1`
	err := tx.WithContext(ctx).Raw(q, slices.Concat([]any{today, today, today, today, post}, args, mine)...).Scan(&found).Error
	switch {
	case err != nil:
		return seat{}, err
	case len(found) == 0:
		return seat{}, ErrUnknownPost.At("body.postId")
	case found[0].StaffID == nil:
		return seat{}, ErrVacant.At("body.postId")
	}
	return seat{StaffID: *found[0].StaffID, StaffName: *found[0].Name}, nil
}

// inUse refuses points that the company does not have in use. Errors: ErrUnknownPoint.
func inUse(ctx context.Context, tx db.Tx, company rbac.CompanyID, points []id.Of[id.Point]) error {
	ids := make(db.Ints, len(points))
	for i, p := range points {
		ids[i] = int64(p)
	}
	var n int
	q := "SELECT count(*) FROM checklist_point WHERE company_id = ? AND id = ANY(?) AND retired_at IS NULL"
	if err := tx.WithContext(ctx).Raw(q, company, ids).Scan(&n).Error; err != nil {
		return err
	}
	if n < len(points) {
		return ErrUnknownPoint.At("body.route")
	}
	return nil
}

// PlanFilter narrows a list of plans.
type PlanFilter struct {
	Ended     bool            `query:"ended" doc:"show ended plans too"`
	PointID   id.Of[id.Point] `query:"pointId"`
	PostID    id.Of[id.Post]  `query:"postId"`
	Frequency string          `query:"frequency" enum:"per_shift,daily,weekly,monthly,quarterly,half_yearly,yearly,event"`
}

// PlanLine is a plan as lists show it.
type PlanLine struct {
	Plan
	PointName string
	Place     string
	PostName  string
	PlanShift string
	Vacant    bool
	Names     db.JSON[[]RoutePoint]
}

// routeNames is the points of alias's route, in its order.
const routeNames = `CASE WHEN cardinality(t.route) > 0 THEN (SELECT jsonb_agg(jsonb_build_object('pointId', r.id::text, 'publicId', r.public_id, 'name', r.name, 'place', r.place) ORDER BY o.n)
	FROM unnest(t.route) WITH ORDINALITY AS o(point, n) JOIN checklist_point r ON r.company_id = t.company_id AND r.id = o.point) END AS names`

// plans lists a company's plans, latest first. Ended ones are left out unless asked for.
func plans(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f PlanFilter, today day.Date, k page.Key, limit int) (out []PlanLine, err error) {
	w := scope.Of(company, "t")
	w.Within(scope.Reach("t", "assignee_id"))
	w.When(!f.Ended, "(t.ends_on IS NULL OR t.ends_on >= ?)", today)
	w.When(f.PointID != 0, "(t.point_id = ? OR ? = ANY(t.route))", f.PointID, f.PointID)
	w.When(f.PostID != 0, "t.post_id = ?", f.PostID)
	w.When(f.Frequency != "", "t.frequency = ?", f.Frequency)
	order := w.Latest(k, "t.starts_on, t.id", "?::date, ?::bigint")
	q := `SELECT t.*, p.name AS point_name, p.place, coalesce(o.name, '') AS post_name, coalesce(h.name, '') AS plan_shift, ` + routeNames + `,
			t.post_id IS NOT NULL AND NOT EXISTS (SELECT FROM staff_assignment a WHERE a.company_id = t.company_id AND a.post_id = t.post_id AND a.until_on IS NULL) AS vacant
		FROM inspection_plan t JOIN checklist_point p ON p.company_id = t.company_id AND p.id = t.point_id
			LEFT JOIN staff_post o ON o.company_id = t.company_id AND o.id = t.post_id
			LEFT JOIN inspection_shift h ON h.company_id = t.company_id AND h.id = t.shift_id
		WHERE ` + w.SQL() + order + " LIMIT ?"
	err = tx.WithContext(ctx).Raw(q, append(w.Args, limit)...).Scan(&out).Error
	return out, err
}

// lockPlan returns a plan and keeps others from changing it. Errors: rbac.ErrNotFound.
func lockPlan(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, n id.Of[Plan]) (Plan, error) {
	var found []Plan
	reach, mine := scope.Reach("inspection_plan", "assignee_id")
	q := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(clause.Locking{Strength: "UPDATE"}).Where(reach, mine...)
	if err := q.Where("company_id = ? AND id = ?", company, n).Limit(1).Find(&found).Error; err != nil {
		return Plan{}, err
	}
	if len(found) == 0 {
		return Plan{}, rbac.ErrNotFound
	}
	return found[0], nil
}

// eventPlans lists a company's running plans that wait for an event.
func eventPlans(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, today day.Date) (out []Plan, err error) {
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ? AND frequency = 'event' AND starts_on <= ? AND (ends_on IS NULL OR ends_on >= ?)", company, today, today).Find(&out).Error
	return out, err
}

// postPlans lists a company's running plans of posts.
func postPlans(ctx context.Context, tx db.Tx, company rbac.CompanyID, today day.Date) (out []Plan, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND post_id IS NOT NULL AND (ends_on IS NULL OR ends_on >= ?)", company, today).Find(&out).Error
	return out, err
}
