package company

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionRead     rbac.Action = "company.register.read"
	ActionRegister rbac.Action = "company.register.add"
	ActionEdit     rbac.Action = "company.profile.edit"
	ActionImport   rbac.Action = "company.roster.import"
	ActionAmend    rbac.Action = "company.register.amend"
	ActionMove     rbac.Action = "company.register.move"
	ActionScale    rbac.Action = "company.register.scale"
	ActionFile     rbac.Action = "company.file.edit"
	ActionLink     rbac.Action = "company.link.edit"
	ActionAnswer   rbac.Action = "company.link.answer"
	ActionShare    rbac.Action = "company.link.share"
)

// Service keeps the register.
type Service struct {
	Gate *rbac.Gate
	// Changed hears of companies that were entered or changed, in the same transaction, so
	// that what is derived from them follows; nil if nobody listens.
	Changed func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error
	// Claim makes uploaded files belong to an object, in the same transaction.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error
	// Due keeps what falls due; nil: nobody does.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
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
		by := noteOf(scope, FromRegister, "")
		if err := record(ctx, tx, []rbac.CompanyID{id}, by); err != nil {
			return err
		}
		if err := figures(ctx, tx, []rbac.CompanyID{id}, by, false); err != nil {
			return err
		}
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

// DescribeIn is Describe within the transaction of another noun, which has asked permission.
// Errors: as Describe.
func (s *Service) DescribeIn(ctx context.Context, tx db.Tx, scope rbac.Scope, id rbac.CompanyID, p Profile) error {
	was, err := companyByID(ctx, tx, scope, id, true)
	if err != nil {
		return err
	}
	y, err := newestYear(ctx, tx, id)
	if err != nil {
		return err
	}
	is, err := was.described(p, newest{y.Year, y.StaffCount}, tx.Now)
	if err != nil {
		return err
	}
	by := noteOf(scope, FromProfile, "")
	if err := s.become(ctx, tx, scope, was, is, by); err != nil {
		return err
	}
	return figures(ctx, tx, []rbac.CompanyID{id}, by, true)
}

func (s *Service) changed(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error {
	if s.Changed == nil || len(ids) == 0 {
		return nil
	}
	return s.Changed(ctx, tx, ids)
}
