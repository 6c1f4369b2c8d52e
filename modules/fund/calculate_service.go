package fund

import (
	"context"

	"anbiao/kit/accrual"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Calculate works out a year that is not kept anywhere, by the rates of today. Errors: those of a field of the year.
func (s *Service) Calculate(ctx context.Context, y accrual.Year) (r accrual.Result, err error) {
	err = s.Gate.Read(ctx, ActionRules, func(tx db.Tx, _ rbac.Scope) error {
		all, err := rulesNow(ctx, tx)
		if err != nil {
			return err
		}
		r, err = accrual.Compute(all, y)
		return blamed(err, "body.", y)
	})
	return r, err
}
