package checklist

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Upgrade returns what the newest library version would change in the actor's company's
// standard; no steps if it has none or is up to date.
func (s *Service) Upgrade(ctx context.Context) (up Upgrade, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		last, _, err := s.last(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		newest := s.Shelf.Newest()
		if last.Version == 0 {
			up = Upgrade{To: newest.Meta.Version, Steps: []Step{}}
			return nil
		}
		tags, err := s.Tags(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		from, err := s.Shelf.Version(last.Document.V.Library)
		if err != nil {
			return err
		}
		up, err = newest.upgrade(from, last.Document.V, tags)
		return err
	})
	return up, err
}

// Preview says what publishing d would change against the last version, without publishing.
// Errors: those of Publish.
func (s *Service) Preview(ctx context.Context, d Draft) (changes []Change, items int, err error) {
	err = s.Gate.Read(ctx, ActionPublish, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		next, was, err := s.next(ctx, tx, scope, home, d)
		if err != nil {
			return err
		}
		l, err := s.Shelf.Version(next.LibraryVersion)
		if err != nil {
			return err
		}
		changes, items = Compare(was, l.Expand(next.Document.V)), next.Items
		return nil
	})
	return changes, items, err
}

// Changes compares two versions of a company's standard, the earlier one first.
// Errors: ErrNoStandard, ErrCompanyNeeded.
func (s *Service) Changes(ctx context.Context, company rbac.CompanyID, was, is id.Of[id.Standard]) (changes []Change, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		var sides [2][]Asked
		for i, n := range []id.Of[id.Standard]{was, is} {
			st, err := standardByID(ctx, tx, scope, c, n)
			if err != nil {
				return err
			}
			if sides[i], err = s.expand(st.Document.V); err != nil {
				return err
			}
		}
		changes = Compare(sides[0], sides[1])
		return nil
	})
	return changes, err
}
