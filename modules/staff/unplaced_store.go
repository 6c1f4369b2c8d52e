package staff

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Loose is somebody who works in the company and is on no post.
type Loose struct {
	StaffID    id.Of[id.Staff]
	Name       string
	EmployeeNo string
	UnitID     id.Of[id.Unit] // zero: of no unit
}

// Unplaced returns how many people work in a company on a day, and those who are on no post
// that exists (安全生产法 art. 22: everybody's responsibility follows from the post).
func Unplaced(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (all int, loose []Loose, err error) {
	const here = `FROM staff_person p WHERE p.company_id = @company AND (p.joined_on IS NULL OR p.joined_on <= @day) AND (p.left_on IS NULL OR p.left_on >= @day)`
	if err := named(ctx, tx, "SELECT count(*) "+here, company, on, &all); err != nil {
		return 0, nil, err
	}
	q := `SELECT p.id AS staff_id, p.name, p.employee_no, coalesce(p.unit_id, 0) AS unit_id ` + here + `
		AND NOT EXISTS (SELECT FROM staff_assignment a JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id AND (o.closed_on IS NULL OR o.closed_on > @day)
			WHERE a.company_id = p.company_id AND a.staff_id = p.id AND a.from_on <= @day AND (a.until_on IS NULL OR a.until_on >= @day))
		ORDER BY p.unit_id, p.name, p.id`
	err = named(ctx, tx, q, company, on, &loose)
	return all, loose, err
}
