package certificate

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

func mountGaps(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listCertificateGaps", Route: "GET /certificate/gaps", Action: ActionGaps, Summary: "Who lacks which certificate for his posts, by unit",
		Faults: []*fault.Error{rbac.ErrNotFound, page.ErrCursor},
	}, s.getGaps)
	web.Handle(api, web.Op{ID: "listMyCertificateGaps", Route: "GET /certificate/gaps/mine", Action: ActionMine, Summary: "What the signed-in person needs for his posts"}, s.getMyGaps)
	web.Handle(api, web.Op{
		ID: "remindCertificateGaps", Route: "POST /certificate/gaps/remind", Action: ActionRemind, Summary: "Tell people what they lack, once a day; answers how many have a login",
		Faults: []*fault.Error{ErrHolder}, Status: http.StatusOK,
	}, s.postRemindGaps)
	web.Handle(api, web.Op{ID: "listCertificatePosts", Route: "GET /certificate/posts", Action: ActionGaps, Summary: "The company's posts with the certificates they need"}, s.getPosts)
	web.Handle(api, web.Op{
		ID: "addCertificateNeed", Route: "POST /certificate/own-needs", Action: ActionNeed, Summary: "Ask for a further certificate on a post",
		Faults: []*fault.Error{ErrPost, ErrKind, ErrOperation, ErrNeeded},
	}, s.postNeed)
	web.Handle(api, web.Op{
		ID: "removeCertificateNeed", Route: "POST /certificate/own-needs/{id}/remove", Action: ActionNeed, Summary: "No longer ask for it",
		Faults: []*fault.Error{rbac.ErrNotFound}, Status: http.StatusOK,
	}, s.postUnneed)
}

// GapView is one thing somebody needs; exported because huma skips an embedded type that is not.
type GapView struct {
	ID            string                `json:"id" doc:"of the row"`
	StaffID       id.Of[id.Staff]       `json:"staffId"`
	Name          string                `json:"name"`
	EmployeeNo    string                `json:"employeeNo"`
	HasLogin      bool                  `json:"hasLogin" doc:"can be told"`
	PostID        id.Of[id.Post]        `json:"postId"`
	PostName      string                `json:"postName"`
	UnitID        id.Of[id.Unit]        `json:"unitId"`
	UnitName      string                `json:"unitName"`
	Kind          string                `json:"kind"`
	KindName      string                `json:"kindName"`
	Operations    []string              `json:"operations" nullable:"false" doc:"codes of which one is enough; none: any, or the kind has none"`
	Title         string                `json:"title" doc:"what is needed, in words"`
	Own           bool                  `json:"own" doc:"asked for by the company, not by law"`
	Basis         string                `json:"basis"`
	State         Cover                 `json:"state" enum:"missing,lapsed,soon,unverified,met"`
	CertificateID id.Of[id.Certificate] `json:"certificateId" doc:"what he has; empty: nothing"`
	Status        Status                `json:"status" doc:"of that; empty: nothing"`
	DueOn         day.Date              `json:"dueOn"`
	DueType       Due                   `json:"dueType" enum:"none,review,expiry"`
	Verified      bool                  `json:"verified"`
}

func viewGap(l text.Lang) func(Gap) GapView {
	return func(g Gap) GapView {
		kind, _ := Kinds.names(l, g.Want.Kind, "")
		v := GapView{
			ID:      g.StaffID.String() + "|" + g.Want.key(),
			StaffID: g.StaffID, Name: g.Name, EmployeeNo: g.EmployeeNo, HasLogin: g.PersonID != 0, PostID: g.PostID, PostName: g.PostName, UnitID: g.UnitID, UnitName: g.UnitName,
			Kind: g.Want.Kind, KindName: kind, Operations: append([]string{}, g.Want.AnyOf...), Title: g.Want.title(l), Own: g.Want.Basis == "", Basis: g.Want.Basis,
			State: g.State, DueType: DueNone, Verified: g.Verified,
		}
		if g.Card != nil {
			v.CertificateID, v.Status, v.DueOn, v.DueType = g.Card.ID, g.Standing.Status, g.Standing.NextDue, g.Standing.NextDueType
		}
		return v
	}
}

type gapCountsView struct {
	Missing    int `json:"missing"`
	Lapsed     int `json:"lapsed"`
	Soon       int `json:"soon"`
	Unverified int `json:"unverified"`
	Met        int `json:"met"`
	People     int `json:"people" doc:"with something missing or lapsed"`
}

type gapsView struct {
	page.List[GapView]
	Counts gapCountsView `json:"counts" doc:"of everything, whatever the filter"`
}

func (s *Service) getGaps(ctx context.Context, in *GapFilter) (*web.Body[gapsView], error) {
	rows, n, k, err := s.Gaps(ctx, *in)
	return &web.Body[gapsView]{Body: gapsView{page.Of(rows, k, in.Limit, Gap.place, viewGap(text.Of(ctx))), gapCountsView(n)}}, err
}

type myGapsView struct {
	Items []GapView `json:"items" nullable:"false"`
}

func (s *Service) getMyGaps(ctx context.Context, _ *struct{}) (*web.Body[myGapsView], error) {
	rows, err := s.MyGaps(ctx)
	v, view := myGapsView{Items: []GapView{}}, viewGap(text.Of(ctx))
	for _, g := range rows {
		v.Items = append(v.Items, view(g))
	}
	return &web.Body[myGapsView]{Body: v}, err
}

type peopleForm struct {
	StaffIDs []id.Of[id.Staff] `json:"staffIds" minItems:"1" maxItems:"500" nullable:"false"`
}

func (s *Service) postRemindGaps(ctx context.Context, in *web.Body[peopleForm]) (*web.Body[web.Made], error) {
	n, err := s.RemindGaps(ctx, in.Body.StaffIDs)
	return web.MadeOf(int64(n), err)
}

type needView struct {
	ID         id.Of[OwnNeed] `json:"id" doc:"empty: by law, cannot be taken away"`
	Kind       string         `json:"kind"`
	Title      string         `json:"title"`
	Basis      string         `json:"basis"`
	Note       string         `json:"note"`
	MadeByName string         `json:"madeByName"`
}

type postView struct {
	ID       id.Of[id.Post] `json:"id"`
	Name     string         `json:"name"`
	UnitID   id.Of[id.Unit] `json:"unitId"`
	UnitName string         `json:"unitName"`
	Holders  int64          `json:"holders"`
	Needs    []needView     `json:"needs" nullable:"false"`
}

type postsView struct {
	Items []postView `json:"items" nullable:"false"`
}

func (s *Service) getPosts(ctx context.Context, _ *struct{}) (*web.Body[postsView], error) {
	rows, err := s.Posts(ctx)
	v, l := postsView{Items: []postView{}}, text.Of(ctx)
	for _, p := range rows {
		v.Items = append(v.Items, viewPost(l, p))
	}
	return &web.Body[postsView]{Body: v}, err
}

func viewPost(l text.Lang, p NeedyPost) postView {
	v := postView{p.ID, p.Name, p.UnitID, p.UnitName, p.Holders, []needView{}}
	for _, w := range wantsOf(p.Types, nil) {
		v.Needs = append(v.Needs, needView{Kind: w.Kind, Title: w.title(l), Basis: w.Basis})
	}
	for _, o := range p.Own {
		w := wantsOf(nil, []OwnNeed{o})[0]
		v.Needs = append(v.Needs, needView{ID: o.ID, Kind: o.Kind, Title: w.title(l), Note: o.Note, MadeByName: o.MadeByName})
	}
	return v
}

func (s *Service) postNeed(ctx context.Context, in *web.Body[NeedEntry]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Need(ctx, in.Body))
}

type needInput struct {
	ID id.Of[OwnNeed] `path:"id"`
}

func (s *Service) postUnneed(ctx context.Context, in *needInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Unneed(ctx, in.ID))
}
