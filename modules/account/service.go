package account

import (
	"context"
	"errors"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/oidc"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionSelf     rbac.Action = "account.self.use"          // see and change one's own account
	ActionMembers  rbac.Action = "account.member.list"       // see who belongs to one's organisation
	ActionInvite   rbac.Action = "account.member.invite"     // invite, end and link members
	ActionOrgs     rbac.Action = "account.organisation.keep" // keep the list of organisations
	ActionEngage   rbac.Action = "account.engagement.keep"   // engage a service agency
	ActionServe    rbac.Action = "account.engagement.serve"  // choose which company to work for
	ActionIdentify rbac.Action = "account.session.identify"  // public: who a token stands for
)

// Sealer encrypts what is kept of a person's second factor.
type Sealer interface {
	Seal(plain, column string) []byte
	Open(sealed []byte, column string) (string, error)
}

// SendCode hands a code or link to a person, by SMS or mail, within tx.
type SendCode func(ctx context.Context, tx db.Tx, to Recipient, kind string, params map[string]string) error

// Recipient is where a message goes.
type Recipient struct {
	PersonID id.Of[id.Person] // 0 for somebody who has no account yet
	Phone    string
	Email    string
	Lang     string
}

// Service is what the rest of the program may ask about accounts.
type Service struct {
	Gate    *rbac.Gate
	Seal    Sealer
	Send    SendCode
	BaseURL string // of links, without a slash at the end
	Secure  bool   // cookies over HTTPS only
	DemoTip string // shown on the login page of a demo; empty otherwise

	Provider     *oidc.Provider // where people may sign in too, once they have bound their account; nil: nowhere
	ProviderName string         // what people call it

	RequireTOTP []string // kinds and roles that may do nothing until their second factor is on

	Idle time.Duration // how long a sign-in of idleKinds may rest before it ends; 0: as long as it lives
	// Tell puts a message into the inbox of a person, from where it leaves by his other channels; nil: nowhere.
	Tell func(ctx context.Context, tx db.Tx, to TellLifted, kind string, params map[string]string) error

	// Closed lists the features that are switched off for somebody; nil: none is.
	Closed func(ctx context.Context, a rbac.Actor) []Closed
}

// Closed is a feature that is switched off where somebody works, with the pages that belong to it.
type Closed struct {
	Code        string
	Name        string // in the reader's language
	Text        string
	Desk, Field []string
}

// Authenticate returns the actor a token stands for. Errors: rbac.ErrUnauthenticated.
func (s *Service) Authenticate(ctx context.Context, token string) (rbac.Actor, error) {
	var who identified
	known := true
	err := s.Gate.Public(ctx, ActionIdentify, func(tx db.Tx) (err error) {
		if who, err = identify(ctx, tx, hashToken(token), s.Idle); errors.Is(err, rbac.ErrNotFound) {
			known = false // no error: that a session has ended here is to be kept
			return nil
		}
		return err
	})
	switch {
	case err != nil:
		return rbac.Actor{}, err
	case !known:
		return rbac.Actor{}, rbac.ErrUnauthenticated
	}
	a := who.actor()
	a.Token = who.Token
	if who.ConfirmedAt != nil {
		a.ConfirmedAt = *who.ConfirmedAt
	}
	s.limit(&a, who.OnlyActions)
	if len(a.Only) == 0 && !a.Token && (s.mustEnrol(who) || who.MustChange) {
		a.Only, a.Held = []rbac.Action{ActionSelf}, true
	}
	return a, nil
}

// Credentials are what a person signs in with.
type Credentials struct {
	Login    string `json:"login" minLength:"1" maxLength:"60" doc:"account name or phone number"`
	Password string `json:"password" minLength:"1" maxLength:"200"`
	Code     string `json:"code,omitempty" maxLength:"10" doc:"of the authenticator app, if the account has one"`
}

// Opened is a fresh session.
type Opened struct {
	Token     string
	ExpiresAt time.Time
	Path      string // page to open, for one-time links
}

// Login opens a session. Wrong passwords make the account rest, longer each time; the
// same answer is given for an unknown login, and takes as long.
// Errors: ErrCredentials, ErrLocked, ErrAddress, ErrDisabled, ErrNoMembership, ErrTOTPRequired, ErrTOTPWrong.
func (s *Service) Login(ctx context.Context, c Credentials, agent string) (o Opened, err error) {
	err = s.attempt(ctx, "account.login", func(tx db.Tx, _ rbac.Scope) (who id.Of[id.Person], refusal, err error) {
		p, err := personByLogin(ctx, tx, normal(c.Login))
		if errors.Is(err, rbac.ErrNotFound) {
			_, err = matches(c.Password, "")
			return 0, ErrCredentials, err
		}
		if err != nil {
			return 0, nil, err
		}
		if p.rests(tx.Now) {
			return p.ID, locked(p, tx.Now), nil
		}
		if refusal, err = s.verify(tx, &p, c); err != nil {
			return p.ID, nil, err
		}
		if refusal == nil {
			way := ByPassword
			if p.TotpConfirmedAt != nil {
				way = ByPasswordAndTOTP
			}
			if o, refusal, err = s.open(ctx, tx, p, agent, way, &tx.Now); err != nil {
				return p.ID, nil, err
			}
		}
		return p.ID, refusal, savePerson(ctx, tx, p)
	})
	return o, err
}

// verify checks the password and second factor, counting failures on p.
func (s *Service) verify(tx db.Tx, p *Person, c Credentials) (refusal, err error) {
	ok, err := s.knows(p, c.Password)
	if err != nil {
		return nil, err
	}
	if !ok {
		fail(tx, p)
		return ErrCredentials, nil
	}
	if p.DisabledAt != nil {
		return ErrDisabled, nil
	}
	if p.TotpConfirmedAt != nil {
		if c.Code == "" {
			return ErrTOTPRequired, nil
		}
		good, err := s.codeGood(tx, p, c.Code)
		if err != nil {
			return nil, err
		}
		if !good {
			fail(tx, p)
			return ErrTOTPWrong.At("body.code"), nil
		}
	}
	p.Failures, p.LockedUntil = 0, nil
	return nil, nil
}

func fail(tx db.Tx, p *Person) {
	p.Failures++
	if d := lockFor(p.Failures); d > 0 {
		until := tx.Now.Add(d)
		p.LockedUntil = &until
	}
}

// open makes a session in the person's first membership; confirmed tells when it was shown that it
// is he, nil for a code that whoever holds the phone can read.
func (*Service) open(ctx context.Context, tx db.Tx, p Person, agent string, way Way, confirmed *time.Time) (o Opened, refusal, err error) {
	places, err := placesOf(ctx, tx, p.ID)
	if err != nil {
		return o, nil, err
	}
	if len(places) == 0 {
		return o, ErrNoMembership, nil
	}
	o = Opened{Token: newToken(), ExpiresAt: tx.Now.Add(sessionLife)}
	one := newSession(ctx, tx, p.ID, places[0].ID, o, agent)
	one.ConfirmedAt, one.Way = confirmed, way
	return o, nil, insertSession(ctx, tx, one)
}

func newSession(ctx context.Context, tx db.Tx, person id.Of[id.Person], m id.Of[id.Membership], o Opened, agent string) *Session {
	return &Session{
		TokenHash: hashToken(o.Token), PersonID: person, MembershipID: m, OnlyActions: db.Texts{}, Address: rbac.RequestOf(ctx).Address,
		Agent: clip(agent, 200), CreatedAt: tx.Now, SeenOn: day.In(tx.Now, day.Shanghai), ExpiresAt: o.ExpiresAt,
	}
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// first drops what errors.Join adds around a single refusal, for the edge renders faults.
func first(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	return err
}
