package fund

import (
	"context"
	"fmt"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Accounts are those the journal knows, in the order of their numbers.
var Accounts = []string{Brought, Cash, Asset, Depreciation, InProgress, Reserve, MakingCost, OfficeCost}

// summaryOf is how the company's books name an entry of a month: in Chinese, whoever books it.
func summaryOf(what string, month day.Date) string {
	return text.Say(text.Chinese, "fund.summary-"+what, map[string]string{"year": fmt.Sprint(month.Year()), "month": fmt.Sprint(int(month.Month()))})
}

// bookAll adds vouchers of one company; their months and summaries are set, the rest is filled in.
func bookAll(ctx context.Context, tx db.Tx, home rbac.Home, by string, vouchers [][]Entry) error {
	var filled [][]Entry
	for _, v := range vouchers {
		for i := range v {
			v[i].CompanyID, v[i].RegionPath, v[i].OversightLine = home.CompanyID, home.RegionPath, home.Line
			v[i].MadeByName, v[i].MadeAt = by, tx.Now
			if v[i].BookedOn.IsZero() {
				v[i].BookedOn = today(tx)
			}
		}
		if len(v) > 0 {
			filled = append(filled, v)
		}
	}
	return bookMany(ctx, tx, filled)
}

// reversals takes back what stands of events, in the month it was booked, as one voucher.
func reversals(ctx context.Context, tx db.Tx, company rbac.CompanyID, events []Event, month day.Date, reason string) ([][]Entry, error) {
	rows, err := standing(ctx, tx, company, events, month)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	voucher := make([]Entry, len(rows))
	for i, e := range rows {
		r := e.reversed()
		r.MonthOn, r.Summary = e.MonthOn, undone(e.Summary, reason)
		voucher[i] = r
	}
	return [][]Entry{voucher}, nil
}

// undone is the summary of a reversal.
func undone(summary, reason string) string {
	s := text.Say(text.Chinese, "fund.summary-reversal", map[string]string{"summary": summary})
	if reason != "" {
		s += text.Say(text.Chinese, "fund.summary-reason", map[string]string{"reason": reason})
	}
	return s
}

// EntryFilter says which entries.
type EntryFilter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId"`
	Year      int            `query:"year" minimum:"2005" maximum:"2100"`
	Month     string         `query:"month" pattern:"^20[0-9]{2}-(0[1-9]|1[0-2])$" example:"2026-01"`
	Event     string         `query:"event" enum:",opening,accrual,top_up,excess,expense,capital_paid,capital_done,capital_used,group_in,group_out,reversal,imported"`
	Account   string         `query:"account" enum:",0000,1002,1601,1602,1604,4301,5101,6602"`
}

// span is the months the filter names; none: all.
func (f EntryFilter) span() (from, until day.Date) {
	if on, err := day.Parse(f.Month + "-01"); err == nil {
		return on, on
	}
	if f.Year == 0 {
		return from, until
	}
	return day.Of(f.Year, 1, 1), day.Of(f.Year, 12, 1)
}

// Entries lists the journal, the latest entry first. Errors: ErrCompanyNeeded, page.ErrCursor.
func (s *Service) Entries(ctx context.Context, f EntryFilter) ([]Entry, page.Key, error) {
	return s.entries(ctx, f, "entry", false)
}

// entries reads a page of the journal; rising: as it was booked.
func (s *Service) entries(ctx context.Context, f EntryFilter, sort string, rising bool) (rows []Entry, k page.Key, err error) {
	if k, err = f.Start(sort, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionEntries, func(tx db.Tx, scope rbac.Scope) error {
		company, err := whose(scope, f.CompanyID)
		if err != nil {
			return err
		}
		rows, err = entriesOf(ctx, tx, scope, company, f, k, rising)
		return err
	})
	return rows, k, err
}

// Balances draws up the trial balance of a year, or of a month of it. Errors: ErrCompanyNeeded, ErrYear.
func (s *Service) Balances(ctx context.Context, f EntryFilter) (rows []Balance, err error) {
	from, until := f.span()
	if from.IsZero() {
		return nil, ErrYear.At("query.year")
	}
	err = s.Gate.Read(ctx, ActionEntries, func(tx db.Tx, scope rbac.Scope) error {
		company, err := whose(scope, f.CompanyID)
		if err != nil {
			return err
		}
		rows, err = balancesOf(ctx, tx, scope, company, from, until)
		return err
	})
	return rows, err
}

// TransferForm books money a group moves: in from its head office or out to it (集团统筹).
type TransferForm struct {
	Direction    string     `json:"direction" enum:"in,out"`
	AmountFen    fen.Amount `json:"amountFen" minimum:"1" maximum:"100000000000000"`
	On           day.Date   `json:"on"`
	Counterparty string     `json:"counterparty" minLength:"1" maxLength:"100"`
	Note         string     `json:"note" required:"false" maxLength:"200"`
}

// Transfer books it into the month of its day, or the first open one. Errors: ErrNoProfile, ErrDay,
// ErrAmount, ErrReason.
func (s *Service) Transfer(ctx context.Context, f TransferForm) (n id.Of[Entry], err error) {
	err = s.Gate.Write(ctx, ActionTransfer, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lockCompany(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		p, err := profileOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		name := strings.TrimSpace(f.Counterparty)
		switch {
		case f.On.Before(p.StartsOn) || f.On.After(today(tx)):
			return ErrDay.At("body.on")
		case f.AmountFen <= 0:
			return ErrAmount.At("body.amountFen")
		case name == "":
			return ErrReason.At("body.counterparty")
		}
		e := entry(GroupIn, Cash, Reserve, f.AmountFen)
		if f.Direction == "out" {
			e = entry(GroupOut, Reserve, Cash, f.AmountFen)
		}
		if e.MonthOn, err = openMonth(ctx, tx, home.CompanyID, f.On); err != nil {
			return err
		}
		e.BookedOn = f.On
		e.Summary = text.Say(text.Chinese, "fund.summary-group-"+f.Direction, map[string]string{"name": name}) + strings.TrimSpace(" "+f.Note)
		n, err = s.single(ctx, tx, scope, home, e)
		return err
	})
	return n, err
}

// single books one entry as a voucher of its own and counts its year anew.
func (s *Service) single(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, e Entry) (id.Of[Entry], error) {
	e.CompanyID, e.RegionPath, e.OversightLine, e.MadeByName, e.MadeAt = home.CompanyID, home.RegionPath, home.Line, scope.Actor().Name, tx.Now
	v := []Entry{e}
	if err := book(ctx, tx, v); err != nil {
		return 0, err
	}
	scope.Made(int64(v[0].ID))
	scope.Changed("fund_entry", int64(v[0].ID), home.CompanyID, Entry{}, v[0])
	return v[0].ID, s.refresh(ctx, tx, scope, home, e.MonthOn.Year())
}

// Undo takes back a group transfer. Errors: rbac.ErrNotFound, ErrState, ErrReason.
func (s *Service) Undo(ctx context.Context, n id.Of[Entry], reason string) (made id.Of[Entry], err error) {
	err = s.Gate.Write(ctx, ActionTransfer, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lockCompany(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		was, reversed, err := entryByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		why := strings.TrimSpace(reason)
		switch {
		case reversed || was.Event != GroupIn && was.Event != GroupOut:
			return ErrState
		case why == "":
			return ErrReason.At("body.reason")
		}
		e := was.reversed()
		if e.MonthOn, err = openMonth(ctx, tx, home.CompanyID, was.MonthOn); err != nil {
			return err
		}
		e.BookedOn, e.Summary = today(tx), undone(was.Summary, why)
		made, err = s.single(ctx, tx, scope, home, e)
		return err
	})
	return made, err
}
