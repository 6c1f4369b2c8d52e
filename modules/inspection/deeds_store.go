package inspection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Deed is a check that a person made: what he did for his duties.
type Deed struct {
	StaffID   id.Of[id.Staff]
	CheckID   id.Of[id.Check]
	StartedOn day.Date
	PointName string
	Modules   db.Texts // of the checklist library, whose items it answered
}

// Deeds returns the checks that the people of a company made in a period, both days inclusive.
func Deeds(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until day.Date) (list []Deed, err error) {
	q := `SELECT c.staff_id, c.id AS check_id, c.started_on, p.name AS point_name,
			ARRAY(SELECT DISTINCT split_part(x.code, '-', 1) FROM (SELECT a->>'code' AS code FROM jsonb_array_elements(c.answers) a
				UNION ALL SELECT jsonb_array_elements_text(l->'codes') FROM jsonb_array_elements(c.confirmed) l) x ORDER BY 1) AS modules
		FROM inspection_check c JOIN checklist_point p ON p.company_id = c.company_id AND p.id = c.point_id
		WHERE c.company_id = ? AND c.started_on BETWEEN ? AND ? AND c.staff_id IS NOT NULL AND ` + newest + ` ORDER BY c.started_on, c.id`
	err = tx.WithContext(ctx).Raw(q, company, from, until).Scan(&list).Error
	return list, err
}

// Due is a check task that was to be made: done, made after its last day, or missed.
type Due struct {
	StaffID   id.Of[id.Staff]
	TaskID    id.Of[id.Task]
	CheckID   id.Of[id.Check] // 0: none was made
	DueOn     day.Date
	CheckedOn day.Date // zero: none was made
	PointName string
	State     State // done or missed
}

// TasksDue returns the settled check tasks of a company's people that were due in a period,
// both days inclusive.
func TasksDue(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until day.Date) (list []Due, err error) {
	q := `SELECT t.assignee_id AS staff_id, t.id AS task_id, coalesce(t.check_id, 0) AS check_id, t.due_on, t.check_started_on AS checked_on, p.name AS point_name, t.state
		FROM inspection_task t JOIN checklist_point p ON p.company_id = t.company_id AND p.id = t.point_id
		WHERE t.company_id = ? AND t.due_on BETWEEN ? AND ? AND t.state <> 'open' ORDER BY t.due_on, t.id`
	err = tx.WithContext(ctx).Raw(q, company, from, until).Scan(&list).Error
	return list, err
}
