package staff

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Under names a unit of a company and one of its people, who does not lead himself.
type Under struct {
	CompanyID rbac.CompanyID
	UnitID    id.Of[id.Unit]
	StaffID   id.Of[id.Staff]
}

// Leaders returns the logins of those who lead units and what is above them, the nearest
// first; who has left or has no login is passed over. One statement for all.
func Leaders(ctx context.Context, tx db.Tx, keys []Under) (map[Under][]id.Of[id.Person], error) {
	out := map[Under][]id.Of[id.Person]{}
	if len(keys) == 0 {
		return out, nil
	}
	firms, units, people := make(db.Ints, len(keys)), make(db.Ints, len(keys)), make(db.Ints, len(keys))
	for i, k := range keys {
		firms[i], units[i], people[i] = int64(k.CompanyID), int64(k.UnitID), int64(k.StaffID)
	}
	var rows []struct {
		Under
		PersonID id.Of[id.Person]
	}
	err := tx.WithContext(ctx).Raw(`SELECT DISTINCT k.company_id, k.unit_id, k.staff_id, length(u.unit_path) AS depth, s.person_id
		FROM unnest( ?::bigint[], ?::bigint[], ?::bigint[]) AS k(company_id, unit_id, staff_id)
		JOIN staff_unit own ON own.company_id = k.company_id AND own.id = k.unit_id
		JOIN staff_unit u ON u.company_id = own.company_id AND left(own.unit_path, length(u.unit_path)) = u.unit_path
		JOIN staff_person s ON s.company_id = u.company_id AND s.id = u.head_id
		WHERE s.id <> k.staff_id AND s.person_id IS NOT NULL AND (s.left_on IS NULL OR s.left_on >= ?)
		ORDER BY k.company_id, k.unit_id, k.staff_id, depth DESC`, firms, units, people, day.In(tx.Now, day.Shanghai).String()).Scan(&rows).Error
	for _, r := range rows {
		out[r.Under] = append(out[r.Under], r.PersonID)
	}
	return out, err
}

// ActiveCount counts the people on a company's staff list.
func ActiveCount(ctx context.Context, tx db.Tx, c rbac.CompanyID) (n int, err error) {
	err = tx.WithContext(ctx).Raw("SELECT count(*) FROM staff_person WHERE company_id = ? AND (left_on IS NULL OR left_on >= ?)", int64(c), day.In(tx.Now, day.Shanghai).String()).Scan(&n).Error
	return n, err
}

// RoleHolder is somebody of the staff with a role.
type RoleHolder struct {
	CompanyID rbac.CompanyID
	StaffID   id.Of[id.Staff]
	PersonID  id.Of[id.Person]
	Name      string
	Unit      string
}

// FirstHolding returns, for each company, who of its staff has held a role the longest. One statement for all.
func FirstHolding(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, role string) (map[rbac.CompanyID]RoleHolder, error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	var rows []RoleHolder
	err := tx.WithContext(ctx).Raw(`SELECT DISTINCT ON (m.company_id) m.company_id, s.id AS staff_id, m.person_id, s.name, coalesce(u.name, '') AS unit
		FROM account_membership m JOIN staff_person s ON s.company_id = m.company_id AND s.person_id = m.person_id AND s.left_on IS NULL
		LEFT JOIN staff_unit u ON u.company_id = s.company_id AND u.id = s.unit_id
		WHERE m.company_id = ANY(?) AND m.ended_at IS NULL AND ? = ANY(m.roles) ORDER BY m.company_id, m.id`, ids, role).Scan(&rows).Error
	out := map[rbac.CompanyID]RoleHolder{}
	for _, r := range rows {
		out[r.CompanyID] = r
	}
	return out, err
}
