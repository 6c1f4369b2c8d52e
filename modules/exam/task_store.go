package exam

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Task) TableName() string { return "exam_task" }

// TableName names the table.
func (TaskPerson) TableName() string { return "exam_task_person" }

// tasksOf reads one page of tasks, the newest first.
func tasksOf(ctx context.Context, tx db.Tx, scope rbac.Scope, k page.Key, limit int) (rows []Task, err error) {
	w := &page.Where{}
	w.Within(scope.Where("t"))
	w.And("NOT t.withdrawn")
	order := w.Latest(k, "t.id", "?::bigint")
	err = tx.WithContext(ctx).Raw("SELECT t.* FROM exam_task t WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, limit+1)...).Scan(&rows).Error
	return rows, err
}

// taskByID reads and locks a task. Errors: rbac.ErrNotFound.
func taskByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Task]) (Task, error) {
	var rows []Task
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(locked).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Task{}, err
	}
	return rows[0], nil
}

func insertTask(ctx context.Context, tx db.Tx, t *Task) error {
	return tx.WithContext(ctx).Create(t).Error
}

func insertTaskPeople(ctx context.Context, tx db.Tx, rows []*TaskPerson) error {
	return tx.WithContext(ctx).CreateInBatches(rows, batch).Error
}

// withdraw ends a task.
func withdraw(ctx context.Context, tx db.Tx, t Task) error {
	return tx.WithContext(ctx).Exec("UPDATE exam_task SET withdrawn = true WHERE company_id = ? AND id = ?", int64(t.CompanyID), int64(t.ID)).Error
}

// Assigned is one who is to sit a task, with his name.
type Assigned struct {
	TaskPerson
	Name     string
	UnitName string
}

// assignedOf are the people of a task whom the actor sees.
func assignedOf(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Task]) (rows []Assigned, err error) {
	w := &page.Where{}
	w.Within(scope.Where("x"))
	w.Within(scope.Reach("x", "staff_id"))
	w.And("x.task_id = ?", int64(n))
	err = tx.WithContext(ctx).Raw(`SELECT x.*, p.name, coalesce(u.name, '') AS unit_name FROM exam_task_person x JOIN staff_person p ON p.company_id = x.company_id AND p.id = x.staff_id
		LEFT JOIN staff_unit u ON u.company_id = x.company_id AND u.id = x.unit_id WHERE `+w.SQL()+` ORDER BY x.passed, p.name, x.id LIMIT 2000`, w.Args...).Scan(&rows).Error
	return rows, err
}

// openPeople are those of a task who have not passed.
func openPeople(ctx context.Context, tx db.Tx, t Task) (rows []TaskPerson, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND task_id = ? AND NOT passed", int64(t.CompanyID), int64(t.ID)).Order("id").Find(&rows).Error
	return rows, err
}

// Duty is a task of a person, and how far he is.
type Duty struct {
	Task
	Best *int
	Done bool // passed
}

// dutiesOf are the tasks of a person that are not withdrawn, those not passed first.
func dutiesOf(ctx context.Context, tx db.Tx, who Sitter) (rows []Duty, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT t.*, x.best, x.passed AS done FROM exam_task_person x JOIN exam_task t ON t.company_id = x.company_id AND t.id = x.task_id AND NOT t.withdrawn
		WHERE x.company_id = ? AND x.staff_id = ? ORDER BY x.passed, t.due_on, t.id LIMIT 100`, int64(who.Home.CompanyID), int64(who.StaffID)).Scan(&rows).Error
	return rows, err
}

// placeOf locks a person's place in a task.
func placeOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[Task], who id.Of[id.Staff]) (p TaskPerson, ok bool, err error) {
	var rows []TaskPerson
	err = tx.WithContext(ctx).Clauses(locked).Where("company_id = ? AND task_id = ? AND staff_id = ?", int64(company), int64(n), int64(who)).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return p, false, err
	}
	return rows[0], true, nil
}

// taskOf reads a task of a company.
func taskOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[Task]) (t Task, ok bool, err error) {
	var rows []Task
	err = tx.WithContext(ctx).Where("company_id = ? AND id = ?", int64(company), int64(n)).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return t, false, err
	}
	return rows[0], true, nil
}

// score keeps a person's best result in a task, and the task's figures.
func score(ctx context.Context, tx db.Tx, p TaskPerson) error {
	err := tx.WithContext(ctx).Model(&p).Where("company_id = ?", int64(p.CompanyID)).Select("best", "passed", "sitting_id").Updates(&p).Error
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`UPDATE exam_task t SET passed = (SELECT count(*) FROM exam_task_person x WHERE x.company_id = t.company_id AND x.task_id = t.id AND x.passed)
		WHERE t.company_id = ? AND t.id = ?`, int64(p.CompanyID), int64(p.TaskID)).Error
}

// Worker is somebody of the staff who may be given an exam.
type Worker struct {
	ID     id.Of[id.Staff]
	Name   string
	UnitID *id.Of[id.Unit]
}

// workersOf are people of a company who still work there and whom the actor reaches: some by id, and those of some units and below.
func workersOf(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who []id.Of[id.Staff], units []id.Of[id.Unit], all bool) (rows []Worker, err error) {
	w := &page.Where{}
	w.Within(scope.Where("p"))
	w.Within(scope.Reach("p"))
	w.And("p.company_id = ? AND p.left_on IS NULL", int64(home.CompanyID))
	w.When(!all, `(p.id = ANY(?) OR p.unit_id IN (SELECT b.id FROM staff_unit u JOIN staff_unit b ON b.company_id = u.company_id AND b.unit_path >= u.unit_path AND b.unit_path < u.unit_path || '~'
		WHERE u.company_id = p.company_id AND u.id = ANY(?)))`, ints(who), ints(units))
	err = tx.WithContext(ctx).Raw("SELECT p.id, p.name, p.unit_id FROM staff_person p WHERE "+w.SQL()+" ORDER BY p.id LIMIT 5001", w.Args...).Scan(&rows).Error
	return rows, err
}
