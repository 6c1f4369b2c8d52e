package letter

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"anbiao/kit/blob"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Read is one letter and the text that was read of it.
type Read struct {
	ID       id.Of[id.Letter] `json:"id"`
	TextHash string           `json:"textHash" maxLength:"64" pattern:"^[0-9a-f]{64}$" doc:"of the text that was shown: another text is not signed"`
}

// Signing is one signature under the letters it names, and no others.
type Signing struct {
	Letters      []Read               `json:"letters" minItems:"1" maxItems:"100" nullable:"false"`
	AttachmentID id.Of[id.Attachment] `json:"attachmentId" doc:"the strokes, a picture uploaded by the signer"`
}

// signTrail is what the trail says of a signature.
type signTrail struct {
	Side  Side
	State State
	Hash  string
}

// Sign signs letters on the side on which the actor stands in each, all or none. Errors:
// rbac.ErrNotFound, ErrNotParty, ErrDraft, ErrSuperseded, ErrSignedYet, ErrOtherText, ErrSignature.
func (s *Service) Sign(ctx context.Context, in Signing) (first id.Of[id.Letter], err error) {
	err = s.Gate.Write(ctx, ActionSign, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if a.Kind != rbac.Company || a.StaffID == 0 {
			return ErrNotParty // an agency's consultant signs for nobody
		}
		image, err := s.strokes(ctx, tx, a.CompanyID, in.AttachmentID)
		if err != nil {
			return err
		}
		letters, err := lettersToSign(ctx, tx, scope, in.Letters)
		if err != nil {
			return err
		}
		signatures := make([]Signature, len(letters))
		touched := make([]*Letter, len(letters))
		for i := range letters {
			l := &letters[i]
			was := l.State
			sig, err := l.signedBy(a, in, image, tx)
			if err != nil {
				return err
			}
			signatures[i], touched[i] = sig, l
			scope.Changed(Noun, int64(l.ID), l.CompanyID, signTrail{State: was}, signTrail{sig.Side, l.State, hex.EncodeToString(sig.Hash)})
		}
		first = in.Letters[0].ID
		scope.Made(int64(first))
		if err := insertSignatures(ctx, tx, signatures); err != nil {
			return err
		}
		if err := s.Claim(ctx, tx, scope, []id.Of[id.Attachment]{in.AttachmentID}, Noun, int64(first)); err != nil {
			return err
		}
		if s.Touch != nil {
			if err := s.Touch(ctx, tx, a.CompanyID); err != nil {
				return err
			}
		}
		return s.after(ctx, tx, a.CompanyID, touched)
	})
	return first, err
}

// strokes returns the picture of a signature. Errors: ErrSignature.
func (s *Service) strokes(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Attachment]) (File, error) {
	files, err := s.Files(ctx, tx, company, []id.Of[id.Attachment]{n})
	if err != nil {
		return File{}, err
	}
	f, ok := files[n]
	if !ok || f.Display == "" {
		return File{}, ErrSignature.At("body.attachmentId")
	}
	return f, nil
}

// lettersToSign locks letters in order of id, so that two signers of the same bundle do not
// stand in each other's way.
func lettersToSign(ctx context.Context, tx db.Tx, scope rbac.Scope, in []Read) ([]Letter, error) {
	ids := make([]id.Of[id.Letter], len(in))
	for i, r := range in {
		ids[i] = r.ID
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if err := lockRounds(ctx, tx, scope, ids); err != nil {
		return nil, err
	}
	return lettersByID(ctx, tx, scope, ids, true)
}

// signedBy signs l for the actor and returns the signature.
func (l *Letter) signedBy(a rbac.Actor, in Signing, image File, tx db.Tx) (Signature, error) {
	at := slices.IndexFunc(in.Letters, func(r Read) bool { return r.ID == l.ID })
	where := fmt.Sprintf("body.letters[%d]", at)
	side, ok := l.sideOf(a.StaffID)
	if !ok {
		return Signature{}, ErrNotParty.At(where)
	}
	if l.State == Sent && hex.EncodeToString(l.TextHash) != in.Letters[at].TextHash {
		return Signature{}, ErrOtherText.At(where)
	}
	if err := l.sign(side, tx.Now); err != nil {
		return Signature{}, atField(err, where)
	}
	sig := Signature{
		CompanyID: l.CompanyID, RegionPath: l.RegionPath, OversightLine: l.OversightLine, LetterID: l.ID, Side: side, StaffID: a.StaffID, PersonID: a.PersonID,
		Name: a.Name, AttachmentID: in.AttachmentID, ImageHash: image.SHA256, TextHash: l.TextHash, At: tx.Now,
	}
	sig.Hash = sig.Seal()
	return sig, nil
}

// after stores letters that somebody signed, with the figures of their rounds.
func (s *Service) after(ctx context.Context, tx db.Tx, company rbac.CompanyID, letters []*Letter) error {
	if err := updateLetters(ctx, tx, company, letters); err != nil {
		return err
	}
	var rounds []id.Of[Round]
	for _, l := range letters {
		if !slices.Contains(rounds, l.RoundID) {
			rounds = append(rounds, l.RoundID)
		}
		if s.Withdraw != nil && (l.StaffSignedAt != nil || l.State != Sent) { // his message has had its effect
			if err := s.Withdraw(ctx, tx, company, Noun, int64(l.ID)); err != nil {
				return err
			}
		}
	}
	for _, r := range rounds {
		if err := recount(ctx, tx, company, r); err != nil {
			return err
		}
	}
	return nil
}

// Proof is a letter's hashes, computed again.
type Proof struct {
	TextHash   string  `json:"textHash" doc:"of the text as it stands"`
	TextKept   bool    `json:"textKept" doc:"the text is the one that was sent"`
	Signatures []Shown `json:"signatures" nullable:"false"`
	Sound      bool    `json:"sound" doc:"text and signatures are as they were made"`
}

// Shown is one signature with its hashes computed again.
type Shown struct {
	Side      Side   `json:"side" enum:"subordinate,superior"`
	Name      string `json:"name"`
	ImageHash string `json:"imageHash"`
	Hash      string `json:"hash" doc:"SHA-256 over text hash, picture hash, side, signer and time"`
	ImageKept bool   `json:"imageKept" doc:"the picture is the one that was drawn"`
	Kept      bool   `json:"kept" doc:"text, picture, signer and time are those that were signed"`
}

// Verify computes the hashes of a letter again, from its text and the pictures as they lie in
// the store. Errors: rbac.ErrNotFound, ErrDraft.
func (s *Service) Verify(ctx context.Context, n id.Of[id.Letter]) (Proof, error) {
	var l Letter
	var signatures []Signature
	var files map[id.Of[id.Attachment]]File
	err := s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		if l, err = letterByID(ctx, tx, scope, n, false); err != nil {
			return err
		}
		signatures, files, err = s.signed(ctx, tx, []Letter{l})
		return err
	})
	if err != nil {
		return Proof{}, err
	}
	if l.Text == "" {
		return Proof{}, ErrDraft
	}
	sum := sha256.Sum256([]byte(l.Text))
	p := Proof{TextHash: hex.EncodeToString(sum[:]), TextKept: bytes.Equal(sum[:], l.TextHash), Signatures: []Shown{}}
	p.Sound = p.TextKept
	for _, sig := range signatures {
		again, err := s.hashOf(ctx, files[sig.AttachmentID].Key)
		if err != nil {
			return Proof{}, err
		}
		shown := Shown{Side: sig.Side, Name: sig.Name, ImageHash: hex.EncodeToString(again), ImageKept: bytes.Equal(again, sig.ImageHash)}
		found := sig.Hash
		sig.TextHash, sig.ImageHash = sum[:], again
		recomputed := sig.Seal()
		shown.Hash, shown.Kept = hex.EncodeToString(recomputed), bytes.Equal(recomputed, found)
		p.Signatures = append(p.Signatures, shown)
		p.Sound = p.Sound && shown.Kept
	}
	return p, nil
}

// signed reads the signatures of letters of one company with their pictures.
func (s *Service) signed(ctx context.Context, tx db.Tx, letters []Letter) ([]Signature, map[id.Of[id.Attachment]]File, error) {
	if len(letters) == 0 {
		return nil, nil, nil
	}
	ids := make([]id.Of[id.Letter], len(letters))
	for i, l := range letters {
		ids[i] = l.ID
	}
	signatures, err := signaturesOf(ctx, tx, letters[0].CompanyID, ids)
	if err != nil || len(signatures) == 0 {
		return signatures, nil, err
	}
	pictures := make([]id.Of[id.Attachment], len(signatures))
	for i, sig := range signatures {
		pictures[i] = sig.AttachmentID
	}
	slices.Sort(pictures)
	files, err := s.Files(ctx, tx, letters[0].CompanyID, slices.Compact(pictures))
	return signatures, files, err
}

// hashOf is the SHA-256 of a file in the store; that of nothing if it is gone.
func (s *Service) hashOf(ctx context.Context, key string) ([]byte, error) {
	sum := sha256.New()
	r, err := s.Blobs.Open(ctx, key)
	switch {
	case key == "" || errors.Is(err, blob.ErrAbsent):
		return sum.Sum(nil), nil
	case err != nil:
		return nil, err
	}
	_, err = io.Copy(sum, r)
	return sum.Sum(nil), errors.Join(err, r.Close())
}
