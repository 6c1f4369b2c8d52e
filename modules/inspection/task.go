package inspection

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// State is how far a task has come.
type State string

// States. A missed task stays missed, even if the check is made too late: the check is
// noted on it.
const (
	Open   State = "open"
	Done   State = "done"
	Missed State = "missed"
)

// Task is a check to do (检查任务).
type Task struct {
	CompanyID      rbac.CompanyID
	ID             id.Of[id.Task]
	RegionPath     string
	OversightLine  int16
	PlanID         *int64
	PointID        id.Of[id.Point]
	Items          db.Texts // codes; empty: all of the point
	AssigneeID     id.Of[id.Staff]
	AssigneeName   string          // as it was when the task was made
	UnitID         *id.Of[id.Unit] // of the assignee; the database follows him
	OpensOn        day.Date        // first day a check counts for it
	DueOn          day.Date        // last day
	State          State
	CheckStartedOn day.Date
	CheckID        *int64
	CreatedAt      time.Time
	SettledAt      *time.Time
}

// TaskForm is what a safety manager writes about a task.
type TaskForm struct {
	PointID    id.Of[id.Point] `json:"pointId"`
	AssigneeID id.Of[id.Staff] `json:"assigneeId"`
	Items      []string        `json:"items" required:"false" nullable:"false" maxItems:"300" doc:"item codes; empty: all of the point"`
	OpensOn    day.Date        `json:"opensOn" required:"false" doc:"first day it may be done; today if left out"`
	DueOn      day.Date        `json:"dueOn" doc:"last day"`
}

// newTask makes a task. Errors: ErrDays.
func newTask(home rbac.Home, f TaskForm, assignee string, now time.Time) (Task, error) {
	today := day.In(now, day.Shanghai)
	if f.OpensOn.IsZero() {
		f.OpensOn = today
	}
	if f.DueOn.Before(f.OpensOn) || f.DueOn.Before(today) || f.DueOn.After(today.AddYears(2)) {
		return Task{}, ErrDays.At("body.dueOn")
	}
	return Task{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, PointID: f.PointID, Items: f.Items,
		AssigneeID: f.AssigneeID, AssigneeName: assignee, OpensOn: f.OpensOn, DueOn: f.DueOn, State: Open, CreatedAt: now,
	}, nil
}

// Frequency is how often a plan makes a task.
type Frequency string

// Frequencies. A weekly task is due on Sunday, a monthly one on the month's last day.
const (
	Daily   Frequency = "daily"
	Weekly  Frequency = "weekly"
	Monthly Frequency = "monthly"
)

// Period returns the first and last day of the period of f that holds d.
func (f Frequency) Period(d day.Date) (first, last day.Date) {
	switch f {
	case Weekly:
		monday := d.AddDays(-((int(d.Weekday()) + 6) % 7))
		return monday, monday.AddDays(6)
	case Monthly:
		first := day.Of(d.Year(), d.Month(), 1)
		return first, first.AddMonths(1).AddDays(-1)
	case Daily:
	}
	return d, d
}

// Plan makes tasks (检查计划).
type Plan struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Plan]
	RegionPath    string
	OversightLine int16
	PointID       id.Of[id.Point]
	Items         db.Texts // codes; empty: all of the point
	AssigneeID    id.Of[id.Staff]
	AssigneeName  string          // as it was when the plan was made
	UnitID        *id.Of[id.Unit] // of the assignee; the database follows him
	Frequency     Frequency
	StartsOn      day.Date
	EndsOn        day.Date // zero: no end
	PlannedUntil  day.Date // due day of the last task it made
	CreatedAt     time.Time
}

// PlanForm is what a safety manager writes about a plan.
type PlanForm struct {
	PointID    id.Of[id.Point] `json:"pointId"`
	AssigneeID id.Of[id.Staff] `json:"assigneeId"`
	Items      []string        `json:"items" required:"false" nullable:"false" maxItems:"300" doc:"item codes; empty: all of the point"`
	Frequency  Frequency       `json:"frequency" enum:"daily,weekly,monthly"`
	StartsOn   day.Date        `json:"startsOn" required:"false" doc:"today if left out"`
	EndsOn     day.Date        `json:"endsOn" required:"false" doc:"last day it makes tasks for; none if left out"`
}

// newPlan makes a plan. Errors: ErrDays.
func newPlan(home rbac.Home, f PlanForm, assignee string, now time.Time) (Plan, error) {
	today := day.In(now, day.Shanghai)
	if f.StartsOn.IsZero() {
		f.StartsOn = today
	}
	if f.StartsOn.Before(today) || (!f.EndsOn.IsZero() && f.EndsOn.Before(f.StartsOn)) {
		return Plan{}, ErrDays.At("body.startsOn")
	}
	return Plan{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, PointID: f.PointID, Items: f.Items,
		AssigneeID: f.AssigneeID, AssigneeName: assignee, Frequency: f.Frequency, StartsOn: f.StartsOn, EndsOn: f.EndsOn, CreatedAt: now,
	}, nil
}

// first returns the task of the period that p starts in, and whether that is now.
func (p Plan) first(now time.Time) (Task, bool) {
	if p.StartsOn.After(day.In(now, day.Shanghai)) {
		return Task{}, false
	}
	_, last := p.Frequency.Period(p.StartsOn)
	if !p.EndsOn.IsZero() {
		last = day.Earlier(last, p.EndsOn)
	}
	return Task{
		CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, PointID: p.PointID, Items: p.Items,
		AssigneeID: p.AssigneeID, AssigneeName: p.AssigneeName, OpensOn: p.StartsOn, DueOn: last, State: Open, CreatedAt: now,
	}, true
}

// end makes today p's last day. Errors: ErrPlanEnded.
func (p *Plan) end(today day.Date) error {
	if !p.EndsOn.IsZero() && !p.EndsOn.After(today) {
		return ErrPlanEnded
	}
	p.EndsOn = today
	if today.Before(p.StartsOn) {
		p.EndsOn = p.StartsOn.AddDays(-1)
	}
	return nil
}
