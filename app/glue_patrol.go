package main

import (
	"context"
	"strings"

	"anbiao/kit/db"
	"anbiao/modules/dossier"
	"anbiao/modules/patrol"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// gluePatrol gives patrol what other modules know.
func (h *house) gluePatrol() {
	s := h.patrol
	s.NameOf, s.Claim, s.Tell, s.Named = nameOfCompany, h.attachment.ClaimIn, tellPatrol, gridOfActor
	h.transfer.Exporters = append(h.transfer.Exporters,
		transfer.Exporter{Kind: "patrols", Action: patrol.ActionList, Columns: patrol.PatrolColumns, Pages: s.PatrolPage},
		transfer.Exporter{Kind: "patrol-coverage", Action: patrol.ActionCoverage, Columns: patrol.CoverageColumns, Pages: s.CoveragePage})
}

// gridOfActor are the companies whose responsible person of kind grid bears the actor's name.
func gridOfActor(ctx context.Context, tx db.Tx, by rbac.Actor, companies []rbac.CompanyID) (map[rbac.CompanyID]bool, error) {
	found, err := dossier.GridOf(ctx, tx, companies)
	own := map[rbac.CompanyID]bool{}
	for c, g := range found {
		if strings.TrimSpace(g.Name) == by.Name {
			own[c] = true
		}
	}
	return own, err
}
