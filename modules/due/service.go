package due

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	kit "anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList rbac.Action = "due.item.list"
	ActionTeam rbac.Action = "due.item.team" // also what others of one's unit see to
)

// Service is what the rest of the program may ask about what falls due.
type Service struct {
	Gate       *rbac.Gate
	Owners     Owners
	Leaders    Leaders // nil: nobody leads
	Watchers   Watchers
	Principals Watchers // nil: nobody is
	Remind     Remind
	Batch      int // items that one transaction of the job starts from; 0: the usual
}

// LeaderKey names a unit of a company and one of its people, who does not lead himself.
type LeaderKey struct {
	CompanyID rbac.CompanyID
	UnitID    id.Of[id.Unit]
	StaffID   id.Of[id.Staff]
}

// OwnerKey names a person of a company.
type OwnerKey struct {
	CompanyID rbac.CompanyID
	StaffID   id.Of[id.Staff]
}

// What this module needs of others, on any number of companies at once.
type (
	// Owners returns the logins of people; who has left or has none is missing.
	Owners func(ctx context.Context, tx db.Tx, keys []OwnerKey) (map[OwnerKey]id.Of[id.Person], error)
	// Leaders returns the logins of those who lead units and what is above them, the nearest first.
	Leaders func(ctx context.Context, tx db.Tx, keys []LeaderKey) (map[LeaderKey][]id.Of[id.Person], error)
	// Watchers returns the holders of one part in each company: its safety managers, its principals.
	Watchers func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID][]id.Of[id.Person], error)
	// Remind writes messages. One whose Key was used before is not written again.
	Remind func(ctx context.Context, tx db.Tx, list []Message) error
)

// Message is one digest for one person.
type Message struct {
	PersonID  id.Of[id.Person]
	CompanyID rbac.CompanyID
	Code      string
	Params    map[string]string
	Key       string
}

// Put keeps items of the actor's company in the caller's transaction: new ones open, those
// whose day moved start again, those without a day are closed. Errors: ErrItem,
// rbac.ErrForbidden for anybody who does not act for one company.
func Put(ctx context.Context, tx db.Tx, scope rbac.Scope, items []kit.Item) error {
	if len(items) == 0 {
		return nil
	}
	home, err := scope.Home()
	if err != nil {
		return err
	}
	return PutAt(ctx, tx, home, items)
}

// PutAt is Put for the job runner, which says whose the items are.
func PutAt(ctx context.Context, tx db.Tx, home rbac.Home, items []kit.Item) error {
	type key struct {
		kind string
		ref  int64
	}
	last := map[key]int{}
	for n, i := range items {
		if i.Kind == "" || i.Ref == 0 || (i.Title == "" && !i.On.IsZero()) {
			return ErrItem
		}
		last[key{i.Kind, i.Ref}] = n // said twice: the later one holds
	}
	var open []Placed
	var over []kit.Item
	for n, i := range items {
		switch {
		case last[key{i.Kind, i.Ref}] != n:
		case i.On.IsZero():
			over = append(over, i)
		default:
			open = append(open, Placed{home, i})
		}
	}
	if err := closeItems(ctx, tx, home.CompanyID, over); err != nil {
		return err
	}
	return putItems(ctx, tx, open)
}

// Placed is an item with the company it belongs to.
type Placed struct {
	Home rbac.Home
	Item kit.Item
}

// PutMany opens items of many companies at once, for the job runner; each has a day.
// Errors: ErrItem.
func PutMany(ctx context.Context, tx db.Tx, items []Placed) error {
	for _, p := range items {
		if p.Item.Kind == "" || p.Item.Ref == 0 || p.Item.Title == "" || p.Item.On.IsZero() {
			return ErrItem
		}
	}
	return putItems(ctx, tx, items)
}

// SettleMany ends items of many companies at once, for the job runner.
func SettleMany(ctx context.Context, tx db.Tx, items []Placed) error {
	return settleItems(ctx, tx, items)
}

// Filter says which items to list.
type Filter struct {
	page.Query
	Kind   string         `query:"kind" maxLength:"60" doc:"noun.what"`
	UnitID id.Of[id.Unit] `query:"unitId" doc:"of this unit and those below it"`
	State  string         `query:"state" enum:"open,overdue,soon,closed" default:"open" doc:"soon: within 30 days, or overdue"`
}

const sortSoonest = "due"

// List returns one page of what falls due in the company, the most urgent first.
// Errors: page.ErrCursor.
func (s *Service) List(ctx context.Context, f Filter) (rows []Listed, k page.Key, now day.Date, err error) {
	if k, err = f.Start(sortSoonest, 2); err != nil {
		return nil, k, now, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx.Now)
		rows, err = listed(ctx, tx, scope, f, k, now)
		return err
	})
	return rows, k, now, err
}

// Summary is how much falls due.
type Summary struct {
	Overdue int64
	Week    int64    // within seven days
	Month   int64    // within thirty days, those of the week among them
	Kinds   db.Texts // of all open items
}

// Sum counts what the actor has open.
func (s *Service) Sum(ctx context.Context) (sum Summary, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		sum, err = summed(ctx, tx, scope, today(tx.Now))
		return err
	})
	return sum, err
}
