package equipment

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// PressCounts says how many presses companies have in use; who has none may be missing.
func PressCounts(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]int, error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	var rows []struct {
		CompanyID rbac.CompanyID
		N         int
	}
	err := tx.WithContext(ctx).Raw("SELECT company_id, count(*) AS n FROM equipment_machine WHERE company_id = ANY(?) AND kind = 'press' AND ended_on IS NULL GROUP BY company_id", ids).Scan(&rows).Error
	out := make(map[rbac.CompanyID]int, len(rows))
	for _, r := range rows {
		out[r.CompanyID] = r.N
	}
	return out, err
}
