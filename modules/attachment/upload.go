package attachment

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Limits of an upload in pieces.
const (
	MaxPiece  = 1 << 20        // bytes of a piece
	abandoned = 24 * time.Hour // without a new piece
	longest   = 48 * time.Hour // from its beginning; the phone then begins anew
)

// Faults of an upload in pieces.
var (
	// ErrHash: the hash announced is no SHA-256 in hex.
	ErrHash = fault.New(fault.Invalid, "attachment.hash")
	// ErrOffset: the piece does not follow what is there, which is {offset} bytes.
	ErrOffset = fault.New(fault.Conflict, "attachment.offset")
	// ErrPiece: the piece is empty, too large or longer than what is missing.
	ErrPiece = fault.New(fault.Invalid, "attachment.piece")
	// ErrNoUpload: no such upload is under way, or it was given up; begin again.
	ErrNoUpload = fault.New(fault.NotFound, "attachment.no-upload")
	// ErrTorn: the pieces are not what was announced; they are gone, begin again.
	ErrTorn = fault.New(fault.Conflict, "attachment.torn")
)

// Announced is a file that will be sent in pieces.
type Announced struct {
	ClientID uuid.UUID // of the file to be, made by the phone
	Name     string
	Bytes    int
	SHA256   []byte
	Shot     *Shot // nil: nothing said
}

// check refuses what can never become a file. Errors: ErrClientID, ErrEmpty, ErrTooLarge,
// ErrHash.
func (a Announced) check() error {
	switch {
	case a.ClientID == uuid.Nil:
		return ErrClientID.At("body.clientId")
	case a.Bytes <= 0:
		return ErrEmpty.At("body.bytes")
	case a.Bytes > MaxBytes:
		return ErrTooLarge.At("body.bytes")
	case len(a.SHA256) != sha256.Size:
		return ErrHash.At("body.sha256")
	}
	return nil
}

// Progress is how far an upload has come.
type Progress struct {
	Received int                  // bytes acknowledged
	File     id.Of[id.Attachment] // once it is whole; else 0
}

// Sending is an upload under way. Its pieces lie in the blob store, each under a key of its
// own, so that no piece is ever written over by another.
type Sending struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Sending]
	RegionPath    string
	OversightLine int16
	ClientID      uuid.UUID
	PersonID      int64
	Name          string
	Bytes         int
	SHA256        []byte
	Shot          db.JSON[*Shot]
	Turn          int // counts new beginnings
	Pieces        db.Int4s
	Received      int
	BegunAt       time.Time
	TouchedAt     time.Time
	SweptAt       *time.Time // done or abandoned
}

func newSending(home rbac.Home, a rbac.Actor, n Announced, now time.Time) Sending {
	return Sending{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, ClientID: n.ClientID, PersonID: int64(a.PersonID), Name: tidy(n.Name, ""),
		Bytes: n.Bytes, SHA256: n.SHA256, Shot: db.JSON[*Shot]{V: n.Shot}, Turn: 1, Pieces: db.Int4s{}, BegunAt: now, TouchedAt: now,
	}
}

// over reports whether no piece may be added any more.
func (s *Sending) over(now time.Time) bool {
	return s.SweptAt != nil || now.Sub(s.BegunAt) > longest || now.Sub(s.TouchedAt) > abandoned
}

// again begins anew: the pieces there were are forgotten, the sweep finds them by their day.
func (s *Sending) again(now time.Time) {
	s.Turn++
	s.Pieces, s.Received, s.BegunAt, s.TouchedAt, s.SweptAt = db.Int4s{}, 0, now, now, nil
}

// same reports whether it is the upload that somebody announces.
func (s *Sending) same(a rbac.Actor, n Announced) bool {
	return s.PersonID == int64(a.PersonID) && s.Bytes == n.Bytes && bytes.Equal(s.SHA256, n.SHA256)
}

func (s *Sending) whole() bool { return s.Bytes > 0 && s.Received == s.Bytes }

// takes judges a piece. Errors: ErrOffset, ErrPiece.
func (s *Sending) takes(offset, size int) error {
	switch {
	case offset != s.Received:
		return ErrOffset.With("offset", fmt.Sprint(s.Received))
	case size == 0, size > MaxPiece, offset+size > s.Bytes:
		return ErrPiece.At("body.file")
	}
	return nil
}

// piecesOf is where the pieces of the uploads begun on a day lie.
func piecesOf(d day.Date) string { return "upload/" + d.String() + "/" }

// key names a piece.
func (s *Sending) key(offset, size int) string {
	return piecesOf(day.In(s.BegunAt, day.Shanghai)) + fmt.Sprintf("%s_%s_%d_%d_%d", s.CompanyID, s.ClientID, s.Turn, offset, size)
}

// keys names the acknowledged pieces in order.
func (s *Sending) keys() []string {
	out, at := make([]string, len(s.Pieces)), 0
	for i, size := range s.Pieces {
		out[i] = s.key(at, int(size))
		at += int(size)
	}
	return out
}
