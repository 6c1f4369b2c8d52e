package accident

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
)

// Flawed counts the accidents of a company between two days, both inclusive, of which people found that they were reported late,
// falsely, in part or not at all.
func Flawed(ctx context.Context, tx db.Tx, company id.Of[id.Company], from, until day.Date) (n int, err error) {
	err = tx.WithContext(ctx).Raw("SELECT count(*) FROM accident WHERE company_id = ? AND ended_on IS NULL AND flaw <> '' AND happened_at >= ? AND happened_at < ?",
		int64(company), from.Midnight(day.Shanghai), until.AddDays(1).Midnight(day.Shanghai)).Scan(&n).Error
	return n, err
}
