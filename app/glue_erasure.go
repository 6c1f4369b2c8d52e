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
	h.archive.TellPlatform = tellPlatform
}

// tellPlatform tells those who run the program that a company asks for its erasure; once it is answered or taken back,
// whoever has not read that does not have to.
func tellPlatform(ctx context.Context, tx db.Tx, e archive.Erasure) error {
	const noun = "archive_request"
	if e.State != archive.Asked {
		return notice.Withdraw(ctx, tx, e.CompanyID, noun, int64(e.ID))
	}
	to, err := admins(ctx, tx)
	if err != nil {
		return err
	}
	var notes []notice.Note
	for person, office := range to {
		notes = append(notes, notice.Note{
			Person: person, Company: e.CompanyID, Organisation: office, Noun: noun, Object: int64(e.ID), Code: "archive.erasure-asked",
			Params: map[string]string{"name": e.CompanyName, "reason": e.Reason}, Key: fmt.Sprintf("erasure-asked|%s|%s", e.ID, person),
		})
	}
	_, err = notice.Remind(ctx, tx, notes...)
	return err
}
