package main

import (
	"context"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/company"
	"anbiao/modules/due"
	"anbiao/modules/hazard"
	"anbiao/modules/listing"
	"anbiao/modules/notice"
	"anbiao/rbac"
)

// glueListing gives listed supervision the ledger it lies over.
func (h *house) glueListing() {
	s := h.listing
	s.Overseen, s.Mark, s.Unmark, s.Extend = h.overseen, h.markListed, h.hazard.Delisted, h.hazard.Extended
	s.NameOf, s.Claim, s.Tell, s.Due = nameOfCompany, h.attachment.ClaimIn, tellListing, due.PutAt
}

func (h *house) overseen(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Hazard]) (listing.Hazard, error) {
	x, planned, err := h.hazard.Overseen(ctx, tx, scope, n)
	return listing.Hazard{
		ID: x.ID, CompanyID: x.CompanyID, Number: x.Number, Text: x.Description, Place: x.Place, Major: x.Level == hazard.Major,
		Closed: x.State == hazard.Voided || x.State == hazard.Moved, Cancelled: x.State == hazard.Cancelled,
		Evaluated: x.State == hazard.SelfEvaluated || x.State == hazard.UnderReview || x.State == hazard.Cancelled,
		ListedOn:  x.ListedOn, DelistedOn: x.DelistedOn, Deadline: x.Deadline, PlanFiledOn: planned,
	}, err
}

func (h *house) markListed(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Hazard], level string, on, finishBy day.Date, note string) error {
	return h.hazard.Listed(ctx, tx, scope, n, hazard.Listing{Level: level, On: on, Note: note, Deadline: finishBy})
}

func nameOfCompany(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (string, error) {
	found, err := company.Of(ctx, tx, scope, c)
	return found.Name, err
}

func tellListing(ctx context.Context, tx db.Tx, n listing.Note) error {
	key := fmt.Sprintf("listing|%s|%s|%d", n.CompanyID, n.ListingID, n.Step)
	return told(ctx, tx, notice.Note{Company: n.CompanyID, Noun: "listing", Object: int64(n.ListingID), Code: n.Code, Params: n.Params, Key: key}, 0, 0, n.Roles)
}
