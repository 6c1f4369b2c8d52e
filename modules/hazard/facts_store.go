package hazard

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Fact is what the regulator's board and the scores know of one company's hazards. Found and
// Closed are those of a period; Closed counts those found in it that are closed by its end.
type Fact struct {
	CompanyID    id.Of[id.Company]
	Open         int64
	Overdue      int64
	MajorOpen    int64
	MajorOverdue int64
	MajorDue     int64 // of MajorOpen, overdue or found by an authority: what a score may count
	Found        int64
	Closed       int64
}

// Facts counts for many companies at once, as of tx.Now; the period is both days inclusive.
// A company that has never had a hazard in its ledger is absent.
func Facts(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], from, until day.Date) (facts []Fact, err error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	// Open rows and rows of the period are two index ranges of one company each.
	q := `SELECT c.company_id, o.open, o.overdue, o.major_open, o.major_overdue, o.major_due, p.found, p.closed
		FROM unnest(?::bigint[]) AS c(company_id),
		LATERAL (SELECT count(*) AS open, count(*) FILTER (WHERE h.fixed_on IS NULL AND h.deadline < ?) AS overdue, count(*) FILTER (WHERE h.level = 'major') AS major_open,
				count(*) FILTER (WHERE h.level = 'major' AND h.fixed_on IS NULL AND h.deadline < ?) AS major_overdue,
				count(*) FILTER (WHERE h.level = 'major' AND (h.source = ANY(?) OR h.fixed_on IS NULL AND h.deadline < ?)) AS major_due
			FROM hazard h WHERE h.company_id = c.company_id AND ` + openRow + `) o,
		LATERAL (SELECT count(*) AS found, count(*) FILTER (WHERE h.cancelled_on <= ?) AS closed
			FROM hazard h WHERE h.company_id = c.company_id AND h.found_on BETWEEN ? AND ? AND h.voided_on IS NULL AND NOT h.historical) p
		WHERE EXISTS (SELECT FROM hazard h WHERE h.company_id = c.company_id AND NOT h.historical)`
	today := day.In(tx.Now, day.Shanghai)
	err = tx.WithContext(ctx).Raw(q, ids, today, today, texts(ByAuthority.Sources()), today, until, from, until).Scan(&facts).Error
	return facts, err
}

// Tally is one line of the statistics: hazards of one level and category ("" for not graded
// yet, counted as general).
type Tally struct {
	Level    Level
	Category string
	Found    int64      // in the period
	Fixed    int64      // of those found in it, closed by its end
	Carried  int64      // found before it and still open at its start
	Cleared  int64      // of the carried ones, closed in it
	Open     int64      // at its end
	Overdue  int64      // at its end
	FundsFen fen.Amount // spent on what was closed in it
}

// Plans counts the major hazards found or open in a period by what their plan has: the
// columns of the quarterly table on major hazards in treatment.
type Plans struct {
	Count, WithGoals, WithFunds, WithOwner, WithTime, WithMeasures int64
	FundsFen                                                       fen.Amount // planned
}

// Statistics adds up one company's ledger over a period, both days inclusive. A hazard counts
// as closed on the day it was cancelled (销号); voided rows, and rows closed before they were entered (历史), count nowhere. Once a period is over
// its figures change only if a hazard found in it is voided or graded anew.
func Statistics(ctx context.Context, tx db.Tx, scope rbac.Scope, company id.Of[id.Company], from, until day.Date) (lines []Tally, plans Plans, err error) {
	cond, args := scope.Where("h")
	q := `SELECT CASE h.level WHEN 'major' THEN 'major' ELSE 'general' END AS level, h.category,
			count(*) FILTER (WHERE h.found_on >= ?) AS found,
			count(*) FILTER (WHERE h.found_on >= ? AND h.cancelled_on <= ?) AS fixed,
			count(*) FILTER (WHERE h.found_on < ?) AS carried,
			count(*) FILTER (WHERE h.found_on < ? AND h.cancelled_on <= ?) AS cleared,
			count(*) FILTER (WHERE h.cancelled_on IS NULL OR h.cancelled_on > ?) AS open,
			count(*) FILTER (WHERE (h.fixed_on IS NULL OR h.fixed_on > ?) AND h.deadline < ?) AS overdue,
			coalesce(sum(h.actual_funds_fen) FILTER (WHERE h.cancelled_on <= ?), 0)::bigint AS funds_fen
		FROM hazard h WHERE ` + cond + ` AND h.company_id = ? AND h.voided_on IS NULL AND NOT h.historical AND h.found_on <= ? AND (h.cancelled_on IS NULL OR h.cancelled_on >= ?)
		GROUP BY 1, 2 ORDER BY 1, 2`
	params := append([]any{from, from, until, from, from, until, until, until, until, until}, args...)
	if err := tx.WithContext(ctx).Raw(q, append(params, company, until, from)...).Scan(&lines).Error; err != nil {
		return nil, plans, err
	}
	p := `SELECT count(*) AS count, count(*) FILTER (WHERE h.goal <> '') AS with_goals, count(*) FILTER (WHERE h.funds_fen IS NOT NULL) AS with_funds,
			count(*) FILTER (WHERE h.owner_id IS NOT NULL) AS with_owner, count(*) FILTER (WHERE h.deadline IS NOT NULL) AS with_time,
			count(*) FILTER (WHERE h.measures <> '' AND h.contingency <> '') AS with_measures, coalesce(sum(h.funds_fen), 0)::bigint AS funds_fen
		FROM hazard h WHERE ` + cond + ` AND h.company_id = ? AND h.level = 'major' AND h.voided_on IS NULL AND NOT h.historical AND h.found_on <= ? AND (h.cancelled_on IS NULL OR h.cancelled_on > ?)`
	err = tx.WithContext(ctx).Raw(p, append(args, company, until, until)...).Scan(&plans).Error
	return lines, plans, err
}
