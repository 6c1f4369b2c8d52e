package protection

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

// Mount adds the module's operations to api, beside those of its registers.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "printProtectionCard", Route: "GET /protection/card", Action: ActionIssues, Summary: "Print a person's issue card of protective equipment",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getCard)
}

type cardInput struct {
	StaffID id.Of[id.Staff] `query:"staffId" required:"true"`
}

func (s *Service) getCard(ctx context.Context, in *cardInput) (*web.File, error) {
	content, name, err := s.Card(ctx, in.StaffID)
	return web.Download(name+".pdf", content, err)
}
