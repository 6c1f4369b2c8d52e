package main

import (
	"slices"

	"anbiao/kit/text"
	"anbiao/modules/checklist"
	"anbiao/modules/due"
	"anbiao/modules/staff"
	"anbiao/modules/transfer"
	"anbiao/rbac"
	"anbiao/web/register"
)

// registers are the lists that a company keeps, of every module.
func (h *house) registers() []register.Register {
	return slices.Concat(
		h.accident.Registers(),
		h.contractor.Registers(),
		h.emergency.Registers(),
		h.equipment.Registers(),
		h.meeting.Registers(),
		h.protection.Registers(),
	)
}

// glueRegisters gives every register the names it refers to, and its Excel both ways.
func (h *house) glueRegisters() {
	needs := &register.Needs{People: staff.Called, Units: staff.UnitsCalled, Points: checklist.PointsCalled, Claim: h.attachment.Claim, Due: due.PutAt}
	for _, r := range h.registers() {
		r.Use(needs)
		f := r.Form()
		h.transfer.Importers = append(h.transfer.Importers, transfer.Importer{
			Kind: f.Kind, Action: rbac.Action(f.Write), Columns: r.Columns, Sample: r.Sample, Identity: r.Identity, Check: r.CheckRows, Save: r.SaveRows,
		})
		h.transfer.Exporters = append(h.transfer.Exporters, transfer.Exporter{
			Kind: f.Kind, Title: map[text.Lang]string{text.Chinese: f.TitleZh, text.English: f.TitleEn}, Action: rbac.Action(f.Read), Columns: r.Columns, Pages: r.Pages,
		})
	}
}
