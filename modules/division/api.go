package division

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/web"
)

// View is an area on the wire.
type View struct {
	Path string `json:"path" doc:"place in the tree; everything below begins with it"`
	Code string `json:"code" doc:"as printed; our own where no official one exists"`
	Name string `json:"name"`
	Kind Kind   `json:"kind" enum:"province,city,county,town,zone,area,village,grid"`
}

func view(d Division) View { return View{d.Path, d.Code, d.Name, d.Kind} }

// lineView is a supervision line on the wire.
type lineView struct {
	Line       int16  `json:"line"`
	Name       string `json:"name"`
	Department string `json:"department"`
}

type childrenQuery struct {
	Parent string `query:"parent" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of the area around them; empty for the provinces"`
	page.Query
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listDivisions", Route: "GET /division/divisions", Action: ActionList,
		Summary: "List the areas directly below one", Faults: []*fault.Error{page.ErrCursor},
	}, s.getChildren)
	web.Handle(api, web.Op{
		ID: "listSupervisionLines", Route: "GET /division/lines", Action: ActionList,
		Summary: "List the supervision lines",
	}, s.getLines)
	mountHistory(api, s)
}

func (s *Service) getChildren(ctx context.Context, in *childrenQuery) (*web.Body[page.List[View]], error) {
	list, err := s.Children(ctx, in.Parent, in.Query)
	return &web.Body[page.List[View]]{Body: list}, err
}

func (s *Service) getLines(ctx context.Context, _ *struct{}) (*web.Body[page.List[lineView]], error) {
	all, err := s.Lines(ctx)
	list := page.List[lineView]{Items: make([]lineView, len(all))}
	for i, l := range all {
		list.Items[i] = lineView(l)
	}
	return &web.Body[page.List[lineView]]{Body: list}, err
}
