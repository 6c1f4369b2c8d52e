package account

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/id"
)

// TableName names the table.
func (Identity) TableName() string { return "account_identity" }

// useIdentity returns who has bound an account of a provider, and notes that it was used (system only).
func useIdentity(ctx context.Context, tx db.Tx, issuer, subject string) (id.Of[id.Person], error) {
	var found []id.Of[id.Person]
	err := tx.WithContext(ctx).Raw("UPDATE account_identity SET used_at = ? WHERE issuer = ? AND subject = ? RETURNING person_id", tx.Now, issuer, subject).Scan(&found).Error
	return one(found, err)
}

// keepIdentity binds an account of a provider unless it, or the person, is bound already, and returns to
// whom it is bound then; 0 where the person has bound another (system only).
func keepIdentity(ctx context.Context, tx db.Tx, i Identity) (owner id.Of[id.Person], err error) {
	err = tx.WithContext(ctx).Exec(`INSERT INTO account_identity (issuer, subject, person_id, name, bound_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		i.Issuer, i.Subject, i.PersonID, i.Name, i.BoundAt).Error
	if err != nil {
		return 0, err
	}
	err = tx.WithContext(ctx).Raw("SELECT coalesce((SELECT person_id FROM account_identity WHERE issuer = ? AND subject = ?), 0)", i.Issuer, i.Subject).Scan(&owner).Error
	return owner, err
}

func identitiesOf(ctx context.Context, tx db.Tx, person id.Of[id.Person]) ([]Identity, error) {
	return gorm.G[Identity](tx.DB).Where("person_id = ?", person).Order("bound_at").Find(ctx)
}

func dropIdentities(ctx context.Context, tx db.Tx, person id.Of[id.Person]) (int64, error) {
	r := tx.WithContext(ctx).Exec("DELETE FROM account_identity WHERE person_id = ?", person)
	return r.RowsAffected, r.Error
}
