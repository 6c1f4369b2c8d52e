package enrolment

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// TableName names the table.
func (Target) TableName() string { return "enrolment_target" }

// TableName names the table.
func (Rate) TableName() string { return "enrolment_rate" }

// replaceTarget ends the target before and adds this one.
func replaceTarget(ctx context.Context, tx db.Tx, t *Target) error {
	err := tx.WithContext(ctx).Exec("UPDATE enrolment_target SET ended_at = ? WHERE area = ? AND kind = ? AND year = ? AND ended_at IS NULL", tx.Now, t.Area, t.Kind, t.Year).Error
	if err != nil {
		return err
	}
	return gorm.G[Target](tx.DB).Create(ctx, t)
}

// targetsIn are the targets of a year of an area and those below it, by path and kind; where an
// area has set none, what the city's plan says.
func targetsIn(ctx context.Context, tx db.Tx, parent string, year int16) (map[string]map[string]*Target, error) {
	var rows []Target
	err := tx.WithContext(ctx).Raw("SELECT * FROM enrolment_target WHERE area >= ? AND area < ? AND year = ? AND ended_at IS NULL", parent, parent+"~", year).Scan(&rows).Error
	out := map[string]map[string]*Target{}
	put := func(t *Target) {
		if out[t.Area] == nil {
			out[t.Area] = map[string]*Target{}
		}
		if out[t.Area][t.Kind] == nil {
			out[t.Area][t.Kind] = t
		}
	}
	for i := range rows {
		put(&rows[i])
	}
	for _, p := range plan.Targets {
		if p.Year == year {
			put(&Target{Area: p.Area, Kind: p.Kind, Year: p.Year, Value: int32(p.Value), Basis: plan.Source})
		}
	}
	return out, err
}

func targets(ctx context.Context, tx db.Tx, scope rbac.Scope) (rows []Target, err error) {
	cond, args := overseen(scope, "t")
	err = tx.WithContext(ctx).Raw("SELECT t.* FROM enrolment_target t WHERE "+cond+" ORDER BY t.year DESC, t.area, t.kind, t.id DESC LIMIT 500", args...).Scan(&rows).Error
	return rows, err
}

func rates(ctx context.Context, tx db.Tx, scope rbac.Scope) (rows []Rate, err error) {
	cond, args := overseen(scope, "r")
	err = tx.WithContext(ctx).Raw("SELECT r.* FROM enrolment_rate r WHERE "+cond+" ORDER BY r.area, r.level, r.valid_from DESC LIMIT 500", args...).Scan(&rows).Error
	return rows, err
}

// succeedRate ends the amount before and adds this one. Errors: ErrFrom if it would begin before
// the one it follows, ErrFromTaken on the same day.
func succeedRate(ctx context.Context, tx db.Tx, r *Rate) error {
	var running []Rate
	err := tx.WithContext(ctx).Raw("SELECT * FROM enrolment_rate WHERE area = ? AND level = ? AND valid_until IS NULL", r.Area, r.Level).Scan(&running).Error
	if err != nil {
		return err
	}
	for _, old := range running {
		if !r.ValidFrom.After(old.ValidFrom) {
			return ErrFrom.At("body.validFrom")
		}
		if err := tx.WithContext(ctx).Exec("UPDATE enrolment_rate SET valid_until = ?::date WHERE id = ?", r.ValidFrom.AddDays(-1).String(), int64(old.ID)).Error; err != nil {
			return err
		}
	}
	err = gorm.G[Rate](tx.DB).Create(ctx, r)
	if db.Violates(err, "enrolment_rate_area_level_valid_from_key") || db.Violates(err, "enrolment_rate_running_key") {
		return ErrFromTaken.At("body.validFrom").Because(err)
	}
	return err
}

// rateAt is the amount of the smallest area around a place on a day.
func rateAt(ctx context.Context, tx db.Tx, region, level string, on day.Date) (r Rate, ok bool, err error) {
	var rows []Rate
	err = tx.WithContext(ctx).Raw(`SELECT * FROM enrolment_rate WHERE starts_with(?, area) AND level = ? AND valid_from <= ?::date AND (valid_until IS NULL OR valid_until >= ?::date)
		ORDER BY length(area) DESC, valid_from DESC LIMIT 1`, region, level, on.String(), on.String()).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return r, false, err
	}
	return rows[0], true, nil
}

func namesOf(ctx context.Context, tx db.Tx, s Settings) (map[string]string, error) {
	var paths db.Texts
	for _, t := range s.Targets {
		paths = append(paths, t.Area)
	}
	for _, r := range s.Rates {
		paths = append(paths, r.Area)
	}
	for _, p := range plan.Targets {
		paths = append(paths, p.Area)
	}
	var rows []struct{ Path, Name string }
	err := tx.WithContext(ctx).Raw("SELECT path, name FROM division WHERE valid_until IS NULL AND path = ANY(?)", paths).Scan(&rows).Error
	names := map[string]string{}
	for _, r := range rows {
		names[r.Path] = r.Name
	}
	return names, err
}
