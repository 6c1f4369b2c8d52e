package company

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Of returns one company in scope, for other nouns' transactions. Errors: rbac.ErrNotFound.
func Of(ctx context.Context, tx db.Tx, scope rbac.Scope, id rbac.CompanyID) (Company, error) {
	return companyByID(ctx, tx, scope, id, false)
}

// Entered lists at most limit working companies after one, in order of id, that were on the
// register by the end of a day. It belongs to a transaction of the job runner.
func Entered(ctx context.Context, tx db.Tx, by day.Date, after rbac.CompanyID, limit int) ([]rbac.Home, error) {
	var found []struct {
		CompanyID     rbac.CompanyID
		RegionPath    string
		OversightLine int16
	}
	err := tx.WithContext(ctx).Raw(`SELECT company_id, region_path, oversight_line FROM company
		WHERE company_id > ? AND status <> 'closed' AND created_at < ? ORDER BY company_id LIMIT ?`, int64(after), by.AddDays(1).Midnight(day.Shanghai), limit).Scan(&found).Error
	homes := make([]rbac.Home, len(found))
	for i, f := range found {
		homes[i] = rbac.Home{CompanyID: f.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine}
	}
	return homes, err
}
