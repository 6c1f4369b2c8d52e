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

// TableName names the table (gorm).
func (Task) TableName() string { return "inspection_task" }

// TableName names the table (gorm).
func (Plan) TableName() string { return "inspection_plan" }

// assignee returns the name of a member of staff who has not left and whom the actor may give
// work. Errors: ErrUnknownStaff.
func assignee(ctx context.Context, tx db.Tx, scope rbac.Scope, staff id.Of[id.Staff], today day.Date) (string, error) {
	var found []string
	cond, args := scope.Where("p")
	reach, mine := scope.Reach("p", "id")
	q := "SELECT p.name FROM staff_person p WHERE p.id = ? AND (p.left_on IS NULL OR p.left_on >= ?) AND " + cond + " AND " + reach
	if err := tx.WithContext(ctx).Raw(q, slices.Concat([]any{staff, today}, args, mine)...).Scan(&found).Error; err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", ErrUnknownStaff.At("body.assigneeId")
	}
	return found[0], nil
}

// insertTask adds a task. Errors: ErrUnknownPoint, ErrUnknownStaff.
func insertTask(ctx context.Context, tx db.Tx, t *Task) error {
	return referred(tx.WithContext(ctx).Create(t).Error)
}

// insertPlan adds a plan. Errors: ErrUnknownPoint, ErrUnknownStaff.
func insertPlan(ctx context.Context, tx db.Tx, p *Plan) error {
	return referred(tx.WithContext(ctx).Create(p).Error)
}

// TaskLine is a task as lists show it.
type TaskLine struct {
	Task
	PointName string
	Place     string
	PublicID  string
}

const taskFrom = `SELECT t.*, p.name AS point_name, p.place, p.public_id::text AS public_id FROM inspection_task t
	JOIN checklist_point p ON p.company_id = t.company_id AND p.id = t.point_id WHERE `

// workOf returns what staff has to do today, has not done in time, or has done today,
// soonest due first: at most limit rows.
func workOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, staff id.Of[id.Staff], today day.Date, limit int) (out []TaskLine, err error) {
	q := taskFrom + `t.company_id = ? AND t.assignee_id = ? AND t.due_on >= ? AND t.opens_on <= ?
		AND (t.state = 'open' OR (t.state = 'missed' AND t.check_id IS NULL AND t.due_on >= ?) OR (t.check_id IS NOT NULL AND t.settled_at >= ?))
		ORDER BY t.due_on, t.id LIMIT ?`
	err = tx.WithContext(ctx).Raw(q, company, staff, today.AddDays(-oldest), today.AddDays(ahead), today.AddDays(-recent), today.Midnight(day.Shanghai), limit).Scan(&out).Error
	return out, err
}

// TaskFilter narrows a list of tasks.
type TaskFilter struct {
	State      string          `query:"state" enum:"open,done,missed"`
	PointID    id.Of[id.Point] `query:"pointId"`
	AssigneeID id.Of[id.Staff] `query:"assigneeId"`
	From       day.Date        `query:"from" doc:"first due day"`
	To         day.Date        `query:"to" doc:"last due day"`
}

// tasks lists a company's tasks, latest due first.
func tasks(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f TaskFilter, k page.Key, limit int) (out []TaskLine, err error) {
	cond, args := scope.Where("t")
	w := where{[]string{"t.company_id = ?", cond}, append([]any{company}, args...)}
	w.within(scope.Reach("t", "assignee_id"))
	w.when(f.State != "", "t.state = ?", f.State)
	w.when(f.PointID != 0, "t.point_id = ?", f.PointID)
	w.when(f.AssigneeID != 0, "t.assignee_id = ?", f.AssigneeID)
	w.when(!f.From.IsZero(), "t.due_on >= ?", f.From)
	w.when(!f.To.IsZero(), "t.due_on <= ?", f.To)
	order := w.latest(k, "t.due_on", "t.id")
	err = tx.WithContext(ctx).Raw(taskFrom+w.sql()+order+" LIMIT ?", append(w.args, limit)...).Scan(&out).Error
	return out, err
}

// PlanLine is a plan as lists show it.
type PlanLine struct {
	Plan
	PointName string
	Place     string
}

// plans lists a company's plans, latest first. Ended ones are left out unless asked for.
func plans(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, ended bool, today day.Date, k page.Key, limit int) (out []PlanLine, err error) {
	cond, args := scope.Where("n")
	w := where{[]string{"n.company_id = ?", cond}, append([]any{company}, args...)}
	w.within(scope.Reach("n", "assignee_id"))
	w.when(!ended, "(n.ends_on IS NULL OR n.ends_on >= ?)", today)
	order := w.latest(k, "n.starts_on", "n.id")
	q := `SELECT n.*, p.name AS point_name, p.place FROM inspection_plan n JOIN checklist_point p ON p.company_id = n.company_id AND p.id = n.point_id
		WHERE ` + w.sql() + order + " LIMIT ?"
	err = tx.WithContext(ctx).Raw(q, append(w.args, limit)...).Scan(&out).Error
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

// endPlan writes a plan's last day.
func endPlan(ctx context.Context, tx db.Tx, p Plan) error {
	return tx.WithContext(ctx).Exec("UPDATE inspection_plan SET ends_on = ? WHERE company_id = ? AND id = ?", p.EndsOn, p.CompanyID, p.ID).Error
}

// planned is where a batch of plans ended.
type planned struct {
	Seen      int
	CompanyID rbac.CompanyID
	PlanID    id.Of[Plan]
}

// makeTasks makes the tasks of the next limit plans after the given one whose period holds
// the day on, one statement for all. A plan whose point is out of use or whose person has
// left makes none.
func makeTasks(ctx context.Context, tx db.Tx, on day.Date, after planned, limit int) (planned, error) {
	q := `WITH batch AS (
		SELECT * FROM inspection_plan WHERE (company_id, id) > (?, ?) AND starts_on <= ?::date AND (ends_on IS NULL OR ends_on >= ?::date)
		ORDER BY company_id, id LIMIT ?),
	period AS (
		SELECT b.*, (CASE frequency WHEN 'weekly' THEN date_trunc('week', ?::date) WHEN 'monthly' THEN date_trunc('month', ?::date) ELSE ?::date END)::date AS first,
			(CASE frequency WHEN 'weekly' THEN date_trunc('week', ?::date) + interval '6 days'
				WHEN 'monthly' THEN date_trunc('month', ?::date) + interval '1 month - 1 day' ELSE ?::date END)::date AS last
		FROM batch b),
	made AS (
		INSERT INTO inspection_task (company_id, region_path, oversight_line, plan_id, point_id, items, assignee_id, assignee_name, opens_on, due_on, state, created_at)
		SELECT d.company_id, d.region_path, d.oversight_line, d.id, d.point_id, d.items, d.assignee_id, s.name, greatest(d.first, d.starts_on), least(d.last, d.ends_on), 'open', ?
		FROM period d JOIN checklist_point p ON p.company_id = d.company_id AND p.id = d.point_id AND p.retired_at IS NULL
			JOIN staff_person s ON s.company_id = d.company_id AND s.id = d.assignee_id AND (s.left_on IS NULL OR s.left_on >= ?::date)
		WHERE d.planned_until IS NULL OR d.planned_until < d.first
		ON CONFLICT ON CONSTRAINT inspection_task_company_id_plan_id_due_on_key DO NOTHING
		RETURNING company_id, plan_id, due_on),
	noted AS (UPDATE inspection_plan n SET planned_until = made.due_on FROM made WHERE n.company_id = made.company_id AND n.id = made.plan_id)
	SELECT count(*) OVER () AS seen, company_id, id AS plan_id FROM batch ORDER BY company_id DESC, id DESC LIMIT 1`
	var last []planned
	err := tx.WithContext(ctx).Raw(q, after.CompanyID, after.PlanID, on, on, limit, on, on, on, on, on, on, tx.Now, on).Scan(&last).Error
	if err != nil || len(last) == 0 {
		return planned{}, err
	}
	return last[0], nil
}

// markMissed settles at most limit tasks that were due before today, and returns how many.
func markMissed(ctx context.Context, tx db.Tx, today day.Date, limit int) (int64, error) {
	q := `UPDATE inspection_task t SET state = 'missed', settled_at = ? FROM (
		SELECT company_id, id FROM inspection_task WHERE state = 'open' AND due_on < ? ORDER BY due_on LIMIT ? FOR UPDATE SKIP LOCKED) late
		WHERE t.company_id = late.company_id AND t.id = late.id`
	done := tx.WithContext(ctx).Exec(q, tx.Now, today, limit)
	return done.RowsAffected, done.Error
}
