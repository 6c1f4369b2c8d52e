package company

import (
	"context"
	"encoding/json"

	"anbiao/kit/db"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// places returns the areas a roster may name: everything down to the towns, so that a town
// of another county can be told from one that does not exist, and what lies deeper in areas.
func places(ctx context.Context, tx db.Tx, areas []string) ([]place, error) {
	var rows []struct {
		Path    string
		Name    string
		Aliases db.Texts
	}
	q := `SELECT path, name, aliases FROM division WHERE valid_until IS NULL AND (length(path) <= 9
		OR EXISTS (SELECT FROM unnest(?::text[]) a WHERE path >= a COLLATE "C" AND path < (a || '~') COLLATE "C")) ORDER BY path`
	if err := tx.WithContext(ctx).Raw(q, db.Texts(areas)).Scan(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]place, len(rows))
	for i, r := range rows {
		all[i] = place{r.Path, r.Name, r.Aliases}
	}
	return all, nil
}

// lineNames returns the supervision lines by folded name and by number.
func lineNames(ctx context.Context, tx db.Tx) (map[string]int16, error) {
	var rows []struct {
		Line       int16
		Name       string
		Department string
	}
	if err := tx.WithContext(ctx).Raw("SELECT line, name, line::text AS department FROM division_line").Scan(&rows).Error; err != nil {
		return nil, err
	}
	all := map[string]int16{}
	for _, r := range rows {
		all[search.Fold(r.Name)], all[r.Department] = r.Line, r.Line
	}
	return all, nil
}

// met is a company the register has already, for one row of a batch, with its newest year.
type met struct {
	Row       int
	YearOf    int32
	YearStaff *int32
	Company
}

// registered returns, by row, the companies the register has: of the same code and site, or
// without a code and of the same name in the same area. lock holds them.
func registered(ctx context.Context, tx db.Tx, entries []entry, lock bool) (map[int]met, error) {
	type key struct {
		Row  int    `json:"row"`
		USCC string `json:"uscc"`
		Site int16  `json:"site"`
		Name string `json:"name"`
		Path string `json:"path"`
	}
	keys := make([]key, len(entries))
	for i, e := range entries {
		keys[i] = key{e.row, e.USCC, e.SiteNo, e.Name, e.RegionPath}
	}
	with := `WITH k AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(?::jsonb) AS k ("row" int, uscc text, site smallint, name text, path text)) `
	with += `SELECT k."row", c.*, coalesce(y.year, 0) AS year_of, y.staff_count AS year_staff FROM k `
	newest := ` LEFT JOIN LATERAL (SELECT year, staff_count FROM company_year WHERE company_id = c.company_id ORDER BY year DESC LIMIT 1) y ON true WHERE `
	q := `JOIN company c ON c.uscc = k.uscc AND c.site_no = k.site` + newest + `c.uscc <> '' AND k.uscc <> ''`
	byCode, err := scanMet(ctx, tx, with+q, keys, lock)
	if err != nil {
		return nil, err
	}
	q = `JOIN company c ON c.name = k.name AND c.region_path = k.path COLLATE "C" AND c.site_no = k.site` + newest + `c.uscc = ''`
	byName, err := scanMet(ctx, tx, with+q, keys, lock)
	if err != nil {
		return nil, err
	}
	found := map[int]met{}
	for _, m := range append(byName, byCode...) { // the code wins
		found[m.Row] = m
	}
	return found, nil
}

func scanMet(ctx context.Context, tx db.Tx, q string, keys any, lock bool) (rows []met, err error) {
	b, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	if lock {
		q += " ORDER BY c.company_id FOR UPDATE OF c"
	}
	err = tx.WithContext(ctx).Raw(q, string(b)).Scan(&rows).Error
	return rows, err
}

// stored is a company as SQL reads many of them from one document.
type stored struct {
	Row                 int      `json:"row"`
	CompanyID           int64    `json:"company_id"`
	RegionPath          string   `json:"region_path"`
	OversightLine       int16    `json:"oversight_line"`
	Name                string   `json:"name"`
	NameFold            string   `json:"name_fold"`
	NameBi              []int32  `json:"name_bi"`
	USCC                string   `json:"uscc"`
	SiteNo              int16    `json:"site_no"`
	Industry            string   `json:"industry"`
	SupervisionIndustry string   `json:"supervision_industry"`
	StaffCount          *int32   `json:"staff_count"`
	RevenueFen          *int64   `json:"revenue_fen"`
	SizeClass           int16    `json:"size_class"`
	AboveScale          bool     `json:"above_scale"`
	Tags                []string `json:"tags"`
	Address             string   `json:"address"`
	ContactName         string   `json:"contact_name"`
	ContactPhone        string   `json:"contact_phone"`
}

const storedColumns = `"row" int, company_id bigint, region_path text, oversight_line smallint, name text, name_fold text, name_bi int[], uscc text, site_no smallint,
	industry text, supervision_industry text, staff_count int, revenue_fen bigint, size_class smallint, above_scale boolean, tags text[], address text, contact_name text, contact_phone text`

func storedOf(row int, c Company) stored {
	return stored{
		Row: row, CompanyID: int64(c.CompanyID), RegionPath: c.RegionPath, OversightLine: c.OversightLine, Name: c.Name, NameFold: c.NameFold,
		NameBi: append([]int32{}, c.NameBi...), USCC: c.USCC, SiteNo: c.SiteNo, Industry: c.Industry, SupervisionIndustry: c.SupervisionIndustry,
		StaffCount: c.StaffCount, RevenueFen: (*int64)(c.RevenueFen), SizeClass: int16(c.SizeClass), AboveScale: c.AboveScale,
		Tags: append([]string{}, c.Tags...), Address: c.Address, ContactName: c.ContactName, ContactPhone: c.ContactPhone,
	}
}

// insertMany adds companies and returns the ids by row; a row that is missing was taken by
// somebody else in the meantime.
func insertMany(ctx context.Context, tx db.Tx, all []stored) (map[int]rbac.CompanyID, error) {
	made := map[int]rbac.CompanyID{}
	if len(all) == 0 {
		return made, nil
	}
	b, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Row       int
		CompanyID rbac.CompanyID
	}
	q := `WITH x AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(?::jsonb) AS x (` + storedColumns + `)),
		made AS (INSERT INTO company (region_path, oversight_line, name, name_fold, name_bi, uscc, site_no, industry, supervision_industry, staff_count, revenue_fen,
			size_class, above_scale, tags, address, contact_name, contact_phone, created_at, updated_at)
		SELECT region_path, oversight_line, name, name_fold, name_bi, uscc, site_no, industry, supervision_industry, staff_count, revenue_fen,
			size_class, above_scale, tags, address, contact_name, contact_phone, ?, ? FROM x ORDER BY "row"
		ON CONFLICT DO NOTHING RETURNING company_id, uscc, site_no, name, region_path)
		SELECT x."row", made.company_id FROM made JOIN x ON x.uscc = made.uscc AND x.site_no = made.site_no AND x.name = made.name AND x.region_path = made.region_path`
	if err := tx.WithContext(ctx).Raw(q, string(b), tx.Now, tx.Now).Scan(&rows).Error; err != nil {
		return nil, err
	}
	for _, r := range rows {
		made[r.Row] = r.CompanyID
	}
	return made, nil
}

// updateMany writes what a roster says over companies, and moves those that changed place.
func updateMany(ctx context.Context, tx db.Tx, all []stored) error {
	if len(all) == 0 {
		return nil
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	q := `UPDATE company c SET name = x.name, name_fold = x.name_fold, name_bi = x.name_bi, uscc = x.uscc, industry = x.industry,
			supervision_industry = x.supervision_industry, staff_count = x.staff_count, revenue_fen = x.revenue_fen, size_class = x.size_class,
			above_scale = x.above_scale, tags = x.tags, address = x.address, contact_name = x.contact_name, contact_phone = x.contact_phone, updated_at = ?
		FROM jsonb_to_recordset(?::jsonb) AS x (` + storedColumns + `) WHERE c.company_id = x.company_id`
	if err := tx.WithContext(ctx).Exec(q, tx.Now, string(b)).Error; err != nil {
		return err
	}
	if err := renameLinks(ctx, tx, idsOf(all)); err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`SELECT company_move(c.company_id, x.region_path, x.oversight_line)
		FROM jsonb_to_recordset(?::jsonb) AS x (company_id bigint, region_path text, oversight_line smallint)
		JOIN company c ON c.company_id = x.company_id AND (c.region_path, c.oversight_line) IS DISTINCT FROM (x.region_path, x.oversight_line)`, string(b)).Error
}

func idsOf(all []stored) db.Ints {
	ids := make(db.Ints, len(all))
	for i, s := range all {
		ids[i] = s.CompanyID
	}
	return ids
}
