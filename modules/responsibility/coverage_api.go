package responsibility

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type coverageView struct {
	On          day.Date        `json:"on"`
	Version     int             `json:"version" doc:"newest published list; 0: none"`
	Pending     int             `json:"pending" doc:"changes since it was published"`
	Duties      int             `json:"duties"`
	Posts       int             `json:"posts"`
	People      int             `json:"people"`
	Items       int             `json:"items" doc:"of the company's standard"`
	Bare        []postView      `json:"bare" nullable:"false" doc:"posts without duties"`
	Vacant      []postView      `json:"vacant" nullable:"false" doc:"posts nobody holds"`
	Unplaced    []personView    `json:"unplaced" nullable:"false" doc:"people on no post"`
	Statutes    []statutoryView `json:"statutes" nullable:"false" doc:"duties of Work Safety Law arts 21 and 25, and who holds them"`
	Uncovered   []itemView      `json:"uncovered" nullable:"false" doc:"items of the standard no post is responsible for"`
	Measured    bool            `json:"measured" doc:"whether performance is measured"`
	Idle        []idleView      `json:"idle" nullable:"false" doc:"duties never performed"`
	Unpublished []Problem       `json:"unpublished" nullable:"false" doc:"what keeps the matrix from being published"`
}

type postView struct {
	ID    id.Of[id.Post] `json:"id"`
	Name  string         `json:"name" doc:"with where it is"`
	Types []string       `json:"types" nullable:"false"`
}

type personView struct {
	ID         id.Of[id.Staff] `json:"id"`
	Name       string          `json:"name"`
	EmployeeNo string          `json:"employeeNo"`
	Unit       string          `json:"unit"`
}

type statutoryView struct {
	Code    string   `json:"code" doc:"article and item, e.g. 25.3"`
	Article int      `json:"article"`
	Item    int      `json:"item"`
	Text    string   `json:"text"`
	State   string   `json:"state" enum:"held,vacant,open" doc:"vacant: the posts that have it are held by nobody; open: no post has it"`
	Posts   []string `json:"posts" nullable:"false"`
	Duties  []string `json:"duties" nullable:"false"`
}

type itemView struct {
	Code        string   `json:"code"`
	Module      string   `json:"module"`
	ModuleName  string   `json:"moduleName"`
	Requirement string   `json:"requirement"`
	Method      string   `json:"method"`
	Frequency   string   `json:"frequency"`
	Posts       []string `json:"posts" nullable:"false" doc:"post types it concerns"`
	Major       bool     `json:"major"`
}

type idleView struct {
	ID   id.Of[id.Duty] `json:"id"`
	Text string         `json:"text"`
}

func viewItems(list []Item) []itemView {
	out := make([]itemView, len(list))
	for i, it := range list {
		out[i] = itemView{it.Code, it.Module, it.ModuleName, it.Requirement, it.Method, it.Frequency, append([]string{}, it.Posts...), it.Major}
	}
	return out
}

func viewPosts(list []SheetPost) []postView {
	out := make([]postView, len(list))
	for i, p := range list {
		out[i] = postView{p.ID, p.title(), p.Types}
	}
	return out
}

func viewCoverage(r Report) coverageView {
	v := coverageView{
		On: r.On, Version: r.Version, Pending: r.Pending, Duties: r.Duties, Posts: r.Posts, People: r.People, Items: r.Items, Bare: viewPosts(r.Bare),
		Vacant: viewPosts(r.Vacant), Unplaced: []personView{}, Statutes: []statutoryView{}, Uncovered: viewItems(r.Uncovered), Measured: r.Measured, Idle: []idleView{},
		Unpublished: append([]Problem{}, r.Unpublished...),
	}
	for _, p := range r.Unplaced {
		v.Unplaced = append(v.Unplaced, personView{p.StaffID, p.Name, p.EmployeeNo, r.UnitNames[p.UnitID]})
	}
	for _, s := range r.Statutes {
		v.Statutes = append(v.Statutes, statutoryView{s.Code, s.Article, s.Item, s.Text, s.State, s.Posts, s.Duties})
	}
	for _, d := range r.Idle {
		v.Idle = append(v.Idle, idleView{d.ID, d.Text})
	}
	return v
}

type figuresView struct {
	CompanyID      rbac.CompanyID `json:"companyId"`
	CountedAt      time.Time      `json:"countedAt"`
	Duties         int            `json:"duties"`
	Posts          int            `json:"posts"`
	PostsBare      int            `json:"postsBare" doc:"without duties"`
	PostsVacant    int            `json:"postsVacant" doc:"held by nobody"`
	People         int            `json:"people"`
	PeopleUnplaced int            `json:"peopleUnplaced" doc:"on no post"`
	StatutoryOpen  []statuteView  `json:"statutoryOpen" nullable:"false" doc:"duties of arts 21 and 25 nobody holds"`
	Items          int            `json:"items"`
	ItemsUncovered int            `json:"itemsUncovered" doc:"that no post is responsible for"`
	DutiesIdle     *int           `json:"dutiesIdle" doc:"never performed; null: not measured"`
	ListVersion    int            `json:"listVersion" doc:"0: none published"`
	PublishedAt    *time.Time     `json:"publishedAt"`
}

type listOfPost struct {
	ID       id.Of[id.Post] `json:"id"`
	Name     string         `json:"name"`
	Workshop string         `json:"workshop"`
	Team     string         `json:"team"`
	Version  int            `json:"version" doc:"newest published list; 0: none"`
	Types    []string       `json:"types" nullable:"false" doc:"post types: what the post needs follows from them"`
	Duties   []cellView     `json:"duties" nullable:"false"`
	Items    []itemView     `json:"items" nullable:"false" doc:"of the company's standard"`
}

type cellView struct {
	DutyID      id.Of[id.Duty] `json:"dutyId"`
	Text        string         `json:"text"`
	Basis       string         `json:"basis"`
	Frequency   string         `json:"frequency"`
	CheckMethod string         `json:"checkMethod"`
	Evidence    string         `json:"evidence"`
	Kind        string         `json:"kind" enum:"main,direct,lead,supervise"`
	Raci        string         `json:"raci" enum:"A,R,AR,C,I"`
	Score       int            `json:"score" doc:"hundredths of a point"`
	Statutory   string         `json:"statutory"`
}

type listsView struct {
	Lists []listOfPost `json:"lists" nullable:"false"`
}

func viewLists(list []PostList) listsView {
	out := listsView{Lists: []listOfPost{}}
	for _, p := range list {
		v := listOfPost{p.Post.ID, p.Post.Name, p.Post.Workshop, p.Post.Team, p.Version, append([]string{}, p.Post.Types...), []cellView{}, viewItems(p.Items)}
		for _, c := range p.Cells {
			v.Duties = append(v.Duties, cellView{c.DutyID, c.Text, c.Basis, c.Frequency, c.CheckMethod, c.Evidence, c.Kind, c.Raci, c.Score, c.Statutory})
		}
		out.Lists = append(out.Lists, v)
	}
	return out
}

func mountReports(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "getDutyCoverage", Route: "GET /responsibility/coverage", Action: ActionCoverage, Summary: "What nobody in the company answers for, with the rows"}, s.getCoverage)
	web.Handle(api, web.Op{
		ID: "getCompanyDutyCoverage", Route: "GET /responsibility/companies/{id}/coverage", Action: ActionFigures,
		Summary: "What nobody in a company answers for, as last counted, without people", Faults: []*fault.Error{ErrNotCounted},
	}, s.getFigures)
	web.Handle(api, web.Op{ID: "listPostLists", Route: "GET /responsibility/posts", Action: ActionRead, Summary: "The lists of posts: duties and what to look at"}, s.getPosts)
	web.Handle(api, web.Op{ID: "listMyPostLists", Route: "GET /responsibility/mine", Action: ActionMine, Summary: "The lists of one's own posts"}, s.getMine)
	web.Handle(api, web.Op{
		ID: "printPostCards", Route: "GET /responsibility/cards.pdf", Action: ActionRead, Summary: "Lists of posts as cards for the wall", Faults: []*fault.Error{rbac.ErrNotFound, ErrTooMany},
	}, s.getCards)
}

func (s *Service) getCoverage(ctx context.Context, _ *struct{}) (*web.Body[coverageView], error) {
	r, err := s.Coverage(ctx)
	return &web.Body[coverageView]{Body: viewCoverage(r)}, err
}

func (s *Service) getFigures(ctx context.Context, in *struct {
	ID rbac.CompanyID `path:"id"`
},
) (*web.Body[figuresView], error) {
	c, open, err := s.Figures(ctx, in.ID)
	v := figuresView{
		c.CompanyID, c.CountedAt, c.Duties, c.Posts, c.PostsBare, c.PostsVacant, c.People, c.PeopleUnplaced, []statuteView{}, c.Items, c.ItemsUncovered, c.DutiesIdle, c.ListVersion, c.PublishedAt,
	}
	for _, st := range open {
		v.StatutoryOpen = append(v.StatutoryOpen, viewStatute(st))
	}
	return &web.Body[figuresView]{Body: v}, err
}

// PostsQuery names posts; exported because huma skips an embedded type that is not.
type PostsQuery struct {
	UnitID id.Of[id.Unit] `query:"unitId" doc:"posts of this unit and below"`
	PostID id.Of[id.Post] `query:"postId" doc:"one post"`
}

func (q PostsQuery) posts() []id.Of[id.Post] {
	if q.PostID == 0 {
		return nil
	}
	return []id.Of[id.Post]{q.PostID}
}

func (s *Service) getPosts(ctx context.Context, in *PostsQuery) (*web.Body[listsView], error) {
	found, err := s.ListsOf(ctx, in.UnitID, in.posts())
	return &web.Body[listsView]{Body: viewLists(found)}, err
}

func (s *Service) getMine(ctx context.Context, _ *struct{}) (*web.Body[listsView], error) {
	found, err := s.Mine(ctx)
	return &web.Body[listsView]{Body: viewLists(found)}, err
}

func (s *Service) getCards(ctx context.Context, in *struct {
	PostsQuery
	Size string `query:"size" enum:"A4,A5" default:"A4"`
},
) (*web.File, error) {
	b, err := s.Cards(ctx, in.UnitID, in.posts(), in.Size, text.Of(ctx))
	return web.Inline(say(text.Of(ctx), "cards-name")+".pdf", b, err)
}
