package company

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Version) TableName() string { return "company_version" }

// TableName names the table.
func (Headcount) TableName() string { return "company_headcount" }

// TableName names the table.
func (Year) TableName() string { return "company_year" }

// note says of a change who made it and why.
type note struct {
	Source   Source
	Reason   string
	PersonID id.Of[id.Person] // zero: nobody in person
	Name     string
	From     day.Date // the day it holds from; zero: the transaction's
}

func noteOf(scope rbac.Scope, source Source, reason string) note {
	a := scope.Actor()
	return note{Source: source, Reason: reason, PersonID: a.PersonID, Name: a.Name}
}

// cardOf is the card of company c in SQL; its keys are Card's.
const cardOf = `jsonb_build_object('name', c.name, 'uscc', c.uscc, 'siteNo', c.site_no, 'division', c.region_path, 'line', c.oversight_line, 'industry', c.industry,
	'supervisionIndustry', c.supervision_industry, 'staffCount', c.staff_count, 'revenueFen', c.revenue_fen, 'assetsFen', c.assets_fen, 'size', c.size_class,
	'aboveScale', c.above_scale, 'aboveScalePinned', c.above_scale_pinned, 'tags', to_jsonb(c.tags), 'address', c.address, 'longitudeE6', c.longitude_e6, 'latitudeE6', c.latitude_e6,
	'contactName', c.contact_name, 'contactPhone', c.contact_phone, 'status', c.status)`

// keep writes down how companies are that have no version yet, before they change. The caller
// holds their rows.
func keep(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error {
	if len(ids) == 0 {
		return nil
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO company_version (company_id, region_path, oversight_line, valid_from, card, source, at)
		SELECT c.company_id, c.region_path, c.oversight_line, (c.created_at AT TIME ZONE 'Asia/Shanghai')::date, `+cardOf+`, 'register', c.created_at
		FROM company c WHERE c.company_id = ANY(?) AND NOT EXISTS (SELECT FROM company_version v WHERE v.company_id = c.company_id)`, keysOf(ids)).Error
}

// record writes down how companies have become, each if its card differs from its last version.
func record(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, by note) error {
	if len(ids) == 0 {
		return nil
	}
	if by.From.IsZero() {
		by.From = dayOf(tx)
	}
	var person *int64
	if n := int64(by.PersonID); n != 0 {
		person = &n
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO company_version (company_id, region_path, oversight_line, valid_from, card, source, reason, by_person_id, by_name, at)
		SELECT c.company_id, c.region_path, c.oversight_line, ?, x.card, ?, ?, ?, ?, ?
		FROM company c CROSS JOIN LATERAL (SELECT `+cardOf+` AS card) x
		LEFT JOIN LATERAL (SELECT v.card FROM company_version v WHERE v.company_id = c.company_id ORDER BY v.id DESC LIMIT 1) was ON true
		WHERE c.company_id = ANY(?) AND was.card IS DISTINCT FROM x.card ORDER BY c.company_id`,
		by.From, by.Source, by.Reason, person, by.Name, tx.Now, keysOf(ids)).Error
}

// figures writes down a head-count that differs from the last one, as of today, and a revenue
// or assets that differ from the newest year's, as those of last year. over: what is on file
// for that day or year already gives way.
func figures(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, by note, over bool) error {
	if len(ids) == 0 {
		return nil
	}
	today := dayOf(tx)
	staff, year := " ON CONFLICT DO NOTHING", " ON CONFLICT DO NOTHING"
	if over {
		staff = ` ON CONFLICT ON CONSTRAINT company_headcount_company_id_on_day_key DO UPDATE SET staff_count = excluded.staff_count, source = excluded.source, by_name = excluded.by_name, at = excluded.at`
		year = ` ON CONFLICT ON CONSTRAINT company_year_company_id_year_key DO UPDATE SET revenue_fen = excluded.revenue_fen, assets_fen = excluded.assets_fen,
			source = excluded.source, by_name = excluded.by_name, at = excluded.at`
	}
	err := tx.WithContext(ctx).Exec(`INSERT INTO company_headcount (company_id, region_path, oversight_line, on_day, staff_count, source, by_name, at)
		SELECT c.company_id, c.region_path, c.oversight_line, ?, c.staff_count, ?, ?, ? FROM company c
		LEFT JOIN LATERAL (SELECT staff_count FROM company_headcount h WHERE h.company_id = c.company_id AND h.on_day <= ? ORDER BY h.on_day DESC LIMIT 1) was ON true
		WHERE c.company_id = ANY(?) AND c.staff_count IS NOT NULL AND was.staff_count IS DISTINCT FROM c.staff_count`+staff,
		today, by.Source, by.Name, tx.Now, today, keysOf(ids)).Error
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO company_year (company_id, region_path, oversight_line, year, revenue_fen, assets_fen, source, by_name, at)
		SELECT c.company_id, c.region_path, c.oversight_line, ?, c.revenue_fen, c.assets_fen, ?, ?, ? FROM company c
		LEFT JOIN LATERAL (SELECT revenue_fen, assets_fen FROM company_year y WHERE y.company_id = c.company_id ORDER BY y.year DESC LIMIT 1) was ON true
		WHERE c.company_id = ANY(?) AND (was.revenue_fen, was.assets_fen) IS DISTINCT FROM (c.revenue_fen, c.assets_fen)`+year,
		lastYear(today), by.Source, by.Name, tx.Now, keysOf(ids)).Error
}

// cardOn returns the card that held on a day and the first day any is known for; no card if
// there are no versions or that day lies before them.
func cardOn(ctx context.Context, tx db.Tx, c rbac.CompanyID, on day.Date) (card *Card, since day.Date, err error) {
	var found []Version
	err = tx.WithContext(ctx).Where("company_id = ? AND valid_from <= ?", int64(c), on).Order("valid_from DESC, id DESC").Limit(1).Find(&found).Error
	if err != nil || len(found) > 0 {
		if len(found) > 0 {
			card, since = &found[0].Card.V, found[0].ValidFrom
		}
		return card, since, err
	}
	err = tx.WithContext(ctx).Where("company_id = ?", int64(c)).Order("valid_from, id").Limit(1).Find(&found).Error
	if len(found) > 0 {
		since = found[0].ValidFrom
	}
	return nil, since, err
}

// lastChange returns the day the newest version holds from, zero if there is none.
func lastChange(ctx context.Context, tx db.Tx, c rbac.CompanyID) (on day.Date, err error) {
	var found []Version
	err = tx.WithContext(ctx).Select("valid_from").Where("company_id = ?", int64(c)).Order("valid_from DESC").Limit(1).Find(&found).Error
	if len(found) > 0 {
		on = found[0].ValidFrom
	}
	return on, err
}

// Step is a version with the card before it.
type Step struct {
	Version
	Was *db.JSON[Card] // nil: the first
}

// stepsOf returns at most limit+1 versions of a company, newest first, from k on.
func stepsOf(ctx context.Context, tx db.Tx, c rbac.CompanyID, k page.Key, limit int) (rows []Step, err error) {
	q := `SELECT * FROM (SELECT v.*, lag(v.card) OVER (ORDER BY v.id) AS was FROM company_version v WHERE v.company_id = ?) s`
	args := []any{int64(c)}
	compare, order := "<", " DESC"
	if k.Back {
		compare, order = ">", ""
	}
	if !k.First() {
		q += " WHERE s.id " + compare + " ?::bigint"
		args = append(args, k.Vals[0])
	}
	err = tx.WithContext(ctx).Raw(q+" ORDER BY s.id"+order+" LIMIT ?", append(args, limit+1)...).Scan(&rows).Error
	return rows, err
}

// headcountsOf returns a company's head-counts, newest first.
func headcountsOf(ctx context.Context, tx db.Tx, c rbac.CompanyID) (rows []Headcount, err error) {
	return rows, tx.WithContext(ctx).Where("company_id = ?", int64(c)).Order("on_day DESC").Limit(500).Find(&rows).Error
}

// headcountOn returns the people employed on a day, nil if that is not known.
func headcountOn(ctx context.Context, tx db.Tx, c rbac.CompanyID, on day.Date) (*int32, error) {
	var rows []Headcount
	err := tx.WithContext(ctx).Where("company_id = ? AND on_day <= ?", int64(c), on).Order("on_day DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0].StaffCount, nil
}

// saveHeadcount writes h; what is on file for that day gives way.
func saveHeadcount(ctx context.Context, tx db.Tx, h Headcount) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO company_headcount (company_id, region_path, oversight_line, on_day, staff_count, source, by_name, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT company_headcount_company_id_on_day_key DO UPDATE SET staff_count = excluded.staff_count, source = excluded.source, by_name = excluded.by_name, at = excluded.at`,
		int64(h.CompanyID), h.RegionPath, h.OversightLine, h.OnDay, h.StaffCount, h.Source, h.ByName, h.At).Error
}

// yearsOf returns a company's years, newest first.
func yearsOf(ctx context.Context, tx db.Tx, c rbac.CompanyID) (rows []Year, err error) {
	return rows, tx.WithContext(ctx).Where("company_id = ?", int64(c)).Order("year DESC").Limit(100).Find(&rows).Error
}

// newestYear returns the newest year on file; the zero Year if there is none.
func newestYear(ctx context.Context, tx db.Tx, c rbac.CompanyID) (y Year, err error) {
	var rows []Year
	err = tx.WithContext(ctx).Where("company_id = ?", int64(c)).Order("year DESC").Limit(1).Find(&rows).Error
	if len(rows) > 0 {
		y = rows[0]
	}
	return y, err
}

// saveYear writes y; what is on file for that year gives way.
func saveYear(ctx context.Context, tx db.Tx, y Year) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO company_year (company_id, region_path, oversight_line, year, staff_count, revenue_fen, assets_fen, source, by_name, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT ON CONSTRAINT company_year_company_id_year_key DO UPDATE SET staff_count = excluded.staff_count,
			revenue_fen = excluded.revenue_fen, assets_fen = excluded.assets_fen, source = excluded.source, by_name = excluded.by_name, at = excluded.at`,
		int64(y.CompanyID), y.RegionPath, y.OversightLine, y.Year, y.StaffCount, y.RevenueFen, y.AssetsFen, y.Source, y.ByName, y.At).Error
}

func keysOf(ids []rbac.CompanyID) db.Ints {
	out := make(db.Ints, len(ids))
	for i, n := range ids {
		out[i] = int64(n)
	}
	return out
}

func dayOf(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }
