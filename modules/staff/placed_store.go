package staff

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Placement is somebody of the staff with what he does on a day, and what he did before.
type Placement struct {
	ID          id.Of[id.Staff]
	Name        string
	EmployeeNo  string
	Phone       string
	PersonID    id.Of[id.Person] // zero: has no login
	UnitID      id.Of[id.Unit]   // zero: of none
	UnitName    string
	PostName    string   // of his main post; empty: has none
	Types       db.Texts // of all his posts
	JoinedOn    day.Date
	LeftOn      day.Date
	PostSince   day.Date // first day on his main post
	BeforeUntil day.Date // last day on what he did before; zero: nothing
	Changed     bool     // that was another post
}

// Placements returns people by id; nobody asked: everybody who works in the company on the day. One statement for all.
func Placements(ctx context.Context, tx db.Tx, company rbac.CompanyID, who []id.Of[id.Staff], on day.Date) (rows []Placement, err error) {
	ids := make(db.Ints, len(who))
	for i, n := range who {
		ids[i] = int64(n)
	}
	return rows, tx.WithContext(ctx).Raw(`SELECT p.id, p.name, p.employee_no, p.phone, coalesce(p.person_id, 0) AS person_id, coalesce(p.unit_id, 0) AS unit_id, coalesce(u.name, '') AS unit_name, coalesce(o.name, '') AS post_name,
			coalesce(t.types, '{}') AS types, p.joined_on, p.left_on, m.from_on AS post_since, b.until_on AS before_until, coalesce(b.post_id <> m.post_id, false) AS changed
		FROM staff_person p
		LEFT JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
		LEFT JOIN LATERAL (SELECT a.post_id, a.from_on FROM staff_assignment a WHERE a.company_id = p.company_id AND a.staff_id = p.id AND a.main AND a.from_on <= @on
			AND (a.until_on IS NULL OR a.until_on >= @on) ORDER BY a.from_on DESC, a.id DESC LIMIT 1) m ON true
		LEFT JOIN staff_post o ON o.company_id = p.company_id AND o.id = m.post_id
		LEFT JOIN LATERAL (SELECT a.post_id, a.until_on FROM staff_assignment a WHERE a.company_id = p.company_id AND a.staff_id = p.id AND a.main AND a.from_on < m.from_on
			AND a.until_on IS NOT NULL AND a.until_on <= m.from_on ORDER BY a.until_on DESC, a.id DESC LIMIT 1) b ON true
		LEFT JOIN LATERAL (SELECT array_agg(DISTINCT x) AS types FROM staff_assignment a JOIN staff_post q ON q.company_id = a.company_id AND q.id = a.post_id, unnest(q.types) x
			WHERE a.company_id = p.company_id AND a.staff_id = p.id AND a.from_on <= @on AND (a.until_on IS NULL OR a.until_on >= @on)) t ON true
		WHERE p.company_id = @company AND (CASE WHEN cardinality(@ids::bigint[]) > 0 THEN p.id = ANY(@ids::bigint[])
			ELSE (p.joined_on IS NULL OR p.joined_on <= @on) AND (p.left_on IS NULL OR p.left_on >= @on) END) ORDER BY p.unit_id, p.name, p.id`,
		map[string]any{"company": int64(company), "ids": ids, "on": on}).Scan(&rows).Error
}

// Exposed reports whether somebody in a company holds a post of one of some types on a day.
func Exposed(ctx context.Context, tx db.Tx, company rbac.CompanyID, types []string, on day.Date) (yes bool, err error) {
	return yes, tx.WithContext(ctx).Raw(`SELECT EXISTS (SELECT FROM staff_post o JOIN staff_assignment a ON a.company_id = o.company_id AND a.post_id = o.id
		WHERE o.company_id = ? AND o.types && ?::text[] AND a.from_on <= ? AND (a.until_on IS NULL OR a.until_on >= ?))`, int64(company), db.Texts(types), on, on).Scan(&yes).Error
}
