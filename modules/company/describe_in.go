package company

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// DescribeIn is Describe within the caller's transaction. Errors: those of Describe.
func (s *Service) DescribeIn(ctx context.Context, tx db.Tx, scope rbac.Scope, id rbac.CompanyID, p Profile) error {
	was, err := companyByID(ctx, tx, scope, id, true)
	if err != nil {
		return err
	}
	is, err := was.described(p, tx.Now)
	if err != nil {
		return err
	}
	if err := updateProfile(ctx, tx, is); err != nil {
		return err
	}
	scope.Changed("company", int64(id), id, was.trail(), is.trail())
	return s.changed(ctx, tx, []rbac.CompanyID{id})
}
