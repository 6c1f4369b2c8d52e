package main

import (
	"context"
	"fmt"

	"anbiao/kit/db"
	"anbiao/modules/archive"
	"anbiao/modules/company"
	"anbiao/modules/notice"
	"anbiao/rbac"
)

// glueErasure tells erasures what a company is called, and whom to tell.
func (h *house) glueErasure() {
	h.archive.Card = func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (name, code string, err error) {
		found, err := company.Of(ctx, tx, scope, c)
		return found.Name, found.USCC, err
	}
	h.archive.TellAsked = func(ctx context.Context, tx db.Tx, e archive.Erasure, code string) error {
		n := notice.Note{Company: e.CompanyID, Noun: "archive_erasure", Object: int64(e.ID), Code: code, Key: fmt.Sprintf("erasure|%s|%s|%s", e.CompanyID, e.ID, e.State)}
		n.Params = map[string]string{"day": e.EraseOn.String(), "note": e.Answer}
		if e.State == archive.Stopped {
			n.Params["note"] = e.EndedNote
		}
		return told(ctx, tx, n, e.AskedPersonID, 0, nil)
	}
}
