package training

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// rateOf is the rate as the list is ordered: hundredths of a percent, cut; where nothing is due last.
const rateOf = "CASE WHEN t.due > 0 THEN t.met::bigint * 10000 / t.due ELSE 1000000 END"

func inArea(scope rbac.Scope, area string, year int) *page.Where {
	w := &page.Where{}
	w.And("t.year = ?", year)
	w.Within(scope.Where("t"))
	w.And("t.region_path >= ? AND t.region_path < ?", area, area+"~")
	return w
}

// sums adds up an area's parts in one pass.
func sums(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, year int) (rows []AreaSum, err error) {
	w := inArea(scope, area, year)
	q := `SELECT left(t.region_path, ?::int) AS path, count(*) AS companies, count(*) FILTER (WHERE t.plan_approved) AS planned, count(*) FILTER (WHERE t.due > 0 AND t.met = t.due) AS whole,
		sum(t.people)::bigint AS people, sum(t.due)::bigint AS due, sum(t.met)::bigint AS met, sum(t.first_due)::bigint AS first_due, sum(t.first_met)::bigint AS first_met,
		sum(t.required_minutes)::bigint AS required_minutes, sum(t.had_minutes)::bigint AS had_minutes, sum(t.sessions)::bigint AS sessions
		FROM training_tally t WHERE ` + w.SQL() + " GROUP BY 1 ORDER BY 1"
	return rows, tx.WithContext(ctx).Raw(q, append([]any{below(area)}, w.Args...)...).Scan(&rows).Error
}

// yearsIn lists the companies of a county or a part of it, the lowest rate first.
func yearsIn(ctx context.Context, tx db.Tx, scope rbac.Scope, f CompaniesFilter, k page.Key) (rows []CompanyYear, err error) {
	w := inArea(scope, f.Area, f.Year)
	w.When(f.Only == "missing", "t.met < t.due")
	w.When(f.Only == "unplanned", "NOT t.plan_approved")
	order := w.Rising(k, rateOf+", t.company_id", "?::bigint, ?::bigint")
	q := `SELECT t.*, c.name, coalesce(d.name, '') AS town, ` + rateOf + ` AS rate FROM training_tally t JOIN company c ON c.company_id = t.company_id
		LEFT JOIN division d ON d.path = left(t.region_path, 9) AND d.valid_until IS NULL WHERE ` + w.SQL() + order + " LIMIT ?"
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
