package fund

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

type stepView struct {
	Event      string     `json:"event" enum:"closed,reopened,imported"`
	AccruedFen fen.Amount `json:"accruedFen"`
	ClosingFen fen.Amount `json:"closingFen"`
	Reason     string     `json:"reason"`
	At         time.Time  `json:"at"`
	By         string     `json:"by"`
}

type entryView struct {
	ID         id.Of[Entry]    `json:"id"`
	Month      string          `json:"month"`
	BookedOn   day.Date        `json:"bookedOn"`
	VoucherNo  int32           `json:"voucherNo"`
	Line       int16           `json:"line"`
	Event      Event           `json:"event"`
	Debit      string          `json:"debit" doc:"account number"`
	Credit     string          `json:"credit"`
	AmountFen  fen.Amount      `json:"amountFen"`
	EffectFen  fen.Amount      `json:"effectFen" doc:"on 4301"`
	Summary    string          `json:"summary"`
	ExpenseID  *id.Of[Expense] `json:"expenseId,omitempty"`
	ReversesID *id.Of[Entry]   `json:"reversesId,omitempty"`
	MadeBy     string          `json:"madeBy"`
	MadeAt     time.Time       `json:"madeAt"`
}

func entryAs(e Entry) entryView {
	return entryView{
		e.ID, monthKey(e.MonthOn), e.BookedOn, e.VoucherNo, e.Line, e.Event, e.Debit, e.Credit, e.AmountFen, e.EffectFen, e.Summary, e.ExpenseID, e.ReversesID, e.MadeByName, e.MadeAt,
	}
}

func entryKey(e Entry) []string { return []string{e.ID.String()} }

type balanceView struct {
	Account    string     `json:"account"`
	OpeningFen fen.Amount `json:"openingFen" doc:"above zero: debit; below: credit"`
	DebitFen   fen.Amount `json:"debitFen"`
	CreditFen  fen.Amount `json:"creditFen"`
	ClosingFen fen.Amount `json:"closingFen"`
}

type monthQuery struct {
	Month     string         `path:"month" pattern:"^20[0-9]{2}-(0[1-9]|1[0-2])$" example:"2026-01"`
	CompanyID rbac.CompanyID `query:"companyId" doc:"for who sees several companies"`
}

type monthClose struct {
	Month string `path:"month" pattern:"^20[0-9]{2}-(0[1-9]|1[0-2])$" example:"2026-01"`
	Body  Expected
}

type reasonForm struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

type monthReopen struct {
	Month string `path:"month" pattern:"^20[0-9]{2}-(0[1-9]|1[0-2])$" example:"2026-01"`
	Body  reasonForm
}

type entryUndo struct {
	ID   id.Of[Entry] `path:"id"`
	Body reasonForm
}

type balanceQuery struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for who sees several companies"`
	Year      int            `query:"year" required:"true" minimum:"2005" maximum:"2100"`
	Month     string         `query:"month" pattern:"^20[0-9]{2}-(0[1-9]|1[0-2])$" doc:"empty: the whole year"`
}

func mountMonths(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "closeFundMonth", Route: "POST /fund/months/{month}/close", Action: ActionClose, Status: http.StatusOK, Summary: "Close a month as it was shown",
		Faults: []*fault.Error{ErrNoProfile, ErrMonth, ErrClosed, ErrOrder, ErrWaiting, ErrLines, ErrRevenue, ErrQuantity, ErrPreview},
	}, s.postClose)
	web.Handle(api, web.Op{
		ID: "reopenFundMonth", Route: "POST /fund/months/{month}/reopen", Action: ActionReopen, Status: http.StatusOK, Summary: "Take the closing of the latest month back, with a reason",
		Faults: []*fault.Error{ErrNoProfile, ErrMonth, ErrOpen, ErrOrder, ErrReason},
	}, s.postReopen)
	web.Handle(api, web.Op{ID: "listFundMonthSteps", Route: "GET /fund/months/{month}/steps", Action: ActionLedger, Summary: "What was done to a month", Faults: []*fault.Error{ErrCompanyNeeded, ErrMonth}}, s.getSteps)
	web.Handle(api, web.Op{ID: "listFundEntries", Route: "GET /fund/entries", Action: ActionEntries, Summary: "The journal, the latest entry first", Faults: []*fault.Error{ErrCompanyNeeded, page.ErrCursor}}, s.getEntries)
	web.Handle(api, web.Op{ID: "listFundBalances", Route: "GET /fund/balances", Action: ActionEntries, Summary: "Trial balance of a year or month", Faults: []*fault.Error{ErrCompanyNeeded, ErrYear}}, s.getBalances)
	web.Handle(api, web.Op{ID: "bookFundTransfer", Route: "POST /fund/transfers", Action: ActionTransfer, Summary: "Book what a group moves into the fund or out of it", Faults: []*fault.Error{ErrNoProfile, ErrDay, ErrAmount, ErrReason}}, s.postTransfer)
	web.Handle(api, web.Op{ID: "undoFundTransfer", Route: "POST /fund/transfers/{id}/reverse", Action: ActionTransfer, Summary: "Take a group transfer back by a reversing entry", Faults: []*fault.Error{rbac.ErrNotFound, ErrState, ErrReason}}, s.postUndo)
}

func (s *Service) postClose(ctx context.Context, in *monthClose) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Close(ctx, in.Month, in.Body))
}

func (s *Service) postReopen(ctx context.Context, in *monthReopen) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Reopen(ctx, in.Month, in.Body.Reason))
}

func (s *Service) getSteps(ctx context.Context, in *monthQuery) (*web.Body[[]stepView], error) {
	rows, err := s.Steps(ctx, in.CompanyID, in.Month)
	out := make([]stepView, len(rows))
	for i, r := range rows {
		out[i] = stepView{r.Event, r.AccruedFen, r.ClosingFen, r.Reason, r.At, r.ActorName}
	}
	return &web.Body[[]stepView]{Body: out}, err
}

func (s *Service) getEntries(ctx context.Context, in *EntryFilter) (*web.Body[page.List[entryView]], error) {
	rows, k, err := s.Entries(ctx, *in)
	return &web.Body[page.List[entryView]]{Body: page.Of(rows, k, in.Limit, entryKey, entryAs)}, err
}

func (s *Service) getBalances(ctx context.Context, in *balanceQuery) (*web.Body[[]balanceView], error) {
	rows, err := s.Balances(ctx, EntryFilter{CompanyID: in.CompanyID, Year: in.Year, Month: in.Month})
	out := make([]balanceView, len(rows))
	for i, r := range rows {
		out[i] = balanceView{r.Account, r.OpeningFen, r.DebitFen, r.CreditFen, r.ClosingFen()}
	}
	return &web.Body[[]balanceView]{Body: out}, err
}

func (s *Service) postTransfer(ctx context.Context, in *web.Body[TransferForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Transfer(ctx, in.Body))
}

func (s *Service) postUndo(ctx context.Context, in *entryUndo) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Undo(ctx, in.ID, in.Body.Reason))
}
