package main

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/due"
	"anbiao/modules/equipment"
	"anbiao/modules/hazard"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// glueEquipment gives the tests of equipment what follows from them.
func (h *house) glueEquipment() {
	h.equipment.Raise, h.equipment.Due, h.equipment.Claim, h.equipment.Firm = h.raiseTest, due.PutAt, h.attachment.Claim, nameOf
	h.transfer.Exporters = append(h.transfer.Exporters, transfer.Exporter{Kind: "press-owners", Action: equipment.ActionPress, Columns: equipment.ExportColumns, Pages: h.equipment.ExportPage})
}

// raiseTest enters what a test found wrong, proposed to whom the thing belongs.
func (h *house) raiseTest(ctx context.Context, tx db.Tx, scope rbac.Scope, f equipment.Finding) (id.Of[id.Hazard], error) {
	source := hazard.SelfCheck
	if f.ByInstitute {
		source = hazard.Expert
	}
	return h.hazard.Enter(ctx, tx, scope, hazard.Discovery{
		Ref: f.Ref, Source: source, Place: f.Place, PointID: f.PointID, Description: f.Description, Category: f.Category, Clause: f.Clause,
		Proposal: hazard.Proposal{OwnerID: f.OwnerID, Measures: "停用，整改后复检合格方可恢复使用"},
	})
}
