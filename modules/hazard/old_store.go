package hazard

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// oldNumbers tells which numbers of an old ledger a company has copied.
func oldNumbers(ctx context.Context, tx db.Tx, company rbac.CompanyID, numbers db.Texts) (map[string]bool, error) {
	var found []string
	err := tx.WithContext(ctx).Raw("SELECT old_number FROM hazard WHERE company_id = ? AND old_number <> '' AND old_number = ANY(?)", int64(company), numbers).Scan(&found).Error
	out := map[string]bool{}
	for _, n := range found {
		out[n] = true
	}
	return out, err
}

// drawn is how many numbers one call draws at most (hazard_numbers).
const drawn = 1000

// manyNumbers is nextNumbers for any n.
func manyNumbers(ctx context.Context, tx db.Tx, county string, year, n int) (all []string, err error) {
	for len(all) < n {
		part, err := nextNumbers(ctx, tx, county, year, min(drawn, n-len(all)))
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return all, nil
}

// insertOld adds copied hazards with their steps, a few statements for all.
func insertOld(ctx context.Context, tx db.Tx, files []*file) error {
	rows := make([]Hazard, len(files))
	for i, f := range files {
		rows[i] = f.Hazard
	}
	if err := gorm.G[Hazard](tx.DB).CreateInBatches(ctx, &rows, 200); err != nil {
		return err
	}
	var steps []Step
	for i, f := range files {
		f.Hazard = rows[i]
		for j := range f.added {
			f.added[j].HazardID = f.ID
			steps = append(steps, f.added[j].Step)
		}
	}
	return gorm.G[Step](tx.DB).CreateInBatches(ctx, &steps, 500)
}
