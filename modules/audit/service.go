package audit

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// ActionList lets an actor read the trail as far as it concerns him.
const ActionList rbac.Action = "audit.entry.list"

// Service reads the trail and keeps its chains.
type Service struct {
	Gate *rbac.Gate
	Ring *Ring // signs where chains end
}

// List returns entries newest first. Errors: page.ErrCursor.
func (s *Service) List(ctx context.Context, f Filter, q page.Query) (rows []Entry, k page.Key, err error) {
	if k, err = q.Start("-at", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		rows, err = entries(ctx, tx, scope.Actor(), f, k, q.Limit)
		return err
	})
	return rows, k, err
}
