package performance

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// within starts conditions on rows of alias that the actor sees under action.
func within(scope rbac.Scope, action rbac.Action, alias string) *page.Where {
	w := &page.Where{}
	w.Within(scope.Where(alias))
	w.Within(reach(scope, action, alias))
	return w
}

// TaskFilter narrows the list of tasks.
type TaskFilter struct {
	page.Query
	Status    Status          `query:"status" enum:"pending,done,late,missed,excused"`
	Frequency Frequency       `query:"frequency" enum:"weekly,monthly,quarterly,half_yearly,yearly,event,per_use"`
	StaffID   id.Of[id.Staff] `query:"staffId"`
	UnitID    id.Of[id.Unit]  `query:"unitId" doc:"a unit and what is below it"`
	From      day.Date        `query:"from" doc:"first due day"`
	To        day.Date        `query:"to" doc:"last due day"`
	Waiting   bool            `query:"waiting" doc:"only those with evidence to be decided"`
}

// TaskLine is a task as lists show it.
type TaskLine struct {
	Task
	Evidence int // pieces that count
	Waiting  int // to be decided
}

const taskColumns = `SELECT t.*, e.evidence, e.waiting FROM performance_task t
	CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE e.status IN ('found', 'confirmed')) AS evidence, count(*) FILTER (WHERE e.status = 'waiting') AS waiting
		FROM performance_evidence e WHERE e.company_id = t.company_id AND e.task_id = t.id) e WHERE `

// tasksBy lists tasks the actor sees, the latest due first.
func tasksBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f TaskFilter, k page.Key) (out []TaskLine, err error) {
	w := within(scope, ActionTasks, "t")
	w.When(f.Status != "", "t.status = ?", string(f.Status))
	w.When(f.Frequency != "", "t.frequency = ?", string(f.Frequency))
	w.When(f.StaffID != 0, "t.staff_id = ?", int64(f.StaffID))
	w.When(!f.From.IsZero(), "t.due_on >= ?", f.From)
	w.When(!f.To.IsZero(), "t.due_on <= ?", f.To)
	w.When(f.Waiting, "EXISTS (SELECT FROM performance_evidence w WHERE w.company_id = t.company_id AND w.task_id = t.id AND w.status = 'waiting')")
	w.When(f.UnitID != 0, rbac.Below("t"), int64(f.UnitID))
	order := w.Latest(k, "t.due_on, t.id", "?::date, ?::bigint")
	err = tx.WithContext(ctx).Raw(taskColumns+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&out).Error
	return out, err
}

// tasksMine returns what staff has to do today, and what was settled since a day: at most limit rows.
func tasksMine(ctx context.Context, tx db.Tx, scope rbac.Scope, staff id.Of[id.Staff], today, since day.Date, limit int) (out []TaskLine, err error) {
	cond, args := scope.Where("t")
	q := taskColumns + cond + ` AND t.staff_id = ? AND t.from_on <= ? AND (t.status = 'pending' OR t.due_on >= ?)
		ORDER BY t.status <> 'pending', t.due_on, t.id LIMIT ?`
	err = tx.WithContext(ctx).Raw(q, append(args, int64(staff), today, since, limit)...).Scan(&out).Error
	return out, err
}

// taskByID returns a task the actor sees under action. Errors: rbac.ErrNotFound.
func taskByID(ctx context.Context, tx db.Tx, scope rbac.Scope, action rbac.Action, n id.Of[Task], lock ...clause.Expression) (Task, error) {
	w := within(scope, action, "performance_task")
	var rows []Task
	err := tx.WithContext(ctx).Clauses(lock...).Where(w.SQL(), w.Args...).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	return one(rows, err)
}

// one is the single row of an answer. Errors: rbac.ErrNotFound.
func one[T any](rows []T, err error) (T, error) {
	var none T
	if err != nil {
		return none, err
	}
	if len(rows) == 0 {
		return none, rbac.ErrNotFound
	}
	return rows[0], nil
}

// evidenceOf returns the evidence for a task, oldest first.
func evidenceOf(ctx context.Context, tx db.Tx, t Task) (rows []Evidence, err error) {
	return rows, tx.WithContext(ctx).Where("company_id = ? AND task_id = ?", int64(t.CompanyID), int64(t.ID)).Order("id").Limit(200).Find(&rows).Error
}

// evidenceByID locks a piece of evidence the actor sees under action. Errors: rbac.ErrNotFound.
func evidenceByID(ctx context.Context, tx db.Tx, scope rbac.Scope, action rbac.Action, n id.Of[Evidence]) (Evidence, error) {
	w := within(scope, action, "performance_evidence")
	var rows []Evidence
	err := tx.WithContext(ctx).Clauses(locked).Where(w.SQL(), w.Args...).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	return one(rows, err)
}

func insertEvidence(ctx context.Context, tx db.Tx, e *Evidence) error {
	return tx.WithContext(ctx).Create(e).Error
}

func updateEvidence(ctx context.Context, tx db.Tx, e Evidence) error {
	return tx.WithContext(ctx).Model(&Evidence{}).Where("company_id = ? AND id = ?", int64(e.CompanyID), int64(e.ID)).
		Select("Status", "DecidedPersonID", "DecidedName", "DecidedAt", "Reason").Updates(&e).Error
}

// updateTask writes what may change of a task.
func updateTask(ctx context.Context, tx db.Tx, t Task) error {
	return tx.WithContext(ctx).Model(&Task{}).Where("company_id = ? AND id = ?", int64(t.CompanyID), int64(t.ID)).
		Select("Status", "ExcuseKind", "Excuse", "ExcusedName", "DoneOn", "SettledAt").Updates(&t).Error
}

// occasionOf returns the task made for an event before. Errors: rbac.ErrNotFound.
func occasionOf(ctx context.Context, tx db.Tx, t Task) (Task, error) {
	var rows []Task
	err := tx.WithContext(ctx).Where("company_id = ? AND cell_id = ? AND staff_id = ? AND period = ?", int64(t.CompanyID), int64(t.CellID), int64(t.StaffID), t.Period).Limit(1).Find(&rows).Error
	return one(rows, err)
}

// reaches reports whether the actor sees rows of a person in a unit under action.
func reaches(ctx context.Context, tx db.Tx, scope rbac.Scope, action rbac.Action, staff id.Of[id.Staff], unit *id.Of[id.Unit]) (yes bool, err error) {
	cond, args := reach(scope, action, "x")
	q := "SELECT EXISTS (SELECT FROM (SELECT ?::bigint AS company_id, ?::bigint AS staff_id, ?::bigint AS unit_id) x WHERE " + cond + ")"
	err = tx.WithContext(ctx).Raw(q, append([]any{int64(scope.Actor().CompanyID), int64(staff), (*int64)(unit)}, args...)...).Scan(&yes).Error
	return yes, err
}
