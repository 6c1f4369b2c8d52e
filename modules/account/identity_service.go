package account

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/oidc"
	"anbiao/rbac"
)

// Faults of signing in elsewhere.
var (
	ErrNoProvider   = fault.New(fault.NotFound, "account.no-provider")
	ErrElsewhere    = fault.New(fault.Unauthenticated, "account.elsewhere") // the provider's answer is not good, or too late
	ErrUnbound      = fault.New(fault.Unauthenticated, "account.unbound")   // nobody has bound this account of the provider
	ErrBoundAlready = fault.New(fault.Conflict, "account.bound-already")    // to another person, or he has bound another
	ErrProviderAway = fault.New(fault.Unavailable, "account.provider-away") // the provider does not answer
)

// flowLife is how long signing in at the provider may take.
const flowLife = 10 * time.Minute

const flowColumn = "account_identity.flow" // label under which a flow is sealed

// Identity is a person's account at a provider.
type Identity struct {
	Issuer   string
	Subject  string
	PersonID id.Of[id.Person]
	Name     string
	BoundAt  time.Time
	UsedAt   *time.Time
}

// flow is what the browser keeps, sealed, while the person is at the provider.
type flow struct {
	oidc.Flow
	Person id.Of[id.Person] `json:"person,omitempty"` // who binds; 0: somebody signs in
	Second id.Of[id.Person] `json:"second,omitempty"` // who has come back, and is asked for his second factor
	Until  time.Time        `json:"until"`
}

// SignInElsewhere begins a sign-in at the provider, or with bind the binding of the signed-in person's
// account there. It returns where the browser goes, and what it keeps meanwhile.
// Errors: ErrNoProvider, ErrProviderAway; with bind rbac.ErrUnauthenticated, rbac.ErrConfirm.
func (s *Service) SignInElsewhere(ctx context.Context, bind bool) (address, keep string, err error) {
	if s.Provider == nil {
		return "", "", ErrNoProvider
	}
	f := flow{Flow: oidc.NewFlow()}
	if bind {
		if err := s.Gate.Confirmed(ctx); err != nil {
			return "", "", err
		}
		a, _ := rbac.ActorOf(ctx)
		f.Person = a.PersonID
	}
	if err := s.Gate.Public(ctx, ActionIdentify, func(tx db.Tx) error { f.Until = tx.Now.Add(flowLife); return nil }); err != nil {
		return "", "", err
	}
	if address, err = s.Provider.Address(ctx, f.Flow); err != nil {
		return "", "", ErrProviderAway.Because(err)
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return "", "", err
	}
	return address, s.sealed(raw), nil
}

func (s *Service) sealed(raw []byte) string {
	return base64.RawURLEncoding.EncodeToString(s.Seal.Seal(string(raw), flowColumn))
}

// Returned is what became of somebody who came back from the provider.
type Returned struct {
	Opened
	Bound bool   // he has bound his account; no session was opened
	Keep  string // what his browser keeps until he has shown his second factor; empty: he is in
}

// ComeBack ends what SignInElsewhere began. An account is never made: whoever has not bound his is refused.
// Errors: ErrNoProvider, ErrElsewhere, ErrUnbound, ErrBoundAlready, ErrDisabled, ErrNoMembership, ErrProviderAway.
func (s *Service) ComeBack(ctx context.Context, keep, state, code, agent string) (r Returned, err error) {
	if s.Provider == nil {
		return r, ErrNoProvider
	}
	f, err := s.flow(keep)
	if err == nil && f.Second != 0 {
		err = ErrElsewhere
	}
	if err != nil {
		return r, err
	}
	who, err := s.Provider.Finish(ctx, f.Flow, state, code)
	switch {
	case errors.Is(err, oidc.ErrRefused):
		return r, ErrElsewhere.Because(err)
	case err != nil:
		return r, ErrProviderAway.Because(err)
	}
	var refusal error
	err = s.Gate.System(ctx, "account.come-back", func(tx db.Tx, scope rbac.Scope) (err error) {
		switch {
		case tx.Now.After(f.Until):
			refusal = ErrElsewhere
		case f.Person != 0:
			r.Bound, refusal, err = s.bind(ctx, tx, scope, f.Person, who)
		default:
			r, refusal, err = s.openFor(ctx, tx, who, agent)
		}
		return err
	})
	return r, first(errors.Join(err, refusal))
}

func (s *Service) flow(keep string) (f flow, err error) {
	sealed, err := base64.RawURLEncoding.DecodeString(keep)
	if err != nil {
		return f, ErrElsewhere.Because(err)
	}
	raw, err := s.Seal.Open(sealed, flowColumn)
	if err != nil {
		return f, ErrElsewhere.Because(err)
	}
	return f, json.Unmarshal([]byte(raw), &f)
}

// openFor opens the session of whoever has bound an identity, or has him asked for the second factor that he has and the provider
// did not ask for.
func (s *Service) openFor(ctx context.Context, tx db.Tx, who oidc.Identity, agent string) (r Returned, refusal, err error) {
	person, err := useIdentity(ctx, tx, who.Issuer, who.Subject)
	if errors.Is(err, rbac.ErrNotFound) {
		return r, ErrUnbound, nil
	}
	if err != nil {
		return r, nil, err
	}
	p, err := personLocked(ctx, tx, person)
	switch {
	case err != nil:
		return r, nil, err
	case p.DisabledAt != nil:
		return r, ErrDisabled, s.refuse(ctx, tx, RefusedSignIn, p.ID, ErrDisabled)
	case p.TotpConfirmedAt != nil && !who.Factors:
		raw, err := json.Marshal(flow{Second: p.ID, Until: tx.Now.Add(flowLife)})
		return Returned{Keep: s.sealed(raw)}, nil, err
	}
	way := ByProvider
	if who.Factors {
		way = ByProviderTwice
	}
	r.Opened, refusal, err = s.open(ctx, tx, p, agent, way, nil)
	return r, refusal, err
}

// SecondFactor lets somebody in who has come back from the provider, once he has shown his second factor. Wrong codes count
// like those of any sign-in. Errors: ErrElsewhere, ErrTOTPWrong, ErrLocked, ErrAddress, ErrDisabled, ErrNoMembership.
func (s *Service) SecondFactor(ctx context.Context, keep, code, agent string) (o Opened, err error) {
	f, err := s.flow(keep)
	if err != nil {
		return o, err
	}
	err = s.attempt(ctx, "account.second-factor", func(tx db.Tx, _ rbac.Scope) (who id.Of[id.Person], refusal, err error) {
		if f.Second == 0 || tx.Now.After(f.Until) {
			return 0, ErrElsewhere, nil
		}
		p, err := personLocked(ctx, tx, f.Second)
		switch {
		case err != nil:
			return 0, nil, err
		case p.rests(tx.Now):
			return p.ID, locked(p, tx.Now), nil
		case p.DisabledAt != nil:
			return p.ID, ErrDisabled, nil
		case p.TotpConfirmedAt == nil: // taken off meanwhile
			return p.ID, ErrElsewhere, nil
		}
		good, err := s.codeGood(tx, &p, code)
		if err != nil {
			return p.ID, nil, err
		}
		if !good {
			fail(tx, &p)
			return p.ID, ErrTOTPWrong.At("body.code"), savePerson(ctx, tx, p)
		}
		p.Failures, p.LockedUntil = 0, nil
		if o, refusal, err = s.open(ctx, tx, p, agent, ByProviderAndTOTP, &tx.Now); err != nil {
			return p.ID, nil, err
		}
		return p.ID, refusal, savePerson(ctx, tx, p)
	})
	return o, err
}

func (*Service) bind(ctx context.Context, tx db.Tx, scope rbac.Scope, person id.Of[id.Person], who oidc.Identity) (bound bool, refusal, err error) {
	row := Identity{Issuer: who.Issuer, Subject: who.Subject, PersonID: person, Name: clip(who.Name, 100), BoundAt: tx.Now}
	owner, err := keepIdentity(ctx, tx, row)
	if err != nil {
		return false, nil, err
	}
	if owner != person {
		return false, ErrBoundAlready, nil
	}
	scope.Changed("account", int64(person), 0, struct{ Identity string }{}, struct{ Identity string }{row.Name})
	return true, nil, nil
}

// Identities lists what the signed-in person has bound.
func (s *Service) Identities(ctx context.Context) (list []Identity, err error) {
	err = s.Gate.Read(ctx, ActionSelf, func(tx db.Tx, scope rbac.Scope) error {
		list, err = identitiesOf(ctx, tx, scope.Actor().PersonID)
		return err
	})
	return list, err
}

// Unbind lets go of what the signed-in person has bound. Errors: rbac.ErrNotFound, rbac.ErrConfirm.
func (s *Service) Unbind(ctx context.Context) error {
	if err := s.Gate.Confirmed(ctx); err != nil {
		return err
	}
	return s.Gate.Write(ctx, ActionSelf, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		n, err := dropIdentities(ctx, tx, a.PersonID)
		if err == nil && n == 0 {
			return rbac.ErrNotFound
		}
		scope.Changed("account", int64(a.PersonID), 0, struct{ Identity string }{"bound"}, struct{ Identity string }{})
		return err
	})
}
