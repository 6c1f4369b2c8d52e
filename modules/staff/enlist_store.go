package staff

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Enlist returns the row of a person who has come to a company by himself, tied to his login:
// the one that is his already, one of his phone number and name without a login, or a new
// one. It belongs to a transaction of the job runner, which locks the company.
func Enlist(ctx context.Context, tx db.Tx, home rbac.Home, name, phone string, person id.Of[id.Person]) (id.Of[id.Staff], error) {
	var found []id.Of[id.Staff]
	err := tx.WithContext(ctx).Raw(`UPDATE staff_person SET person_id = ? WHERE company_id = ? AND id = (
		SELECT id FROM staff_person WHERE company_id = ? AND left_on IS NULL AND (person_id = ? OR (person_id IS NULL AND phone = ? AND name = ?))
		ORDER BY person_id NULLS LAST, id LIMIT 1) RETURNING id`, person, home.CompanyID, home.CompanyID, person, phone, name).Scan(&found).Error
	if err != nil {
		return 0, err
	}
	if len(found) > 0 {
		return found[0], nil
	}
	p := Person{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Name: name, Phone: phone, PersonID: &person,
		IdentitySealed: []byte{}, IdentityIndex: []byte{}, CreatedAt: tx.Now,
	}
	err = insertPerson(ctx, tx, &p)
	return p.ID, err
}
