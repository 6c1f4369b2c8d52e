package oversight

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
	"anbiao/web"
)

// Audience are the companies that the filters of the list leave, as its address writes them, at most limit, within the
// caller's transaction. Errors: web.ErrFilter, ErrBand.
func (*Service) Audience(ctx context.Context, tx db.Tx, scope rbac.Scope, filters map[string][]string, limit int) ([]rbac.CompanyID, error) {
	q, err := web.Params[FilterQuery](ctx, filters)
	if err != nil {
		return nil, err
	}
	f, err := q.Filter()
	if err != nil {
		return nil, err
	}
	return companyIDs(ctx, tx, scope, f, limit)
}
