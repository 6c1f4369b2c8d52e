package hazard

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// OwnedCount counts the open hazards that a person answers for.
func OwnedCount(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (n int, err error) {
	err = tx.WithContext(ctx).Raw("SELECT count(*) FROM hazard h WHERE h.company_id = ? AND h.owner_id = ? AND "+openRow, int64(company), int64(who)).Scan(&n).Error
	return n, err
}

// ownedBy locks and returns them.
func ownedBy(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (rows []Hazard, err error) {
	err = tx.WithContext(ctx).Table("hazard h").Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("h.company_id = ? AND h.owner_id = ?", int64(company), int64(who)).Where(openRow).Order("h.id").Find(&rows).Error
	return rows, err
}

// handOwned saves the new owner, one for all, with the step of each.
func handOwned(ctx context.Context, tx db.Tx, company rbac.CompanyID, files []*file, steps []Step) error {
	ids := make(db.Ints, len(files))
	for i, f := range files {
		ids[i] = int64(f.ID)
	}
	to := files[0].Hazard
	err := tx.WithContext(ctx).Exec(`UPDATE hazard SET owner_id = ?, owner_person_id = ?, owner_name = ?, owner_unit = ?, steps = steps + 1, changed_at = ?
		WHERE company_id = ? AND id = ANY(?)`, to.OwnerID, to.OwnerPersonID, to.OwnerName, to.OwnerUnit, tx.Now, int64(company), ids).Error
	if err != nil {
		return err
	}
	return gorm.G[Step](tx.DB).CreateInBatches(ctx, &steps, 500)
}
