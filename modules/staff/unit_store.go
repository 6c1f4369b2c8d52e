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

// updateUnit saves all of u but its path. Errors: ErrUnitTaken.
func updateUnit(ctx context.Context, tx db.Tx, u *Unit) error {
	return unitFault(tx.WithContext(ctx).Model(u).Where("company_id = ?", int64(u.CompanyID)).
		Select("parent_id", "name", "kind", "head_id", "since_on", "closed_on").Updates(u).Error)
}

// keepUnits adds states that are over.
func keepUnits(ctx context.Context, tx db.Tx, past ...UnitPast) error {
	if len(past) == 0 {
		return nil
	}
	return tx.WithContext(ctx).Create(&past).Error
}

// keepPosts adds states that are over.
func keepPosts(ctx context.Context, tx db.Tx, past ...PostPast) error {
	if len(past) == 0 {
		return nil
	}
	return tx.WithContext(ctx).Create(&past).Error
}

// rehang gives a unit and everything below it the paths that follow from its new place.
func rehang(ctx context.Context, tx db.Tx, u Unit, path string) error {
	return tx.WithContext(ctx).Exec(`UPDATE staff_unit SET unit_path = ? || substr(unit_path, ?) WHERE company_id = ? AND unit_path >= ? AND unit_path < ?`,
		path, len(u.UnitPath)+1, int64(u.CompanyID), u.UnitPath, u.UnitPath+"~").Error
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

// reachedUnit returns a unit that is there and that the actor reaches: his own or one below.
// Errors: rbac.ErrNotFound.
func reachedUnit(ctx context.Context, tx db.Tx, scope rbac.Scope, unit id.Of[id.Unit]) (Unit, error) {
	cond, args := scope.Reach("r")
	q := `SELECT u.* FROM staff_unit u JOIN LATERAL (SELECT u.company_id, u.id AS unit_id) r ON true WHERE u.id = ? AND u.closed_on IS NULL AND ` + cond
	own, more := scope.Where("u")
	return one[Unit](tx.WithContext(ctx).Raw(q+" AND "+own+" FOR SHARE OF u", append(append([]any{int64(unit)}, args...), more...)...))
}

// unitsOf returns the units that a company has now, parents before children.
func unitsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (units []Unit, err error) {
	return units, tx.WithContext(ctx).Where("company_id = ? AND closed_on IS NULL", int64(company)).Order("unit_path").Find(&units).Error
}

// insertPost adds p. Errors: ErrPostTaken, ErrUnitUnknown.
func insertPost(ctx context.Context, tx db.Tx, p *Post) error {
	return postFault(tx.WithContext(ctx).Create(p).Error)
}

// updatePost saves what may be edited of p. Errors: ErrPostTaken.
func updatePost(ctx context.Context, tx db.Tx, p *Post) error {
	return postFault(tx.WithContext(ctx).Model(p).Where("company_id = ?", int64(p.CompanyID)).Select("unit_id", "name", "types", "since_on", "closed_on").Updates(p).Error)
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

// postsIn returns the posts that a unit has now.
func postsIn(ctx context.Context, tx db.Tx, company rbac.CompanyID, unit id.Of[id.Unit]) (posts []Post, err error) {
	return posts, tx.WithContext(ctx).Where("company_id = ? AND unit_id = ? AND closed_on IS NULL", int64(company), int64(unit)).Order("id").Find(&posts).Error
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
