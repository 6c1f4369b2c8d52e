package checklist

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// PointAsks is a check point in use with all that the newest standard asks there.
type PointAsks struct {
	PointID id.Of[id.Point]
	Name    string
	Place   string
	Asks    []Asked
}

// Outline returns what the company's standard asks at each of its points in use. It belongs to the
// caller's transaction. Errors: ErrNoStandard.
func (s *Service) Outline(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) ([]PointAsks, error) {
	st, err := currentStandard(ctx, tx, scope, company)
	if err != nil {
		return nil, err
	}
	l, err := s.Shelf.Version(st.Document.V.Library)
	if err != nil {
		return nil, err
	}
	var points []Point
	cond, args := scope.Where("p")
	q := "SELECT p.* FROM checklist_point p WHERE p.company_id = ? AND p.retired_at IS NULL AND " + cond + " ORDER BY p.number"
	if err := tx.WithContext(ctx).Raw(q, append([]any{company}, args...)...).Scan(&points).Error; err != nil {
		return nil, err
	}
	out := make([]PointAsks, len(points))
	for i, p := range points {
		out[i] = PointAsks{p.ID, p.Name, p.Place, st.Document.V.at(l, p.Modules, p.Items)}
	}
	return out, nil
}
