package main

import (
	"context"
	"errors"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/modules/attachment"
	"anbiao/modules/company"
	"anbiao/modules/division"
	"anbiao/modules/due"
	"anbiao/modules/hazard"
	"anbiao/modules/listing"
	"anbiao/rbac"
)

// glueMajors gives the treatment of major hazards what other modules know.
func (h *house) glueMajors() {
	m := &h.hazard.Majors
	m.Officers, m.Colleagues, m.Office = overseers, mates, officeName
	m.ClaimIn, m.Files = h.attachment.ClaimIn, signatureFiles
	m.Due, m.ReviewBy, m.Card = due.PutAt, reviewBy, majorCard
}

// overseers are who is told of a major hazard: those who may close it.
func overseers(ctx context.Context, tx db.Tx, region string, line int16) ([]hazard.Officials, error) {
	found, err := account.Overseeing(ctx, tx, region, line, "city", "county")
	return officials(found), err
}

func mates(ctx context.Context, tx db.Tx, scope rbac.Scope) ([]hazard.Officials, error) {
	_, found, err := account.Colleagues(ctx, tx, scope)
	return officials(found), err
}

func officeName(ctx context.Context, tx db.Tx, scope rbac.Scope) (string, error) {
	name, _, err := account.Colleagues(ctx, tx, scope)
	return name, err
}

func officials(found []account.Officer) []hazard.Officials {
	out := make([]hazard.Officials, len(found))
	for i, o := range found {
		out[i] = hazard.Officials{Organisation: o.OrganisationID, Person: o.PersonID, Name: o.Name}
	}
	return out
}

func signatureFiles(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]hazard.File, error) {
	found, err := attachment.Known(ctx, tx, c, ids)
	out := map[id.Of[id.Attachment]]hazard.File{}
	for _, f := range found {
		out[f.ID] = hazard.File{SHA256: f.SHA256, Display: f.DisplayKey}
	}
	return out, err
}

// reviewBy is until when the regulator must have been on site (order 16 of 2007, art. 18).
func reviewBy(asked day.Date) (day.Date, error) {
	form, ok := listing.By("national_order16")
	if !ok {
		return day.Date{}, nil
	}
	raw, by, _, err := form.Review(calendar.China(), asked)
	if missing := (calendar.MissingYearError{}); errors.As(err, &missing) { // next year's holidays are not published yet
		return raw, nil
	}
	return by, err
}

func majorCard(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (hazard.Card, error) {
	found, err := company.Of(ctx, tx, scope, c)
	if err != nil {
		return hazard.Card{}, err
	}
	area, err := division.Full(ctx, tx, found.RegionPath)
	return hazard.Card{
		Name: found.Name, Address: found.Address, Division: area, Contact: found.ContactName, Phone: found.ContactPhone, Industry: found.Industry,
	}, err
}
