// Package seal keeps personal data unreadable at rest. All keys derive from SECRET_KEY by
// HKDF-SHA-256, one a purpose; fields are AES-256-GCM under a key of their company, and
// found again by a keyed blind index (HMAC-SHA-256). A dump of the database alone reveals
// neither, and one company's key opens nothing of another.
package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"strconv"
)

// MinSecret is the least length of a master secret in bytes.
const MinSecret = 16

// Version is the first byte of each ciphertext.
const Version = 1

// Failures of Open. Neither is the caller's fault: the data is from another SECRET_KEY or
// was changed behind our back.
var (
	ErrUnknownKey = errors.New("seal: sealed under a SECRET_KEY this program does not have")
	ErrTampered   = errors.New("seal: ciphertext was changed, or belongs to another column or company")
)

// Box holds the master secrets. It is safe for concurrent use.
type Box struct{ masters []master }

type master struct {
	secret []byte
	id     [idLength]byte // tells ciphertexts of different masters apart; not secret
}

const (
	keyLength = 32 // AES-256, HMAC-SHA-256
	idLength  = 4
	version   = Version
)

// New opens a box. The first secret seals; the older ones still open, so that a secret can
// be replaced while rows are sealed again (Field.Stale tells which). It panics on a secret
// shorter than MinSecret bytes: the configuration checks that before.
func New(secret []byte, older ...[]byte) *Box {
	b := &Box{}
	for _, s := range append([][]byte{secret}, older...) {
		if len(s) < MinSecret {
			panic("seal: a master secret is shorter than " + strconv.Itoa(MinSecret) + " bytes")
		}
		m := master{secret: bytes.Clone(s)}
		copy(m.id[:], m.derive("key id", idLength))
		b.masters = append(b.masters, m)
	}
	return b
}

// Derive returns a 32-byte key for a purpose, e.g. "totp", from the first secret. The same
// secret and purpose always give the same key.
func (b *Box) Derive(purpose string) []byte {
	return b.masters[0].derive("purpose/"+purpose, keyLength)
}

// DeriveEach returns the purpose's key under every secret, the first secret's first, to
// verify what an older one signed.
func (b *Box) DeriveEach(purpose string) [][]byte {
	keys := make([][]byte, len(b.masters))
	for i, m := range b.masters {
		keys[i] = m.derive("purpose/"+purpose, keyLength)
	}
	return keys
}

func (m master) derive(info string, length int) []byte {
	key, err := hkdf.Key(sha256.New, m.secret, nil, "anbiao/v1/"+info, length)
	if err != nil {
		panic(err) // only for a length beyond 8160 bytes
	}
	return key
}

// Field returns the keys of one company. Company 0 is the platform itself (TOTP secrets,
// provider passwords). Keep it for the length of a request, not longer.
func (b *Box) Field(companyID int64) *Field {
	f := &Field{company: strconv.FormatInt(companyID, 10)}
	for _, m := range b.masters {
		f.keys = append(f.keys, companyKeys{
			id:    m.id,
			data:  mustGCM(m.derive("field/"+f.company, keyLength)),
			index: m.derive("index/"+f.company, keyLength),
		})
	}
	return f
}

// Field seals and opens the values of one company. It is safe for concurrent use.
type Field struct {
	company string
	keys    []companyKeys
}

type companyKeys struct {
	id    [idLength]byte
	data  cipher.AEAD
	index []byte
}

func mustGCM(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only for a key of another length
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

// Seal encrypts plain for a column, written "table.column"; the ciphertext opens for that
// column and company only. It is 33 bytes longer than plain and differs each time.
func (f *Field) Seal(plain, column string) []byte {
	k := f.keys[0]
	out := append([]byte{version}, k.id[:]...)
	return k.data.Seal(out, nil, []byte(plain), f.bound(column))
}

// Open decrypts what Seal made. Errors: ErrUnknownKey, ErrTampered.
func (f *Field) Open(sealed []byte, column string) (string, error) {
	if len(sealed) < 1+idLength || sealed[0] != version {
		return "", ErrTampered
	}
	for _, k := range f.keys {
		if !bytes.Equal(sealed[1:1+idLength], k.id[:]) {
			continue
		}
		plain, err := k.data.Open(nil, nil, sealed[1+idLength:], f.bound(column))
		if err != nil {
			return "", ErrTampered
		}
		return string(plain), nil
	}
	return "", ErrUnknownKey
}

// Stale reports whether sealed is under an older secret and wants sealing again.
func (f *Field) Stale(sealed []byte) bool {
	return len(sealed) < 1+idLength || !bytes.Equal(sealed[1:1+idLength], f.keys[0].id[:])
}

// Index returns the blind index of a normalised value of a column: 32 bytes, equal for equal
// values of one company, and useless without the secret. Store it and put the unique
// constraint on it.
func (f *Field) Index(plain, column string) []byte { return f.keys[0].blind(plain, column) }

// Indexes returns the index under every secret, to look a value up (= any) while rows are
// being sealed again.
func (f *Field) Indexes(plain, column string) [][]byte {
	all := make([][]byte, len(f.keys))
	for i, k := range f.keys {
		all[i] = k.blind(plain, column)
	}
	return all
}

func (k companyKeys) blind(plain, column string) []byte {
	h := hmac.New(sha256.New, k.index)
	h.Write([]byte(column))
	h.Write([]byte{0})
	h.Write([]byte(plain))
	return h.Sum(nil)
}

// bound is the additional data of a ciphertext: what it belongs to.
func (f *Field) bound(column string) []byte { return []byte(column + "\x00" + f.company) }
