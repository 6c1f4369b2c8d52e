package inspection

import (
	"context"

	"anbiao/kit/db"
)

// settleTask notes c on the task it was made for. Done again, a task keeps its first check; what
// is done for a post is his who did it.
func settleTask(ctx context.Context, tx db.Tx, c Check) error {
	q := `UPDATE inspection_task t SET check_started_on = CAST(@on AS date), check_id = @check, settled_at = @received,
			state = CASE WHEN coalesce(t.due_at >= @began, t.due_on >= CAST(@on AS date)) THEN 'done' WHEN t.state = 'excused' THEN 'excused' ELSE 'missed' END,
			assignee_id = CASE WHEN t.post_id IS NULL THEN t.assignee_id ELSE coalesce(CAST(@staff AS bigint), t.assignee_id) END,
			assignee_name = CASE WHEN t.post_id IS NULL OR CAST(@staff AS bigint) IS NULL THEN t.assignee_name ELSE @name END
		WHERE t.company_id = @company AND t.id = @task AND t.check_id IS NULL AND t.opens_on <= CAST(@on AS date) AND t.state <> 'cancelled'`
	return tx.WithContext(ctx).Exec(q, settling(c)).Error
}

// settleTasks notes c, which covers its points, on the tasks its person, or a post he held, had
// there that day: at one of its points, or along a route that it walked.
func settleTasks(ctx context.Context, tx db.Tx, c Check) error {
	if c.StaffID == nil {
		return nil
	}
	q := `UPDATE inspection_task t SET check_started_on = CAST(@on AS date), check_id = @check, settled_at = @received, state = 'done',
			assignee_id = @staff, assignee_name = CASE WHEN t.post_id IS NULL THEN t.assignee_name ELSE @name END
		WHERE t.company_id = @company AND t.point_id = ANY(CAST(@points AS bigint[])) AND t.route <@ CAST(@points AS bigint[]) AND t.check_id IS NULL AND t.opens_on <= CAST(@on AS date) AND t.due_on >= CAST(@on AS date) AND t.state <> 'cancelled'
			AND (t.opens_at IS NULL OR (t.opens_at <= @began AND t.due_at >= @began))
			AND (t.assignee_id = @staff OR t.post_id IN (SELECT a.post_id FROM staff_assignment a
				WHERE a.company_id = @company AND a.staff_id = @staff AND a.from_on <= CAST(@on AS date) AND (a.until_on IS NULL OR a.until_on >= CAST(@on AS date))))`
	return tx.WithContext(ctx).Exec(q, settling(c)).Error
}

func settling(c Check) map[string]any {
	points := db.Ints{}
	for _, p := range c.points() {
		points = append(points, int64(p))
	}
	return map[string]any{
		"on": c.StartedOn, "check": int64(c.ID), "received": c.ReceivedAt, "began": c.StartedAt, "staff": c.StaffID, "name": c.PersonName,
		"company": int64(c.CompanyID), "task": c.TaskID, "points": points,
	}
}

// moveTask makes the next version of a check the one that its task shows.
func moveTask(ctx context.Context, tx db.Tx, c Check) error {
	q := "UPDATE inspection_task SET check_id = ? WHERE company_id = ? AND check_started_on = ? AND check_id = ?"
	return tx.WithContext(ctx).Exec(q, c.ID, c.CompanyID, c.StartedOn, c.CorrectsID).Error
}
