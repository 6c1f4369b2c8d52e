package main

import (
	"context"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/inbox"
	"anbiao/modules/account"
	"anbiao/modules/due"
	"anbiao/modules/emergency"
	"anbiao/modules/enrolment"
	"anbiao/modules/grading"
	"anbiao/modules/hazard"
	"anbiao/modules/instrument"
	"anbiao/modules/listing"
	"anbiao/modules/notice"
	"anbiao/modules/patrol"
	"anbiao/modules/penalty"
	"anbiao/modules/risk"
	"anbiao/modules/selfreport"
	"anbiao/modules/transfer"
	"anbiao/modules/visit"
	"anbiao/rbac"
)

// glueInstrument gives instrument what other modules know.
func (h *house) glueInstrument() {
	s := h.instrument
	s.NameOf, s.Claim, s.Companies, s.Due, s.Tell = nameOfCompany, h.attachment.ClaimIn, h.oversight.Audience, due.PutAt, tellInstrument
	h.transfer.Exporters = append(h.transfer.Exporters,
		transfer.Exporter{Kind: "notice-receipts", Action: instrument.ActionSend, Columns: instrument.ReceiptColumns, Pages: s.ReceiptPage},
		transfer.Exporter{Kind: "owing-companies", Action: instrument.ActionCallList, Columns: instrument.OwingColumns, Pages: s.OwingPage})
	s.Feeds = []instrument.Feed{
		{Kind: "report", Action: selfreport.ActionReceive, Items: h.selfreport.Submitted},
		{Kind: "major", Action: hazard.ActionMajors, Items: h.hazard.ReportedMajors},
		{Kind: "extension", Action: hazard.ActionReview, Items: h.hazard.AskedOfOffice},
		{Kind: "direct", Action: hazard.ActionHandle, Items: h.hazard.UnansweredDirect},
		{Kind: "listing", Action: listing.ActionDecide, Items: h.listing.Asked},
		{Kind: "application", Action: grading.ActionDecide, Items: h.grading.Waiting},
		{Kind: "objection", Action: grading.ActionDecide, Items: h.grading.Objected},
		{Kind: "filing", Action: emergency.ActionDecide, Items: h.emergency.Unchecked},
		{Kind: "risk_report", Action: risk.ActionReports, Items: h.risk.Fresh},
		{Kind: "appeal", Action: enrolment.ActionDecide, Items: h.enrolment.Appealed},
		{Kind: "claim", Action: enrolment.ActionCheck, Items: h.enrolment.Claimed},
		{Kind: "patrol_handed", Action: patrol.ActionAnswer, Items: h.patrol.Waiting},
		{Kind: "penalty", Action: penalty.ActionDecide, Items: penaltiesWaiting},
		{Kind: "order", Action: visit.ActionInform, Items: h.visit.Waiting},
		{Kind: "missive_reply", Action: instrument.ActionWrite, Items: s.Waiting},
		{Kind: "missive_received", Action: instrument.ActionAnswer, Items: s.Received},
	}
}

// penaltiesWaiting are the penalties to publish, the repairs asked for, and the listings as dishonest to decide or to end.
func penaltiesWaiting(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) ([]inbox.Item, error) {
	rows, err := penalty.Waiting(ctx, tx, scope, limit)
	out := make([]inbox.Item, len(rows))
	for i, r := range rows {
		out[i] = inbox.Item{
			Kind: strings.ReplaceAll(r.Kind, "-", "_"), Ref: r.ID, Title: r.Title, CompanyID: r.CompanyID, Company: r.Company, Region: r.Region, Since: r.Since, DueOn: r.DueOn, Path: r.Path,
		}
	}
	return out, err
}

// tellInstrument writes the messages of a letter or notice: to those of each company who hold one of the roles, or to an office.
func tellInstrument(ctx context.Context, tx db.Tx, n instrument.Note) error {
	if n.OfficeID != 0 {
		return toldOffice(ctx, tx, notice.Note{Noun: n.Noun, Object: n.Object, Code: n.Code, Params: n.Params, Key: n.Key}, n.OfficeID)
	}
	by, err := account.Holding(ctx, tx, n.Companies, n.Roles...)
	if err != nil {
		return err
	}
	var notes []notice.Note
	for c, people := range by {
		for _, p := range people {
			notes = append(notes, notice.Note{Person: p, Company: c, Noun: n.Noun, Object: n.Object, Code: n.Code, Params: n.Params, Key: n.Key + "|" + c.String() + "|" + p.String()})
		}
	}
	_, err = notice.Remind(ctx, tx, notes...)
	return err
}

// toldOffice writes a message to everybody of an office.
func toldOffice(ctx context.Context, tx db.Tx, n notice.Note, office id.Of[id.Organisation]) error {
	all, err := account.Members(ctx, tx, office)
	if err != nil {
		return err
	}
	key := n.Key
	notes := make([]notice.Note, len(all))
	for i, o := range all {
		n.Person, n.Organisation, n.Key = o.PersonID, office, key+"|"+office.String()+"|"+o.PersonID.String()
		notes[i] = n
	}
	_, err = notice.Remind(ctx, tx, notes...)
	return err
}

// tellPatrol writes the messages of a visit or a thing handed up.
func tellPatrol(ctx context.Context, tx db.Tx, n patrol.Note) error {
	m := notice.Note{Company: n.CompanyID, Noun: n.Noun, Object: n.Object, Code: n.Code, Params: n.Params, Key: n.Key}
	if n.Firm {
		return told(ctx, tx, m, 0, 0, []string{"principal", "safety"})
	}
	if n.PersonID != 0 {
		m.Organisation = n.OfficeID
		return told(ctx, tx, m, n.PersonID, 0, nil)
	}
	officers, err := account.Overseeing(ctx, tx, n.Region, n.Line, "town")
	if err != nil {
		return err
	}
	notes := make([]notice.Note, len(officers))
	for i, o := range officers {
		m.Person, m.Organisation, m.Key = o.PersonID, o.OrganisationID, n.Key+"|"+o.PersonID.String()
		notes[i] = m
	}
	_, err = notice.Remind(ctx, tx, notes...)
	return err
}
