package account

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// try is one try to get in: who it was, if that is known, and why not.
type try = func(db.Tx, rbac.Scope) (who id.Of[id.Person], refusal, err error)

// attempt lets somebody try to get in, unless his address rests. What is refused is counted, of the person and of the address:
// it is no error of the transaction, which would take the count back. Errors: ErrAddress, the refusal.
func (s *Service) attempt(ctx context.Context, name string, fn try) error {
	var refusal error
	err := s.Gate.System(ctx, name, func(tx db.Tx, scope rbac.Scope) error {
		network := networkOf(rbac.RequestOf(ctx).Address)
		seen, err := throttleOf(ctx, tx, network)
		if err != nil {
			return err
		}
		if rest := seen.rest(tx.Now); rest > 0 {
			refusal = waiting(ErrAddress, rest)
			return s.refuse(ctx, tx, RefusedSignIn, 0, refusal)
		}
		var who id.Of[id.Person]
		if who, refusal, err = fn(tx, scope); err != nil || refusal == nil {
			return err
		}
		return s.refuse(ctx, tx, RefusedSignIn, who, refusal)
	})
	return first(errors.Join(err, refusal))
}

// refuse keeps what was refused: a line of the log without a name, a count in the person's own list and one of the address.
func (*Service) refuse(ctx context.Context, tx db.Tx, kind RefusalKind, who id.Of[id.Person], refusal error) error {
	f, ok := errors.AsType[*fault.Error](refusal)
	if !ok || f.Code == ErrTOTPRequired.Code { // which is a question
		return nil
	}
	r := rbac.RequestOf(ctx)
	slog.WarnContext(ctx, "refused", "kind", string(kind), "code", f.Code, "person", int64(who), "request", r.ID)
	if network := networkOf(r.Address); network != "" && kind == RefusedSignIn && guessed(f) {
		if err := throttle(ctx, tx, network); err != nil {
			return err
		}
	}
	if who == 0 {
		return nil
	}
	return countRefusal(ctx, tx, Refusal{PersonID: who, Kind: kind, What: f.Code, Address: r.Address, LatestAt: tx.Now})
}

// deniedWithin is how long a refused request waits for being noted.
const deniedWithin = 2 * time.Second

// denials bounds how many refused requests are noted at once: who asks for what he may not, a thousand times a second, holds no
// connections that others sign in by. Beyond, the log alone counts.
var denials = make(chan struct{}, 2)

// Denied notes that an action was refused to somebody (rbac.Gate.OnDenied).
func (s *Service) Denied(ctx context.Context, a rbac.Actor, action rbac.Action) {
	if a.PersonID == 0 {
		return
	}
	r := rbac.RequestOf(ctx)
	slog.WarnContext(ctx, "refused", "kind", string(RefusedPermission), "action", string(action), "person", int64(a.PersonID), "request", r.ID)
	select {
	case denials <- struct{}{}:
		defer func() { <-denials }()
	default:
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deniedWithin) // whoever asked may have gone
	defer cancel()
	err := s.Gate.System(ctx, "account.note-refusal", func(tx db.Tx, _ rbac.Scope) error {
		return countRefusal(ctx, tx, Refusal{PersonID: a.PersonID, Kind: RefusedPermission, What: string(action), Address: r.Address, LatestAt: tx.Now})
	})
	if err != nil {
		slog.WarnContext(ctx, "refusal not noted", "request", r.ID, "error", err)
	}
}

// refusalsShown is how many of a person's own refusals are listed.
const refusalsShown = 100

// Refusals are what was refused to the signed-in person lately.
func (s *Service) Refusals(ctx context.Context) (list []Refusal, err error) {
	err = s.Gate.Read(ctx, ActionSelf, func(tx db.Tx, scope rbac.Scope) error {
		list, err = refusalsOf(ctx, tx, scope.Actor().PersonID, refusalsShown)
		return err
	})
	return list, err
}

// MemberRefusals are what was refused to the members that the actor looks after. Errors: page.ErrCursor.
func (s *Service) MemberRefusals(ctx context.Context, q page.Query) (list []MemberRefusal, k page.Key, err error) {
	if k, err = q.Start("-minute", 3); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionMembers, func(tx db.Tx, scope rbac.Scope) error {
		list, err = refusalsOfMembers(ctx, tx, scope.Actor(), k, q.Limit)
		return err
	})
	return list, k, err
}
