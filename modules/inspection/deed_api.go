package inspection

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

// TaskPath names a task.
type TaskPath struct {
	ID id.Of[id.Task] `path:"id"`
}

type explanation struct {
	Reason string `json:"reason" minLength:"1" maxLength:"300"`
}

type takeOver struct {
	Message string `json:"message" required:"false" maxLength:"300" doc:"to whose it was"`
}

func mountDeeds(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "explainTask", Route: "POST /inspection/tasks/{id}/reason", Action: ActionExplain, Summary: "Write why a task was missed", Status: 200,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotMissed, ErrBlank},
	}, s.postReason)
	web.Handle(api, web.Op{
		ID: "takeTask", Route: "POST /inspection/tasks/{id}/take", Action: ActionTake, Summary: "Take a task over from another", Status: 200,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotOpen, ErrOwnTask},
	}, s.postTake)
	web.Handle(api, web.Op{
		ID: "changeTasks", Route: "POST /inspection/tasks/bulk", Action: ActionExcuse, Summary: "Reassign, excuse, cancel or reopen many tasks; reports what could not be", Status: 200,
		Faults: []*fault.Error{ErrUnknownStaff, ErrBlank},
	}, s.postBulk)
	web.Handle(api, web.Op{
		ID: "getTaskCalendar", Route: "GET /inspection/calendar", Action: ActionTasks, Summary: "Count tasks by due day",
		Faults: []*fault.Error{ErrCompanyNeeded, ErrDays},
	}, s.getDays)
	web.Handle(api, web.Op{
		ID: "getCompliance", Route: "GET /inspection/compliance", Action: ActionCompliance, Summary: "Count tasks by person, team or workshop",
		Faults: []*fault.Error{ErrCompanyNeeded, ErrDays, ErrOnlyCompanies},
	}, s.getCompliance)
	web.Handle(api, web.Op{
		ID: "listItemStatistics", Route: "GET /inspection/item-statistics", Action: ActionCompliance, Summary: "Add up what was found about each item, by whole months",
		Faults: []*fault.Error{ErrCompanyNeeded, ErrDays},
	}, s.getItemStats)
}

func (s *Service) postReason(ctx context.Context, in *struct {
	TaskPath
	Body explanation
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Explain(ctx, in.ID, in.Body.Reason))
}

func (s *Service) postTake(ctx context.Context, in *struct {
	TaskPath
	Body takeOver
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Take(ctx, in.ID, in.Body.Message))
}

func (s *Service) postBulk(ctx context.Context, in *web.Body[BulkForm]) (*web.Body[BulkResult], error) {
	out, err := s.Bulk(ctx, in.Body)
	return &web.Body[BulkResult]{Body: out}, err
}

func (s *Service) getDays(ctx context.Context, in *struct {
	CompanyQuery
	SpanFilter
},
) (*web.Body[[]DayTally], error) {
	list, err := s.DaysOf(ctx, in.CompanyID, in.SpanFilter)
	return &web.Body[[]DayTally]{Body: orNone(list)}, err
}

func (s *Service) getCompliance(ctx context.Context, in *struct {
	CompanyQuery
	SpanFilter
	By string `query:"by" enum:"person,team,workshop" default:"team"`
},
) (*web.Body[[]Standing], error) {
	list, err := s.Compliance(ctx, in.CompanyID, in.SpanFilter, in.By)
	return &web.Body[[]Standing]{Body: orNone(list)}, err
}

func (s *Service) getItemStats(ctx context.Context, in *struct {
	CompanyQuery
	SpanFilter
},
) (*web.Body[[]ItemSum], error) {
	list, err := s.Items(ctx, in.CompanyID, in.SpanFilter)
	return &web.Body[[]ItemSum]{Body: orNone(list)}, err
}
