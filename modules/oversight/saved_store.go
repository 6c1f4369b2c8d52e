package oversight

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table of saved views.
func (Saved) TableName() string { return "oversight_saved" }

// savedOf reads the views that row security shows: the member's own and the shared ones of his office.
func savedOf(ctx context.Context, tx db.Tx) (rows []Saved, err error) {
	err = tx.WithContext(ctx).Order("name, id").Limit(10 * mostSaved).Find(&rows).Error
	return rows, err
}

// savedByName reads the member's view of a name, zero without one, and how many he has.
func savedByName(ctx context.Context, tx db.Tx, person id.Of[id.Person], name string) (s Saved, kept int64, err error) {
	if err = tx.WithContext(ctx).Model(&Saved{}).Where("person_id = ?", person).Count(&kept).Error; err != nil {
		return s, kept, err
	}
	err = tx.WithContext(ctx).Where("person_id = ? AND name = ?", person, name).Limit(1).Find(&s).Error
	return s, kept, err
}

func putSaved(ctx context.Context, tx db.Tx, s *Saved) error {
	if s.ID == 0 {
		return tx.WithContext(ctx).Create(s).Error
	}
	return tx.WithContext(ctx).Select("*").Omit("id").Updates(s).Error
}

// dropSaved deletes the member's own view. Errors: rbac.ErrNotFound.
func dropSaved(ctx context.Context, tx db.Tx, person id.Of[id.Person], n id.Of[id.Saved]) (was Saved, err error) {
	var gone []Saved
	err = tx.WithContext(ctx).Raw("DELETE FROM oversight_saved WHERE id = ? AND person_id = ? RETURNING *", n, person).Scan(&gone).Error
	if err == nil && len(gone) == 0 {
		return was, rbac.ErrNotFound
	}
	if err != nil {
		return was, err
	}
	return gone[0], nil
}
