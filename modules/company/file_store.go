package company

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// TableName names the table.
func (Relocation) TableName() string { return "company_relocation" }

// updateRegistration writes what a regulator may change of a company. Errors: ErrTaken, ErrNamesake.
func updateRegistration(ctx context.Context, tx db.Tx, c Company) error {
	err := tx.WithContext(ctx).Exec(`UPDATE company SET name = ?, name_fold = ?, name_bi = ?, uscc = ?, site_no = ?, industry = ?, supervision_industry = ?, size_class = ?,
		above_scale = ?, above_scale_pinned = ?, status = ?, updated_at = ? WHERE company_id = ?`,
		c.Name, c.NameFold, c.NameBi, c.USCC, c.SiteNo, c.Industry, c.SupervisionIndustry, c.SizeClass, c.AboveScale, c.AboveScalePinned, c.Status, c.UpdatedAt,
		int64(c.CompanyID)).Error
	return taken(err)
}

// taken names the faults behind the register's unique keys.
func taken(err error) error {
	switch {
	case db.Violates(err, "company_uscc_site_no_key"):
		return ErrTaken.At("body.uscc").Because(err)
	case db.Violates(err, "company_name_region_path_key"):
		return ErrNamesake.At("body.name").Because(err)
	}
	return err
}

// sitesOf returns the other sites under c's code in scope.
func sitesOf(ctx context.Context, tx db.Tx, scope rbac.Scope, c Company) (rows []Site, err error) {
	if c.USCC == "" {
		return nil, nil
	}
	cond, args := scope.Where("c")
	q := `SELECT c.company_id, c.site_no, c.name, ` + areaOf("c.region_path") + ` AS area FROM company c
		WHERE c.uscc = ? AND c.company_id <> ? AND ` + cond + ` ORDER BY c.site_no LIMIT 100`
	return rows, tx.WithContext(ctx).Raw(q, append([]any{c.USCC, int64(c.CompanyID)}, args...)...).Scan(&rows).Error
}

// areaOf is the name of an area with those around it, from the county down, in SQL. What is no
// area any more is called what it was called last.
func areaOf(path string) string {
	return `(SELECT coalesce(string_agg(d.name, '' ORDER BY d.path), '') FROM (SELECT DISTINCT ON (path) path, name FROM division
		WHERE path IN (left(` + path + `, 6), left(` + path + `, 9), left(` + path + `, 12), ` + path + `) ORDER BY path, valid_until DESC NULLS FIRST) d)`
}

// areaNames returns the names of areas by path.
func areaNames(ctx context.Context, tx db.Tx, paths db.Texts) (map[string]string, error) {
	names := map[string]string{}
	if len(paths) == 0 {
		return names, nil
	}
	var rows []struct{ Path, Name string }
	err := tx.WithContext(ctx).Raw(`SELECT p.path, `+areaOf("p.path")+` AS name FROM (SELECT DISTINCT path COLLATE "C" AS path FROM unnest(?::text[]) u (path)) p`, paths).Scan(&rows).Error
	for _, r := range rows {
		names[r.Path] = r.Name
	}
	return names, err
}

// linesByNumber returns the names of the supervision lines.
func linesByNumber(ctx context.Context, tx db.Tx) (map[int16]string, error) {
	var rows []struct {
		Line int16
		Name string
	}
	err := tx.WithContext(ctx).Raw("SELECT line, name FROM division_line").Scan(&rows).Error
	names := map[int16]string{}
	for _, r := range rows {
		names[r.Line] = r.Name
	}
	return names, err
}

// pendingMove returns the move of a company that is ordered and not done, if there is one.
func pendingMove(ctx context.Context, tx db.Tx, c rbac.CompanyID) (*Relocation, error) {
	var rows []Relocation
	err := tx.WithContext(ctx).Where("company_id = ? AND done_at IS NULL", int64(c)).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// insertMove adds r. Errors: ErrMoving.
func insertMove(ctx context.Context, tx db.Tx, r *Relocation) error {
	err := tx.WithContext(ctx).Create(r).Error
	if db.Violates(err, "company_relocation_company_id_key") {
		return ErrMoving.Because(err)
	}
	return err
}

// lockMove returns one ordered move. Errors: rbac.ErrNotFound.
func lockMove(ctx context.Context, tx db.Tx, c rbac.CompanyID, n int64) (Relocation, error) {
	var rows []Relocation
	err := tx.WithContext(ctx).Clauses(locked).Where("company_id = ? AND id = ?", int64(c), n).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Relocation{}, err
	}
	return rows[0], nil
}

func finishMove(ctx context.Context, tx db.Tx, m Relocation) error {
	return tx.WithContext(ctx).Exec("UPDATE company_relocation SET done_at = ? WHERE company_id = ? AND id = ?", tx.Now, int64(m.CompanyID), m.ID).Error
}

// moveCompany puts a company, with everything that copied its place, under an area and line.
func moveCompany(ctx context.Context, tx db.Tx, c rbac.CompanyID, path string, line int16) error {
	return tx.WithContext(ctx).Exec("SELECT company_move(?, ?, ?::smallint)", int64(c), path, line).Error
}

// moveHome puts everything of a company where the company is.
func moveHome(ctx context.Context, tx db.Tx, c rbac.CompanyID) error {
	return tx.WithContext(ctx).Exec("SELECT company_move(company_id, region_path, oversight_line) FROM company WHERE company_id = ?", int64(c)).Error
}
