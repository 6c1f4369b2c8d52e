package feature

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/page"
)

// TableName names the table.
func (Setting) TableName() string { return "feature_setting" }

// settings reads all that areas say, as draw wants them.
func settings(ctx context.Context, tx db.Tx) (rows []Setting, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM feature_setting ORDER BY feature, region_path, from_on, id").Scan(&rows).Error
	return rows, err
}

// lockSettings keeps others from changing settings meanwhile.
func lockSettings(ctx context.Context, tx db.Tx) error {
	return tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('feature_setting', 0))").Error
}

func insertSetting(ctx context.Context, tx db.Tx, s *Setting) error {
	return tx.WithContext(ctx).Create(s).Error
}

// areaNames returns the names of areas by their paths; those that do not exist any more are missing.
func areaNames(ctx context.Context, tx db.Tx, paths db.Texts) (map[string]string, error) {
	var rows []struct{ Path, Name string }
	if err := tx.WithContext(ctx).Raw("SELECT path, name FROM division WHERE path = ANY(?) AND valid_until IS NULL", paths).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, r := range rows {
		out[r.Path] = r.Name
	}
	return out, nil
}

// Row is a setting with the name of its area.
type Row struct {
	Setting  `gorm:"embedded"`
	AreaName string
}

func history(ctx context.Context, tx db.Tx, feature, area string, k page.Key, limit int) (rows []Row, err error) {
	w := &page.Where{}
	w.When(feature != "", "s.feature = ?", feature)
	w.When(area != "", "s.region_path = ?", area)
	order := w.Latest(k, "s.id", "?::bigint")
	q := `SELECT s.*, coalesce(d.name, '') AS area_name FROM feature_setting s LEFT JOIN division d ON d.path = s.region_path AND d.valid_until IS NULL WHERE ` + w.SQL() + order + ` LIMIT ?`
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, limit+1)...).Scan(&rows).Error
}
