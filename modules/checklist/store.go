package checklist

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table (gorm).
func (Standard) TableName() string { return "checklist_standard" }

// insertStandard adds a version. Errors: ErrStandardMoved if somebody else published it.
func insertStandard(ctx context.Context, tx db.Tx, s *Standard) error {
	err := tx.WithContext(ctx).Create(s).Error
	if db.Violates(err, "checklist_standard_company_id_version_key") {
		return ErrStandardMoved.Because(err)
	}
	return err
}

// currentStandard returns the company's newest version. Errors: ErrNoStandard.
func currentStandard(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Standard, error) {
	return oneStandard(tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ?", company).Order("version DESC"))
}

// standardByID returns one version. Errors: ErrNoStandard.
func standardByID(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, n id.Of[id.Standard]) (Standard, error) {
	return oneStandard(tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ? AND id = ?", company, n))
}

// standards lists a company's versions, newest first, from just below version below.
func standards(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, k keyset) (out []Standard, err error) {
	q := tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ?", company).Limit(k.limit)
	switch {
	case k.back:
		q = q.Where("version > ?", k.number).Order("version")
	case k.first:
		q = q.Order("version DESC")
	default:
		q = q.Where("version < ?", k.number).Order("version DESC")
	}
	return out, q.Find(&out).Error
}

// answered returns a point and the version of the standard that an answer was given to;
// standard 0 means the newest. No rows: rbac.ErrNotFound.
func answered(ctx context.Context, tx db.Tx, company rbac.CompanyID, point id.Of[id.Point], standard id.Of[id.Standard]) (Point, Document, error) {
	var found []struct {
		Point
		Document db.JSON[Document]
	}
	q := `SELECT p.*, s.document FROM checklist_point p JOIN checklist_standard s ON s.company_id = p.company_id
		WHERE p.company_id = ? AND p.id = ? AND (s.id = ? OR ? = 0) ORDER BY s.version DESC LIMIT 1`
	if err := tx.WithContext(ctx).Raw(q, company, point, standard, standard).Scan(&found).Error; err != nil {
		return Point{}, Document{}, err
	}
	if len(found) == 0 {
		return Point{}, Document{}, rbac.ErrNotFound
	}
	return found[0].Point, found[0].Document.V, nil
}

// answeredAll is answered for several points: the document comes once, however many they are.
func answeredAll(ctx context.Context, tx db.Tx, company rbac.CompanyID, points []id.Of[id.Point], standard id.Of[id.Standard]) (out []Point, d Document, err error) {
	asked := make(db.Ints, len(points))
	for i, p := range points {
		asked[i] = int64(p)
	}
	var found []struct {
		Known    *int64
		Document db.JSON[Document]
		Point
	}
	q := `WITH s AS (SELECT company_id, document FROM checklist_standard WHERE company_id = ? AND (id = ? OR ?::bigint = 0) ORDER BY version DESC LIMIT 1)
		SELECT p.id AS known, CASE WHEN row_number() OVER () = 1 THEN s.document END AS document, p.* FROM s
			LEFT JOIN checklist_point p ON p.company_id = s.company_id AND p.id = ANY(?)`
	if err := tx.WithContext(ctx).Raw(q, company, standard, standard, asked).Scan(&found).Error; err != nil {
		return nil, Document{}, err
	}
	if len(found) == 0 {
		return nil, Document{}, rbac.ErrNotFound
	}
	for _, f := range found {
		if f.Known != nil {
			out = append(out, f.Point)
		}
	}
	for i := range found {
		if found[i].Document.V.Library != "" {
			d = found[i].Document.V
		}
	}
	return out, d, nil
}
