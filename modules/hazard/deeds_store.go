package hazard

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Deed is a step of a hazard that a person brought about: what he did for his duties.
type Deed struct {
	StaffID  id.Of[id.Staff]
	Event    Event // register, fix (in time only), accept, reject
	HazardID id.Of[id.Hazard]
	Number   string
	Place    string
	ItemCode string // empty: of no item of the library
	Day      day.Date
}

// Deeds returns what the people of a company did about hazards in a period, both days inclusive:
// reported, fixed by the deadline, looked at a fix. What was entered by mistake is left out.
func Deeds(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until day.Date) (list []Deed, err error) {
	q := `SELECT d.*, h.number, h.place, h.item_code FROM (
			SELECT s.company_id, s.hazard_id, s.event, CASE s.event WHEN 'fix' THEN coalesce(s.owner_id, s.staff_id) ELSE s.staff_id END AS staff_id,
				(s.at AT TIME ZONE 'Asia/Shanghai')::date AS day
			FROM hazard_step s WHERE s.company_id = ? AND s.at >= ? AND s.at < ? AND s.event IN ('register', 'fix', 'accept', 'reject')) d
		JOIN hazard h ON h.company_id = d.company_id AND h.id = d.hazard_id
		WHERE d.staff_id IS NOT NULL AND h.voided_on IS NULL AND (d.event <> 'fix' OR h.deadline IS NULL OR d.day <= h.deadline) ORDER BY d.day, d.hazard_id`
	err = tx.WithContext(ctx).Raw(q, int64(company), from.Midnight(day.Shanghai), until.AddDays(1).Midnight(day.Shanghai)).Scan(&list).Error
	return list, err
}

// Blame is a hazard that a person answers for.
type Blame struct {
	HazardID id.Of[id.Hazard]
	OwnerID  id.Of[id.Staff]
	FoundBy  id.Of[id.Staff] // 0: nobody of the company's staff
	Number   string
	Major    bool
	FoundOn  day.Date
	LeftOpen bool // major, its deadline passed in the period, not fixed by then

	ByAuthority bool // an authority found it, not the company itself
	Late        bool // fixed after its deadline, or past it and not fixed
}

// Blames returns the hazards that people of a company answer for and that were found in a
// period, both days inclusive, and the major ones left open past a deadline in it.
func Blames(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until day.Date) (list []Blame, err error) {
	open := "(h.level = 'major' AND h.deadline BETWEEN ? AND ? AND (h.fixed_on IS NULL OR h.fixed_on > h.deadline) AND h.deadline < ?)"
	q := `SELECT h.id AS hazard_id, h.owner_id, coalesce(h.found_by_staff_id, 0) AS found_by, h.number, h.level = 'major' AS major, h.found_on, ` + open + ` AS left_open,
			h.source = ANY(?) AS by_authority, h.cancelled_on IS NULL AND h.fixed_on IS NULL AND h.deadline < ? OR coalesce(h.fixed_on > h.deadline, false) AS late
		FROM hazard h WHERE h.company_id = ? AND h.owner_id IS NOT NULL AND h.voided_on IS NULL AND NOT h.historical AND (h.found_on BETWEEN ? AND ? OR ` + open + `) ORDER BY h.id`
	today := day.In(tx.Now, day.Shanghai)
	err = tx.WithContext(ctx).Raw(q, from, until, today, texts(ByAuthority.Sources()), today, int64(company), from, until, from, until, today).Scan(&list).Error
	return list, err
}
