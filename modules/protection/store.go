package protection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Standard) TableName() string { return "protection_standard" }

// TableName names the table.
func (Issue) TableName() string { return "protection_issue" }

type piece struct {
	ID        id.Of[id.Row]
	UnitID    id.Of[id.Unit]
	StaffName string
	Article   string
	NextOn    day.Date
	EndedOn   day.Date
	Place     int // 1: the last of its article that the person was given
}

// piecesOf returns what people were last given of each article, the latest first.
func piecesOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, people db.Ints) (rows []piece, err error) {
	return rows, tx.WithContext(ctx).Raw(`SELECT * FROM (
		SELECT id, coalesce(unit_id, 0) AS unit_id, staff_name, article, next_on, ended_on,
			row_number() OVER (PARTITION BY staff_id, lower(article) ORDER BY ended_on IS NOT NULL, issued_on DESC, id DESC) AS place
		FROM protection_issue WHERE company_id = ? AND staff_id = ANY( ?::bigint[])) p WHERE place <= 6`, int64(company), people).Scan(&rows).Error
}

// issuedTo returns the lines of a person's card that the actor may see, oldest first, at most 300.
func issuedTo(ctx context.Context, tx db.Tx, scope rbac.Scope, who id.Of[id.Staff]) (rows []Issue, err error) {
	cond, args := scope.Where("t")
	reach, more := scope.Reach("t", "staff_id")
	q := "SELECT * FROM (SELECT t.* FROM protection_issue t WHERE " + cond + " AND " + reach + " AND t.staff_id = ? AND t.ended_on IS NULL ORDER BY t.issued_on DESC, t.id DESC LIMIT 300) t ORDER BY issued_on, id"
	return rows, tx.WithContext(ctx).Raw(q, append(append(args, more...), int64(who))...).Scan(&rows).Error
}

// Measured is what this module offers as evidence: of the pieces whose life ended in a period,
// how many had been replaced by then.
func Measured() evidence.Set {
	return evidence.Set{{Key: "protection.issued", Batch: issuedOf, Rows: issuedRows}}
}

// inTime holds for a line i that a later one of the same article followed in time.
const inTime = `EXISTS (SELECT FROM protection_issue n WHERE n.company_id = i.company_id AND n.staff_id = i.staff_id AND lower(n.article) = lower(i.article)
	AND n.id <> i.id AND n.ended_on IS NULL AND n.issued_on > i.issued_on AND n.issued_on <= i.next_on)`

func issuedOf(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	var ids db.Ints
	for _, c := range companies {
		ids = append(ids, int64(c))
	}
	return out, tx.WithContext(ctx).Raw("SELECT company_id, count(*) FILTER (WHERE "+inTime+") AS num, count(*) AS den FROM protection_issue i WHERE company_id = ANY( ?::bigint[]) AND next_on BETWEEN ? AND ? AND ended_on IS NULL GROUP BY company_id",
		ids, p.From, p.Until).Scan(&out).Error
}

func issuedRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	return out, tx.WithContext(ctx).Raw(`SELECT 'protection_issue' AS noun, id, next_on AS "on", `+inTime+` AS counts FROM protection_issue i
		WHERE company_id = ? AND id > ? AND next_on BETWEEN ? AND ? AND ended_on IS NULL ORDER BY id LIMIT ?`, int64(company), after, p.From, p.Until, limit).Scan(&out).Error
}
