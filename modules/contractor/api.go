package contractor

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
	"anbiao/web/register"
)

// Mount adds the module's operations to api, besides those of its register.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "recordContractorVisit", Route: "POST /contractors/{id}/visits", Action: ActionVisit, Summary: "Record that a contractor's people came in or went, or that their work was checked",
		Faults: []*fault.Error{rbac.ErrNotFound, register.ErrEnded, ErrFuture, ErrBarred, ErrUnqualified, ErrFindings},
	}, s.postVisit)
	web.Handle(api, web.Op{
		ID: "listContractorVisits", Route: "GET /contractors/{id}/visits", Action: ActionRead, Summary: "What happened with a contractor, latest first", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getVisits)
}

func (s *Service) postVisit(ctx context.Context, in *struct {
	ID   id.Of[id.Row] `path:"id"`
	Body Entry
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Record(ctx, in.ID, in.Body))
}

// VisitView is a visit on the wire.
type VisitView struct {
	ID         id.Of[id.Row] `json:"id"`
	Kind       string        `json:"kind" enum:"enter,leave,check"`
	HappenedOn day.Date      `json:"happenedOn"`
	People     int           `json:"people"`
	Note       string        `json:"note"`
	Passed     bool          `json:"passed"`
	Override   string        `json:"override"`
	MadeBy     string        `json:"madeBy"`
}

type visitList struct {
	Items []VisitView `json:"items" nullable:"false" doc:"at most a hundred"`
}

func (s *Service) getVisits(ctx context.Context, in *struct {
	ID id.Of[id.Row] `path:"id"`
},
) (*web.Body[visitList], error) {
	rows, err := s.Visits(ctx, in.ID)
	out := visitList{Items: make([]VisitView, len(rows))}
	for i, v := range rows {
		out.Items[i] = VisitView{v.ID, v.Kind, v.HappenedOn, v.People, v.Note, v.Passed, v.Override, v.MadeBy}
	}
	return &web.Body[visitList]{Body: out}, err
}
