package checklist

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// CompanyName returns what a company is called.
type CompanyName func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (string, error)

// Paper returns a version of a company's standard, ready to be printed.
// Errors: ErrNoStandard, ErrCompanyNeeded.
func (s *Service) Paper(ctx context.Context, company rbac.CompanyID, n id.Of[id.Standard]) (p Paper, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		if p.Standard, err = standardByID(ctx, tx, scope, c, n); err != nil {
			return err
		}
		l, err := s.Shelf.Version(p.Standard.Document.V.Library)
		if err != nil {
			return err
		}
		p.Items, p.Posts = l.Expand(p.Standard.Document.V), l.Posts
		p.Company, err = s.Name(ctx, tx, scope, c)
		return err
	})
	return p, err
}
