package instrument

import (
	"context"

	"anbiao/kit/db"
)

// Settled runs the job of a step.
func (s *Service) Settled(ctx context.Context, tx db.Tx, t Settle) error { return s.settle(ctx, tx, t) }

// HandedOut runs the job that hands a notice out.
func (s *Service) HandedOut(ctx context.Context, tx db.Tx, t HandOut) error {
	return s.handOut(ctx, tx, t)
}

// Urged runs the job that reminds.
func (s *Service) Urged(ctx context.Context, tx db.Tx, t Urge) error { return s.urge(ctx, tx, t) }

// ItemKey is the place of an item in the inbox.
var ItemKey = itemKey
