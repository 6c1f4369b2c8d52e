package fund

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Metrics of this module.
const (
	// Used are the items of the plan in force that had money set apart for the months of a period that are over, and those of
	// which at least four fifths were used: the tables ask for what was not done as planned, item by item; the line is our reading.
	Used = "fund.used"
	// MonthsClosed are the months of a period that should be closed, and those that are: a month has until the end of the next.
	MonthsClosed = "fund.months-closed"
	// Planned is the year's plan in force, of companies that keep a fund.
	Planned = "fund.planned"
	// Proven are the expenses of a period that were booked, and those with a voucher.
	Proven = "fund.proven"
)

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	return evidence.Set{
		{Key: Used, Batch: usedOfPlan, Rows: usedRows},
		evidence.Counted{
			Key: MonthsClosed, Noun: "fund_profile", On: "x.month_on", Counts: "x.closed",
			Table: `(SELECT p.company_id, extract(year FROM g)::bigint * 100 + extract(month FROM g)::bigint AS id, g::date AS month_on,
				EXISTS (SELECT FROM fund_month m WHERE m.company_id = p.company_id AND m.month_on = g::date AND m.state = 'closed') AS closed
				FROM fund_profile p, generate_series(greatest(p.starts_on, date_trunc('month', cast( @from AS date))::date), cast( @upto AS date), interval '1 month') g
				WHERE p.bound AND (g + interval '2 months')::date <= @today ) x`,
			Where: "true",
		}.Metric(),
		evidence.Counted{
			Key: Planned, Noun: "fund_profile", On: "cast( @upto AS date)", Counts: "x.planned",
			Table: `(SELECT p.company_id, p.company_id AS id, EXISTS (SELECT FROM fund_plan f WHERE f.company_id = p.company_id AND f.year = extract(year FROM cast( @upto AS date))::int AND f.state = 'approved') AS planned
				FROM fund_profile p WHERE p.starts_on <= @upto ) x`,
			Where: "true",
		}.Metric(),
		evidence.Counted{
			Key: Proven, Noun: "fund_expense", Table: "fund_expense x", On: "x.spent_on", Counts: "(cardinality(x.files) > 0)",
			Where: "x.state = 'booked' AND NOT x.imported AND x.spent_on BETWEEN @from AND @upto",
		}.Metric(),
	}
}

// plannedAndUsed is, by company and item of the plan in force, what was set apart for the months of a period that are over and what was used of it.
const plannedAndUsed = `SELECT f.company_id, i.n AS id, make_date(f.year, 1, 1) AS year_on, m.planned, coalesce(sum(e.amount_fen), 0) * 5 >= m.planned * 4 AS counts
	FROM fund_plan f CROSS JOIN jsonb_array_elements(f.items) WITH ORDINALITY AS i(item, n)
	CROSS JOIN LATERAL (SELECT coalesce(sum(x.fen::bigint), 0) AS planned FROM jsonb_array_elements_text(i.item->'monthsFen') WITH ORDINALITY AS x(fen, month)
		WHERE make_date(f.year, x.month::int, 1) >= date_trunc('month', ?::date) AND (make_date(f.year, x.month::int, 1) + interval '1 month')::date <= ?) m
	LEFT JOIN fund_expense e ON e.company_id = f.company_id AND e.state = 'booked' AND e.category = i.item->>'category' AND e.item = (i.item->>'item')::int AND e.month_on BETWEEN make_date(f.year, 1, 1) AND make_date(f.year, 12, 1)
		AND e.month_on >= date_trunc('month', ?::date) AND (e.month_on + interval '1 month')::date <= ?
	WHERE f.state = 'approved' AND f.company_id = ANY(?) AND m.planned > 0 GROUP BY f.company_id, f.year, i.n, m.planned`

// over is the first day that is not over yet in a period: what was planned for a running month may still be spent.
func over(tx db.Tx, p evidence.Period) day.Date {
	return day.Earlier(p.Until.AddDays(1), today(tx))
}

func usedOfPlan(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	ids := make(db.Ints, len(companies))
	for i, n := range companies {
		ids[i] = int64(n)
	}
	q := "SELECT x.company_id, count(*) FILTER (WHERE x.counts) AS num, count(*) AS den FROM (" + plannedAndUsed + ") x GROUP BY x.company_id"
	return out, tx.WithContext(ctx).Raw(q, p.From, over(tx, p), p.From, over(tx, p), ids).Scan(&out).Error
}

// usedRows are the items behind the figure.
func usedRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	q := `SELECT 'fund_plan' AS noun, extract(year FROM x.year_on)::bigint * 1000 + x.id AS id, x.year_on AS "on", x.counts FROM (` + plannedAndUsed + `) x
		WHERE extract(year FROM x.year_on)::bigint * 1000 + x.id > ? ORDER BY 2 LIMIT ?`
	return out, tx.WithContext(ctx).Raw(q, p.From, over(tx, p), p.From, over(tx, p), db.Ints{int64(company)}, after, limit).Scan(&out).Error
}

// Fact is what a board of companies shows of a fund.
type Fact struct {
	CompanyID rbac.CompanyID
	UsedFen   int64
	DueFen    int64
}

// Facts are the funds of companies that must set aside, of the running year.
func Facts(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, now day.Date) (out []Fact, err error) {
	list := make(db.Ints, len(ids))
	for i, n := range ids {
		list[i] = int64(n)
	}
	q := "SELECT y.company_id, y.used_fen, y.due_fen FROM fund_year y JOIN fund_profile p ON p.company_id = y.company_id AND p.bound WHERE y.company_id = ANY(?) AND y.year = ? AND y.due_fen > 0"
	return out, tx.WithContext(ctx).Raw(q, list, now.Year()).Scan(&out).Error
}

// Glance is what somebody asks for who stands before a company.
type Glance struct {
	Bound      bool
	Category   string
	Year       int32
	DueFen     int64
	AccruedFen int64
	UsedFen    int64
	BalanceFen int64
	Closed     int16
	Planned    bool
}

// Glances are a company's last two years, the latest first.
func Glances(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (out []Glance, err error) {
	cond, args := scope.Where("y")
	q := `SELECT p.bound, p.category, y.year, y.due_fen, y.accrued_fen, y.used_fen, y.opening_fen + y.accrued_fen - y.used_fen AS balance_fen, y.closed, y.planned_fen > 0 AS planned
		FROM fund_year y JOIN fund_profile p ON p.company_id = y.company_id WHERE y.company_id = ? AND y.year <= ? AND ` + cond + " ORDER BY y.year DESC LIMIT 2"
	return out, tx.WithContext(ctx).Raw(q, append([]any{int64(company), today(tx).Year()}, args...)...).Scan(&out).Error
}
