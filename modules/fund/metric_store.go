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
	// Used is what was spent of what the plan in force set apart for the months of a period that are over, in fen.
	Used = "fund.used"
	// MonthsClosed are the months of a period that should be closed, and those that are: a month has until the end of the next.
	MonthsClosed = "fund.months-closed"
	// Planned is the year's plan in force, of companies that keep a fund.
	Planned = "fund.planned"
	// Proven are the expenses of a period that were booked, and those with a voucher.
	Proven = "fund.proven"
	// InScope are the same, and those that nothing spoke against charging to the fund.
	InScope = "fund.in-scope"
)

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	return evidence.Set{
		{Key: Used, Batch: usedOfPlan, Rows: usedRows},
		evidence.Counted{
			Key: MonthsClosed, Noun: "fund_profile", On: "x.month_on", Counts: "x.closed",
			Table: `(SELECT p.company_id, p.company_id * 10000 + extract(year FROM g)::int % 100 * 100 + extract(month FROM g)::int AS id, g::date AS month_on,
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
		booked(Proven, "cardinality(x.files) > 0"),
		booked(InScope, "cardinality(x.doubts) = 0"),
	}
}

// booked counts the expenses that were booked in a period.
func booked(key, counts string) evidence.Metric {
	return evidence.Counted{
		Key: key, Noun: "fund_expense", Table: "fund_expense x", On: "x.spent_on", Counts: "(" + counts + ")",
		Where: "x.state = 'booked' AND NOT x.imported AND x.spent_on BETWEEN @from AND @upto",
	}.Metric()
}

// plannedAndUsed is, by company and month of a period that is over, what the plan in force set apart and what was used.
const plannedAndUsed = `SELECT f.company_id, f.company_id * 12 + m.n AS id, make_date(f.year, m.n, 1) AS month_on,
	(SELECT coalesce(sum((i->'monthsFen'->>(m.n - 1))::bigint), 0) FROM jsonb_array_elements(f.items) i)::bigint AS planned,
	(SELECT coalesce(sum(e.used_fen), 0) FROM fund_entry e WHERE e.company_id = f.company_id AND e.month_on = make_date(f.year, m.n, 1))::bigint AS used
	FROM fund_plan f, generate_series(1, 12) AS m(n)
	WHERE f.state = 'approved' AND f.company_id = ANY(?) AND make_date(f.year, m.n, 1) >= date_trunc('month', ?::date) AND (make_date(f.year, m.n, 1) + interval '1 month')::date <= ?`

// over is the first day that is not over yet in a period: what was planned for a running month may still be spent.
func over(tx db.Tx, p evidence.Period) day.Date {
	return day.Earlier(p.Until.AddDays(1), today(tx))
}

func usedOfPlan(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	ids := make(db.Ints, len(companies))
	for i, n := range companies {
		ids[i] = int64(n)
	}
	q := "SELECT x.company_id, greatest(least(sum(x.used), sum(x.planned)), 0)::bigint AS num, sum(x.planned)::bigint AS den FROM (" + plannedAndUsed + ") x GROUP BY x.company_id"
	return out, tx.WithContext(ctx).Raw(q, ids, p.From, over(tx, p)).Scan(&out).Error
}

// usedRows are the months behind the figure: one counts that used what was planned for it.
func usedRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	q := `SELECT 'fund_plan' AS noun, x.id, x.month_on AS "on", x.used >= x.planned AS counts FROM (` + plannedAndUsed + ") x WHERE x.planned > 0 AND x.id > ? ORDER BY x.id LIMIT ?"
	return out, tx.WithContext(ctx).Raw(q, db.Ints{int64(company)}, p.From, over(tx, p), after, limit).Scan(&out).Error
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
