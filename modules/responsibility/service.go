package responsibility

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionLibrary  rbac.Action = "responsibility.library.read"
	ActionRead     rbac.Action = "responsibility.matrix.read"
	ActionEdit     rbac.Action = "responsibility.matrix.edit"
	ActionPublish  rbac.Action = "responsibility.list.publish"
	ActionMine     rbac.Action = "responsibility.mine.read"
	ActionCoverage rbac.Action = "responsibility.coverage.read"
	ActionFigures  rbac.Action = "responsibility.coverage.oversee"
)

// Service is what the rest of the program may ask of this module.
type Service struct {
	Gate     *rbac.Gate
	Shelf    *Shelf
	Tree     Tree
	Unplaced Unplaced
	Items    Items
	// Idle is nil as long as nothing measures it.
	Idle Idle
	// Claim binds the photos of a posting; nil: none can be added.
	Claim   Claim
	Company CompanyName
	BaseURL string // in the QR codes of cards, e.g. https://anbiao.example
}

// Tree returns how a company was organised on a day: its units, posts and holders.
type Tree func(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (org.Tree, error)

// Unplaced returns how many people work in a company on a day, and those of them who are on
// no post.
type Unplaced func(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (all int, unplaced []Person, err error)

// Person is somebody of the company's staff.
type Person struct {
	StaffID    id.Of[id.Staff]
	Name       string
	EmployeeNo string
	UnitID     id.Of[id.Unit] // zero: of no unit
}

// Items returns what a company's newest standard asks; nothing if it has none.
type Items func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) ([]Item, error)

// CompanyName returns what a company is called.
type CompanyName func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (string, error)

// Idle returns the duties of a company that fell due in the last year and that nobody
// performed. What never fell due, because its occasion never came, is not among them.
type Idle func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (map[id.Of[id.Duty]]bool, error)

// Claim binds uploaded files to an object. Errors: those of whoever keeps the files.
type Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error

// Item is one item of a company's standard.
type Item struct {
	Code        string
	Module      string
	ModuleName  string
	Requirement string
	Method      string
	Frequency   string
	Posts       []string // post types it concerns
	Major       bool     // a failed answer suggests a major hazard
}
