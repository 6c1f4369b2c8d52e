package main

import (
	"context"
	"fmt"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/text"
	"anbiao/modules/company"
	"anbiao/modules/dossier"
	"anbiao/modules/due"
	"anbiao/modules/fund"
	"anbiao/modules/notice"
	"anbiao/modules/oversight"
	"anbiao/modules/staff"
	"anbiao/modules/transfer"
	"anbiao/modules/visit"
	"anbiao/rbac"
)

// glueFund gives the safety fund what it needs of others.
func (h *house) glueFund() {
	h.fund.Firm, h.fund.Claim, h.fund.Due, h.fund.Tell = fundCard, h.attachment.Claim, due.PutAt, tellFund
	h.fund.Touch = touched
	h.fund.Tree = staff.TreeOn
	h.glueFundUse()
	h.transfer.Exporters = append(h.transfer.Exporters,
		transfer.Exporter{Kind: "fund-ledger", Action: fund.ActionLedger, Columns: fund.LedgerColumns, Pages: h.fund.ExportLedger},
		transfer.Exporter{Kind: "fund-vouchers", Action: fund.ActionEntries, Columns: fund.VoucherColumns, Pages: h.fund.ExportVouchers},
		transfer.Exporter{Kind: "area-funds", Action: fund.ActionArea, Columns: fund.FundColumns, Pages: h.fund.FundsPage},
	)
	h.transfer.Importers = append(h.transfer.Importers, transfer.Importer{
		Kind: "fund-months", Action: fund.ActionImport, Columns: fund.OldColumns, Sample: fund.OldSample, Identity: fund.OldIdentity, Check: h.fund.CheckOld, Save: h.fund.SaveOld,
	})
}

func fundCard(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (fund.Card, error) {
	found, err := company.Of(ctx, tx, scope, c)
	if err != nil {
		return fund.Card{}, err
	}
	return fund.Card{Name: found.Name, USCC: found.Code(), Industry: found.Industry, Address: found.Address}, nil
}

func tellFund(ctx context.Context, tx db.Tx, n fund.Note) error {
	noun := "fund"
	switch {
	case n.Object > 0:
		noun = "fund_expense"
	case n.Code == "fund.note-plan":
		noun = "fund_plan"
	}
	note := notice.Note{Company: n.Company, Noun: noun, Object: n.Object, Code: n.Code, Params: n.Params, Key: fmt.Sprintf("fund|%s|%s", n.Company, n.Key)}
	return told(ctx, tx, note, n.Person, n.Except, n.Roles)
}

// fundFacts are what the board shows of the running year's fund.
func fundFacts(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID]oversight.FundFacts, error) {
	found, err := fund.Facts(ctx, tx, ids, today)
	out := make(map[rbac.CompanyID]oversight.FundFacts, len(found))
	for _, f := range found {
		out[f.CompanyID] = oversight.FundFacts{Used: f.UsedFen, Due: f.DueFen}
	}
	return out, err
}

// fundBlock is what an officer asks of the fund on site: what was used of the year's due, and the months that are not closed.
func fundBlock(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (f visit.Facts, err error) {
	years, err := fund.Glances(ctx, tx, scope, c)
	if err != nil || len(years) == 0 {
		return visit.Facts{Tone: visit.Unmeasured}, err
	}
	f.Path = "/fund?companyId=" + c.String()
	today := day.In(tx.Now, day.Shanghai)
	for i, y := range years {
		tone := visit.Good
		months := int64(12)
		if int(y.Year) == today.Year() {
			months = int64(today.Month()) - 1
		}
		if y.Bound && y.UsedFen*1200 < y.DueFen*months*fund.UnderUse {
			tone = visit.Warn
		}
		if y.BalanceFen < 0 {
			tone = visit.Bad
		}
		if i == 0 {
			f.Num, f.Den, f.Tone = y.UsedFen/100, y.DueFen/100, tone
		}
		said := text.Say(text.Of(ctx), "fund.glance", map[string]string{
			"due": fen.Amount(y.DueFen).Yuan(), "accrued": fen.Amount(y.AccruedFen).Yuan(), "used": fen.Amount(y.UsedFen).Yuan(), "balance": fen.Amount(y.BalanceFen).Yuan(), "closed": strconv.Itoa(int(y.Closed)),
		})
		f.Lines = append(f.Lines, visit.Line{Title: strconv.Itoa(int(y.Year)), Note: said, Tone: tone})
	}
	return f, nil
}

// fundShown is the running year of the fund in a dossier.
func fundShown(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) ([]dossier.Fact, error) {
	years, err := fund.Glances(ctx, tx, scope, c)
	if err != nil || len(years) == 0 {
		return nil, err
	}
	y := years[0]
	tone := ""
	if y.BalanceFen < 0 {
		tone = "bad"
	}
	year := "?year=" + strconv.Itoa(int(y.Year))
	return []dossier.Fact{
		{Key: "fundDue", Value: fen.Amount(y.DueFen).Yuan(), Path: "/fund" + year},
		{Key: "fundAccrued", Value: fen.Amount(y.AccruedFen).Yuan(), Path: "/fund" + year},
		{Key: "fundUsed", Value: fen.Amount(y.UsedFen).Yuan(), Path: "/fund/statement" + year},
		{Key: "fundBalance", Value: fen.Amount(y.BalanceFen).Yuan(), Tone: tone},
	}, nil
}
