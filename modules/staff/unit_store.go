package staff

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Unit) TableName() string { return "staff_unit" }

// TableName names the table.
func (Post) TableName() string { return "staff_post" }

// numberUnits keeps other transactions from numbering units of the company until tx ends,
// and returns the next number.
func numberUnits(ctx context.Context, tx db.Tx, company rbac.CompanyID) (n int, err error) {
	g := tx.WithContext(ctx)
	if err := g.Exec("SELECT pg_advisory_xact_lock(hashtextextended('staff_unit', ?))", int64(company)).Error; err != nil {
		return 0, err
	}
	err = g.Raw("SELECT coalesce(max(number), 0) + 1 FROM staff_unit WHERE company_id = ?", int64(company)).Scan(&n).Error
	return n, err
}

// insertUnit adds u. Errors: ErrUnitTaken.
func insertUnit(ctx context.Context, tx db.Tx, u *Unit) error {
	return unitFault(tx.WithContext(ctx).Create(u).Error)
}

// renameUnit saves u's name and kind. Errors: ErrUnitTaken.
func renameUnit(ctx context.Context, tx db.Tx, u *Unit) error {
	return unitFault(tx.WithContext(ctx).Model(u).Where("company_id = ?", int64(u.CompanyID)).Select("name", "kind").Updates(u).Error)
}

func unitFault(err error) error {
	if db.Violates(err, "staff_unit_company_id_parent_id_name_key") {
		return ErrUnitTaken.At("body.name").Because(err)
	}
	return err
}

// unitByID locks and returns a unit in scope. Errors: rbac.ErrNotFound.
func unitByID(ctx context.Context, tx db.Tx, scope rbac.Scope, unit id.Of[id.Unit]) (Unit, error) {
	return one[Unit](tx.WithContext(ctx).Scopes(scope.Rows).Clauses(locked).Where("id = ?", int64(unit)))
}

// unitsOf returns all units in scope of one company, parents before children.
func unitsOf(ctx context.Context, tx db.Tx, scope rbac.Scope) (units []Unit, err error) {
	return units, tx.WithContext(ctx).Scopes(scope.Rows).Order("unit_path").Find(&units).Error
}

// insertPost adds p. Errors: ErrPostTaken, ErrUnitUnknown.
func insertPost(ctx context.Context, tx db.Tx, p *Post) error {
	return postFault(tx.WithContext(ctx).Create(p).Error)
}

// updatePost saves what may be edited of p. Errors: ErrPostTaken.
func updatePost(ctx context.Context, tx db.Tx, p *Post) error {
	return postFault(tx.WithContext(ctx).Model(p).Where("company_id = ?", int64(p.CompanyID)).Select("name", "types", "closed_on").Updates(p).Error)
}

func postFault(err error) error {
	switch {
	case db.Violates(err, "staff_post_company_id_unit_id_name_key"):
		return ErrPostTaken.At("body.name").Because(err)
	case db.Violates(err, "staff_post_company_id_unit_id_fkey"):
		return ErrUnitUnknown.At("body.unitId").Because(err)
	}
	return err
}

// postByID locks and returns a post in scope. Errors: rbac.ErrNotFound.
func postByID(ctx context.Context, tx db.Tx, scope rbac.Scope, post id.Of[id.Post]) (Post, error) {
	return one[Post](tx.WithContext(ctx).Scopes(scope.Rows).Clauses(locked).Where("id = ?", int64(post)))
}

// postsOf returns the posts in scope of one company that still exist.
func postsOf(ctx context.Context, tx db.Tx, scope rbac.Scope) (posts []Post, err error) {
	return posts, tx.WithContext(ctx).Scopes(scope.Rows).Where("closed_on IS NULL").Order("unit_id, id").Find(&posts).Error
}

// locked makes a read keep its rows until the transaction ends.
var locked = clause.Locking{Strength: "UPDATE"}

// one returns the single row of q. Errors: rbac.ErrNotFound.
func one[T any](q *gorm.DB) (T, error) {
	var rows []T
	err := q.Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return rows[0], nil
}
