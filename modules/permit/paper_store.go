package permit

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// numbersKnown tells which numbers a company has.
func numbersKnown(ctx context.Context, tx db.Tx, company rbac.CompanyID, numbers db.Texts) (map[string]bool, error) {
	var found []string
	err := tx.WithContext(ctx).Raw("SELECT number FROM permit WHERE company_id = ? AND number = ANY(?)", int64(company), numbers).Scan(&found).Error
	out := map[string]bool{}
	for _, n := range found {
		out[n] = true
	}
	return out, err
}

// insertPaper adds copied permits with the step of each, a few statements for all.
func insertPaper(ctx context.Context, tx db.Tx, list []Permit, by string) error {
	if err := gorm.G[Permit](tx.DB).CreateInBatches(ctx, &list, 500); err != nil {
		return err
	}
	steps := make([]Step, len(list))
	for i, p := range list {
		steps[i] = Step{
			CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, PermitID: p.ID, N: 1, Event: Copy, ToState: Closed,
			At: *p.ClosedAt, ReceivedAt: tx.Now, ActorName: by, Files: db.Ints{},
		}
	}
	return gorm.G[Step](tx.DB).CreateInBatches(ctx, &steps, 500)
}
