package staff

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionUnits  rbac.Action = "staff.unit.list"
	ActionUnit   rbac.Action = "staff.unit.edit"
	ActionList   rbac.Action = "staff.person.list"
	ActionEdit   rbac.Action = "staff.person.edit"
	ActionReveal rbac.Action = "staff.person.reveal"
	ActionLeave  rbac.Action = "staff.person.leave"
	ActionAssign rbac.Action = "staff.post.assign"
	// ActionOverride puts somebody on a post although something bars him; ActionOverrides lists when that was done.
	ActionOverride  rbac.Action = "staff.assignment.override"
	ActionOverrides rbac.Action = "staff.assignment.overridden"
)

// Service is what the rest of the program may ask about staff.
type Service struct {
	Gate *rbac.Gate
	Box  *seal.Box
	// Leaving and Returning are told, in the same transaction, that somebody left the
	// company or came back.
	Leaving   []Moved
	Returning []Moved
	// Joining is told of who is newly entered by himself, Moving of who got another main post; an imported
	// list tells nobody.
	Joining []Moved
	Moving  []Moved
	// PostsMade follow posts, Seated people on them; OpenWork and HandOver know what a person leaves behind.
	PostsMade []PostsMade
	Seated    []Seated
	OpenWork  []OpenWork
	HandOver  []HandOver
	// Bars say what keeps a person from a post (◇13).
	Bars []Barred
}

// Moved reacts to a person leaving or coming back.
type Moved func(ctx context.Context, tx db.Tx, scope rbac.Scope, who Mover) error

// Mover is a person leaving or coming back.
type Mover struct {
	Home     rbac.Home
	StaffID  id.Of[id.Staff]
	PersonID id.Of[id.Person] // zero: has no login
	Name     string
	On       day.Date // last day, or first day again
}

// Key names a person of a company.
type Key struct {
	CompanyID rbac.CompanyID
	StaffID   id.Of[id.Staff]
}

// Contact is what other modules may know of a person.
type Contact struct {
	Name       string
	Phone      string
	EmployeeNo string
	PersonID   id.Of[id.Person] // zero: has no login
	LeftOn     day.Date         // zero: still here
	Unit       string           // name of his unit; empty: has none
	UnitID     id.Of[id.Unit]   // zero: has none
}

// Contacts returns whom keys name, of any number of companies, in one query; who is not
// visible in tx is missing.
func Contacts(ctx context.Context, tx db.Tx, keys []Key) (map[Key]Contact, error) {
	if len(keys) == 0 {
		return map[Key]Contact{}, nil
	}
	return contactsOf(ctx, tx, keys)
}

// Link gives a person of the staff his login. Errors: rbac.ErrNotFound.
func Link(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff], login id.Of[id.Person]) error {
	return linkLogin(ctx, tx, company, who, login)
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }
