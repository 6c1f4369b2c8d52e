package hazard

import (
	"context"
	"mime"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

// printed is a PDF on the wire.
type printed struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func mountPrints(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "printHazard", Route: "GET /hazard/hazards/{id}/sheet", Action: ActionList, Summary: "Print one hazard with its photos before and after (隐患整改单)",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getSheet)
	web.Handle(api, web.Op{
		ID: "printLedger", Route: "GET /hazard/ledger", Action: ActionList, Summary: "Print the ledger as its filters leave it, at most 500 rows",
		Faults: []*fault.Error{ErrTextNeedsFirm},
	}, s.getLedger)
}

func pdfOf(b []byte, name string, err error) (*printed, error) {
	return &printed{"application/pdf", mime.FormatMediaType("attachment", map[string]string{"filename": name}), b}, err
}

func (s *Service) getSheet(ctx context.Context, in *struct {
	ID id.Of[id.Hazard] `path:"id"`
},
) (*printed, error) {
	return pdfOf(s.Sheet(ctx, in.ID))
}

func (s *Service) getLedger(ctx context.Context, in *Filter) (*printed, error) {
	b, err := s.PrintLedger(ctx, *in)
	return pdfOf(b, "隐患台账.pdf", err)
}
