package proof

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"image"
	"io"

	"anbiao/kit/blob"
	"anbiao/kit/calendar"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/photo"
	"anbiao/kit/stamp"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionRead    rbac.Action = "proof.photo.read"
	ActionVerify  rbac.Action = "proof.code.verify" // anybody
	ActionSignals rbac.Action = "proof.signal.list"
	ActionExplain rbac.Action = "proof.signal.explain"
	ActionNote    rbac.Action = "proof.signal.note"
)

// Service is what the rest of the program may ask about proofs and signals.
type Service struct {
	Gate     *rbac.Gate
	Blobs    blob.Store
	Ring     *Ring
	BaseURL  string
	Calendar *calendar.Calendar
	Claim    Claim
	Tell     Tell
	New      NewRecords
	Around   RecordsAround
	Touch    func(ctx context.Context, tx db.Tx, ids ...rbac.CompanyID) error // what regulators see of companies changed; nil: nobody asks
}

// Photo is a picture that is about to be kept.
type Photo struct {
	ClientID   [16]byte // made by the phone
	SHA256     []byte   // of the original
	Uploader   string   // name
	Attachment id.Of[id.Attachment]
}

// Draft is the proof of a picture while the picture is being kept.
type Draft struct {
	proof Proof
	ring  *Ring
	base  string
}

// Prepare begins the proof of a picture of the actor's company, in the caller's transaction, which
// it only reads in. shot is nil where no phone described the photo.
func (s *Service) Prepare(ctx context.Context, tx db.Tx, scope rbac.Scope, p Photo, shot *Shot) (*Draft, error) {
	home, err := scope.Home()
	if err != nil {
		return nil, err
	}
	row := Proof{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Code: s.Ring.CodeOf(home.CompanyID, p.ClientID, p.SHA256),
		SHA256: p.SHA256, ServerAt: tx.Now, StaffID: reference(int64(scope.Actor().StaffID)), PersonName: p.Uploader,
	}
	d := s.Begin(row, shot)
	var point id.Of[id.Point]
	if d.proof.PointID != nil {
		point = id.Of[id.Point](*d.proof.PointID)
	}
	n, err := namesOf(ctx, tx, home.CompanyID, point)
	if err != nil {
		return nil, err
	}
	d.proof.CompanyName, d.proof.PointName, d.proof.Place = n.Company, n.Point, n.Place
	if n.Point == "" {
		d.proof.PointID = nil // none of this company: what a phone says is no reason to lose its photo
	}
	return d, nil
}

// Begin begins the proof of a picture of which everything is known but what the phone says, nil
// where it says nothing.
func (s *Service) Begin(row Proof, shot *Shot) *Draft {
	row.Marked = shot != nil
	if shot != nil {
		shot.tell(&row)
	}
	return &Draft{proof: row, ring: s.Ring, base: s.BaseURL}
}

// Mark draws a watermark on what will be shown of the picture if a phone described the shot. It notes how the picture
// looks. Errors: photo.ErrBroken.
func (d *Draft) Mark(canvas *image.RGBA, thumb []byte) error {
	look, ok, err := photo.Look(thumb)
	if err != nil {
		return err
	}
	if ok {
		n := int64(look) //nolint:gosec // the same 64 bits
		d.proof.Look = &n
	}
	if d.proof.Marked {
		_, err = stamp.Draw(canvas, d.proof.mark(d.base))
	}
	return err
}

// Keep signs the proof and adds its row, in the transaction that keeps the file; display is the JPEG that is shown.
func (d *Draft) Keep(ctx context.Context, tx db.Tx, file id.Of[id.Attachment], display []byte) error {
	row := d.Signed(file, display)
	return insertProof(ctx, tx, &row)
}

// Signed returns the row of the proof of a file.
func (d *Draft) Signed(file id.Of[id.Attachment], display []byte) Proof {
	sum := sha256.Sum256(display)
	d.proof.AttachmentID, d.proof.DisplaySHA256 = file, sum[:]
	d.ring.sign(&d.proof)
	return d.proof
}

// Told is a proof and whether it stands; empty where that was not asked.
type Told struct {
	Proof
	Standing Standing
	Key      ed25519.PublicKey // that it was held against; nil for one this program does not know
}

// maxFiles is how many files one question may name.
const maxFiles = 200

// Photos returns the proofs of files the actor may see, in order of their ids.
// Errors: ErrTooManyAsks.
func (s *Service) Photos(ctx context.Context, files []id.Of[id.Attachment]) (out []Told, err error) {
	if len(files) > maxFiles {
		return nil, ErrTooManyAsks.At("query.files")
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		found, err := keptOf(ctx, tx, scope, ints(files))
		for _, k := range found {
			out = append(out, Told{Proof: k.Proof})
		}
		return err
	})
	return out, err
}

// Photo returns the proof of one file, verified anew. Errors: rbac.ErrNotFound, blob.ErrUnavailable.
func (s *Service) Photo(ctx context.Context, file id.Of[id.Attachment]) (t Told, err error) {
	var k kept
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		found, err := keptOf(ctx, tx, scope, db.Ints{int64(file)})
		k, err = one(found, err)
		return err
	})
	if err != nil {
		return t, err
	}
	return s.judge(ctx, k)
}

// Code returns what stands behind a printed code, for anybody. Errors: ErrCode, rbac.ErrNotFound,
// blob.ErrUnavailable.
func (s *Service) Code(ctx context.Context, typed string) (t Told, err error) {
	code, err := readCode(typed)
	if err != nil {
		return t, ErrCode.At("path.code")
	}
	var k kept
	err = s.Gate.Public(ctx, ActionVerify, func(tx db.Tx) (err error) {
		k, err = keptByCode(ctx, tx, code)
		return err
	})
	if err != nil {
		return t, err
	}
	return s.judge(ctx, k)
}

// readers bounds how many originals are read at once: anybody may ask.
var readers = make(chan struct{}, 4)

// judge holds a proof against its signature and the stored original, read again.
func (s *Service) judge(ctx context.Context, k kept) (Told, error) {
	select {
	case readers <- struct{}{}:
		defer func() { <-readers }()
	case <-ctx.Done():
		return Told{}, ctx.Err()
	}
	sum, err := s.hashOf(ctx, k.OriginalKey)
	if err != nil {
		return Told{}, err
	}
	key, err := s.keyOf(ctx, k.KeyID)
	return Told{k.Proof, k.verify(key, sum, k.Bound), key}, err
}

// hashOf reads a stored file; nil if it is missing.
func (s *Service) hashOf(ctx context.Context, key string) ([]byte, error) {
	r, err := s.Blobs.Open(ctx, key)
	if errors.Is(err, blob.ErrAbsent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}
