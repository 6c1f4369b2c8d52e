package permit

import (
	"context"

	"anbiao/kit/blob"
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionForms    rbac.Action = "permit.form.read"
	ActionList     rbac.Action = "permit.ledger.list"
	ActionBoard    rbac.Action = "permit.board.read"
	ActionRequest  rbac.Action = "permit.ledger.request"
	ActionApprove  rbac.Action = "permit.ledger.approve"
	ActionWork     rbac.Action = "permit.ledger.work"
	ActionOverride rbac.Action = "permit.ledger.override"
	ActionSetting  rbac.Action = "permit.setting.edit"
	ActionImport   rbac.Action = "permit.ledger.import"
	ActionStat     rbac.Action = "permit.statistics.read"
)

// Holding is a certificate that somebody holds.
type Holding struct {
	Kind       string
	Operation  string
	Valid      bool     // he may work under it on the day asked for
	ValidUntil day.Date // last valid day; zero: never ends
}

// Cards tells which certificates people of a company hold on a day.
type Cards func(ctx context.Context, tx db.Tx, company rbac.CompanyID, staff []id.Of[id.Staff], on day.Date) (map[id.Of[id.Staff]][]Holding, error)

// Asked is an item in the words of the company's standard, or of the library where the
// standard does not ask it.
type Asked struct {
	Requirement string
	Method      string
	Clause      string
	Major       bool
}

// Ask finds items by code; who is absent from the answer keeps the words of the form.
type Ask func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, codes []string) (map[string]Asked, error)

// Tree tells how a company is organised on a day.
type Tree func(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (org.Tree, error)

// Members finds people of a company by their staff ids; who is absent from the answer is not of it.
type Members func(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []id.Of[id.Staff]) (map[id.Of[id.Staff]]Person, error)

// Claim ties files the actor has uploaded to the permit they prove.
type Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error

// Occurrence is the opening of a permit, which is an event for the checks of its modules.
type Occurrence struct {
	PermitID id.Of[id.Permit]
	Kind     string
	Note     string
	PointID  id.Of[id.Point]
	Items    []string
	Modules  []string
	On       day.Date
}

// Finding is something wrong that a permit shows: an item failed, or gas out of limits.
type Finding struct {
	Ref         string // unique for the finding, so that it becomes one hazard
	Place       string
	PointID     id.Of[id.Point]
	Description string
	ItemCode    string
	Clause      string
	Module      string
	Major       bool
	Photos      []id.Of[id.Attachment]
}

// Note is a message about a permit, to members of staff and to holders of roles.
type Note struct {
	CompanyID rbac.CompanyID
	PermitID  id.Of[id.Permit]
	Step      int32 // makes a message unique
	Staff     []id.Of[id.Staff]
	Roles     []string
	Except    id.Of[id.Person]
	Code      string
	Params    map[string]string
}

// Tell puts messages into inboxes. Called by the job runner.
type Tell func(ctx context.Context, tx db.Tx, notes []Note) error

// Picture is a stored file, for printing.
type Picture struct{ Display string }

// Service is what the rest of the program may ask about permits. Funcs that are nil are not
// wired: nothing is asked of the part of the program behind them.
type Service struct {
	Gate     *rbac.Gate
	Blobs    blob.Store
	BaseURL  string
	Holidays *calendar.Calendar
	Tree     Tree
	Cards    Cards
	Ask      Ask
	Claim    Claim
	Tell     Tell
	Members  Members
	Due      func(ctx context.Context, tx db.Tx, scope rbac.Scope, items []due.Item) error
	Firm     func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (string, error)
	Occurred func(ctx context.Context, tx db.Tx, scope rbac.Scope, o Occurrence) error
	Raise    func(ctx context.Context, tx db.Tx, scope rbac.Scope, f Finding) error
	Pictures func(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]Picture, error)
}

// Filter narrows a list of permits.
type Filter struct {
	State    State          `query:"state" enum:",requested,approved,refused,open,suspended,closed,cancelled,lapsed"`
	Live     bool           `query:"live" doc:"only those that are not over"`
	Kind     string         `query:"kind" maxLength:"20"`
	Level    string         `query:"level" maxLength:"20"`
	On       day.Date       `query:"on" doc:"whose time touches the day, or that are still open then"`
	From     day.Date       `query:"from" doc:"whose time begins on this day or later"`
	To       day.Date       `query:"to" doc:"… or earlier"`
	UnitID   id.Of[id.Unit] `query:"unitId"`
	Mine     bool           `query:"mine" doc:"only those the reader takes part in, or is asked to approve"`
	Overdue  bool           `query:"overdue"`
	Override bool           `query:"override" doc:"only those with an allowed missing certificate"`
	Source   string         `query:"source" enum:",phone,desk,paper"`
	Term     string         `query:"term" maxLength:"60" doc:"in number, place, content or names"`
}

// Span is a span of days, both included.
type Span struct {
	From day.Date `query:"from" doc:"left out: the first of the month"`
	To   day.Date `query:"to" doc:"left out: today"`
}

// Printed is a file to be printed.
type Printed struct {
	Content []byte
	Name    string
}
