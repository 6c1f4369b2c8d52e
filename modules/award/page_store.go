package award

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/search"
)

// Page reads the levels of an area for its public page, latest first, from before an id on: those in force or those revoked, of companies whose
// name has a term in it.
func Page(ctx context.Context, tx db.Tx, area string, revoked bool, term string, before int64, n int) (rows []Public, err error) {
	grams, pattern := search.Query(term)
	standing := map[bool]string{true: "revoked", false: "in_force"}[revoked]
	err = tx.WithContext(ctx).Raw("SELECT * FROM award_page(?, ?, ?, ?, ?::date, ?, ?)", area, standing, db.Int4s(append([]int32{}, grams...)), pattern, today(tx).String(), before, n).Scan(&rows).Error
	return rows, err
}
