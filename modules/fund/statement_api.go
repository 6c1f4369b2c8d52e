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
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// itemUseView is what was used for one item, on the wire.
type itemUseView struct {
	Category   string     `json:"category"`
	Item       int16      `json:"item" doc:"0: by kind of use only"`
	Tag        string     `json:"tag"`
	Label      string     `json:"label"`
	ExpenseFen fen.Amount `json:"expenseFen"`
	CapitalFen fen.Amount `json:"capitalFen"`
}

type reportMonthView struct {
	Month          string     `json:"month"`
	OpeningFen     fen.Amount `json:"openingFen"`
	StandardFen    fen.Amount `json:"standardFen"`
	AccruedFen     fen.Amount `json:"accruedFen"`
	TopUpFen       fen.Amount `json:"topUpFen"`
	UsedExpenseFen fen.Amount `json:"usedExpenseFen"`
	UsedCapitalFen fen.Amount `json:"usedCapitalFen"`
	MovedFen       fen.Amount `json:"movedFen"`
	ClosingFen     fen.Amount `json:"closingFen"`
	Suspended      bool       `json:"suspended"`
	Rules          string     `json:"rules"`
}

// statementView is the statement of a year, on the wire.
type statementView struct {
	ID          id.Of[Statement]       `json:"id"`
	State       string                 `json:"state" enum:"draft,submitted"`
	Reasons     string                 `json:"reasons"`
	Measures    string                 `json:"measures"`
	ReviewedBy  string                 `json:"reviewedBy"`
	ReviewedOn  day.Date               `json:"reviewedOn,omitzero"`
	Files       []id.Of[id.Attachment] `json:"files" nullable:"false"`
	DueOn       day.Date               `json:"dueOn"`
	DueFen      fen.Amount             `json:"dueFen"`
	UsedFen     fen.Amount             `json:"usedFen"`
	SubmittedBy string                 `json:"submittedBy"`
	SubmittedAt *time.Time             `json:"submittedAt,omitempty"`
}

// reportView is a year of the fund, on the wire.
type reportView struct {
	Year       int32             `json:"year"`
	Firm       string            `json:"firm"`
	USCC       string            `json:"uscc"`
	Bound      bool              `json:"bound"`
	Category   string            `json:"category"`
	Clause     string            `json:"clause"`
	Rules      string            `json:"rules" doc:"version the last closed month was reckoned by"`
	Over       bool              `json:"over" doc:"the year is over"`
	Under      bool              `json:"under" doc:"less than 60 % of the due was used, to be explained"`
	DueOn      day.Date          `json:"dueOn" doc:"last day to explain"`
	OpeningFen fen.Amount        `json:"openingFen"`
	DueFen     fen.Amount        `json:"dueFen"`
	AccruedFen fen.Amount        `json:"accruedFen"`
	UsedFen    fen.Amount        `json:"usedFen"`
	CapitalFen fen.Amount        `json:"capitalFen"`
	PlannedFen fen.Amount        `json:"plannedFen"`
	ClosingFen fen.Amount        `json:"closingFen"`
	TopUpFen   fen.Amount        `json:"topUpFen"`
	Suspended  []int             `json:"suspended" nullable:"false"`
	Closed     int16             `json:"closed"`
	Months     []reportMonthView `json:"months" nullable:"false"`
	Items      []itemUseView     `json:"items" nullable:"false"`
	Summed     bool              `json:"summed" doc:"items are kinds of use, expense and capital in one: what a regulator sees"`
	Statement  *statementView    `json:"statement,omitempty"`
	May        []string          `json:"may" nullable:"false" doc:"write, submit"`
}

func viewReport(r Report, may []string, lang text.Lang) reportView {
	v := reportView{
		Year: r.Year.Year, Firm: r.Firm.Name, USCC: r.Firm.USCC, Bound: r.Profile.Bound, Category: r.Profile.Category, Clause: r.Profile.Clause, Over: r.Over(), Under: r.Under(), DueOn: statementDue(int(r.Year.Year)),
		OpeningFen: r.Year.OpeningFen, DueFen: r.Due(), AccruedFen: r.Year.AccruedFen, UsedFen: r.Year.UsedFen, CapitalFen: r.Year.UsedCapitalFen, PlannedFen: r.Year.PlannedFen,
		ClosingFen: r.Closing(), TopUpFen: r.TopUp(), Suspended: append([]int{}, r.Suspended()...), Closed: r.Year.Closed, Months: make([]reportMonthView, len(r.Months)), Items: make([]itemUseView, len(r.Items)), Summed: r.Summed, May: may,
	}
	_, v.Rules, _ = r.Working()
	for i, m := range r.Months {
		v.Months[i] = reportMonthView{m.MonthOn.String()[:7], m.OpeningFen, m.StandardFen, m.AccruedFen, m.TopUpFen, m.UsedExpenseFen, m.UsedCapitalFen, m.MovedFen, m.ClosingFen, m.Suspended, m.Rules}
	}
	for i, x := range r.Items {
		v.Items[i] = itemUseView{x.Category, x.Item, x.Tag, Words(lang, x.Label), x.ExpenseFen, x.CapitalFen}
	}
	if t := r.Statement; t != nil {
		v.Statement = &statementView{t.ID, t.State, t.Reasons, t.Measures, t.ReviewedBy, t.ReviewedOn, make([]id.Of[id.Attachment], len(t.Files)), t.DueOn, t.DueFen, t.UsedFen, t.SubmittedByName, t.SubmittedAt}
		for i, f := range t.Files {
			v.Statement.Files[i] = id.Of[id.Attachment](f)
		}
	}
	return v
}

type yearOf struct {
	Year      int            `path:"year" minimum:"2005" maximum:"2100"`
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: which company; companies see their own"`
}

type statementIn struct {
	Year int `path:"year" minimum:"2005" maximum:"2100"`
	Body StatementForm
}

type yearPath struct {
	Year int `path:"year" minimum:"2005" maximum:"2100"`
}

func mountStatements(api huma.API, s *Service) {
	known := []*fault.Error{rbac.ErrNotFound, ErrCompanyNeeded, ErrNoProfile}
	web.Handle(api, web.Op{ID: "getFundReport", Route: "GET /fund/statements/{year}", Action: ActionStatement, Summary: "A year of the fund: due, set aside, used, plan, and the statement where too little was used", Faults: known}, s.getReport)
	web.Handle(api, web.Op{
		ID: "writeFundStatement", Route: "PUT /fund/statements/{year}", Action: ActionState, Summary: "Draft the statement of a year in which less than 60 % of the due was used",
		Faults: append(known, ErrNotUnder, ErrState, ErrReviewed),
	}, s.putStatement)
	web.Handle(api, web.Op{
		ID: "submitFundStatement", Route: "POST /fund/statements/{year}/submit", Action: ActionSubmit, Status: http.StatusOK, Summary: "Hand the statement in",
		Faults: append(known, ErrNotUnder, ErrState, ErrReason, ErrReviewed),
	}, s.postStatement)
	web.Handle(api, web.Op{ID: "printFundReport", Route: "GET /fund/statements/{year}/print", Action: ActionStatement, Summary: "Print a year of the fund", Faults: known}, s.getReportPaper)
	web.Handle(api, web.Op{ID: "exportFundReport", Route: "GET /fund/statements/{year}/sheet", Action: ActionStatement, Summary: "A year of the fund as an Excel file", Faults: known}, s.getReportSheet)
}

func (s *Service) getReport(ctx context.Context, in *yearOf) (*web.Body[reportView], error) {
	r, err := s.Report(ctx, in.CompanyID, in.Year)
	if err != nil {
		return nil, err
	}
	return &web.Body[reportView]{Body: viewReport(r, s.May(ctx, r), text.Of(ctx))}, nil
}

func (s *Service) putStatement(ctx context.Context, in *statementIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Write(ctx, in.Year, in.Body))
}

func (s *Service) postStatement(ctx context.Context, in *yearPath) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Submit(ctx, in.Year))
}

func (s *Service) getReportPaper(ctx context.Context, in *yearOf) (*web.File, error) {
	b, name, err := s.Print(ctx, in.CompanyID, in.Year, false)
	return web.Inline(name, b, err)
}

func (s *Service) getReportSheet(ctx context.Context, in *yearOf) (*web.File, error) {
	b, name, err := s.Print(ctx, in.CompanyID, in.Year, true)
	return web.Download(name, b, err)
}
