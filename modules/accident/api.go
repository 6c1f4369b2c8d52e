package accident

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/rbac"
	"anbiao/web"
	"anbiao/web/register"
)

// Mount adds the module's operations to api, beside those of its registers.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "reportNearMiss", Route: "POST /accident/near-misses", Action: ActionNear, Summary: "Report a near miss; whoever works in the company may",
		Faults: []*fault.Error{register.ErrBlank, ErrWhen, ErrFuture},
	}, s.postNearMiss)
	web.Handle(api, web.Op{
		ID: "showAccidentPerformance", Route: "GET /accident/performance", Action: ActionFigures, Summary: "Deaths, injuries, lost days, losses and rates of a year",
		Faults: []*fault.Error{register.ErrCompanyNeeded},
	}, s.getPerformance)
}

func (s *Service) postNearMiss(ctx context.Context, in *web.Body[NearMissReport]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Report(ctx, in.Body))
}

type yearInput struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: which one"`
	Year      int            `query:"year" minimum:"2000" maximum:"2100" doc:"this one if left out"`
}

func (s *Service) getPerformance(ctx context.Context, in *yearInput) (*web.Body[Figures], error) {
	f, err := s.Performance(ctx, in.CompanyID, in.Year)
	return &web.Body[Figures]{Body: f}, err
}
