package meeting

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Meeting) TableName() string { return "meeting" }

type lastOne struct {
	ID      id.Of[id.Row]
	UnitID  id.Of[id.Unit]
	Title   string
	ChairID id.Of[id.Staff]
	NextOn  day.Date
	Place   int // 1: the last of its kind and unit
}

// latest returns the last meetings of each kind and unit that call for another, held since a day.
func latest(ctx context.Context, tx db.Tx, company rbac.CompanyID, since day.Date) (rows []lastOne, err error) {
	return rows, tx.WithContext(ctx).Raw(`SELECT * FROM (
		SELECT id, coalesce(unit_id, 0) AS unit_id, title, coalesce(chair_id, 0) AS chair_id, next_on, row_number() OVER (PARTITION BY kind, unit_id ORDER BY held_on DESC, id DESC) AS place
		FROM meeting WHERE company_id = ? AND ended_on IS NULL AND next_on IS NOT NULL AND held_on >= ?) m WHERE place <= 12`, int64(company), since).Scan(&rows).Error
}

type stand struct {
	Kind   Kind
	HeldOn day.Date
	Year   int
}

// stands returns of each kind the last meeting and how many there were since a day.
func stands(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, since day.Date) (map[Kind]stand, error) {
	cond, args := scope.Where("m")
	reach, more := scope.Reach("m", "chair_id", "recorder_id", "follower_id")
	var rows []stand
	err := tx.WithContext(ctx).Raw("SELECT kind, max(held_on) AS held_on, count(*) FILTER (WHERE held_on >= ?) AS year FROM meeting m WHERE "+cond+" AND "+reach+
		" AND m.company_id = ? AND m.ended_on IS NULL GROUP BY kind", append(append(append([]any{since}, args...), more...), int64(company))...).Scan(&rows).Error
	out := map[Kind]stand{}
	for _, r := range rows {
		out[r.Kind] = r
	}
	return out, err
}

// Measured is what this module offers as evidence: of the meetings due in a period by rule, how
// many were held. A company that records no meetings is not measured.
func Measured() evidence.Set {
	return evidence.Set{{Key: "meeting.held", Batch: heldOf, Rows: heldRows}}
}

func heldOf(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	var kinds db.Texts
	var months, ids db.Ints
	for _, r := range Rules() {
		if r.Months > 0 && r.Kind != Workshop { // workshops: by unit, not for the company as a whole
			kinds, months = append(kinds, string(r.Kind)), append(months, int64(r.Months))
		}
	}
	for _, c := range companies {
		ids = append(ids, int64(c))
	}
	return out, tx.WithContext(ctx).Raw(`WITH rule AS (SELECT * FROM unnest( ?::text[], ?::bigint[]) r(kind, months)),
		used AS (SELECT DISTINCT company_id FROM meeting WHERE company_id = ANY( ?::bigint[]) AND held_on <= ? AND ended_on IS NULL),
		stands AS (SELECT u.company_id, r.months, max(m.held_on) FILTER (WHERE m.held_on < ?) AS before, bool_or(m.held_on >= ?) AS held
			FROM used u CROSS JOIN rule r LEFT JOIN meeting m ON m.company_id = u.company_id AND m.kind = r.kind AND m.held_on <= ? AND m.ended_on IS NULL
			GROUP BY u.company_id, r.kind, r.months)
		SELECT company_id, count(*) FILTER (WHERE held) AS num, count(*) AS den FROM stands
		WHERE held OR before IS NULL OR (before + months * interval '1 month')::date <= ? GROUP BY company_id`,
		kinds, months, ids, p.Until, p.From, p.From, p.Until, p.Until).Scan(&out).Error
}

func heldRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	return out, tx.WithContext(ctx).Raw(`SELECT 'meeting' AS noun, id, held_on AS "on", true AS counts FROM meeting
		WHERE company_id = ? AND id > ? AND held_on BETWEEN ? AND ? AND kind IN ('committee', 'management') AND ended_on IS NULL ORDER BY id LIMIT ?`,
		int64(company), after, p.From, p.Until, limit).Scan(&out).Error
}
