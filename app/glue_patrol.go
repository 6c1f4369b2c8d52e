package main

import (
	"context"
	"fmt"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/hazard"
	"anbiao/modules/patrol"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// gluePatrol gives patrol what other modules know.
func (h *house) gluePatrol() {
	s := h.patrol
	s.NameOf, s.Claim, s.Tell, s.Find = nameOfCompany, h.attachment.ClaimIn, tellPatrol, h.patrolFound
	h.transfer.Exporters = append(h.transfer.Exporters,
		transfer.Exporter{Kind: "patrols", Action: patrol.ActionList, Columns: patrol.PatrolColumns, Pages: s.PatrolPage},
		transfer.Exporter{Kind: "patrol-coverage", Action: patrol.ActionCoverage, Columns: patrol.CoverageColumns, Pages: s.CoveragePage})
}

// patrolFound enters what a grid worker handed up into the company's ledger.
func (h *house) patrolFound(ctx context.Context, tx db.Tx, scope rbac.Scope, x patrol.Handed) (id.Of[id.Hazard], error) {
	photos := make([]id.Of[id.Attachment], len(x.Photos))
	for i, n := range x.Photos {
		photos[i] = id.Of[id.Attachment](n)
	}
	made, err := h.hazard.Inspected(ctx, tx, scope, x.CompanyID, hazard.Discovery{
		Ref: fmt.Sprintf("patrol|%d", int64(x.ID)), Source: hazard.GridPatrol, Place: x.Place, Description: x.Text, Photos: photos,
	})
	return made.ID, err
}
