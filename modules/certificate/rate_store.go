package certificate

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Snapshot is one rate of a company at the end of a month. It is never computed again.
type Snapshot struct {
	CompanyID        rbac.CompanyID
	MonthOn          day.Date // first day of the month
	Rate             RateID
	RegionPath       string
	OversightLine    int16
	Num              int
	Den              int
	VerifiedNum      int
	Permille         *int `gorm:"->"` // computed by the database, truncated; nil: does not apply
	VerifiedPermille *int `gorm:"->"`
	RuleVersion      string
	MadeAt           time.Time
}

// TableName names the table.
func (Snapshot) TableName() string { return "certificate_snapshot" }

const scales = `SELECT c.company_id, c.region_path, c.oversight_line, c.industry, coalesce(c.staff_count, 0) AS staff,
	EXISTS (SELECT FROM staff_assignment a WHERE a.company_id = c.company_id AND a.from_on <= ? AND (a.until_on IS NULL OR a.until_on >= ?)) AS peopled FROM company c `

// scalesAfter returns what decides the rates of the n active companies that follow one.
func scalesAfter(ctx context.Context, tx db.Tx, after rbac.CompanyID, on day.Date, n int) (rows []Scale, err error) {
	q := scales + "WHERE c.company_id > ? AND c.status = 'active' ORDER BY c.company_id LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, on.String(), on.String(), int64(after), n).Scan(&rows).Error
}

// scaleOf is that of one company in scope. Errors: rbac.ErrNotFound.
func scaleOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, on day.Date) (Scale, error) {
	var rows []Scale
	cond, args := scope.Where("c")
	args = append([]any{on.String(), on.String(), int64(company)}, args...)
	err := tx.WithContext(ctx).Raw(scales+"WHERE c.company_id = ? AND "+cond, args...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Scale{}, err
	}
	return rows[0], nil
}

// inScope reports whether the actor may see a company. Errors: rbac.ErrNotFound.
func inScope(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) error {
	cond, args := scope.Where("c")
	var n int64
	err := tx.WithContext(ctx).Raw("SELECT count(*) FROM company c WHERE c.company_id = ? AND "+cond, append([]any{int64(company)}, args...)...).Scan(&n).Error
	if err == nil && n == 0 {
		err = rbac.ErrNotFound
	}
	return err
}

// insertSnapshots keeps rates of a month; those that are kept already stay as they are.
func insertSnapshots(ctx context.Context, tx db.Tx, list []Snapshot) error {
	if len(list) == 0 {
		return nil
	}
	var companies, lines, nums, dens, verified db.Ints
	var paths, rates, versions db.Texts
	for _, s := range list {
		companies, lines, nums, dens = append(companies, int64(s.CompanyID)), append(lines, int64(s.OversightLine)), append(nums, int64(s.Num)), append(dens, int64(s.Den))
		verified, paths, rates, versions = append(verified, int64(s.VerifiedNum)), append(paths, s.RegionPath), append(rates, string(s.Rate)), append(versions, s.RuleVersion)
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO certificate_snapshot (company_id, month_on, rate, region_path, oversight_line, num, den, verified_num, rule_version, made_at)
		SELECT c, ?::date, r, p, l, n, d, v, u, ? FROM unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[]) AS x(c, r, p, l, n, d, v, u)
		ON CONFLICT ON CONSTRAINT certificate_snapshot_pkey DO NOTHING`,
		list[0].MonthOn.String(), tx.Now, companies, rates, paths, lines, nums, dens, verified, versions).Error
}

// snapshotsOf returns a company's rates of the last months, the oldest first.
func snapshotsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, since day.Date) (rows []Snapshot, err error) {
	w := scope.Of(company, "s")
	w.And("s.month_on >= ?", since.String())
	q := "SELECT s.* FROM certificate_snapshot s WHERE " + w.SQL() + " ORDER BY s.month_on, s.rate"
	return rows, tx.WithContext(ctx).Raw(q, w.Args...).Scan(&rows).Error
}

// inMonth is the scope's condition, that of an area, a month and a rate, for alias s.
func inMonth(scope rbac.Scope, area string, month day.Date, rate RateID) *page.Where {
	w := &page.Where{}
	w.And("s.month_on = ? AND s.rate = ?", month.String(), string(rate))
	w.Within(scope.Where("s"))
	w.And("s.region_path >= ? AND s.region_path < ?", area, area+"~")
	return w
}

// areaShares pools the rates of an area's parts.
func areaShares(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, month day.Date, rate RateID) (rows []AreaShare, err error) {
	w := inMonth(scope, area, month, rate)
	q := `SELECT left(s.region_path, ?::int) AS path, sum(s.num) AS num, sum(s.den) AS den, sum(s.verified_num) AS verified, count(*) AS reported,
		count(*) FILTER (WHERE s.den > 0) AS applies, count(*) FILTER (WHERE s.den > 0 AND s.num = s.den) AS whole, count(*) FILTER (WHERE s.den > 0 AND s.verified_num = s.den) AS whole_verified
		FROM certificate_snapshot s WHERE ` + w.SQL() + " GROUP BY 1 ORDER BY 1"
	return rows, tx.WithContext(ctx).Raw(q, append([]any{below(area)}, w.Args...)...).Scan(&rows).Error
}

// companiesIn counts the active companies of an area's parts, from a number of people on.
func companiesIn(ctx context.Context, tx db.Tx, scope rbac.Scope, area string) (map[string]int64, error) {
	w := &page.Where{}
	w.Within(scope.Where("c"))
	w.And("c.status = 'active' AND c.region_path >= ? AND c.region_path < ?", area, area+"~")
	var rows []struct {
		Path string
		N    int64
	}
	q := "SELECT left(c.region_path, ?::int) AS path, count(*) AS n FROM company c WHERE " + w.SQL() + " GROUP BY 1"
	err := tx.WithContext(ctx).Raw(q, append([]any{below(area)}, w.Args...)...).Scan(&rows).Error
	out := map[string]int64{}
	for _, r := range rows {
		out[r.Path] = r.N
	}
	return out, err
}

// placeNames names an area and those directly below it.
func placeNames(ctx context.Context, tx db.Tx, parent string) (map[string]string, error) {
	var rows []struct{ Path, Name string }
	err := tx.WithContext(ctx).Raw("SELECT path, name FROM division WHERE valid_until IS NULL AND path >= ? AND path < ? AND length(path) IN (?, ?)", parent, parent+"~", len(parent), below(parent)).Scan(&rows).Error
	names := map[string]string{}
	for _, r := range rows {
		names[r.Path] = r.Name
	}
	return names, err
}

// firmShares lists companies of an area by rate, the lowest first, those to which it does not apply last.
func firmShares(ctx context.Context, tx db.Tx, scope rbac.Scope, f FirmsFilter, month day.Date, k page.Key) (rows []FirmShare, err error) {
	w := inMonth(scope, f.Area, month, f.Rate)
	column := "s.verified_permille"
	if f.Declared {
		column = "s.permille"
	}
	w.When(f.Only == "below", column+" < 1000")
	w.When(f.Only == "whole", column+" = 1000")
	order := w.Rising(k, "CASE WHEN "+column+" IS NULL THEN 9999 ELSE "+column+" END, s.company_id", "?::int, ?::bigint")
	q := `SELECT s.company_id, c.name, coalesce(d.name, '') AS town, s.num, s.den, s.verified_num AS verified, coalesce(` + column + `, 9999) AS rate
		FROM certificate_snapshot s JOIN company c ON c.company_id = s.company_id LEFT JOIN division d ON d.path = left(s.region_path, 9) AND d.valid_until IS NULL
		WHERE ` + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// latestMonth is the last month of which rates are kept; zero: none.
func latestMonth(ctx context.Context, tx db.Tx, scope rbac.Scope, area string) (day.Date, error) {
	w := &page.Where{}
	w.Within(scope.Where("s"))
	w.And("s.rate = ? AND s.region_path >= ? AND s.region_path < ?", string(ThreePosts), area, area+"~")
	var rows []struct{ MonthOn day.Date }
	err := tx.WithContext(ctx).Raw("SELECT s.month_on FROM certificate_snapshot s WHERE "+w.SQL()+" ORDER BY s.month_on DESC LIMIT 1", w.Args...).Scan(&rows).Error
	if len(rows) == 0 {
		return day.Date{}, err
	}
	return rows[0].MonthOn, err
}
