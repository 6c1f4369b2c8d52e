package listing

import (
	"context"
	"testing"

	"anbiao/kit/day"
	"anbiao/kit/db"
)

// Settled runs the job of a step.
func (s *Service) Settled(ctx context.Context, tx db.Tx, t Settle) error { return s.settle(ctx, tx, t) }

// Later is the order with its days in the last quarter of the year.
func (o Order) Later(t *testing.T) Order {
	t.Helper()
	o.PlanBy, o.FinishBy = day.Of(2026, 10, 20), day.Of(2026, 12, 20)
	return o
}
