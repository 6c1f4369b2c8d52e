package account

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// newestPhonePass locks the newest unspent code sent to a phone number (system only).
func newestPhonePass(ctx context.Context, tx db.Tx, phone string) (Pass, error) {
	return one(gorm.G[Pass](tx.DB, clause.Locking{Strength: "UPDATE"}).
		Where("name = ? AND purpose = 'phone' AND used_at IS NULL", phone).Order("created_at DESC, id DESC").Limit(1).Find(ctx))
}

// phoneCodesSince counts the codes sent to a phone number (system only). It makes others who
// ask for the same number wait.
func phoneCodesSince(ctx context.Context, tx db.Tx, phone string, since time.Time) (n int, err error) {
	if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('account_pass.phone', hashtext(?)))", phone).Error; err != nil {
		return 0, err
	}
	err = tx.WithContext(ctx).Raw("SELECT count(*) FROM account_pass WHERE name = ? AND purpose = 'phone' AND created_at > ?", phone, since).Scan(&n).Error
	return n, err
}

// memberOf locks the living membership of a person in a company (system only).
func memberOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, person id.Of[id.Person]) (Membership, error) {
	return one(gorm.G[Membership](tx.DB, clause.Locking{Strength: "UPDATE"}).Where("company_id = ? AND person_id = ? AND ended_at IS NULL", company, person).Find(ctx))
}
