package hazard

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// unitsOf reads the units that answer for hazards: the database follows the owner.
func unitsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, files []*file) (map[id.Of[id.Hazard]]id.Of[id.Unit], error) {
	ids := make(db.Ints, len(files))
	for i, f := range files {
		ids[i] = int64(f.ID)
	}
	var rows []struct {
		ID     id.Of[id.Hazard]
		UnitID id.Of[id.Unit]
	}
	err := tx.WithContext(ctx).Raw("SELECT id, unit_id FROM hazard WHERE company_id = ? AND id = ANY(?) AND unit_id IS NOT NULL", int64(company), ids).Scan(&rows).Error
	out := map[id.Of[id.Hazard]]id.Of[id.Unit]{}
	for _, r := range rows {
		out[r.ID] = r.UnitID
	}
	return out, err
}
