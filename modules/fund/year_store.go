package fund

import (
	"context"
	"slices"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

func numbersOf(companies []rbac.CompanyID) db.Ints {
	out := make(db.Ints, len(companies))
	for i, c := range companies {
		out[i] = int64(c)
	}
	return out
}

// load reads what a year of companies is worked out from, with the same few queries for one as for
// many. Companies without a profile are left out. Regulators may not see expenses and entries: not whole.
func load(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, year int32, whole bool) (map[rbac.CompanyID]*books, error) {
	ids, all := numbersOf(companies), map[rbac.CompanyID]*books{}
	var profiles []Profile
	if err := tx.WithContext(ctx).Raw("SELECT * FROM fund_profile WHERE company_id = ANY(?)", ids).Scan(&profiles).Error; err != nil {
		return nil, err
	}
	for _, p := range profiles {
		all[p.CompanyID] = &books{Profile: p, N: year, Quantities: map[id.Of[Line]]map[int]int64{}}
	}
	reads := []func(context.Context, db.Tx, db.Ints, int32, map[rbac.CompanyID]*books) error{loadYears, loadLines, loadMonths, loadPlans}
	if whole {
		reads = append(reads, loadMoved, loadWaiting)
	}
	for _, read := range reads {
		if err := read(ctx, tx, ids, year, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// loadYears reads the year and, for the threshold of suspension, the due of the one before: if it
// was kept here whole.
func loadYears(ctx context.Context, tx db.Tx, ids db.Ints, year int32, all map[rbac.CompanyID]*books) error {
	var rows []Year
	if err := tx.WithContext(ctx).Raw("SELECT * FROM fund_year WHERE company_id = ANY(?) AND year IN (?, ?)", ids, year, year-1).Scan(&rows).Error; err != nil {
		return err
	}
	for _, y := range rows {
		b := all[y.CompanyID]
		switch {
		case b == nil:
		case y.Year == year:
			b.Year = y
		case !b.Profile.StartsOn.After(day.Of(int(year)-1, 1, 1)):
			b.PriorFen = max(0, y.DueFen)
		}
	}
	return nil
}

func loadLines(ctx context.Context, tx db.Tx, ids db.Ints, year int32, all map[rbac.CompanyID]*books) error {
	var lines []Line
	if err := tx.WithContext(ctx).Raw("SELECT * FROM fund_line WHERE company_id = ANY(?) AND year = ? AND NOT retired ORDER BY company_id, id", ids, year).Scan(&lines).Error; err != nil {
		return err
	}
	for _, l := range lines {
		if b := all[l.CompanyID]; b != nil {
			b.Lines = append(b.Lines, l)
		}
	}
	var amounts []Quantity
	q := "SELECT * FROM fund_quantity WHERE company_id = ANY(?) AND month_on >= make_date(?, 1, 1) AND month_on < make_date(? + 1, 1, 1)"
	if err := tx.WithContext(ctx).Raw(q, ids, year, year).Scan(&amounts).Error; err != nil {
		return err
	}
	for _, a := range amounts {
		b := all[a.CompanyID]
		if b == nil {
			continue
		}
		if b.Quantities[a.LineID] == nil {
			b.Quantities[a.LineID] = map[int]int64{}
		}
		b.Quantities[a.LineID][int(a.MonthOn.Month())-1] = a.Thousandths
	}
	return nil
}

func loadMonths(ctx context.Context, tx db.Tx, ids db.Ints, year int32, all map[rbac.CompanyID]*books) error {
	var months []Month
	q := "SELECT * FROM fund_month WHERE company_id = ANY(?) AND month_on >= make_date(?, 1, 1) AND month_on < make_date(? + 1, 1, 1)"
	if err := tx.WithContext(ctx).Raw(q, ids, year, year).Scan(&months).Error; err != nil {
		return err
	}
	for i := range months {
		if b := all[months[i].CompanyID]; b != nil {
			b.Months[months[i].MonthOn.Month()-1] = &months[i]
		}
	}
	last, err := lastClosed(ctx, tx, ids)
	for c, on := range last {
		if b := all[c]; b != nil {
			b.LastClosed = on
		}
	}
	return err
}

// lastClosed returns the month each company closed last.
func lastClosed(ctx context.Context, tx db.Tx, ids db.Ints) (map[rbac.CompanyID]day.Date, error) {
	var rows []struct {
		CompanyID rbac.CompanyID
		MonthOn   day.Date
	}
	err := tx.WithContext(ctx).Raw("SELECT company_id, max(month_on) AS month_on FROM fund_month WHERE company_id = ANY(?) AND state = 'closed' GROUP BY company_id", ids).Scan(&rows).Error
	out := map[rbac.CompanyID]day.Date{}
	for _, r := range rows {
		out[r.CompanyID] = r.MonthOn
	}
	return out, err
}

// ofEntry is what an entry was booked for; of a reversal, what it takes back was.
const ofEntry = "coalesce(o.event, e.event)"

const journal = "fund_entry e LEFT JOIN fund_entry o ON o.company_id = e.company_id AND o.id = e.reverses_id"

func loadMoved(ctx context.Context, tx db.Tx, ids db.Ints, year int32, all map[rbac.CompanyID]*books) error {
	var rows []struct {
		CompanyID rbac.CompanyID
		Month     int
		Movement
	}
	q := `SELECT e.company_id, CASE WHEN e.month_on < make_date(?, 1, 1) THEN 0 ELSE extract(month FROM e.month_on)::int END AS month, sum(e.effect_fen)::bigint AS effect_fen,
		coalesce(sum(e.effect_fen) FILTER (WHERE ` + ofEntry + ` = 'opening'), 0)::bigint AS opening_fen, sum(e.used_fen)::bigint AS used_fen,
		coalesce(sum(e.used_fen) FILTER (WHERE '1602' IN (e.debit, e.credit)), 0)::bigint AS capital_fen,
		coalesce(-sum(e.effect_fen) FILTER (WHERE e.used_fen <> 0), 0)::bigint AS charged_fen,
		coalesce(sum(e.effect_fen) FILTER (WHERE ` + ofEntry + ` IN ('group_in', 'group_out')), 0)::bigint AS group_fen
		FROM ` + journal + ` WHERE e.company_id = ANY(?) AND e.month_on < make_date(? + 1, 1, 1) GROUP BY 1, 2`
	if err := tx.WithContext(ctx).Raw(q, year, ids, year).Scan(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		switch b := all[r.CompanyID]; {
		case b == nil:
		case r.Month == 0:
			b.BaseFen = r.EffectFen
		default:
			b.Moved[r.Month-1] = r.Movement
		}
	}
	return nil
}

// loadWaiting counts expenses that wait for approval, by the month of their day; older ones with the
// first month.
func loadWaiting(ctx context.Context, tx db.Tx, ids db.Ints, year int32, all map[rbac.CompanyID]*books) error {
	var rows []struct {
		CompanyID rbac.CompanyID
		Month     int
		Count     int
	}
	q := `SELECT company_id, CASE WHEN spent_on < make_date(?, 1, 1) THEN 1 ELSE extract(month FROM spent_on)::int END AS month, count(*) AS count FROM fund_expense
		WHERE company_id = ANY(?) AND state = 'submitted' AND spent_on < make_date(? + 1, 1, 1) GROUP BY 1, 2`
	if err := tx.WithContext(ctx).Raw(q, year, ids, year).Scan(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		if b := all[r.CompanyID]; b != nil {
			b.Waiting[r.Month-1] = r.Count
		}
	}
	return nil
}

func loadPlans(ctx context.Context, tx db.Tx, ids db.Ints, year int32, all map[rbac.CompanyID]*books) error {
	var plans []Plan
	if err := tx.WithContext(ctx).Raw("SELECT * FROM fund_plan WHERE company_id = ANY(?) AND year = ? AND state = 'approved'", ids, year).Scan(&plans).Error; err != nil {
		return err
	}
	for _, p := range plans {
		b := all[p.CompanyID]
		if b == nil {
			continue
		}
		for _, item := range p.Items.V {
			for i, a := range item.MonthsFen[:min(12, len(item.MonthsFen))] {
				b.Planned[i] += a
			}
		}
	}
	return nil
}

// sheetIn works out a year of a company. Where months of an earlier year are still open, it begins
// with that year, because its closing is the opening of the next. Errors: ErrNoProfile.
func sheetIn(ctx context.Context, tx db.Tx, rules []*accrual.Rules, company rbac.CompanyID, year int32, whole bool) (found *Sheet, err error) {
	companies := []rbac.CompanyID{company}
	from, err := firstOpen(ctx, tx, companies, year)
	if err != nil {
		return nil, err
	}
	carried := map[rbac.CompanyID]fen.Amount{}
	for n := from; n <= year; n++ {
		all, err := load(ctx, tx, companies, n, whole)
		if err != nil {
			return nil, err
		}
		b := all[company]
		if b == nil {
			return nil, ErrNoProfile
		}
		found = b.project(rules, b.openingFrom(carried), today(tx))
		carried[company] = found.ClosingFen
	}
	return found, nil
}

// carriedYears is how many years of open months are worked out on the way to the one asked for.
const carriedYears = 3

func firstOpen(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, year int32) (int32, error) {
	ids := numbersOf(companies)
	last, err := lastClosed(ctx, tx, ids)
	if err != nil {
		return 0, err
	}
	var rows []Profile
	if err := tx.WithContext(ctx).Raw("SELECT * FROM fund_profile WHERE company_id = ANY(?)", ids).Scan(&rows).Error; err != nil {
		return 0, err
	}
	first := year
	for _, p := range rows {
		b := books{Profile: p, LastClosed: last[p.CompanyID]}
		first = min(first, int32(b.next().Year()))
	}
	return max(first, year-carriedYears), nil
}

// addYear makes the row of a year for companies that keep a fund in it and have none yet.
func addYear(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, year int32) error {
	q := `INSERT INTO fund_year (company_id, region_path, oversight_line, year, first_year, inseparable, suspended, note, opening_fen, due_fen, accrued_fen, used_fen, used_capital_fen, planned_fen, used_items, closed, changed_at)
		SELECT company_id, region_path, oversight_line, ?, false, false, '{}', '', 0, 0, 0, 0, 0, 0, '{}', 0, ? FROM fund_profile
		WHERE company_id = ANY(?) AND starts_on < make_date(? + 1, 1, 1) ON CONFLICT ON CONSTRAINT fund_year_pkey DO NOTHING`
	return tx.WithContext(ctx).Exec(q, year, tx.Now, numbersOf(companies), year).Error
}

// latestYear is the last year that has a row.
func latestYear(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, atLeast int32) (n int32, err error) {
	err = tx.WithContext(ctx).Raw("SELECT greatest(?::int, coalesce(max(year), 0)) FROM fund_year WHERE company_id = ANY(?)", atLeast, numbersOf(companies)).Scan(&n).Error
	return n, err
}

// saveCounts writes what a year of companies comes to, by one statement.
func saveCounts(ctx context.Context, tx db.Tx, year int32, all []*Sheet) error {
	slices.SortFunc(all, func(a, b *Sheet) int { return int(a.Profile.CompanyID - b.Profile.CompanyID) })
	var ids, opening, due, accrued, used, capital, plan, closed db.Ints
	for _, s := range all {
		ids, opening, due, accrued = append(ids, int64(s.Profile.CompanyID)), append(opening, int64(s.OpeningFen)), append(due, int64(s.DueFen)), append(accrued, int64(s.AccruedFen))
		used, capital, plan, closed = append(used, int64(s.UsedFen)), append(capital, int64(s.CapitalFen)), append(plan, int64(s.PlanFen)), append(closed, int64(s.Closed))
	}
	q := `UPDATE fund_year y SET opening_fen = n.opening, due_fen = n.due, accrued_fen = n.accrued, used_fen = n.used, used_capital_fen = n.capital, planned_fen = n.plan, closed = n.closed,
		used_items = coalesce((SELECT jsonb_object_agg(t.tag, t.used) FROM (SELECT x.tag, sum(u.used)::bigint AS used FROM (
			SELECT e.expense_id, e.used_fen AS used FROM fund_entry e WHERE e.company_id = y.company_id AND e.expense_id IS NOT NULL AND e.used_fen <> 0 AND e.month_on >= make_date(y.year, 1, 1) AND e.month_on < make_date(y.year + 1, 1, 1)
			UNION ALL
			SELECT i.id, i.amount_fen FROM fund_expense i WHERE i.company_id = y.company_id AND i.imported AND i.state = 'booked' AND i.month_on >= make_date(y.year, 1, 1) AND i.month_on < make_date(y.year + 1, 1, 1)
				AND NOT EXISTS (SELECT FROM fund_entry e WHERE e.company_id = i.company_id AND e.expense_id = i.id)) u
			JOIN fund_expense x ON x.company_id = y.company_id AND x.id = u.expense_id GROUP BY x.tag) t WHERE t.used <> 0), '{}'), changed_at = ?
		FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[]) AS n(company_id, opening, due, accrued, used, capital, plan, closed)
		WHERE y.company_id = n.company_id AND y.year = ?`
	return tx.WithContext(ctx).Exec(q, tx.Now, ids, opening, due, accrued, used, capital, plan, closed, year).Error
}
