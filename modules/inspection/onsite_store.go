package inspection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Looked is how often an item was looked at in some months.
type Looked struct {
	Code   string
	Asked  int
	Failed int
	LastOn day.Date // first day of the last month
}

// LookedAt counts the checks of the items of a module since a month, the most failed first.
func LookedAt(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, module string, since day.Date, limit int) (rows []Looked, err error) {
	cond, args := scope.Where("s")
	q := "SELECT s.code, sum(s.asked)::int AS asked, sum(s.failed)::int AS failed, max(s.month_on) AS last_on FROM inspection_item_stat s WHERE s.company_id = ? AND s.month_on >= ? AND starts_with(s.code, ?) AND " +
		cond + " GROUP BY s.code ORDER BY sum(s.failed) DESC, s.code LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(append([]any{int64(company), since, module + "-"}, args...), limit)...).Scan(&rows).Error
}

// CheckDays counts the checks of a company since a day, and says when the last was.
func CheckDays(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, from day.Date) (checks int, last day.Date, err error) {
	cond, args := scope.Where("k")
	var row struct {
		Checks int
		LastOn day.Date
	}
	q := "SELECT count(*)::int AS checks, max(k.started_on) AS last_on FROM inspection_check k WHERE k.company_id = ? AND k.started_on >= ? AND " + cond
	err = tx.WithContext(ctx).Raw(q, append([]any{int64(company), from}, args...)...).Scan(&row).Error
	return row.Checks, row.LastOn, err
}
