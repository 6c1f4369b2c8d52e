// Package activation gets companies going: a town prints activation slips (激活单), whoever
// holds one becomes his company's administrator, and a micro firm (小微企业) sets itself up on
// the phone with the light profile: five posts, one check point, one monthly list.
//
// Sources: Work Safety Law 2021 art. 22 (everybody's responsibility, small firms included),
// art. 41 (screening for hazards); the 2017 measures on size for what is micro.
package activation

import (
	"crypto/rand"
	"encoding/base64"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"time"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Faults of this module.
var (
	ErrSlip       = fault.New(fault.NotFound, "activation.slip-unknown")
	ErrUsed       = fault.New(fault.Conflict, "activation.slip-used")
	ErrExpired    = fault.New(fault.Conflict, "activation.slip-expired")
	ErrRevoked    = fault.New(fault.Conflict, "activation.slip-revoked")
	ErrActivated  = fault.New(fault.Conflict, "activation.activated-already")
	ErrGuessed    = fault.New(fault.TooMany, "activation.too-many-guesses")
	ErrCodes      = fault.New(fault.TooMany, "activation.too-many-codes")
	ErrCode       = fault.New(fault.Invalid, "activation.code-wrong")
	ErrName       = fault.New(fault.Invalid, "activation.name")
	ErrBusy       = fault.New(fault.Conflict, "activation.busy")
	ErrNobody     = fault.New(fault.Invalid, "activation.nobody-chosen")
	ErrTooMany    = fault.New(fault.Invalid, "activation.too-many-chosen")
	ErrNotReady   = fault.New(fault.Conflict, "activation.not-ready")
	ErrGone       = fault.New(fault.NotFound, "activation.file-gone")
	ErrArea       = fault.New(fault.Invalid, "activation.area")
	ErrReason     = fault.New(fault.Invalid, "activation.reason")
	ErrRights     = fault.New(fault.Forbidden, "activation.rights-lost")
	ErrNotMicro   = fault.New(fault.Invalid, "activation.not-micro")
	ErrPosts      = fault.New(fault.Invalid, "activation.too-many-posts")
	ErrPostNeeded = fault.New(fault.Invalid, "activation.post-needed")
	ErrPostTwice  = fault.New(fault.Invalid, "activation.post-twice")
	ErrNoStaff    = fault.New(fault.Conflict, "activation.no-staff-row")
	ErrNotSetUp   = fault.New(fault.Conflict, "activation.not-set-up")
	ErrFull       = fault.New(fault.Conflict, "activation.full-already")
	ErrListOpen   = fault.New(fault.Conflict, "activation.list-open")
	ErrHazards    = fault.New(fault.Conflict, "activation.hazards-found")
	ErrNoReport   = fault.New(fault.Conflict, "activation.no-report")
)

// Limits.
const (
	slipDays    = 90        // a slip is good for, unless the printer says otherwise
	pageOf      = 500       // companies a transaction prints slips for
	mostSlips   = 20_000    // of one order
	keepDays    = 30        // an order's file is kept
	guesses     = 10        // wrong codes an hour from one address
	codesOfSlip = 10        // phone codes that one slip can ask for
	again       = time.Hour // after its use a slip signs its user in again: the answer to the first try may be lost
	microStaff  = 20        // people: from here on a firm is no micro one for the light profile
	mostPosts   = 5
	lightItems  = 15 // of a monthly list, unless the major ones alone are more
)

// Kind says what a slip is for.
type Kind string

// Kinds of slips.
const (
	First   Kind = "first"   // of a company that nobody has signed in for
	Reissue Kind = "reissue" // 补发: the administrator was lost
)

// Slip is an activation slip (激活单).
type Slip struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Slip]
	RegionPath    string
	OversightLine int16
	BatchID       *id.Of[Batch]
	Kind          Kind
	TokenHash     []byte // keyed
	CodeHash      []byte // keyed
	MadeByName    string
	MadeAt        time.Time
	ExpiresAt     time.Time
	Codes         int // phone codes asked for with it
	UsedAt        *time.Time
	UsedBy        *id.Of[id.Person]
	RevokedAt     *time.Time
}

// open reports why s does not work. Errors: ErrUsed, ErrRevoked, ErrExpired.
func (s Slip) open(now time.Time) error {
	switch {
	case s.UsedAt != nil:
		return ErrUsed
	case s.RevokedAt != nil:
		return ErrRevoked
	case !s.ExpiresAt.After(now):
		return ErrExpired
	}
	return nil
}

// Status is how far an order to print has come.
type Status string

// Statuses.
const (
	Writing Status = "writing"
	Done    Status = "done"
	Failed  Status = "failed"
)

// Choice says which companies of his area a regulator prints slips for.
type Choice struct {
	Division  string           `json:"division" required:"false" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of a town or another area; empty: all the actor oversees"`
	Industry  string           `json:"industry" required:"false" maxLength:"4" pattern:"^[0-9]{0,4}$" doc:"beginning of the GB/T 4754 code"`
	Unprinted bool             `json:"unprinted" required:"false" doc:"only those without a slip that still works: their paper stays good"`
	Companies []rbac.CompanyID `json:"companies" required:"false" nullable:"false" maxItems:"1000" doc:"only these"`
}

// Batch is one order to print slips.
type Batch struct {
	ID             id.Of[Batch]
	OrganisationID id.Of[id.Organisation]
	Kind           Kind
	Status         Status
	Choice         db.JSON[Choice]
	ValidUntil     day.Date
	Total          int
	Done           int
	Run            int
	BlobKey        string
	FileSize       int64
	FaultCode      string
	Lang           text.Lang
	MembershipID   id.Of[id.Membership]
	MadeByName     string
	CreatedAt      time.Time
	TouchedAt      time.Time
	FinishedAt     *time.Time
}

// trail is what the audit trail keeps of an order.
type trail struct {
	Kind        Kind
	Status      Status
	Total, Done int
	ValidUntil  day.Date
}

func (b Batch) trail() trail { return trail{b.Kind, b.Status, b.Total, b.Done, b.ValidUntil} }

// Tally counts slips printed and companies activated on one day in one smallest area.
type Tally struct {
	RegionPath    string
	OversightLine int16
	OnDay         day.Date // 1970-01-01: longer ago than a month
	Printed       int
	Activated     int
}

// Guess counts wrong codes typed at one address in one hour.
type Guess struct {
	Address string
	Hour    time.Time
	N       int
}

// Profile is what the set-up made for a company.
type Profile struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	Light         bool
	PointID       id.Of[id.Point]
	PlanID        int64
	Items         int
	Majors        int
	Posts         db.Texts
	SetUpAt       time.Time
	SetUpByName   string
	FullAt        *time.Time
}

// letters of typed codes: none that looks like another.
const letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeLength letters give 6.5e11 codes: with a hundred thousand slips about, ten guesses find
// one once in 650,000 tries.
const codeLength = 8

// newSecrets returns the token of a QR code, 128 bits, and a code to type instead.
func newSecrets() (token, typed string) {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	var s strings.Builder
	for range codeLength {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		s.WriteByte(letters[n.Int64()])
	}
	return base64.RawURLEncoding.EncodeToString(b), s.String()
}

// shown is how a code is printed: in two groups.
func shown(typed string) string { return typed[:codeLength/2] + "-" + typed[codeLength/2:] }

// readKey tells a typed code, however it was typed, from a token.
func readKey(key string) (secret string, isCode bool) {
	typed := strings.ToUpper(strings.NewReplacer("-", "", " ", "", "—", "").Replace(code.HalfWidth(strings.TrimSpace(key))))
	if len(typed) == codeLength {
		return typed, true
	}
	return strings.TrimSpace(key), false
}

// mask hides the middle of a company's name from who has only guessed a code.
func mask(name string) string {
	r := []rune(name)
	if len(r) < 7 {
		return string(r[:1]) + strings.Repeat("*", len(r)-1)
	}
	return string(r[:3]) + strings.Repeat("*", len(r)-5) + string(r[len(r)-2:])
}

// whence is the address that guesses are counted by: an IPv6 network is one place.
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

// rolesFor are those of who takes a company over: in a micro firm principal and safety
// manager are one person.
func rolesFor(micro bool, as string) []string {
	if !micro && as == "safety" {
		return []string{"safety"}
	}
	return []string{"principal", "safety"}
}

// micro reports whether a head count is that of a micro firm; unknown counts as one.
func micro(staff *int32) bool { return staff == nil || *staff < microStaff }

// Card is what the set-up asks a company about itself.
type Card struct {
	Name         string
	Industry     string // GB/T 4754
	StaffCount   *int32
	Address      string
	ContactName  string
	ContactPhone string
	Tags         []string
}

// always are the tags of whatever firm has a roof over its head.
var always = []string{"electrical", "fire"}

// tagged returns the tags of a firm that chose some in the set-up: what it chose, what every
// firm has, and what it had before of tags that the set-up does not ask about. asked are those
// it does ask about. Where nothing says so yet, its industry says which rules on major
// hazards concern it.
func (c Card) tagged(chosen, asked []string) []string {
	out := slices.Concat(chosen, always)
	for _, t := range c.Tags {
		if !slices.Contains(asked, t) {
			out = append(out, t)
		}
	}
	out = append(out, sector(c.Industry)...)
	slices.Sort(out)
	return slices.Compact(out)
}

// sector returns the tags by which Order 10 of 2023 (工贸企业重大事故隐患判定标准) applies to an
// industry: divisions of GB/T 4754-2017 as the departments group them.
func sector(industry string) []string {
	if len(industry) < 2 {
		return nil
	}
	switch division := industry[:2]; {
	case division >= "33" && division <= "40":
		return []string{"gongmao", "industry_machinery"}
	case division >= "13" && division <= "15", division >= "19" && division <= "24", division == "29", division == "41":
		return []string{"gongmao", "industry_light"}
	case division >= "16" && division <= "18", division == "28", division == "30", division >= "31" && division <= "32", division >= "51" && division <= "52":
		return []string{"gongmao"}
	}
	return nil
}
