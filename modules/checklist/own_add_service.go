package checklist

import (
	"context"
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// PutOwn publishes the next version of the company's standard with one own item more, or with
// the item of x's code as x says; everything else stays as the last version has it. A point that
// is named asks the item from then on. It returns the item's code. It works in the transaction of
// another noun whose control the item checks.
// Errors: ErrNoStandard, ErrOwnMany, rbac.ErrNotFound for the point, those of Library.Compose.
func (s *Service) PutOwn(ctx context.Context, tx db.Tx, scope rbac.Scope, x OwnItem, point id.Of[id.Point]) (string, error) {
	home, err := scope.Home()
	if err != nil {
		return "", err
	}
	last, err := currentStandard(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return "", err
	}
	tags, err := s.Tags(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return "", err
	}
	l, err := s.libraryOf(last, "")
	if err != nil {
		return "", err
	}
	d := l.carry(last.Document.V, tags)
	d.BasedOn = last.Version
	at := slices.IndexFunc(d.Own, func(o OwnItem) bool { return x.Code != "" && o.Code == x.Code })
	same := at >= 0 && sameOwn(d.Own[at], x)
	switch {
	case at >= 0:
		d.Own[at] = x
	case len(d.Own) >= mostOwn:
		return "", ErrOwnMany
	default:
		x.Code = d.free()
		d.Own = append(d.Own, x)
	}
	if !same {
		next, err := newStandard(tx, scope.Actor(), home, l, tags, d)
		if err != nil {
			return "", err
		}
		if err := insertStandard(ctx, tx, &next); err != nil {
			return "", err
		}
		scope.Changed("checklist_standard", int64(next.ID), home.CompanyID, last, next)
	}
	return x.Code, s.askAt(ctx, tx, scope, home.CompanyID, point, x.Code)
}

// askAt has a point ask one item more. Errors: rbac.ErrNotFound, ErrPointRetired.
func (*Service) askAt(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, point id.Of[id.Point], code string) error {
	if point == 0 {
		return nil
	}
	was, err := lockPoint(ctx, tx, scope, company, point)
	switch {
	case err != nil:
		return err
	case was.RetiredAt != nil:
		return ErrPointRetired
	case slices.Contains(was.Items, code):
		return nil
	}
	is := was
	is.Items, is.UpdatedAt = unique(append(slices.Clone(was.Items), code)), tx.Now
	scope.Changed("checklist_point", int64(point), company, was, is)
	return updatePoint(ctx, tx, is)
}
