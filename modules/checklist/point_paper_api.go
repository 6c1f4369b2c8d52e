package checklist

import (
	"context"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

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
) (*huma.StreamResponse, error) {
	p, err := s.Labels(ctx, in.CompanyID, in.Labelling)
	return pdf(p, err)
}

func (s *Service) getCard(ctx context.Context, in *struct {
	CompanyQuery
	PointPath
},
) (*huma.StreamResponse, error) {
	p, err := s.Card(ctx, in.CompanyID, in.ID)
	return pdf(p, err)
}

// pdf answers a file to be downloaded.
func pdf(p Printed, err error) (*huma.StreamResponse, error) {
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		g := humagin.Unwrap(hc)
		h := g.Writer.Header()
		h.Set("Content-Type", "application/pdf")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		h.Set("Cache-Control", "private, no-store")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": p.Name}))
		g.Writer.WriteHeader(http.StatusOK)
		_, _ = g.Writer.Write(p.Content) // whoever went away is not told
	}}, nil
}
