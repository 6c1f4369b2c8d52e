package main

import (
	"context"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/notice"
	"anbiao/modules/oversight"
	"anbiao/modules/penalty"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// gluePenalty gives penalty what other modules know.
func (h *house) gluePenalty() {
	s := h.penalty
	s.NameOf, s.Claim, s.Tell = nameOfCompany, h.attachment.ClaimIn, tellPenalty
	s.Term = func(listed day.Date) (penalty.Term, bool) {
		r, ok := oversight.DishonestyOn(listed)
		l := r.From(listed)
		return penalty.Term{LastDay: l.LastDay, EarlyOn: l.EarlyOn}, ok
	}
	s.Touch = func(ctx context.Context, tx db.Tx, c rbac.CompanyID) error { return touched(ctx, tx, c) }
	h.transfer.Importers = append(h.transfer.Importers, transfer.Importer{
		Kind: "penalties", Action: penalty.ActionDecide, Columns: penalty.RosterColumns, Sample: penalty.RosterSample, Identity: penalty.RosterIdentity, Check: s.CheckRoster, Save: s.SaveRoster,
	})
	h.transfer.Exporters = append(h.transfer.Exporters,
		transfer.Exporter{Kind: "penalties", Action: penalty.ActionList, Columns: penalty.RosterColumns, Pages: s.ExportPage},
		transfer.Exporter{Kind: "dishonesty", Action: penalty.ActionList, Columns: penalty.DishonestyColumns, Pages: s.DishonestyPage})
}

func tellPenalty(ctx context.Context, tx db.Tx, n penalty.Note) error {
	key := fmt.Sprintf("%s|%s|%d|%s", n.Noun, n.CompanyID, n.Object, n.Step)
	return told(ctx, tx, notice.Note{Company: n.CompanyID, Noun: n.Noun, Object: n.Object, Code: n.Code, Params: n.Params, Key: key}, 0, 0, n.Roles)
}
