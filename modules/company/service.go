package company

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionRead     rbac.Action = "company.register.read"
	ActionRegister rbac.Action = "company.register.add"
	ActionEdit     rbac.Action = "company.profile.edit"
	ActionImport   rbac.Action = "company.roster.import"
)

// Service keeps the register.
type Service struct {
	Gate *rbac.Gate
	// Changed hears of companies that were entered or changed, in the same transaction, so
	// that what is derived from them follows; nil if nobody listens.
	Changed func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error
}

// Read returns one company and the name of its area. Errors: rbac.ErrNotFound.
func (s *Service) Read(ctx context.Context, id rbac.CompanyID) (c Company, area string, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		if c, err = companyByID(ctx, tx, scope, id, false); err != nil {
			return err
		}
		area, err = areaName(ctx, tx, c.RegionPath)
		return err
	})
	return c, area, err
}

// Register enters a company. Errors: ErrTaken, ErrNamesake, ErrDivision, ErrLine,
// ErrOutside, ErrTag, and those of package code.
func (s *Service) Register(ctx context.Context, r Registration) (id rbac.CompanyID, err error) {
	err = s.Gate.Write(ctx, ActionRegister, func(tx db.Tx, scope rbac.Scope) error {
		c, err := newCompany(r, tx.Now)
		if err != nil {
			return err
		}
		area, line, err := known(ctx, tx, c.RegionPath, c.OversightLine)
		switch {
		case err != nil:
			return err
		case !area:
			return ErrDivision.At("body.division")
		case !line:
			return ErrLine.At("body.line")
		case !covers(scope.Actor(), c.RegionPath, c.OversightLine):
			return ErrOutside.At("body.division")
		}
		if err := insertCompany(ctx, tx, &c); err != nil {
			return err
		}
		id = c.CompanyID
		scope.Made(int64(id))
		scope.Changed("company", int64(id), id, Company{}, c.trail())
		return s.changed(ctx, tx, []rbac.CompanyID{id})
	})
	return id, err
}

// Describe replaces what a company says of itself. Errors: rbac.ErrNotFound, ErrTag,
// code.ErrPhone.
func (s *Service) Describe(ctx context.Context, id rbac.CompanyID, p Profile) error {
	return s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		scope.Made(int64(id))
		return s.DescribeIn(ctx, tx, scope, id, p)
	})
}

func (s *Service) changed(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error {
	if s.Changed == nil || len(ids) == 0 {
		return nil
	}
	return s.Changed(ctx, tx, ids)
}
