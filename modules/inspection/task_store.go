package inspection

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table (gorm).
func (Task) TableName() string { return "inspection_task" }

// TableName names the table (gorm).
func (Plan) TableName() string { return "inspection_plan" }

// TableName names the table (gorm).
func (Shift) TableName() string { return "inspection_shift" }

// TableName names the table (gorm).
func (Shutdown) TableName() string { return "inspection_shutdown" }

// TableName names the table (gorm).
func (Event) TableName() string { return "inspection_event" }

// TableName names the table (gorm).
func (SpecialCheck) TableName() string { return "inspection_special" }

// TableName names the table (gorm).
func (Campaign) TableName() string { return "inspection_campaign" }

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

// settleTask notes c on the task it was made for and returns the items that task asks for;
// none means all of the point. Done again, a task keeps its first check.
// Errors: ErrUnknownTask if the company has no such task at the point.
func settleTask(ctx context.Context, tx db.Tx, c Check) (items []string, err error) {
	q := `WITH task AS (SELECT company_id, id, items FROM inspection_task WHERE company_id = ? AND id = ? AND point_id = ? FOR UPDATE),
		settled AS (UPDATE inspection_task t SET check_started_on = ?, check_id = ?, settled_at = ?,
				state = CASE WHEN coalesce(t.due_at >= ?, t.due_on >= ?) THEN 'done' WHEN t.state = 'excused' THEN 'excused' ELSE 'missed' END,
				assignee_id = CASE WHEN t.post_id IS NULL THEN t.assignee_id ELSE coalesce(?::bigint, t.assignee_id) END,
				assignee_name = CASE WHEN t.post_id IS NULL OR ?::bigint IS NULL THEN t.assignee_name ELSE ? END
			FROM task WHERE t.company_id = task.company_id AND t.id = task.id AND t.check_id IS NULL AND t.opens_on <= ? AND t.state <> 'cancelled')
		SELECT items FROM task`
	var found []struct{ Items db.Texts }
	err = tx.WithContext(ctx).Raw(q, c.CompanyID, c.TaskID, c.PointID, c.StartedOn, c.ID, c.ReceivedAt, c.StartedAt, c.StartedOn,
		c.StaffID, c.StaffID, c.PersonName, c.StartedOn).Scan(&found).Error
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, ErrUnknownTask.At("body.taskId")
	}
	return found[0].Items, nil
}

// settleTasks notes c, which covers its point, on the tasks its maker, or a post he held, had
// there that day. What was done for a post is his who did it.
func settleTasks(ctx context.Context, tx db.Tx, c Check) error {
	if c.StaffID == nil {
		return nil
	}
	q := `UPDATE inspection_task t SET check_started_on = @on, check_id = @check, settled_at = @received, state = 'done', assignee_id = @staff, assignee_name = CASE WHEN t.post_id IS NULL THEN t.assignee_name ELSE @name END
		WHERE t.company_id = @company AND t.point_id = @point AND t.route = '{}' AND t.check_id IS NULL AND t.opens_on <= @on AND t.due_on >= @on AND t.state <> 'cancelled'
			AND (t.opens_at IS NULL OR (t.opens_at <= @began AND t.due_at >= @began))
			AND (t.assignee_id = @staff OR t.post_id IN (SELECT a.post_id FROM staff_assignment a WHERE a.company_id = @company AND a.staff_id = @staff AND a.from_on <= @on AND (a.until_on IS NULL OR a.until_on >= @on)))`
	return tx.WithContext(ctx).Exec(q, map[string]any{
		"on": c.StartedOn.String(), "check": int64(c.ID), "received": c.ReceivedAt, "staff": *c.StaffID, "name": c.PersonName, "company": int64(c.CompanyID),
		"point": int64(c.PointID), "began": c.StartedAt,
	}).Error
}

// markMissed settles at most limit tasks that were due before today, and returns how many.
func markMissed(ctx context.Context, tx db.Tx, today day.Date, limit int) (int64, error) {
	q := `UPDATE inspection_task t SET state = 'missed', settled_at = ? FROM (
		SELECT company_id, id FROM inspection_task WHERE state = 'open' AND due_on < ? ORDER BY due_on LIMIT ? FOR UPDATE SKIP LOCKED) late
		WHERE t.company_id = late.company_id AND t.id = late.id`
	done := tx.WithContext(ctx).Exec(q, tx.Now, today, limit)
	return done.RowsAffected, done.Error
}
