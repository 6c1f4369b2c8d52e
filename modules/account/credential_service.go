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
	return s.Gate.System(ctx, name, func(tx db.Tx, scope rbac.Scope) error {
		p, err := personLocked(ctx, tx, a.PersonID)
		if err != nil {
			return err
		}
		before := p
		if err := fn(tx, &p); err != nil {
			return err
		}
		scope.Changed("account", int64(p.ID), 0, guarded(before), guarded(p))
		return savePerson(ctx, tx, p)
	})
}

// guarded is what the trail keeps of a change to an account's guards.
func guarded(p Person) any {
	return struct {
		PasswordHash    []byte
		TotpConfirmedAt *time.Time
		MustChange      bool
	}{[]byte(p.PasswordHash), p.TotpConfirmedAt, p.MustChange}
}

// ChangePassword sets a new password and ends the person's other sessions.
// Errors: ErrPasswordWrong, ErrPasswordShort, ErrPasswordWeak.
func (s *Service) ChangePassword(ctx context.Context, token, old, fresh string) error {
	return s.asSelf(ctx, "account.change-password", func(tx db.Tx, p *Person) error {
		ok, err := matches(old, p.PasswordHash)
		if err != nil {
			return err
		}
		if !ok {
			return ErrPasswordWrong.At("body.old")
		}
		if err := checkPassword(fresh, knownOf(*p)...); err != nil {
			return err
		}
		p.PasswordHash, p.MustChange = Hash(fresh), false
		if _, err = revokeSessions(ctx, tx, p.ID, 0, hashToken(token)); err != nil {
			return err
		}
		return s.tellChanged(ctx, tx, *p)
	})
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

// ConfirmTOTP turns the second factor on. Errors: ErrTOTPState, ErrTOTPWrong.
func (s *Service) ConfirmTOTP(ctx context.Context, code string) error {
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
		return nil
	})
}

// DropTOTP turns the second factor off. Errors: ErrPasswordWrong.
func (s *Service) DropTOTP(ctx context.Context, password string) error {
	return s.asSelf(ctx, "account.drop-totp", func(_ db.Tx, p *Person) error {
		ok, err := matches(password, p.PasswordHash)
		if err != nil {
			return err
		}
		if !ok {
			return ErrPasswordWrong.At("body.password")
		}
		p.TotpSecret, p.TotpConfirmedAt = nil, nil
		return nil
	})
}

// SendCode sends a six-digit code for signing in by SMS, or for setting a forgotten
// password. Whether there is such an account is not told. Errors: ErrTooManyCodes.
func (s *Service) SendCode(ctx context.Context, purpose Purpose, login string) error {
	login = normal(login)
	return s.Gate.System(ctx, "account.send-code", func(tx db.Tx, _ rbac.Scope) error {
		p, err := personByLogin(ctx, tx, login)
		if errors.Is(err, rbac.ErrNotFound) || (err == nil && (p.DisabledAt != nil || (p.Phone == nil && p.Email == ""))) {
			return nil
		}
		if err != nil {
			return err
		}
		n, err := passesSince(ctx, tx, p.ID, purpose, tx.Now.Add(-time.Hour))
		if err != nil {
			return err
		}
		if n >= codesAnHour {
			return ErrTooManyCodes
		}
		code := newCode()
		pass := Pass{
			Purpose: purpose, TokenHash: hashToken(string(purpose), p.ID.String(), code), PersonID: &p.ID, Roles: db.Texts{}, OnlyActions: db.Texts{},
			CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(codeLife),
		}
		if err := insertPass(ctx, tx, &pass); err != nil {
			return err
		}
		return s.Send(ctx, tx, recipient(p), "account."+string(purpose), map[string]string{"code": code})
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

// LoginByCode opens a session with a code sent by SMS. Errors: ErrCredentials, ErrDisabled, ErrCodeNotEnough.
func (s *Service) LoginByCode(ctx context.Context, login, code, agent string) (o Opened, err error) {
	var refusal error
	err = s.Gate.System(ctx, "account.login-by-code", func(tx db.Tx, _ rbac.Scope) error {
		p, err := personByLogin(ctx, tx, normal(login))
		if errors.Is(err, rbac.ErrNotFound) {
			refusal = ErrCredentials
			return nil
		}
		if err != nil {
			return err
		}
		good, err := useCode(ctx, tx, p, SMSLogin, code)
		if err != nil {
			return err
		}
		switch {
		case !good:
			refusal = ErrCredentials
		case p.DisabledAt != nil:
			refusal = ErrDisabled
		case p.TotpConfirmedAt != nil: // a phone in other hands must not stand for both factors
			refusal = ErrCodeNotEnough
		default:
			o, refusal, err = s.open(ctx, tx, p, agent, nil)
		}
		return err
	})
	return o, first(errors.Join(err, refusal))
}

// ResetPassword sets a forgotten password with a code, and ends all sessions.
// Errors: ErrCredentials, ErrPasswordShort, ErrPasswordWeak.
func (s *Service) ResetPassword(ctx context.Context, login, code, fresh string) error {
	var refusal error
	err := s.Gate.System(ctx, "account.reset-password", func(tx db.Tx, scope rbac.Scope) error {
		p, err := personByLogin(ctx, tx, normal(login))
		if errors.Is(err, rbac.ErrNotFound) {
			refusal = ErrCredentials
			return nil
		}
		if err != nil {
			return err
		}
		if err := checkPassword(fresh, knownOf(p)...); err != nil {
			return err
		}
		good, err := useCode(ctx, tx, p, Reset, code)
		if err != nil || !good {
			refusal = ErrCredentials
			return err
		}
		before := p
		p.PasswordHash, p.MustChange, p.Failures, p.LockedUntil = Hash(fresh), false, 0, nil
		scope.Changed("account", int64(p.ID), 0, guarded(before), guarded(p))
		if _, err := revokeSessions(ctx, tx, p.ID, id.Of[Session](0), nil); err != nil {
			return err
		}
		if err := savePerson(ctx, tx, p); err != nil {
			return err
		}
		return s.tellChanged(ctx, tx, p)
	})
	return first(errors.Join(err, refusal))
}
