// Package sync lets another system keep a copy of what it may see (增量同步): first everything, then what changed, in the order in
// which transactions ended, with nothing left out.
//
// Triggers note the key of each changed row with the number of its transaction (00256_sync.sql). A page reads keys of transactions that
// have all ended, below the snapshot's xmin, and then the rows themselves in the same snapshot and with the reader's own rights:
// a row he sees is put, any other is gone. So a deleted row, one whose company moved out of an area, and one that never was his all
// look alike, and nothing can be seen here that cannot be seen in the lists.
package sync

import (
	"encoding/json"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/rbac"
)

// Faults of this module.
var (
	// ErrKind: no kind {kind} is told here, or the reader may not see it.
	ErrKind = fault.New(fault.Invalid, "sync.kind")
	// ErrCursor: the cursor was not made here.
	ErrCursor = fault.New(fault.Invalid, "sync.cursor")
	// ErrStale: the cursor belongs to other kinds, another reader, another database, or is older than what is kept. Begin anew.
	ErrStale = fault.New(fault.Conflict, "sync.stale")
)

// ActionRead lets an actor read the feed, of kinds whose rows he may list.
const ActionRead rbac.Action = "sync.feed.read"

const (
	maxLimit = 500
	window   = 200_000 // transactions a page looks through at most, so that a small area never waits for a whole nation's changes
	keptDays = 92      // that changes are kept
)

// Change is a row of the log (migrations/00256_sync.sql).
type Change struct {
	CompanyID     rbac.CompanyID
	Xid           int64
	ID            int64
	At            time.Time
	Kind          string
	ObjectID      int64
	OnDay         day.Date
	RegionPath    string
	OversightLine int16
}

// Floor is the oldest transaction whose changes are kept.
type Floor struct {
	ID  int16
	Xid int64
}

// Query asks for a page.
type Query struct {
	Kinds  []string // none: all that the reader may see
	Cursor string   // of the page before; empty: from the beginning
	Limit  int
}

// Item is one row as it is now, or the word that it is there no longer.
type Item struct {
	Kind      string
	ID        int64
	CompanyID rbac.CompanyID
	Gone      bool
	Version   int64 // transaction that it is at least as new as
	Row       json.RawMessage
}

// Page is some changes, and where to go on.
type Page struct {
	Items  []Item
	Cursor string
	More   bool // ask again at once; otherwise when it suits
	First  bool // still the first run through everything
}

// Service reads the feed.
type Service struct{ Gate *rbac.Gate }
