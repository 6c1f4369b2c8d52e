package meeting

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/rbac"
	"anbiao/web"
	"anbiao/web/register"
)

// Mount adds the module's operations to api, beside those of its register.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listMeetingRounds", Route: "GET /meeting/rounds", Action: ActionList, Summary: "How the kinds of meetings stand that are held again and again",
		Faults: []*fault.Error{register.ErrCompanyNeeded},
	}, s.getRounds)
}

type roundsInput struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: which one"`
}

func (s *Service) getRounds(ctx context.Context, in *roundsInput) (*web.Body[[]Round], error) {
	rounds, err := s.Rounds(ctx, in.CompanyID)
	return &web.Body[[]Round]{Body: rounds}, err
}
