package division

import (
	"context"
	"slices"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/page"
)

// TableName names the table; its columns follow from the field names.
func (Division) TableName() string { return "division" }

// TableName names the table of supervision lines.
func (Line) TableName() string { return "division_line" }

// loaded returns the checksum a library was last loaded with, "" if it never was.
func loaded(ctx context.Context, tx db.Tx, name string) (sum string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT coalesce(max(checksum), '') FROM division_library WHERE name = ?", name).Scan(&sum).Error
	return sum, err
}

func markLoaded(ctx context.Context, tx db.Tx, name, sum string) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO division_library (name, checksum, at) VALUES (?, ?, ?)
		ON CONFLICT ON CONSTRAINT division_library_pkey DO UPDATE SET checksum = excluded.checksum, at = excluded.at`, name, sum, tx.Now).Error
}

// putDivisions adds areas and brings those of the same path and first day up to date. An
// area that left the library stays: its history is cited. What an administrator keeps is left alone.
func putDivisions(ctx context.Context, tx db.Tx, all []Division) error {
	key := []clause.Column{{Name: "path"}, {Name: "valid_from"}}
	set := clause.AssignmentColumns([]string{"kind", "code", "official", "name", "aliases", "parent_path", "valid_until", "successor_path", "source"})
	kept, err := managedPaths(ctx, tx)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(d Division) bool { return kept[d.Path] })
	return tx.WithContext(ctx).Clauses(clause.OnConflict{Columns: key, DoUpdates: set}).CreateInBatches(all, 500).Error
}

func putLines(ctx context.Context, tx db.Tx, all []Line) error {
	set := clause.AssignmentColumns([]string{"name", "department"})
	return tx.WithContext(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "line"}}, DoUpdates: set}).Create(slices.Clone(all)).Error
}

// childrenOf returns one page of the areas directly below parent that exist, by path.
func childrenOf(ctx context.Context, tx db.Tx, parent string, k page.Key, limit int) ([]Division, error) {
	q := tx.WithContext(ctx).Where("parent_path = ? AND valid_until IS NULL", parent)
	order := "path"
	if !k.First() {
		cmp := " > "
		if k.Back {
			cmp, order = " < ", "path DESC"
		}
		q = q.Where("path"+cmp+"?", k.Vals[0])
	}
	var rows []Division
	return rows, q.Order(order).Limit(limit + 1).Find(&rows).Error
}

// lines returns the supervision lines in order.
func lines(ctx context.Context, tx db.Tx) (all []Line, err error) {
	err = tx.WithContext(ctx).Order("line").Find(&all).Error
	return all, err
}

// Full is the name of an area with those of what it lies in, from the city down, e.g. 金华市永康市芝英镇.
func Full(ctx context.Context, tx db.Tx, path string) (name string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT coalesce(string_agg(d.name, '' ORDER BY length(d.path)), '') FROM division d WHERE d.valid_until IS NULL AND length(d.path) > 2 AND starts_with(?, d.path)", path).Scan(&name).Error
	return name, err
}
