package division

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/web"
)

// SpanView is an area in one span of its history.
type SpanView struct {
	ID        string   `json:"id"`
	Path      string   `json:"path"`
	Code      string   `json:"code"`
	Official  bool     `json:"official" doc:"the code stands in a public list"`
	Name      string   `json:"name"`
	Aliases   []string `json:"aliases" nullable:"false"`
	Kind      Kind     `json:"kind" enum:"province,city,county,town,zone,area,village,grid"`
	Parent    string   `json:"parent"`
	From      day.Date `json:"from"`
	Until     day.Date `json:"until" doc:"last day; empty while it exists"`
	Successor string   `json:"successor" doc:"where its companies went"`
	Source    string   `json:"source"`
}

func viewSpan(d Division) SpanView {
	return SpanView{
		d.ID.String(), d.Path, d.Code, d.Official, d.Name, append([]string{}, d.Aliases...), d.Kind, d.ParentPath, d.ValidFrom, d.ValidUntil, d.SuccessorPath, d.Source,
	}
}

type faultView struct {
	Column  string `json:"column"`
	Cell    string `json:"cell" doc:"as Excel shows it"`
	Message string `json:"message"`
}

type verdictView struct {
	Row       int         `json:"row"`
	Path      string      `json:"path"`
	Name      string      `json:"name"`
	Kind      Kind        `json:"kind"`
	From      day.Date    `json:"from"`
	Until     day.Date    `json:"until"`
	Successor string      `json:"successor"`
	Deed      Deed        `json:"deed" enum:"adds,corrects,renames,ends,recalls,same,refused"`
	Faults    []faultView `json:"faults" nullable:"false"`
}

// verdictsView shows the lines that are refused, then what the others do, as many as fit a page.
type verdictsView struct {
	Counts map[Deed]int  `json:"counts" doc:"lines by what they do"`
	Items  []verdictView `json:"items" nullable:"false" doc:"refused lines first, then changes; at most 500"`
	Sound  bool          `json:"sound" doc:"nothing is refused"`
}

const shownLines = 500

func viewVerdicts(ctx context.Context, all []Verdict) verdictsView {
	v := verdictsView{Counts: map[Deed]int{}, Items: []verdictView{}}
	for _, one := range all {
		v.Counts[one.Deed]++
	}
	v.Sound = v.Counts[Refused] == 0
	for _, refused := range []bool{true, false} {
		for _, one := range all {
			if (one.Deed == Refused) == refused && one.Deed != Same && len(v.Items) < shownLines {
				v.Items = append(v.Items, viewVerdict(ctx, one))
			}
		}
	}
	return v
}

func viewVerdict(ctx context.Context, one Verdict) verdictView {
	e := one.Entry
	v := verdictView{e.Row, e.Path, e.Name, e.Kind, e.From, e.Until, e.Successor, one.Deed, []faultView{}}
	for _, f := range one.Faults {
		v.Faults = append(v.Faults, faultView{f.Column, f.Cell, sheet.Say(text.Of(ctx), Columns(), f)})
	}
	return v
}

// ListForm is a file of areas.
type ListForm struct {
	File huma.FormFile `form:"file" required:"true" doc:"xlsx or CSV"`
}

type listFile struct {
	RawBody huma.MultipartFormFiles[ListForm]
}

func (f *listFile) read() ([]byte, error) {
	return io.ReadAll(io.LimitReader(f.RawBody.Data().File, MaxFile+1))
}

func mountHistory(api huma.API, s *Service) {
	file := []*fault.Error{ErrColumns, sheet.ErrTooLarge, sheet.ErrTooManyRows, sheet.ErrEmpty, sheet.ErrOldFormat, sheet.ErrEncrypted, sheet.ErrProtected, sheet.ErrUnreadable, sheet.ErrNotSheet}
	web.Handle(api, web.Op{ID: "listDivisionHistory", Route: "GET /division/history", Action: ActionKeep, Summary: "List the areas directly below one with their history", Faults: []*fault.Error{page.ErrCursor}}, s.getHistory)
	web.Handle(api, web.Op{ID: "changeDivision", Route: "POST /division/divisions", Action: ActionKeep, Summary: "Add, rename or end an area", Faults: []*fault.Error{ErrRefused, ErrNothing}}, s.postChange)
	web.Handle(api, web.Op{
		ID: "checkDivisions", Route: "POST /division/imports/check", Action: ActionKeep, Summary: "Say what a list of areas would do", Exempt: true, Status: http.StatusOK, Upload: MaxFile + 64<<10, Faults: file,
	}, s.postCheck)
	web.Handle(api, web.Op{
		ID: "importDivisions", Route: "POST /division/imports", Action: ActionKeep, Summary: "Carry out a list of areas, all or nothing", Upload: MaxFile + 64<<10, Faults: append(file, ErrRefused, ErrNothing),
	}, s.postImport)
}

func (s *Service) getHistory(ctx context.Context, in *childrenQuery) (*web.Body[page.List[SpanView]], error) {
	list, err := s.History(ctx, in.Parent, in.Query)
	return &web.Body[page.List[SpanView]]{Body: list}, err
}

func (s *Service) postChange(ctx context.Context, in *web.Body[Entry]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Change(ctx, in.Body))
}

func (s *Service) postCheck(ctx context.Context, in *listFile) (*web.Body[verdictsView], error) {
	b, err := in.read()
	if err != nil {
		return nil, err
	}
	all, err := s.Check(ctx, b)
	return &web.Body[verdictsView]{Body: viewVerdicts(ctx, all)}, err
}

func (s *Service) postImport(ctx context.Context, in *listFile) (*web.Body[web.Made], error) {
	b, err := in.read()
	if err != nil {
		return nil, err
	}
	return web.MadeOf(s.Import(ctx, b))
}

func itoa(n int) string { return strconv.Itoa(n) }
