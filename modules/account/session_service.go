package account

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Me is what a page needs to know about who uses it.
type Me struct {
	Person  Person
	Places  []place
	Current place
	Actor   rbac.Actor
	Actions []rbac.Action
	Serving string // name of the company a service agency works for at the moment

	MustEnrol bool // a second factor is required and not on
	Closed    []Closed
}

// Me describes the person signed in and what they may do here.
func (s *Service) Me(ctx context.Context) (m Me, err error) {
	a, ok := rbac.ActorOf(ctx)
	if !ok {
		return m, rbac.ErrUnauthenticated
	}
	m.Actor, m.Actions = a, s.Gate.Actions(a)
	if s.Closed != nil {
		m.Closed = s.Closed(ctx, a)
	}
	err = s.Gate.System(ctx, "account.me", func(tx db.Tx, _ rbac.Scope) error {
		if m.Person, err = personSeen(ctx, tx, a.PersonID); err != nil {
			return err
		}
		if a.Kind == rbac.Service && a.CompanyID != 0 {
			if m.Serving, err = companyName(ctx, tx, a.CompanyID); err != nil {
				return err
			}
		}
		m.Places, err = placesOf(ctx, tx, a.PersonID)
		return err
	})
	m.MustEnrol = a.Held && s.mustEnrol(identified{Kind: a.Kind, Roles: a.Roles, Totp: m.Person.TotpConfirmedAt != nil})
	for _, p := range m.Places {
		if p.ID == a.MembershipID {
			m.Current = p
		}
	}
	return m, err
}

// Logout ends the session that token stands for.
func (s *Service) Logout(ctx context.Context, token string) error {
	return s.Gate.Write(ctx, ActionSelf, func(tx db.Tx, scope rbac.Scope) error {
		found, err := sessionByToken(ctx, tx, hashToken(token))
		if err != nil {
			return err
		}
		_, err = revokeSessions(ctx, tx, scope.Actor().PersonID, found.ID, nil)
		return err
	})
}

// supersede ends the sign-in that a browser had when another was opened in it: its cookie is gone, nobody would end it.
func (s *Service) supersede(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	return s.Gate.System(ctx, "account.supersede", func(tx db.Tx, _ rbac.Scope) error { return endSignIn(ctx, tx, hashToken(token)) })
}

// Switch moves the session to another of the person's memberships.
// Errors: rbac.ErrNotFound.
func (s *Service) Switch(ctx context.Context, token string, m id.Of[id.Membership]) error {
	return s.Gate.Write(ctx, ActionSelf, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := ownMembership(ctx, tx, scope.Actor().PersonID, m); err != nil {
			return err
		}
		scope.Made(int64(m))
		return moveSession(ctx, tx, hashToken(token), m, nil)
	})
}

// Serve lets a service agency's member work for one company that has engaged the agency.
// Errors: ErrNotEngaged.
func (s *Service) Serve(ctx context.Context, token string, company rbac.CompanyID) error {
	return s.Gate.Write(ctx, ActionServe, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		ok, err := engaged(ctx, tx, a.OrganisationID, company)
		if err != nil {
			return err
		}
		if !ok {
			return ErrNotEngaged
		}
		scope.Made(int64(company))
		return moveSession(ctx, tx, hashToken(token), a.MembershipID, &company)
	})
}

// Sessions lists where the person is signed in.
func (s *Service) Sessions(ctx context.Context) (list []Session, err error) {
	err = s.Gate.Read(ctx, ActionSelf, func(tx db.Tx, scope rbac.Scope) error {
		list, err = sessionsOf(ctx, tx, scope.Actor().PersonID, false)
		return err
	})
	return list, err
}

// Revoke ends one of the person's sessions or API tokens. Errors: rbac.ErrNotFound, rbac.ErrConfirm.
func (s *Service) Revoke(ctx context.Context, one id.Of[Session]) error {
	if err := s.Gate.Confirmed(ctx); err != nil {
		return err
	}
	return s.Gate.Write(ctx, ActionSelf, func(tx db.Tx, scope rbac.Scope) error {
		n, err := revokeSessions(ctx, tx, scope.Actor().PersonID, one, nil)
		if err == nil && n == 0 {
			return rbac.ErrNotFound
		}
		scope.Made(int64(one))
		return err
	})
}

// RevokeOthers ends all the person's other sign-ins, and returns how many. Errors: rbac.ErrConfirm.
func (s *Service) RevokeOthers(ctx context.Context, token string) (n int64, err error) {
	if err := s.Gate.Confirmed(ctx); err != nil {
		return 0, err
	}
	err = s.Gate.Write(ctx, ActionSelf, func(tx db.Tx, scope rbac.Scope) error {
		n, err = revokeSessions(ctx, tx, scope.Actor().PersonID, 0, hashToken(token))
		scope.Made(n)
		return err
	})
	return n, err
}

// EditSelf changes what a person may change of himself. Errors: rbac.ErrConfirm for another mail address.
func (s *Service) EditSelf(ctx context.Context, email, lang string) (n id.Of[id.Person], err error) {
	err = s.Gate.Write(ctx, ActionSelf, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		before, err := personSeen(ctx, tx, a.PersonID)
		if err != nil {
			return err
		}
		after := before
		after.Email, after.Lang = email, lang
		if after.Email != before.Email { // where codes that reset the password go
			if err := s.Gate.Confirmed(ctx); err != nil {
				return err
			}
		}
		n = a.PersonID
		scope.Made(int64(n))
		scope.Changed("account", int64(n), 0, before, after)
		return saveOwn(ctx, tx, n, email, lang)
	})
	return n, err
}
