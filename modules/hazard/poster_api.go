package hazard

import (
	"context"
	"mime"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// posterView is a month's poster in the list.
type posterView struct {
	ID         id.Of[Poster]          `json:"id"`
	Month      string                 `json:"month" example:"2026-10"`
	UnitID     *id.Of[id.Unit]        `json:"unitId,omitempty"`
	UnitName   string                 `json:"unitName" doc:"empty: of the whole company"`
	DueOn      day.Date               `json:"dueOn" doc:"last day to hang it"`
	HungOn     day.Date               `json:"hungOn,omitzero" doc:"missing: not yet"`
	Late       bool                   `json:"late" doc:"hung after its day, or not hung though it has passed"`
	Place      string                 `json:"place"`
	Photos     []id.Of[id.Attachment] `json:"photos" nullable:"false"`
	HungByName string                 `json:"hungByName"`
	Found      int                    `json:"found" doc:"as it said on the day it was hung"`
	Fixed      int                    `json:"fixed"`
	Open       int                    `json:"open"`
	Majors     int                    `json:"majors"`
}

func posterOn(today day.Date) func(PosterRow) posterView {
	return func(p PosterRow) posterView {
		v := posterView{
			ID: p.ID, Month: monthKey(p.MonthOn), UnitID: p.UnitID, UnitName: p.UnitName, DueOn: p.DueOn, HungOn: p.HungOn, Place: p.Place, HungByName: p.HungByName,
			Found: p.Found, Fixed: p.Fixed, Open: p.Open, Majors: p.Majors, Photos: make([]id.Of[id.Attachment], len(p.Photos)),
		}
		v.Late = p.HungOn.After(p.DueOn) || (p.HungOn.IsZero() && today.After(p.DueOn))
		for i, a := range p.Photos {
			v.Photos[i] = id.Of[id.Attachment](a)
		}
		return v
	}
}

// postedView is a line of a poster.
type postedView struct {
	ID          id.Of[id.Hazard] `json:"id"`
	Number      string           `json:"number"`
	FoundOn     day.Date         `json:"foundOn"`
	Place       string           `json:"place"`
	Description string           `json:"description"`
	Level       Level            `json:"level" doc:"general or major; empty until graded"`
	OwnerName   string           `json:"ownerName"`
	OwnerUnit   string           `json:"ownerUnit"`
	Deadline    day.Date         `json:"deadline,omitzero"`
	FixedOn     day.Date         `json:"fixedOn,omitzero"`
	CancelledOn day.Date         `json:"cancelledOn,omitzero" doc:"closed in the month or before its end"`
}

// boardView is what the poster of a month says.
type boardView struct {
	Firm     string       `json:"firm"`
	Month    string       `json:"month"`
	UnitName string       `json:"unitName"`
	AsOf     day.Date     `json:"asOf" doc:"last day it knows of"`
	DueOn    day.Date     `json:"dueOn" doc:"last day to hang it"`
	Found    int          `json:"found"`
	Fixed    int          `json:"fixed"`
	Open     int          `json:"open"`
	Majors   int          `json:"majors" doc:"of the open ones"`
	Overdue  int          `json:"overdue" doc:"of the open ones"`
	More     int          `json:"more" doc:"rows left out"`
	Rows     []postedView `json:"rows" nullable:"false"`
}

func boardAs(b Board) boardView {
	v := boardView{
		Firm: b.Firm, Month: monthKey(b.Month), UnitName: b.UnitName, AsOf: b.AsOf, DueOn: b.DueOn, Found: b.Totals.Found, Fixed: b.Totals.Fixed, Open: b.Totals.Open,
		Majors: b.Totals.Majors, Overdue: b.Totals.Overdue, More: b.More, Rows: make([]postedView, len(b.Rows)),
	}
	for i, r := range b.Rows {
		v.Rows[i] = postedView{r.ID, r.Number, r.FoundOn, r.Place, r.Description, r.Level, r.OwnerName, r.OwnerUnit, r.Deadline, r.FixedOn, r.CancelledOn}
	}
	return v
}

// printedFile answers a file to print.
type printedFile struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func printed(content []byte, name string, err error) (*printedFile, error) {
	return &printedFile{"application/pdf", mime.FormatMediaType("inline", map[string]string{"filename": name}), content}, err
}

type postersInput struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: which one"`
}

// mountPosters adds the operations around notice-board posters.
func mountPosters(api huma.API, s *Service) {
	board := []*fault.Error{ErrCompanyNeeded, ErrMonth, ErrUnitUnknown}
	web.Handle(api, web.Op{
		ID: "listHazardPosters", Route: "GET /hazard/posters", Action: ActionPosters, Summary: "Posters of hazards (隐患公示), hung or still to be hung",
		Faults: []*fault.Error{page.ErrCursor, ErrCompanyNeeded},
	}, s.getPosters)
	web.Handle(api, web.Op{ID: "getHazardBoard", Route: "GET /hazard/board", Action: ActionPosters, Summary: "What the poster of a month says", Faults: board}, s.getBoard)
	web.Handle(api, web.Op{ID: "printHazardBoard", Route: "GET /hazard/board/print", Action: ActionPosters, Summary: "Print the poster of a month, A3", Faults: board}, s.getBoardPrint)
	web.Handle(api, web.Op{
		ID: "hangHazardPoster", Route: "POST /hazard/posters", Action: ActionHang, Summary: "File the photo of a poster that hangs",
		Faults: []*fault.Error{ErrMonth, ErrHungOn, ErrUnitUnknown, ErrPhotoUnknown, ErrBlank},
	}, s.postPoster)
}

func (s *Service) getPosters(ctx context.Context, in *postersInput) (*web.Body[page.List[posterView]], error) {
	rows, k, today, err := s.Posters(ctx, in.CompanyID, in.Query)
	return &web.Body[page.List[posterView]]{Body: page.Of(rows, k, in.Limit, posterKey, posterOn(today))}, err
}

func (s *Service) getBoard(ctx context.Context, in *BoardQuery) (*web.Body[boardView], error) {
	b, err := s.Board(ctx, *in)
	return &web.Body[boardView]{Body: boardAs(b)}, err
}

func (s *Service) getBoardPrint(ctx context.Context, in *BoardQuery) (*printedFile, error) {
	return printed(s.PrintBoard(ctx, *in))
}

func (s *Service) postPoster(ctx context.Context, in *web.Body[Hanging]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Hang(ctx, in.Body))
}
