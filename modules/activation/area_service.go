package activation

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Progress is how far an area has come, and the areas below it.
type Progress struct {
	Division string
	Name     string
	Areas    []Area
}

// Areas returns how far the areas directly below one have come; without one, below the first
// that the actor oversees. Errors: ErrArea outside his area.
func (s *Service) Areas(ctx context.Context, division string) (p Progress, err error) {
	err = s.Gate.Read(ctx, ActionAreas, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if err := within(a, division); err != nil {
			return ErrArea.At("query.division")
		}
		if division == "" && len(a.Areas) > 0 {
			division = a.Areas[0]
		}
		p.Division = division
		if p.Name, err = areaName(ctx, tx, division); err != nil {
			return err
		}
		p.Areas, err = areasBelow(ctx, tx, scope, division, day.In(tx.Now, day.Shanghai).AddDays(-7).String())
		return err
	})
	return p, err
}

// Companies lists companies of the actor's area by id, those nobody has signed in for first of
// all, with whom to call. Errors: page.ErrCursor.
func (s *Service) Companies(ctx context.Context, f Filter) (rows []Waiting, k page.Key, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionCompanies, func(tx db.Tx, scope rbac.Scope) error {
		if err := within(scope.Actor(), f.Division); err != nil {
			return ErrArea.At("query.division")
		}
		rows, err = waiting(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}
