package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/rbac"
)

// ErrNoFactor refuses a confirmation to somebody who has neither a password nor a second factor.
var ErrNoFactor = fault.New(fault.Conflict, "account.no-factor")

// Confirm has the person signed in show again that it is he: by the code of the second factor where
// one is on, else by the password. Wrong answers count like those of a sign-in. It returns until when
// the confirmation holds.
// Errors: ErrLocked, ErrPasswordWrong, ErrTOTPWrong, ErrNoFactor; rbac.ErrForbidden for a token or link.
func (s *Service) Confirm(ctx context.Context, token, password, code string) (until time.Time, err error) {
	a, ok := rbac.ActorOf(ctx)
	if !ok {
		return until, rbac.ErrUnauthenticated
	}
	if a.Token || !s.Gate.Can(a, ActionSelf) {
		return until, rbac.ErrForbidden
	}
	var refusal error // kept apart: a refusal must not roll back the count of failures
	err = s.Gate.System(ctx, "account.confirm", func(tx db.Tx, scope rbac.Scope) error {
		p, err := personLocked(ctx, tx, a.PersonID)
		if err != nil {
			return err
		}
		if refusal, err = s.proves(tx, &p, password, code); err != nil {
			return err
		}
		if refusal == nil {
			until = tx.Now.Add(rbac.ConfirmFor)
			scope.Changed("session", int64(p.ID), 0, struct{ ConfirmedAt time.Time }{}, struct{ ConfirmedAt time.Time }{tx.Now})
			if err := confirmSession(ctx, tx, hashToken(token)); err != nil {
				return err
			}
		} else if err := s.refuse(ctx, tx, RefusedConfirm, p.ID, refusal); err != nil {
			return err
		}
		return savePerson(ctx, tx, p)
	})
	return until, first(errors.Join(err, refusal))
}

// proves checks what somebody shows again, counting failures on p.
func (s *Service) proves(tx db.Tx, p *Person, password, code string) (refusal, err error) {
	switch {
	case p.rests(tx.Now):
		return locked(*p, tx.Now), nil
	case p.TotpConfirmedAt == nil && p.PasswordHash == "":
		return ErrNoFactor, nil
	}
	good, wrong := false, ErrPasswordWrong.At("body.password")
	if p.TotpConfirmedAt != nil {
		wrong = ErrTOTPWrong.At("body.code")
		good, err = s.codeGood(tx, p, code)
	} else {
		good, err = s.knows(p, password)
	}
	if err != nil {
		return nil, err
	}
	if !good {
		fail(tx, p)
		return wrong, nil
	}
	p.Failures, p.LockedUntil = 0, nil
	return nil, nil
}

// knows reports whether password is p's, whose hash it makes anew where it was made at another cost.
func (*Service) knows(p *Person, password string) (bool, error) {
	good, err := matches(password, p.PasswordHash)
	if good && outdated(p.PasswordHash) {
		p.PasswordHash = Hash(password)
	}
	return good, err
}

// mustEnrol reports whether somebody has to turn a second factor on before anything else.
func (s *Service) mustEnrol(who identified) bool {
	if who.Totp || who.Way == ByProviderTwice {
		return false
	}
	return slices.Contains(s.RequireTOTP, string(who.Kind)) || slices.ContainsFunc(who.Roles, func(r string) bool { return slices.Contains(s.RequireTOTP, r) })
}
