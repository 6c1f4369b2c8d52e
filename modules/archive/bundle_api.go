package archive

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// View is an export on the wire.
type View struct {
	ID         id.Of[id.Archive] `json:"id"`
	Plain      bool              `json:"plain" doc:"identity numbers and numbers of certificates are opened in it"`
	Status     Status            `json:"status" enum:"writing,done,failed"`
	Stage      string            `json:"stage" doc:"table being read; files: the file is being put together"`
	Done       int64             `json:"done" doc:"rows read so far"`
	Files      int64             `json:"files" doc:"in the finished export"`
	FileName   string            `json:"fileName"`
	FileSize   int64             `json:"fileSize" doc:"bytes"`
	SHA256     string            `json:"sha256" doc:"of the finished export, hexadecimal"`
	Fault      string            `json:"faultText" doc:"why it failed, in the reader's language"`
	MadeBy     string            `json:"madeBy"`
	MadeAt     time.Time         `json:"madeAt"`
	FinishedAt *time.Time        `json:"finishedAt,omitempty"`
	KeptUntil  day.Date          `json:"keptUntil,omitzero" doc:"last day on which the file is there"`
	There      bool              `json:"there" doc:"the file can be fetched"`
}

func viewIn(l text.Lang) func(Bundle) View {
	return func(b Bundle) View {
		v := View{
			ID: b.ID, Plain: b.Plain, Status: b.Status, Stage: b.Stage, Done: b.Done, Files: b.Files, FileName: b.FileName, FileSize: b.FileSize, SHA256: b.SHA256,
			MadeBy: b.MadeBy, MadeAt: b.MadeAt, FinishedAt: b.FinishedAt, KeptUntil: b.KeptUntil, There: b.Status == Done && b.BlobKey != "",
		}
		if b.FaultCode != "" {
			v.Fault = text.Say(l, b.FaultCode, nil)
		}
		return v
	}
}

type named struct {
	ID id.Of[id.Archive] `path:"id"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "orderArchive", Route: "POST /archive/bundles", Action: ActionOrder,
		Summary: "Put all data and files of the company together in the background", Faults: []*fault.Error{ErrPlain, ErrBusy},
	}, s.post)
	web.Handle(api, web.Op{
		ID: "listArchives", Route: "GET /archive/bundles", Action: ActionRead, Summary: "List the company's exports, newest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getList)
	web.Handle(api, web.Op{
		ID: "getArchive", Route: "GET /archive/bundles/{id}", Action: ActionRead, Summary: "Read how far an export is", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.get)
	web.Handle(api, web.Op{
		ID: "getArchiveFile", Route: "GET /archive/bundles/{id}/file", Action: ActionRead, Summary: "Download a finished export; it stays in the trail",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrPlain, ErrState, ErrGone},
	}, s.getFile)
	mountErasure(api, s)
}

func (s *Service) post(ctx context.Context, in *web.Body[Order]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Order(ctx, in.Body))
}

func (s *Service) getList(ctx context.Context, in *page.Query) (*web.Body[page.List[View]], error) {
	rows, k, err := s.List(ctx, *in)
	at := func(b Bundle) []string { return []string{b.ID.String()} }
	return &web.Body[page.List[View]]{Body: page.Of(rows, k, in.Limit, at, viewIn(text.Of(ctx)))}, err
}

func (s *Service) get(ctx context.Context, in *named) (*web.Body[View], error) {
	b, err := s.Read(ctx, in.ID)
	return &web.Body[View]{Body: viewIn(text.Of(ctx))(b)}, err
}

func (s *Service) getFile(ctx context.Context, in *named) (*huma.StreamResponse, error) {
	return web.Serve(s.Download(ctx, in.ID))
}
