package programme

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Form) TableName() string { return "programme_form" }

// statistics counts the companies of members m and the ledgers of ledger, by the first width characters of their paths and two digits of
// their industry: one statement, however many areas there are.
func statistics(ctx context.Context, tx db.Tx, members, ledger Query, width int) (rows []counting, err error) {
	q := `WITH m AS MATERIALIZED (` + members.SQL + `), l AS (` + ledger.SQL + `)
		SELECT left(m.region_path, ?::int) AS area, left(coalesce(m.industry, ''), 2) AS division, count(*) AS companies, count(*) FILTER (WHERE m.bound) AS bound,
			count(*) FILTER (WHERE m.reported) AS reported, count(*) FILTER (WHERE m.reported AND m.zero) AS zero, count(*) FILTER (WHERE m.reported OR l.found + l.major_found > 0) AS checked,
			coalesce(sum(l.found), 0)::bigint AS found, coalesce(sum(l.fixed), 0)::bigint AS fixed, coalesce(sum(l.major_found), 0)::bigint AS major_found, coalesce(sum(l.major_fixed), 0)::bigint AS major_fixed,
			coalesce(sum(l.plan_count), 0)::bigint AS plan_count, coalesce(sum(l.plan_goals), 0)::bigint AS plan_goals, coalesce(sum(l.plan_funds), 0)::bigint AS plan_funds,
			coalesce(sum(l.plan_owner), 0)::bigint AS plan_owner, coalesce(sum(l.plan_time), 0)::bigint AS plan_time, coalesce(sum(l.plan_measures), 0)::bigint AS plan_measures,
			coalesce(sum(l.funds_fen), 0)::bigint AS funds_fen,
			count(*) FILTER (WHERE m.bound AND m.high_risk) AS high_bound, count(*) FILTER (WHERE m.reported AND m.high_risk) AS high_in,
			count(*) FILTER (WHERE m.bound AND m.above_scale) AS scale_bound, count(*) FILTER (WHERE m.reported AND m.above_scale) AS scale_in,
			count(*) FILTER (WHERE m.bound AND m.crowded) AS crowd_bound, count(*) FILTER (WHERE m.reported AND m.crowded) AS crowd_in
		FROM m LEFT JOIN l ON l.company_id = m.company_id GROUP BY 1, 2 ORDER BY 1, 2`
	args := append(append(append([]any{}, members.Args...), ledger.Args...), width)
	return rows, tx.WithContext(ctx).Raw(q, args...).Scan(&rows).Error
}

// lastForm is the latest version of a form. ok is false where none was issued.
func lastForm(ctx context.Context, tx db.Tx, f Form) (last Form, ok bool, err error) {
	var rows []Form
	err = tx.WithContext(ctx).Raw("SELECT * FROM programme_form WHERE organisation_id = ? AND area = ? AND kind = ? AND period = ? ORDER BY version DESC LIMIT 1",
		int64(f.OrganisationID), f.Area, f.Kind, f.Period).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return last, false, err
	}
	return rows[0], true, nil
}

// insertForm keeps a form as issued. Errors: ErrIssued if somebody else issued the version meanwhile.
func insertForm(ctx context.Context, tx db.Tx, f *Form) error {
	err := gorm.G[Form](tx.DB).Create(ctx, f)
	if db.Violates(err, "programme_form_version_key") {
		return ErrIssued.Because(err)
	}
	return err
}

func formByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Form]) (f Form, err error) {
	cond, args := about(scope, "f")
	var rows []Form
	if err := tx.WithContext(ctx).Raw("SELECT f.* FROM programme_form f WHERE f.id = ? AND "+cond, append([]any{int64(n)}, args...)...).Scan(&rows).Error; err != nil {
		return f, err
	}
	if len(rows) == 0 {
		return f, rbac.ErrNotFound
	}
	return rows[0], nil
}

// formsOf lists forms, latest first, without their figures.
func formsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, filter FormFilter, k page.Key) (rows []Form, err error) {
	w := &page.Where{}
	w.Within(about(scope, "f"))
	w.When(filter.Kind != "", "f.kind = ?", filter.Kind)
	w.When(filter.Period != "", "f.period = ?", filter.Period)
	order := w.Latest(k, "f.id", "?::bigint")
	q := `SELECT f.id, f.organisation_id, f.area, f.area_name, f.kind, f.period, f.version, f.unit_name, f.head, f.filled_by, f.reviewed_by, f.phone, f.filled_on, f.reason, f.rule_version, f.sha256,
		f.issued_at, f.issued_by, f.person_id FROM programme_form f WHERE ` + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, filter.Limit+1)...).Scan(&rows).Error
}
