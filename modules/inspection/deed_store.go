package inspection

import (
	"context"
	"encoding/json"
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// lockTasks returns those of the tasks that the actor reaches, and keeps others from changing them.
func lockTasks(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, ids []id.Of[id.Task]) (map[id.Of[id.Task]]Task, error) {
	keys := make(db.Ints, len(ids))
	for i, n := range ids {
		keys[i] = int64(n)
	}
	cond, args := scope.Where("t")
	reach, mine := scope.Reach("t", "assignee_id")
	var rows []Task
	q := "SELECT t.* FROM inspection_task t WHERE t.company_id = ? AND t.id = ANY(?) AND " + cond + " AND " + reach + " ORDER BY t.id FOR NO KEY UPDATE"
	err := tx.WithContext(ctx).Raw(q, slices.Concat([]any{company, keys}, args, mine)...).Scan(&rows).Error
	out := map[id.Of[id.Task]]Task{}
	for _, t := range rows {
		out[t.ID] = t
	}
	return out, err
}

// updateTasks writes what people change of tasks, in one statement.
func updateTasks(ctx context.Context, tx db.Tx, company rbac.CompanyID, list []Task) error {
	if len(list) == 0 {
		return nil
	}
	type row struct {
		ID       int64  `json:"id"`
		State    State  `json:"state"`
		Assignee int64  `json:"assignee"`
		Name     string `json:"name"`
		Held     bool   `json:"held"`
		Reason   string `json:"reason"`
		By       string `json:"by"`
		At       any    `json:"at"`
	}
	rows := make([]row, len(list))
	for i, t := range list {
		rows[i] = row{int64(t.ID), t.State, int64(t.AssigneeID), t.AssigneeName, t.Held, t.Reason, t.ReasonBy, t.ReasonAt}
	}
	content, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	q := `UPDATE inspection_task t SET state = x.state, assignee_id = x.assignee, assignee_name = x.name, held = x.held, reason = x.reason, reason_by = x.by, reason_at = x.at,
			settled_at = CASE WHEN x.state = 'open' THEN NULL ELSE coalesce(t.settled_at, ?) END, stopped = t.stopped AND x.state = 'excused'
		FROM jsonb_to_recordset( ?::jsonb) AS x(id bigint, state text, assignee bigint, name text, held boolean, reason text, by text, at timestamptz)
		WHERE t.company_id = ? AND t.id = x.id`
	return tx.WithContext(ctx).Exec(q, tx.Now, string(content), company).Error
}
