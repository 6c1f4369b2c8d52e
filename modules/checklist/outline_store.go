package checklist

import (
	"context"
	"strings"

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

// EventItem is an item of a company's standard that is looked at when something happens.
type EventItem struct {
	Asked
	Own    bool // the company's own (自增项目)
	Points int  // in use that ask it
}

// EventItems lists the items of the company's newest standard that have no rhythm: they are looked at
// when something happens. It belongs to the caller's transaction. Errors: ErrNoStandard.
func (s *Service) EventItems(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) ([]EventItem, error) {
	points, err := s.Outline(ctx, tx, scope, company)
	if err != nil {
		return nil, err
	}
	st, err := currentStandard(ctx, tx, scope, company)
	if err != nil {
		return nil, err
	}
	l, err := s.Shelf.Version(st.Document.V.Library)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for _, p := range points {
		for _, a := range p.Asks {
			at[a.Code]++
		}
	}
	out := []EventItem{}
	for _, a := range l.Expand(st.Document.V) {
		if a.Frequency == "event" && a.Disabled == "" {
			out = append(out, EventItem{a, strings.HasPrefix(a.Code, own+"-"), at[a.Code]})
		}
	}
	return out, nil
}
