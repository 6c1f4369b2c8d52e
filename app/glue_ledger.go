package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/hazard"
	"anbiao/modules/oversight"
	"anbiao/modules/staff"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// glueLedger gives the hazard ledger what it needs of the others.
func (h *house) glueLedger() {
	h.hazard.Terms, h.hazard.Called = orderTerms, calledMembers
	h.transfer.Importers = append(h.transfer.Importers, transfer.Importer{
		Kind: "hazards", Action: hazard.ActionImport, Columns: hazard.OldColumns, Sample: hazard.OldSample,
		Identity: hazard.OldIdentity, Check: h.hazard.CheckOld, Save: h.hazard.SaveOld,
	})
}

// calledMembers finds people of the staff by what a sheet calls them.
func calledMembers(ctx context.Context, tx db.Tx, c rbac.CompanyID, words []string) (map[string][]hazard.Member, error) {
	named, err := staff.Called(ctx, tx, c, nil, words)
	if err != nil {
		return nil, err
	}
	keys := make([]staff.Key, len(named))
	for i, n := range named {
		keys[i] = staff.Key{CompanyID: c, StaffID: id.Of[id.Staff](n.ID)}
	}
	found, err := staff.Contacts(ctx, tx, keys)
	out := map[string][]hazard.Member{}
	for i, n := range named {
		p, ok := found[keys[i]]
		if !ok {
			continue
		}
		m := hazard.Member{ID: keys[i].StaffID, Person: p.PersonID, Name: p.Name, Unit: p.Unit}
		for _, w := range append([]string{n.Name}, n.Also...) {
			if w = strings.ToLower(w); w != "" && !slices.Contains(out[w], m) {
				out[w] = append(out[w], m)
			}
		}
	}
	return out, err
}

// orderTerms are the terms of asking for more time under an order: its window, and the day by
// which a request is answered: where next year's holidays are not published yet, without the
// move to a working day.
func orderTerms(deadline, asked day.Date) (opens, answerBy day.Date, err error) {
	o := oversight.OrderOn(deadline)
	raw, answerBy, err := o.Reply(calendar.China(), asked)
	if missing := (calendar.MissingYearError{}); errors.As(err, &missing) {
		answerBy, err = raw, nil
	}
	return o.Window(deadline).Opens, answerBy, err
}
