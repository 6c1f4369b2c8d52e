package account

import (
	"context"

	"anbiao/kit/db"
)

// SucceedArea gives the regulators of an area that ended, and of what lay in it, its successor.
func SucceedArea(ctx context.Context, tx db.Tx, from, to string) error {
	return tx.WithContext(ctx).Exec(`UPDATE account_organisation o
		SET areas = (SELECT array_agg(DISTINCT CASE WHEN starts_with(a, ?::text) THEN ?::text ELSE a END) FROM unnest(o.areas) a)
		WHERE o.kind = 'regulator' AND EXISTS (SELECT FROM unnest(o.areas) a WHERE starts_with(a, ?::text))`, from, to, from).Error
}
