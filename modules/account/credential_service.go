package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

const totpColumn = "account_person.totp_secret"

// codeGood checks a one-time code; a code works once.
func (s *Service) codeGood(tx db.Tx, p *Person, code string) (bool, error) {
	secret, err := s.Seal.Open(p.TotpSecret, totpColumn)
	if err != nil {
		return false, err
	}
	const step = 30 // seconds (RFC 6238)
	now := tx.Now.Unix() / step
	for _, at := range []int64{now, now - 1, now + 1} { // a clock may be half a minute off
		want, err := totp.GenerateCode(secret, time.Unix(at*step, 0))
		if err != nil {
			return false, err
		}
		if want == strings.TrimSpace(code) && at > p.TotpLastStep {
			p.TotpLastStep = at
			return true, nil
		}
	}
	return false, nil
}

// asSelf runs fn on the locked row of the person signed in. The columns that guard an
// account are out of reach of the person's own pool, so a named system actor writes them.
func (s *Service) asSelf(ctx context.Context, name string, fn func(db.Tx, *Person) error) error {
	a, ok := rbac.ActorOf(ctx)
	if !ok {
		return rbac.ErrUnauthenticated
	}
	if !s.Gate.Can(a, ActionSelf) {
		return rbac.ErrForbidden
	}
	var refusal error
	err := s.Gate.System(ctx, name, func(tx db.Tx, scope rbac.Scope) error {
		p, err := personLocked(ctx, tx, a.PersonID)
		if err != nil {
			return err
		}
		before := p
		if err = fn(tx, &p); errors.Is(err, ErrPasswordWrong) { // a guess, which counts as one of a sign-in does
			refusal = err
			fail(tx, &before)
			if err := s.refuse(ctx, tx, RefusedConfirm, before.ID, refusal); err != nil {
				return err
			}
			return savePerson(ctx, tx, before)
		}
		if err != nil {
			return err
		}
		scope.Changed("account", int64(p.ID), 0, guarded(before), guarded(p))
		return savePerson(ctx, tx, p)
	})
	return first(errors.Join(err, refusal))
}

// shows has a person show that he knows his password. Errors: ErrLocked, ErrPasswordWrong.
func (s *Service) shows(tx db.Tx, p *Person, password, field string) error {
	if p.rests(tx.Now) {
		return locked(*p, tx.Now)
	}
	ok, err := s.knows(p, password)
	if err == nil && !ok {
		return ErrPasswordWrong.At(field)
	}
	return err
}

// guarded is what the trail keeps of a change to an account's guards.
func guarded(p Person) any {
	return struct {
		PasswordHash    []byte
		TotpConfirmedAt *time.Time
		MustChange      bool
	}{[]byte(p.PasswordHash), p.TotpConfirmedAt, p.MustChange}
}

// ChangePassword sets a new password and ends the person's other sessions, with tokens also what he gave to programs.
// Errors: ErrPasswordWrong, ErrLocked, ErrPasswordShort, ErrPasswordWeak.
func (s *Service) ChangePassword(ctx context.Context, token, old, fresh string, tokens bool) error {
	return s.asSelf(ctx, "account.change-password", func(tx db.Tx, p *Person) error {
		if err := s.shows(tx, p, old, "body.old"); err != nil {
			return err
		}
		if err := checkPassword(fresh, knownOf(*p)...); err != nil {
			return err
		}
		p.PasswordHash, p.MustChange = Hash(fresh), false
		if err := endOthers(ctx, tx, p.ID, token, tokens); err != nil {
			return err
		}
		return s.tellChanged(ctx, tx, *p)
	})
}

// endOthers ends what else is open after what a person is recognised by has changed.
func endOthers(ctx context.Context, tx db.Tx, person id.Of[id.Person], token string, tokens bool) error {
	if _, err := revokeSessions(ctx, tx, person, 0, hashToken(token)); err != nil || !tokens {
		return err
	}
	return revokeTokens(ctx, tx, person)
}

// knownOf is what anybody who knows a person would try.
func knownOf(p Person) []string {
	mailbox, _, _ := strings.Cut(p.Email, "@")
	own := []string{p.Login, p.Name, mailbox}
	if p.Phone != nil {
		own = append(own, *p.Phone)
	}
	return own
}

// tellChanged lets a person know that the password was changed, in case it was not he.
func (s *Service) tellChanged(ctx context.Context, tx db.Tx, p Person) error {
	if s.Send == nil || (p.Phone == nil && p.Email == "") {
		return nil
	}
	return s.Send(ctx, tx, recipient(p), "account.password-changed", map[string]string{"at": tx.Now.In(day.Shanghai).Format("2006-01-02 15:04"), "address": rbac.RequestOf(ctx).Address})
}

// StartTOTP makes a new second factor, which counts once it is confirmed. It returns the
// otpauth address that an authenticator app reads. Errors: rbac.ErrConfirm, ErrTOTPState.
func (s *Service) StartTOTP(ctx context.Context) (address string, err error) {
	if err := s.Gate.Confirmed(ctx); err != nil {
		return "", err
	}
	err = s.asSelf(ctx, "account.start-totp", func(_ db.Tx, p *Person) error {
		if p.TotpConfirmedAt != nil {
			return ErrTOTPState
		}
		k, err := totp.Generate(totp.GenerateOpts{Issuer: "Anbiao", AccountName: p.Login, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return err
		}
		address = k.URL()
		p.TotpSecret = s.Seal.Seal(k.Secret(), totpColumn)
		return nil
	})
	return address, err
}

// ConfirmTOTP turns the second factor on, and ends what was opened without it, with tokens also what programs use.
// Errors: ErrTOTPState, ErrTOTPWrong.
func (s *Service) ConfirmTOTP(ctx context.Context, token, code string, tokens bool) error {
	return s.asSelf(ctx, "account.confirm-totp", func(tx db.Tx, p *Person) error {
		if p.TotpConfirmedAt != nil || len(p.TotpSecret) == 0 {
			return ErrTOTPState
		}
		ok, err := s.codeGood(tx, p, code)
		if err != nil {
			return err
		}
		if !ok {
			return ErrTOTPWrong.At("body.code")
		}
		now := tx.Now
		p.TotpConfirmedAt = &now
		return endOthers(ctx, tx, p.ID, token, tokens)
	})
}

// DropTOTP turns the second factor off, and ends what else is open, with tokens also what programs use.
// Errors: ErrPasswordWrong, ErrLocked.
func (s *Service) DropTOTP(ctx context.Context, token, password string, tokens bool) error {
	return s.asSelf(ctx, "account.drop-totp", func(tx db.Tx, p *Person) error {
		if err := s.shows(tx, p, password, "body.password"); err != nil {
			return err
		}
		p.TotpSecret, p.TotpConfirmedAt = nil, nil
		return endOthers(ctx, tx, p.ID, token, tokens)
	})
}

// SendCode sends a six-digit code for signing in by SMS, or for setting a forgotten
// password. Whether there is such an account is not told. Errors: ErrTooManyCodes, ErrAddress.
func (s *Service) SendCode(ctx context.Context, purpose Purpose, login string) error {
	login = normal(login)
	return s.attempt(ctx, "account.send-code", func(tx db.Tx, _ rbac.Scope) (who id.Of[id.Person], refusal, err error) {
		p, err := personByLogin(ctx, tx, login)
		if errors.Is(err, rbac.ErrNotFound) || (err == nil && (p.DisabledAt != nil || (p.Phone == nil && p.Email == ""))) {
			return 0, nil, s.refuse(ctx, tx, RefusedSignIn, p.ID, ErrCredentials)
		}
		if err != nil {
			return 0, nil, err
		}
		n, err := passesSince(ctx, tx, p.ID, purpose, tx.Now.Add(-time.Hour))
		if err != nil {
			return 0, nil, err
		}
		if n >= codesAnHour {
			return p.ID, ErrTooManyCodes, nil
		}
		code := newCode()
		pass := Pass{
			Purpose: purpose, TokenHash: hashToken(string(purpose), p.ID.String(), code), PersonID: &p.ID, Roles: db.Texts{}, OnlyActions: db.Texts{},
			CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(codeLife),
		}
		if err := insertPass(ctx, tx, &pass); err != nil {
			return 0, nil, err
		}
		return p.ID, nil, s.Send(ctx, tx, recipient(p), "account."+string(purpose), map[string]string{"code": code})
	})
}

func recipient(p Person) Recipient {
	r := Recipient{PersonID: p.ID, Email: p.Email, Lang: p.Lang}
	if p.Phone != nil {
		r.Phone = *p.Phone
	}
	return r
}

// useCode spends a code: right, unspent, in time, and not guessed at too often.
func useCode(ctx context.Context, tx db.Tx, p Person, purpose Purpose, code string) (bool, error) {
	pass, err := newestPass(ctx, tx, p.ID, purpose)
	if errors.Is(err, rbac.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if pass.Attempts >= codeTries || !pass.ExpiresAt.After(tx.Now) {
		return false, nil
	}
	good := string(pass.TokenHash) == string(hashToken(string(purpose), p.ID.String(), strings.TrimSpace(code)))
	return good, spendPass(ctx, tx, pass.ID, good)
}

// LoginByCode opens a session with a code sent by SMS. Errors: ErrCredentials, ErrAddress, ErrDisabled, ErrCodeNotEnough.
func (s *Service) LoginByCode(ctx context.Context, login, code, agent string) (o Opened, err error) {
	err = s.attempt(ctx, "account.login-by-code", func(tx db.Tx, _ rbac.Scope) (who id.Of[id.Person], refusal, err error) {
		p, err := personByLogin(ctx, tx, normal(login))
		if errors.Is(err, rbac.ErrNotFound) {
			return 0, ErrCredentials, nil
		}
		if err != nil {
			return 0, nil, err
		}
		good, err := useCode(ctx, tx, p, SMSLogin, code)
		if err != nil {
			return p.ID, nil, err
		}
		switch {
		case !good:
			refusal = ErrCredentials
		case p.DisabledAt != nil:
			refusal = ErrDisabled
		case p.TotpConfirmedAt != nil: // a phone in other hands must not stand for both factors
			refusal = ErrCodeNotEnough
		default:
			o, refusal, err = s.open(ctx, tx, p, agent, ByCode, nil)
		}
		return p.ID, refusal, err
	})
	return o, err
}

// ResetPassword sets a forgotten password with a code, and ends all sessions and API tokens: why it was forgotten is not known. The
// second factor stays. Errors: ErrCredentials, ErrAddress, ErrPasswordShort, ErrPasswordWeak.
func (s *Service) ResetPassword(ctx context.Context, login, code, fresh string) error {
	return s.attempt(ctx, "account.reset-password", func(tx db.Tx, scope rbac.Scope) (who id.Of[id.Person], refusal, err error) {
		p, err := personByLogin(ctx, tx, normal(login))
		if errors.Is(err, rbac.ErrNotFound) {
			return 0, ErrCredentials, nil
		}
		if err != nil {
			return 0, nil, err
		}
		if err := checkPassword(fresh, knownOf(p)...); err != nil {
			return p.ID, nil, err
		}
		good, err := useCode(ctx, tx, p, Reset, code)
		if err != nil || !good {
			return p.ID, ErrCredentials, err
		}
		before := p
		p.PasswordHash, p.MustChange, p.Failures, p.LockedUntil = Hash(fresh), false, 0, nil
		scope.Changed("account", int64(p.ID), 0, guarded(before), guarded(p))
		if err := endOthers(ctx, tx, p.ID, "", true); err != nil {
			return p.ID, nil, err
		}
		if err := savePerson(ctx, tx, p); err != nil {
			return p.ID, nil, err
		}
		return p.ID, nil, s.tellChanged(ctx, tx, p)
	})
}
