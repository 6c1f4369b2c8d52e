package transfer

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/rbac"
	"anbiao/web"
)

// Order is what to export.
type Order struct {
	Kind    string              `json:"kind" maxLength:"40" doc:"which list, e.g. hazards"`
	Filters map[string][]string `json:"filters" maxProperties:"40" required:"false" doc:"query parameters of that list, sort included, limit and cursor not"`
	Columns []string            `json:"columns" maxItems:"60" maxLength:"40" required:"false" nullable:"false" doc:"keys of the columns to write, in this order; left out: all"`
}

func mountExports(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "startExport", Route: "POST /transfer/exports", Action: ActionExport,
		Summary: "Write a list into a workbook, as its filters leave it", Faults: []*fault.Error{ErrExportKind, ErrColumn, ErrBusy, web.ErrFilter},
	}, s.postExport)
	web.Handle(api, web.Op{
		ID: "getTransferFile", Route: "GET /transfer/transfers/{id}/file", Action: ActionRead,
		Summary: "Download a finished export", Faults: []*fault.Error{rbac.ErrNotFound, ErrState, ErrGone},
	}, s.getFile)
}

func (s *Service) postExport(ctx context.Context, in *web.Body[Order]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Export(ctx, in.Body.Kind, in.Body.Filters, in.Body.Columns))
}

func (s *Service) getFile(ctx context.Context, in *one) (*huma.StreamResponse, error) {
	return web.Serve(s.Download(ctx, in.ID))
}
