package fund

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// ExpenseView is an expense on the wire.
type ExpenseView struct {
	ID            id.Of[Expense]         `json:"id"`
	Number        string                 `json:"number"`
	Year          int32                  `json:"year"`
	State         ExpenseState           `json:"state" enum:"draft,submitted,building,booked,refused,withdrawn,reversed"`
	SpentOn       day.Date               `json:"spentOn"`
	Month         string                 `json:"month" doc:"in which it was booked; empty: not yet"`
	AmountFen     fen.Amount             `json:"amountFen"`
	TaxFen        fen.Amount             `json:"taxFen"`
	Category      string                 `json:"category"`
	Item          int16                  `json:"item"`
	Tag           string                 `json:"tag"`
	ItemLabel     string                 `json:"itemLabel"`
	Capital       bool                   `json:"capital"`
	CompletedOn   day.Date               `json:"completedOn,omitzero"`
	UnitID        id.Of[id.Unit]         `json:"unitId"`
	UnitName      string                 `json:"unitName"`
	Payee         string                 `json:"payee"`
	Purpose       string                 `json:"purpose"`
	InvoiceNo     string                 `json:"invoiceNo"`
	Voucher       string                 `json:"voucher"`
	Tie           string                 `json:"tie" enum:",hazard,training,equipment,drill,protection"`
	TieID         string                 `json:"tieId"`
	TieTitle      string                 `json:"tieTitle"`
	Doubts        []string               `json:"doubts" nullable:"false" doc:"why it may not be chargeable, as it was when it was entered"`
	DoubtReason   string                 `json:"doubtReason"`
	Files         []id.Of[id.Attachment] `json:"files" nullable:"false"`
	Imported      bool                   `json:"imported"`
	MadeBy        string                 `json:"madeBy"`
	MadeAt        time.Time              `json:"madeAt"`
	DecidedBy     string                 `json:"decidedBy"`
	DecidedAt     *time.Time             `json:"decidedAt,omitempty"`
	DecisionNote  string                 `json:"decisionNote"`
	Approver      string                 `json:"approver" enum:"principal,safety" doc:"who has the word at this amount"`
	MineToDecide  bool                   `json:"mineToDecide" doc:"waits for the reader"`
	OwnToChange   bool                   `json:"ownToChange" doc:"entered by the reader, and not decided on"`
	MayBeComplete bool                   `json:"mayBeComplete" doc:"a fixed asset that was paid for and may be set in working order"`
}

func expenseAs(e Expense, l labels, p Profile, a rbac.Actor, approver bool, lang text.Lang) ExpenseView {
	v := ExpenseView{
		ID: e.ID, Number: e.Number, Year: e.Year, State: e.State, SpentOn: e.SpentOn, Month: monthWord(e.MonthOn), AmountFen: e.AmountFen, TaxFen: e.TaxFen, Category: e.Category, Item: e.Item, Tag: e.Tag,
		ItemLabel: Words(lang, l.of(e.Category, e.Item)), Capital: e.Capital, CompletedOn: e.CompletedOn, UnitName: e.UnitName, Payee: e.Payee, Purpose: e.Purpose, InvoiceNo: e.InvoiceNo, Voucher: e.Voucher,
		Tie: e.Tie, TieTitle: e.TieTitle, Doubts: append([]string{}, e.Doubts...), DoubtReason: e.DoubtReason, Files: make([]id.Of[id.Attachment], len(e.Files)), Imported: e.Imported,
		MadeBy: e.MadeByName, MadeAt: e.MadeAt, DecidedBy: e.DecidedByName, DecidedAt: e.DecidedAt, DecisionNote: e.DecisionNote, Approver: "safety", MayBeComplete: e.State == Building,
	}
	for i, n := range e.Files {
		v.Files[i] = id.Of[id.Attachment](n)
	}
	if e.UnitID != nil {
		v.UnitID = *e.UnitID
	}
	if e.TieID != nil {
		v.TieID = strconv.FormatInt(*e.TieID, 10)
	}
	if p.principals(e.AmountFen) {
		v.Approver = principal
	}
	v.MineToDecide = approver && e.State == Submitted && p.mayApprove(a, &e) == nil
	v.OwnToChange = e.MadePersonID != nil && *e.MadePersonID == a.PersonID && (e.State == Draft || e.State == Submitted)
	return v
}

type expenseStepView struct {
	Event     string     `json:"event" enum:"made,changed,submitted,approved,refused,returned,withdrawn,completed,reversed,imported"`
	AmountFen fen.Amount `json:"amountFen"`
	Note      string     `json:"note"`
	At        time.Time  `json:"at"`
	By        string     `json:"by"`
}

type postedView struct {
	Month     string     `json:"month"`
	BookedOn  day.Date   `json:"bookedOn"`
	VoucherNo int32      `json:"voucherNo"`
	Line      int16      `json:"line"`
	Event     Event      `json:"event"`
	Debit     string     `json:"debit"`
	Credit    string     `json:"credit"`
	AmountFen fen.Amount `json:"amountFen"`
	EffectFen fen.Amount `json:"effectFen"`
	Summary   string     `json:"summary"`
}

type doubtView struct {
	Code   string   `json:"code"`
	Zh     string   `json:"zh"`
	En     string   `json:"en"`
	Source string   `json:"source" doc:"verified, memory: how sure the prohibition is"`
	Words  []string `json:"words" nullable:"false" doc:"that called for it"`
}

func doubtsAs(all []Doubt) []doubtView {
	out := make([]doubtView, len(all))
	for i, d := range all {
		out[i] = doubtView(d)
	}
	return out
}

type expenseSheetView struct {
	ExpenseView
	Steps     []expenseStepView `json:"steps" nullable:"false"`
	Entries   []postedView      `json:"entries" nullable:"false"`
	DoubtsNow []doubtView       `json:"doubtsNow" nullable:"false"`
	MayRevert bool              `json:"mayRevert" doc:"the reader may reverse it"`
}

type expenseSumsView struct {
	Mine        int        `json:"mine" doc:"waits for the reader"`
	MineFen     fen.Amount `json:"mineFen"`
	Waiting     int        `json:"waiting"`
	WaitingFen  fen.Amount `json:"waitingFen"`
	Building    int        `json:"building"`
	BuildingFen fen.Amount `json:"buildingFen"`
	Booked      int        `json:"booked"`
	BookedFen   fen.Amount `json:"bookedFen"`
	CapitalFen  fen.Amount `json:"capitalFen"`
	Drafts      int        `json:"drafts"`
}

type lookedView struct {
	Duplicate string      `json:"duplicate" doc:"number of an expense with the same invoice; empty: none"`
	Doubts    []doubtView `json:"doubts" nullable:"false"`
	Papers    bool        `json:"papers" doc:"a contract or acceptance record is needed beside the voucher"`
	Approver  string      `json:"approver" enum:"principal,safety"`
	Nobody    bool        `json:"nobody" doc:"nobody could approve it: let somebody else enter it"`
}

type oneExpense struct {
	ID id.Of[Expense] `path:"id"`
}

type sumsQuery struct {
	Year int `query:"year" minimum:"2005" maximum:"2100" doc:"empty: this one"`
}

func mountExpenses(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listFundExpenses", Route: "GET /fund/expenses", Action: ActionExpenses, Summary: "Expenses of the fund", Faults: []*fault.Error{page.ErrCursor, ErrNoProfile}}, s.getExpenses)
	web.Handle(api, web.Op{ID: "sumFundExpenses", Route: "GET /fund/expenses/summary", Action: ActionExpenses, Summary: "What the expenses of a year come to", Faults: []*fault.Error{ErrNoProfile}}, s.getExpenseSums)
	web.Handle(api, web.Op{ID: "checkFundExpense", Route: "GET /fund/expenses/check", Action: ActionRecord, Summary: "What stands against an expense while it is entered", Faults: []*fault.Error{ErrNoProfile}}, s.getLook)
	web.Handle(api, web.Op{ID: "getFundExpense", Route: "GET /fund/expenses/{id}", Action: ActionExpenses, Summary: "An expense with its steps and entries", Faults: []*fault.Error{rbac.ErrNotFound, ErrNoProfile}}, s.getExpense)
	form := []*fault.Error{ErrNoProfile, ErrDay, ErrAmount, ErrItem, ErrInvoice, ErrTie, ErrUnit, ErrDoubt, ErrVoucher, ErrPapers}
	moved := []*fault.Error{rbac.ErrNotFound, ErrState}
	web.Handle(api, web.Op{ID: "makeFundExpense", Route: "POST /fund/expenses", Action: ActionRecord, Summary: "Enter an expense", Faults: form}, s.postExpense)
	web.Handle(api, web.Op{ID: "changeFundExpense", Route: "PUT /fund/expenses/{id}", Action: ActionRecord, Summary: "Change an expense nobody decided on", Faults: append(append(moved, ErrNotMaker), form...)}, s.putExpense)
	post := func(id, verb string, action rbac.Action, summary string, faults ...*fault.Error) web.Op {
		return web.Op{ID: id, Route: "POST /fund/expenses/{id}/" + verb, Action: action, Status: http.StatusOK, Summary: summary, Faults: append(append([]*fault.Error{}, moved...), faults...)}
	}
	web.Handle(api, post("submitFundExpense", "submit", ActionRecord, "Ask for approval of an expense", ErrNotMaker, ErrDoubt, ErrVoucher, ErrPapers), s.postSubmit)
	web.Handle(api, post("approveFundExpense", "approve", ActionApprove, "Approve an expense, and book it", ErrOwn, ErrApprover, ErrPreview), s.postApprove)
	web.Handle(api, post("refuseFundExpense", "refuse", ActionApprove, "Refuse an expense, with a reason", ErrOwn, ErrApprover, ErrReason), s.postRefuse)
	web.Handle(api, post("returnFundExpense", "return", ActionApprove, "Give an expense back to be changed, with a reason", ErrOwn, ErrApprover, ErrReason), s.postReturn)
	web.Handle(api, post("withdrawFundExpense", "withdraw", ActionRecord, "Withdraw an expense nobody decided on", ErrNotMaker), s.postWithdraw)
	web.Handle(api, post("completeFundExpense", "complete", ActionRecord, "Set a fixed asset in working order, and book its use", ErrDay), s.postComplete)
	web.Handle(api, post("reverseFundExpense", "reverse", ActionReverse, "Take a booked expense back, with a reason", ErrReason), s.postReverse)
	mountTies(api, s)
}

func (s *Service) getExpenses(ctx context.Context, in *ExpenseFilter) (*web.Body[page.List[ExpenseView]], error) {
	x, err := s.Expenses(ctx, *in)
	view := func(e Expense) ExpenseView { return expenseAs(e, x.Labels, x.Profile, x.Actor, x.Can, text.Of(ctx)) }
	return &web.Body[page.List[ExpenseView]]{Body: page.Of(x.Rows, x.Key, in.Limit, in.keyOf, view)}, err
}

func (s *Service) getExpenseSums(ctx context.Context, in *sumsQuery) (*web.Body[expenseSumsView], error) {
	sums, err := s.ExpenseSummary(ctx, in.Year)
	return &web.Body[expenseSumsView]{Body: expenseSumsView(sums)}, err
}

func (s *Service) getLook(ctx context.Context, in *Look) (*web.Body[lookedView], error) {
	l, err := s.CheckExpense(ctx, *in)
	v := lookedView{l.Duplicate, doubtsAs(l.Doubts), l.Papers, "safety", l.Nobody}
	if l.Principal {
		v.Approver = principal
	}
	return &web.Body[lookedView]{Body: v}, err
}

func (s *Service) getExpense(ctx context.Context, in *oneExpense) (*web.Body[expenseSheetView], error) {
	x, err := s.Expense(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[expenseSheetView]{Body: expenseSheetOf(x, text.Of(ctx))}, nil
}

func expenseSheetOf(x ExpenseSheet, lang text.Lang) expenseSheetView {
	v := expenseSheetView{
		ExpenseView: expenseAs(x.Expense, x.Labels, x.Profile, x.Actor, x.Can(ActionApprove), lang), Steps: make([]expenseStepView, len(x.Steps)), Entries: make([]postedView, len(x.Entries)),
		DoubtsNow: doubtsAs(x.Doubts), MayRevert: x.Can(ActionReverse) && (x.State == Booked || x.State == Building),
	}
	v.MayBeComplete = v.MayBeComplete && x.Can(ActionRecord)
	for i, st := range x.Steps {
		v.Steps[i] = expenseStepView{st.Event, st.AmountFen, st.Note, st.At, st.ActorName}
	}
	for i, n := range x.Entries {
		v.Entries[i] = postedView{monthWord(n.MonthOn), n.BookedOn, n.VoucherNo, n.Line, n.Event, n.Debit, n.Credit, n.AmountFen, n.EffectFen, n.Summary}
	}
	return v
}

// monthWord writes a month, 2026-10; empty for none.
func monthWord(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()[:7]
}

type itemView struct {
	Category string `json:"category" doc:"empty: the generic items"`
	Item     int    `json:"item"`
	Tag      string `json:"tag"`
	Label    string `json:"label"`
	ToVerify bool   `json:"toVerify" doc:"the wording rests on memory"`
}

func itemsAs(category string, items []accrual.Scope, source string, lang text.Lang) []itemView {
	out := make([]itemView, len(items))
	for i, s := range items {
		if s.Source != "" {
			source = s.Source
		}
		out[i] = itemView{category, s.Item, s.Tag, Words(lang, s.Label), source != accrual.Verified}
	}
	return out
}
