package main

import (
	"anbiao/modules/patrol"
	"anbiao/modules/transfer"
)

// gluePatrol gives patrol what other modules know.
func (h *house) gluePatrol() {
	s := h.patrol
	s.NameOf, s.Claim, s.Tell = nameOfCompany, h.attachment.ClaimIn, tellPatrol
	h.transfer.Exporters = append(h.transfer.Exporters,
		transfer.Exporter{Kind: "patrols", Action: patrol.ActionList, Columns: patrol.PatrolColumns, Pages: s.PatrolPage},
		transfer.Exporter{Kind: "patrol-coverage", Action: patrol.ActionCoverage, Columns: patrol.CoverageColumns, Pages: s.CoveragePage})
}
