package inspection

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// ShiftRow is a shift on the wire.
type ShiftRow struct {
	ID     id.Of[Shift] `json:"id"`
	Name   string       `json:"name"`
	Begins int          `json:"begins" doc:"minutes after midnight"`
	Ends   int          `json:"ends" doc:"minutes after midnight; of the next day where it is not after begins"`
}

// ShutdownRow is a shutdown on the wire.
type ShutdownRow struct {
	ID      id.Of[Shutdown] `json:"id"`
	FromOn  day.Date        `json:"fromOn"`
	UntilOn day.Date        `json:"untilOn" doc:"last day"`
	Reason  string          `json:"reason"`
	UnitID  string          `json:"unitId" doc:"empty: the whole company"`
	Unit    string          `json:"unit" doc:"name"`
	MadeBy  string          `json:"madeBy" doc:"name"`
}

// EventRow is an event on the wire.
type EventRow struct {
	ID        id.Of[Event] `json:"id"`
	Kind      string       `json:"kind" doc:"of the catalogue of occasions"`
	Note      string       `json:"note"`
	Items     []string     `json:"items" nullable:"false" doc:"codes it asks; empty: whatever waits for it"`
	Unplaced  []string     `json:"unplaced" nullable:"false" doc:"codes of them that no task asks"`
	Auto      bool         `json:"auto" doc:"the program noticed it by itself"`
	DueOn     day.Date     `json:"dueOn"`
	Tasks     int          `json:"tasks" doc:"it made"`
	MadeBy    string       `json:"madeBy" doc:"name"`
	CreatedAt time.Time    `json:"createdAt"`
}

func shutdownRow(s ShutdownLine) ShutdownRow {
	return ShutdownRow{s.ID, s.FromOn, s.UntilOn, s.Reason, text(s.UnitID), s.UnitName, s.MadeBy}
}

// ShiftPath names a shift.
type ShiftPath struct {
	ID id.Of[Shift] `path:"id"`
}

// ShutdownPath names a shutdown.
type ShutdownPath struct {
	ID id.Of[Shutdown] `path:"id"`
}

func mountOccasions(api huma.API, s *Service) {
	needed, missing := []*fault.Error{ErrCompanyNeeded}, []*fault.Error{rbac.ErrNotFound}
	web.Handle(api, web.Op{ID: "listShifts", Route: "GET /inspection/shifts", Action: ActionPlans, Summary: "List a company's shifts", Faults: needed}, s.getShifts)
	web.Handle(api, web.Op{ID: "addShift", Route: "POST /inspection/shifts", Action: ActionCalendar, Summary: "Add a shift", Faults: []*fault.Error{ErrShiftExists, ErrBlank}}, s.postShift)
	web.Handle(api, web.Op{
		ID: "editShift", Route: "PUT /inspection/shifts/{id}", Action: ActionCalendar, Summary: "Change a shift, and its tasks from today on",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrShiftExists, ErrBlank},
	}, s.putShift)
	web.Handle(api, web.Op{ID: "retireShift", Route: "POST /inspection/shifts/{id}/retire", Action: ActionCalendar, Summary: "Take a shift out of use", Status: 200, Faults: missing}, s.postRetireShift)
	web.Handle(api, web.Op{
		ID: "listShutdowns", Route: "GET /inspection/shutdowns", Action: ActionTasks, Summary: "List a company's shutdowns, latest first",
		Faults: []*fault.Error{ErrCompanyNeeded, page.ErrCursor},
	}, s.getShutdowns)
	web.Handle(api, web.Op{
		ID: "addShutdown", Route: "POST /inspection/shutdowns", Action: ActionCalendar, Summary: "Enter a shutdown: its tasks are excused",
		Faults: []*fault.Error{ErrDays, ErrBlank, ErrUnknownUnit},
	}, s.postShutdown)
	web.Handle(api, web.Op{
		ID: "editShutdown", Route: "PUT /inspection/shutdowns/{id}", Action: ActionCalendar, Summary: "Move a shutdown: tasks it no longer covers come back",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrDays, ErrBlank, ErrUnknownUnit},
	}, s.putShutdown)
	web.Handle(api, web.Op{
		ID: "cancelShutdown", Route: "POST /inspection/shutdowns/{id}/cancel", Action: ActionCalendar, Summary: "Take a shutdown back", Status: 200,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrUnknownUnit},
	}, s.postCancelShutdown)
	web.Handle(api, web.Op{
		ID: "listOccasions", Route: "GET /inspection/occasions", Action: ActionPlans, Faults: needed,
		Summary: "List what may happen, with the items of the company's standard that each creates",
	}, s.getOccasions)
	web.Handle(api, web.Op{ID: "listEvents", Route: "GET /inspection/events", Action: ActionPlans, Summary: "List a company's latest events", Faults: needed}, s.getEvents)
	web.Handle(api, web.Op{
		ID: "addEvent", Route: "POST /inspection/events", Action: ActionEvent, Summary: "Note an event and make the tasks that wait for it",
		Faults: []*fault.Error{ErrDays, ErrNoPlan, ErrUnknownPoint},
	}, s.postEvent)
}

func (s *Service) getShifts(ctx context.Context, in *CompanyQuery) (*web.Body[[]ShiftRow], error) {
	found, err := s.Shifts(ctx, in.CompanyID)
	out := []ShiftRow{}
	for _, x := range found {
		out = append(out, ShiftRow{x.ID, x.Name, int(x.Begins), int(x.Ends)})
	}
	return &web.Body[[]ShiftRow]{Body: out}, err
}

func (s *Service) postShift(ctx context.Context, in *web.Body[ShiftForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddShift(ctx, in.Body))
}

func (s *Service) putShift(ctx context.Context, in *struct {
	ShiftPath
	Body ShiftForm
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EditShift(ctx, in.ID, in.Body))
}

func (s *Service) postRetireShift(ctx context.Context, in *ShiftPath) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.RetireShift(ctx, in.ID))
}

func (s *Service) getShutdowns(ctx context.Context, in *struct {
	CompanyQuery
	page.Query
},
) (*web.Body[page.List[ShutdownRow]], error) {
	list, err := s.Shutdowns(ctx, in.CompanyID, in.Query)
	return &web.Body[page.List[ShutdownRow]]{Body: list}, err
}

func (s *Service) postShutdown(ctx context.Context, in *web.Body[ShutdownForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Stop(ctx, in.Body))
}

func (s *Service) putShutdown(ctx context.Context, in *struct {
	ShutdownPath
	Body ShutdownForm
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EditShutdown(ctx, in.ID, in.Body))
}

func (s *Service) postCancelShutdown(ctx context.Context, in *ShutdownPath) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.CancelShutdown(ctx, in.ID))
}

func (s *Service) getOccasions(ctx context.Context, in *CompanyQuery) (*web.Body[Catalogue], error) {
	found, err := s.Triggered(ctx, in.CompanyID)
	return &web.Body[Catalogue]{Body: found}, err
}

func (s *Service) getEvents(ctx context.Context, in *CompanyQuery) (*web.Body[[]EventRow], error) {
	found, err := s.Events(ctx, in.CompanyID)
	out := []EventRow{}
	for _, e := range found {
		out = append(out, EventRow{e.ID, e.Kind, e.Note, e.Items, e.Unplaced, e.Ref != "", e.DueOn, e.Tasks, e.MadeBy, e.CreatedAt})
	}
	return &web.Body[[]EventRow]{Body: out}, err
}

func (s *Service) postEvent(ctx context.Context, in *web.Body[EventForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Happened(ctx, in.Body))
}
