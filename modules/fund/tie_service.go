package fund

import (
	"context"

	"anbiao/kit/accrual"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// tied finds what an expense may have paid for. Errors: ErrTie.
func (s *Service) tied(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, kind, words string, one int64, limit int) ([]Tied, error) {
	find := s.Ties[kind]
	if find == nil {
		return nil, ErrTie
	}
	return find(ctx, tx, scope, company, words, one, limit)
}

// Choose lists what an expense may have paid for: of a kind, with words in their title, the latest first. Errors: ErrTie.
func (s *Service) Choose(ctx context.Context, kind, words string) (out []Tied, err error) {
	err = s.Gate.Read(ctx, ActionRecord, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		out, err = s.tied(ctx, tx, scope, home.CompanyID, kind, words, 0, 20)
		return err
	})
	return out, err
}

// SpentOn lists what was spent on something, the latest first. Errors: ErrTie, rbac.ErrNotFound.
func (s *Service) SpentOn(ctx context.Context, kind string, n int64) (rows []Expense, err error) {
	err = s.Gate.Read(ctx, ActionExpenses, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		found, err := s.tied(ctx, tx, scope, home.CompanyID, kind, "", n, 1)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return rbac.ErrNotFound
		}
		rows, err = tiedTo(ctx, tx, scope, kind, n)
		return err
	})
	return rows, err
}

// Items are what a company may use its fund for, and what for not.
type Items struct {
	Category accrual.Category // without code: not bound
	Rules    *accrual.Rules
	Profile  Profile
}

// Items returns the use items of the actor's company. Errors: ErrNoProfile.
func (s *Service) Items(ctx context.Context) (x Items, err error) {
	err = s.Gate.Read(ctx, ActionExpenses, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if x.Profile, err = profileOf(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		x.Category, x.Rules, err = categoryOf(ctx, tx, home.CompanyID)
		return err
	})
	return x, err
}
