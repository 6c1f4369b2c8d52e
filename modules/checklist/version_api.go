package checklist

import (
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

// hintView is what the library proposes for an item.
type hintView struct {
	Code       string `json:"code"`
	Always     bool   `json:"photoAlways" doc:"a must-photo item"`
	Limit      *Limit `json:"limit,omitempty"`
	Source     string `json:"source,omitempty" doc:"of the limit"`
	Confidence string `json:"confidence,omitempty" enum:"verified,document_seen,memory,design" doc:"of the limit"`
}

type previewView struct {
	Items   int      `json:"items" doc:"items that would be asked"`
	Changes []Change `json:"changes" nullable:"false"`
}

func (l *Library) hintView(code string) *hintView {
	h := l.hints[code]
	if h.Photo == "" && h.Limit == nil {
		return nil
	}
	v := &hintView{Code: code, Always: h.Photo == PhotoAlways, Limit: h.limit()}
	if h.Limit != nil {
		v.Source, v.Confidence = h.Limit.Source, h.Limit.Confidence
	}
	return v
}

func (l *Library) itemView(it *Item) itemView {
	return itemView{
		it.Code, it.Requirement, it.Method, it.Level, it.Frequency, it.Posts, it.Basis, clauses(it.MajorBasis).V, clauses(it.MajorWhen).V, it.Other,
		texts(l.hints[it.Code].Phrases), l.hintView(it.Code),
	}
}

func (s *Service) proposed(p Proposal) proposalView {
	v := proposalView{
		BasedOn: p.Based, Document: p.Document, Asks: p.Items, Added: p.Added, Removed: p.Removed, Plain: p.Plain, Hints: []hintView{},
		Newest: s.Shelf.Newest().Meta.Version,
	}
	if p.Library == nil {
		return v // refused
	}
	v.Posts = p.Library.Posts
	for _, a := range p.Plain {
		if h := p.Library.hintView(a.Code); h != nil {
			v.Hints = append(v.Hints, *h)
		}
	}
	return v
}

// draftFaults are what may be wrong with a draft.
func draftFaults() []*fault.Error {
	return []*fault.Error{
		ErrStandardMoved, ErrUnknownItem, ErrItemTwice, ErrReasonNeeded, ErrMajorDisabled, ErrBlank, ErrUnknownModule, ErrUnknownPost, ErrUnknownLibrary,
		ErrMustAccept, ErrMajorReworded, ErrLevelLowered, ErrChangeReason, ErrMajorPhoto, ErrLimitEmpty, ErrLimitOrder, ErrPhraseLong,
	}
}

func mountVersions(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "previewStandard", Route: "POST /checklist/standards/preview", Action: ActionPublish, Summary: "Say what publishing a draft would change", Exempt: true,
		Faults: draftFaults(), Status: 200,
	}, s.postPreview)
	web.Handle(api, web.Op{
		ID: "getStandardUpgrade", Route: "GET /checklist/standard/upgrade", Action: ActionRead, Summary: "Say what the newest library version would change",
	}, s.getUpgrade)
	web.Handle(api, web.Op{
		ID: "compareStandards", Route: "GET /checklist/standards/{id}/changes", Action: ActionRead, Summary: "Compare a version with an earlier one",
		Faults: []*fault.Error{ErrNoStandard, ErrCompanyNeeded},
	}, s.getChanges)
	web.Handle(api, web.Op{
		ID: "printStandard", Route: "GET /checklist/standards/{id}/document.pdf", Action: ActionRead, Summary: "The standard as a document",
		Faults: []*fault.Error{ErrNoStandard, ErrCompanyNeeded},
	}, s.getPDF)
	web.Handle(api, web.Op{
		ID: "exportStandard", Route: "GET /checklist/standards/{id}/document.xlsx", Action: ActionRead, Summary: "The standard as a workbook",
		Faults: []*fault.Error{ErrNoStandard, ErrCompanyNeeded},
	}, s.getExcel)
}

func (s *Service) postPreview(ctx context.Context, in *web.Body[Draft]) (*web.Body[previewView], error) {
	changes, items, err := s.Preview(ctx, in.Body)
	return &web.Body[previewView]{Body: previewView{items, slices.Clip(changes)}}, err
}

func (s *Service) getUpgrade(ctx context.Context, _ *struct{}) (*web.Body[Upgrade], error) {
	up, err := s.Upgrade(ctx)
	return &web.Body[Upgrade]{Body: up}, err
}

func (s *Service) getChanges(ctx context.Context, in *struct {
	CompanyQuery
	ID    id.Of[id.Standard] `path:"id"`
	Since id.Of[id.Standard] `query:"since" required:"true" doc:"the earlier version"`
},
) (*web.Body[[]Change], error) {
	changes, err := s.Changes(ctx, in.CompanyID, in.Since, in.ID)
	return &web.Body[[]Change]{Body: changes}, err
}

// versionQuery names a version of a company's standard.
type versionQuery struct {
	CompanyID rbac.CompanyID     `query:"companyId" doc:"for regulators: which company; companies see their own"`
	ID        id.Of[id.Standard] `path:"id"`
}
