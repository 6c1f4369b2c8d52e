package main

import (
	"context"
	"fmt"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/company"
	"anbiao/modules/emergency"
	"anbiao/modules/hazard"
	"anbiao/modules/notice"
	"anbiao/rbac"
)

// glueEmergency gives plans and drills what other modules know.
func (h *house) glueEmergency() {
	s := h.emergency
	s.Firm, s.Claim, s.Tell, s.Raise = emergencyFacts, h.attachment.Claim, tellEmergency, h.raiseFinding
}

func emergencyFacts(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (emergency.Facts, error) {
	found, err := company.Of(ctx, tx, scope, c)
	if err != nil {
		return emergency.Facts{}, err
	}
	return emergency.Facts{Name: found.Name, USCC: found.Code(), Address: found.Address, Industry: found.Industry, Tags: found.Tags, Contact: found.ContactName}, nil
}

// raiseFinding makes a hazard of what a drill showed.
func (h *house) raiseFinding(ctx context.Context, tx db.Tx, scope rbac.Scope, f emergency.Finding) (id.Of[id.Hazard], error) {
	return h.hazard.Enter(ctx, tx, scope, hazard.Discovery{
		Ref: f.Ref, Source: hazard.Drill, Place: f.Place, Description: f.Description, Category: "A09", Clause: "生产安全事故应急条例第六条、第八条", Photos: f.Photos,
	})
}

func tellEmergency(ctx context.Context, tx db.Tx, n emergency.Note) error {
	key := fmt.Sprintf("emergency|%s|%s|%s", n.CompanyID, n.FilingID, n.Code)
	return told(ctx, tx, notice.Note{Company: n.CompanyID, Noun: "emergency_filing", Object: int64(n.FilingID), Code: n.Code, Params: n.Params, Key: key}, 0, 0, n.Roles)
}
