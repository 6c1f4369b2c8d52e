package protection

import (
	"context"
	"mime"

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

type cardOutput struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Service) getCard(ctx context.Context, in *cardInput) (*cardOutput, error) {
	content, name, err := s.Card(ctx, in.StaffID)
	return &cardOutput{"application/pdf", mime.FormatMediaType("attachment", map[string]string{"filename": name + ".pdf"}), content}, err
}
