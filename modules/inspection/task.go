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
	Open      State = "open"
	Done      State = "done"
	Missed    State = "missed"
	Excused   State = "excused"   // nobody had to: a shutdown, or somebody wrote why
	Cancelled State = "cancelled" // no longer planned
)

// Kind is what calls for a task.
type Kind string

// Kinds.
const (
	Routine Kind = "routine"
	OnEvent Kind = "event"
	Special Kind = "special" // 专项检查
)

// Task is a check to do (检查任务).
type Task struct {
	CompanyID      rbac.CompanyID
	ID             id.Of[id.Task]
	RegionPath     string
	OversightLine  int16
	PlanID         *int64
	Kind           Kind
	Title          string // empty: named by its point
	PointID        id.Of[id.Point]
	Route          db.Ints         // points in the order they are walked, PointID first; empty: PointID alone
	Items          db.Texts        // codes; empty: all of each point
	PostID         *id.Of[id.Post] // any holder of the day may do it
	AssigneeID     id.Of[id.Staff] // of a post, its first holder, and who did it once it is done
	AssigneeName   string          // as it was when the task was made
	UnitID         *id.Of[id.Unit] // of the assignee; the database follows him
	OpensOn        day.Date        // first day a check counts for it
	DueOn          day.Date        // last day
	PeriodOn       day.Date        // first day of its plan's period, with the plan its key; zero: made by hand
	ShiftID        *id.Of[Shift]
	ShiftName      string
	OpensAt        *time.Time // of a shift; nil: whole days
	DueAt          *time.Time
	ByException    bool // team card: what is not answered is confirmed as a whole
	Sign           bool // the check is signed
	EventID        *id.Of[Event]
	SpecialID      *id.Of[SpecialCheck]
	State          State
	Held           bool   // given to its assignee by hand: planning leaves that
	Stopped        bool   // excused by a shutdown, and comes back with it
	Reason         string // why it was missed, excused or cancelled
	ReasonBy       string // name; empty: the planner
	ReasonAt       *time.Time
	CheckStartedOn day.Date
	CheckID        *int64
	CreatedAt      time.Time
	SettledAt      *time.Time
}

// TaskForm is what a safety manager writes about a task.
type TaskForm struct {
	Title       string            `json:"title" required:"false" maxLength:"100"`
	PointID     id.Of[id.Point]   `json:"pointId" required:"false" doc:"left out where there is a route"`
	Route       []id.Of[id.Point] `json:"route" required:"false" nullable:"false" maxItems:"200" doc:"points in the order they are walked"`
	AssigneeID  id.Of[id.Staff]   `json:"assigneeId" required:"false" doc:"a person; left out where it is a post's"`
	PostID      id.Of[id.Post]    `json:"postId" required:"false" doc:"a post, whose holders of the day may all do it"`
	Items       []string          `json:"items" required:"false" nullable:"false" maxItems:"300" doc:"item codes; empty: all of each point"`
	ByException bool              `json:"byException" required:"false" doc:"team card: everything is confirmed at once, only what is wrong is entered"`
	Sign        bool              `json:"sign" required:"false" doc:"the check is signed"`
	OpensOn     day.Date          `json:"opensOn" required:"false" doc:"first day it may be done; today if left out"`
	DueOn       day.Date          `json:"dueOn" doc:"last day"`
}

func (f TaskForm) points() []id.Of[id.Point] {
	return PlanForm{PointID: f.PointID, Route: f.Route}.points()
}

// newTask makes a task. Errors: ErrDays, ErrUnknownPoint.
func newTask(home rbac.Home, f TaskForm, s seat, now time.Time) (Task, error) {
	today := day.In(now, day.Shanghai)
	if f.OpensOn.IsZero() {
		f.OpensOn = today
	}
	if f.DueOn.Before(f.OpensOn) || f.DueOn.Before(today) || f.DueOn.After(today.AddYears(2)) {
		return Task{}, ErrDays.At("body.dueOn")
	}
	points := f.points()
	if len(points) == 0 {
		return Task{}, ErrUnknownPoint.At("body.pointId")
	}
	return Task{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Kind: Routine, Title: f.Title, PointID: points[0], Route: routeOf(points), Items: f.Items,
		PostID: s.PostID, AssigneeID: s.StaffID, AssigneeName: s.StaffName, OpensOn: f.OpensOn, DueOn: f.DueOn, ByException: f.ByException, Sign: f.Sign, State: Open, CreatedAt: now,
	}, nil
}
