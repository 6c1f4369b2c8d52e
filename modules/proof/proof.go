// Package proof makes records believable. Each photo that is uploaded gets a signed statement of
// what was known of it when it arrived (照片凭证), is shown with a watermark, and can be verified by
// anybody who holds a print of it. What looks odd about checks becomes a signal (真实性提示): the
// company is told first and may explain; a signal is never a verdict, and a regulator sees it only
// after the company's term.
//
// Sources: Electronic Signature Law 2019 art. 5, 6 and 8 (what makes a data message an original, kept
// reliably, and of which weight it is); Personal Information Protection Law 2021 art. 6 (a stranger
// is shown no more than he needs); Administrative Penalty Law 2021 art. 44 and 45 (who is concerned
// is told and heard before). How signals are drawn is the platform's design.
package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults.
var (
	ErrCode        = fault.New(fault.Invalid, "proof.code")
	ErrTooManyAsks = fault.New(fault.Invalid, "proof.too-many-files")
	ErrExplanation = fault.New(fault.Invalid, "proof.explanation")
	ErrExplained   = fault.New(fault.Conflict, "proof.explained")
	ErrOutcome     = fault.New(fault.Invalid, "proof.outcome")
)

// Proof is what was known of a photo when it arrived. It never changes.
type Proof struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Proof]
	RegionPath    string
	OversightLine int16
	AttachmentID  id.Of[id.Attachment]
	Code          string // drawn on the picture; twelve signs, without hyphens
	CompanyName   string // names as they were
	SHA256        []byte // of the original
	DisplaySHA256 []byte
	Look          *int64 // perceptual hash, the bits of a uint64; nil: too plain to tell
	Phone         bool   // the phone described the shot
	DeviceAt      *time.Time
	ServerAt      time.Time
	ClockMS       *int64 // server less device, before the shot, as the phone saw it
	DriftMS       *int64 // server less device when it was sent
	LongitudeE6   *int32
	LatitudeE6    *int32
	AccuracyM     *int32
	StaffID       *int64
	PersonName    string
	UnitID        *id.Of[id.Unit] // the database fills it
	PointID       *int64
	PointName     string
	Place         string
	TaskID        *int64
	ItemCode      string
	Marked        bool
	KeyID         string
	Signature     []byte // Ed25519 over the statement
}

// alphabet is Crockford's base 32: no I, L, O or U, so that a printed code is read one way only.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeSigns is the length of a code: 60 bits, which nobody finds by trying.
const codeSigns = 12

// CodeOf derives the code of a photo from the ring's secret and from what it is, so that an upload that
// is repeated draws the same code.
func (r *Ring) CodeOf(company rbac.CompanyID, client [16]byte, sum []byte) string {
	return codeOf(r.secret, company, client, sum)
}

func codeOf(secret []byte, company rbac.CompanyID, client [16]byte, sum []byte) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("code\x00" + company.String() + "\x00"))
	h.Write(client[:])
	h.Write(sum)
	return encodeCode(h.Sum(nil))
}

func encodeCode(b []byte) string {
	code := make([]byte, codeSigns)
	for i := range code {
		code[i] = alphabet[b[i]&31]
	}
	return string(code)
}

// grouped writes a code as people read it: 7K2M-9QXR-4TBD.
func grouped(code string) string {
	if len(code) != codeSigns {
		return code
	}
	return code[:4] + "-" + code[4:8] + "-" + code[8:]
}

// readCode brings a typed code to the form it is kept in; letters that look like digits are taken
// for them. Errors: ErrCode.
func readCode(typed string) (string, error) {
	var b strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case ' ', '-', '–', '—', '－', '　':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if !strings.ContainsRune(alphabet, r) {
			return "", ErrCode
		}
		b.WriteRune(r)
	}
	if b.Len() != codeSigns {
		return "", ErrCode
	}
	return b.String(), nil
}

// statement is what is signed, in this order. Absent is written as null, times are UTC with
// microseconds, hashes hexadecimal. A later form gets another number.
type statement struct {
	Form        string `json:"form"`
	Code        string `json:"code"`
	CompanyID   int64  `json:"companyId"`
	Company     string `json:"company"`
	Attachment  int64  `json:"attachment"`
	SHA256      string `json:"sha256"`
	Display     string `json:"displaySha256"`
	Look        *int64 `json:"look"`
	Phone       bool   `json:"phone"`
	DeviceAt    string `json:"deviceAt"`
	ServerAt    string `json:"serverAt"`
	ClockMS     *int64 `json:"clockMs"`
	DriftMS     *int64 `json:"driftMs"`
	LongitudeE6 *int32 `json:"longitudeE6"`
	LatitudeE6  *int32 `json:"latitudeE6"`
	AccuracyM   *int32 `json:"accuracyM"`
	StaffID     *int64 `json:"staffId"`
	Person      string `json:"person"`
	PointID     *int64 `json:"pointId"`
	Point       string `json:"point"`
	Place       string `json:"place"`
	TaskID      *int64 `json:"taskId"`
	Item        string `json:"item"`
	Marked      bool   `json:"marked"`
}

// form names the layout of the statement.
const form = "anbiao-photo-proof-1"

// instant is the layout of times in the statement: six digits, as the database keeps them.
const instant = "2006-01-02T15:04:05.000000Z"

// Statement returns the bytes that are signed: JSON without spaces, keys in a fixed order.
func (p Proof) Statement() []byte {
	s := statement{
		Form: form, Code: p.Code, CompanyID: int64(p.CompanyID), Company: p.CompanyName, Attachment: int64(p.AttachmentID), SHA256: hex.EncodeToString(p.SHA256),
		Display: hex.EncodeToString(p.DisplaySHA256), Look: p.Look, Phone: p.Phone, ServerAt: p.ServerAt.UTC().Format(instant), ClockMS: p.ClockMS, DriftMS: p.DriftMS,
		LongitudeE6: p.LongitudeE6, LatitudeE6: p.LatitudeE6, AccuracyM: p.AccuracyM, StaffID: p.StaffID, Person: p.PersonName, PointID: p.PointID, Point: p.PointName,
		Place: p.Place, TaskID: p.TaskID, Item: p.ItemCode, Marked: p.Marked,
	}
	if p.DeviceAt != nil {
		s.DeviceAt = p.DeviceAt.UTC().Format(instant)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // strings and numbers
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// Ring holds the keys that sign proofs and that proofs were signed with.
type Ring struct {
	secret []byte // of codes
	keys   []ringKey
}

type ringKey struct {
	id      string
	private ed25519.PrivateKey
}

// Purpose names the keys of this module where they are derived from SECRET_KEY.
const Purpose = "photo-proof"

// NewRing makes a ring of 32-byte seeds: the first signs, the others verify what was signed before.
func NewRing(seeds [][]byte) *Ring {
	r := &Ring{secret: seeds[0]}
	for _, seed := range seeds {
		key := ed25519.NewKeyFromSeed(seed)
		r.keys = append(r.keys, ringKey{keyID(publicOf(key)), key})
	}
	return r
}

func publicOf(k ed25519.PrivateKey) ed25519.PublicKey {
	return ed25519.PublicKey(k[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
}

// keyID names a key: the first eight bytes of the SHA-256 of its public half.
func keyID(public ed25519.PublicKey) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:8])
}

// sign signs p under the newest key.
func (r *Ring) sign(p *Proof) {
	p.KeyID = r.keys[0].id
	p.Signature = ed25519.Sign(r.keys[0].private, p.Statement())
}

// Standing is what verification found.
type Standing string

// Standings.
const (
	Genuine   Standing = "genuine"   // signed by us, and the original is what was signed
	Unbound   Standing = "unbound"   // the same, but the photo belongs to no record
	Forged    Standing = "forged"    // the signature does not fit what the row says
	Altered   Standing = "altered"   // the kept original is not what was signed
	Gone      Standing = "gone"      // the original is missing
	Unchecked Standing = "unchecked" // signed under a key this program no longer has
)

// verify holds the row against its signature by a public key, nil where it is not known, and against the kept original's hash, nil
// where it is missing.
func (p Proof) verify(key ed25519.PublicKey, original []byte, bound bool) Standing {
	switch {
	case key == nil:
		return Unchecked
	case !ed25519.Verify(key, p.Statement(), p.Signature):
		return Forged
	case original == nil:
		return Gone
	case !bytes.Equal(original, p.SHA256):
		return Altered
	case !bound:
		return Unbound
	}
	return Genuine
}

// Drift is how far the device's clock lagged behind ours: as the phone saw it before the shot, or
// else when it sent the photo, which counts the time of sending, too. ok is false if neither is known.
func (p Proof) Drift() (d time.Duration, ok bool) {
	switch {
	case p.ClockMS != nil:
		return time.Duration(*p.ClockMS) * time.Millisecond, true
	case p.DriftMS != nil:
		return time.Duration(*p.DriftMS) * time.Millisecond, true
	}
	return 0, false
}
