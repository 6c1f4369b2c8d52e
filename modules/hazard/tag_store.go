package hazard

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// campaigns counts the tagged hazards in scope by campaign, and all stock under an empty name. What was
// struck out, handed over or closed before it was entered counts nowhere.
func campaigns(ctx context.Context, tx db.Tx, scope rbac.Scope, today day.Date) (list []CampaignCount, err error) {
	within, bounds := seen(scope)
	counts := `count(DISTINCT h.company_id) AS companies, count(*) AS found, count(*) FILTER (WHERE h.cancelled_on IS NOT NULL) AS closed,
		count(*) FILTER (WHERE h.cancelled_on IS NULL) AS open, count(*) FILTER (WHERE h.cancelled_on IS NULL AND h.fixed_on IS NULL AND h.deadline < ?) AS overdue`
	q := `(SELECT h.campaign, ` + counts + ` FROM hazard h WHERE ` + within + ` AND h.campaign <> '' AND h.voided_on IS NULL AND NOT h.historical
			GROUP BY 1 ORDER BY found DESC, h.campaign LIMIT 200)
		UNION ALL
		(SELECT '' AS campaign, ` + counts + ` FROM hazard h WHERE ` + within + ` AND h.stock AND h.voided_on IS NULL AND NOT h.historical HAVING count(*) > 0)`
	args := append(append([]any{today}, bounds...), append([]any{today}, bounds...)...)
	err = tx.WithContext(ctx).Raw(q, args...).Scan(&list).Error
	return list, err
}

// weeks counts by week, from Monday.
func weeks(ctx context.Context, tx db.Tx, scope rbac.Scope, f WeekFilter) (list []Week, err error) {
	q := &query{}
	cond, args := seen(scope)
	q.and(cond, args...)
	q.and("h.voided_on IS NULL AND NOT h.historical AND h.found_on < date_trunc('week', ?::date)::date + 7", f.Until)
	if f.CompanyID != 0 {
		q.and("h.company_id = ?", f.CompanyID)
	}
	switch {
	case f.Campaign != "":
		q.and("h.campaign = ?", f.Campaign)
	case f.Stock:
		q.and("h.stock")
	default:
		q.and("h.campaign <> ''")
	}
	if f.Stock && f.Campaign != "" {
		q.and("h.stock")
	}
	sql := `WITH h AS MATERIALIZED (SELECT date_trunc('week', h.found_on)::date AS found, date_trunc('week', h.cancelled_on)::date AS closed, count(*) AS n
			FROM hazard h WHERE ` + strings.Join(q.conds, " AND ") + ` GROUP BY 1, 2)
		SELECT w.week, coalesce(sum(h.n) FILTER (WHERE h.found = w.week), 0)::bigint AS found, coalesce(sum(h.n) FILTER (WHERE h.closed = w.week), 0)::bigint AS fixed,
			coalesce(sum(h.n) FILTER (WHERE h.found <= w.week AND (h.closed IS NULL OR h.closed > w.week)), 0)::bigint AS open
		FROM (SELECT generate_series(date_trunc('week', ?::date), ?::date, '7 days')::date AS week) w LEFT JOIN h ON true GROUP BY 1 ORDER BY 1`
	err = tx.WithContext(ctx).Raw(sql, append(q.args, f.From, f.Until)...).Scan(&list).Error
	return list, err
}
