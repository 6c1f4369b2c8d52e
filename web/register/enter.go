package register

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// Enter keeps rows that the program itself makes, such as those of a demonstration, complete with
// what every row has: names are taken as they stand and nobody's reach is asked. Errors: those of
// Check and Saved, ErrTwice.
func (k *Kind[T]) Enter(ctx context.Context, tx db.Tx, scope rbac.Scope, rows []*T) error {
	changes := make([]Change[T], len(rows))
	for i, is := range rows {
		if k.Check != nil {
			if err := k.Check(ctx, tx, scope, nil, is); err != nil {
				return err
			}
		}
		changes[i].Is = is
	}
	return k.store(ctx, tx, scope, changes)
}
