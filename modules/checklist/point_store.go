package checklist

import (
	"context"
	"time"

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
	if err := lockNumbers(ctx, tx, p.CompanyID); err != nil {
		return err
	}
	if err := tx.WithContext(ctx).Raw(q, int64(p.CompanyID), int64(p.CompanyID)).Scan(&p.Number).Error; err != nil {
		return err
	}
	return tx.WithContext(ctx).Create(p).Error
}

// lockNumbers keeps two from taking one number of a company, to the end of the transaction.
func lockNumbers(ctx context.Context, tx db.Tx, company rbac.CompanyID) error {
	return tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('checklist_point', ?))", int64(company)).Error
}

// allPoints returns every point of a company by number, retired ones too.
func allPoints(ctx context.Context, tx db.Tx, company rbac.CompanyID) (out []Point, err error) {
	return out, tx.WithContext(ctx).Where("company_id = ?", company).Order("number").Find(&out).Error
}

// insertPoints adds points with their numbers.
func insertPoints(ctx context.Context, tx db.Tx, list []*Point) error {
	if len(list) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(list, 500).Error
}

// updatePoints writes what a list changed of points, in one statement.
func updatePoints(ctx context.Context, tx db.Tx, list []Point) error {
	if len(list) == 0 {
		return nil
	}
	type change struct {
		ID          int64     `json:"id"`
		Name        string    `json:"name"`
		Place       string    `json:"place"`
		Modules     []string  `json:"modules"`
		Items       []string  `json:"items"`
		Explosive   string    `json:"explosive"`
		Sign        bool      `json:"sign"`
		LongitudeE6 *int32    `json:"longitude_e6"`
		LatitudeE6  *int32    `json:"latitude_e6"`
		UpdatedAt   time.Time `json:"updated_at"`
	}
	rows := make([]change, len(list))
	for i, p := range list {
		rows[i] = change{int64(p.ID), p.Name, p.Place, append([]string{}, p.Modules...), append([]string{}, p.Items...), string(p.Explosive), p.Sign, p.LongitudeE6, p.LatitudeE6, p.UpdatedAt}
	}
	q := `UPDATE checklist_point p SET name = x.name, place = x.place, modules = x.modules, items = x.items, explosive = x.explosive, sign = x.sign,
			longitude_e6 = x.longitude_e6, latitude_e6 = x.latitude_e6, updated_at = x.updated_at
		FROM jsonb_to_recordset(?::jsonb) AS x (id bigint, name text, place text, modules text[], items text[], explosive text, sign boolean, longitude_e6 int, latitude_e6 int, updated_at timestamptz)
		WHERE p.company_id = ? AND p.id = x.id`
	return tx.WithContext(ctx).Exec(q, db.JSON[[]change]{V: rows}, list[0].CompanyID).Error
}

// updatePoint writes what may change of a point that the transaction has locked, and no other
// time of change than the one given.
func updatePoint(ctx context.Context, tx db.Tx, p Point) error {
	return tx.WithContext(ctx).Model(&Point{}).Where("company_id = ? AND id = ?", p.CompanyID, p.ID).
		Select("name", "place", "modules", "items", "explosive", "sign", "longitude_e6", "latitude_e6", "retired_at", "updated_at").UpdateColumns(p).Error
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
	switch f.Explosive {
	case "":
	case "any":
		q = q.Where("explosive <> ''")
	default:
		q = q.Where("explosive = ?", f.Explosive)
	}
	if f.Module != "" { // an item of it counts as well
		q = q.Where("(? = ANY(modules) OR EXISTS (SELECT FROM unnest(items) i WHERE split_part(i, '-', 1) = ?))", f.Module, f.Module)
	}
	if f.Unplaced {
		q = q.Where("longitude_e6 IS NULL")
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

// mostCandidates is how many points a tail of digits may find.
const mostCandidates = 20

// pointsByTail returns the company's points in use whose printed number ends in digits, the
// shortest number first.
func pointsByTail(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, digits string) (out []Point, err error) {
	q := tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ? AND retired_at IS NULL", company).
		Where("lpad(number::text, greatest(4, length(number::text)), '0') LIKE ?", "%"+digits).Order("number").Limit(mostCandidates)
	return out, q.Find(&out).Error
}

// chosenPoints returns points of a company by id, by number.
func chosenPoints(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, ids db.Ints) (out []Point, err error) {
	q := tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ? AND id = ANY(?)", company, ids).Order("number")
	return out, q.Find(&out).Error
}
