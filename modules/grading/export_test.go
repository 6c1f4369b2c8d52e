package grading

import (
	"context"

	"anbiao/kit/db"
)

// Settled runs the job of a step.
func (s *Service) Settled(ctx context.Context, tx db.Tx, t Settle) error { return s.settle(ctx, tx, t) }

// Scanned runs the daily job.
func (s *Service) Scanned(ctx context.Context, tx db.Tx, t Scan) error { return s.scan(ctx, tx, t) }
