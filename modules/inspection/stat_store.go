package inspection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// ItemStat is what was found about an item in a month, by the people of one unit.
type ItemStat struct {
	CompanyID     rbac.CompanyID
	ID            int64
	RegionPath    string
	OversightLine int16
	MonthOn       day.Date // first day
	Code          string
	UnitID        *int64
	Asked         int
	Failed        int
	NotApplicable int
	OutOfRange    int
}

// TableName names the table (gorm).
func (ItemStat) TableName() string { return "inspection_item_stat" }

// ItemCase is a check in which an item failed or did not apply.
type ItemCase struct {
	CompanyID     rbac.CompanyID
	Code          string
	StartedOn     day.Date
	CheckID       int64
	RegionPath    string
	OversightLine int16
	Result        string
}

// TableName names the table (gorm).
func (ItemCase) TableName() string { return "inspection_item_case" }

// answered spreads the checks of "said" (with a sign, -1 for one that was replaced) over their items,
// what a team card confirmed as a whole included.
const answered = `told AS (
	SELECT c.company_id, c.region_path, c.oversight_line, date_trunc('month', c.started_on::timestamp)::date AS month_on, c.unit_id, a->>'code' AS code, c.sign AS n, a->>'result' AS result,
		coalesce(a->>'measured', '') <> '' AS measured FROM said c, jsonb_array_elements(c.answers) a
	UNION ALL
	SELECT c.company_id, c.region_path, c.oversight_line, date_trunc('month', c.started_on::timestamp)::date, c.unit_id, code, c.sign * jsonb_array_length(f->'points'), 'pass', false
	FROM said c, jsonb_array_elements(c.confirmed) f, jsonb_array_elements_text(f->'codes') code),
sums AS (
	SELECT company_id, min(region_path) AS region_path, min(oversight_line) AS oversight_line, month_on, code, unit_id, sum(n) AS asked, coalesce(sum(n) FILTER (WHERE result = 'fail'), 0) AS failed,
		coalesce(sum(n) FILTER (WHERE result = 'na'), 0) AS na, coalesce(sum(n) FILTER (WHERE result = 'fail' AND measured), 0) AS out
	FROM told GROUP BY company_id, month_on, code, unit_id)`

// CountItems counts at most limit checks that are not counted yet, and returns how many: one statement
// for all. A corrected check is taken back. It is for the job runner.
func CountItems(ctx context.Context, tx db.Tx, limit int) (n int, err error) {
	q := `WITH batch AS (
		DELETE FROM inspection_uncounted u USING (SELECT company_id, started_on, check_id FROM inspection_uncounted ORDER BY company_id, started_on, check_id LIMIT ? FOR UPDATE SKIP LOCKED) x
		WHERE u.company_id = x.company_id AND u.started_on = x.started_on AND u.check_id = x.check_id RETURNING u.*),
	said AS (
		SELECT c.*, 1 AS sign FROM batch b JOIN inspection_check c ON c.company_id = b.company_id AND c.started_on = b.started_on AND c.id = b.check_id
		UNION ALL
		SELECT o.*, -1 FROM batch b JOIN inspection_check c ON c.company_id = b.company_id AND c.started_on = b.started_on AND c.id = b.check_id
			JOIN inspection_check o ON o.company_id = c.company_id AND o.started_on = c.started_on AND o.id = c.corrects_id),
	` + answered + `,
	summed AS (
		INSERT INTO inspection_item_stat AS s (company_id, region_path, oversight_line, month_on, code, unit_id, asked, failed, not_applicable, out_of_range)
		SELECT company_id, region_path, oversight_line, month_on, code, unit_id, asked, failed, na, out FROM sums ORDER BY company_id, month_on, code, unit_id
		ON CONFLICT (company_id, month_on, code, unit_id) DO UPDATE SET asked = s.asked + excluded.asked, failed = s.failed + excluded.failed,
			not_applicable = s.not_applicable + excluded.not_applicable, out_of_range = s.out_of_range + excluded.out_of_range),
	gone AS (DELETE FROM inspection_item_case k USING said c WHERE c.sign < 0 AND k.company_id = c.company_id AND k.started_on = c.started_on AND k.check_id = c.id),
	cases AS (
		INSERT INTO inspection_item_case (company_id, code, started_on, check_id, region_path, oversight_line, result)
		SELECT c.company_id, a->>'code', c.started_on, c.id, c.region_path, c.oversight_line, min(a->>'result') FROM said c, jsonb_array_elements(c.answers) a
		WHERE c.sign > 0 AND a->>'result' IN ('fail', 'na') AND NOT EXISTS (SELECT FROM inspection_check later WHERE later.company_id = c.company_id AND later.started_on = c.started_on AND later.corrects_id = c.id)
		GROUP BY c.company_id, a->>'code', c.started_on, c.id, c.region_path, c.oversight_line
		ON CONFLICT ON CONSTRAINT inspection_item_case_pkey DO NOTHING)
	SELECT count(*) FROM batch`
	err = tx.WithContext(ctx).Raw(q, limit).Scan(&n).Error
	return n, err
}

// RecountItems counts a month of some companies again from their checks and repairs what differs; it
// returns how many rows that were. What waits to be counted is left to CountItems, which waits
// meanwhile: what it adds to a row while that is recounted would be lost. It is for the job runner.
func RecountItems(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, month day.Date) (n int, err error) {
	firms := make(db.Ints, len(companies))
	for i, c := range companies {
		firms[i] = int64(c)
	}
	g := tx.WithContext(ctx)
	if err := g.Exec("LOCK TABLE inspection_item_stat IN SHARE ROW EXCLUSIVE MODE").Error; err != nil {
		return 0, err
	}
	q := `WITH said AS (SELECT c.*, 1 AS sign FROM inspection_check c
		WHERE c.company_id = ANY (?::bigint[]) AND c.started_on >= ?::date AND c.started_on < ?::date
			AND NOT EXISTS (SELECT FROM inspection_uncounted u WHERE u.company_id = c.company_id AND u.started_on = c.started_on AND u.check_id = c.id)
			AND NOT EXISTS (SELECT FROM inspection_check later WHERE later.company_id = c.company_id AND later.started_on = c.started_on AND later.corrects_id = c.id
				AND NOT EXISTS (SELECT FROM inspection_uncounted u WHERE u.company_id = later.company_id AND u.started_on = later.started_on AND u.check_id = later.id))),
	` + answered + `,
	righted AS (
		INSERT INTO inspection_item_stat AS s (company_id, region_path, oversight_line, month_on, code, unit_id, asked, failed, not_applicable, out_of_range)
		SELECT company_id, region_path, oversight_line, month_on, code, unit_id, asked, failed, na, out FROM sums ORDER BY company_id, month_on, code, unit_id
		ON CONFLICT (company_id, month_on, code, unit_id) DO UPDATE SET asked = excluded.asked, failed = excluded.failed,
			not_applicable = excluded.not_applicable, out_of_range = excluded.out_of_range
		WHERE (s.asked, s.failed, s.not_applicable, s.out_of_range) IS DISTINCT FROM (excluded.asked, excluded.failed, excluded.not_applicable, excluded.out_of_range)
		RETURNING 1),
	emptied AS (
		UPDATE inspection_item_stat s SET asked = 0, failed = 0, not_applicable = 0, out_of_range = 0
		WHERE s.company_id = ANY (?::bigint[]) AND s.month_on = ?::date AND (s.asked, s.failed, s.not_applicable, s.out_of_range) IS DISTINCT FROM (0, 0, 0, 0)
			AND NOT EXISTS (SELECT FROM sums x WHERE x.company_id = s.company_id AND x.code = s.code AND x.unit_id IS NOT DISTINCT FROM s.unit_id)
		RETURNING 1)
	SELECT (SELECT count(*) FROM righted) + (SELECT count(*) FROM emptied)`
	err = g.Raw(q, firms, month, month.AddMonths(1), firms, month).Scan(&n).Error
	return n, err
}

// firmsAfter returns the next companies behind one.
func firmsAfter(ctx context.Context, tx db.Tx, after rbac.CompanyID, limit int) (out []rbac.CompanyID, err error) {
	err = tx.WithContext(ctx).Raw("SELECT company_id FROM company WHERE company_id > ? ORDER BY company_id LIMIT ?", after, limit).Scan(&out).Error
	return out, err
}

// ItemSum is what was found about an item in a span of months.
type ItemSum struct {
	Code          string `json:"code"`
	Asked         int    `json:"asked"`
	Failed        int    `json:"failed"`
	NotApplicable int    `json:"notApplicable"`
	OutOfRange    int    `json:"outOfRange" doc:"failed with a measured value"`
}

// itemSums adds up a company's items over months, most failed first.
func itemSums(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f SpanFilter) (out []ItemSum, err error) {
	w := scope.Of(company, "t")
	w.And("t.month_on BETWEEN date_trunc('month', ?::timestamp)::date AND ?::date", f.From.String(), f.To)
	w.Within(scope.Reach("t"))
	w.When(f.UnitID != 0, rbac.Below("t"), f.UnitID)
	q := `SELECT t.code, sum(t.asked) AS asked, sum(t.failed) AS failed, sum(t.not_applicable) AS not_applicable, sum(t.out_of_range) AS out_of_range
		FROM inspection_item_stat t WHERE ` + w.SQL() + " GROUP BY t.code HAVING sum(t.asked) > 0 ORDER BY failed DESC, asked DESC, t.code"
	err = tx.WithContext(ctx).Raw(q, w.Args...).Scan(&out).Error
	return out, err
}

// missedOn tells who leads the unit, or the safety managers, what was missed on a day: one line for each.
func missedOn(ctx context.Context, tx db.Tx, on day.Date, after rbac.CompanyID, limit int) (out []missedLine, err error) {
	q := `WITH firm AS (SELECT DISTINCT company_id FROM inspection_task WHERE due_on = ? AND state = 'missed' AND check_id IS NULL AND company_id > ? ORDER BY company_id LIMIT ?)
		SELECT t.company_id, coalesce(u.head_id, 0) AS head_id, count(*) AS n, array_to_string((array_agg(DISTINCT coalesce(nullif(t.title, ''), p.name)))[1:3], '、') AS names
		FROM firm f JOIN inspection_task t ON t.company_id = f.company_id JOIN checklist_point p ON p.company_id = t.company_id AND p.id = t.point_id
			LEFT JOIN staff_unit u ON u.company_id = t.company_id AND u.id = t.unit_id
		WHERE t.due_on = ? AND t.state = 'missed' AND t.check_id IS NULL GROUP BY t.company_id, u.head_id ORDER BY t.company_id`
	err = tx.WithContext(ctx).Raw(q, on, after, limit, on).Scan(&out).Error
	return out, err
}
