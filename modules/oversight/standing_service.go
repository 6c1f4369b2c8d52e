package oversight

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/rbac"
)

// ErrInput answers an input that has no rows to open.
var ErrInput = fault.New(fault.Invalid, "oversight.rows")

// Mine is a company's own standing with its past.
type Mine struct {
	Board    Board
	Standing StandingRow
	History  []Moment // latest first
}

// Own returns a company's own standing. Errors: rbac.ErrNotFound before it was graded.
func (s *Service) Own(ctx context.Context) (m Mine, err error) {
	err = s.Gate.Read(ctx, ActionOwn, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if m.Board, err = boardByID(ctx, tx, "oversight_own", home.CompanyID); err != nil {
			return err
		}
		if m.Standing, err = standingByID(ctx, tx, scope, home.CompanyID); err != nil {
			return err
		}
		m.History, err = historyOf(ctx, tx, scope, home.CompanyID, shownMoments)
		return err
	})
	return m, err
}

// mostRows is how many rows behind an input are listed at once; the pages they lead to have all.
const mostRows = 50

// OwnRows opens an input of the own company's standing. Errors: ErrInput.
func (s *Service) OwnRows(ctx context.Context, input string) (rows []Behind, err error) {
	err = s.Gate.Read(ctx, ActionOwn, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		rows, err = s.behind(ctx, tx, scope, home.CompanyID, input)
		return err
	})
	return rows, err
}

// Rows opens an input of a company's standing for a regulator. The view is noted.
// Errors: rbac.ErrNotFound, ErrInput.
func (s *Service) Rows(ctx context.Context, company rbac.CompanyID, input string) (rows []Behind, err error) {
	err = s.Gate.Witness(ctx, ActionDossier, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := identityByID(ctx, tx, scope, company); err != nil {
			return err
		}
		if rows, err = s.behind(ctx, tx, scope, company, input); err != nil {
			return err
		}
		return s.look(ctx, tx, scope, company)
	})
	return rows, err
}

func (s *Service) behind(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, input string) ([]Behind, error) {
	open := s.Sources.Rows[input]
	if open == nil {
		return nil, ErrInput.At("query.input")
	}
	return open(ctx, tx, scope, company, mostRows)
}
