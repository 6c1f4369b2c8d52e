package checklist

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/rbac"
	"anbiao/web"
)

func mountPaper(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "placePoint", Route: "PUT /checklist/points/{id}/place", Action: ActionPlace, Summary: "Note where a check point is",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrPointRetired, ErrPlace},
	}, s.putPlace)
	web.Handle(api, web.Op{
		ID: "findPointsByTail", Route: "GET /checklist/points/by-tail", Action: ActionPoints, Summary: "Find check points by the last digits of their number",
		Faults: []*fault.Error{ErrScanKey},
	}, s.getTail)
	web.Handle(api, web.Op{
		ID: "listLabelLayouts", Route: "GET /checklist/label-layouts", Action: ActionPoints, Summary: "List the sheets that labels can be printed on",
	}, s.getLayouts)
	web.Handle(api, web.Op{
		ID: "printPointLabels", Route: "GET /checklist/points/labels", Action: ActionPoints, Summary: "Print QR labels of check points on sheets of labels",
		Faults: []*fault.Error{ErrLayout, ErrNoLabels, ErrManyLabels, ErrCompanyNeeded},
	}, s.getLabels)
	web.Handle(api, web.Op{
		ID: "printPointCard", Route: "GET /checklist/points/{id}/card", Action: ActionPoints, Summary: "Print the check card of a point with an explosive atmosphere",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNoStandard, ErrNoCard, ErrCompanyNeeded},
	}, s.getCard)
}

func (s *Service) putPlace(ctx context.Context, in *struct {
	PointPath
	Body Place
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.PlacePoint(ctx, in.ID, in.Body))
}

type candidates struct {
	Items []PointView `json:"items" nullable:"false" doc:"at most twenty"`
}

func (s *Service) getTail(ctx context.Context, in *struct {
	Digits string `query:"digits" pattern:"^[0-9]{1,9}$" maxLength:"9" required:"true" doc:"last digits of the number under the label"`
},
) (*web.Body[candidates], error) {
	found, err := s.Tail(ctx, in.Digits)
	out := candidates{Items: make([]PointView, len(found))}
	for i, p := range found {
		out.Items[i] = pointView(p)
	}
	return &web.Body[candidates]{Body: out}, err
}

type layoutList struct {
	Items []Layout `json:"items" nullable:"false"`
}

func (s *Service) getLayouts(ctx context.Context, _ *struct{}) (*web.Body[layoutList], error) {
	return &web.Body[layoutList]{Body: layoutList{Layouts}}, s.mayLabel(ctx)
}

func (s *Service) getLabels(ctx context.Context, in *struct {
	CompanyQuery
	Labelling
},
) (*web.File, error) {
	p, err := s.Labels(ctx, in.CompanyID, in.Labelling)
	return web.Download(p.Name, p.Content, err)
}

func (s *Service) getCard(ctx context.Context, in *struct {
	CompanyQuery
	PointPath
},
) (*web.File, error) {
	p, err := s.Card(ctx, in.CompanyID, in.ID)
	return web.Download(p.Name, p.Content, err)
}
