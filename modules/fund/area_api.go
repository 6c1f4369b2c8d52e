package fund

import (
	"context"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/rbac"
	"anbiao/web"
)

// areaView is what the companies of an area come to, on the wire.
type areaView struct {
	Path       string     `json:"path"`
	Name       string     `json:"name"`
	Companies  int64      `json:"companies" doc:"that answered whether they must set aside"`
	Bound      int64      `json:"bound" doc:"that must"`
	DueFen     fen.Amount `json:"dueFen"`
	AccruedFen fen.Amount `json:"accruedFen"`
	UsedFen    fen.Amount `json:"usedFen"`
	BalanceFen fen.Amount `json:"balanceFen"`
	Behind     int64      `json:"behind" doc:"with a month that should be closed and is open"`
	Under      int64      `json:"under" doc:"that used less than 60 % of what is due by now"`
	Stated     int64      `json:"stated" doc:"that handed in the statement of the year"`
}

type areasView struct {
	Area  string     `json:"area"`
	Name  string     `json:"name"`
	Year  int        `json:"year"`
	Total areaView   `json:"total"`
	Rows  []areaView `json:"rows" nullable:"false"`
}

// companyFundView is a company's fund in a list of regulators.
type companyFundView struct {
	ID         rbac.CompanyID `json:"id"`
	Name       string         `json:"name"`
	USCC       string         `json:"uscc"`
	Town       string         `json:"town"`
	Bound      bool           `json:"bound"`
	Category   string         `json:"category"`
	DueFen     fen.Amount     `json:"dueFen"`
	AccruedFen fen.Amount     `json:"accruedFen"`
	UsedFen    fen.Amount     `json:"usedFen"`
	PlannedFen fen.Amount     `json:"plannedFen"`
	BalanceFen fen.Amount     `json:"balanceFen"`
	Closed     int16          `json:"closed" doc:"months closed"`
	Stated     bool           `json:"stated"`
}

func fundView(c CompanyFund) companyFundView {
	return companyFundView{c.CompanyID, c.Name, c.USCC, c.Town, c.Bound, c.Category, c.DueFen, c.AccruedFen, c.UsedFen, c.PlannedFen, c.BalanceFen, c.Closed, c.Stated}
}

func keyOfFund(c CompanyFund) []string {
	return []string{strconv.FormatInt(c.Rate, 10), c.CompanyID.String()}
}

func mountArea(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "sumAreaFunds", Route: "GET /fund/area", Action: ActionArea, Summary: "Regulator: safety funds of an area by its parts", Faults: []*fault.Error{ErrArea}}, s.getArea)
	web.Handle(api, web.Op{
		ID: "listAreaFunds", Route: "GET /fund/area/companies", Action: ActionArea, Summary: "Regulator: companies of a county, the lowest use rate first", Faults: []*fault.Error{ErrArea, ErrWide, page.ErrCursor},
	}, s.getAreaFunds)
}

func (s *Service) getArea(ctx context.Context, in *AreaQuery) (*web.Body[areasView], error) {
	a, err := s.Area(ctx, *in)
	v := areasView{a.Area, a.Name, a.Year, areaView(a.Total), make([]areaView, len(a.Rows))}
	for i, r := range a.Rows {
		v.Rows[i] = areaView(r)
	}
	return &web.Body[areasView]{Body: v}, err
}

func (s *Service) getAreaFunds(ctx context.Context, in *FundsFilter) (*web.Body[page.List[companyFundView]], error) {
	rows, k, err := s.Funds(ctx, *in)
	return &web.Body[page.List[companyFundView]]{Body: page.Of(rows, k, in.Limit, keyOfFund, fundView)}, err
}

// FundColumns are the columns of the funds of a county's companies.
func FundColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "town", Title: named("area.town"), Kind: sheet.Text, Width: 16},
		{Key: "name", Title: named("area.name"), Kind: sheet.Text, Width: 34},
		{Key: "uscc", Title: named("area.uscc"), Kind: sheet.Code, Width: 22},
		{Key: "bound", Title: named("area.bound"), Kind: sheet.Choice, Choices: yesNo(), Width: 12},
		{Key: "due", Title: named("area.due"), Kind: sheet.Decimal, Width: 16},
		{Key: "accrued", Title: named("area.accrued"), Kind: sheet.Decimal, Width: 16},
		{Key: "used", Title: named("area.used"), Kind: sheet.Decimal, Width: 16},
		{Key: "rate", Title: named("area.rate"), Kind: sheet.Text, Width: 12},
		{Key: "balance", Title: named("area.balance"), Kind: sheet.Decimal, Width: 16},
		{Key: "closed", Title: named("area.closed"), Kind: sheet.Int, Width: 12},
		{Key: "stated", Title: named("area.stated"), Kind: sheet.Choice, Choices: yesNo(), Width: 12},
	}
}

// FundsPage reads one page of a county's funds for an export. Errors: web.ErrFilter, those of Funds.
func (s *Service) FundsPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[FundsFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Funds(ctx, f)
	list := page.Of(rows, k, limit, keyOfFund, func(c CompanyFund) CompanyFund { return c })
	for _, c := range list.Items {
		out = append(out, sheet.Record{Key: c.CompanyID.String(), Values: []string{
			c.Town, c.Name, c.USCC, strconv.FormatBool(c.Bound), c.DueFen.Yuan(), c.AccruedFen.Yuan(), c.UsedFen.Yuan(), percent(c.UsedFen, c.DueFen), c.BalanceFen.Yuan(),
			strconv.Itoa(int(c.Closed)), strconv.FormatBool(c.Stated),
		}})
	}
	return out, list.Next, err
}
