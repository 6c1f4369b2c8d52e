package evidence

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

// View is a package on the wire.
type View struct {
	ID         id.Of[id.Bundle] `json:"id"`
	Period     string           `json:"period" doc:"2026-08, 2026-Q3, 2026; empty: chosen freely"`
	From       day.Date         `json:"from"`
	Until      day.Date         `json:"until"`
	Chapters   []string         `json:"chapters" nullable:"false" doc:"keys"`
	Status     Status           `json:"status" enum:"writing,done,failed"`
	Stage      string           `json:"stage" doc:"key of the chapter being written"`
	Done       int64            `json:"done" doc:"rows and files written so far"`
	Files      int64            `json:"files" doc:"in the finished package"`
	FileName   string           `json:"fileName"`
	FileSize   int64            `json:"fileSize" doc:"bytes"`
	SHA256     string           `json:"sha256" doc:"of the finished package, hexadecimal"`
	Fault      string           `json:"faultText" doc:"why it failed, in the reader's language"`
	MadeBy     string           `json:"madeBy"`
	MadeAt     time.Time        `json:"madeAt"`
	FinishedAt *time.Time       `json:"finishedAt,omitempty"`
	KeptUntil  day.Date         `json:"keptUntil,omitzero" doc:"last day on which the file is there"`
	There      bool             `json:"there" doc:"the file can be fetched"`
}

func viewIn(l text.Lang) func(Bundle) View {
	return func(b Bundle) View {
		v := View{
			ID: b.ID, Period: b.Period, From: b.FromOn, Until: b.UntilOn, Chapters: append([]string{}, b.Chapters...), Status: b.Status, Stage: b.Stage, Done: b.Done,
			Files: b.Files, FileName: b.FileName, FileSize: b.FileSize, SHA256: b.SHA256, MadeBy: b.MadeBy, MadeAt: b.MadeAt, FinishedAt: b.FinishedAt,
			KeptUntil: b.KeptUntil, There: b.Status == Done && b.BlobKey != "",
		}
		if b.FaultCode != "" {
			v.Fault = text.Say(l, b.FaultCode, nil)
		}
		return v
	}
}

type chapterView struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

type chapterList struct {
	Items []chapterView `json:"items" nullable:"false"`
}

type one struct {
	ID id.Of[id.Bundle] `path:"id"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listEvidenceChapters", Route: "GET /evidence/chapters", Action: ActionRead, Summary: "List what may go into a package",
	}, s.getChapters)
	web.Handle(api, web.Op{
		ID: "makeEvidencePackage", Route: "POST /evidence/packages", Action: ActionMake,
		Summary: "Put a period's records, photos and reports together in the background", Faults: []*fault.Error{ErrPeriod, ErrChapter, ErrBusy},
	}, s.post)
	web.Handle(api, web.Op{
		ID: "listEvidencePackages", Route: "GET /evidence/packages", Action: ActionRead, Summary: "List the company's packages, newest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getList)
	web.Handle(api, web.Op{
		ID: "getEvidencePackage", Route: "GET /evidence/packages/{id}", Action: ActionRead, Summary: "Read how far a package is", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.get)
	web.Handle(api, web.Op{
		ID: "getEvidenceFile", Route: "GET /evidence/packages/{id}/file", Action: ActionRead, Summary: "Download a finished package; it stays in the trail",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrState, ErrGone},
	}, s.getFile)
}

func (s *Service) getChapters(ctx context.Context, _ *struct{}) (*web.Body[chapterList], error) {
	keys, err := s.Offered(ctx)
	out := chapterList{Items: make([]chapterView, len(keys))}
	for i, k := range keys {
		out.Items[i] = chapterView{k, text.Say(text.Of(ctx), "evidence.chapter."+k, nil)}
	}
	return &web.Body[chapterList]{Body: out}, err
}

func (s *Service) post(ctx context.Context, in *web.Body[Order]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Make(ctx, in.Body))
}

func (s *Service) getList(ctx context.Context, in *page.Query) (*web.Body[page.List[View]], error) {
	rows, k, err := s.List(ctx, *in)
	at := func(b Bundle) []string { return []string{b.ID.String()} }
	return &web.Body[page.List[View]]{Body: page.Of(rows, k, in.Limit, at, viewIn(text.Of(ctx)))}, err
}

func (s *Service) get(ctx context.Context, in *one) (*web.Body[View], error) {
	b, err := s.Read(ctx, in.ID)
	return &web.Body[View]{Body: viewIn(text.Of(ctx))(b)}, err
}

func (s *Service) getFile(ctx context.Context, in *one) (*huma.StreamResponse, error) {
	return web.Serve(s.Download(ctx, in.ID))
}
