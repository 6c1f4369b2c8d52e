package certificate

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// TableName names the table.
func (Setting) TableName() string { return "certificate_setting" }

type settingKey struct {
	CompanyID rbac.CompanyID
	Kind      string
}

func settingRows(ctx context.Context, tx db.Tx, companies db.Ints) (rows []Setting, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM certificate_setting WHERE company_id = ANY(?) ORDER BY company_id, kind", companies).Scan(&rows).Error
}

func settingsOf(ctx context.Context, tx db.Tx, companies db.Ints) (map[settingKey]db.Int4s, error) {
	rows, err := settingRows(ctx, tx, companies)
	out := map[settingKey]db.Int4s{}
	for _, r := range rows {
		out[settingKey{r.CompanyID, r.Kind}] = r.ExtraDays
	}
	return out, err
}

func saveSetting(ctx context.Context, tx db.Tx, s *Setting) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO certificate_setting (company_id, region_path, oversight_line, kind, extra_days, changed_by_name, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT certificate_setting_pkey DO UPDATE SET extra_days = excluded.extra_days, changed_by_name = excluded.changed_by_name, changed_at = excluded.changed_at`,
		int64(s.CompanyID), s.RegionPath, s.OversightLine, s.Kind, s.ExtraDays, s.ChangedByName, s.ChangedAt).Error
}

// runningOf locks and returns a company's certificates of a kind that have not ended.
func runningOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, kind string) (rows []Certificate, err error) {
	q := "SELECT * FROM certificate WHERE company_id = ? AND kind = ? AND superseded_on IS NULL AND revoked_on IS NULL AND cancelled_on IS NULL ORDER BY id FOR UPDATE"
	return rows, tx.WithContext(ctx).Raw(q, int64(company), kind).Scan(&rows).Error
}
