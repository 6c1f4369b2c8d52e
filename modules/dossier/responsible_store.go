package dossier

import (
	"context"
	"encoding/json"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Responsible) TableName() string { return "dossier_responsible" }

// holding is one that answers on a day, which is its only parameter.
const holding = "r.since_on <= ? AND (r.until_on IS NULL OR r.until_on >= ?)"

// answering lists who answers for a company on a day.
func answering(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, on day.Date) (rows []Responsible, err error) {
	w := scope.Of(company, "r")
	w.And(holding, on, on)
	return rows, tx.WithContext(ctx).Raw("SELECT r.* FROM dossier_responsible r WHERE "+w.SQL()+" ORDER BY r.kind, r.since_on DESC, r.id DESC", w.Args...).Scan(&rows).Error
}

// past lists everybody who answered for a company, the latest first.
func past(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (rows []Responsible, err error) {
	w := scope.Of(company, "r")
	return rows, tx.WithContext(ctx).Raw("SELECT r.* FROM dossier_responsible r WHERE "+w.SQL()+" ORDER BY r.since_on DESC, r.id DESC LIMIT 200", w.Args...).Scan(&rows).Error
}

// lastOf locks the last ones of companies, by company and kind.
func lastOf(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]map[string]Responsible, error) {
	var rows []Responsible
	err := tx.WithContext(ctx).Raw("SELECT r.* FROM dossier_responsible r WHERE r.company_id = ANY(?) AND r.until_on IS NULL ORDER BY r.company_id, r.id FOR UPDATE", ints(companies)).Scan(&rows).Error
	out := map[rbac.CompanyID]map[string]Responsible{}
	for _, r := range rows {
		if out[r.CompanyID] == nil {
			out[r.CompanyID] = map[string]Responsible{}
		}
		out[r.CompanyID][r.Kind] = r
	}
	return out, err
}

func ints(companies []rbac.CompanyID) db.Ints {
	out := make(db.Ints, len(companies))
	for i, n := range companies {
		out[i] = int64(n)
	}
	return out
}

// endMany ends the last ones of companies the day before their successors begin, in one statement.
func endMany(ctx context.Context, tx db.Tx, ends []Responsible) error {
	type end struct {
		Company int64    `json:"c"`
		ID      int64    `json:"i"`
		Until   day.Date `json:"u"`
	}
	if len(ends) == 0 {
		return nil
	}
	all := make([]end, len(ends))
	for i, r := range ends {
		all[i] = end{int64(r.CompanyID), int64(r.ID), r.UntilOn}
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`UPDATE dossier_responsible r SET until_on = x.u FROM jsonb_to_recordset( ?::jsonb) AS x (c bigint, i bigint, u date)
		WHERE r.company_id = x.c AND r.id = x.i`, string(b)).Error
}

// correctMany writes what was named anew on the day it began, in one statement.
func correctMany(ctx context.Context, tx db.Tx, rows []Responsible) error {
	type one struct {
		Company int64  `json:"c"`
		ID      int64  `json:"i"`
		Name    string `json:"n"`
		Post    string `json:"p"`
		Phone   string `json:"t"`
		Office  int64  `json:"o"`
		By      string `json:"b"`
	}
	if len(rows) == 0 {
		return nil
	}
	all := make([]one, len(rows))
	for i, r := range rows {
		all[i] = one{int64(r.CompanyID), int64(r.ID), r.Name, r.Post, r.Phone, int64(r.OrganisationID), r.NamedBy}
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`UPDATE dossier_responsible r SET name = x.n, post = x.p, phone = x.t, organisation_id = x.o, named_by = x.b, named_at = ?
		FROM jsonb_to_recordset( ?::jsonb) AS x (c bigint, i bigint, n text, p text, t text, o bigint, b text) WHERE r.company_id = x.c AND r.id = x.i`, tx.Now, string(b)).Error
}

func insertMany(ctx context.Context, tx db.Tx, rows []Responsible) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(&rows, 1000).Error
}

// Boarded is a company in the list of who answers, with those who answer on a day.
type Boarded struct {
	CompanyID     rbac.CompanyID
	Name          string
	USCC          string
	RegionPath    string
	OversightLine int16
	Town          string
	People        []Responsible `gorm:"-"`
}

// boardedBy lists companies in scope with who answers for them: two queries a page.
func boardedBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f BoardFilter, k page.Key, on day.Date) (rows []Boarded, err error) {
	w := &page.Where{}
	w.Within(scope.Where("c"))
	w.And("c.status <> 'closed'")
	w.When(f.Division != "", "c.region_path >= ? AND c.region_path < ?", f.Division, f.Division+"~")
	w.When(f.CompanyID != 0, "c.company_id = ?", int64(f.CompanyID))
	w.When(f.Name != "", "strpos(c.name, ?) > 0", f.Name)
	w.When(f.Person != "", "EXISTS (SELECT FROM dossier_responsible r WHERE r.company_id = c.company_id AND strpos(r.name, ?) > 0 AND "+holding+")", f.Person, on, on)
	have := "(SELECT count(*) FROM dossier_responsible r WHERE r.company_id = c.company_id AND r.kind = ANY(?) AND " + holding + ")"
	switch f.Missing {
	case "":
	case "any":
		w.And(have+" < 4", db.Texts(needed), on, on)
	default:
		w.And(have+" = 0", db.Texts{f.Missing}, on, on)
	}
	order := w.Rising(k, "c.region_path, c.company_id", "?::text, ?::bigint")
	q := `SELECT c.company_id, c.name, c.uscc, c.region_path, c.oversight_line, coalesce((SELECT d.name FROM division d WHERE d.path = left(c.region_path, 9) AND d.valid_until IS NULL LIMIT 1), '') AS town
		FROM company c WHERE ` + w.SQL() + order + " LIMIT ?"
	if err := tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	return rows, fillPeople(ctx, tx, rows, on)
}

func fillPeople(ctx context.Context, tx db.Tx, rows []Boarded, on day.Date) error {
	ids, at := make([]rbac.CompanyID, len(rows)), map[rbac.CompanyID]int{}
	for i, r := range rows {
		ids[i], at[r.CompanyID] = r.CompanyID, i
	}
	var people []Responsible
	err := tx.WithContext(ctx).Raw("SELECT r.* FROM dossier_responsible r WHERE r.company_id = ANY(?) AND "+holding+" ORDER BY r.company_id, r.kind, r.id", ints(ids), on, on).Scan(&people).Error
	for _, p := range people {
		i := at[p.CompanyID]
		rows[i].People = append(rows[i].People, p)
	}
	return err
}

// Grid is who patrols a company's grid.
type Grid struct {
	Name  string
	Phone string
	Path  string // of the grid, or of the place the company lies in
}

// GridOf says who patrols companies today, in one query: the person named of kind grid, and the company's own place.
func GridOf(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]Grid, error) {
	today := day.In(tx.Now, day.Shanghai)
	var rows []struct {
		CompanyID rbac.CompanyID
		Grid
	}
	err := tx.WithContext(ctx).Raw(`SELECT c.company_id, c.region_path AS path, coalesce(r.name, '') AS name, coalesce(r.phone, '') AS phone FROM company c
		LEFT JOIN dossier_responsible r ON r.company_id = c.company_id AND r.kind = 'grid' AND `+holding+` WHERE c.company_id = ANY(?)`, today, today, ints(companies)).Scan(&rows).Error
	out := make(map[rbac.CompanyID]Grid, len(rows))
	for _, r := range rows {
		out[r.CompanyID] = r.Grid
	}
	return out, err
}

// within finds companies that a regulator oversees, by id.
func within(ctx context.Context, tx db.Tx, scope rbac.Scope, companies []rbac.CompanyID) (rows []Boarded, err error) {
	cond, args := scope.Where("c")
	err = tx.WithContext(ctx).Raw("SELECT c.company_id, c.name, c.region_path, c.oversight_line FROM company c WHERE c.company_id = ANY(?) AND "+cond+" ORDER BY c.company_id",
		append([]any{ints(companies)}, args...)...).Scan(&rows).Error
	return rows, err
}

// firmsBy finds the companies of codes and of names that a regulator oversees, the first site of each.
func firmsBy(ctx context.Context, tx db.Tx, a rbac.Actor, codes, names []string) (byCode, byName map[string]Boarded, err error) {
	var rows []Boarded
	err = tx.WithContext(ctx).Raw(`SELECT c.company_id, c.name, c.uscc, c.region_path, c.oversight_line FROM company c
		WHERE (c.uscc = ANY(?) AND c.uscc <> '' OR c.name = ANY(?)) AND EXISTS (SELECT FROM unnest( ?::text[]) p WHERE starts_with(c.region_path, p))
			AND (cardinality( ?::smallint[]) = 0 OR c.oversight_line = ANY(?)) ORDER BY c.site_no DESC, c.company_id DESC`,
		db.Texts(codes), db.Texts(names), db.Texts(a.Areas), db.Shorts(a.Lines), db.Shorts(a.Lines)).Scan(&rows).Error
	byCode, byName = map[string]Boarded{}, map[string]Boarded{}
	for _, r := range rows {
		byCode[strings.ToUpper(r.USCC)], byName[r.Name] = r, r
	}
	delete(byCode, "")
	return byCode, byName, err
}

// figuresOf reads the figures of a company that are kept, of metrics and periods side by side.
func figuresOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, metrics, periods []string) (rows []Figure, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT DISTINCT ON (v.metric) v.metric, v.num, v.den FROM unnest( ?::text[], ?::text[]) AS x(metric, period)
		JOIN evidence_value v ON v.company_id = ? AND v.metric = x.metric AND v.period = x.period ORDER BY v.metric, v.at DESC`, db.Texts(metrics), db.Texts(periods), int64(company)).Scan(&rows).Error
	return rows, err
}

// firmOf reads the name of a company in scope. Errors: rbac.ErrNotFound.
func firmOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Boarded, error) {
	cond, args := scope.Where("c")
	var rows []Boarded
	err := tx.WithContext(ctx).Raw(`SELECT c.company_id, c.name, c.uscc, c.region_path, c.oversight_line, coalesce((SELECT d.name FROM division d WHERE d.path = left(c.region_path, 9) AND d.valid_until IS NULL LIMIT 1), '') AS town
		FROM company c WHERE c.company_id = ? AND `+cond, append([]any{int64(company)}, args...)...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	return append(rows, Boarded{})[0], err
}
