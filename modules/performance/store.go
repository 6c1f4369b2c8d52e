package performance

import (
	"context"
	"encoding/json"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Task) TableName() string { return "performance_task" }

// TableName names the table.
func (Evidence) TableName() string { return "performance_evidence" }

// TableName names the table.
func (Round) TableName() string { return "performance_round" }

// TableName names the table.
func (Assessment) TableName() string { return "performance_assessment" }

// TableName names the table.
func (Step) TableName() string { return "performance_step" }

// TableName names the table.
func (UnitRow) TableName() string { return "performance_unit" }

// TableName names the table.
func (Reward) TableName() string { return "performance_reward" }

// TableName names the table.
func (Setting) TableName() string { return "performance_setting" }

// TableName names the table.
func (Value) TableName() string { return "evidence_value" }

// locked keeps others from a row until the transaction ends.
var locked = clause.Locking{Strength: "UPDATE"}

// rowOfTask is what planning writes of a task.
type rowOfTask struct {
	CompanyID     int64    `json:"company_id"`
	RegionPath    string   `json:"region_path"`
	OversightLine int16    `json:"oversight_line"`
	CellID        int64    `json:"cell_id"`
	DutyID        int64    `json:"duty_id"`
	Template      string   `json:"template"`
	DutyText      string   `json:"duty_text"`
	EvidenceText  string   `json:"evidence_text"`
	Modules       []string `json:"modules"`
	DutyKind      string   `json:"duty_kind"`
	Frequency     string   `json:"frequency"`
	Score         int      `json:"score"`
	StaffID       int64    `json:"staff_id"`
	StaffName     string   `json:"staff_name"`
	PostID        int64    `json:"post_id"`
	PostName      string   `json:"post_name"`
	UnitID        *int64   `json:"unit_id"`
	Period        string   `json:"period"`
	Occasion      string   `json:"occasion"`
	FromOn        string   `json:"from_on"`
	DueOn         string   `json:"due_on"`
	GraceUntil    string   `json:"grace_until"`
}

// columnsOfTask are those of rowOfTask.
const columnsOfTask = `company_id, region_path, oversight_line, cell_id, duty_id, template, duty_text, evidence_text, modules, duty_kind, frequency, score,
	staff_id, staff_name, post_id, post_name, unit_id, period, occasion, from_on, due_on, grace_until`

// putTasks adds tasks, and brings those up to date that are still pending, in one statement. It
// returns how many it added or changed. A task ended before comes back.
func putTasks(ctx context.Context, tx db.Tx, tasks []Task) (int64, error) {
	rows := make([]rowOfTask, len(tasks))
	for i, t := range tasks {
		rows[i] = rowOfTask{
			int64(t.CompanyID), t.RegionPath, t.OversightLine, int64(t.CellID), int64(t.DutyID), t.Template, t.DutyText, t.EvidenceText, append([]string{}, t.Modules...),
			string(t.DutyKind), string(t.Frequency), t.Score, int64(t.StaffID), t.StaffName, int64(t.PostID), t.PostName, (*int64)(t.UnitID), t.Period, t.Occasion,
			t.FromOn.String(), t.DueOn.String(), t.GraceUntil.String(),
		}
	}
	doc, err := json.Marshal(rows)
	if err != nil {
		return 0, err
	}
	q := `INSERT INTO performance_task AS t (` + columnsOfTask + `, status, created_at)
		SELECT ` + columnsOfTask + `, 'pending', ? FROM jsonb_to_recordset( ?::jsonb) AS r(company_id bigint, region_path text, oversight_line smallint,
			cell_id bigint, duty_id bigint, template text, duty_text text, evidence_text text, modules text[], duty_kind text, frequency text, score int,
			staff_id bigint, staff_name text, post_id bigint, post_name text, unit_id bigint, period text, occasion text, from_on date, due_on date, grace_until date)
		ON CONFLICT ON CONSTRAINT performance_task_cell_id_staff_id_period_key DO UPDATE SET
			region_path = excluded.region_path, oversight_line = excluded.oversight_line, duty_text = excluded.duty_text, evidence_text = excluded.evidence_text,
			modules = excluded.modules, duty_kind = excluded.duty_kind, score = excluded.score, staff_name = excluded.staff_name, post_id = excluded.post_id,
			post_name = excluded.post_name, unit_id = excluded.unit_id, status = 'pending', excuse_kind = '', settled_at = NULL
		WHERE t.occasion = '' AND (t.excuse_kind = 'ended' OR (t.status = 'pending' AND
			(t.duty_text, t.evidence_text, t.modules, t.duty_kind, t.score, t.staff_name, t.post_id, t.post_name, t.unit_id) IS DISTINCT FROM
			(excluded.duty_text, excluded.evidence_text, excluded.modules, excluded.duty_kind, excluded.score, excluded.staff_name, excluded.post_id, excluded.post_name, excluded.unit_id)))`
	done := tx.WithContext(ctx).Exec(q, tx.Now, string(doc))
	return done.RowsAffected, done.Error
}

// endTasks excuses the pending tasks of running periods that nobody owes any more, in one
// statement, and returns how many.
func endTasks(ctx context.Context, tx db.Tx, company rbac.CompanyID, owed []Task, on day.Date) (int64, error) {
	cells, staff := make(db.Ints, len(owed)), make(db.Ints, len(owed))
	for i, t := range owed {
		cells[i], staff[i] = int64(t.CellID), int64(t.StaffID)
	}
	q := `UPDATE performance_task t SET status = 'excused', excuse_kind = 'ended', settled_at = ?
		WHERE t.company_id = ? AND t.status = 'pending' AND t.occasion = '' AND t.from_on <= ? AND t.due_on >= ?
		AND NOT EXISTS (SELECT FROM unnest( ?::bigint[], ?::bigint[]) AS o(cell, staff) WHERE o.cell = t.cell_id AND o.staff = t.staff_id)`
	done := tx.WithContext(ctx).Exec(q, tx.Now, int64(company), on, on, cells, staff)
	return done.RowsAffected, done.Error
}

// firstPending returns the first day whose deeds may fulfil a pending task; zero if none is pending.
func firstPending(ctx context.Context, tx db.Tx, company rbac.CompanyID) (from day.Date, err error) {
	var found []struct{ FromOn day.Date }
	err = tx.WithContext(ctx).Raw("SELECT min(from_on) AS from_on FROM performance_task WHERE company_id = ? AND status = 'pending'", int64(company)).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return from, err
	}
	return found[0].FromOn, nil
}

// lockPending locks at most limit pending tasks after one whose period has begun, without those
// that have evidence to be decided.
func lockPending(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date, after id.Of[Task], limit int) (tasks []Task, err error) {
	q := `SELECT t.* FROM performance_task t WHERE t.company_id = ? AND t.status = 'pending' AND t.from_on <= ? AND t.id > ?
		AND NOT EXISTS (SELECT FROM performance_evidence e WHERE e.company_id = t.company_id AND e.task_id = t.id AND e.status = 'waiting')
		ORDER BY t.id LIMIT ? FOR UPDATE OF t`
	err = tx.WithContext(ctx).Raw(q, int64(company), on, int64(after), limit).Scan(&tasks).Error
	return tasks, err
}

// settleTasks writes what became of tasks, in one statement.
func settleTasks(ctx context.Context, tx db.Tx, tasks []Task) (int64, error) {
	if len(tasks) == 0 {
		return 0, nil
	}
	ids, status, excuse, done := db.Ints{}, db.Texts{}, db.Texts{}, db.Texts{}
	for _, t := range tasks {
		on := ""
		if !t.DoneOn.IsZero() {
			on = t.DoneOn.String()
		}
		ids, status, excuse, done = append(ids, int64(t.ID)), append(status, string(t.Status)), append(excuse, t.ExcuseKind), append(done, on)
	}
	q := `UPDATE performance_task t SET status = s.status, excuse_kind = s.excuse, done_on = nullif(s.done, '')::date, settled_at = ?
		FROM unnest( ?::bigint[], ?::text[], ?::text[], ?::text[]) AS s(id, status, excuse, done) WHERE t.company_id = ? AND t.id = s.id AND t.status = 'pending'`
	r := tx.WithContext(ctx).Exec(q, tx.Now, ids, status, excuse, done, int64(tasks[0].CompanyID))
	return r.RowsAffected, r.Error
}

// putEvidence adds records of this system as evidence, each once for a task.
func putEvidence(ctx context.Context, tx db.Tx, list []Evidence) error {
	if len(list) == 0 {
		return nil
	}
	return tx.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&list, 1000).Error
}
