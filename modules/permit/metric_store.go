package permit

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
)

// ClosedInTime is the share of permits that were closed with their closing check before their end.
const ClosedInTime = "permit.closed-in-time"

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	return evidence.Set{{Key: ClosedInTime, Batch: closedInTime, Rows: closedInTimeRows}}
}

// ended holds for permits that count: work began, and its end lies in the period.
const ended = "p.started_at IS NOT NULL AND p.source <> 'paper' AND p.until_at >= ? AND p.until_at < ? AND (p.state = 'closed' OR p.until_at < ?)"

const inTime = "p.state = 'closed' AND NOT p.closed_late"

func closedInTime(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	from, until := p.From.Midnight(day.Shanghai), p.Until.AddDays(1).Midnight(day.Shanghai)
	q := "SELECT p.company_id, count(*) FILTER (WHERE " + inTime + ") AS num, count(*) AS den FROM permit p WHERE p.company_id = ANY(?) AND " + ended + " GROUP BY p.company_id"
	err = tx.WithContext(ctx).Raw(q, ints(companies), from, until, tx.Now).Scan(&out).Error
	return out, err
}

func closedInTimeRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	from, until := p.From.Midnight(day.Shanghai), p.Until.AddDays(1).Midnight(day.Shanghai)
	q := `SELECT 'permit' AS noun, p.id, (p.until_at AT TIME ZONE 'Asia/Shanghai')::date AS "on", (` + inTime + `) AS counts FROM permit p
		WHERE p.company_id = ? AND ` + ended + " AND p.id > ? ORDER BY p.id LIMIT ?"
	err = tx.WithContext(ctx).Raw(q, int64(company), from, until, tx.Now, after, limit).Scan(&out).Error
	return out, err
}
