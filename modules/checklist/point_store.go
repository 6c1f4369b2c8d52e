package checklist

import (
	"context"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// keyset is where a list page starts.
type keyset struct {
	number      int // of the neighbour
	first, back bool
	limit       int // rows to read: the page's and one more
}

// TableName names the table (gorm).
func (Point) TableName() string { return "checklist_point" }

func oneStandard(q *gorm.DB) (Standard, error) {
	var found []Standard
	if err := q.Limit(1).Find(&found).Error; err != nil {
		return Standard{}, err
	}
	if len(found) == 0 {
		return Standard{}, ErrNoStandard
	}
	return found[0], nil
}

// insertPoint adds a point under the company's next free number. A lock of the company's
// points, held to the end of the transaction, keeps two from taking one number.
func insertPoint(ctx context.Context, tx db.Tx, p *Point) error {
	q := `SELECT coalesce((SELECT max(number) FROM checklist_point WHERE company_id = ?), 0) + 1 FROM pg_advisory_xact_lock(hashtextextended('checklist_point', ?))`
	if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('checklist_point', ?))", int64(p.CompanyID)).Error; err != nil {
		return err
	}
	if err := tx.WithContext(ctx).Raw(q, int64(p.CompanyID), int64(p.CompanyID)).Scan(&p.Number).Error; err != nil {
		return err
	}
	return tx.WithContext(ctx).Create(p).Error
}

// updatePoint writes what may change of a point that the transaction has locked.
func updatePoint(ctx context.Context, tx db.Tx, p Point) error {
	return tx.WithContext(ctx).Model(&Point{}).Where("company_id = ? AND id = ?", p.CompanyID, p.ID).
		Select("name", "place", "modules", "items", "explosive", "sign", "longitude_e6", "latitude_e6", "retired_at", "updated_at").Updates(p).Error
}

// lockPoint returns a point and keeps others from changing it. Errors: rbac.ErrNotFound.
func lockPoint(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, n id.Of[id.Point]) (Point, error) {
	q := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(clause.Locking{Strength: "UPDATE"})
	return onePoint(q.Where("company_id = ? AND id = ?", company, n))
}

// pointByID returns a point. Errors: rbac.ErrNotFound.
func pointByID(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, n id.Of[id.Point]) (Point, error) {
	return onePoint(tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ? AND id = ?", company, n))
}

// pointByLabel returns the point whose QR label says public. Errors: rbac.ErrNotFound.
func pointByLabel(ctx context.Context, tx db.Tx, scope rbac.Scope, public uuid.UUID) (Point, error) {
	return onePoint(tx.WithContext(ctx).Scopes(scope.Rows).Where("public_id = ?", public))
}

// pointByNumber returns the company's point of a number. Errors: rbac.ErrNotFound.
func pointByNumber(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, number int) (Point, error) {
	return onePoint(tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ? AND number = ?", company, number))
}

func onePoint(q *gorm.DB) (Point, error) {
	var found []Point
	if err := q.Limit(1).Find(&found).Error; err != nil {
		return Point{}, err
	}
	if len(found) == 0 {
		return Point{}, rbac.ErrNotFound
	}
	return found[0], nil
}

// points lists a company's points by number. Term is part of a name or place.
func points(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f PointFilter, k keyset) (out []Point, err error) {
	q := tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ?", company).Limit(k.limit)
	if !f.Retired {
		q = q.Where("retired_at IS NULL")
	}
	if f.Term != "" {
		q = q.Where("(strpos(lower(name), lower(?)) > 0 OR strpos(lower(place), lower(?)) > 0)", f.Term, f.Term)
	}
	switch {
	case k.back:
		q = q.Where("number < ?", k.number).Order("number DESC")
	case k.first:
		q = q.Order("number")
	default:
		q = q.Where("number > ?", k.number).Order("number")
	}
	return out, q.Find(&out).Error
}
