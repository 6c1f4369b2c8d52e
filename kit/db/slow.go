package db

import (
	"context"
	"time"
)

// Slow is a statement that took long.
type Slow struct {
	UseCase   string // see Named
	Statement string // with its placeholders, never values
	Took      time.Duration
}

type slowness struct {
	after time.Duration
	tell  func(context.Context, Slow)
}

// WatchSlow has tell called for every statement that has not begun to answer after a time.
func (p *Pool) WatchSlow(after time.Duration, tell func(context.Context, Slow)) {
	p.slow.Store(&slowness{after, tell})
}

type nameKey struct{}

// Named returns ctx carrying the name of the use case whose transactions follow.
func Named(ctx context.Context, useCase string) context.Context {
	return context.WithValue(ctx, nameKey{}, useCase)
}

func named(ctx context.Context) string {
	n, _ := ctx.Value(nameKey{}).(string)
	return n
}

// timed returns what to call when a statement has answered.
func (c *conn) timed(ctx context.Context, q string) func() {
	s := c.pool.slow.Load()
	if s == nil {
		return func() {}
	}
	began := time.Now()
	return func() {
		if took := time.Since(began); took >= s.after {
			s.tell(ctx, Slow{UseCase: c.useCase, Statement: q, Took: took})
		}
	}
}
