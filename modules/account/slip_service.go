package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// SendPhoneCode sends a six-digit code to a phone number, whether it has an account or not.
// It belongs to a transaction of the job runner. Errors: ErrTooManyCodes.
func (s *Service) SendPhoneCode(ctx context.Context, tx db.Tx, phone string) error {
	n, err := phoneCodesSince(ctx, tx, phone, tx.Now.Add(-time.Hour))
	if err != nil {
		return err
	}
	if n >= codesAnHour {
		return ErrTooManyCodes
	}
	code := newCode()
	pass := Pass{
		Purpose: Phone, TokenHash: hashToken(string(Phone), phone, code), Name: phone, Roles: db.Texts{}, OnlyActions: db.Texts{},
		CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(codeLife),
	}
	if err := insertPass(ctx, tx, &pass); err != nil {
		return err
	}
	return s.Send(ctx, tx, Recipient{Phone: phone, Lang: "zh-CN"}, "account."+string(Phone), map[string]string{"code": code})
}

// UsePhoneCode spends the newest code sent to a phone number and reports whether it was this
// one, in time and not guessed at too often. It belongs to a transaction of the job runner.
func (*Service) UsePhoneCode(ctx context.Context, tx db.Tx, phone, code string) (bool, error) {
	pass, err := newestPhonePass(ctx, tx, phone)
	if errors.Is(err, rbac.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if pass.Attempts >= codeTries || !pass.ExpiresAt.After(tx.Now) {
		return false, nil
	}
	good := string(pass.TokenHash) == string(hashToken(string(Phone), phone, strings.TrimSpace(code)))
	return good, spendPass(ctx, tx, pass.ID, good)
}

// Founder is somebody who takes over the account of a company, his phone number shown to be
// his own.
type Founder struct {
	Home     rbac.Home
	Name     string
	Phone    string // also his login, if he has no account yet
	Password string // chosen, or that of the account the number has
	Roles    []string
	Agent    string // of his browser
	// Enlist returns the person's row in the company's staff.
	Enlist func(person id.Of[id.Person]) (id.Of[id.Staff], error)
}

// Found makes a founder a member of his company, with a new account or the one his phone
// number has, and signs him in; not where the account has a second factor. A refusal (ErrPhoneKnown,
// ErrLocked, ErrDisabled) must be answered after the transaction, for failures are counted in
// it. It belongs to a transaction of the job runner. Errors: ErrPasswordShort,
// ErrPasswordWeak, ErrLoginTaken, ErrPhoneTaken.
func (s *Service) Found(ctx context.Context, tx db.Tx, scope rbac.Scope, f Founder) (o Opened, who id.Of[id.Person], refusal, err error) {
	p, refusal, err := s.founder(ctx, tx, f)
	if refusal != nil || err != nil {
		return o, 0, refusal, err
	}
	staff, err := f.Enlist(p.ID)
	if err != nil {
		return o, 0, nil, err
	}
	m, err := join(ctx, tx, scope, f, p.ID, staff)
	if err != nil || p.TotpConfirmedAt != nil {
		return o, p.ID, nil, err
	}
	o = Opened{Token: newToken(), ExpiresAt: tx.Now.Add(sessionLife)}
	one := newSession(ctx, tx, p.ID, m, o, f.Agent)
	one.Way = BySlip
	return o, p.ID, nil, insertSession(ctx, tx, one)
}

// founder returns the account of the phone number, its password checked, or makes one.
func (*Service) founder(ctx context.Context, tx db.Tx, f Founder) (p Person, refusal, err error) {
	p, err = personByLogin(ctx, tx, f.Phone)
	switch {
	case errors.Is(err, rbac.ErrNotFound):
		if err := checkPassword(f.Password, f.Phone, f.Name); err != nil {
			return p, nil, err
		}
		p = Person{Login: f.Phone, Phone: &f.Phone, Name: f.Name, Lang: "zh-CN", PasswordHash: Hash(f.Password), CreatedAt: tx.Now}
		return p, nil, insertPerson(ctx, tx, &p)
	case err != nil:
		return p, nil, err
	case p.rests(tx.Now):
		return p, locked(p, tx.Now), nil
	case p.DisabledAt != nil:
		return p, ErrDisabled, nil
	}
	ok, err := matches(f.Password, p.PasswordHash)
	if err != nil {
		return p, nil, err
	}
	if ok {
		p.Failures, p.LockedUntil = 0, nil
	} else {
		fail(tx, &p)
		refusal = ErrPhoneKnown.At("body.password")
	}
	return p, refusal, savePerson(ctx, tx, p)
}

// join makes a person a member of a company, or gives the membership he has the roles.
func join(ctx context.Context, tx db.Tx, scope rbac.Scope, f Founder, person id.Of[id.Person], staff id.Of[id.Staff]) (id.Of[id.Membership], error) {
	m, err := memberOf(ctx, tx, f.Home.CompanyID, person)
	before := m
	if errors.Is(err, rbac.ErrNotFound) {
		m = Membership{PersonID: person, Kind: rbac.Company, CompanyID: &f.Home.CompanyID, StaffID: &staff, Roles: f.Roles, CreatedAt: tx.Now}
		err = insertMembership(ctx, tx, &m)
		scope.Changed("membership", int64(m.ID), f.Home.CompanyID, Membership{}, m)
		return m.ID, err
	}
	if err != nil {
		return 0, err
	}
	m.Roles = slices.Compact(slices.Sorted(slices.Values(slices.Concat(m.Roles, f.Roles))))
	scope.Changed("membership", int64(m.ID), f.Home.CompanyID, before, m)
	return m.ID, saveMembership(ctx, tx, m)
}
