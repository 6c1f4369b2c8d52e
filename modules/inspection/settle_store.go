package inspection

import (
	"context"

	"anbiao/kit/db"
)

// settleTask notes c on the task it was made for. Done again, a task keeps its first check.
func settleTask(ctx context.Context, tx db.Tx, c Check) error {
	q := `UPDATE inspection_task SET check_started_on = ?, check_id = ?, settled_at = ?, state = CASE WHEN due_on >= ? THEN 'done' ELSE 'missed' END
		WHERE company_id = ? AND id = ? AND check_id IS NULL AND opens_on <= ?`
	return tx.WithContext(ctx).Exec(q, c.StartedOn, c.ID, c.ReceivedAt, c.StartedOn, c.CompanyID, c.TaskID, c.StartedOn).Error
}

// settleTasks notes c, which covers its points, on the tasks its person had there that day.
func settleTasks(ctx context.Context, tx db.Tx, c Check) error {
	if c.StaffID == nil {
		return nil
	}
	points := db.Ints{}
	for _, p := range c.points() {
		points = append(points, int64(p))
	}
	q := `UPDATE inspection_task SET check_started_on = ?, check_id = ?, settled_at = ?, state = 'done'
		WHERE company_id = ? AND assignee_id = ? AND point_id = ANY(?) AND check_id IS NULL AND opens_on <= ? AND due_on >= ?`
	return tx.WithContext(ctx).Exec(q, c.StartedOn, c.ID, c.ReceivedAt, c.CompanyID, c.StaffID, points, c.StartedOn, c.StartedOn).Error
}

// moveTask makes the next version of a check the one that its task shows.
func moveTask(ctx context.Context, tx db.Tx, c Check) error {
	q := "UPDATE inspection_task SET check_id = ? WHERE company_id = ? AND check_started_on = ? AND check_id = ?"
	return tx.WithContext(ctx).Exec(q, c.ID, c.CompanyID, c.StartedOn, c.CorrectsID).Error
}
