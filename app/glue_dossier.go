package main

import (
	"context"
	"slices"

	"anbiao/kit/db"
	"anbiao/modules/dossier"
	"anbiao/modules/livescore"
	"anbiao/modules/transfer"
	"anbiao/modules/visit"
	"anbiao/rbac"
)

// glueDossier gives dossier what other modules know. It comes after every list.
func (h *house) glueDossier() {
	s := h.dossier
	s.BaseURL, s.Periods, s.Rows, s.Unannounced = h.ground.baseURL(), livescore.Read, lightRows, visit.Unannounced
	s.Sections = h.sections()
	h.transfer.Importers = append(h.transfer.Importers, transfer.Importer{
		Kind: "responsible", Action: dossier.ActionName, Columns: dossier.RosterColumns, Sample: dossier.RosterSample, Identity: dossier.RosterIdentity, Check: s.CheckRoster, Save: s.SaveRoster,
	})
	h.transfer.Exporters = append(h.transfer.Exporters, transfer.Exporter{Kind: "responsible", Action: dossier.ActionPeople, Columns: dossier.RosterColumns, Pages: s.ExportPage})
}

// lightRows opens one metric of a light, what falls short first.
func lightRows(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, metric, path string, limit int) ([]dossier.Behind, error) {
	rows, err := metricRows(only(measured(), metric), path)(ctx, tx, scope, company, limit)
	out := make([]dossier.Behind, len(rows))
	for i, r := range rows {
		out[i] = dossier.Behind{Noun: r.Noun, ID: r.ID, Title: r.Title, On: r.On, Path: r.Path, Counts: !r.Counts} // a standing counts what costs points
	}
	slices.SortStableFunc(out, func(a, b dossier.Behind) int {
		switch {
		case a.Counts == b.Counts:
			return 0
		case a.Counts:
			return 1
		}
		return -1
	})
	return out, err
}

// table is the list of a kind that goes out as Excel, for a dossier: its columns and rows in the reader's name.
func (h *house) table(kind, path, row string, filters map[string][]string, keep ...string) dossier.Table {
	for _, e := range h.transfer.Exporters {
		if e.Kind == kind {
			return dossier.Table{Key: kind, Action: e.Action, Columns: e.Columns, Keep: keep, Filters: filters, Pages: e.Pages, Path: path, Row: row}
		}
	}
	panic("dossier: no list goes out as " + kind) // a mistake of the glue; every start and test meets it
}
