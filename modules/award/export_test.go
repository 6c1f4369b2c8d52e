package award

import (
	"context"

	"anbiao/kit/db"
)

// Settled runs the job of a step.
func (s *Service) Settled(ctx context.Context, tx db.Tx, t Settle) error { return s.settle(ctx, tx, t) }

// RankOf is the rank of a regulator over a region.
func RankOf(areas []string, region string) string { return rankOf(areas, region) }

// KeyOf is the key of a line in an order.
func KeyOf(sort string) func(Line) []string { return keyOf(sort) }
