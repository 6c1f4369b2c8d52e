package certificate

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// CloseMonth keeps every company's rates at the end of a month within the caller's transaction, for databases
// that are made up; the job does it batch by batch.
func (s *Service) CloseMonth(ctx context.Context, tx db.Tx, month day.Date) error {
	after := rbac.CompanyID(0)
	for {
		last, err := s.closeMonth(ctx, tx, month, after, closeBatch)
		if err != nil || last == 0 {
			return err
		}
		after = last
	}
}
