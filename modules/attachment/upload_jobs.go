package attachment

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// sweepUploads takes away uploads that are done or abandoned. It may be run again.
func (s *Service) sweepUploads(ctx context.Context, on day.Date) error {
	for {
		var gone []Sending
		err := s.Gate.System(ctx, "attachment.sweep", func(tx db.Tx, _ rbac.Scope) (err error) {
			gone, err = overdue(ctx, tx, tx.Now.Add(-abandoned), tx.Now.Add(-longest), batch)
			return err
		})
		if err != nil {
			return err
		}
		if err := s.removeUploads(ctx, gone); err != nil {
			return err
		}
		if len(gone) < batch {
			break
		}
	}
	// No upload lives that long: a piece of that day belongs to nothing, and to no row either
	// if the program died before it was counted.
	return s.removeBelow(ctx, piecesOf(on.AddDays(-4)))
}

func (s *Service) removeUploads(ctx context.Context, gone []Sending) error {
	for _, u := range gone {
		for _, key := range u.keys() {
			if err := s.Blobs.Delete(ctx, key); err != nil {
				return err
			}
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return s.Gate.System(ctx, "attachment.sweep", func(tx db.Tx, _ rbac.Scope) error { return dropSendings(ctx, tx, gone) })
}

func (s *Service) removeBelow(ctx context.Context, prefix string) error {
	var keys []string
	for info, err := range s.Blobs.List(ctx, prefix) {
		if err != nil {
			return err
		}
		keys = append(keys, info.Key)
	}
	for _, key := range keys {
		if err := s.Blobs.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
