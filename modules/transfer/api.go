package transfer

import (
	"context"
	"maps"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// View is an import or export on the wire.
type View struct {
	ID         id.Of[id.Transfer] `json:"id"`
	Direction  Direction          `json:"direction" enum:"import,export"`
	Kind       string             `json:"kind"`
	Status     Status             `json:"status" enum:"mapping,checking,ready,saving,writing,done,failed"`
	FileName   string             `json:"fileName"`
	Total      int                `json:"total" doc:"rows read so far; of an export, 0 until it is done"`
	Done       int                `json:"done" doc:"rows behind the running stage, of total; of an export, rows written"`
	Failed     int                `json:"failed" doc:"rows with something wrong"`
	New        int                `json:"new" doc:"rows that make, or made, something new"`
	Changed    int                `json:"changed"`
	Unchanged  int                `json:"unchanged"`
	FaultCode  string             `json:"faultCode" doc:"why the whole file failed"`
	FaultText  string             `json:"faultText"`
	CreatedAt  time.Time          `json:"createdAt"`
	FinishedAt *time.Time         `json:"finishedAt,omitempty"`
}

func (s *Service) view(ctx context.Context, t Transfer) View {
	v := View{
		ID: t.ID, Direction: t.Direction, Kind: t.Kind, Status: t.Status, FileName: t.FileName, Total: t.Total, Done: t.Done, Failed: t.Failed, New: t.Fresh,
		Changed: t.Changed, Unchanged: t.Unchanged, FaultCode: t.FaultCode, CreatedAt: t.CreatedAt, FinishedAt: t.FinishedAt,
	}
	if t.FaultCode != "" {
		v.FaultText = text.Say(text.Of(ctx), t.FaultCode, nil)
	}
	return v
}

// detail is a transfer with, for an import, what the mapping needs.
type detail struct {
	View
	Headers []string       `json:"headers" nullable:"false" doc:"headings of the file, by place"`
	Columns []columnView   `json:"columns" nullable:"false" doc:"columns of the list"`
	Places  map[string]int `json:"places" doc:"column key → place in headers, from 0"`
	Sheet   string         `json:"sheet"`
	Header  int            `json:"headerRow" doc:"last row of the heading, from 1"`
}

type columnView struct {
	Key      string `json:"key"`
	Title    string `json:"title"`
	Required bool   `json:"required"`
}

// rowView is one line of a file on the wire.
type rowView struct {
	Number  int               `json:"number" doc:"as Excel shows it"`
	Cells   map[string]string `json:"cells" doc:"column key → value"`
	Verdict Verdict           `json:"verdict" enum:"bad,new,changed,same"`
	Faults  []faultView       `json:"faults" nullable:"false"`
}

type faultView struct {
	Column  string `json:"column" doc:"column key, empty for the row"`
	Cell    string `json:"cell" doc:"as Excel shows it: C5"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func viewRow(ctx context.Context, columns []sheet.Column, r Row) rowView {
	cells := maps.Clone(r.Cells.V)
	maps.DeleteFunc(cells, func(column, _ string) bool { return strings.HasPrefix(column, "_") }) // what the noun keeps for itself
	l := text.Of(ctx)
	for _, c := range columns { // a choice is said as people read it
		for _, o := range c.Choices {
			if o.Value == cells[c.Key] && o.Title[l] != "" {
				cells[c.Key] = o.Title[l]
			}
		}
	}
	v := rowView{Number: r.Number, Cells: cells, Verdict: r.Verdict, Faults: make([]faultView, len(r.Faults.V))}
	for i, f := range r.Faults.V {
		v.Faults[i] = faultView{f.Column, f.Cell, f.Code, sheet.Say(l, columns, f)}
	}
	return v
}

type upload struct {
	RawBody huma.MultipartFormFiles[struct {
		Kind string        `form:"kind" required:"true" maxLength:"40" doc:"what the list holds, e.g. company-roster"`
		File huma.FormFile `form:"file" required:"true" doc:"xlsx or CSV, at most 20 MiB"`
	}]
}

type one struct {
	ID id.Of[id.Transfer] `path:"id"`
}

type rowsQuery struct {
	ID   id.Of[id.Transfer] `path:"id"`
	Only string             `query:"only" enum:"failed,new,changed,unchanged" doc:"rows of one verdict"`
	page.Query
}

type mappingInput struct {
	ID   id.Of[id.Transfer] `path:"id"`
	Body struct {
		Sheet     string         `json:"sheet" maxLength:"100" required:"false"`
		HeaderRow int            `json:"headerRow" minimum:"0" maximum:"1000" required:"false"`
		Places    map[string]int `json:"places" maxProperties:"100" doc:"column key → place in headers, from 0"`
	}
}

type templateQuery struct {
	Kind string `path:"kind" maxLength:"40"`
}

// file is a download.
type file struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func download(b []byte, name string, err error) (*file, error) {
	return &file{xlsx, mime.FormatMediaType("attachment", map[string]string{"filename": name}), b}, err
}

// fileFaults are what may be wrong with a whole file.
var fileFaults = []*fault.Error{
	sheet.ErrTooLarge, sheet.ErrTooManyRows, sheet.ErrEmpty, sheet.ErrOldFormat, sheet.ErrEncrypted, sheet.ErrProtected, sheet.ErrUnreadable, sheet.ErrNotSheet,
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "startTransfer", Route: "POST /transfer/transfers", Action: ActionStart, Upload: sheet.MaxBytes + 1<<20,
		Summary: "Upload a list to import", Faults: append([]*fault.Error{ErrKind}, fileFaults...),
	}, s.post)
	web.Handle(api, web.Op{
		ID: "listTransfers", Route: "GET /transfer/transfers", Action: ActionRead,
		Summary: "List imports and exports", Faults: []*fault.Error{page.ErrCursor},
	}, s.getList)
	web.Handle(api, web.Op{
		ID: "getTransfer", Route: "GET /transfer/transfers/{id}", Action: ActionRead,
		Summary: "Read an import or export: its stage, progress and mapping", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getOne)
	web.Handle(api, web.Op{
		ID: "listTransferRows", Route: "GET /transfer/transfers/{id}/rows", Action: ActionRead,
		Summary: "List the rows of an import with what is wrong with them", Faults: []*fault.Error{rbac.ErrNotFound, page.ErrCursor},
	}, s.getRows)
	web.Handle(api, web.Op{
		ID: "mapTransfer", Route: "PUT /transfer/transfers/{id}/mapping", Action: ActionStart,
		Summary: "Say which column is which", Faults: []*fault.Error{rbac.ErrNotFound, ErrState, ErrGone, ErrIncomplete, sheet.ErrMapping},
	}, s.putMapping)
	web.Handle(api, web.Op{
		ID: "commitTransfer", Route: "POST /transfer/transfers/{id}/commit", Action: ActionStart, Status: http.StatusOK,
		Summary: "Save the good rows", Faults: []*fault.Error{rbac.ErrNotFound, ErrState},
	}, s.postCommit)
	web.Handle(api, web.Op{
		ID: "getTransferErrors", Route: "GET /transfer/transfers/{id}/errors", Action: ActionRead,
		Summary: "Download the bad rows with what is wrong", Faults: []*fault.Error{rbac.ErrNotFound, ErrGone, ErrState},
	}, s.getErrors)
	web.Handle(api, web.Op{
		ID: "getTransferTemplate", Route: "GET /transfer/templates/{kind}", Action: ActionRead,
		Summary: "Download an empty list to fill in", Faults: []*fault.Error{ErrKind},
	}, s.getTemplate)
	mountExports(api, s)
}

func (s *Service) post(ctx context.Context, in *upload) (*web.Body[web.Made], error) {
	form := in.RawBody.Data()
	return web.MadeOf(s.Upload(ctx, form.Kind, form.File.Filename, form.File))
}

func (s *Service) getList(ctx context.Context, in *Filter) (*web.Body[page.List[View]], error) {
	list, err := s.List(ctx, *in)
	return &web.Body[page.List[View]]{Body: list}, err
}

func (s *Service) getOne(ctx context.Context, in *one) (*web.Body[detail], error) {
	t, columns, err := s.Read(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	d := detail{View: s.view(ctx, t), Headers: append([]string{}, t.Headers...), Columns: []columnView{}, Places: t.Mapping.V.Places, Sheet: t.Mapping.V.Sheet, Header: t.Mapping.V.HeaderRow}
	for _, c := range columns {
		d.Columns = append(d.Columns, columnView{c.Key, c.Title[text.Of(ctx)], c.Required})
	}
	return &web.Body[detail]{Body: d}, nil
}

func (s *Service) getRows(ctx context.Context, in *rowsQuery) (*web.Body[page.List[rowView]], error) {
	list, err := s.Rows(ctx, in.ID, in.Only, in.Query)
	return &web.Body[page.List[rowView]]{Body: list}, err
}

func (s *Service) putMapping(ctx context.Context, in *mappingInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Map(ctx, in.ID, sheet.Mapping{Sheet: in.Body.Sheet, HeaderRow: in.Body.HeaderRow, Places: in.Body.Places}))
}

func (s *Service) postCommit(ctx context.Context, in *one) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Commit(ctx, in.ID))
}

func (s *Service) getErrors(ctx context.Context, in *one) (*file, error) {
	return download(s.ErrorFile(ctx, in.ID))
}

func (s *Service) getTemplate(ctx context.Context, in *templateQuery) (*file, error) {
	return download(s.Template(ctx, in.Kind))
}
