package company

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// companiesWithin returns the next companies of an area behind after.
func companiesWithin(ctx context.Context, tx db.Tx, area string, after rbac.CompanyID, limit int) (rows []Company, err error) {
	err = tx.WithContext(ctx).Select("company_id", "oversight_line").Where("region_path >= ? AND region_path < ? AND company_id > ?", area, area+"~", after).
		Order("company_id").Limit(limit).Find(&rows).Error
	return rows, err
}

// redirectMoves sends companies that were ordered into an area that ended to its successor.
func redirectMoves(ctx context.Context, tx db.Tx, from, to string) error {
	return tx.WithContext(ctx).Exec("UPDATE company_relocation SET to_region_path = ? WHERE done_at IS NULL AND to_region_path >= ? AND to_region_path < ?", to, from, from+"~").Error
}
