package inspection

import (
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Frequency is how often a plan makes a task.
type Frequency string

// Frequencies, as the checklist library names them. A weekly task is due on Sunday, a monthly
// one on the month's last day, unless the plan's days say otherwise.
const (
	PerShift   Frequency = "per_shift"
	Daily      Frequency = "daily"
	Weekly     Frequency = "weekly"
	Monthly    Frequency = "monthly"
	Quarterly  Frequency = "quarterly"
	HalfYearly Frequency = "half_yearly"
	Yearly     Frequency = "yearly"
	Eventually Frequency = "event" // when something happens
)

// Period returns the first and last day of the period of f that holds d.
func (f Frequency) Period(d day.Date) (first, last day.Date) {
	months := 0
	switch f {
	case Weekly:
		monday := d.AddDays(-((int(d.Weekday()) + 6) % 7))
		return monday, monday.AddDays(6)
	case Monthly:
		months = 1
	case Quarterly:
		months = 3
	case HalfYearly:
		months = 6
	case Yearly:
		months = 12
	case PerShift, Daily, Eventually:
		return d, d
	}
	first = day.Of(d.Year(), time.Month((int(d.Month())-1)/months*months+1), 1)
	return first, first.AddMonths(months).AddDays(-1)
}

// Days are the days on which a plan's tasks are done.
type Days string

// Rules for days. Working days follow the State Council's list; Monday to Friday where it is
// not published yet.
const (
	EveryDay    Days = "every"
	WorkingDays Days = "working"
	Weekdays    Days = "weekdays" // the plan names them
)

// Plan makes tasks (检查计划).
type Plan struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Plan]
	RegionPath    string
	OversightLine int16
	Title         string // empty: named by its point
	PointID       id.Of[id.Point]
	Route         db.Ints         // points in the order they are walked, PointID first; empty: PointID alone
	Items         db.Texts        // codes; empty: all of each point
	PostID        *id.Of[id.Post] // any holder of the day may do it
	AssigneeID    id.Of[id.Staff] // of a post: who stands in where nobody holds it
	AssigneeName  string          // as it was when the plan was made
	UnitID        *id.Of[id.Unit] // of the assignee; the database follows him
	Frequency     Frequency
	ShiftID       *id.Of[Shift] // per shift: this one only; nil: every shift
	Days          Days
	Weekdays      int16  // bit 0 Monday … bit 6 Sunday
	OpenDays      int16  // days before and with the due day that a task is open; 0: from its period's first day
	Event         string // on event: which; empty: any
	ByException   bool
	Sign          bool
	StartsOn      day.Date
	EndsOn        day.Date // zero: no end
	PlannedUntil  day.Date // last day its tasks are made for
	PlannedWith   string   // fingerprint of the calendar it was planned with
	CreatedAt     time.Time
}

// PlanForm is what a safety manager writes about a plan: whose it is (a person or a post), where
// (a point or a route) and when.
type PlanForm struct {
	Title       string            `json:"title" required:"false" maxLength:"100"`
	PointID     id.Of[id.Point]   `json:"pointId" required:"false" doc:"left out where there is a route"`
	Route       []id.Of[id.Point] `json:"route" required:"false" nullable:"false" maxItems:"200" doc:"points in the order they are walked"`
	AssigneeID  id.Of[id.Staff]   `json:"assigneeId" required:"false" doc:"a person; left out where it is a post's"`
	PostID      id.Of[id.Post]    `json:"postId" required:"false" doc:"a post, whose holders of the day may all do it"`
	Items       []string          `json:"items" required:"false" nullable:"false" maxItems:"300" doc:"item codes; empty: all of each point"`
	Frequency   Frequency         `json:"frequency" enum:"per_shift,daily,weekly,monthly,quarterly,half_yearly,yearly,event"`
	ShiftID     id.Of[Shift]      `json:"shiftId" required:"false" doc:"per shift: this one only; left out: every shift"`
	Days        Days              `json:"days" required:"false" enum:"every,working,weekdays" default:"every"`
	Weekdays    []int             `json:"weekdays" required:"false" nullable:"false" maxItems:"7" doc:"1 Monday … 7 Sunday, where days says weekdays"`
	OpenDays    int               `json:"openDays" required:"false" minimum:"0" maximum:"366" doc:"days before and with the due day that a task may be done; 0: from the first day of its period"`
	Event       string            `json:"event" required:"false" enum:",permit.hot_work,permit.confined_space,permit.height,permit.temporary_power,permit.lifting,permit.line_breaking,permit.excavation,dangerous_work,equipment.die_change,equipment.wheel_change,equipment.maintenance,equipment.power_switching,equipment.cleaning,equipment.new,equipment.battery,staff.joined,staff.transferred,process.changed,project.started,resume,contractor.entered,hazard.major,accident,other" doc:"on event: which; empty: any"`
	ByException bool              `json:"byException" required:"false" doc:"team card: everything is confirmed at once, only what is wrong is entered"`
	Sign        bool              `json:"sign" required:"false" doc:"the check is signed"`
	StartsOn    day.Date          `json:"startsOn" required:"false" doc:"today if left out"`
	EndsOn      day.Date          `json:"endsOn" required:"false" doc:"last day it makes tasks for; none if left out"`
}

// points lists the points of f in order, each once.
func (f PlanForm) points() []id.Of[id.Point] {
	out := []id.Of[id.Point]{}
	for _, p := range append([]id.Of[id.Point]{f.PointID}, f.Route...) {
		if p != 0 && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// seat is whose a plan or task is: a person, or a post with who stands in for it.
type seat struct {
	PostID    *id.Of[id.Post]
	StaffID   id.Of[id.Staff]
	StaffName string
}

// newPlan makes a plan. Errors: ErrDays, ErrUnknownPoint, ErrWeekdays.
func newPlan(home rbac.Home, f PlanForm, s seat, now time.Time) (Plan, error) {
	today := day.In(now, day.Shanghai)
	if f.StartsOn.IsZero() {
		f.StartsOn = today
	}
	if f.StartsOn.Before(today) {
		return Plan{}, ErrDays.At("body.startsOn")
	}
	p := Plan{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CreatedAt: now}
	return p, p.write(f, s)
}

// write puts the content of a form into p. Errors: ErrDays, ErrUnknownPoint, ErrWeekdays.
func (p *Plan) write(f PlanForm, s seat) error {
	points := f.points()
	if len(points) == 0 {
		return ErrUnknownPoint.At("body.pointId")
	}
	if !f.EndsOn.IsZero() && f.EndsOn.Before(f.StartsOn) {
		return ErrDays.At("body.endsOn")
	}
	if f.Days == "" {
		f.Days = EveryDay
	}
	p.Weekdays = 0
	for _, d := range f.Weekdays {
		if d < 1 || d > 7 {
			return ErrWeekdays.At("body.weekdays")
		}
		p.Weekdays |= 1 << (d - 1)
	}
	if (f.Days == Weekdays) != (p.Weekdays != 0) {
		return ErrWeekdays.At("body.weekdays")
	}
	p.Title, p.PointID, p.Route, p.Items = f.Title, points[0], routeOf(points), f.Items
	p.PostID, p.AssigneeID, p.AssigneeName = s.PostID, s.StaffID, s.StaffName
	p.Frequency, p.ShiftID, p.Event = f.Frequency, nil, ""
	switch {
	case f.Frequency == PerShift && f.ShiftID != 0:
		p.ShiftID = &f.ShiftID
	case f.Frequency == Eventually:
		p.Event = f.Event
	}
	p.Days, p.OpenDays, p.ByException, p.Sign = f.Days, int16(f.OpenDays), f.ByException, f.Sign
	p.StartsOn, p.EndsOn = f.StartsOn, f.EndsOn
	return nil
}

// routeOf is how several points are kept; one needs none.
func routeOf(points []id.Of[id.Point]) db.Ints {
	if len(points) < 2 {
		return db.Ints{}
	}
	out := make(db.Ints, len(points))
	for i, p := range points {
		out[i] = int64(p)
	}
	return out
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
