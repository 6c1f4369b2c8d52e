package selfreport

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Members are the companies of a statistics form, as a query with its parameters that yields company_id, region_path, industry, bound,
// reported, zero, high_risk, above_scale and crowded. By quarter they are those bound at the period's end, as they were then; by month the
// companies of the register that were entered by its end, for the monthly report binds some areas only.
func Members(scope rbac.Scope, quarterly bool, cycle string, from, until day.Date, area string) (q string, args []any) {
	if quarterly {
		cond, args := scope.Where("b")
		return `SELECT b.company_id, b.region_path, coalesce(c.industry, '') AS industry, true AS bound, ` + reported + ` AS reported, b.zero, b.high_risk, b.above_scale, b.crowded
			FROM selfreport_bound b LEFT JOIN company c ON c.company_id = b.company_id
			WHERE ` + cond + ` AND b.cycle = ? AND b.period_from = ?::date AND b.region_path >= ? AND b.region_path < ?`, append(args, cycle, from.String(), area, area+"~")
	}
	cond, where := scope.Where("c")
	return `SELECT c.company_id, c.region_path, c.industry, b.company_id IS NOT NULL AS bound, coalesce(` + reported + `, false) AS reported, coalesce(b.zero, false) AS zero,
			coalesce(b.high_risk, false) AS high_risk, coalesce(b.above_scale, false) AS above_scale, coalesce(b.crowded, false) AS crowded
			FROM company c LEFT JOIN selfreport_bound b ON b.company_id = c.company_id AND b.cycle = ? AND b.period_from = ?::date
			WHERE ` + cond + ` AND c.status <> 'closed' AND c.created_at < ?::timestamptz AND c.region_path >= ? AND c.region_path < ?`,
		append(append([]any{cycle, from.String()}, where...), until.AddDays(1).Midnight(day.Shanghai), area, area+"~")
}

// Sum is what an area's reports whose last day lay in a period came to.
type Sum struct {
	Area     string
	Bound    int64
	Reported int64
	Late     int64
	Zero     int64
}

// Sums counts the reports whose last day lay in a period by the first width characters of the places where companies were then.
func Sums(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, width int, from, until day.Date) (rows []Sum, err error) {
	cond, args := scope.Where("b")
	q := `SELECT left(b.region_path, ?::int) AS area, count(*) AS bound, count(*) FILTER (WHERE ` + reported + `) AS reported, count(*) FILTER (WHERE ` + reported + ` AND b.late) AS late,
			count(*) FILTER (WHERE ` + reported + ` AND b.zero) AS zero
		FROM selfreport_bound b WHERE ` + cond + ` AND b.due_on BETWEEN ?::date AND ?::date AND b.region_path >= ? AND b.region_path < ? GROUP BY 1`
	params := append(append([]any{width}, args...), from.String(), until.String(), area, area+"~")
	return rows, tx.WithContext(ctx).Raw(q, params...).Scan(&rows).Error
}

// Owing is a company with reports missing.
type Owing struct {
	CompanyID rbac.CompanyID
	Path      string
	Town      string
	Name      string
	Missing   int64
	Since     day.Date // oldest last day
	Total     int64    // companies in all
}

// OwingIn lists companies that have not handed in reports whose last day lay in a period, those with the most first.
func OwingIn(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, from, until day.Date, limit int) (rows []Owing, err error) {
	cond, args := scope.Where("b")
	q := `SELECT n.*, coalesce(d.name, '') AS town FROM (SELECT b.company_id, min(b.region_path) AS path, min(b.name) AS name, count(*) AS missing, min(b.due_on) AS since, count(*) OVER () AS total
			FROM selfreport_bound b WHERE ` + cond + ` AND b.standing IN ('unreported', 'returned') AND b.due_on BETWEEN ?::date AND ?::date AND b.region_path >= ? AND b.region_path < ?
			GROUP BY b.company_id ORDER BY missing DESC, path, b.company_id LIMIT ?) n
		LEFT JOIN division d ON d.path = left(n.path, 9) AND d.valid_until IS NULL ORDER BY n.missing DESC, n.path, n.company_id`
	args = append(args, from.String(), until.String(), area, area+"~", limit)
	return rows, tx.WithContext(ctx).Raw(q, args...).Scan(&rows).Error
}
