package fund

import (
	"context"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type tiedView struct {
	ID    string   `json:"id"`
	Title string   `json:"title"`
	On    day.Date `json:"on,omitzero"`
}

type spentView struct {
	ID        id.Of[Expense] `json:"id"`
	Number    string         `json:"number"`
	State     ExpenseState   `json:"state" enum:"draft,submitted,building,booked,refused,withdrawn,reversed"`
	SpentOn   day.Date       `json:"spentOn"`
	AmountFen fen.Amount     `json:"amountFen"`
	Purpose   string         `json:"purpose"`
	Payee     string         `json:"payee"`
}

type spentListView struct {
	BookedFen fen.Amount  `json:"bookedFen"`
	Items     []spentView `json:"items" nullable:"false"`
}

type itemsView struct {
	Category        string      `json:"category" doc:"of the company; empty: not bound"`
	CategoryZh      string      `json:"categoryZh"`
	CategoryEn      string      `json:"categoryEn"`
	Docno           string      `json:"docno"`
	Items           []itemView  `json:"items" nullable:"false" doc:"the industry's own"`
	Generic         []itemView  `json:"generic" nullable:"false" doc:"art. 5: every industry"`
	NotChargeable   []doubtView `json:"notChargeable" nullable:"false"`
	ApproveAboveFen fen.Amount  `json:"approveAboveFen" doc:"from here on the principal approves"`
	PapersAboveFen  fen.Amount  `json:"papersAboveFen" doc:"from here on a second paper; 0: never"`
	StartsOn        day.Date    `json:"startsOn"`
}

type tieQuery struct {
	Kind  string `path:"kind" enum:"hazard,training,equipment,drill,protection"`
	Words string `query:"words" maxLength:"60"`
}

type oneTie struct {
	Kind string `path:"kind" enum:"hazard,training,equipment,drill,protection"`
	ID   int64  `path:"id" minimum:"1"`
}

func mountTies(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listFundTies", Route: "GET /fund/ties/{kind}", Action: ActionRecord, Summary: "What an expense may have paid for", Faults: []*fault.Error{ErrTie}}, s.getTies)
	web.Handle(api, web.Op{ID: "listSpentOn", Route: "GET /fund/tied/{kind}/{id}", Action: ActionExpenses, Summary: "What was spent on something", Faults: []*fault.Error{ErrTie, rbac.ErrNotFound}}, s.getTied)
	web.Handle(api, web.Op{ID: "listFundItems", Route: "GET /fund/items", Action: ActionExpenses, Summary: "What the fund may be used for, and what for not", Faults: []*fault.Error{ErrNoProfile}}, s.getItems)
}

func (s *Service) getTies(ctx context.Context, in *tieQuery) (*web.Body[[]tiedView], error) {
	found, err := s.Choose(ctx, in.Kind, in.Words)
	out := make([]tiedView, len(found))
	for i, t := range found {
		out[i] = tiedView{strconv.FormatInt(t.ID, 10), t.Title, t.On}
	}
	return &web.Body[[]tiedView]{Body: out}, err
}

func (s *Service) getTied(ctx context.Context, in *oneTie) (*web.Body[spentListView], error) {
	rows, err := s.SpentOn(ctx, in.Kind, in.ID)
	return &web.Body[spentListView]{Body: spentAs(rows)}, err
}

func spentAs(rows []Expense) spentListView {
	v := spentListView{Items: make([]spentView, len(rows))}
	for i, e := range rows {
		v.Items[i] = spentView{e.ID, e.Number, e.State, e.SpentOn, e.AmountFen, e.Purpose, e.Payee}
		if e.State == Booked {
			v.BookedFen += e.AmountFen
		}
	}
	return v
}

func (s *Service) getItems(ctx context.Context, _ *struct{}) (*web.Body[itemsView], error) {
	x, err := s.Items(ctx)
	if err != nil {
		return nil, err
	}
	return &web.Body[itemsView]{Body: itemsOf(x, text.Of(ctx))}, nil
}

func itemsOf(x Items, lang text.Lang) itemsView {
	c, r, p := x.Category, x.Rules, x.Profile
	v := itemsView{
		Category: c.Code, CategoryZh: c.NameZh, CategoryEn: c.NameEn, Docno: r.Docno, Items: []itemView{}, Generic: itemsAs("", r.Generic.Items, r.Generic.Source, lang),
		NotChargeable: make([]doubtView, len(r.NotChargeable)), ApproveAboveFen: p.ApproveAboveFen, PapersAboveFen: p.PapersAboveFen, StartsOn: p.StartsOn,
	}
	if c.Code != "" {
		v.Items = itemsAs(c.Code, c.UseScopes.Items, accrual.Memory, lang)
	}
	for i, n := range r.NotChargeable {
		v.NotChargeable[i] = doubtView{n.Code, n.Zh, n.En, n.Source, []string{}}
	}
	return v
}
