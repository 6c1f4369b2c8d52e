package standardization

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// OpenAssessment begins the score sheet of an assessment by a town, a county or a city, in the caller's
// transaction. Errors: rbac.ErrForbidden, rbac.ErrNotFound, ErrRubric, ErrOpen, ErrYear.
func (s *Service) OpenAssessment(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, kind Kind, b Beginning) (id.Of[id.Evaluation], error) {
	if e := (Evaluation{Kind: kind}); !e.mine(scope) {
		return 0, rbac.ErrForbidden
	}
	home, err := scope.Within(ctx, tx, company)
	if err != nil {
		return 0, err
	}
	return s.begin(ctx, tx, scope, home, kind, b, nil)
}
