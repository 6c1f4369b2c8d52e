package inspection

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

func mountSuggestions(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "suggestOwners", Route: "GET /inspection/suggestions", Action: ActionSubmit, Summary: "Propose who mends what fails at a point, and by when",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getSuggestions)
}

func (s *Service) getSuggestions(ctx context.Context, in *struct {
	PointID id.Of[id.Point] `query:"pointId" required:"true"`
},
) (*web.Body[Suggestions], error) {
	out, err := s.Suggest(ctx, in.PointID)
	return &web.Body[Suggestions]{Body: out}, err
}
