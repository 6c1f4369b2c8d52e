package fund

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// profilesOf returns a company's profile, if it has one.
func profilesOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (rows []Profile, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM fund_profile WHERE company_id = ?", int64(company)).Scan(&rows).Error
	return rows, err
}

// saveProfile writes a company's profile.
func saveProfile(ctx context.Context, tx db.Tx, p Profile) error {
	return tx.WithContext(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "company_id"}}, UpdateAll: true}).Create(&p).Error
}

// started reports whether a month was closed or anything but the opening balance booked.
func started(ctx context.Context, tx db.Tx, company rbac.CompanyID) (yes bool, err error) {
	q := `SELECT EXISTS (SELECT FROM fund_month WHERE company_id = ? AND state = 'closed') OR EXISTS (SELECT FROM ` + journal + ` WHERE e.company_id = ? AND ` + ofEntry + ` <> 'opening')`
	err = tx.WithContext(ctx).Raw(q, int64(company), int64(company)).Scan(&yes).Error
	return yes, err
}
