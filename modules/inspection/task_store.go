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

// markMissed settles at most limit tasks that were due before today, and returns how many.
func markMissed(ctx context.Context, tx db.Tx, today day.Date, limit int) (int64, error) {
	q := `UPDATE inspection_task t SET state = 'missed', settled_at = ? FROM (
		SELECT company_id, id FROM inspection_task WHERE state = 'open' AND due_on < ? ORDER BY due_on LIMIT ? FOR UPDATE SKIP LOCKED) late
		WHERE t.company_id = late.company_id AND t.id = late.id`
	done := tx.WithContext(ctx).Exec(q, tx.Now, today, limit)
	return done.RowsAffected, done.Error
}
