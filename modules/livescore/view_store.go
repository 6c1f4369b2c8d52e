package livescore

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// historyOf returns the days since one on which a score changed, and the last before, in order.
func historyOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, since day.Date) (out []Day, err error) {
	return out, tx.WithContext(ctx).Raw(`SELECT * FROM livescore_day d WHERE d.company_id = ? AND d.on_day >= coalesce(
		(SELECT max(on_day) FROM livescore_day WHERE company_id = ? AND on_day < ?), ?) ORDER BY d.on_day LIMIT 400`, company, company, since, since).Scan(&out).Error
}

// changesSince returns what moved a score since a day, latest first, at most 50.
func changesSince(ctx context.Context, tx db.Tx, company rbac.CompanyID, since day.Date) (out []Change, err error) {
	return out, tx.WithContext(ctx).Raw("SELECT * FROM livescore_change c WHERE c.company_id = ? AND c.on_day >= ? ORDER BY c.on_day DESC, c.id DESC LIMIT 50", company, since).Scan(&out).Error
}

func changesBy(ctx context.Context, tx db.Tx, company rbac.CompanyID, k page.Key, limit int) (out []Change, err error) {
	w := &page.Where{}
	w.And("c.company_id = ?", int64(company))
	order := w.Latest(k, "c.id", "?::bigint")
	return out, tx.WithContext(ctx).Raw("SELECT c.* FROM livescore_change c WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, limit+1)...).Scan(&out).Error
}
