package fund

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// rateOf is a year's use rate as the list is ordered: hundredths of a percent, what owes nothing last.
const rateOf = "CASE WHEN y.due_fen > 0 THEN least(trunc(y.used_fen::numeric * 10000 / y.due_fen), 999999)::bigint ELSE 1000000 END"

// isBehind holds for a company that has closed fewer months than its one parameter; months before the fund was kept here do not count.
const isBehind = `p.bound AND y.closed < ? - CASE WHEN p.starts_on > make_date(y.year, 1, 1)
	THEN least(12, (extract(year FROM p.starts_on)::int - y.year) * 12 + extract(month FROM p.starts_on)::int - 1) ELSE 0 END`

// isUnder holds for a company that used less than the line of what is due by now; its parameter is the line in percent times the months that are over.
const isUnder = "p.bound AND y.due_fen > 0 AND y.used_fen::numeric * 1200 < y.due_fen::numeric * ?"

// inArea is the scope's condition, that of an area and a year, for alias y.
func inArea(scope rbac.Scope, area string, year int) *page.Where {
	w := &page.Where{}
	w.And("y.year = ?", year)
	w.Within(scope.Where("y"))
	w.And("y.region_path >= ? AND y.region_path < ?", area, area+"~")
	return w
}

// sums counts an area's parts in one pass. due is how many months count towards what was due by now, closed how many should be closed.
func sums(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, year, due, closed int) (rows []AreaSum, err error) {
	w := inArea(scope, area, year)
	q := `SELECT left(y.region_path, ?::int) AS path, count(*) AS companies, count(*) FILTER (WHERE p.bound) AS bound, sum(y.due_fen)::bigint AS due_fen, sum(y.accrued_fen)::bigint AS accrued_fen,
		sum(y.used_fen)::bigint AS used_fen, sum(y.opening_fen + y.accrued_fen - y.used_fen)::bigint AS balance_fen,
		count(*) FILTER (WHERE ` + isBehind + `) AS behind, count(*) FILTER (WHERE ` + isUnder + `) AS under,
		count(*) FILTER (WHERE EXISTS (SELECT FROM fund_statement s WHERE s.company_id = y.company_id AND s.year = y.year AND s.state = 'submitted')) AS stated
		FROM fund_year y JOIN fund_profile p ON p.company_id = y.company_id WHERE ` + w.SQL() + " GROUP BY 1 ORDER BY 1"
	return rows, tx.WithContext(ctx).Raw(q, append([]any{below(area), closed, UnderUse * due}, w.Args...)...).Scan(&rows).Error
}

// fundsIn lists the companies of a county or a part of it, the lowest use rate first.
func fundsIn(ctx context.Context, tx db.Tx, scope rbac.Scope, f FundsFilter, due int, k page.Key) (rows []CompanyFund, err error) {
	w := inArea(scope, f.Area, f.Year)
	w.When(f.Only == "under", isUnder, UnderUse*due)
	w.When(f.Only == "behind", isBehind, closable(f.Year, today(tx)))
	w.When(f.Only == "bound", "p.bound")
	w.When(f.Only == "deficit", "y.opening_fen + y.accrued_fen - y.used_fen < 0")
	order := w.Rising(k, rateOf+", y.company_id", "?::bigint, ?::bigint")
	q := `SELECT y.company_id, c.name, c.uscc, coalesce(d.name, '') AS town, p.bound, p.category, y.due_fen, y.accrued_fen, y.used_fen, y.planned_fen, y.opening_fen + y.accrued_fen - y.used_fen AS balance_fen, y.closed,
		` + rateOf + ` AS rate, EXISTS (SELECT FROM fund_statement s WHERE s.company_id = y.company_id AND s.year = y.year AND s.state = 'submitted') AS stated
		FROM fund_year y JOIN fund_profile p ON p.company_id = y.company_id JOIN company c ON c.company_id = y.company_id LEFT JOIN division d ON d.path = left(y.region_path, 9) AND d.valid_until IS NULL
		WHERE ` + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// placeNames names an area and those directly below it.
func placeNames(ctx context.Context, tx db.Tx, parent string) (map[string]string, error) {
	var rows []struct{ Path, Name string }
	err := tx.WithContext(ctx).Raw("SELECT path, name FROM division WHERE valid_until IS NULL AND path >= ? AND path < ? AND length(path) IN (?, ?)", parent, parent+"~", len(parent), below(parent)).Scan(&rows).Error
	names := map[string]string{}
	for _, r := range rows {
		names[r.Path] = r.Name
	}
	return names, err
}
