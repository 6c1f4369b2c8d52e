package main

import (
	"context"
	"fmt"

	"anbiao/kit/db"
	"anbiao/modules/company"
	"anbiao/modules/due"
	"anbiao/modules/fund"
	"anbiao/modules/notice"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// glueFund gives the safety fund what it needs of others.
func (h *house) glueFund() {
	h.fund.Firm, h.fund.Claim, h.fund.Due, h.fund.Tell = fundCard, h.attachment.Claim, due.PutAt, tellFund
	h.fund.Touch = func(ctx context.Context, tx db.Tx, c rbac.CompanyID) error { return touched(ctx, tx, c) }
	h.fund.Tree = staff.TreeOn
	h.glueFundUse()
}

func fundCard(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (fund.Card, error) {
	found, err := company.Of(ctx, tx, scope, c)
	if err != nil {
		return fund.Card{}, err
	}
	return fund.Card{Name: found.Name, USCC: found.Code(), Industry: found.Industry, Address: found.Address}, nil
}

func tellFund(ctx context.Context, tx db.Tx, n fund.Note) error {
	note := notice.Note{Company: n.Company, Noun: "fund", Object: n.Object, Code: n.Code, Params: n.Params, Key: fmt.Sprintf("fund|%s|%s", n.Company, n.Key)}
	return told(ctx, tx, note, n.Person, n.Except, n.Roles)
}
