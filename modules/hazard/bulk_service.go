package hazard

import (
	"context"
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Bulk does one deed to many hazards: each by itself, under the permission and the guards that
// hold for one, and notes what stood against those that failed. Errors: ErrBulkBody, rbac.ErrForbidden.
func (s *Service) Bulk(ctx context.Context, b BulkForm) (made id.Of[Bulk], err error) {
	err = s.Gate.Write(ctx, ActionBulk, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if !scope.Can(b.action()) {
			return rbac.ErrForbidden
		}
		if err := b.complete(); err != nil {
			return err
		}
		slices.Sort(b.IDs) // two at once lock in one order
		ids := slices.Compact(b.IDs)
		rows := make([]BulkRow, len(ids))
		numbers, err := numbersOf(ctx, tx, scope, ids)
		if err != nil {
			return err
		}
		for i, n := range ids {
			rows[i] = BulkRow{ID: n, Number: numbers[n]}
			err := aside(ctx, tx, func() error { return s.one(ctx, tx, scope, n, b) })
			if err := rows[i].outcome(err); err != nil {
				return err
			}
		}
		a := scope.Actor()
		is := Bulk{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Deed: b.Deed, At: tx.Now, PersonID: a.PersonID, StaffID: some(a.StaffID),
			Rows: db.JSON[[]BulkRow]{V: rows},
		}
		if err := insertBulk(ctx, tx, &is); err != nil {
			return err
		}
		made = is.ID
		scope.Made(int64(made))
		return nil
	})
	return made, err
}

// one does the deed to one hazard.
func (s *Service) one(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Hazard], b BulkForm) error {
	switch b.Deed {
	case BulkTag:
		return s.tag(ctx, tx, scope, n, *b.Tags)
	case BulkAssign:
		return s.moved(ctx, tx, scope, n, func(tx db.Tx, scope rbac.Scope, f *file) error {
			return s.assigns(ctx, b.Assign.handed(f.Hazard))(tx, scope, f)
		})
	case BulkAsk:
		return s.moved(ctx, tx, scope, n, s.asksExtension(*b.Extension))
	case BulkExtend:
		return s.moved(ctx, tx, scope, n, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.extend(b.Until, b.Note) })
	case BulkRefuse:
		return s.moved(ctx, tx, scope, n, func(_ db.Tx, scope rbac.Scope, f *file) error { return f.refuses(scope, b.Note) })
	default:
		return s.moved(ctx, tx, scope, n, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.accept(Verdict{Note: b.Note}) })
	}
}

// BulkByID is what came of a deed that the actor did. Errors: rbac.ErrNotFound.
func (s *Service) BulkByID(ctx context.Context, n id.Of[Bulk]) (b Bulk, err error) {
	err = s.Gate.Read(ctx, ActionBulk, func(tx db.Tx, scope rbac.Scope) (err error) {
		b, err = bulkByID(ctx, tx, scope, n)
		return err
	})
	return b, err
}
