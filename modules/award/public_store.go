package award

import (
	"context"

	"github.com/google/uuid"

	"anbiao/kit/db"
)

// verify finds one award by its public id, or by number and code.
func verify(ctx context.Context, tx db.Tx, public *uuid.UUID, number, code string) (rows []Public, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM award_verify(?, ?, ?)", public, number, code).Scan(&rows).Error
	return rows, err
}

// published reads what anybody may know of an area, latest first, from before an id on.
func published(ctx context.Context, tx db.Tx, area, level string, before int64, n int) (rows []Public, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM award_published(?, ?, ?, ?)", area, level, before, n).Scan(&rows).Error
	return rows, err
}
