package register

import (
	"context"
	"errors"
	"strings"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// Find returns rows of a company that the actor may see, the latest first, for a module that ties something to one of them: those
// with words in what is shown, or the one of an id.
func (k *Kind[T]) Find(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, words string, one int64, limit int) ([]T, error) {
	if one == 0 {
		return k.rows(ctx, tx, scope, asked{company: company, term: strings.TrimSpace(words), ended: "all", limit: limit - 1})
	}
	found, err := k.byID(ctx, tx, scope, one, false)
	if errors.Is(err, rbac.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []T{*found}, nil
}
