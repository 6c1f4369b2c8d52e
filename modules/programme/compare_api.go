package programme

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

type compareView struct {
	Comparison
	Months      []string `json:"months" nullable:"false" doc:"that can be chosen, the running one first"`
	Confidence  string   `json:"confidence" doc:"of the indicators"`
	NotMeasured []string `json:"notMeasured" nullable:"false" doc:"suggested indicators that nothing is recorded for"`
}

type bulletinView struct {
	ID       id.Of[Bulletin] `json:"id"`
	Area     string          `json:"area"`
	AreaName string          `json:"areaName"`
	Month    string          `json:"month"`
	State    string          `json:"state" enum:"draft,issued,dropped"`
	Number   string          `json:"number" doc:"empty of a draft"`
	Title    string          `json:"title"`
	UnitName string          `json:"unitName"`
	MadeAt   time.Time       `json:"madeAt"`
	MadeBy   string          `json:"madeBy"`
	IssuedAt *time.Time      `json:"issuedAt,omitempty"`
	IssuedBy string          `json:"issuedBy"`
	SHA256   string          `json:"sha256"`
}

func bulletinAs(b Bulletin) bulletinView {
	return bulletinView{b.ID, b.Area, b.AreaName, b.Month, b.State, b.Number(), b.Title, b.UnitName, b.MadeAt, b.MadeBy, b.IssuedAt, b.IssuedBy, b.SHA256}
}

func keyOfBulletin(b Bulletin) []string { return []string{b.ID.String()} }

type bulletinDetail struct {
	Bulletin     bulletinView `json:"bulletin"`
	NumberPrefix string       `json:"numberPrefix"`
	Opening      string       `json:"opening"`
	Demands      string       `json:"demands"`
	Mine         bool         `json:"mine" doc:"your organisation's"`
	Issue        Issue        `json:"issue" doc:"frozen once issued; of a draft what it would say now"`
}

type bulletinIn struct {
	ID id.Of[Bulletin] `path:"id"`
}

type bulletinOn[T any] struct {
	ID   id.Of[Bulletin] `path:"id"`
	Body T
}

func mountCompare(api huma.API, s *Service) {
	drawn := []*fault.Error{ErrPeriod, ErrArea, ErrWide}
	web.Handle(api, web.Op{ID: "compareAreas", Route: "GET /programme/comparison", Action: ActionCompare, Summary: "The areas below one ranked by indicators in a month (镇街对比)", Faults: drawn}, s.getComparison)
	web.Handle(api, web.Op{ID: "exportComparison", Route: "GET /programme/comparison/sheet", Action: ActionCompare, Summary: "The same as an Excel file", Faults: drawn}, s.getComparisonSheet)
}

func mountBulletins(api huma.API, s *Service) {
	one := []*fault.Error{rbac.ErrNotFound}
	change := []*fault.Error{rbac.ErrNotFound, ErrNotOwn, ErrNotDraft}
	web.Handle(api, web.Op{ID: "listBulletins", Route: "GET /programme/bulletins", Action: ActionCompare, Summary: "List bulletins (通报)", Faults: []*fault.Error{page.ErrCursor}}, s.getBulletins)
	web.Handle(api, web.Op{ID: "getBulletin", Route: "GET /programme/bulletins/{id}", Action: ActionCompare, Summary: "A bulletin with its ranking and lists", Faults: one}, s.getBulletin)
	web.Handle(api, web.Op{ID: "printBulletin", Route: "GET /programme/bulletins/{id}/word", Action: ActionCompare, Summary: "The same as Word", Faults: one}, s.getBulletinPaper)
	web.Handle(api, web.Op{
		ID: "draftBulletin", Route: "POST /programme/bulletins", Action: ActionDraft, Summary: "Begin a bulletin of a month that has ended", Faults: []*fault.Error{ErrArea, ErrWide, ErrPeriod, ErrDrafted},
	}, s.postBulletin)
	web.Handle(api, web.Op{ID: "wordBulletin", Route: "PUT /programme/bulletins/{id}", Action: ActionDraft, Summary: "Write into a draft", Status: http.StatusOK, Faults: change}, s.putBulletin)
	web.Handle(api, web.Op{
		ID: "issueBulletin", Route: "POST /programme/bulletins/{id}/issue", Action: ActionDraft, Summary: "Issue a draft: numbered and frozen", Status: http.StatusOK, Faults: append([]*fault.Error{ErrNumber}, change...),
	}, s.postIssue)
	web.Handle(api, web.Op{ID: "dropBulletin", Route: "POST /programme/bulletins/{id}/drop", Action: ActionDraft, Summary: "Give a draft up", Status: http.StatusOK, Faults: change}, s.postDrop)
}

func (s *Service) getComparison(ctx context.Context, in *CompareQuery) (*web.Body[compareView], error) {
	c, months, err := s.Compare(ctx, *in)
	if err != nil {
		return nil, err
	}
	return &web.Body[compareView]{Body: compareView{c, append([]string{}, months...), indicated.Confidence, append([]string{}, indicated.NotMeasured...)}}, nil
}

func (s *Service) getComparisonSheet(ctx context.Context, in *CompareQuery) (*web.File, error) {
	b, name, err := s.CompareSheet(ctx, *in)
	return web.Download(name, b, err)
}

func (s *Service) getBulletins(ctx context.Context, in *BulletinFilter) (*web.Body[page.List[bulletinView]], error) {
	rows, k, err := s.Bulletins(ctx, *in)
	return &web.Body[page.List[bulletinView]]{Body: page.Of(rows, k, in.Limit, keyOfBulletin, bulletinAs)}, err
}

func (s *Service) getBulletin(ctx context.Context, in *bulletinIn) (*web.Body[bulletinDetail], error) {
	b, err := s.BulletinByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	a, _ := rbac.ActorOf(ctx)
	return &web.Body[bulletinDetail]{Body: bulletinDetail{bulletinAs(b), b.NumberPrefix, b.Opening, b.Demands, b.OrganisationID == a.OrganisationID, *b.Content.V}}, nil
}

func (s *Service) getBulletinPaper(ctx context.Context, in *bulletinIn) (*web.File, error) {
	b, name, err := s.PrintBulletin(ctx, in.ID)
	return web.Download(name, b, err)
}

func (s *Service) postBulletin(ctx context.Context, in *web.Body[Drafting]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Draft(ctx, in.Body))
}

func (s *Service) putBulletin(ctx context.Context, in *bulletinOn[Wording]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Word(ctx, in.ID, in.Body))
}

func (s *Service) postIssue(ctx context.Context, in *bulletinIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Publish(ctx, in.ID))
}

func (s *Service) postDrop(ctx context.Context, in *bulletinIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Drop(ctx, in.ID))
}
