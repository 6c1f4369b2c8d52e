// Package account keeps the people who log in, the organisations and companies they act
// for, and their sessions.
//
// Passwords follow GB/T 22239-2019 (等保) and NIST SP 800-63B: length before composition,
// no forced renewal; argon2id (RFC 9106). One-time codes follow RFC 6238.
package account

import (
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults of this module.
var (
	ErrCredentials   = fault.New(fault.Unauthenticated, "account.credentials")
	ErrLocked        = fault.New(fault.TooMany, "account.locked")
	ErrDisabled      = fault.New(fault.Forbidden, "account.disabled")
	ErrNoMembership  = fault.New(fault.Forbidden, "account.no-membership")
	ErrTOTPRequired  = fault.New(fault.Unauthenticated, "account.totp-required")
	ErrTOTPWrong     = fault.New(fault.Invalid, "account.totp-wrong")
	ErrCodeNotEnough = fault.New(fault.Unauthenticated, "account.code-not-enough")
	ErrTOTPState     = fault.New(fault.Conflict, "account.totp-state")
	ErrPasswordShort = fault.New(fault.Invalid, "account.password-short")
	ErrPasswordWeak  = fault.New(fault.Invalid, "account.password-weak")
	ErrPasswordWrong = fault.New(fault.Invalid, "account.password-wrong")
	ErrLoginTaken    = fault.New(fault.Conflict, "account.login-taken")
	ErrPhoneTaken    = fault.New(fault.Conflict, "account.phone-taken")
	ErrPassUsed      = fault.New(fault.Conflict, "account.pass-used")
	ErrRole          = fault.New(fault.Invalid, "account.role-unknown")
	ErrMemberExists  = fault.New(fault.Conflict, "account.member-exists")
	ErrEngagedDays   = fault.New(fault.Invalid, "account.engaged-days")
	ErrNameTaken     = fault.New(fault.Conflict, "account.organisation-exists")
	ErrLastAdmin     = fault.New(fault.Conflict, "account.own-membership")
	ErrNotEngaged    = fault.New(fault.Forbidden, "account.not-engaged")
	ErrPhoneKnown    = fault.New(fault.Invalid, "account.phone-known")
	ErrTooManyCodes  = fault.New(fault.TooMany, "account.too-many-codes")
)

// How long things last.
const (
	sessionLife    = 14 * 24 * time.Hour // of a sign-in
	linkLife       = 7 * 24 * time.Hour  // of a one-time link and the session it opens
	linkSession    = 2 * time.Hour
	invitationLife = 14 * 24 * time.Hour
	codeLife       = 10 * time.Minute // of an SMS code or a reset
	codeTries      = 5
	codesAnHour    = 5
	minPassword    = 10 // characters
)

// Person logs in.
type Person struct {
	ID              id.Of[id.Person]
	Login           string // lower case
	Phone           *string
	Name            string
	Email           string
	Lang            string
	PasswordHash    string // argon2id PHC string; empty: none yet
	MustChange      bool
	TotpSecret      []byte // sealed
	TotpConfirmedAt *time.Time
	TotpLastStep    int64
	Failures        int
	LockedUntil     *time.Time
	DisabledAt      *time.Time
	CreatedAt       time.Time
}

// Organisation is a regulator, a service agency, a review agency or the platform.
type Organisation struct {
	ID        id.Of[id.Organisation]
	Kind      rbac.Kind
	Name      string
	Areas     db.Texts  // region paths
	Lines     db.Shorts // supervision lines; empty: all
	CreatedAt time.Time
}

// Engagement lets a service agency work for a company between two days.
type Engagement struct {
	CompanyID      rbac.CompanyID
	OrganisationID id.Of[id.Organisation]
	FromOn         day.Date
	UntilOn        day.Date // zero: until further notice
}

// Membership is a person's place in one organisation or company.
type Membership struct {
	ID             id.Of[id.Membership]
	PersonID       id.Of[id.Person]
	Kind           rbac.Kind
	OrganisationID *id.Of[id.Organisation]
	CompanyID      *rbac.CompanyID
	StaffID        *id.Of[id.Staff]
	Roles          db.Texts
	CreatedAt      time.Time
	EndedAt        *time.Time
}

// Session is one sign-in or, with a name, one API token.
type Session struct {
	ID           id.Of[Session]
	TokenHash    []byte // SHA-256 of the token, which is never stored
	PersonID     id.Of[id.Person]
	MembershipID id.Of[id.Membership]
	CompanyID    *rbac.CompanyID // that a service agency works for at the moment
	Name         string
	OnlyActions  db.Texts
	Address      string
	Agent        string
	CreatedAt    time.Time
	SeenOn       day.Date
	ExpiresAt    time.Time
	RevokedAt    *time.Time
	ConfirmedAt  *time.Time // when the person last showed that it is he
	Way          Way
	UsedAt       *time.Time // kept of those that end when they rest; nil: not since it was opened
}

// Way is how a session was opened.
type Way string

// Ways in.
const (
	ByPassword        Way = "password"
	ByPasswordAndTOTP Way = "password+totp"
	ByCode            Way = "code" // sent by SMS
	ByLink            Way = "link"
	BySlip            Way = "slip" // of an activation
	ByProvider        Way = "provider"
	ByProviderAndTOTP Way = "provider+totp"
	ByProviderTwice   Way = "provider+factors" // the provider says that it asked for several factors
	ByToken           Way = "token"
)

// Pass is a secret that is good once.
type Pass struct {
	ID             id.Of[Pass]
	Purpose        Purpose
	TokenHash      []byte
	PersonID       *id.Of[id.Person]
	MembershipID   *id.Of[id.Membership]
	OrganisationID *id.Of[id.Organisation]
	CompanyID      *rbac.CompanyID
	StaffID        *id.Of[id.Staff]
	Kind           rbac.Kind
	Roles          db.Texts
	Name           string
	OnlyActions    db.Texts
	Path           string
	Attempts       int
	MadeBy         *id.Of[id.Membership]
	CreatedAt      time.Time
	ExpiresAt      time.Time
	UsedAt         *time.Time
}

// Purpose of a pass.
type Purpose string

// Purposes.
const (
	Invitation Purpose = "invitation" // to become a member
	Link       Purpose = "link"       // to do one thing without signing in
	SMSLogin   Purpose = "sms-login"  // a code sent to a phone
	Reset      Purpose = "reset"      // to set a forgotten password
	Phone      Purpose = "phone"      // to show that a number is one's own, with an account or without
)

// lockFor returns how long an account rests after n wrong passwords in a row: nothing for
// four, then a minute, doubling up to a day.
func lockFor(n int) time.Duration {
	if n < 5 {
		return 0
	}
	return min(time.Minute<<min(n-5, 11), 24*time.Hour)
}

// idleKinds are those whose sign-ins end when they rest: they see many companies. Phones in workshops lie without network for days.
var idleKinds = db.Texts{string(rbac.Regulator), string(rbac.Platform)}

// clock is a time of day as people in China read it.
func clock(t time.Time) string { return t.In(day.Shanghai).Format("15:04") }

// normal brings a login or phone number as typed to the form it is stored in.
func normal(login string) string {
	s := strings.ToLower(strings.TrimSpace(login))
	half := strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - 0xFEE0
		}
		return r
	}, s)
	return strings.TrimPrefix(half, "+86")
}
