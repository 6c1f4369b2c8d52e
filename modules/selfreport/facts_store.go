package selfreport

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
)

// Fact is what the regulator's board knows of one company's reports.
type Fact struct {
	CompanyID       id.Of[id.Company]
	LastCycle       string   // of the report submitted last
	LastPeriod      string   // e.g. 2026-Q1; empty if none ever was
	LastSubmittedOn day.Date // Beijing time; zero if none ever was
	Missing         int64    // reports due and not with the regulator
	Due             int64    // reports whose day has come, in the last 24 months
	InTime          int64    // of these, submitted by their day
}

// Facts says for many companies at once what they have reported, as of tx.Now. A company
// without any report is absent.
func Facts(ctx context.Context, tx db.Tx, companies []id.Of[id.Company]) (facts []Fact, err error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	today := day.In(tx.Now, day.Shanghai)
	q := `SELECT c.company_id, coalesce(l.cycle, '') AS last_cycle, coalesce(l.period, '') AS last_period,
			(l.submitted_at AT TIME ZONE 'Asia/Shanghai')::date AS last_submitted_on, n.missing, n.due, n.in_time
		FROM unnest(?::bigint[]) AS c(company_id)
		CROSS JOIN LATERAL (SELECT count(*) AS every, count(*) FILTER (WHERE r.due_on < ? AND r.state NOT IN ('submitted','received','outside')) AS missing,
			count(*) FILTER (WHERE r.due_on < ? AND r.due_on >= ?) AS due,
			count(*) FILTER (WHERE r.due_on < ? AND r.due_on >= ? AND r.first_submitted_at IS NOT NULL AND NOT r.late) AS in_time
			FROM selfreport r WHERE r.company_id = c.company_id) n
		LEFT JOIN LATERAL (SELECT r.cycle, r.period, r.submitted_at FROM selfreport r WHERE r.company_id = c.company_id AND r.submitted_at IS NOT NULL
			ORDER BY r.submitted_at DESC LIMIT 1) l ON true
		WHERE n.every > 0`
	since := today.AddMonths(-24)
	err = tx.WithContext(ctx).Raw(q, ids, today, today, since, today, since).Scan(&facts).Error
	return facts, err
}
