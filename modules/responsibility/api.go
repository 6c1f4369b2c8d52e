package responsibility

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

// Schema tells OpenAPI how long it may be.
func (Item21) Schema(huma.Registry) *huma.Schema { return short(5) }

// Schema tells OpenAPI how long it may be.
func (Module) Schema(huma.Registry) *huma.Schema { return short(6) }

// Schema tells OpenAPI how long it may be.
func (Code) Schema(huma.Registry) *huma.Schema { return short(60) }

func short(longest int) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, MaxLength: &longest}
	s.PrecomputeMessages()
	return s
}

type libraryView struct {
	Version  string        `json:"version"`
	Types    []typeView    `json:"types" nullable:"false"`
	Statutes []statuteView `json:"statutes" nullable:"false" doc:"duties that the Work Safety Law itself lays down, arts 21 and 25"`
}

type typeView struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"nameEn"`
	Level  string `json:"level" enum:"decision,management,execution,operator"`
	Duties int    `json:"duties"`
}

type statuteView struct {
	Code       string `json:"code" doc:"article and item, e.g. 21.5"`
	Article    int    `json:"article"`
	Item       int    `json:"item"`
	Text       string `json:"text"`
	Ref        string `json:"ref"`
	Confidence string `json:"confidence" doc:"how far the text was seen"`
}

func viewStatute(s Statute) statuteView { return statuteView(s) }

type unitView struct {
	ID       id.Of[id.Unit] `json:"id"`
	ParentID id.Of[id.Unit] `json:"parentId"`
	Kind     string         `json:"kind" enum:"department,workshop,team"`
	Name     string         `json:"name"`
}

type columnView struct {
	SheetPost
	Held int `json:"held" doc:"how many people hold it"`
}

type matrixView struct {
	On          day.Date     `json:"on"`
	Version     int          `json:"version" doc:"newest published list; 0: none"`
	PublishedAt *time.Time   `json:"publishedAt" doc:"of that list"`
	Pending     int          `json:"pending" doc:"changes since then"`
	Units       []unitView   `json:"units" nullable:"false"`
	Posts       []columnView `json:"posts" nullable:"false"`
	Duties      []SheetDuty  `json:"duties" nullable:"false"`
	Cells       []SheetCell  `json:"cells" nullable:"false"`
}

func viewMatrix(m Matrix) matrixView {
	v := matrixView{On: m.On, Version: m.Version, Pending: m.Pending, Units: []unitView{}, Posts: []columnView{}, Duties: m.Duties, Cells: m.Cells}
	if m.Version > 0 {
		v.PublishedAt = &m.Since
	}
	for _, u := range m.Units {
		v.Units = append(v.Units, unitView{u.ID, u.ParentID, u.Kind, u.Name})
	}
	for _, p := range m.Posts {
		v.Posts = append(v.Posts, columnView{p, m.Held[p.ID]})
	}
	return v
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "getDutyLibrary", Route: "GET /responsibility/library", Action: ActionLibrary, Summary: "Post types and statutory duties of the duty library"}, s.getLibrary)
	web.Handle(api, web.Op{ID: "getMatrix", Route: "GET /responsibility/matrix", Action: ActionRead, Summary: "The matrix: duties by posts"}, s.getMatrix)
	mountEdits(api, s)
	mountLists(api, s)
	mountReports(api, s)
}

func mountEdits(api huma.API, s *Service) {
	entry := []*fault.Error{ErrBlank, ErrCategory, ErrStatutory, ErrPrincipal}
	known := []*fault.Error{rbac.ErrNotFound, ErrDropped}
	web.Handle(api, web.Op{
		ID: "addDuty", Route: "POST /responsibility/duties", Action: ActionEdit, Summary: "Add a duty of the company's own", Faults: append(entry, ErrPost),
	}, s.postDuty)
	web.Handle(api, web.Op{
		ID: "editDuty", Route: "POST /responsibility/duties/{id}/edit", Action: ActionEdit, Summary: "Let a duty say something else from today on",
		Faults: append(entry, known...), Status: http.StatusOK,
	}, s.postEdit)
	web.Handle(api, web.Op{
		ID: "dropDuty", Route: "POST /responsibility/duties/{id}/drop", Action: ActionEdit, Summary: "Take a duty out of the matrix; what it was stays readable",
		Faults: append(known, ErrBlank), Status: http.StatusOK,
	}, s.postDrop)
	web.Handle(api, web.Op{
		ID: "setCell", Route: "POST /responsibility/cells", Action: ActionEdit, Summary: "Say what a post has to do with a duty",
		Faults: append(known, ErrPost, ErrPrincipal, ErrScoreless, ErrAccountable), Status: http.StatusOK,
	}, s.postCell)
	web.Handle(api, web.Op{
		ID: "removeCell", Route: "POST /responsibility/cells/remove", Action: ActionEdit, Summary: "End what a post has to do with a duty",
		Faults: append(known, ErrNoCell, ErrAccountable), Status: http.StatusOK,
	}, s.postRemoval)
	web.Handle(api, web.Op{
		ID: "rescalePost", Route: "POST /responsibility/posts/{id}/rescale", Action: ActionEdit, Summary: "Make the scores of a post add up to 100",
		Faults: []*fault.Error{ErrNothingScored}, Status: http.StatusOK,
	}, s.postRescale)
	web.Handle(api, web.Op{
		ID: "adoptDuties", Route: "POST /responsibility/adopt", Action: ActionEdit, Summary: "Give posts the duties of their types from the library",
		Faults: []*fault.Error{ErrPost, ErrCategory, ErrNothingAdopted}, Status: http.StatusOK,
	}, s.postAdoption)
}

func (s *Service) getLibrary(ctx context.Context, _ *struct{}) (*web.Body[libraryView], error) {
	l, err := s.Library(ctx)
	if err != nil {
		return nil, err
	}
	v := libraryView{Version: l.Version, Types: []typeView{}, Statutes: []statuteView{}}
	for _, t := range l.Types {
		v.Types = append(v.Types, typeView{t.Code, t.NameZh, t.NameEn, t.Level, len(t.Templates)})
	}
	for _, st := range l.Statutes {
		v.Statutes = append(v.Statutes, viewStatute(st))
	}
	return &web.Body[libraryView]{Body: v}, nil
}

func (s *Service) getMatrix(ctx context.Context, in *MatrixFilter) (*web.Body[matrixView], error) {
	m, err := s.Matrix(ctx, *in)
	return &web.Body[matrixView]{Body: viewMatrix(m)}, err
}

// DutyPath names a duty; exported because huma skips an embedded type that is not.
type DutyPath struct {
	ID id.Of[id.Duty] `path:"id"`
}

func (s *Service) postDuty(ctx context.Context, in *web.Body[NewDuty]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddDuty(ctx, in.Body))
}

func (s *Service) postEdit(ctx context.Context, in *struct {
	DutyPath
	Body Entry
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EditDuty(ctx, in.ID, in.Body))
}

func (s *Service) postDrop(ctx context.Context, in *struct {
	DutyPath
	Body Reason
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.DropDuty(ctx, in.ID, in.Body))
}

func (s *Service) postCell(ctx context.Context, in *web.Body[CellEntry]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.Body.DutyID, s.SetCell(ctx, in.Body))
}

func (s *Service) postRemoval(ctx context.Context, in *web.Body[CellKey]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.Body.DutyID, s.RemoveCell(ctx, in.Body))
}

func (s *Service) postRescale(ctx context.Context, in *struct {
	ID id.Of[id.Post] `path:"id"`
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Rescale(ctx, in.ID))
}

func (s *Service) postAdoption(ctx context.Context, in *web.Body[Adoption]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.Body.PostIDs[0], s.Adopt(ctx, in.Body))
}
