package instrument

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/inbox"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList     rbac.Action = "instrument.missive.list"
	ActionWrite    rbac.Action = "instrument.missive.write"   // a regulator's: draft, issue, decide
	ActionAnswer   rbac.Action = "instrument.missive.answer"  // a recipient's: sign for it, reply
	ActionNotices  rbac.Action = "instrument.circular.list"   // what one was sent, and what one's own office sent
	ActionSend     rbac.Action = "instrument.circular.send"   // a regulator's
	ActionReceipt  rbac.Action = "instrument.circular.answer" // a recipient's
	ActionInbox    rbac.Action = "instrument.inbox.list"      // a regulator's work (待办)
	ActionCallList rbac.Action = "instrument.call.list"       // who has not reported or is not activated
	ActionCall     rbac.Action = "instrument.call.enter"      // that somebody was rung up
)

// Note is a message about a letter or notice: to those of a company who hold one of some roles, or to everybody of an office.
type Note struct {
	Companies []rbac.CompanyID
	OfficeID  id.Of[id.Organisation]
	Noun      string
	Object    int64
	Key       string // makes a message unique
	Roles     []string
	Code      string
	Params    map[string]string
}

// What this module needs of others, within the caller's transaction.
type (
	// NameOf names a company.
	NameOf func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (string, error)
	// Claim makes attachments belong to something.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, files []id.Of[id.Attachment], noun string, object int64) error
	// Companies are those of the actor's scope that a filter of the graded list leaves, at most limit.
	Companies func(ctx context.Context, tx db.Tx, scope rbac.Scope, filters map[string][]string, limit int) ([]rbac.CompanyID, error)
	// Due keeps what falls due for a company. Called by the job runner.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
	// Tell writes messages. Called by the job runner.
	Tell func(ctx context.Context, tx db.Tx, n Note) error
)

// Feed offers what waits for a regulator of one kind, the nearest day first.
type Feed struct {
	Kind   string
	Action rbac.Action // who may not do it has no such work
	Items  func(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) ([]inbox.Item, error)
}

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate      *rbac.Gate
	NameOf    NameOf
	Claim     Claim
	Companies Companies
	Due       Due
	Tell      Tell
	Feeds     []Feed // what waits for a regulator, one a kind
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }
