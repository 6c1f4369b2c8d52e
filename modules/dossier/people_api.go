package dossier

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/rbac"
	"anbiao/web"
)

// personView is somebody who answers for a company, on the wire.
type personView struct {
	ID      id.Of[id.Responsible] `json:"id"`
	Kind    string                `json:"kind" enum:"territory,line,general,company,grid"`
	Name    string                `json:"name"`
	Post    string                `json:"post"`
	Phone   string                `json:"phone"`
	SinceOn day.Date              `json:"sinceOn"`
	UntilOn day.Date              `json:"untilOn" doc:"last day; empty: still"`
	By      string                `json:"namedBy"`
}

func viewPeople(rows []Responsible) []personView {
	out := make([]personView, len(rows))
	for i, r := range rows {
		out[i] = personView{r.ID, r.Kind, r.Name, r.Post, r.Phone, r.SinceOn, r.UntilOn, r.NamedBy}
	}
	return out
}

// boardLine is a company with who answers for it.
type boardLine struct {
	ID     rbac.CompanyID `json:"id"`
	Name   string         `json:"name"`
	USCC   string         `json:"uscc"`
	Town   string         `json:"town"`
	People []personView   `json:"people" nullable:"false" doc:"who answers today"`
}

func viewLine(b Boarded) boardLine {
	return boardLine{b.CompanyID, b.Name, code.Or(b.USCC, b.RegionPath, int64(b.CompanyID)), b.Town, viewPeople(b.People)}
}

// boardView is who answers for one company, and who did.
type boardView struct {
	Company boardLine    `json:"company"`
	Past    []personView `json:"past" nullable:"false" doc:"everybody, the latest first"`
	May     bool         `json:"may" doc:"the reader may name them"`
	Today   day.Date     `json:"today"`
}

type nameBody struct {
	CompanyIDs []rbac.CompanyID `json:"companyIds" minItems:"1" maxItems:"500" nullable:"false"`
	Named
}

type nameIn struct{ Body nameBody }

type endBody struct {
	CompanyID rbac.CompanyID `json:"companyId"`
	Kind      string         `json:"kind" enum:"territory,line,general,company,grid"`
	On        day.Date       `json:"on" doc:"last day"`
}

func mountPeople(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listResponsible", Route: "GET /dossier/responsible", Action: ActionPeople, Summary: "List companies with the persons who answer for them (四责任人)", Faults: []*fault.Error{page.ErrCursor},
	}, s.getBoards)
	web.Handle(api, web.Op{
		ID: "getResponsible", Route: "GET /dossier/board", Action: ActionPeople, Summary: "Who answers for a company, and who did", Faults: []*fault.Error{rbac.ErrNotFound, ErrCompanyNeeded},
	}, s.getBoard)
	web.Handle(api, web.Op{
		ID: "printResponsible", Route: "GET /dossier/board/print", Action: ActionPeople, Summary: "Print the board (责任公示牌) of a company", Faults: []*fault.Error{rbac.ErrNotFound, ErrCompanyNeeded},
	}, s.getBoardPrint)
	web.Handle(api, web.Op{
		ID: "nameResponsible", Route: "POST /dossier/responsible", Action: ActionName, Summary: "Regulator: name who answers for companies", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrBlank, ErrSince},
	}, s.postName)
	web.Handle(api, web.Op{
		ID: "endResponsible", Route: "POST /dossier/responsible/end", Action: ActionName, Summary: "Regulator: somebody no longer answers", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNobody, ErrSince},
	}, s.postEnd)
}

func (s *Service) getBoards(ctx context.Context, in *BoardFilter) (*web.Body[page.List[boardLine]], error) {
	rows, k, err := s.Boards(ctx, *in)
	return &web.Body[page.List[boardLine]]{Body: page.Of(rows, k, in.Limit, keyOf, viewLine)}, err
}

func keyOf(b Boarded) []string { return []string{b.RegionPath, b.CompanyID.String()} }

func (s *Service) getBoard(ctx context.Context, in *ownIn) (*web.Body[boardView], error) {
	b, err := s.BoardOf(ctx, in.CompanyID)
	return &web.Body[boardView]{Body: boardView{Company: viewLine(b.Firm), Past: viewPeople(b.Past), May: b.May, Today: b.Now}}, err
}

func (s *Service) getBoardPrint(ctx context.Context, in *ownIn) (*web.File, error) {
	name, content, err := s.PrintBoard(ctx, in.CompanyID)
	return web.Inline(name+".pdf", content, err)
}

func (s *Service) postName(ctx context.Context, in *nameIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Name(ctx, in.Body.CompanyIDs, in.Body.Named))
}

func (s *Service) postEnd(ctx context.Context, in *struct{ Body endBody }) (*web.Body[web.Made], error) {
	return web.MadeOf(s.End(ctx, in.Body.CompanyID, in.Body.Kind, in.Body.On))
}

// ExportPage reads one page of the list of who answers for an export, from cursor on. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[BoardFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Boards(ctx, f)
	list := page.Of(rows, k, limit, keyOf, func(b Boarded) Boarded { return b })
	for _, b := range list.Items {
		out = append(out, b.record())
	}
	return out, list.Next, err
}
