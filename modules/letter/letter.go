// Package letter holds responsibility letters (安全生产责任书), made and signed level by level
// each year (安全生产法 art. 22; 安委办〔2017〕29号): their frozen text, the signatures of both
// sides on the screen or on paper, and who still has to sign.
package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Noun is what messages and the trail call a letter.
const Noun = "letter"

// Faults.
var (
	ErrYear         = fault.New(fault.Invalid, "letter.year")
	ErrUnitUnknown  = fault.New(fault.Invalid, "letter.unit-unknown")
	ErrNobody       = fault.New(fault.Invalid, "letter.nobody")
	ErrValidity     = fault.New(fault.Invalid, "letter.validity")
	ErrBlank        = fault.New(fault.Invalid, "letter.blank")
	ErrNothingDraft = fault.New(fault.Conflict, "letter.nothing-to-send")
	ErrNoSuperior   = fault.New(fault.Conflict, "letter.no-superior")
	ErrNoDuties     = fault.New(fault.Conflict, "letter.no-duties")
	ErrOwnSuperior  = fault.New(fault.Invalid, "letter.own-superior")
	ErrStaffUnknown = fault.New(fault.Invalid, "letter.staff-unknown")
	ErrNotDraft     = fault.New(fault.Conflict, "letter.not-draft")
	ErrDraft        = fault.New(fault.Conflict, "letter.is-draft")
	ErrNotParty     = fault.New(fault.Forbidden, "letter.not-party")
	ErrSignedYet    = fault.New(fault.Conflict, "letter.signed-already")
	ErrSuperseded   = fault.New(fault.Conflict, "letter.is-superseded")
	ErrOtherText    = fault.New(fault.Conflict, "letter.other-text")
	ErrSignature    = fault.New(fault.Invalid, "letter.signature")
	ErrTooMany      = fault.New(fault.Invalid, "letter.too-many-to-print")
	ErrNothingPrint = fault.New(fault.Invalid, "letter.nothing-to-print")
)

// State is how far a letter has come.
type State string

// States. A sent letter waits for one side or both.
const (
	Draft      State = "draft"
	Sent       State = "sent"
	Signed     State = "signed"
	Superseded State = "superseded"
)

// Side is one of the two who sign.
type Side string

// Sides.
const (
	Subordinate Side = "subordinate" // 乙方, whose duties the letter lists
	Superior    Side = "superior"    // 甲方
)

// Round is a year's letters of a company, with what all of them say and how many are signed.
// It names nobody, so that regulators may see it.
type Round struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Round]
	RegionPath    string
	OversightLine int16
	Year          int
	Template      string
	Goals         db.Texts
	Reward        string
	Penalty       string
	ValidFrom     day.Date
	ValidUntil    day.Date
	LastNumber    int
	People        int // active persons who sign a letter
	Letters       int // in force: all but those superseded
	Sent          int // waiting for a signature
	Signed        int
	MadeAt        time.Time
}

// Letter is one person's letter of a round.
type Letter struct {
	CompanyID        rbac.CompanyID
	ID               id.Of[id.Letter]
	RegionPath       string
	OversightLine    int16
	RoundID          id.Of[Round]
	Number           int // in the round
	PublicID         uuid.UUID
	StaffID          id.Of[id.Staff]
	StaffName        string
	UnitID           *id.Of[id.Unit]
	UnitName         string
	PostID           id.Of[id.Post]
	PostName         string
	SuperiorID       *id.Of[id.Staff]
	SuperiorName     string
	SuperiorPost     string
	SuperiorChosen   bool // by hand
	State            State
	DutiesVersion    int
	Text             string // frozen when sent; empty before
	TextHash         []byte // SHA-256 of Text
	SentAt           *time.Time
	SentOn           day.Date
	StaffSignedAt    *time.Time
	SuperiorSignedAt *time.Time
	SignedOn         day.Date // day of the second signature, or the one written on the paper
	OnPaper          bool
	SupersededOn     day.Date
	SupersededWhy    string // moved, left, renewed
	RemindOn         day.Date
	RemindedStep     *int
	MadeAt           time.Time
}

// Signature is one side's signature on the screen. It is never changed.
type Signature struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Signature]
	RegionPath    string
	OversightLine int16
	LetterID      id.Of[id.Letter]
	Side          Side
	StaffID       id.Of[id.Staff]
	PersonID      id.Of[id.Person]
	Name          string
	AttachmentID  id.Of[id.Attachment] // the strokes
	ImageHash     []byte               // SHA-256 of that file
	TextHash      []byte
	Hash          []byte // over all of the above: see seal
	At            time.Time
}

// Code is the number a letter is known by: 责2026-0012.
func (l Letter) Code(year int) string { return fmt.Sprintf("责%d-%04d", year, l.Number) }

// WaitsFor tells who still has to sign.
func (l Letter) WaitsFor() []Side {
	out := []Side{}
	if l.State != Sent {
		return out
	}
	if l.StaffSignedAt == nil {
		out = append(out, Subordinate)
	}
	if l.SuperiorSignedAt == nil {
		out = append(out, Superior)
	}
	return out
}

// sideOf tells on which side a person of the staff stands. Nobody stands on both.
func (l Letter) sideOf(who id.Of[id.Staff]) (Side, bool) {
	switch {
	case who == 0:
		return "", false
	case l.StaffID == who:
		return Subordinate, true
	case l.SuperiorID != nil && *l.SuperiorID == who:
		return Superior, true
	}
	return "", false
}

// freeze gives a draft its text. Errors: ErrNotDraft, ErrNoSuperior, ErrNoDuties.
func (l *Letter) freeze(r Round, company string, duties []Duty, version int, now time.Time) error {
	switch {
	case l.State != Draft:
		return ErrNotDraft
	case l.SuperiorID == nil:
		return ErrNoSuperior
	case len(duties) == 0:
		return ErrNoDuties
	}
	l.DutiesVersion = version
	l.Text = compose(*l, r, company, duties)
	sum := sha256.Sum256([]byte(l.Text))
	l.State, l.TextHash, l.SentAt, l.SentOn = Sent, sum[:], &now, day.In(now, day.Shanghai)
	l.RemindOn = l.SentOn
	return nil
}

// sign puts a signature on side. Errors: ErrDraft, ErrSuperseded, ErrSignedYet.
func (l *Letter) sign(side Side, now time.Time) error {
	switch l.State {
	case Draft:
		return ErrDraft
	case Superseded:
		return ErrSuperseded
	case Signed:
		return ErrSignedYet
	case Sent:
	}
	mark := &l.StaffSignedAt
	if side == Superior {
		mark = &l.SuperiorSignedAt
	}
	if *mark != nil {
		return ErrSignedYet
	}
	*mark = &now
	if l.StaffSignedAt != nil && l.SuperiorSignedAt != nil {
		l.State, l.SignedOn, l.RemindOn = Signed, day.In(now, day.Shanghai), day.Date{}
	}
	return nil
}

// file marks a letter as signed on paper. Errors: as sign.
func (l *Letter) file(signedOn day.Date) error {
	switch l.State {
	case Draft:
		return ErrDraft
	case Superseded:
		return ErrSuperseded
	case Signed:
		return ErrSignedYet
	case Sent:
	}
	l.State, l.OnPaper, l.SignedOn, l.RemindOn = Signed, true, signedOn, day.Date{}
	return nil
}

// Why a letter ended.
const (
	whyMoved   = "moved"   // to another post
	whyLeft    = "left"    // holds no post any more
	whyRenewed = "renewed" // before both had signed
)

func (l *Letter) supersede(why string, on day.Date) {
	l.State, l.SupersededOn, l.SupersededWhy, l.RemindOn = Superseded, on, why, day.Date{}
}

// seal is the hash of a signature over what was signed, by whom, when and with which strokes.
func (s Signature) seal() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "anbiao.letter.signature.1\n%s\n%s\n%s\n%d\n%s\n",
		hex.EncodeToString(s.TextHash), hex.EncodeToString(s.ImageHash), s.Side, int64(s.StaffID), s.At.UTC().Format(time.RFC3339Nano)))
	return sum[:]
}
