package staff

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Override) TableName() string { return "staff_override" }

func insertOverride(ctx context.Context, tx db.Tx, o *Override) error {
	return tx.WithContext(ctx).Create(o).Error
}

// overridesBy lists overrides in the actor's reach, the latest first.
func overridesBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f OverrideFilter, k page.Key) (rows []Override, err error) {
	w := &page.Where{}
	w.Within(scope.Where("o"))
	w.Within(scope.Reach("o", "staff_id"))
	w.When(f.StaffID != 0, "o.staff_id = ?", int64(f.StaffID))
	order := w.Latest(k, "o.id", "?::bigint")
	return rows, tx.WithContext(ctx).Raw("SELECT o.* FROM staff_override o WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// postSeen reads a post in scope. Errors: rbac.ErrNotFound.
func postSeen(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Post]) (Post, error) {
	var rows []Post
	err := tx.WithContext(ctx).Scopes(scope.Rows).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Post{}, err
	}
	return rows[0], nil
}
