package responsibility

import (
	"context"
	"net/http"
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

// ListRow is a published version in a list.
type ListRow struct {
	ID          id.Of[List] `json:"id"`
	Version     int         `json:"version"`
	Note        string      `json:"note" doc:"why there was a new version"`
	Checksum    string      `json:"checksum" doc:"SHA-256 of the frozen content"`
	Posts       int         `json:"posts"`
	Duties      int         `json:"duties"`
	Cells       int         `json:"cells"`
	PublishedAt time.Time   `json:"publishedAt"`
	PublishedBy string      `json:"publishedBy" doc:"name"`
}

func listRow(l List) ListRow {
	return ListRow{l.ID, l.Version, l.Note, l.Checksum, l.Posts, l.Duties, l.Cells, l.PublishedAt, l.PublishedName}
}

type listView struct {
	ListRow
	Content  Sheet         `json:"content"`
	Postings []postingView `json:"postings" nullable:"false" doc:"where it hangs on site, newest first"`
}

type postingView struct {
	Place         string                 `json:"place"`
	PostedOn      day.Date               `json:"postedOn"`
	By            string                 `json:"by"`
	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds" nullable:"false"`
}

type problemsView struct {
	Problems []Problem `json:"problems" nullable:"false"`
}

type upgradeView struct {
	To      string       `json:"to" doc:"newest version of the library"`
	From    []string     `json:"from" nullable:"false" doc:"older versions some duties came from"`
	Changes []changeView `json:"changes" nullable:"false"`
}

type changeView struct {
	Template string         `json:"template"`
	How      string         `json:"how" enum:"added,changed,removed"`
	Edited   bool           `json:"edited" doc:"the company says it in its own words"`
	DutyID   id.Of[id.Duty] `json:"dutyId"`
	Ours     wordsView      `json:"ours"`
	Was      wordsView      `json:"was" doc:"as it was adopted"`
	Is       wordsView      `json:"is" doc:"as the newest library has it"`
	Posts    []string       `json:"posts" nullable:"false"`
}

type wordsView struct {
	Text        string `json:"text"`
	Basis       string `json:"basis"`
	Frequency   string `json:"frequency"`
	CheckMethod string `json:"checkMethod"`
	Evidence    string `json:"evidence"`
}

func viewWords(w Wording) wordsView {
	return wordsView{w.Text, basis(w.Basis.V), w.Frequency, w.CheckMethod, w.Evidence}
}

func mountLists(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listMatrixProblems", Route: "GET /responsibility/problems", Action: ActionPublish, Summary: "What keeps the matrix from being published"}, s.getProblems)
	web.Handle(api, web.Op{
		ID: "publishMatrix", Route: "POST /responsibility/lists", Action: ActionPublish, Summary: "Freeze the matrix as the next version of the list",
		Faults: []*fault.Error{ErrMoved, ErrProblems, ErrBlank},
	}, s.postList)
	web.Handle(api, web.Op{
		ID: "listMatrixVersions", Route: "GET /responsibility/lists", Action: ActionRead, Summary: "Published versions, newest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getLists)
	web.Handle(api, web.Op{
		ID: "getMatrixVersion", Route: "GET /responsibility/lists/{id}", Action: ActionRead, Summary: "One published version as it was frozen", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getList)
	web.Handle(api, web.Op{
		ID: "postMatrixVersion", Route: "POST /responsibility/lists/{id}/postings", Action: ActionPublish, Summary: "Record where a version hangs on site",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrBlank, ErrPosted},
	}, s.postPosting)
	web.Handle(api, web.Op{ID: "getDutyUpgrade", Route: "GET /responsibility/upgrade", Action: ActionRead, Summary: "What the newest library would change"}, s.getUpgrade)
	web.Handle(api, web.Op{
		ID: "decideDutyUpgrade", Route: "POST /responsibility/upgrade", Action: ActionEdit, Summary: "Take changes of the newest library over, or keep what the company has",
		Faults: []*fault.Error{ErrTemplate, ErrEdited}, Status: http.StatusOK,
	}, s.postDecision)
	web.Handle(api, web.Op{
		ID: "printMatrix", Route: "GET /responsibility/annex.pdf", Action: ActionRead, Summary: "The matrix as the official annex", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getPDF)
	web.Handle(api, web.Op{
		ID: "exportMatrix", Route: "GET /responsibility/annex.xlsx", Action: ActionRead, Summary: "The matrix as a workbook", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getExcel)
}

func (s *Service) getProblems(ctx context.Context, _ *struct{}) (*web.Body[problemsView], error) {
	found, err := s.Problems(ctx)
	return &web.Body[problemsView]{Body: problemsView{found}}, err
}

func (s *Service) postList(ctx context.Context, in *web.Body[Publication]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Publish(ctx, in.Body))
}

func (s *Service) getLists(ctx context.Context, in *struct{ page.Query }) (*web.Body[page.List[ListRow]], error) {
	list, err := s.Lists(ctx, in.Query)
	out := page.List[ListRow]{Items: []ListRow{}, Next: list.Next, Prev: list.Prev}
	for _, l := range list.Items {
		out.Items = append(out.Items, listRow(l))
	}
	return &web.Body[page.List[ListRow]]{Body: out}, err
}

// ListPath names a published version; exported because huma skips an embedded type that is not.
type ListPath struct {
	ID id.Of[List] `path:"id"`
}

func (s *Service) getList(ctx context.Context, in *ListPath) (*web.Body[listView], error) {
	l, posted, err := s.List(ctx, in.ID)
	v := listView{listRow(l), l.Document.V, []postingView{}}
	for _, p := range posted {
		files := []id.Of[id.Attachment]{}
		for _, n := range p.AttachmentIDs {
			files = append(files, id.Of[id.Attachment](n))
		}
		v.Postings = append(v.Postings, postingView{p.Place, p.PostedOn, p.ByName, files})
	}
	return &web.Body[listView]{Body: v}, err
}

func (s *Service) postPosting(ctx context.Context, in *struct {
	ListPath
	Body PostingEntry
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Post(ctx, in.ID, in.Body))
}

func (s *Service) getUpgrade(ctx context.Context, _ *struct{}) (*web.Body[upgradeView], error) {
	u, err := s.Upgrade(ctx)
	v := upgradeView{u.To, append([]string{}, u.From...), []changeView{}}
	for _, c := range u.Changes {
		v.Changes = append(v.Changes, changeView{
			c.Template, c.How, c.Edited, c.Ours.DutyID, viewWords(c.Ours), viewWords(c.Was.wording()), viewWords(c.Is.wording()), append([]string{}, c.Posts...),
		})
	}
	return &web.Body[upgradeView]{Body: v}, err
}

func (s *Service) postDecision(ctx context.Context, in *web.Body[Decision]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Decide(ctx, in.Body))
}

// AnnexQuery says what to print; exported because huma skips an embedded type that is not.
type AnnexQuery struct {
	UnitID id.Of[id.Unit] `query:"unitId" doc:"posts of this unit and below"`
	Type   string         `query:"type" maxLength:"40" doc:"posts of this post type"`
	ListID id.Of[List]    `query:"listId" doc:"a published version; empty: the draft of today"`
}

func (s *Service) getPDF(ctx context.Context, in *struct {
	AnnexQuery
	Size string `query:"size" enum:"A3,A4" default:"A3"`
},
) (*web.File, error) {
	a, err := s.Annex(ctx, MatrixFilter{UnitID: in.UnitID, Type: in.Type}, in.ListID)
	if err != nil {
		return nil, err
	}
	b, err := a.PDF(in.Size, text.Of(ctx))
	return web.Inline(a.name(text.Of(ctx))+".pdf", b, err)
}

func (s *Service) getExcel(ctx context.Context, in *AnnexQuery) (*web.File, error) {
	a, err := s.Annex(ctx, MatrixFilter{UnitID: in.UnitID, Type: in.Type}, in.ListID)
	if err != nil {
		return nil, err
	}
	b, err := a.Excel(text.Of(ctx))
	return web.Download(a.name(text.Of(ctx))+".xlsx", b, err)
}
