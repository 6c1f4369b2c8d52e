package main

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/modules/accident"
	"anbiao/modules/account"
	"anbiao/modules/company"
	"anbiao/modules/due"
	"anbiao/modules/hazard"
	"anbiao/modules/notice"
	"anbiao/modules/rubric"
	"anbiao/modules/staff"
	"anbiao/modules/standardization"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// glueStandardization gives standardization what other modules know. It comes after every list.
func (h *house) glueStandardization() {
	s := h.standardization
	s.Load, s.Use, s.Offered, s.Performance = rubric.Load, rubric.Use, tablesOffered, accident.Performance
	s.People, s.FirmOf, s.Claim, s.Due, s.Tell = evaluators, evaluatedFirm, h.attachment.ClaimIn, due.PutAt, tellEvaluator
	s.Raise, s.Hazards = h.raiseScored, scoredHazards
	s.Sources = []standardization.Source{
		h.source("duty", "letters", "/letters", "signedOn", "staffName", "postName", "code"),
		h.source("check", "inspection-checks", "/checks/{on}/{id}", "startedOn", "pointName", "place"),
		h.source("hazard", "hazards", "/hazards/{id}", "foundOn", "number", "description"),
		h.source("certificate", "certificates", "/certificates/{id}", "validTo", "holderName", "kindName", "operationName"),
		h.source("report", "selfreports", "/reports/{id}", "submittedAt", "period"),
		h.source("drill", "emergency-drill", "/emergency/drills?id={id}", "heldOn", "name"),
		h.source("plan", "emergency-plan", "/emergency/plans?id={id}", "issuedOn", "name"),
		h.source("meeting", "meeting", "/meetings?id={id}", "heldOn", "title"),
		h.source("permit", "permits", "/permits/{id}", "from", "number", "content"),
		h.source("contractor", "contractor", "/contractors?id={id}", "", "name"),
		h.source("equipment", "equipment-special", "/equipment/special?id={id}", "", "name", "number"),
		h.source("machine", "equipment-machine", "/equipment/machines?id={id}", "", "name", "number"),
		h.source("protection", "protection-issue", "/protection/issues?id={id}", "issuedOn", "staffId", "item"),
		h.source("training", "training-records", "/training/records", "heldOn", "name", "title"),
		h.source("accident", "accident", "/accidents?id={id}", "happenedAt", "title"),
	}
}

// source makes records to be picked as evidence of a list that goes out as Excel: what a row is called by
// some of its columns, its day by another, and the page that shows it, where {id} is the row's and {on} its day.
func (h *house) source(key, kind, path, on string, title ...string) standardization.Source {
	i := slices.IndexFunc(h.transfer.Exporters, func(e transfer.Exporter) bool { return e.Kind == kind })
	if i < 0 {
		panic("standardization: no list goes out as " + kind) // a mistake of this file; every start and test meets it
	}
	e := h.transfer.Exporters[i]
	places := map[string]int{}
	for at, c := range e.Columns() {
		places[c.Key] = at
	}
	called := func(values []string) string {
		var parts []string
		for _, t := range title {
			if at, there := places[t]; there && values[at] != "" {
				parts = append(parts, values[at])
			}
		}
		return strings.Join(parts, " ")
	}
	return standardization.Source{Key: key, Page: func(ctx context.Context, words, cursor string, limit int) ([]standardization.Record, string, error) {
		rows, next, err := e.Pages(ctx, nil, cursor, limit)
		out := []standardization.Record{}
		for _, r := range rows {
			rec := standardization.Record{Ref: r.Key, Title: called(r.Values)}
			if at, there := places[on]; there && len(r.Values[at]) >= 10 {
				rec.On, _ = day.Parse(r.Values[at][:10]) // none where it is no day
			}
			rec.Path = strings.NewReplacer("{id}", r.Key, "{on}", rec.On.String()).Replace(path)
			if strings.Contains(rec.Title, words) {
				out = append(out, rec)
			}
		}
		return out, next, err
	}}
}

func tablesOffered(ctx context.Context, tx db.Tx, purpose scoring.Purpose, region string, on day.Date) ([]standardization.Table, error) {
	found, err := rubric.Published(ctx, tx, purpose, region, on)
	out := make([]standardization.Table, len(found))
	for i, r := range found {
		out[i] = standardization.Table{
			ID: r.ID, Code: r.Code, Version: r.Version, Title: r.Title, TitleEN: r.TitleEN, Region: r.Region, Issuer: r.Issuer, Total: r.Total, Items: r.Items, Scorable: r.Scorable,
		}
	}
	return out, err
}

func evaluators(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Staff]) (map[id.Of[id.Staff]]standardization.Person, error) {
	keys := make([]staff.Key, len(ids))
	for i, n := range ids {
		keys[i] = staff.Key{CompanyID: c, StaffID: n}
	}
	found, err := staff.Contacts(ctx, tx, keys)
	if err != nil {
		return nil, err
	}
	heads, err := account.Holding(ctx, tx, []rbac.CompanyID{c}, "principal")
	out := map[id.Of[id.Staff]]standardization.Person{}
	for k, p := range found {
		out[k.StaffID] = standardization.Person{ID: k.StaffID, Name: p.Name, LeftOn: p.LeftOn, Principal: p.PersonID != 0 && slices.Contains(heads[c], p.PersonID)}
	}
	return out, err
}

func evaluatedFirm(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (standardization.Firm, error) {
	found, err := company.Of(ctx, tx, scope, c)
	f := standardization.Firm{Name: found.Name, USCC: found.Code(), Address: found.Address, Industry: found.Industry, Contact: found.ContactName, Phone: found.ContactPhone}
	if found.StaffCount != nil {
		f.Staff = int(*found.StaffCount)
	}
	return f, err
}

// raiseScored makes a hazard of what an evaluation found.
func (h *house) raiseScored(ctx context.Context, tx db.Tx, scope rbac.Scope, m standardization.Mend) (id.Of[id.Hazard], error) {
	source := hazard.SelfCheck
	if m.Expert {
		source = hazard.Expert
	}
	return h.hazard.Enter(ctx, tx, scope, hazard.Discovery{
		Ref: m.Ref, Source: source, Place: m.Place, Description: m.Description, Category: "A13", Clause: m.Clause, Photos: m.Photos,
		Proposal: hazard.Proposal{OwnerID: m.OwnerID, DueOn: m.DueOn, Measures: "整改到符合要求：" + m.Measures},
	})
}

func scoredHazards(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, ids []id.Of[id.Hazard]) (map[id.Of[id.Hazard]]standardization.HazardState, error) {
	found, err := hazard.Standing(ctx, tx, scope, c, ids)
	out := map[id.Of[id.Hazard]]standardization.HazardState{}
	for _, x := range found {
		out[x.ID] = standardization.HazardState{ID: x.ID, Number: x.Number, State: string(x.State), OwnerName: x.OwnerName, DueOn: x.Deadline, MendedOn: x.CancelledOn}
	}
	return out, err
}

func tellEvaluator(ctx context.Context, tx db.Tx, n standardization.Note) error {
	k := staff.Key{CompanyID: n.CompanyID, StaffID: n.StaffID}
	found, err := staff.Contacts(ctx, tx, []staff.Key{k})
	if err != nil || found[k].PersonID == 0 {
		return err
	}
	note := notice.Note{Company: n.CompanyID, Noun: "standardization", Object: int64(n.EvaluationID), Code: n.Code, Params: n.Params, Key: "standardization|" + n.EvaluationID.String() + "|" + n.Key}
	return told(ctx, tx, note, found[k].PersonID, 0, nil)
}
