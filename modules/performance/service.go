package performance

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionMine     rbac.Action = "performance.mine.read"    // one's own tasks, scores and rewards
	ActionHandIn   rbac.Action = "performance.evidence.add" // for one's own tasks
	ActionRecord   rbac.Action = "performance.event.record" // that an event duty fell due
	ActionAppeal   rbac.Action = "performance.score.appeal" // one's own
	ActionTasks    rbac.Action = "performance.task.list"    // of those one leads
	ActionJudge    rbac.Action = "performance.evidence.judge"
	ActionExcuse   rbac.Action = "performance.task.excuse"
	ActionPlan     rbac.Action = "performance.plan.run"
	ActionScores   rbac.Action = "performance.score.list"
	ActionRound    rbac.Action = "performance.round.make"
	ActionAssess   rbac.Action = "performance.score.assess"
	ActionDecide   rbac.Action = "performance.score.decide"
	ActionRewards  rbac.Action = "performance.reward.list"
	ActionReward   rbac.Action = "performance.reward.record"
	ActionSettings rbac.Action = "performance.setting.edit"
	ActionFigures  rbac.Action = "performance.figure.list"
)

// Cell is a scored cell of the responsibility matrix, as the module that keeps it hands it over.
type Cell struct {
	CellID    id.Of[Cell]
	DutyID    id.Of[id.Duty]
	PostID    id.Of[id.Post]
	Template  string // duty of the library, empty for the company's own
	Text      string
	Frequency Frequency
	Evidence  string
	Kind      Kind
	Score     int // hundredths
	Modules   []string
}

// Cells returns what some posts answer for on a day.
type Cells func(ctx context.Context, tx db.Tx, company rbac.CompanyID, posts []id.Of[id.Post], on day.Date) ([]Cell, error)

// Tree returns how a company was organised on a day.
type Tree func(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (org.Tree, error)

// Deed is something a person did, which another module recorded.
type Deed struct {
	StaffID id.Of[id.Staff]
	Kind    DeedKind
	Noun    string // record to open
	Object  id.Of[Object]
	On      day.Date
	Until   day.Date // of what lasts, e.g. a certificate held: last day; zero: On
	Title   string
	Modules []string // of the checklist library it was about; empty where that has no meaning
}

// Deeds returns what the people of a company did in a period, both days inclusive.
type Deeds func(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until day.Date) ([]Deed, error)

// Checked is a check task somebody had to make.
type Checked struct {
	StaffID id.Of[id.Staff]
	TaskID  id.Of[id.Task]
	CheckID id.Of[id.Check] // 0: none was made
	On      day.Date
	Title   string
	Status  Status // done, late, missed
}

// Checks returns the check tasks of a company that fell due in a period.
type Checks func(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until day.Date) ([]Checked, error)

// Blame is a hazard that somebody answers for.
type Blame struct {
	HazardID id.Of[id.Hazard]
	OwnerID  id.Of[id.Staff]
	FoundBy  id.Of[id.Staff] // 0: nobody of the company
	Number   string
	Major    bool
	FoundOn  day.Date
	LeftOpen bool // a major hazard not fixed by its date

	ByAuthority bool // an authority found it, not the company itself
	Late        bool // fixed after its date, or past it and not fixed
}

// Blames returns the hazards that people of a company answer for: those found in a period, and
// major ones whose date passed in it.
type Blames func(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until day.Date) ([]Blame, error)

// Firms lists at most limit companies after one, in order of id. Called by the job runner.
type Firms func(ctx context.Context, tx db.Tx, after rbac.CompanyID, limit int) ([]rbac.Home, error)

// Claim ties files the actor has uploaded to the evidence they are.
type Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error

// Tell puts a message into somebody's inbox.
type Tell func(ctx context.Context, tx db.Tx, n Note) error

// Note is a message to a person of the company, by his staff row, or to the holders of roles.
type Note struct {
	CompanyID rbac.CompanyID
	Object    int64 // assessment
	Step      int32 // makes it unique
	Staff     id.Of[id.Staff]
	Roles     []string
	Except    id.Of[id.Person]
	Code      string
	Params    map[string]string
}

// Service is what the rest of the program may ask of this module.
type Service struct {
	Gate    *rbac.Gate
	Cells   Cells
	Tree    Tree
	Deeds   []Deeds
	Checks  Checks
	Blames  Blames
	Firms   Firms
	Claim   Claim
	Tell    Tell
	Metrics evidence.Set // of every module that measures something
}

// reach is the condition that the actor may see a row of alias: his own; besides, where he may
// do action, those of the part of the company he answers for. It stands beside scope.Where.
func reach(scope rbac.Scope, action rbac.Action, alias string) (string, []any) {
	own, args := alias+".staff_id = ?", []any{int64(scope.Actor().StaffID)}
	if !scope.Can(action) {
		return own, args
	}
	cond, more := scope.Reach(alias)
	return "(" + own + " OR " + cond + ")", append(args, more...)
}
