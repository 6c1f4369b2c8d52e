package main

import (
	"context"
	"errors"
	"io"

	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/modules/attachment"
	"anbiao/modules/company"
	"anbiao/modules/hazard"
	"anbiao/modules/notice"
	"anbiao/modules/risk"
	"anbiao/modules/selfreport"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// glueReports gives the self-reports what they ask of other modules beyond ledger and card.
func (h *house) glueReports() {
	s := h.selfreport
	s.Bound, s.Claim, s.TellMany, s.Entries, s.Others, s.Picture = boundFirms, h.attachment.Claim, tellFirms, hazardEntries, riskCycles, h.strokes
	h.transfer.Exporters = append(h.transfer.Exporters,
		transfer.Exporter{Kind: "report-rates", Action: selfreport.ActionRate, Columns: selfreport.RateColumns, Pages: s.ExportRates},
		transfer.Exporter{Kind: "report-bound", Action: selfreport.ActionRate, Columns: selfreport.BoundColumns, Pages: s.ExportBounds})
}

func boundFirms(ctx context.Context, tx db.Tx, q selfreport.Wanted) ([]selfreport.Firm, error) {
	found, err := company.Entered(ctx, tx, company.Wanted(q))
	firms := make([]selfreport.Firm, len(found))
	for i, f := range found {
		firms[i] = selfreport.Firm(f)
	}
	return firms, err
}

// tellFirms tells the holders of some roles in many companies, by one statement for the people
// and one for the messages.
func tellFirms(ctx context.Context, tx db.Tx, list []selfreport.Note, roles ...string) error {
	firms := make([]rbac.CompanyID, len(list))
	for i, n := range list {
		firms[i] = n.CompanyID
	}
	people, err := account.Holding(ctx, tx, firms, roles...)
	if err != nil {
		return err
	}
	var notes []notice.Note
	for _, n := range list {
		for _, p := range people[n.CompanyID] {
			notes = append(notes, notice.Note{
				Person: p, Company: n.CompanyID, Noun: "selfreport", Object: int64(n.ReportID), Code: n.Code, Params: n.Params, Key: n.Key + "|" + p.String(),
			})
		}
	}
	_, err = notice.Remind(ctx, tx, notes...)
	return err
}

func hazardEntries(ctx context.Context, tx db.Tx, scope rbac.Scope, c id.Of[id.Company], p selfreport.Period) ([]map[string]string, error) {
	return hazard.InPeriod(ctx, tx, scope, c, p.From, p.Until)
}

// riskCycles are the risk reports asked for in a region; the risk register keeps them.
func riskCycles(region string, on day.Date) (list []selfreport.Elsewhere) {
	for _, c := range risk.On(on).CyclesOf(region) {
		list = append(list, selfreport.Elsewhere{ID: c.ID, Zh: c.Zh, En: c.En, Period: "event", Page: "/risk/reports?cycle=" + c.ID, Conf: c.Conf})
	}
	return list
}

// strokes is the picture of a drawn signature as it is shown; nil if it is gone.
func (h *house) strokes(ctx context.Context, tx db.Tx, c id.Of[id.Company], n id.Of[id.Attachment]) ([]byte, error) {
	found, err := attachment.Known(ctx, tx, c, []id.Of[id.Attachment]{n})
	if err != nil || len(found) == 0 || found[0].DisplayKey == "" {
		return nil, err
	}
	r, err := h.attachment.Blobs.Open(ctx, found[0].DisplayKey)
	if errors.Is(err, blob.ErrAbsent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	return b, errors.Join(err, r.Close())
}
