package company

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Company) TableName() string { return "company" }

// insertCompany adds c and fills in its id. Errors: ErrTaken, ErrNamesake.
func insertCompany(ctx context.Context, tx db.Tx, c *Company) error {
	q := `INSERT INTO company (region_path, oversight_line, name, name_fold, name_bi, uscc, site_no, industry, supervision_industry, staff_count, revenue_fen,
		assets_fen, size_class, above_scale, tags, address, longitude_e6, latitude_e6, contact_name, contact_phone, status, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING company_id`
	err := tx.WithContext(ctx).Raw(q, c.RegionPath, c.OversightLine, c.Name, c.NameFold, c.NameBi, c.USCC, c.SiteNo, c.Industry, c.SupervisionIndustry,
		c.StaffCount, c.RevenueFen, c.AssetsFen, c.SizeClass, c.AboveScale, c.Tags, c.Address, c.LongitudeE6, c.LatitudeE6, c.ContactName, c.ContactPhone,
		c.Status, c.CreatedAt, c.UpdatedAt).Scan(&c.CompanyID).Error
	return taken(err)
}

// companyByID returns one company in scope; lock holds it until the transaction ends.
// Errors: rbac.ErrNotFound.
func companyByID(ctx context.Context, tx db.Tx, scope rbac.Scope, id rbac.CompanyID, lock bool) (c Company, err error) {
	cond, args := scope.Where("c")
	q := "SELECT c.* FROM company c WHERE c.company_id = ? AND " + cond
	if lock {
		q += " FOR UPDATE"
	}
	err = tx.WithContext(ctx).Raw(q, append([]any{int64(id)}, args...)...).Take(&c).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return c, rbac.ErrNotFound
	}
	return c, err
}

// updateProfile writes what a company may change of itself.
func updateProfile(ctx context.Context, tx db.Tx, c Company) error {
	return tx.WithContext(ctx).Exec(`UPDATE company SET staff_count = ?, revenue_fen = ?, assets_fen = ?, size_class = ?, above_scale = ?, tags = ?, address = ?,
		longitude_e6 = ?, latitude_e6 = ?, contact_name = ?, contact_phone = ?, updated_at = ? WHERE company_id = ?`,
		c.StaffCount, c.RevenueFen, c.AssetsFen, c.SizeClass, c.AboveScale, c.Tags, c.Address, c.LongitudeE6, c.LatitudeE6, c.ContactName, c.ContactPhone,
		c.UpdatedAt, int64(c.CompanyID)).Error
}

// areaName returns the names of the areas around path and of path itself, from the province
// down, "" if none is known.
func areaName(ctx context.Context, tx db.Tx, path string) (name string, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT coalesce(string_agg(name, '' ORDER BY path), '') FROM division
		WHERE valid_until IS NULL AND path IN (left(?, 2), left(?, 4), left(?, 6), left(?, 9), left(?, 12), ?)`, path, path, path, path, path, path).Scan(&name).Error
	return name, err
}

// known reports whether an area and a supervision line exist today.
func known(ctx context.Context, tx db.Tx, path string, line int16) (area, supervised bool, err error) {
	row := struct{ Area, Supervised bool }{}
	err = tx.WithContext(ctx).Raw(`SELECT EXISTS (SELECT FROM division WHERE path = ? AND valid_until IS NULL) AS area,
		EXISTS (SELECT FROM division_line WHERE line = ?) AS supervised`, path, line).Scan(&row).Error
	return row.Area, row.Supervised, err
}
