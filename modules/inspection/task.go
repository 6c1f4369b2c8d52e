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
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Kind: Routine, PointID: f.PointID, Items: f.Items,
		AssigneeID: f.AssigneeID, AssigneeName: assignee, OpensOn: f.OpensOn, DueOn: f.DueOn, State: Open, CreatedAt: now,
	}, nil
}
