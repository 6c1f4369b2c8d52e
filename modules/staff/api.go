package staff

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type unitView struct {
	ID       id.Of[id.Unit]  `json:"id"`
	ParentID id.Of[id.Unit]  `json:"parentId" doc:"empty directly below the company"`
	Kind     string          `json:"kind" enum:"department,workshop,team"`
	Name     string          `json:"name"`
	Depth    int             `json:"depth" doc:"1 directly below the company"`
	HeadID   id.Of[id.Staff] `json:"headId" doc:"who leads it; empty: nobody"`
	HeadName string          `json:"headName"`
	People   int             `json:"people" doc:"in it and below it, of those whom the reader may see"`
	Mine     bool            `json:"mine" doc:"false: shown only because the reader's unit hangs below it"`
	Posts    []postView      `json:"posts" nullable:"false"`
}

type postView struct {
	ID    id.Of[id.Post] `json:"id"`
	Name  string         `json:"name"`
	Types []typeView     `json:"types" nullable:"false"`
	Held  int            `json:"held" doc:"how many hold it, of those whom the reader may see"`
}

type typeView struct {
	Code PostType `json:"code"`
	Name string   `json:"name"`
}

// Schema tells OpenAPI which post types there are.
func (PostType) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, t := range PostTypes {
		s.Enum = append(s.Enum, string(t))
	}
	s.PrecomputeMessages()
	return s
}

type treeView struct {
	On    day.Date   `json:"on"`
	Units []unitView `json:"units" nullable:"false" doc:"parents before children"`
}

type typesView struct {
	Types []typeView `json:"types" nullable:"false"`
}

// mountUnits adds the operations on units and posts.
func mountUnits(api huma.API, s *Service) {
	ofUnit := []*fault.Error{rbac.ErrNotFound, ErrUnitTaken, ErrUnitClosed, ErrFuture, ErrChangedSince}
	web.Handle(api, web.Op{ID: "listUnits", Route: "GET /staff/units", Action: ActionUnits, Summary: "The company's units with their posts, on a day", Faults: []*fault.Error{ErrFuture}}, s.getUnits)
	web.Handle(api, web.Op{ID: "listPostTypes", Route: "GET /staff/post-types", Action: ActionUnits, Summary: "Kinds of post"}, s.getTypes)
	web.Handle(api, web.Op{
		ID: "addUnit", Route: "POST /staff/units", Action: ActionUnit, Summary: "Add a department, workshop or team",
		Faults: []*fault.Error{ErrName, ErrUnitTaken, ErrUnitUnknown, ErrUnitDepth},
	}, s.postUnit)
	web.Handle(api, web.Op{
		ID: "editUnit", Route: "PUT /staff/units/{id}", Action: ActionUnit, Summary: "Rename a unit", Faults: append(ofUnit, ErrName),
	}, s.putUnit)
	web.Handle(api, web.Op{
		ID: "moveUnit", Route: "POST /staff/units/{id}/move", Action: ActionUnit, Summary: "Hang a unit, with all below it, somewhere else from a day on",
		Faults: append(ofUnit, ErrUnitUnknown, ErrCycle, ErrUnitDepth), Status: ok,
	}, s.postUnitMove)
	web.Handle(api, web.Op{
		ID: "leadUnit", Route: "POST /staff/units/{id}/head", Action: ActionUnit, Summary: "Name who leads a unit from a day on",
		Faults: append(ofUnit, ErrHead), Status: ok,
	}, s.postUnitHead)
	web.Handle(api, web.Op{
		ID: "closeUnit", Route: "POST /staff/units/{id}/close", Action: ActionUnit, Summary: "End an empty unit", Faults: append(ofUnit, ErrUnitInUse), Status: ok,
	}, s.postUnitClose)
	web.Handle(api, web.Op{
		ID: "addPost", Route: "POST /staff/posts", Action: ActionUnit, Summary: "Add a post",
		Faults: []*fault.Error{ErrName, ErrPostTaken, ErrPostType, ErrUnitUnknown},
	}, s.postPost)
	web.Handle(api, web.Op{
		ID: "editPost", Route: "PUT /staff/posts/{id}", Action: ActionUnit, Summary: "Edit or close a post",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrName, ErrPostTaken, ErrPostType, ErrPostHeld},
	}, s.putPost)
	web.Handle(api, web.Op{
		ID: "movePost", Route: "POST /staff/posts/{id}/move", Action: ActionUnit, Summary: "Put a post into another unit from a day on",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrUnitUnknown, ErrPostTaken, ErrPostClosed, ErrFuture, ErrChangedSince}, Status: ok,
	}, s.postPostMove)
}

type unitMoveInput struct {
	ID   id.Of[id.Unit] `path:"id"`
	Body UnitMove
}

func (s *Service) postUnitMove(ctx context.Context, in *unitMoveInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.MoveUnit(ctx, in.ID, in.Body))
}

type unitHeadInput struct {
	ID   id.Of[id.Unit] `path:"id"`
	Body UnitHead
}

func (s *Service) postUnitHead(ctx context.Context, in *unitHeadInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.LeadUnit(ctx, in.ID, in.Body))
}

type unitCloseInput struct {
	ID   id.Of[id.Unit] `path:"id"`
	Body struct {
		On day.Date `json:"on,omitempty" doc:"first day without it; empty: today"`
	}
}

func (s *Service) postUnitClose(ctx context.Context, in *unitCloseInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.CloseUnit(ctx, in.ID, in.Body.On))
}

type postMoveInput struct {
	ID   id.Of[id.Post] `path:"id"`
	Body PostMove
}

func (s *Service) postPostMove(ctx context.Context, in *postMoveInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.MovePost(ctx, in.ID, in.Body))
}

type treeInput struct {
	On day.Date `query:"on" doc:"the tree as it was on that day; empty: today"`
}

func (s *Service) getUnits(ctx context.Context, in *treeInput) (*web.Body[treeView], error) {
	c, err := s.Chart(ctx, in.On)
	return &web.Body[treeView]{Body: viewChart(c, text.Of(ctx))}, err
}

func viewChart(c Chart, lang text.Lang) treeView {
	of := map[id.Of[id.Unit]][]postView{}
	for _, p := range c.Posts {
		of[p.UnitID] = append(of[p.UnitID], postView{p.ID, p.Name, viewTypes(p.Types, lang), c.Held[p.ID]})
	}
	t := treeView{On: c.On, Units: []unitView{}}
	for _, u := range c.Units {
		t.Units = append(t.Units, unitView{
			ID: u.ID, ParentID: u.ParentID, Kind: u.Kind, Name: u.Name, Depth: len(u.Path) / pathDigits, HeadID: u.HeadID, HeadName: c.Heads[u.HeadID],
			People: c.People[u.ID], Mine: c.Mine[u.ID], Posts: append([]postView{}, of[u.ID]...),
		})
	}
	return t
}

func viewTypes[S ~string](codes []S, lang text.Lang) []typeView {
	views := []typeView{}
	for _, c := range codes {
		views = append(views, typeView{PostType(c), text.Say(lang, "staff.post-type."+string(c), nil)})
	}
	return views
}

func (s *Service) getTypes(ctx context.Context, _ *struct{}) (*web.Body[typesView], error) {
	err := s.Gate.Read(ctx, ActionUnits, nothing)
	return &web.Body[typesView]{Body: typesView{viewTypes(PostTypes, text.Of(ctx))}}, err
}

func (s *Service) postUnit(ctx context.Context, in *web.Body[UnitEntry]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddUnit(ctx, in.Body))
}

type unitInput struct {
	ID   id.Of[id.Unit] `path:"id"`
	Body UnitName
}

func (s *Service) putUnit(ctx context.Context, in *unitInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.RenameUnit(ctx, in.ID, in.Body))
}

func (s *Service) postPost(ctx context.Context, in *web.Body[PostEntry]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddPost(ctx, in.Body))
}

type postInput struct {
	ID   id.Of[id.Post] `path:"id"`
	Body PostName
}

func (s *Service) putPost(ctx context.Context, in *postInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EditPost(ctx, in.ID, in.Body))
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	mountUnits(api, s)
	mountPeople(api, s)
	mountBars(api, s)
}

// DayInput names a person and a day; exported because huma skips an embedded type that is not.
type DayInput struct {
	ID   id.Of[id.Staff] `path:"id"`
	Body struct {
		On day.Date `json:"on"`
	}
}

const ok = http.StatusOK
