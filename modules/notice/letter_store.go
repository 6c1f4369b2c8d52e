package notice

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// keepLetter adds k and returns its id.
func keepLetter(ctx context.Context, tx db.Tx, k Kept) (n id.Of[Kept], err error) {
	err = tx.WithContext(ctx).Raw(`INSERT INTO notice_mail (message_id, person_id, address, subject, body, at, code) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		k.MessageID, k.PersonID, k.Address, k.Subject, k.Body, k.At, k.Code).Scan(&n).Error
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

// blank takes the words of a letter away that has left, and shows its address masked.
func blank(ctx context.Context, tx db.Tx, n id.Of[Kept], shown string) error {
	return tx.WithContext(ctx).Exec("UPDATE notice_mail SET body = '', code = '', address = ? WHERE id = ?", smsPrefix+shown, int64(n)).Error
}
