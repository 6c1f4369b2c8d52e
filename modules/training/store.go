package training

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Setting) TableName() string { return "training_setting" }

// TableName names the table.
func (Plan) TableName() string { return "training_plan" }

// TableName names the table.
func (PlanItem) TableName() string { return "training_plan_item" }

// TableName names the table.
func (Course) TableName() string { return "training_course" }

// TableName names the table.
func (Session) TableName() string { return "training_session" }

// TableName names the table.
func (Attendance) TableName() string { return "training_attendance" }

// TableName names the table.
func (Record) TableName() string { return "training_record" }

// TableName names the table.
func (Hours) TableName() string { return "training_hours" }

// TableName names the table.
func (Tally) TableName() string { return "training_tally" }

// settingOf returns how a company trains; of one that has changed nothing, the usual.
func settingOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Setting, error) {
	cond, args := scope.Where("s")
	var found []Setting
	if err := tx.WithContext(ctx).Raw("SELECT s.* FROM training_setting s WHERE s.company_id = ? AND "+cond, append([]any{int64(company)}, args...)...).Scan(&found).Error; err != nil {
		return Setting{}, err
	}
	if len(found) == 0 {
		return usual(rbac.Home{CompanyID: company}), nil
	}
	return found[0], nil
}

func saveSetting(ctx context.Context, tx db.Tx, s *Setting) error {
	return tx.WithContext(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "company_id"}}, UpdateAll: true}).Create(s).Error
}

// lockPlan returns the plan of a year, locked; nil: there is none.
func lockPlan(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int) (*Plan, error) {
	var found []Plan
	err := tx.WithContext(ctx).Raw("SELECT * FROM training_plan WHERE company_id = ? AND year = ? FOR UPDATE", int64(company), year).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

func planOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, year int) (*Plan, error) {
	w := scope.Of(company, "p")
	w.And("p.year = ?", year)
	var found []Plan
	err := tx.WithContext(ctx).Raw("SELECT p.* FROM training_plan p WHERE "+w.SQL(), w.Args...).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

func savePlan(ctx context.Context, tx db.Tx, p *Plan) error {
	return tx.WithContext(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "company_id"}, {Name: "year"}}, UpdateAll: true}).Create(p).Error
}

// Itemed is an item of a plan with what became of it.
type Itemed struct {
	PlanItem
	CourseTitle string
	Sessions    int // that were planned for it
	Held        int
	Attended    int
}

func itemsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, year int) (rows []Itemed, err error) {
	w := scope.Of(company, "i")
	w.And("i.year = ? AND NOT i.retired", year)
	q := `SELECT i.*, coalesce(c.title, '') AS course_title, coalesce(n.sessions, 0) AS sessions, coalesce(n.held, 0) AS held, coalesce(n.attended, 0) AS attended FROM training_plan_item i
		LEFT JOIN training_course c ON c.company_id = i.company_id AND c.id = i.course_id
		LEFT JOIN (SELECT plan_item_id, count(*) AS sessions, count(*) FILTER (WHERE state = 'closed') AS held, sum(attended) AS attended FROM training_session
			WHERE company_id = ? AND plan_item_id IS NOT NULL AND state <> 'cancelled' GROUP BY plan_item_id) n ON n.plan_item_id = i.id
		WHERE ` + w.SQL() + " ORDER BY i.month, i.id LIMIT 500"
	return rows, tx.WithContext(ctx).Raw(q, append([]any{int64(company)}, w.Args...)...).Scan(&rows).Error
}

// itemByID locks an item that stands. Errors: rbac.ErrNotFound.
func itemByID(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[PlanItem]) (PlanItem, error) {
	var found []PlanItem
	if err := tx.WithContext(ctx).Raw("SELECT * FROM training_plan_item WHERE company_id = ? AND id = ? AND NOT retired FOR UPDATE", int64(company), int64(n)).Scan(&found).Error; err != nil {
		return PlanItem{}, err
	}
	if len(found) == 0 {
		return PlanItem{}, rbac.ErrNotFound
	}
	return found[0], nil
}

// insertItems adds items. Errors: ErrTaken.
func insertItems(ctx context.Context, tx db.Tx, items []PlanItem) error {
	if len(items) == 0 {
		return nil
	}
	return itemFault(tx.WithContext(ctx).CreateInBatches(items, 500).Error)
}

func updateItem(ctx context.Context, tx db.Tx, p *PlanItem) error {
	return itemFault(tx.WithContext(ctx).Model(p).Where("company_id = ?", int64(p.CompanyID)).
		Select("month", "topic", "kind", "types", "units", "minutes", "trainer", "course_id", "retired").Updates(p).Error)
}

func itemFault(err error) error {
	switch {
	case db.Violates(err, "training_plan_item_topic_key"):
		return ErrTaken.At("body.topic").Because(err)
	case db.Violates(err, "training_plan_item_course_id_fkey"):
		return ErrCourse.At("body.courseId").Because(err)
	}
	return err
}

// takenTopics are the topics by month that a plan has already.
func takenTopics(ctx context.Context, tx db.Tx, company rbac.CompanyID, years db.Ints) (map[string]PlanItem, error) {
	var rows []PlanItem
	err := tx.WithContext(ctx).Raw("SELECT * FROM training_plan_item WHERE company_id = ? AND year = ANY(?) AND NOT retired", int64(company), years).Scan(&rows).Error
	out := map[string]PlanItem{}
	for _, r := range rows {
		out[r.key()] = r
	}
	return out, err
}

// planStates are the states of the plans of some years.
func planStates(ctx context.Context, tx db.Tx, company rbac.CompanyID, years db.Ints) (map[int32]string, error) {
	var rows []Plan
	err := tx.WithContext(ctx).Raw("SELECT year, state FROM training_plan WHERE company_id = ? AND year = ANY(?)", int64(company), years).Scan(&rows).Error
	out := map[int32]string{}
	for _, r := range rows {
		out[r.Year] = r.State
	}
	return out, err
}
