package main

import (
	"context"

	"anbiao/kit/db"
	"anbiao/modules/account"
	"anbiao/modules/notice"
)

// tellAccount puts what happened to somebody's account into his inbox.
func tellAccount(ctx context.Context, tx db.Tx, to account.TellLifted, kind string, params map[string]string) error {
	_, err := notice.Remind(ctx, tx, notice.Note{
		Person: to.PersonID, Company: to.CompanyID, Organisation: to.OrganisationID, Noun: "account", Object: int64(to.PersonID), Code: kind, Params: params,
	})
	return err
}
