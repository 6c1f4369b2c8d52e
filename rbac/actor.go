// Package rbac decides who may do what (casbin) and on which rows (Scope). Its Gate is
// the only way to a transaction, so no query runs without a named permission.
package rbac

import (
	"context"
	"time"

	"anbiao/kit/fault"
	"anbiao/kit/id"
)

// Faults every guarded call may return.
var (
	ErrUnauthenticated = fault.New(fault.Unauthenticated, "rbac.unauthenticated")
	ErrForbidden       = fault.New(fault.Forbidden, "rbac.forbidden")
	ErrNotFound        = fault.New(fault.NotFound, "rbac.not-found")
	ErrKeyReused       = fault.New(fault.Invalid, "rbac.idempotency-key-reused")
)

// Kind is a domain of users: companies and regulators never share a permission.
type Kind string

// Kinds of domain, each with a database role and a pool of its own.
const (
	Company   Kind = "company"   // enterprises (企业)
	Service   Kind = "service"   // safety-service agencies (安全服务机构), working for companies on engagements
	Regulator Kind = "regulator" // authorities of a division (监管部门)
	Agency    Kind = "agency"    // review agencies (评审机构)
	Platform  Kind = "platform"  // operators of this installation
	Public    Kind = "public"    // nobody in particular
	System    Kind = "system"    // the job runner
)

// Kinds lists every domain.
var Kinds = []Kind{Company, Service, Regulator, Agency, Platform, Public, System}

// Actor is who is asking: a person in the membership they have chosen.
type Actor struct {
	PersonID       id.Of[id.Person]
	MembershipID   id.Of[id.Membership]
	Kind           Kind
	Roles          []string // built-in roles, or "c<company>:<name>" for a company's own
	Name           string   // for the trail, as it was at the time
	CompanyID      id.Of[id.Company]
	RegionPath     string          // of the company
	Line           int16           // supervision line of the company
	StaffID        id.Of[id.Staff] // the person's row in the company's staff
	UnitPath       string          // of the person's unit in the company; empty: has none
	OrganisationID id.Of[id.Organisation]
	Areas          []string  // region paths a regulator oversees
	Lines          []int16   // supervision lines a regulator is limited to; none means every line
	Only           []Action  // of a one-time link or an API token's scopes: nothing but these
	Token          bool      // an API token: there is nobody to ask
	Held           bool      // until a second factor is on or another password set: Only says what for
	ConfirmedAt    time.Time // when the person last showed that it is he; zero: not in this session
	System         string    // name of a system actor, e.g. "certificate.scan"
	Wrote          Mark      // what a replica has to show before it may answer him
}

// Request is what the Gate keeps of the request an operation came with.
type Request struct {
	ID        string // correlates log, trail and answer
	Operation string
	Key       string // idempotency key; empty where the client sent none
	BodyHash  []byte // SHA-256 of the body, compared when a key comes again
	Address   string // of the client

	Unattended bool // sent by a page by itself: no use of a session
}

type (
	actorKey   struct{}
	requestKey struct{}
)

// WithActor returns ctx carrying a.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf returns the actor of ctx, if somebody is signed in.
func ActorOf(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	return a, ok
}

// WithRequest returns ctx carrying r.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestOf returns the request of ctx; its zero value outside one.
func RequestOf(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r
}
