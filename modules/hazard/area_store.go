package hazard

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Ledger sums the ledgers of the companies of a query m over a period, as a query with its parameters that yields company_id, found, fixed,
// major_found, major_fixed, plan_count, plan_goals, plan_funds, plan_owner, plan_time, plan_measures and funds_fen. What counts is what
// Statistics counts of one company.
func Ledger(from, until day.Date) (q string, args []any) {
	f, u := from.String(), until.String()
	const inPlan = "h.level = 'major' AND (h.cancelled_on IS NULL OR h.cancelled_on > p.until)"
	return `SELECT h.company_id, count(*) FILTER (WHERE h.level <> 'major' AND h.found_on >= p.since) AS found,
			count(*) FILTER (WHERE h.level <> 'major' AND h.found_on >= p.since AND h.cancelled_on <= p.until) AS fixed,
			count(*) FILTER (WHERE h.level = 'major' AND h.found_on >= p.since) AS major_found,
			count(*) FILTER (WHERE h.level = 'major' AND h.found_on >= p.since AND h.cancelled_on <= p.until) AS major_fixed,
			count(*) FILTER (WHERE ` + inPlan + `) AS plan_count, count(*) FILTER (WHERE ` + inPlan + ` AND h.goal <> '') AS plan_goals,
			count(*) FILTER (WHERE ` + inPlan + ` AND h.funds_fen IS NOT NULL) AS plan_funds, count(*) FILTER (WHERE ` + inPlan + ` AND h.owner_id IS NOT NULL) AS plan_owner,
			count(*) FILTER (WHERE ` + inPlan + ` AND h.deadline IS NOT NULL) AS plan_time, count(*) FILTER (WHERE ` + inPlan + ` AND h.measures <> '' AND h.contingency <> '') AS plan_measures,
			coalesce(sum(h.funds_fen) FILTER (WHERE ` + inPlan + `), 0)::bigint AS funds_fen
		FROM hazard h JOIN m ON m.company_id = h.company_id CROSS JOIN (SELECT ?::date AS since, ?::date AS until) p
		WHERE h.voided_on IS NULL AND NOT h.historical AND h.found_on <= p.until AND (h.cancelled_on IS NULL OR h.cancelled_on >= p.since) GROUP BY h.company_id`, []any{f, u}
}

// Sum is what an area's ledgers came to in a period. Due counts what was mended in it or should have been by its end.
type Sum struct {
	Area         string
	GeneralDue   int64
	GeneralFixed int64
	MajorDue     int64
	MajorFixed   int64
	Overdue      int64 // at its end
	Mended       int64
	Reopened     int64 // of the mended, sent back at least once
}

// Sums counts ledgers by the first width characters of places.
func Sums(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, width int, from, until day.Date) (rows []Sum, err error) {
	cond, args := scope.Where("h")
	q := `SELECT left(h.region_path, ?::int) AS area, count(*) FILTER (WHERE x.due AND h.level <> 'major') AS general_due, count(*) FILTER (WHERE x.fixed AND h.level <> 'major') AS general_fixed,
			count(*) FILTER (WHERE x.due AND h.level = 'major') AS major_due, count(*) FILTER (WHERE x.fixed AND h.level = 'major') AS major_fixed,
			count(*) FILTER (WHERE h.deadline < p.until AND (h.fixed_on IS NULL OR h.fixed_on > p.until)) AS overdue, count(*) FILTER (WHERE x.fixed) AS mended,
			count(*) FILTER (WHERE x.fixed AND h.reopen_count > 0) AS reopened
		FROM hazard h CROSS JOIN (SELECT ?::date AS since, ?::date AS until) p,
		LATERAL (SELECT coalesce(h.fixed_on BETWEEN p.since AND p.until, false) AS fixed,
			coalesce(h.fixed_on BETWEEN p.since AND p.until, false) OR coalesce(h.deadline <= p.until AND (h.fixed_on IS NULL OR h.fixed_on > p.until), false) AS due) x
		WHERE ` + cond + ` AND h.region_path >= ? AND h.region_path < ? AND h.voided_on IS NULL AND NOT h.historical AND h.found_on <= p.until AND (h.fixed_on IS NULL OR h.fixed_on >= p.since) GROUP BY 1`
	params := append(append([]any{width, from.String(), until.String()}, args...), area, area+"~")
	return rows, tx.WithContext(ctx).Raw(q, params...).Scan(&rows).Error
}

// Laggard is a company with overdue hazards.
type Laggard struct {
	CompanyID rbac.CompanyID
	Path      string
	Town      string
	Name      string
	Overdue   int64
	Since     day.Date // oldest deadline
	Total     int64    // companies in all
}

// LaggardsIn lists companies with hazards that were overdue on a day, those with the most first.
func LaggardsIn(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, on day.Date, limit int) (rows []Laggard, err error) {
	cond, args := scope.Where("h")
	q := `SELECT n.*, c.name, coalesce(d.name, '') AS town FROM (SELECT h.company_id, min(h.region_path) AS path, count(*) AS overdue, min(h.deadline) AS since, count(*) OVER () AS total
			FROM hazard h WHERE ` + cond + ` AND h.region_path >= ? AND h.region_path < ? AND h.voided_on IS NULL AND NOT h.historical AND h.deadline < ?::date AND (h.fixed_on IS NULL OR h.fixed_on > ?::date)
			GROUP BY h.company_id ORDER BY overdue DESC, path, h.company_id LIMIT ?) n
		JOIN company c ON c.company_id = n.company_id LEFT JOIN division d ON d.path = left(n.path, 9) AND d.valid_until IS NULL ORDER BY n.overdue DESC, n.path, n.company_id`
	args = append(args, area, area+"~", on.String(), on.String(), limit)
	return rows, tx.WithContext(ctx).Raw(q, args...).Scan(&rows).Error
}
