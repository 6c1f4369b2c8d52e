package main

import (
	"context"
	"fmt"

	"anbiao/kit/db"
	"anbiao/modules/archive"
	"anbiao/modules/certificate"
	"anbiao/modules/company"
	"anbiao/modules/notice"
	"anbiao/modules/secret"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// opening says who may see the values of a sealed column. Those that are not here nobody is shown: addresses with
// keys in them, keys.
var opening = map[string]rbac.Action{
	"staff_person.identity":      staff.ActionReveal,
	"training_newcomer.identity": staff.ActionReveal,
	"certificate.number":         certificate.ActionReveal,
	"certificate_claim.number":   certificate.ActionReveal,
}

// glueArchive tells exports which columns are sealed, and whom to tell.
func (h *house) glueArchive() {
	s := h.archive
	s.Blobs, s.Box, s.ActorOf = h.ground.files, h.box, h.account.ActorOfMembership
	s.Sealed = sealedColumns()
	h.glueErasure()
	s.Company = func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (string, error) {
		found, err := company.Of(ctx, tx, scope, c)
		return found.Name, err
	}
	s.Tell = func(ctx context.Context, tx db.Tx, n archive.Note) error {
		key := fmt.Sprintf("archive|%s|%s|%s", n.CompanyID, n.BundleID, n.Code)
		return told(ctx, tx, notice.Note{Company: n.CompanyID, Noun: "archive_bundle", Object: int64(n.BundleID), Code: n.Code, Params: n.Params, Key: key}, n.Person, 0, nil)
	}
}

// sealedColumns are those of companies' tables.
func sealedColumns() (out []archive.Sealed) {
	for _, c := range secret.Columns {
		if c.Company != "" {
			out = append(out, archive.Sealed{Table: c.Table, Column: c.Name, Label: c.Label, Action: opening[c.Label]})
		}
	}
	return out
}
