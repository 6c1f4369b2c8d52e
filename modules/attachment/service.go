package attachment

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io"
	"slices"

	"anbiao/kit/blob"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/photo"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionUpload rbac.Action = "attachment.file.upload"
	ActionRead   rbac.Action = "attachment.file.read"
)

// Service is what the rest of the program may ask about files.
type Service struct {
	Gate  *rbac.Gate
	Blobs blob.Store
	// Shared reports whether the actor may see an object of noun that belongs to another company
	// as well, and with it the files bound to it; nil: nothing is shared.
	Shared func(ctx context.Context, tx db.Tx, scope rbac.Scope, noun string, object int64) (bool, error)
	// Prove prepares the proof of a picture that is about to be kept: f has its hash, client id,
	// person and moment of arrival already, but no id; the shot is nil where no phone described
	// it. It may only read, and must not refuse what is merely strange: the photo would be lost.
	// nil, or an answer of nil: nothing is proven.
	Prove func(ctx context.Context, tx db.Tx, scope rbac.Scope, f File, s *Shot) (Proof, error)
}

// Proof is a picture's proof while the picture is being kept.
type Proof interface {
	// Mark draws a watermark on what will be shown of the picture, or leaves it. It runs outside any transaction.
	Mark(canvas *image.RGBA, thumb []byte) error
	// Keep notes the proof in the transaction that keeps the file, once for each new file; display is the JPEG that is shown.
	Keep(ctx context.Context, tx db.Tx, scope rbac.Scope, f File, display []byte) error
}

// Upload keeps a file that belongs to nothing yet; it is swept after a day unless something
// claims it. The same upload again, by its client id, answers with the same id. Permission
// is asked first, then the picture is made and its blobs are written outside any
// transaction, then the row: a row never lacks its blobs.
// Errors: ErrEmpty, ErrTooLarge, ErrClientID, ErrContent, ErrDrafts, those of photo.Process.
func (s *Service) Upload(ctx context.Context, u Upload) (n id.Of[id.Attachment], err error) {
	if err := u.check(); err != nil {
		return 0, err
	}
	kind, wrong := photo.Detect(u.Content)
	f, n, err := s.before(ctx, &u, kind)
	if n != 0 || err != nil {
		return n, err
	}
	if wrong != nil {
		return 0, wrong
	}
	var pic photo.Picture
	if kind.Image {
		if pic, err = photo.ProcessMarked(ctx, u.Content, u.mark()); err != nil {
			return 0, err
		}
		f.show(pic)
	}
	if err := s.write(ctx, f, u, pic); err != nil {
		return 0, err
	}
	return s.keep(ctx, f, u, pic.Display)
}

// mark is what draws the watermark; nil where nothing is proven.
func (u Upload) mark() photo.Paint {
	if u.proof == nil {
		return nil
	}
	return u.proof.Mark
}

// homeOf is whose a new file is: the actor's company, or the one whose site a regulator or reviewer is on.
// Errors: rbac.ErrForbidden, rbac.ErrNotFound.
func homeOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (rbac.Home, error) {
	if k := scope.Actor().Kind; k == rbac.Regulator || k == rbac.Agency {
		return scope.Within(ctx, tx, company)
	}
	return scope.Home()
}

// before asks permission and returns the id if the file was uploaded before, else the file, and its proof in u.
func (s *Service) before(ctx context.Context, u *Upload, kind photo.Type) (fresh File, n id.Of[id.Attachment], err error) {
	err = s.Gate.Read(ctx, ActionUpload, func(tx db.Tx, scope rbac.Scope) error {
		home, err := homeOf(ctx, tx, scope, u.Company)
		if err != nil {
			return err
		}
		f, ok, err := uploaded(ctx, tx, home.CompanyID, u.ClientID)
		if err != nil {
			return err
		}
		if ok {
			n, err = f.again(*u)
			return err
		}
		held, err := drafts(ctx, tx, home.CompanyID, scope.Actor().PersonID)
		if err != nil {
			return err
		}
		if held >= maxDrafts {
			return ErrDrafts
		}
		fresh = newFile(home, scope.Actor(), *u, kind, tx.Now)
		if kind.Image && s.Prove != nil && scope.Actor().Kind != rbac.Regulator && scope.Actor().Kind != rbac.Agency {
			u.proof, err = s.Prove(ctx, tx, scope, fresh, u.Shot)
		}
		return err
	})
	return fresh, n, err
}

// again answers an upload whose client id is taken. Errors: ErrContent.
func (f File) again(u Upload) (id.Of[id.Attachment], error) {
	if !f.holds(u.Content) || f.SweptAt != nil {
		return 0, ErrContent
	}
	return f.ID, nil
}

func (s *Service) write(ctx context.Context, f File, u Upload, pic photo.Picture) error {
	for _, b := range []struct {
		key     string
		content []byte
	}{{f.OriginalKey, u.Content}, {f.DisplayKey, pic.Display}, {f.ThumbKey, pic.Thumb}} {
		if b.key == "" {
			continue
		}
		if err := s.Blobs.Put(ctx, b.key, bytes.NewReader(b.content), int64(len(b.content))); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) keep(ctx context.Context, f File, u Upload, display []byte) (n id.Of[id.Attachment], err error) {
	err = s.Gate.Write(ctx, ActionUpload, func(tx db.Tx, scope rbac.Scope) error {
		fresh, err := insertFile(ctx, tx, &f)
		if err != nil {
			return err
		}
		if !fresh { // another upload of it was quicker
			first, _, err := uploaded(ctx, tx, f.CompanyID, f.ClientID)
			if err != nil {
				return err
			}
			n, err = first.again(u)
			return err
		}
		n = f.ID
		if u.proof != nil {
			if err := u.proof.Keep(ctx, tx, scope, f, display); err != nil {
				return err
			}
		}
		scope.Made(int64(n))
		scope.Changed("attachment", int64(n), f.CompanyID, trail{}, trail{f.Name, f.MediaType, f.Bytes})
		return nil
	})
	return n, err
}

type trail struct {
	Name      string
	MediaType string
	Bytes     int
}

// Claim makes files belong to an object of noun, in the caller's transaction. A file that
// belongs to something already is shared; a draft must be the actor's own.
// Errors: ErrUnknown, ErrTooMany.
func (*Service) Claim(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error {
	if len(files) == 0 {
		return nil
	}
	home, err := scope.Home()
	if err != nil {
		return err
	}
	return bind(ctx, tx, scope, home.CompanyID, files, noun, object)
}

// ClaimIn is Claim for a regulator, who says whose object it is. Row security lets him bind
// only what he uploaded himself. Errors: ErrUnknown, ErrTooMany.
func (*Service) ClaimIn(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, files []id.Of[id.Attachment], noun string, object int64) error {
	if len(files) == 0 {
		return nil
	}
	return bind(ctx, tx, scope, company, files, noun, object)
}

func bind(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, files []id.Of[id.Attachment], noun string, object int64) error {
	all := make(db.Ints, len(files))
	for i, f := range files {
		all[i] = int64(f)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	n, err := claimFiles(ctx, tx, company, scope.Actor().PersonID, all, noun, object)
	switch {
	case err != nil:
		return err
	case n.Usable != len(all):
		return ErrUnknown
	case n.Held > perObject:
		return ErrTooMany
	}
	return nil
}

// Known returns files of a company by id, in the caller's transaction, for modules that show
// them themselves; who does not exist is missing.
func Known(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []id.Of[id.Attachment]) ([]File, error) {
	all := make(db.Ints, len(ids))
	for i, n := range ids {
		all[i] = int64(n)
	}
	return filesByID(ctx, tx, company, all)
}

// File returns what is known of a file. Errors: rbac.ErrNotFound.
func (s *Service) File(ctx context.Context, n id.Of[id.Attachment]) (f File, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		f, err = fileByID(ctx, tx, scope, n)
		if errors.Is(err, rbac.ErrNotFound) && s.Shared != nil {
			f, err = s.partnerFile(ctx, tx, scope, n)
		}
		return err
	})
	return f, err
}

// partnerFile returns a file of another company that is bound to something both share. Errors:
// rbac.ErrNotFound.
func (s *Service) partnerFile(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Attachment]) (File, error) {
	f, err := boundFile(ctx, tx, n)
	if err != nil {
		return File{}, err
	}
	ok, err := s.Shared(ctx, tx, scope, *f.BoundNoun, *f.BoundID)
	if err == nil && !ok {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return File{}, err
	}
	return f, nil
}

// Content is one copy of a file, open for reading; the caller closes it.
type Content struct {
	File      File
	Size      Size
	MediaType string
	Inline    bool // a browser may show it in place
	io.ReadSeekCloser
}

// Open opens one copy of a file. Errors: rbac.ErrNotFound, ErrBlobGone.
func (s *Service) Open(ctx context.Context, n id.Of[id.Attachment], size Size) (c Content, err error) {
	f, err := s.File(ctx, n)
	if err != nil {
		return c, err
	}
	key, mediaType, inline, err := f.blobOf(size)
	if err != nil {
		return c, err
	}
	r, err := s.Blobs.Open(ctx, key)
	if errors.Is(err, blob.ErrAbsent) {
		return c, ErrBlobGone.Because(err)
	}
	return Content{f, size, mediaType, inline, r}, err
}
