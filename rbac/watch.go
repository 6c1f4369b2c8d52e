package rbac

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/trace"
)

// use begins a use case: its name goes with its transactions, its span ends with it.
func use(ctx context.Context, action Action) (context.Context, func(error)) {
	return trace.Start(db.Named(ctx, string(action)), trace.UseCase, string(action))
}

// Pools are the Gate's connections, for those who watch them.
func (g *Gate) Pools() Pools { return g.pools }
