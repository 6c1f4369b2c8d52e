package equipment

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
	"anbiao/web/register"
)

func mountPaper(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "printEquipmentLabels", Route: "GET /equipment/labels", Action: ActionRead, Summary: "Print QR labels of equipment on sheets of labels",
		Faults: []*fault.Error{register.ErrCompanyNeeded, ErrNoLabels, ErrThing},
	}, s.getLabels)
	web.Handle(api, web.Op{
		ID: "printEquipmentCard", Route: "GET /equipment/cards/{thing}/{id}", Action: ActionRead, Summary: "Print the card of one thing with its tests",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrThing},
	}, s.getCard)
}

func (s *Service) getLabels(ctx context.Context, in *Labelling) (*web.File, error) {
	content, err := s.Labels(ctx, *in)
	return web.Download("设备标签.pdf", content, err)
}

func (s *Service) getCard(ctx context.Context, in *struct {
	Thing Thing         `path:"thing" enum:"machine,special,fire,cylinder"`
	ID    id.Of[id.Row] `path:"id"`
},
) (*web.File, error) {
	content, err := s.Card(ctx, in.Thing, in.ID)
	return web.Download("设备卡.pdf", content, err)
}
