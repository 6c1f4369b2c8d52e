package notice

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// keepLetter adds k and returns its id.
func keepLetter(ctx context.Context, tx db.Tx, k Kept) (n id.Of[Kept], err error) {
	err = tx.WithContext(ctx).Raw(`INSERT INTO notice_mail (message_id, person_id, address, subject, body, at) VALUES (?, ?, ?, ?, ?, ?) RETURNING id`,
		k.MessageID, k.PersonID, k.Address, k.Subject, k.Body, k.At).Scan(&n).Error
	return n, err
}

// keptByID reads one kept letter (job runner only). Errors: rbac.ErrNotFound.
func keptByID(ctx context.Context, tx db.Tx, n id.Of[Kept]) (Kept, error) {
	var found []Kept
	err := tx.WithContext(ctx).Raw("SELECT * FROM notice_mail WHERE id = ?", n).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Kept{}, err
	}
	return found[0], nil
}
