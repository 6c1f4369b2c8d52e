package hazard

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Bulk) TableName() string { return "hazard_bulk" }

// aside does fn in a part of the transaction of its own: where it fails, only what it wrote is
// taken back.
func aside(ctx context.Context, tx db.Tx, fn func() error) error {
	if err := tx.WithContext(ctx).Exec("SAVEPOINT hazard_row").Error; err != nil {
		return err
	}
	failed := fn()
	end := "RELEASE SAVEPOINT hazard_row"
	if failed != nil {
		end = "ROLLBACK TO SAVEPOINT hazard_row"
	}
	if err := tx.WithContext(ctx).Exec(end).Error; err != nil {
		return err
	}
	return failed
}

// numbersOf returns the ledger numbers of those hazards that the actor may see.
func numbersOf(ctx context.Context, tx db.Tx, scope rbac.Scope, ids []id.Of[id.Hazard]) (map[id.Of[id.Hazard]]string, error) {
	list := make(db.Ints, len(ids))
	for i, n := range ids {
		list[i] = int64(n)
	}
	within, bounds := seen(scope)
	var rows []struct {
		ID     id.Of[id.Hazard]
		Number string
	}
	err := tx.WithContext(ctx).Raw("SELECT h.id, h.number FROM hazard h WHERE "+within+" AND h.id = ANY(?)", append(bounds, list)...).Scan(&rows).Error
	out := map[id.Of[id.Hazard]]string{}
	for _, r := range rows {
		out[r.ID] = r.Number
	}
	return out, err
}

func insertBulk(ctx context.Context, tx db.Tx, b *Bulk) error {
	return gorm.G[Bulk](tx.DB).Create(ctx, b)
}

// bulkByID reads what the actor did. Errors: rbac.ErrNotFound.
func bulkByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Bulk]) (b Bulk, err error) {
	var rows []Bulk
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("id = ? AND person_id = ?", n, scope.Actor().PersonID).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		return b, rbac.ErrNotFound
	}
	if err != nil {
		return b, err
	}
	return rows[0], nil
}
