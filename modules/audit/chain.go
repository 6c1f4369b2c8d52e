package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"anbiao/kit/day"
	"anbiao/rbac"
)

// Purpose names the key that heads of chains are signed with.
const Purpose = "audit-chain"

// forms tell what is hashed and signed; another layout has another form.
const (
	linkForm = "anbiao-trail-1"
	headForm = "anbiao-trail-head-1"
)

// wire is how times are written where they are hashed or signed: UTC, six decimals.
const wire = "2006-01-02T15:04:05.000000Z"

// record is an entry as it is hashed.
type record struct {
	ID             int64
	At             time.Time
	ActorKind      string
	PersonID       int64
	MembershipID   int64
	OrganisationID int64
	CompanyID      int64
	PersonName     string
	Action         string
	Noun           string
	ObjectID       int64
	Fields         string // jsonb as PostgreSQL writes it
	RequestID      string
	Address        string
}

// chain names the chain that the entry belongs to: of the company concerned, else of the
// organisation that acted, else of the platform.
func (r record) chain() string {
	switch {
	case r.CompanyID != 0:
		return ChainOf(rbac.CompanyID(r.CompanyID))
	case r.OrganisationID != 0:
		return "organisation/" + strconv.FormatInt(r.OrganisationID, 10)
	}
	return platformChain
}

const platformChain = "platform"

// ChainOf names the chain of a company.
func ChainOf(c rbac.CompanyID) string { return "company/" + strconv.FormatInt(int64(c), 10) }

// hash is SHA-256 over the previous link's hash and the entry, written as a JSON array.
func (r record) hash(chain string, seq int64, sealedAt time.Time, previous []byte) []byte {
	raw, err := json.Marshal([]any{
		linkForm, chain, seq, sealedAt.UTC().Format(wire), r.ID, r.At.UTC().Format(wire), r.ActorKind, r.PersonID, r.MembershipID, r.OrganisationID, r.CompanyID,
		r.PersonName, r.Action, r.Noun, r.ObjectID, r.Fields, r.RequestID, r.Address,
	})
	if err != nil {
		panic(err) // strings and numbers only
	}
	h := sha256.New()
	h.Write(previous)
	h.Write(raw)
	return h.Sum(nil)
}

// Link is an entry's place in its chain.
type Link struct {
	Chain    string
	Seq      int64
	EntryAt  time.Time
	EntryID  int64
	SealedAt time.Time
	Hash     []byte
}

// Head is where a chain ends, signed.
type Head struct {
	Chain     string
	Seq       int64
	Hash      []byte
	SealedAt  time.Time
	KeyID     string // of the key it is signed with
	Signature []byte
}

// Anchor is the head of a chain as a day ended.
type Anchor struct {
	Chain     string
	OnDay     day.Date
	Seq       int64
	Hash      []byte
	SealedAt  time.Time
	KeyID     string
	Signature []byte
}

// Pending is an entry that has no place yet.
type Pending struct {
	EntryID int64
	EntryAt time.Time
}

func (a Anchor) head() Head { return Head{a.Chain, a.Seq, a.Hash, a.SealedAt, a.KeyID, a.Signature} }

// Statement is what is signed: five lines, without one at the end.
func (h Head) Statement() string {
	return fmt.Sprintf("%s\n%s\n%d\n%s\n%s", headForm, h.Chain, h.Seq, hex.EncodeToString(h.Hash), h.SealedAt.UTC().Format(wire))
}

// Ring holds the key that signs, and those that signed before it.
type Ring struct {
	sign   ed25519.PrivateKey
	public map[string]ed25519.PublicKey
	id     string
}

// NewRing makes keys of seeds of 32 bytes; the first signs.
func NewRing(seeds [][]byte) *Ring {
	r := &Ring{public: map[string]ed25519.PublicKey{}}
	for i, seed := range seeds {
		private := ed25519.NewKeyFromSeed(seed)
		public, _ := private.Public().(ed25519.PublicKey)
		sum := sha256.Sum256(public)
		name := hex.EncodeToString(sum[:8])
		r.public[name] = public
		if i == 0 {
			r.sign, r.id = private, name
		}
	}
	return r
}

// Sign signs h with the newest key.
func (r *Ring) Sign(h *Head) {
	h.KeyID, h.Signature = r.id, ed25519.Sign(r.sign, []byte(h.Statement()))
}

// Public returns the public half of a key of the ring, if it is in it.
func (r *Ring) Public(key string) (ed25519.PublicKey, bool) { p, ok := r.public[key]; return p, ok }

// genuine reports whether h is signed as it stands, and whether its key is known at all.
func (r *Ring) genuine(h Head) (good, known bool) {
	p, known := r.public[h.KeyID]
	return known && ed25519.Verify(p, []byte(h.Statement()), h.Signature), known
}

// Fault of a chain: what is wrong at its first broken place.
type Fault string

// Faults of a chain.
const (
	Altered  Fault = "altered"  // an entry or its place says something else than was sealed, or stands elsewhere
	Gone     Fault = "gone"     // an entry is missing
	Gap      Fault = "gap"      // a place is missing
	Tail     Fault = "tail"     // the last places are missing
	Forged   Fault = "forged"   // the head does not fit the chain or its signature
	Foreign  Fault = "foreign"  // an entry has no place: it came past the program
	Unanchor Fault = "unanchor" // the chain does not pass through what an anchor says
)

// Broken is the first broken place of a chain.
type Broken struct {
	Fault   Fault
	Seq     int64
	EntryID int64 // 0 where there is none
	At      time.Time
}

// Verdict is what was found of a part of a chain.
type Verdict struct {
	Chain     string
	Checked   int64 // places looked at in this part
	Seq       int64 // up to which the chain is whole
	Head      int64 // where it ends
	Pending   int64 // entries that wait for their place, a minute at most
	Anchors   int64 // anchors that were compared
	Unchecked int64 // of them, signed with a key this program no longer has
	Broken    *Broken
	More      bool // a next part follows, from Seq
}
