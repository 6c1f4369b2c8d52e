// Package attachment keeps files: photos of what was found and fixed, letters, certificates.
// Their bytes lie in the blob store, their type is judged by content, and they are served
// through the Gate only. The original of a photo is kept with its SHA-256 as proof; what
// is shown is a smaller copy made from its pixels.
package attachment

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/photo"
	"anbiao/rbac"
)

// Limits.
const (
	MaxBytes  = 15 << 20 // of a file
	maxDrafts = 400      // files of a person that belong to nothing yet
	perObject = 300      // files of one object
	maxName   = 120      // characters
)

// Faults.
var (
	ErrEmpty     = fault.New(fault.Invalid, "attachment.empty")
	ErrTooLarge  = fault.New(fault.TooLarge, "attachment.too-large")
	ErrClientID  = fault.New(fault.Invalid, "attachment.client-id")
	ErrContent   = fault.New(fault.Conflict, "attachment.other-content")
	ErrTooMany   = fault.New(fault.Invalid, "attachment.too-many")
	ErrDrafts    = fault.New(fault.TooMany, "attachment.too-many-drafts")
	ErrUnknown   = fault.New(fault.Invalid, "attachment.unknown")
	ErrBlobGone  = fault.New(fault.NotFound, "attachment.gone")
	ErrNoPicture = fault.New(fault.NotFound, "attachment.no-picture")
)

// File is an uploaded file.
type File struct {
	CompanyID      rbac.CompanyID
	ID             id.Of[id.Attachment]
	RegionPath     string
	OversightLine  int16
	ClientID       uuid.UUID
	Name           string
	MediaType      string
	Bytes          int
	SHA256         []byte // of the original
	Width          *int   // of the picture shown, pixels; nil for documents
	Height         *int
	TakenAt        *time.Time // as the phone says
	UploadedAt     time.Time
	UploadedBy     *int64 // staff; nil for a service agency's consultant
	UploadedPerson int64
	UploadedName   string
	OriginalKey    string // in the blob store
	DisplayKey     string // empty: a document
	ThumbKey       string
	BoundNoun      *string // what it was uploaded for
	BoundID        *int64
	BoundAt        *time.Time
	SweptAt        *time.Time // nobody claimed it; it is about to go
}

// Upload is a file as it was sent.
type Upload struct {
	ClientID uuid.UUID      // made by the phone
	Company  rbac.CompanyID // for a regulator: whose site he is on; 0: the actor's own company
	Name     string
	TakenAt  time.Time // zero: not said
	Content  []byte
	Shot     *Shot // what the phone says about a photo; nil: nothing
	proof    Proof // being made of a picture; nil: none
}

// check refuses what is empty or too large. Errors: ErrEmpty, ErrTooLarge, ErrClientID.
func (u Upload) check() error {
	switch {
	case u.ClientID == uuid.Nil:
		return ErrClientID.At("body.clientId")
	case len(u.Content) == 0:
		return ErrEmpty.At("body.file")
	case len(u.Content) > MaxBytes:
		return ErrTooLarge.At("body.file")
	}
	return nil
}

// newFile makes the row of u. pic is the zero Picture for a document.
func newFile(home rbac.Home, a rbac.Actor, u Upload, kind photo.Type, now time.Time) File {
	sum := sha256.Sum256(u.Content)
	stem := stemOf(home.CompanyID, u.ClientID, sum[:], now)
	f := File{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, ClientID: u.ClientID, Name: tidy(u.Name, kind.Ext), MediaType: kind.MIME,
		Bytes: len(u.Content), SHA256: sum[:], UploadedAt: now, UploadedPerson: int64(a.PersonID), UploadedName: a.Name, OriginalKey: stem + ".original",
	}
	if a.StaffID != 0 {
		staff := int64(a.StaffID)
		f.UploadedBy = &staff
	}
	taken := u.TakenAt
	if u.Shot != nil {
		taken = u.Shot.TakenAt
	}
	if !taken.IsZero() {
		at := taken.UTC()
		f.TakenAt = &at
	}
	return f
}

// show notes what is kept of a picture beside its original.
func (f *File) show(pic photo.Picture) {
	stem := strings.TrimSuffix(f.OriginalKey, ".original")
	f.Width, f.Height = &pic.Width, &pic.Height
	f.DisplayKey, f.ThumbKey = stem+".display", stem+".thumb"
}

// folder holds the blobs of one day, so that those without a row can be found.
func folder(d day.Date) string { return "attachment/" + d.String() + "/" }

// stemOf names a file's blobs. The hash is part of it, so that a second upload under one
// client id cannot write over the first.
func stemOf(c rbac.CompanyID, client uuid.UUID, sum []byte, now time.Time) string {
	return folder(day.In(now, day.Shanghai)) + fmt.Sprintf("%s_%s_%s", c, client, hex.EncodeToString(sum[:8]))
}

// ownerOf reads back whose blob a key names.
func ownerOf(key string) (c rbac.CompanyID, client uuid.UUID, ok bool) {
	name, _, _ := strings.Cut(path.Base(key), ".")
	parts := strings.Split(name, "_")
	if len(parts) != 3 {
		return 0, client, false
	}
	client, err := uuid.Parse(parts[1])
	return c, client, c.UnmarshalText([]byte(parts[0])) == nil && err == nil && c != 0
}

// tidy makes a name fit to be shown and downloaded: no path, no control characters, the
// extension of its content.
func tidy(name, ext string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name))
	stem := strings.TrimSuffix(name, path.Ext(name))
	if r := []rune(stem); len(r) > maxName {
		stem = string(r[:maxName])
	}
	if strings.Trim(stem, "./ ") == "" {
		stem = "file"
	}
	return stem + ext
}

// Size is which copy of a picture is asked for.
type Size string

// Sizes. A document has its original only.
const (
	Display  Size = "display"
	Thumb    Size = "thumb"
	Original Size = "original"
)

// blobOf returns the key and media type of a copy of f, and whether a browser may show it
// in place. What is shown was made here from pixels; an original is downloaded.
// Errors: ErrNoPicture for a thumbnail of a document.
func (f File) blobOf(s Size) (key, mediaType string, inline bool, err error) {
	switch {
	case f.DisplayKey == "" && s == Thumb:
		return "", "", false, ErrNoPicture
	case f.DisplayKey == "" || s == Original:
		return f.OriginalKey, f.MediaType, false, nil
	case s == Thumb:
		return f.ThumbKey, "image/jpeg", true, nil
	}
	return f.DisplayKey, "image/jpeg", true, nil
}

// kept are nouns whose files only their own module shows, to whom it shows the object: the
// signature of a person is no photo of a place.
var kept = map[string]bool{"letter": true, "inspection_signature": true}

// narrow are nouns whose files only those see who may read such objects: an invoice is no photo of a place either, but is
// looked at beside many others.
var narrow = map[string]rbac.Action{"fund_expense": "fund.expense.list"}

// visible reports whether the actor may see f: one's own, or what belongs to something.
func (f File) visible(scope rbac.Scope) bool {
	if f.SweptAt != nil {
		return false
	}
	if f.UploadedPerson == int64(scope.Actor().PersonID) {
		return true
	}
	if f.BoundNoun == nil || kept[*f.BoundNoun] {
		return false
	}
	action, closed := narrow[*f.BoundNoun]
	return !closed || scope.Can(action)
}

func (f File) holds(content []byte) bool {
	sum := sha256.Sum256(content)
	return bytes.Equal(f.SHA256, sum[:])
}
