package training

import (
	"context"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

var escape = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// CourseFilter says which courses to list.
type CourseFilter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: which one"`
	Kind      string         `query:"kind" maxLength:"40"`
	Words     string         `query:"words" maxLength:"60"`
	Retired   bool           `query:"retired"`
}

// Listed is a course with how often it was held.
type Listed struct {
	Course
	Sessions int
}

func courses(ctx context.Context, tx db.Tx, scope rbac.Scope, f CourseFilter, k page.Key) (rows []Listed, err error) {
	w := scope.Of(f.CompanyID, "c")
	w.When(f.Kind != "", "c.kind = ?", f.Kind)
	w.And("c.retired = ?", f.Retired)
	if words := strings.TrimSpace(f.Words); words != "" {
		w.And("lower(c.title) LIKE ?", "%"+escape.Replace(strings.ToLower(words))+"%")
	}
	order := w.Latest(k, "c.id", "?::bigint")
	q := `SELECT c.*, (SELECT count(*) FROM training_session s WHERE s.company_id = c.company_id AND s.course_id = c.id AND s.state <> 'cancelled') AS sessions
		FROM training_course c WHERE ` + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// courseByID returns a course of the actor's scope. Errors: rbac.ErrNotFound.
func courseByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Course]) (Course, error) {
	cond, args := scope.Where("c")
	var found []Course
	if err := tx.WithContext(ctx).Raw("SELECT c.* FROM training_course c WHERE c.id = ? AND "+cond, append([]any{int64(n)}, args...)...).Scan(&found).Error; err != nil {
		return Course{}, err
	}
	if len(found) == 0 {
		return Course{}, rbac.ErrNotFound
	}
	return found[0], nil
}

// adopted are the ready courses that a company has, by code.
func adopted(ctx context.Context, tx db.Tx, company rbac.CompanyID) (map[string]Course, error) {
	var rows []Course
	err := tx.WithContext(ctx).Raw("SELECT * FROM training_course WHERE company_id = ? AND code <> '' AND NOT retired", int64(company)).Scan(&rows).Error
	out := map[string]Course{}
	for _, c := range rows {
		out[c.Code] = c
	}
	return out, err
}

// insertCourse adds a course. Errors: ErrTaken.
func insertCourse(ctx context.Context, tx db.Tx, c *Course) error {
	return courseFault(tx.WithContext(ctx).Create(c).Error)
}

// updateCourse saves a course. Errors: ErrTaken.
func updateCourse(ctx context.Context, tx db.Tx, c *Course) error {
	return courseFault(tx.WithContext(ctx).Model(c).Where("company_id = ?", int64(c.CompanyID)).
		Select("kind", "phase", "level", "title", "minutes", "outline", "source", "types", "files", "paper_id", "retired", "made_by_name", "changed_at").Updates(c).Error)
}

func courseFault(err error) error {
	if db.Violates(err, "training_course_title_key") || db.Violates(err, "training_course_code_key") {
		return ErrTaken.At("body.title").Because(err)
	}
	return err
}
