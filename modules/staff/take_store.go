package staff

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
)

// alike finds the person of the same identity number, or of the same phone and name, who has not left; 0: nobody.
func alike(ctx context.Context, tx db.Tx, p Person) (id.Of[id.Staff], error) {
	var found []id.Of[id.Staff]
	err := tx.WithContext(ctx).Raw(`SELECT id FROM staff_person WHERE company_id = ? AND left_on IS NULL AND ((identity_index = ? AND identity_index <> '') OR (phone = ? AND phone <> '' AND name = ?))
		ORDER BY identity_index = ? DESC, id LIMIT 1`, int64(p.CompanyID), p.IdentityIndex, p.Phone, p.Name, p.IdentityIndex).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}
