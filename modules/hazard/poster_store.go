package hazard

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Poster) TableName() string { return "hazard_poster" }

// posterRows is how many lines a poster has room for.
const posterRows = 120

// within holds for hazards of alias h that belong to a unit and what is below it; 0 is the company.
const within = ` AND (?::bigint = 0 OR h.unit_id IN (SELECT b.id FROM staff_unit u JOIN staff_unit b ON b.company_id = u.company_id AND b.unit_path >= u.unit_path
	AND b.unit_path < u.unit_path || '~' WHERE u.company_id = h.company_id AND u.id = ?))`

// onBoard holds for rows of alias h that a month's poster names: found in it, closed in it, or open at its end.
const onBoard = "h.company_id = ? AND h.voided_on IS NULL AND h.found_on <= ? AND (h.cancelled_on IS NULL OR h.cancelled_on >= ?)" + within

// boardOf fills rows and totals of a board, by two statements.
func boardOf(ctx context.Context, tx db.Tx, scope rbac.Scope, b *Board) error {
	cond, args := scope.Where("h")
	until, unit := b.Month.AddMonths(1).AddDays(-1), int64(b.UnitID)
	args = append(args, int64(b.CompanyID), until.String(), b.Month.String(), unit, unit)
	g := tx.WithContext(ctx)
	days := []any{b.Month.String(), until.String(), until.String(), until.String(), until.String(), b.AsOf.String()}
	err := g.Raw(`SELECT count(*) FILTER (WHERE h.found_on >= ?) AS found, count(*) FILTER (WHERE h.cancelled_on <= ?) AS fixed,
			count(*) FILTER (WHERE h.cancelled_on IS NULL OR h.cancelled_on > ?) AS open,
			count(*) FILTER (WHERE (h.cancelled_on IS NULL OR h.cancelled_on > ?) AND h.level = 'major') AS majors,
			count(*) FILTER (WHERE (h.cancelled_on IS NULL OR h.cancelled_on > ?) AND h.fixed_on IS NULL AND h.deadline < ?) AS overdue
		FROM hazard h WHERE `+cond+" AND "+onBoard, append(days, args...)...).Scan(&b.Totals).Error
	if err != nil {
		return err
	}
	err = g.Raw(`SELECT h.id, h.number, h.found_on, h.place, h.description, h.level, h.owner_name, h.owner_unit, h.deadline, h.fixed_on,
			CASE WHEN h.cancelled_on <= ? THEN h.cancelled_on END AS cancelled_on, h.state
		FROM hazard h WHERE `+cond+" AND "+onBoard+` ORDER BY (h.level = 'major') DESC, (h.cancelled_on IS NOT NULL AND h.cancelled_on <= ?), h.found_on, h.id LIMIT ?`,
		append(append([]any{until.String()}, args...), until.String(), posterRows+1)...).Scan(&b.Rows).Error
	if len(b.Rows) > posterRows {
		b.Rows = b.Rows[:posterRows]
		var all int
		if err := g.Raw("SELECT count(*) FROM hazard h WHERE "+cond+" AND "+onBoard, args...).Scan(&all).Error; err != nil {
			return err
		}
		b.More = all - posterRows
	}
	return err
}

// unitName is what a unit of a company is called, with its path. Errors: ErrUnitUnknown.
func unitName(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Unit]) (name, path string, err error) {
	var rows []struct{ Name, UnitPath string }
	err = tx.WithContext(ctx).Raw("SELECT name, unit_path FROM staff_unit WHERE company_id = ? AND id = ?", int64(company), int64(n)).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = ErrUnitUnknown.At("query.unitId")
	}
	if err != nil {
		return "", "", err
	}
	return rows[0].Name, rows[0].UnitPath, nil
}

// PosterRow is a poster with the name of its workshop.
type PosterRow struct {
	Poster
	UnitName string
}

// postersOf lists the posters of a company, the latest month first.
func postersOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int, k page.Key) (rows []PosterRow, err error) {
	cond, args := scope.Where("p")
	cond, args = cond+" AND p.company_id = ?", append(args, int64(company))
	order := " ORDER BY p.month_on DESC, p.id DESC"
	compare := "<"
	if k.Back {
		order, compare = " ORDER BY p.month_on, p.id", ">"
	}
	if !k.First() {
		cond, args = cond+" AND (p.month_on, p.id) "+compare+" (?::date, ?::bigint)", append(args, k.Vals[0], k.Vals[1])
	}
	err = tx.WithContext(ctx).Raw(`SELECT p.*, coalesce(u.name, '') AS unit_name FROM hazard_poster p
		LEFT JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id WHERE `+cond+order+" LIMIT ?", append(args, limit+1)...).Scan(&rows).Error
	return rows, err
}

func posterKey(p PosterRow) []string { return []string{p.MonthOn.String(), p.ID.String()} }

// posterOf locks the poster of a month and unit; a new one if there is none yet.
func posterOf(ctx context.Context, tx db.Tx, scope rbac.Scope, p Poster) (Poster, error) {
	if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('hazard_poster', ?))", int64(p.CompanyID)).Error; err != nil {
		return p, err
	}
	found, err := gorm.G[Poster](tx.DB, clause.Locking{Strength: "UPDATE"}).Scopes(func(s *gorm.Statement) { s.DB = scope.Rows(s.DB) }).
		Where("company_id = ? AND month_on = ? AND coalesce(unit_id, 0) = ?", int64(p.CompanyID), p.MonthOn.String(), orZero(p.UnitID)).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return p, nil
	}
	return found, err
}

func orZero[T ~int64](n *T) int64 {
	if n == nil {
		return 0
	}
	return int64(*n)
}

// savePoster writes a poster; two at once for one month become one.
func savePoster(ctx context.Context, tx db.Tx, p *Poster) error {
	if p.ID != 0 {
		return tx.WithContext(ctx).Model(&Poster{}).Where("company_id = ? AND id = ?", p.CompanyID, p.ID).
			Select("HungOn", "Place", "Photos", "HungByID", "HungByName", "Found", "Fixed", "Open", "Majors").Updates(p).Error
	}
	return gorm.G[Poster](tx.DB).Create(ctx, p)
}

// openPosters makes the posters that companies with a ledger have to hang for a month, for at
// most n companies after one, by one statement; last is 0 once there are no more.
func openPosters(ctx context.Context, tx db.Tx, month day.Date, after rbac.CompanyID, n int) (made []Poster, last rbac.CompanyID, err error) {
	var firms []int64
	g := tx.WithContext(ctx)
	err = g.Raw(`SELECT c.company_id FROM company c WHERE c.company_id > ? AND EXISTS (SELECT FROM hazard h WHERE h.company_id = c.company_id AND h.voided_on IS NULL)
		ORDER BY c.company_id LIMIT ?`, int64(after), n).Scan(&firms).Error
	if err != nil || len(firms) == 0 {
		return nil, 0, err
	}
	err = g.Raw(`INSERT INTO hazard_poster (company_id, region_path, oversight_line, month_on, due_on, place, photos, hung_by_name, found, fixed, open, majors, made_at)
		SELECT c.company_id, c.region_path, c.oversight_line, ?, ?, '', '{}', '', 0, 0, 0, 0, ? FROM company c WHERE c.company_id = ANY(?) ORDER BY c.company_id
		ON CONFLICT ON CONSTRAINT hazard_poster_month_on_unit_id_key DO NOTHING RETURNING *`,
		month.String(), PosterDue(month).String(), tx.Now, db.Ints(firms)).Scan(&made).Error
	return made, rbac.CompanyID(firms[len(firms)-1]), err
}

// MetricPosted is the share of months whose poster hung in time, among those due in the period.
const MetricPosted = "hazard.posted"

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	all := evidence.Set{{Key: MetricPosted, Batch: posted, Rows: postedRows}}
	for _, m := range metrics {
		all = append(all, m.Metric())
	}
	return all
}

const hungInTime = "coalesce(p.hung_on <= p.due_on, false)"

func posted(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	err = tx.WithContext(ctx).Raw("SELECT p.company_id, count(*) FILTER (WHERE "+hungInTime+`) AS num, count(*) AS den FROM hazard_poster p
		WHERE p.company_id = ANY(?) AND p.unit_id IS NULL AND p.due_on BETWEEN ? AND ? GROUP BY p.company_id`, ids, p.From, p.Until).Scan(&out).Error
	return out, err
}

func postedRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT 'hazard_poster' AS noun, p.id, p.due_on AS "on", `+hungInTime+` AS counts FROM hazard_poster p
		WHERE p.company_id = ? AND p.unit_id IS NULL AND p.due_on BETWEEN ? AND ? AND p.id > ? ORDER BY p.id LIMIT ?`,
		int64(company), p.From, p.Until, after, limit).Scan(&out).Error
	return out, err
}
