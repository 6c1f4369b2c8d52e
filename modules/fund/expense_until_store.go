package fund

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

func closedUntil(ctx context.Context, tx db.Tx, company rbac.CompanyID) (d day.Date, err error) {
	err = tx.WithContext(ctx).Raw("SELECT max(month_on) FROM fund_month WHERE company_id = ? AND state = 'closed'", int64(company)).Scan(&d).Error
	return d, err
}

func countYear(ctx context.Context, tx db.Tx, home rbac.Home, year int) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO fund_year (company_id, region_path, oversight_line, year, first_year, inseparable, suspended, note, opening_fen, due_fen, accrued_fen, used_fen,
			used_capital_fen, planned_fen, used_items, closed, changed_at)
		SELECT ?, ?, ?, ?, false, false, '{}', '', 0, 0, 0, coalesce(sum(used_fen), 0), 0, coalesce((SELECT total_fen FROM fund_plan p WHERE p.company_id = ? AND p.year = ? AND p.state = 'approved'), 0), '{}', 0, ?
		FROM fund_entry WHERE company_id = ? AND month_on >= make_date(?, 1, 1) AND month_on < make_date(? + 1, 1, 1)
		ON CONFLICT (company_id, year) DO UPDATE SET used_fen = excluded.used_fen, planned_fen = excluded.planned_fen, changed_at = excluded.changed_at`,
		int64(home.CompanyID), home.RegionPath, home.Line, year, int64(home.CompanyID), year, tx.Now, int64(home.CompanyID), year, year).Error
}
