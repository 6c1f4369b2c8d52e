package enrolment

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionMine    rbac.Action = "enrolment.notice.read"     // a company's own duty to join, its notices
	ActionReceive rbac.Action = "enrolment.notice.receive"  // sign for a notice
	ActionList    rbac.Action = "enrolment.firm.list"       // who must join in an area
	ActionTarget  rbac.Action = "enrolment.target.edit"     // targets and amounts of an area
	ActionClaims  rbac.Action = "enrolment.claim.read"      // claims: the company's own, or of an area
	ActionClaim   rbac.Action = "enrolment.claim.make"      // the company's
	ActionCheck   rbac.Action = "enrolment.claim.check"     // town or county
	ActionApprove rbac.Action = "enrolment.claim.approve"   // city, finance
	ActionPay     rbac.Action = "enrolment.claim.pay"       // city, finance
	ActionFound   rbac.Action = "enrolment.assessment.read" // duty and class: the company's own, or of an area
	ActionDecide  rbac.Action = "enrolment.assessment.decide"
	ActionDuty    rbac.Action = "enrolment.assessment.duty" // assess the duty of small firms
	ActionClass   rbac.Action = "enrolment.assessment.class"
	ActionAppeal  rbac.Action = "enrolment.assessment.appeal"
)

// Level is what a company holds.
type Level struct {
	Level string // 1, 2, 3, pass
	Until day.Date
}

// Award is a level that was given to a company, as a claim needs it.
type Award struct {
	ID            id.Of[id.Award]
	Level         string
	CertificateNo string
	AnnouncedOn   day.Date
}

// Table is a published scoring table.
type Table struct {
	ID    id.Of[id.Rubric]
	Title string // with its version
}

// Outcome is what an evaluation came to.
type Outcome struct {
	CompanyID rbac.CompanyID
	Finished  bool
	Score     int // hundredths; -1: none
	Level     string
	Reasons   []string // VETO:3.2.2 …
}

// Note is a message to those of a company who hold one of some roles.
type Note struct {
	CompanyID rbac.CompanyID
	Noun      string
	Object    int64
	Code      string
	Params    map[string]string
}

// companies maps companies to what is asked of them.
type companies[V any] = map[rbac.CompanyID]V

// Sources are what this module asks others, within the caller's transaction; one that is nil knows
// nothing. Those of many companies run as the job runner, in one query each.
type Sources struct {
	Presses   func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (companies[int], error)
	Majors    func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (companies[int], error)
	Late      func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (companies[int], error) // major hazards overdue
	Accidents func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, from day.Date) (companies[[]day.Date], error)
	Deaths    func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, from, until day.Date) (companies[int], error)
	Levels    func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (companies[Level], error)
	Underway  func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (companies[bool], error)

	// Awards are the levels ever given to one company that were not revoked, latest first.
	Awards func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) ([]Award, error)
	// Tables are the published scoring tables of a kind for a place.
	Tables func(ctx context.Context, tx db.Tx, kind, region string, on day.Date) ([]Table, error)
	// Open begins the score sheet of an assessment.
	Open func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, kind string, table id.Of[id.Rubric], year int, title string) (id.Of[id.Evaluation], error)
	// Outcome says what a score sheet came to. Errors: rbac.ErrNotFound.
	Outcome func(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Evaluation]) (Outcome, error)
	// Claim makes attachments belong to something.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, files []id.Of[id.Attachment], noun string, object int64) error
	// Tell writes messages. Called by the job runner.
	Tell func(ctx context.Context, tx db.Tx, notes []Note) error
	// Touch has the board look at companies again.
	Touch func(ctx context.Context, tx db.Tx, ids ...rbac.CompanyID) error
}

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate    *rbac.Gate
	Sources Sources
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }
