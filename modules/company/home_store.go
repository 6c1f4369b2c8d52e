package company

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// Homes returns where the rows of companies belong, as far as the transaction sees them.
func Homes(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]rbac.Home, error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	var rows []struct {
		CompanyID     rbac.CompanyID
		RegionPath    string
		OversightLine int16
	}
	err := tx.WithContext(ctx).Raw("SELECT company_id, region_path, oversight_line FROM company WHERE company_id = ANY(?)", ids).Scan(&rows).Error
	out := make(map[rbac.CompanyID]rbac.Home, len(rows))
	for _, r := range rows {
		out[r.CompanyID] = rbac.Home{CompanyID: r.CompanyID, RegionPath: r.RegionPath, Line: r.OversightLine}
	}
	return out, err
}
