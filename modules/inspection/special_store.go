package inspection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// insertTasks adds several tasks in one statement.
func insertTasks(ctx context.Context, tx db.Tx, list []*Task) error {
	return referred(tx.WithContext(ctx).Create(&list).Error)
}

// SpecialFilter narrows a list of special checks.
type SpecialFilter struct {
	State string `query:"state" enum:"proposed,issued,dismissed"`
}

// SpecialLine is a special check as lists show it.
type SpecialLine struct {
	SpecialCheck
	Tally
	Failed int // items its checks found wrong
}

// specials lists a company's special checks with what became of their tasks, latest due first.
func specials(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f SpecialFilter, k page.Key, limit int) (out []SpecialLine, err error) {
	w := scope.Of(company, "s")
	w.When(f.State != "", "s.state = ?", f.State)
	order := w.Latest(k, "s.due_on, s.id", "?::date, ?::bigint")
	q := `SELECT s.*, x.* FROM (SELECT s.* FROM inspection_special s WHERE ` + w.SQL() + order + ` LIMIT ?) AS s CROSS JOIN LATERAL (
		SELECT ` + tallied + `, coalesce(sum(c.failed), 0) AS failed FROM inspection_task t
			LEFT JOIN inspection_check c ON c.company_id = t.company_id AND c.started_on = t.check_started_on AND c.id = t.check_id
		WHERE t.company_id = s.company_id AND t.special_id = s.id) AS x` + order
	err = tx.WithContext(ctx).Raw(q, append(w.Args, limit)...).Scan(&out).Error
	return out, err
}

// lockSpecial returns a special check and keeps others from changing it. Errors: rbac.ErrNotFound.
func lockSpecial(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, n id.Of[SpecialCheck]) (SpecialCheck, error) {
	cond, args := scope.Where("t")
	return one[SpecialCheck](tx.WithContext(ctx).Raw("SELECT * FROM inspection_special t WHERE company_id = ? AND id = ? AND "+cond+" FOR UPDATE", append([]any{company, n}, args...)...))
}

func updateSpecial(ctx context.Context, tx db.Tx, s SpecialCheck) error {
	return tx.WithContext(ctx).Exec("UPDATE inspection_special SET state = ?, reason = ?, modules = ?, due_on = ?, issued_at = ?, made_by = ? WHERE company_id = ? AND id = ?",
		s.State, s.Reason, s.Modules, s.DueOn, s.IssuedAt, s.MadeBy, s.CompanyID, s.ID).Error
}

// proposeHoliday proposes a check before a holiday to the next companies after the given one that
// plan their checks here, and returns the last one and how many were looked at.
func proposeHoliday(ctx context.Context, tx db.Tx, after rbac.CompanyID, t Template, title string, holiday, due day.Date, limit int) (last rbac.CompanyID, n int, err error) {
	var found []struct {
		CompanyID rbac.CompanyID
		N         int
	}
	q := `WITH firm AS (SELECT c.company_id, c.region_path, c.oversight_line FROM company c
			WHERE c.company_id > ? AND EXISTS (SELECT FROM inspection_plan p WHERE p.company_id = c.company_id AND (p.ends_on IS NULL OR p.ends_on >= ?::date)) ORDER BY c.company_id LIMIT ?),
		made AS (INSERT INTO inspection_special (company_id, region_path, oversight_line, template, source, title, note, modules, due_on, state, reason, holiday_on, issuer, made_by, created_at)
			SELECT company_id, region_path, oversight_line, ?, ?, ?, '', ?, ?::date, 'proposed', '', ?::date, '', '', ? FROM firm
			ON CONFLICT ON CONSTRAINT inspection_special_holiday_on_key DO NOTHING)
		SELECT max(company_id) AS company_id, count(*) AS n FROM firm`
	err = tx.WithContext(ctx).Raw(q, after, due, limit, t.Code, t.Source, title, db.Texts(t.Modules), due, holiday, tx.Now).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return 0, 0, err
	}
	return found[0].CompanyID, found[0].N, nil
}
