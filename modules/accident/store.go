package accident

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Accident) TableName() string { return "accident" }

// TableName names the table.
func (Hours) TableName() string { return "accident_hours" }

// unitOf returns the unit of a path; zero for none.
func unitOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, path string) (unit id.Of[id.Unit], err error) {
	var ids []int64
	if err = tx.WithContext(ctx).Raw("SELECT id FROM staff_unit WHERE company_id = ? AND unit_path = ? AND ? <> '' LIMIT 1", int64(company), path, path).Scan(&ids).Error; err == nil && len(ids) == 1 {
		unit = id.Of[id.Unit](ids[0])
	}
	return unit, err
}

// countsOf sums what happened from one day to another, both inclusive, in what the actor may see.
func countsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, from, until day.Date) (c Counts, err error) {
	cond, args := scope.Where("a")
	reach, more := scope.Reach("a")
	q := `SELECT count(*) FILTER (WHERE kind = 'accident') AS accidents, count(*) FILTER (WHERE kind = 'injury') AS injuries, count(*) FILTER (WHERE kind = 'near_miss') AS near_misses,
			coalesce(sum(deaths), 0) AS deaths, coalesce(sum(severe), 0) AS severe, coalesce(sum(slight), 0) AS slight, coalesce(sum(lost_days), 0) AS lost_days,
			coalesce(sum(loss_fen), 0)::bigint AS loss_fen, count(*) FILTER (WHERE flaw <> '') AS flawed, count(*) FILTER (WHERE kind <> 'near_miss' AND state <> 'closed') AS open
		FROM accident a WHERE ` + cond + " AND " + reach + " AND a.company_id = ? AND a.ended_on IS NULL AND a.happened_at >= ? AND a.happened_at < ?"
	args = append(append(args, more...), int64(company), from.Midnight(day.Shanghai), until.AddDays(1).Midnight(day.Shanghai))
	return c, tx.WithContext(ctx).Raw(q, args...).Scan(&c).Error
}

// hoursOf returns what was worked in a year; zeros where nobody entered it.
func hoursOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, year int) (h Hours, err error) {
	cond, args := scope.Where("h")
	return h, tx.WithContext(ctx).Raw("SELECT h.* FROM accident_hours h WHERE "+cond+" AND h.company_id = ? AND h.year = ? AND h.ended_on IS NULL LIMIT 1", append(args, int64(company), year)...).Scan(&h).Error
}

// Measured is what this module offers as evidence: of the measures that fell due in a period,
// how many were done by then.
func Measured() evidence.Set {
	return evidence.Set{{Key: "accident.measures-done", Batch: doneOf, Rows: doneRows}}
}

const inTime = "(a.measure_done_on IS NOT NULL AND a.measure_done_on <= a.measure_due_on)"

func doneOf(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	var ids db.Ints
	for _, c := range companies {
		ids = append(ids, int64(c))
	}
	return out, tx.WithContext(ctx).Raw("SELECT company_id, count(*) FILTER (WHERE "+inTime+") AS num, count(*) AS den FROM accident a WHERE company_id = ANY( ?::bigint[]) AND measure_due_on BETWEEN ? AND ? AND ended_on IS NULL GROUP BY company_id",
		ids, p.From, p.Until).Scan(&out).Error
}

func doneRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	return out, tx.WithContext(ctx).Raw(`SELECT 'accident' AS noun, id, measure_due_on AS "on", `+inTime+` AS counts FROM accident a
		WHERE company_id = ? AND id > ? AND measure_due_on BETWEEN ? AND ? AND ended_on IS NULL ORDER BY id LIMIT ?`, int64(company), after, p.From, p.Until, limit).Scan(&out).Error
}
