package account

import (
	"net/netip"
	"strconv"
	"time"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// ErrAddress refuses everybody who comes from an address that was refused too often.
var ErrAddress = fault.New(fault.TooMany, "account.address-rests")

// An address may be refused so often within a time; then it rests until that time is over. Only refusals count: three hundred
// people who sign in behind one address at the beginning of a shift are let in, and some mistype.
const (
	refusalsAllowed = 100
	refusalsWithin  = 10 * time.Minute
)

// refusalsKept is how long what was refused to somebody is kept: the six months of the Cybersecurity Law (网络安全法) art. 21, and
// as much again.
const refusalsKept = 365 * 24 * time.Hour

// RefusalKind is what somebody tried.
type RefusalKind string

// Kinds of refusals.
const (
	RefusedSignIn     RefusalKind = "sign-in"    // by password, code, second factor, or to set a forgotten password
	RefusedConfirm    RefusalKind = "confirm"    // to show again that it is he
	RefusedPermission RefusalKind = "permission" // to do what he may not
)

// Refusal is what was refused to a person within a minute.
type Refusal struct {
	PersonID id.Of[id.Person]
	Minute   time.Time
	Kind     RefusalKind
	What     string // code of the latest fault; of a permission the latest action
	Address  string // of the latest try
	Times    int
	LatestAt time.Time
}

// Throttle is how often an address was refused since a moment.
type Throttle struct {
	Network  string
	Since    time.Time
	Refusals int
}

// rest is how long an address rests; zero: it does not.
func (t Throttle) rest(now time.Time) time.Duration {
	if left := t.Since.Add(refusalsWithin).Sub(now); t.Refusals >= refusalsAllowed && left > 0 {
		return left
	}
	return 0
}

// networkOf is what counts as one address: an IPv4 address, or the half of an IPv6 one that a subscriber is given.
// It is empty for what is none, which is not limited.
func networkOf(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return ""
	}
	return p.String()
}

// waiting says how long to wait.
func waiting(f *fault.Error, d time.Duration) *fault.Error {
	return f.With("seconds", strconv.Itoa(int((d+time.Second-1)/time.Second))).With("minutes", strconv.Itoa(int((d+time.Minute-1)/time.Minute)))
}

// locked is the refusal of an account that rests.
func locked(p Person, now time.Time) *fault.Error {
	return waiting(ErrLocked.With("until", clock(*p.LockedUntil)), p.LockedUntil.Sub(now))
}

func (p Person) rests(now time.Time) bool { return p.LockedUntil != nil && p.LockedUntil.After(now) }

// guessed reports whether a refusal may have been a guess, and so counts against its address.
func guessed(f *fault.Error) bool {
	switch f.Code {
	case ErrCredentials.Code, ErrLocked.Code, ErrTOTPWrong.Code, ErrPhoneKnown.Code, ErrTooManyCodes.Code:
		return true
	}
	return false
}

// ActionFactor lets somebody take a lost second factor off a member.
const ActionFactor rbac.Action = "account.factor.lift"
