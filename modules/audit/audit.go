// Package audit reads the trail: who did or looked at what, when, and which fields changed.
// The Gate writes it; nothing of the program can change it afterwards, and what changes it past the
// program breaks its chain.
package audit

import (
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Entry is one object in one transaction.
type Entry struct {
	ID             int64
	At             time.Time
	ActorKind      rbac.Kind
	PersonID       *id.Of[id.Person]
	MembershipID   *id.Of[id.Membership]
	OrganisationID *id.Of[id.Organisation]
	CompanyID      *rbac.CompanyID
	PersonName     string // as it was at the time
	Action         rbac.Action
	Noun           string
	ObjectID       *int64
	Fields         db.JSON[[]Field]
	RequestID      string
	Address        string
}

// Field is one changed value, as text.
type Field struct {
	Name string `json:"name"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// Filter narrows a list of entries.
type Filter struct {
	Noun     string
	ObjectID int64
	Name     string // of who acted
}
