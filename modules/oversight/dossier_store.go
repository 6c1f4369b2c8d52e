package oversight

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// Identity is what the register says of a company, as a dossier shows it.
type Identity struct {
	CompanyID    rbac.CompanyID
	Address      string
	ContactName  string
	ContactPhone string
	StaffCount   *int32
	Tags         db.Texts
}

// identityByID reads the register. Errors: rbac.ErrNotFound.
func identityByID(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (i Identity, err error) {
	cond, args := scope.Where("c")
	err = tx.WithContext(ctx).Raw("SELECT c.company_id, c.address, c.contact_name, c.contact_phone, c.staff_count, c.tags FROM company c WHERE c.company_id = ? AND "+cond,
		append([]any{company}, args...)...).Take(&i).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return i, rbac.ErrNotFound
	}
	return i, err
}

// identities reads the register for the rows of a page: whom to call.
func identities(ctx context.Context, tx db.Tx, scope rbac.Scope, rows []listed) (map[rbac.CompanyID]Identity, error) {
	ids := make(db.Ints, len(rows))
	for i, r := range rows {
		ids[i] = int64(r.CompanyID)
	}
	cond, args := scope.Where("c")
	var found []Identity
	err := tx.WithContext(ctx).Raw("SELECT c.company_id, c.contact_name, c.contact_phone FROM company c WHERE c.company_id = ANY(?) AND "+cond,
		append([]any{ids}, args...)...).Scan(&found).Error
	by := map[rbac.CompanyID]Identity{}
	for _, i := range found {
		by[i.CompanyID] = i
	}
	return by, err
}

// placeNames returns the names of the town and grid a company lies in, by path.
func placeNames(ctx context.Context, tx db.Tx, b Board) (map[string]string, error) {
	return areaNames(ctx, tx, []listed{{Board: b}})
}

// areaName returns the names of the areas around path and of path itself, from the county
// down, or the last one known; "" for the nation.
func areaName(ctx context.Context, tx db.Tx, path string) (name string, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT coalesce(string_agg(name, '' ORDER BY path) FILTER (WHERE length(path) >= least(6, length(?))), '') FROM division
		WHERE valid_until IS NULL AND path IN (left(?, 2), left(?, 4), left(?, 6), left(?, 9), left(?, 12), ?)`, path, path, path, path, path, path, path).Scan(&name).Error
	return name, err
}

// areaNames returns the names of the town, or the area itself, and of the grid of each row, by path.
func areaNames(ctx context.Context, tx db.Tx, rows []listed) (map[string]string, error) {
	paths := make(db.Texts, 0, 2*len(rows))
	for _, r := range rows {
		paths = append(paths, townOf(r.RegionPath))
		if r.Grid != "" {
			paths = append(paths, r.Grid)
		}
	}
	var found []struct{ Path, Name string }
	err := tx.WithContext(ctx).Raw("SELECT path, name FROM division WHERE valid_until IS NULL AND path = ANY(?)", paths).Scan(&found).Error
	names := map[string]string{}
	for _, f := range found {
		names[f.Path] = f.Name
	}
	return names, err
}

func townOf(path string) string { return path[:min(len(path), deepest)] }
