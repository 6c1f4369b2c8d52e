package notice

import (
	"context"

	"anbiao/kit/db"
)

// FoldForTest folds one batch in a transaction of the caller's.
func (s *Service) FoldForTest(ctx context.Context, tx db.Tx) error { return s.fold(ctx, tx, Fold{}) }
