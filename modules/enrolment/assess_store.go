package enrolment

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// TableName names the table.
func (Assessment) TableName() string { return "enrolment_assessment" }

// insertAssessment adds an assessment. Errors: ErrUnderWay.
func insertAssessment(ctx context.Context, tx db.Tx, a *Assessment) error {
	err := gorm.G[Assessment](tx.DB).Create(ctx, a)
	if db.Violates(err, "enrolment_assessment_open_key") {
		return ErrUnderWay.Because(err)
	}
	return err
}

func underWay(ctx context.Context, tx db.Tx, company rbac.CompanyID, kind string) (yes bool, err error) {
	err = tx.WithContext(ctx).Raw("SELECT EXISTS (SELECT FROM enrolment_assessment WHERE company_id = ? AND kind = ? AND state = 'open')", int64(company), kind).Scan(&yes).Error
	return yes, err
}

func assessmentByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Assessment], lock string) (Assessment, error) {
	return one[Assessment](ctx, tx, scope, "enrolment_assessment", int64(n), lock)
}

func assessmentsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (rows []Assessment, err error) {
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ? AND state <> 'dropped'", int64(company)).Order("id DESC").Limit(100).Find(&rows).Error
	return rows, err
}

// saveAssessment writes some columns of an assessment.
func saveAssessment(ctx context.Context, tx db.Tx, a *Assessment, columns []string) error {
	return saved(tx.WithContext(ctx).Model(&Assessment{}).Where("company_id = ? AND id = ?", int64(a.CompanyID), int64(a.ID)).Select(columns).Updates(a))
}

// endBefore ends the result that a new one takes the place of.
func endBefore(ctx context.Context, tx db.Tx, a Assessment) error {
	return tx.WithContext(ctx).Exec("UPDATE enrolment_assessment SET ended_on = ?::date WHERE company_id = ? AND kind = ? AND state = 'published' AND ended_on IS NULL AND id <> ?",
		a.ValidFrom.String(), int64(a.CompanyID), a.Kind, int64(a.ID)).Error
}

// classesOf are the classes that hold today.
func classesOf(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]string, error) {
	var rows []struct {
		CompanyID rbac.CompanyID
		Decided   string
	}
	err := tx.WithContext(ctx).Raw("SELECT company_id, decided FROM enrolment_assessment WHERE company_id = ANY(?) AND kind = 'class' AND state = 'published' AND ended_on IS NULL AND valid_until >= ?::date",
		plain(ids), today(tx).String()).Scan(&rows).Error
	out := map[rbac.CompanyID]string{}
	for _, r := range rows {
		out[r.CompanyID] = r.Decided
	}
	return out, err
}

// candidatesBy returns one page of companies and one row more: the result that holds and the one
// under way come with them.
func candidatesBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f CandidateFilter, k page.Key) (rows []Candidate, err error) {
	now := today(tx).String()
	w := &page.Where{Args: []any{now, f.Kind, f.Kind}}
	w.Within(scope.Where("c"))
	w.And("c.status = 'active'")
	w.When(f.Kind == Duty, "c.staff_count BETWEEN ? AND ?", classes.DutyStaff.From, classes.DutyStaff.To)
	w.When(f.Division != "", "c.region_path >= ? AND c.region_path < ?", f.Division, f.Division+"~")
	if f.Name != "" {
		grams, like := search.Query(f.Name)
		w.When(len(grams) > 0, "c.name_bi @> ?::int[]", db.Int4s(grams))
		w.And("c.name_fold LIKE ?", like)
	}
	switch f.Status {
	case "none":
		w.And("p.id IS NULL AND o.id IS NULL")
	case "open":
		w.And("o.id IS NOT NULL")
	case "held":
		w.And("p.valid_until >= ?::date", now)
	case "expired":
		w.And("p.valid_until < ?::date", now)
	case "appealed":
		w.And("p.appealed_at IS NOT NULL AND p.answered_at IS NULL")
	}
	w.When(f.Result != "", "p.decided = ?", f.Result)
	order := w.Rising(k, "c.company_id", "?::bigint")
	q := `SELECT c.company_id, c.name, coalesce(d.name, '') AS town, c.staff_count AS staff, coalesce(o.id, 0) AS open_id, coalesce(p.id, 0) AS last_id, coalesce(p.decided, '') AS decided,
			coalesce(p.score, -1) AS score, p.valid_until, p.appealed_at IS NOT NULL AND p.answered_at IS NULL AS appealed, coalesce(p.valid_until < ?::date, false) AS expired
		FROM company c LEFT JOIN division d ON d.path = left(c.region_path, 9) AND d.valid_until IS NULL
		LEFT JOIN enrolment_assessment o ON o.company_id = c.company_id AND o.kind = ? AND o.state = 'open'
		LEFT JOIN enrolment_assessment p ON p.company_id = c.company_id AND p.kind = ? AND p.state = 'published' AND p.ended_on IS NULL
		WHERE ` + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}
