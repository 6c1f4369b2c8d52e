package checklist

import (
	"context"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// PointView is a check point on the wire.
type PointView struct {
	ID        id.Of[id.Point] `json:"id"`
	CompanyID rbac.CompanyID  `json:"companyId"`
	PublicID  string          `json:"publicId" doc:"in the QR label"`
	Number    string          `json:"number" doc:"printed under the QR label, at least four digits"`
	Name      string          `json:"name"`
	Place     string          `json:"place"`
	Modules   []string        `json:"modules" nullable:"false"`
	Items     []string        `json:"items" nullable:"false"`
	Explosive Atmosphere      `json:"explosive" enum:",dust,paint,gas" doc:"explosive atmosphere (爆炸危险区域): no phone there, filled at the exit or from a printed card"`
	Sign      bool            `json:"sign" doc:"a check there is signed"`
	Longitude *float64        `json:"longitude,omitempty" doc:"WGS 84; where it is, if somebody noted it"`
	Latitude  *float64        `json:"latitude,omitempty"`
	Retired   bool            `json:"retired"`
	UpdatedAt time.Time       `json:"updatedAt"`
}

type formView struct {
	Point      PointView          `json:"point"`
	StandardID id.Of[id.Standard] `json:"standardId" doc:"to send back with the answers"`
	Version    int                `json:"version"`
	Asks       []Asked            `json:"asks" nullable:"false"`
}

func pointView(p Point) PointView {
	return PointView{
		ID: p.ID, CompanyID: p.CompanyID, PublicID: p.PublicID.String(), Number: fmt.Sprintf("%04d", p.Number), Name: p.Name, Place: p.Place,
		Modules: p.Modules, Items: p.Items, Retired: p.RetiredAt != nil, UpdatedAt: p.UpdatedAt,
		Explosive: p.Explosive, Sign: p.Sign, Longitude: degrees(p.LongitudeE6), Latitude: degrees(p.LatitudeE6),
	}
}

func degrees(micro *int32) *float64 {
	if micro == nil {
		return nil
	}
	d := float64(*micro) / 1e6
	return &d
}

func formOf(f Form, err error) (*web.Body[formView], error) {
	return &web.Body[formView]{Body: formView{pointView(f.Point), f.Standard, f.Version, f.Items}}, err
}

// PointPath names a check point.
type PointPath struct {
	ID id.Of[id.Point] `path:"id"`
}

func mountPoints(api huma.API, s *Service) {
	shape := []*fault.Error{ErrNoStandard, ErrPointEmpty, ErrUnknownItem, ErrUnknownModule, ErrBlank}
	web.Handle(api, web.Op{
		ID: "listPoints", Route: "GET /checklist/points", Action: ActionPoints, Summary: "List a company's check points",
		Faults: []*fault.Error{ErrCompanyNeeded, page.ErrCursor},
	}, s.getPoints)
	web.Handle(api, web.Op{ID: "addPoint", Route: "POST /checklist/points", Action: ActionEdit, Summary: "Add a check point", Faults: shape}, s.postPoint)
	web.Handle(api, web.Op{
		ID: "getPoint", Route: "GET /checklist/points/{id}", Action: ActionPoints, Summary: "Read a check point and what is asked there",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNoStandard, ErrCompanyNeeded},
	}, s.getPoint)
	web.Handle(api, web.Op{
		ID: "editPoint", Route: "PUT /checklist/points/{id}", Action: ActionEdit, Summary: "Change a check point",
		Faults: append(shape, rbac.ErrNotFound, ErrPointMoved, ErrPointRetired),
	}, s.putPoint)
	web.Handle(api, web.Op{
		ID: "retirePoint", Route: "POST /checklist/points/{id}/retire", Action: ActionEdit, Summary: "Take a check point out of use", Status: 200,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrPointRetired},
	}, s.postRetire)
	web.Handle(api, web.Op{
		ID: "getPointLabel", Route: "GET /checklist/points/{id}/label", Action: ActionPoints, Summary: "Draw a check point's QR label",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrCompanyNeeded},
	}, s.getLabel)
	web.Handle(api, web.Op{
		ID: "scanPoint", Route: "GET /checklist/scan", Action: ActionPoints, Summary: "Open a check point by its QR label or the number under it",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrScanKey, ErrNoStandard, ErrPointRetired},
	}, s.getScan)
}

func (s *Service) getPoints(ctx context.Context, in *struct {
	CompanyQuery
	PointFilter
	page.Query
},
) (*web.Body[page.List[PointView]], error) {
	list, err := s.Points(ctx, in.CompanyID, in.PointFilter, in.Query)
	return &web.Body[page.List[PointView]]{Body: list}, err
}

func (s *Service) postPoint(ctx context.Context, in *web.Body[PointForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddPoint(ctx, in.Body))
}

func (s *Service) getPoint(ctx context.Context, in *struct {
	CompanyQuery
	PointPath
},
) (*web.Body[formView], error) {
	return formOf(s.Open(ctx, in.CompanyID, in.ID))
}

func (s *Service) putPoint(ctx context.Context, in *struct {
	PointPath
	Body PointChange
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EditPoint(ctx, in.ID, in.Body))
}

func (s *Service) postRetire(ctx context.Context, in *PointPath) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.RetirePoint(ctx, in.ID))
}

type picture struct {
	Type  string `header:"Content-Type"`
	Cache string `header:"Cache-Control"`
	Body  []byte
}

func (s *Service) getLabel(ctx context.Context, in *struct {
	CompanyQuery
	PointPath
	Format string `query:"format" enum:"png,svg" default:"png"`
},
) (*picture, error) {
	b, mediaType, err := s.Label(ctx, in.CompanyID, in.ID, in.Format)
	return &picture{mediaType, "private, max-age=3600", b}, err
}

func (s *Service) getScan(ctx context.Context, in *struct {
	PublicID string `query:"publicId" maxLength:"36" doc:"from the QR label"`
	Number   string `query:"number" pattern:"^[0-9]{0,9}$" maxLength:"9" doc:"printed under the label"`
},
) (*web.Body[formView], error) {
	return formOf(s.Scan(ctx, in.PublicID, in.Number))
}
