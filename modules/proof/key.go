package proof

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"time"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// Key is the public half of a key that proofs were signed under, endorsed by the key that signs now or did before it: once the
// former SECRET_KEY is gone, what it signed can still be verified. Who writes into the table endorses nothing.
type Key struct {
	ID         string
	Public     []byte
	Endorser   string // id of the key that signed the endorsement
	Signature  []byte
	EndorsedAt time.Time
}

// keyForm names the layout of an endorsement.
const keyForm = "anbiao-photo-key-1"

func (k Key) statement() []byte {
	return []byte(keyForm + "\n" + k.ID + "\n" + base64.StdEncoding.EncodeToString(k.Public))
}

// endorse signs a key under the newest.
func (r *Ring) endorse(public ed25519.PublicKey, at time.Time) Key {
	k := Key{ID: keyID(public), Public: public, Endorser: r.keys[0].id, EndorsedAt: at}
	k.Signature = ed25519.Sign(r.keys[0].private, k.statement())
	return k
}

// endorsed reports whether k is what it says, by the word of a key of the ring.
func (r *Ring) endorsed(k Key) bool {
	if len(k.Public) != ed25519.PublicKeySize || keyID(k.Public) != k.ID {
		return false
	}
	for _, own := range r.keys {
		if own.id == k.Endorser && ed25519.Verify(publicOf(own.private), k.statement(), k.Signature) {
			return true
		}
	}
	return false
}

// public finds a key of the ring.
func (r *Ring) public(id string) ed25519.PublicKey {
	for _, k := range r.keys {
		if k.id == id {
			return publicOf(k.private)
		}
	}
	return nil
}

// Endorse keeps the public halves of former keys, endorsed by the newest, and endorses again what a former one had. It is done in one
// batch: an installation changes its key some times in its life.
func (s *Service) Endorse(ctx context.Context, tx db.Tx) (more bool, n int, err error) {
	kept, err := keysKept(ctx, tx)
	if err != nil {
		return false, 0, err
	}
	fresh := map[string]bool{}
	for _, k := range kept {
		if !s.Ring.endorsed(k) {
			continue
		}
		if k.Endorser != s.Ring.keys[0].id {
			if err := keepKey(ctx, tx, s.Ring.endorse(k.Public, tx.Now)); err != nil {
				return false, n, err
			}
			n++
		}
		fresh[k.ID] = true
	}
	for _, former := range s.Ring.keys[1:] {
		if fresh[former.id] || bytes.Equal(former.private, s.Ring.keys[0].private) {
			continue
		}
		if err := keepKey(ctx, tx, s.Ring.endorse(publicOf(former.private), tx.Now)); err != nil {
			return false, n, err
		}
		n++
	}
	return false, n, nil
}

// Load endorses former keys when the program starts, so that SECRET_KEY_OLD may go afterwards.
func (s *Service) Load(ctx context.Context) error {
	return s.Gate.System(ctx, "proof.endorse", func(tx db.Tx, _ rbac.Scope) error {
		_, _, err := s.Endorse(ctx, tx)
		return err
	})
}

// keyOf returns the public key of an id: of the ring, or endorsed by it; nil for one that is neither.
func (s *Service) keyOf(ctx context.Context, id string) (ed25519.PublicKey, error) {
	if own := s.Ring.public(id); own != nil {
		return own, nil
	}
	var found []Key
	err := s.Gate.Public(ctx, ActionVerify, func(tx db.Tx) (err error) {
		found, err = keyByID(ctx, tx, id)
		return err
	})
	if err != nil || len(found) == 0 || !s.Ring.endorsed(found[0]) {
		return nil, err
	}
	return found[0].Public, nil
}
