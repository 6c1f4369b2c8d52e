package rbac

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
)

// Pools are the connections of each domain kind.
type Pools map[Kind]*db.Pool

// Close closes all pools.
func (p Pools) Close() {
	for _, one := range p {
		_ = one.Close()
	}
}

// Gate checks permissions and opens transactions.
type Gate struct {
	pools   Pools
	rights  *rights
	now     func() time.Time
	replica *replica // nil: there is none

	denied func(context.Context, Actor, Action) // told of what was refused to somebody; nil: nobody
	off    Switch                               // nil: nothing is switched off
}

// NewGate returns a Gate over pools, reading the policy built into the binary.
func NewGate(pools Pools, now func() time.Time) (*Gate, error) {
	r, err := compile()
	if err != nil {
		return nil, fmt.Errorf("rbac: %w", err)
	}
	return &Gate{pools: pools, rights: r, now: now}, nil
}

// OnDenied has f told of each action that is refused to somebody. Call it before the Gate is used.
func (g *Gate) OnDenied(f func(context.Context, Actor, Action)) { g.denied = f }

// Work is what runs inside a gate: one use case, one transaction.
type Work = func(db.Tx, Scope) error

var snapshot = &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}

// Read runs fn in a read-only transaction that sees one snapshot throughout, if the actor
// may do action. A regulator is answered by the replica that the Gate follows, as long as
// it is near enough and shows what he has written. Errors: ErrUnauthenticated, ErrForbidden.
func (g *Gate) Read(ctx context.Context, action Action, fn Work) (err error) {
	ctx, end := use(ctx, action)
	defer func() { end(err) }()
	a, err := g.admit(ctx, action)
	if err != nil {
		return err
	}
	work := func(tx db.Tx) error { return fn(tx, Scope{&pass{actor: a, gate: g}}) }
	if answered, err := g.replica.read(ctx, a, g.now(), work); answered {
		return err
	}
	return g.pools[a.Kind].In(ctx, bounds(a), g.now(), snapshot, work)
}

// Write runs fn in a read-write transaction (read committed), if the actor may do action.
// What fn noted with Scope.Changed goes to the trail in the same transaction. A request
// whose idempotency key was used before does nothing and returns a *Replay.
// Errors: ErrUnauthenticated, ErrForbidden, ErrOff, ErrConfirm, ErrKeyReused.
func (g *Gate) Write(ctx context.Context, action Action, fn Work) (err error) {
	ctx, end := use(ctx, action)
	defer func() { end(err) }()
	a, err := g.admit(ctx, action)
	if err != nil {
		return err
	}
	if g.Withheld(a, action) { // before anybody is asked to confirm it
		return ErrOff
	}
	if err := g.confirmed(a, action); err != nil {
		return err
	}
	return g.write(ctx, a, action, RequestOf(ctx), fn)
}

// Witness runs fn like Read does, and notes in the trail that it was done: for views that
// the person or company concerned may later ask about. fn may not write.
// Errors: ErrUnauthenticated, ErrForbidden, ErrConfirm.
func (g *Gate) Witness(ctx context.Context, action Action, fn Work) (err error) {
	ctx, end := use(ctx, action)
	defer func() { end(err) }()
	a, err := g.admitConfirmed(ctx, action)
	if err != nil {
		return err
	}
	r := RequestOf(ctx)
	r.Key = "" // a view is not an effect
	return g.write(ctx, a, action, r, fn)
}

// Public runs fn for anybody, signed in or not. The public pool may call named functions
// and read named views only.
func (g *Gate) Public(ctx context.Context, action Action, fn func(db.Tx) error) (err error) {
	ctx, end := use(ctx, action)
	defer func() { end(err) }()
	if !g.rights.sets[Public]["anonymous"][action] {
		return ErrForbidden
	}
	return g.pools[Public].In(ctx, db.Bounds{}, g.now(), nil, fn)
}

// System runs fn as the named system actor, for the job runner. Its name stands in the
// trail for whatever fn notes.
func (g *Gate) System(ctx context.Context, name string, fn Work) (err error) {
	ctx, end := use(ctx, Action(name))
	defer func() { end(err) }()
	a := Actor{Kind: System, System: name, Name: name}
	return g.write(ctx, a, Action(name), Request{ID: RequestOf(ctx).ID}, fn)
}

// Can reports whether a may do action; menus and buttons ask it.
func (g *Gate) Can(a Actor, action Action) bool {
	return g.rights.can(a, action) && !g.Withheld(a, action)
}

// Actions lists what a may do.
func (g *Gate) Actions(a Actor) []Action {
	return slices.DeleteFunc(g.rights.actions(a), func(one Action) bool { return g.Withheld(a, one) })
}

// Granted reports whether any role of kind k may do action.
func (g *Gate) Granted(k Kind, action Action) bool {
	for _, set := range g.rights.sets[k] {
		if set[action] {
			return true
		}
	}
	return false
}

// Known reports whether role is a built-in role of kind k.
func (g *Gate) Known(k Kind, role string) bool { _, ok := g.rights.sets[k][role]; return ok }

func (g *Gate) admit(ctx context.Context, action Action) (Actor, error) {
	a, ok := ActorOf(ctx)
	if !ok {
		return Actor{}, ErrUnauthenticated
	}
	if !g.rights.can(a, action) {
		if g.denied != nil {
			g.denied(ctx, a, action)
		}
		return Actor{}, ErrForbidden
	}
	if g.pools[a.Kind] == nil {
		return Actor{}, fmt.Errorf("rbac: no pool for %q", a.Kind)
	}
	return a, nil
}

// admitConfirmed admits to what has an effect: dangerous actions want a fresh confirmation besides.
func (g *Gate) admitConfirmed(ctx context.Context, action Action) (Actor, error) {
	a, err := g.admit(ctx, action)
	if err != nil {
		return Actor{}, err
	}
	return a, g.confirmed(a, action)
}

func (g *Gate) write(ctx context.Context, a Actor, action Action, r Request, fn Work) error {
	var wrote Mark
	who := onBehalf(ctx, a)
	err := g.pools[a.Kind].In(ctx, bounds(a), g.now(), nil, func(tx db.Tx) error {
		if err := claim(ctx, tx, a, r); err != nil {
			return err
		}
		p := &pass{actor: a, gate: g, action: action}
		if err := fn(tx, Scope{p}); err != nil {
			return err
		}
		if err := settle(ctx, tx, p, action, r); err != nil {
			return err
		}
		var err error
		wrote, err = marked(ctx, tx, who)
		return err
	})
	if err == nil {
		g.replica.note(who, wrote)
	}
	return err
}

func bounds(a Actor) db.Bounds {
	b := db.Bounds{Person: int64(a.PersonID), Organisation: int64(a.OrganisationID)}
	switch a.Kind {
	case Company, Service:
		b.Company = int64(a.CompanyID)
	case Regulator:
		b.Areas, b.Lines = a.Areas, a.Lines
	case Agency, Platform, Public, System:
	}
	return b
}

// Replay answers a request that was done before under the same idempotency key.
type Replay struct{ Made int64 }

func (*Replay) Error() string { return "rbac: done before" }

// CompanyID is the id of a company, which every module names.
type CompanyID = id.Of[id.Company]

type scopeKey struct{}

// ScopeOf returns the scope of the system transaction that ctx runs in, for functions that
// jobs share with use cases; the zero Scope elsewhere.
func ScopeOf(ctx context.Context) Scope {
	s, _ := ctx.Value(scopeKey{}).(Scope)
	return s
}

// Runner is System in the shape that package jobs takes.
func (g *Gate) Runner(ctx context.Context, name string, fn func(context.Context, db.Tx) error) error {
	return g.System(ctx, name, func(tx db.Tx, scope Scope) error {
		return fn(context.WithValue(ctx, scopeKey{}, scope), tx)
	})
}

// OpenPools opens the pools of every kind; dsn returns the address for a kind's role.
func OpenPools(dsn func(Kind) string, size int) (Pools, error) {
	pools := Pools{}
	for _, k := range Kinds {
		p, err := db.Open(dsn(k), size)
		if err != nil {
			pools.Close()
			return nil, fmt.Errorf("rbac: pool of %s: %w", k, err)
		}
		pools[k] = p
	}
	return pools, nil
}
