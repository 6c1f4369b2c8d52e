package main

import (
	"context"
	"errors"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/checklist"
	"anbiao/modules/company"
	"anbiao/modules/inspection"
	"anbiao/modules/risk"
	"anbiao/modules/staff"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// glueRisk gives the risk register the tree, pictures, and the standard that its controls are
// checked by.
func (h *house) glueRisk() {
	h.risk.Tree, h.risk.Firm, h.risk.Claim, h.risk.Pictures = staff.TreeOn, riskCard, h.attachment.Claim, plansOf
	h.risk.Blobs, h.risk.BaseURL = h.attachment.Blobs, h.checklist.BaseURL
	h.risk.Publish, h.risk.Checked = h.publishControl, lastAnswers
	h.transfer.Importers = append(h.transfer.Importers, transfer.Importer{
		Kind: "risk-events", Action: risk.ActionImport, Columns: risk.RosterColumns, Sample: risk.RosterSample,
		Identity: risk.RosterIdentity, Check: h.risk.CheckRoster, Save: h.risk.SaveRoster,
	})
	h.transfer.Exporters = append(h.transfer.Exporters, transfer.Exporter{Kind: "risk-events", Action: risk.ActionRead, Columns: risk.RosterColumns, Pages: h.risk.ExportPage})
}

func riskCard(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (risk.Card, error) {
	found, err := company.Of(ctx, tx, scope, c)
	return risk.Card{Name: found.Name, USCC: found.Code(), Address: found.Address, Industry: found.Industry}, err
}

// plansOf are uploaded pictures, as a plan is drawn over them.
func plansOf(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]risk.Picture, error) {
	found, err := attachment.Known(ctx, tx, c, ids)
	out := map[id.Of[id.Attachment]]risk.Picture{}
	for _, f := range found {
		if f.Width != nil && f.Height != nil {
			out[f.ID] = risk.Picture{Key: f.DisplayKey, Width: *f.Width, Height: *f.Height}
		}
	}
	return out, err
}

// publishControl makes a control an own item of the company's standard.
func (h *house) publishControl(ctx context.Context, tx db.Tx, scope rbac.Scope, i risk.Item) (string, error) {
	code, err := h.checklist.PutOwn(ctx, tx, scope, checklist.OwnItem{
		Code: i.Code, Requirement: i.Requirement, Method: i.Method, Frequency: i.Frequency, Group: "风险管控", Basis: i.Basis, Posts: i.Posts,
	}, i.PointID)
	f, ok := errors.AsType[*fault.Error](err)
	switch {
	case err == nil:
		return code, nil
	case checklist.ErrNoStandard.Is(err):
		return "", risk.ErrNoStandard.Because(err)
	case errors.Is(err, rbac.ErrNotFound) || checklist.ErrPointRetired.Is(err):
		return "", risk.ErrItem.At("body.pointId").Because(err)
	case ok && f.Kind == fault.Invalid:
		return "", risk.ErrItem.At("body.requirement").Because(err)
	}
	return "", err
}

func lastAnswers(ctx context.Context, tx db.Tx, c rbac.CompanyID, codes []string) (map[string]risk.Answer, error) {
	found, err := inspection.LastAnswers(ctx, tx, c, codes)
	out := map[string]risk.Answer{}
	for _, a := range found {
		out[a.Code] = risk.Answer{On: a.On, Result: a.Result}
	}
	return out, err
}
