package account

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost of a password hash (RFC 9106 §4, second recommended option scaled to 19 MiB as
// OWASP advises): about 20 ms of one core.
const (
	argonTime    = 2
	argonMemory  = 19 * 1024 // KiB
	argonThreads = 1
	argonKey     = 32
)

var errHash = errors.New("account: unreadable password hash")

// hashing limits how many passwords are hashed at once, for each takes 19 MiB.
var hashing = make(chan struct{}, 4)

// cost of a hash, as its PHC string says it.
type cost struct {
	memory, time uint32
	threads      uint8
}

// usual is the cost of a hash that is made now.
var usual = cost{argonMemory, argonTime, argonThreads}

// costMost bounds what a stored hash may ask for: 1 GiB, and a hundred passes.
var costMost = cost{1 << 20, 100, 16}

func (c cost) String() string { return fmt.Sprintf("m=%d,t=%d,p=%d", c.memory, c.time, c.threads) }

func (c cost) hash(password string, salt []byte) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, argonKey)
}

// Hash returns the PHC string of password, salted afresh each time.
func Hash(password string) string { return usual.phc(password) }

func (c cost) phc(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails (crypto/rand)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$%s$%s$%s", argon2.Version, c, b64.EncodeToString(salt), b64.EncodeToString(c.hash(password, salt)))
}

// costOf reads the cost of a stored hash.
func costOf(said string) (c cost, err error) {
	if _, err := fmt.Sscanf(said, "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.threads); err != nil {
		return c, errHash
	}
	if c.memory < 8 || c.time == 0 || c.threads == 0 || c.memory > costMost.memory || c.time > costMost.time || c.threads > costMost.threads {
		return c, errHash
	}
	return c, nil
}

// outdated reports whether a hash was made at another cost than is usual now.
func outdated(phc string) bool {
	parts := strings.Split(phc, "$")
	return len(parts) == 6 && parts[3] != usual.String()
}

// matches reports whether password is the one phc was made of, at the cost it was made.
func matches(password, phc string) (bool, error) {
	if phc == "" { // no password yet: takes as long, and never matches
		usual.hash(password, []byte("no password here"))
		return false, nil
	}
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errHash
	}
	made, err := costOf(parts[3])
	if err != nil {
		return false, err
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, errHash
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, errHash
	}
	return subtle.ConstantTimeCompare(made.hash(password, salt), want) == 1, nil
}

// newToken returns a fresh secret of 256 bits.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashToken is what is stored of a token.
func hashToken(parts ...string) []byte {
	h := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return h[:]
}

// newCode returns six digits.
func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return fmt.Sprintf("%06d", n.Int64())
}
