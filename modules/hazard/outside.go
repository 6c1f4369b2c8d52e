package hazard

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"net/netip"
	"slices"
	"strings"
	"time"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Permissions of acceptance in firms that have hardly anybody.
const (
	ActionOutside rbac.Action = "hazard.outside.read" // how a hazard may be accepted
	ActionLink    rbac.Action = "hazard.outside.link" // make and revoke a link
	ActionOpen    rbac.Action = "hazard.outside.open" // anybody's who holds a link
	ActionGrid    rbac.Action = "hazard.outside.grid" // the grid worker's, in a one-person firm
)

// Limits.
const (
	fewPeople   = 3         // from here on a firm has a second person of its own
	outsideDays = 7         // a link is good for
	outsideTry  = 20        // wrong links an hour from one address
	signature   = 200 << 10 // bytes of a drawn name
	tokenBytes  = 16        // 128 bits
)

// Faults.
var (
	// ErrOutsideMany refuses a link in a firm that has people enough of its own.
	ErrOutsideMany = fault.New(fault.Conflict, "hazard.outside-many")
	// ErrOutsideMajor refuses a way around the regulator: a major hazard, or one an authority found.
	ErrOutsideMajor = fault.New(fault.Conflict, "hazard.outside-major")
	// ErrOutsideLink answers a link that this program did not make.
	ErrOutsideLink = fault.New(fault.NotFound, "hazard.outside-link")
	// ErrOutsideUsed answers a link that did its work.
	ErrOutsideUsed = fault.New(fault.Conflict, "hazard.outside-used")
	// ErrOutsideOver answers a link that expired or was revoked.
	ErrOutsideOver = fault.New(fault.Conflict, "hazard.outside-over")
	// ErrOutsideGuess answers an address that tried too many.
	ErrOutsideGuess = fault.New(fault.TooMany, "hazard.outside-guess")
	// ErrOutsideName refuses the name of somebody who fixed it, and a blank one.
	ErrOutsideName = fault.New(fault.Invalid, "hazard.outside-name")
	// ErrOutsideSign refuses what is no drawn signature.
	ErrOutsideSign = fault.New(fault.Invalid, "hazard.outside-sign")
	// ErrNotLonely refuses the grid worker where the firm has a second person.
	ErrNotLonely = fault.New(fault.Forbidden, "hazard.not-lonely")
)

// Outside is a signed link by which a second person, who has no account, accepts one hazard.
type Outside struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Outside]
	RegionPath    string
	OversightLine int16
	HazardID      id.Of[id.Hazard]
	TokenHash     []byte // keyed
	MadeByName    string
	MadeAt        time.Time
	ExpiresAt     time.Time
	RevokedAt     *time.Time
	UsedAt        *time.Time
	Accepted      *bool
	Name          string
	Phone         string
	Note          string
	Signature     []byte // PNG
}

// open reports why a link does not work. Errors: ErrOutsideUsed, ErrOutsideOver.
func (o Outside) open(now time.Time) error {
	switch {
	case o.UsedAt != nil:
		return ErrOutsideUsed
	case o.RevokedAt != nil || !o.ExpiresAt.After(now):
		return ErrOutsideOver
	}
	return nil
}

// seen is what the trail keeps of a link: never its hash, nor a hand.
func (o Outside) seen() any {
	return struct {
		HazardID  id.Of[id.Hazard]
		ExpiresAt time.Time
		RevokedAt *time.Time
		UsedAt    *time.Time
		Accepted  *bool
		Name      string
	}{o.HazardID, o.ExpiresAt, o.RevokedAt, o.UsedAt, o.Accepted, o.Name}
}

func newToken() string {
	b := make([]byte, tokenBytes)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}

// whence is the address that tries are counted by: an IPv6 network is one place.
func whence(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	if a = a.Unmap(); a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// Outsider is the decision of a second person who opened a link.
type Outsider struct {
	Token     string `json:"token" minLength:"8" maxLength:"60"`
	Accepted  bool   `json:"accepted" doc:"false: sent back"`
	Name      string `json:"name" minLength:"1" maxLength:"40" doc:"his own; not that of who fixed it"`
	Phone     string `json:"phone,omitempty" maxLength:"20"`
	Note      string `json:"note,omitempty" maxLength:"1000" doc:"required to send it back"`
	Signature []byte `json:"signature" minLength:"1" maxLength:"280000" doc:"drawn with a finger, PNG, base64"`
}

// check holds the decision against form. Errors: ErrOutsideName, ErrOutsideSign, ErrReason.
func (o *Outsider) check() error {
	o.Name, o.Note, o.Phone = strings.Join(strings.Fields(o.Name), " "), strings.TrimSpace(o.Note), strings.TrimSpace(o.Phone)
	switch {
	case o.Name == "":
		return ErrOutsideName.At("body.name")
	case len(o.Signature) > signature || !bytes.HasPrefix(o.Signature, []byte("\x89PNG\r\n\x1a\n")):
		return ErrOutsideSign.At("body.signature")
	case !o.Accepted && o.Note == "":
		return ErrReason.At("body.note")
	}
	return nil
}

// forFew reports whether a hazard may be accepted from outside the firm at all: a general one
// that the firm found itself. Errors: ErrNow, ErrOutsideMajor.
func (h Hazard) forFew() error {
	if h.State != AwaitingAcceptance {
		return ErrNow[h.State]
	}
	if h.NeedsRegulator() {
		return ErrOutsideMajor
	}
	return nil
}

// fixers are the names of all who had a hand in any fix.
func fixers(h Hazard, past []Step) []string {
	out := []string{plainName(h.OwnerName)}
	for _, s := range past {
		if s.Event == Fix || s.Event == Start {
			out = append(out, plainName(s.ActorName))
		}
		if s.Event == Assign {
			out = append(out, plainName(s.Detail.V.OwnerName))
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(s string) bool { return s == "" })
}

func plainName(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }

// Shown is what the holder of a link, or the grid worker, looks at before he decides.
type Shown struct {
	Firm        string
	Number      string
	Place       string
	Description string
	Measures    string
	FoundOn     string
	FixedOn     string
	FixNote     string
	FixerName   string
	Before      []id.Of[id.Attachment]
	After       []id.Of[id.Attachment]
	ExpiresAt   time.Time
}

// shown tells a hazard to an outsider: nothing of who found it.
func shown(h Hazard, entries []Entry) Shown {
	s := Shown{
		Number: h.Number, Place: h.Place, Description: h.Description, Measures: h.Measures, FoundOn: h.FoundOn.String(), FixedOn: h.FixedOn.String(), FixerName: h.OwnerName,
		Before: []id.Of[id.Attachment]{}, After: []id.Of[id.Attachment]{},
	}
	for _, e := range entries {
		if e.Event == Register {
			s.Before = append(s.Before, e.Photos...)
		}
		if e.Event == Fix {
			s.After, s.FixNote = append([]id.Of[id.Attachment]{}, e.Photos...), e.Note
		}
	}
	return s
}
