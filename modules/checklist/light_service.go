package checklist

import (
	"context"

	"github.com/google/uuid"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Listed is a standard that PublishIn has put in force.
type Listed struct {
	Standard id.Of[id.Standard]
	Modules  []string // of the standard, in library order
	Items    int      // asked
	Majors   int      // of these, major ones
}

// PublishIn puts the company's light standard in force, or the full one, from its tags as
// they are: the next version, unless the last asks the same already. What the company has
// added or put aside itself stays. It belongs to the caller's transaction.
func (s *Service) PublishIn(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, light bool) (out Listed, err error) {
	tags, err := s.Tags(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return out, err
	}
	last, was, err := s.last(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return out, err
	}
	l, err := s.libraryOf(last, "")
	if err != nil {
		return out, err
	}
	d := l.full(last.Document.V, tags)
	if light {
		if d, err = l.light(last.Document.V, tags, LightItems); err != nil {
			return out, err
		}
	}
	d.BasedOn = last.Version
	next, err := newStandard(tx, scope.Actor(), home, l, tags, d)
	if err != nil {
		return out, err
	}
	asks := l.Expand(next.Document.V)
	added, removed := Diff(was, asks)
	if last.Version > 0 && len(added)+len(removed) == 0 {
		next = last
	} else {
		if err := insertStandard(ctx, tx, &next); err != nil {
			return out, err
		}
		scope.Changed("checklist_standard", int64(next.ID), home.CompanyID, last, next)
	}
	return listed(next, asks), nil
}

func listed(st Standard, asks []Asked) Listed {
	out := Listed{Standard: st.ID, Modules: st.Document.V.Modules, Items: st.Items}
	for _, a := range asks {
		if a.Disabled == "" && a.Level == Major {
			out.Majors++
		}
	}
	return out
}

// HangIn makes a check point, or brings one up to date, that asks every enabled item of
// modules. It belongs to the caller's transaction. Errors: ErrPointRetired, rbac.ErrNotFound
// for a point that is not the company's, those of AddPoint.
func (s *Service) HangIn(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, point id.Of[id.Point], f PointForm) (id.Of[id.Point], error) {
	if err := s.fits(ctx, tx, scope, home.CompanyID, f); err != nil {
		return 0, err
	}
	if point != 0 {
		return point, s.rehang(ctx, tx, scope, home, point, f)
	}
	public, err := uuid.NewV7()
	if err != nil {
		return 0, err
	}
	p := Point{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, PublicID: public, CreatedAt: tx.Now}
	p.take(f, tx.Now)
	if err := insertPoint(ctx, tx, &p); err != nil {
		return 0, err
	}
	scope.Changed("checklist_point", int64(p.ID), home.CompanyID, Point{}, p)
	return p.ID, nil
}

func (*Service) rehang(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, point id.Of[id.Point], f PointForm) error {
	was, err := lockPoint(ctx, tx, scope, home.CompanyID, point)
	if err != nil {
		return err
	}
	if was.RetiredAt != nil {
		return ErrPointRetired
	}
	is := was
	is.take(f, tx.Now)
	scope.Changed("checklist_point", int64(point), home.CompanyID, was, is)
	return updatePoint(ctx, tx, is)
}
