package programme

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Programme) TableName() string { return "programme" }

// TableName names the table.
func (Target) TableName() string { return "programme_target" }

// TableName names the table.
func (Wave) TableName() string { return "programme_wave" }

// about is the condition that a row's area lies in or around the actor's areas, as row security has it.
func about(scope rbac.Scope, alias string) (string, []any) {
	w := &page.Where{}
	cond, args := "false", []any{}
	for _, own := range scope.Actor().Areas {
		cond += " OR starts_with(" + alias + ".area, ?) OR starts_with(?, " + alias + ".area)"
		args = append(args, own, own)
	}
	w.And("("+cond+")", args...)
	return w.SQL(), w.Args
}

func programmesOf(ctx context.Context, tx db.Tx, scope rbac.Scope) (rows []Programme, err error) {
	cond, args := about(scope, "p")
	err = tx.WithContext(ctx).Raw("SELECT p.* FROM programme p WHERE "+cond+" ORDER BY p.ended_on NULLS FIRST, p.id LIMIT 200", args...).Scan(&rows).Error
	return rows, err
}

// programmeByID reads a programme of the actor's areas. Errors: rbac.ErrNotFound.
func programmeByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Programme], lock bool) (p Programme, err error) {
	cond, args := about(scope, "p")
	q := "SELECT p.* FROM programme p WHERE p.id = ? AND " + cond
	if lock {
		q += " FOR UPDATE"
	}
	var rows []Programme
	if err := tx.WithContext(ctx).Raw(q, append([]any{int64(n)}, args...)...).Scan(&rows).Error; err != nil {
		return p, err
	}
	if len(rows) == 0 {
		return p, rbac.ErrNotFound
	}
	return rows[0], nil
}

func insertProgramme(ctx context.Context, tx db.Tx, p *Programme) error {
	return gorm.G[Programme](tx.DB).Create(ctx, p)
}

func endProgramme(ctx context.Context, tx db.Tx, p Programme) error {
	return tx.WithContext(ctx).Exec("UPDATE programme SET ended_on = ?::date WHERE id = ?", p.EndedOn.String(), int64(p.ID)).Error
}

// replaceTarget ends the target before and adds this one.
func replaceTarget(ctx context.Context, tx db.Tx, t *Target) error {
	err := tx.WithContext(ctx).Exec("UPDATE programme_target SET ended_at = ? WHERE programme_id = ? AND area = ? AND year = ? AND ended_at IS NULL", tx.Now, int64(t.ProgrammeID), t.Area, t.Year).Error
	if err != nil {
		return err
	}
	return gorm.G[Target](tx.DB).Create(ctx, t)
}

// replaceWave ends the wave before and adds this one, unless its year is 0.
func replaceWave(ctx context.Context, tx db.Tx, w *Wave) error {
	err := tx.WithContext(ctx).Exec("UPDATE programme_wave SET ended_at = ? WHERE programme_id = ? AND area = ? AND ended_at IS NULL", tx.Now, int64(w.ProgrammeID), w.Area).Error
	if err != nil || w.Year == 0 {
		return err
	}
	return gorm.G[Wave](tx.DB).Create(ctx, w)
}

// targetsOf are the targets of a programme that hold in a year, by path: those of the year, or of the last before it.
func targetsOf(ctx context.Context, tx db.Tx, n id.Of[id.Programme], parent string, year int16) (map[string]Aim, error) {
	var rows []Target
	err := tx.WithContext(ctx).Raw(`SELECT DISTINCT ON (area) * FROM programme_target WHERE programme_id = ? AND area >= ? AND area < ? AND year <= ? AND ended_at IS NULL
		ORDER BY area, year DESC`, int64(n), parent, parent+"~", year).Scan(&rows).Error
	out := map[string]Aim{}
	for _, t := range rows {
		out[t.Area] = Aim{t.Year, t.Value, t.Basis}
	}
	return out, err
}

func wavesOf(ctx context.Context, tx db.Tx, n id.Of[id.Programme], parent string) (map[string]int16, error) {
	var rows []Wave
	err := tx.WithContext(ctx).Raw("SELECT * FROM programme_wave WHERE programme_id = ? AND area >= ? AND area < ? AND ended_at IS NULL", int64(n), parent, parent+"~").Scan(&rows).Error
	out := map[string]int16{}
	for _, w := range rows {
		out[w.Area] = w.Year
	}
	return out, err
}

// historyOf is every target ever set of a programme, latest first.
func historyOf(ctx context.Context, tx db.Tx, n id.Of[id.Programme], parent string) (rows []Target, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM programme_target WHERE programme_id = ? AND area >= ? AND area < ? ORDER BY id DESC LIMIT 300", int64(n), parent, parent+"~").Scan(&rows).Error
	return rows, err
}

// counted is how many companies of an area count, and how many of them have achieved the indicator.
type counted struct {
	Area     string
	Den, Num int64
}

// inArea is the scope's condition and that of an area, for alias x.
func inArea(scope rbac.Scope, alias, area string) *page.Where {
	w := &page.Where{}
	w.Within(scope.Where(alias))
	w.And(alias+".region_path >= ? AND "+alias+".region_path < ?", area, area+"~")
	return w
}

// shares counts an indicator by the first width characters of paths, in one pass over the area.
func shares(ctx context.Context, tx db.Tx, scope rbac.Scope, s evidence.Share, area string, width int) (rows []counted, err error) {
	w := inArea(scope, "x", area)
	w.And(s.Where)
	q := "SELECT left(x.region_path, ?::int) AS area, count(*) AS den, count(*) FILTER (WHERE " + s.Achieved + ") AS num FROM " + s.From + " WHERE " + w.SQL() + " GROUP BY 1 ORDER BY 1"
	return rows, tx.WithContext(ctx).Raw(q, append([]any{width}, w.Args...)...).Scan(&rows).Error
}

// Behind is a company behind a number.
type Behind struct {
	CompanyID  rbac.CompanyID
	RegionPath string
	Name       string
	USCC       string
	Town       string
	Achieved   bool
}

// behind lists the companies of an indicator by id; want: yes, no, or all.
func behind(ctx context.Context, tx db.Tx, scope rbac.Scope, s evidence.Share, area, want string, k page.Key, limit int) (rows []Behind, err error) {
	w := inArea(scope, "x", area)
	w.And(s.Where)
	w.When(want == "yes", "("+s.Achieved+")")
	w.When(want == "no", "NOT coalesce("+s.Achieved+", false)")
	order := w.Rising(k, "x.company_id", "?::bigint")
	q := `SELECT n.company_id, n.achieved, c.region_path, c.name, c.uscc, coalesce(d.name, '') AS town FROM (SELECT x.company_id, coalesce(` + s.Achieved + `, false) AS achieved FROM ` + s.From + ` WHERE ` + w.SQL() + order + ` LIMIT ?) n
		JOIN company c ON c.company_id = n.company_id LEFT JOIN division d ON d.path = left(c.region_path, 9) AND d.valid_until IS NULL ORDER BY n.company_id`
	if k.Back {
		q += " DESC"
	}
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, limit+1)...).Scan(&rows).Error
}

// namesBelow names an area and those directly below it.
func namesBelow(ctx context.Context, tx db.Tx, parent string) (map[string]string, error) {
	var rows []struct{ Path, Name string }
	err := tx.WithContext(ctx).Raw("SELECT path, name FROM division WHERE valid_until IS NULL AND path >= ? AND path < ? AND length(path) IN (?, ?)", parent, parent+"~", len(parent), below(parent)).Scan(&rows).Error
	names := map[string]string{}
	for _, r := range rows {
		names[r.Path] = r.Name
	}
	return names, err
}

// load brings a programme of the library into the database, and its targets where nobody has set any.
func load(ctx context.Context, tx db.Tx, p Programme, targets []Target) error {
	var n id.Of[id.Programme]
	err := tx.WithContext(ctx).Raw(`INSERT INTO programme AS p (code, area, name, name_en, indicator, measure, basis, confidence, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (code) WHERE code <> '' DO UPDATE SET area = excluded.area, name = excluded.name, name_en = excluded.name_en, indicator = excluded.indicator,
			measure = excluded.measure, basis = excluded.basis, confidence = excluded.confidence RETURNING id`,
		p.Code, p.Area, p.Name, p.NameEn, p.Indicator, p.Measure, p.Basis, p.Confidence, p.MadeBy, p.MadeAt).Scan(&n).Error
	if err != nil {
		return err
	}
	for _, t := range targets {
		err := tx.WithContext(ctx).Exec(`INSERT INTO programme_target (programme_id, area, year, value, basis, by_name, set_at) SELECT ?, ?, ?, ?, ?, ?, ?
			WHERE NOT EXISTS (SELECT FROM programme_target WHERE programme_id = ? AND area = ? AND year = ?)`,
			int64(n), t.Area, t.Year, t.Value, t.Basis, t.ByName, t.SetAt, int64(n), t.Area, t.Year).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// openName names an area for anybody; empty where there is none.
func openName(ctx context.Context, tx db.Tx, area string) (name string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT division_name(?)", area).Scan(&name).Error
	return name, err
}
