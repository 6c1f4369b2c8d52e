package activation

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// TableName names the table.
func (Profile) TableName() string { return "activation_profile" }

// profileOf returns a company's profile, found false if it was never set up.
func profileOf(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (p Profile, found bool, err error) {
	var rows []Profile
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ?", c).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return p, false, err
	}
	return rows[0], true, nil
}

// lockSetUp makes others who set up the same company wait until tx ends.
func lockSetUp(ctx context.Context, tx db.Tx, c rbac.CompanyID) error {
	return tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('activation_profile', ?))", int64(c)).Error
}

func insertProfile(ctx context.Context, tx db.Tx, p *Profile) error {
	return tx.WithContext(ctx).Create(p).Error
}

// updateProfile writes what changes when a company sets itself up again or grows.
func updateProfile(ctx context.Context, tx db.Tx, p Profile) error {
	return tx.WithContext(ctx).Model(&Profile{}).Where("company_id = ?", p.CompanyID).
		Select("light", "items", "majors", "posts", "set_up_at", "set_up_by_name", "full_at").Updates(&p).Error
}
