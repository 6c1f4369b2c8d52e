package account

import (
	"context"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// ErrScope says that a token can be given no such scope, or not by its owner.
var ErrScope = fault.New(fault.Invalid, "account.scope")

// tokenDays is how long an API token may live at most.
const tokenDays = 365

// scopeMark stands before what a token was limited to, which is read anew at every request: a group grows with the program.
// What a one-time link allows are actions without it.
const scopeMark = "scope:"

// limit keeps a to what a session was opened for.
func (s *Service) limit(a *rbac.Actor, only db.Texts) {
	var scopes []string
	for _, o := range only {
		if scope, ok := strings.CutPrefix(o, scopeMark); ok {
			scopes = append(scopes, scope)
		} else {
			a.Only = append(a.Only, rbac.Action(o))
		}
	}
	if len(scopes) > 0 {
		a.Only = append(a.Only, s.Gate.Scoped(*a, scopes)...)
	}
}

// scopesOf is what a token is limited to; none: a token made before there were scopes, with all its owner's rights.
func scopesOf(t Session) []string {
	out := []string{}
	for _, o := range t.OnlyActions {
		out = append(out, strings.TrimPrefix(o, scopeMark))
	}
	return out
}

// NewToken makes an API token for the chosen membership, limited to scopes: groups of actions, or actions. The token is returned once and
// never again. Errors: ErrScope, rbac.ErrConfirm, rbac.ErrForbidden for who is limited himself.
func (s *Service) NewToken(ctx context.Context, name string, days int, scopes []string) (o Opened, one id.Of[Session], err error) {
	if err := s.Gate.Confirmed(ctx); err != nil {
		return o, 0, err
	}
	err = s.Gate.Write(ctx, ActionSelf, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if len(a.Only) > 0 {
			return rbac.ErrForbidden
		}
		o = Opened{Token: newToken(), ExpiresAt: tx.Now.Add(time.Duration(min(days, tokenDays)) * 24 * time.Hour)}
		t := newSession(ctx, tx, a.PersonID, a.MembershipID, o, "")
		t.Name, t.Way = name, ByToken
		for _, one := range scopes {
			if !s.Gate.Grantable(a, one) {
				return ErrScope.With("scope", one).At("body.scopes")
			}
			t.OnlyActions = append(t.OnlyActions, scopeMark+one)
		}
		if a.Kind == rbac.Service && a.CompanyID != 0 {
			t.CompanyID = &a.CompanyID
		}
		if err := insertSession(ctx, tx, t); err != nil {
			return err
		}
		one = t.ID
		scope.Made(int64(t.ID))
		scope.Changed("token", int64(t.ID), a.CompanyID, madeToken{}, madeToken{name, scopes, o.ExpiresAt})
		return nil
	})
	return o, one, err
}

// madeToken is what the trail keeps of a token.
type madeToken struct {
	Name      string
	Scopes    []string
	ExpiresAt time.Time
}

// Tokens lists the person's API tokens.
func (s *Service) Tokens(ctx context.Context) (list []Session, err error) {
	err = s.Gate.Read(ctx, ActionSelf, func(tx db.Tx, scope rbac.Scope) error {
		list, err = sessionsOf(ctx, tx, scope.Actor().PersonID, true)
		return err
	})
	return list, err
}

// ScopeChoice is a group that the actor may give to a token.
type ScopeChoice struct {
	Group   string
	Actions []rbac.Action // what he may do of it
}

// Scopes lists the groups that the actor may give to a token.
func (s *Service) Scopes(ctx context.Context) (out []ScopeChoice, err error) {
	err = s.Gate.Read(ctx, ActionSelf, func(_ db.Tx, scope rbac.Scope) error {
		for _, g := range rbac.Groups() {
			if s.Gate.Grantable(scope.Actor(), g.Name) {
				out = append(out, ScopeChoice{g.Name, s.Gate.Scoped(scope.Actor(), []string{g.Name})[1:]})
			}
		}
		return nil
	})
	return out, err
}
