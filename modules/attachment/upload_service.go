package attachment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"

	"github.com/google/uuid"

	"anbiao/kit/blob"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Begin announces a file that will be sent in pieces and answers how much of it is there: a
// phone that was interrupted asks the same again and goes on from there. Where all is there,
// it is made a file now. Nothing acknowledged is lost, whenever the program dies: a piece is
// in the blob store before its row counts it.
// Errors: ErrClientID, ErrEmpty, ErrTooLarge, ErrHash, ErrContent, ErrDrafts, ErrTorn, those of Upload.
func (s *Service) Begin(ctx context.Context, n Announced) (p Progress, err error) {
	if err := n.check(); err != nil {
		return p, err
	}
	var row Sending
	err = s.Gate.Write(ctx, ActionUpload, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		f, ok, err := uploaded(ctx, tx, home.CompanyID, n.ClientID)
		if err != nil {
			return err
		}
		if ok {
			p = Progress{f.Bytes, f.ID}
			return f.announced(n)
		}
		row, err = announce(ctx, tx, scope, newSending(home, scope.Actor(), n, tx.Now), n)
		p.Received = row.Received
		return err
	})
	if err != nil || p.File != 0 || !row.whole() {
		return p, err
	}
	return s.finish(ctx, row)
}

// announced answers an announcement whose file is here. Errors: ErrContent.
func (f File) announced(n Announced) error {
	if !bytes.Equal(f.SHA256, n.SHA256) || f.SweptAt != nil {
		return ErrContent
	}
	return nil
}

// announce finds the upload or begins it. Errors: ErrContent, ErrDrafts.
func announce(ctx context.Context, tx db.Tx, scope rbac.Scope, fresh Sending, n Announced) (Sending, error) {
	row, made, err := sendingOf(ctx, tx, fresh)
	switch {
	case err != nil:
		return row, err
	case !row.same(scope.Actor(), n):
		return row, ErrContent
	case row.over(tx.Now):
		row.again(tx.Now)
		return row, keepTurn(ctx, tx, row)
	case !made:
		return row, nil
	}
	held, err := drafts(ctx, tx, row.CompanyID, scope.Actor().PersonID)
	if err != nil {
		return row, err
	}
	open, err := sendings(ctx, tx, row.CompanyID, scope.Actor().PersonID)
	if err == nil && held+open > maxDrafts {
		err = ErrDrafts
	}
	return row, err
}

// Append adds the piece at offset; the last one makes the file. A piece that was
// acknowledged already is refused with ErrOffset like any that does not follow: the phone
// then asks by Begin where it stands.
// Errors: ErrNoUpload, ErrOffset, ErrPiece, ErrTorn, those of Upload.
func (s *Service) Append(ctx context.Context, client uuid.UUID, offset int, piece []byte) (p Progress, err error) {
	row, p, err := s.foundFor(ctx, client, offset, len(piece))
	if err != nil || p.File != 0 {
		return p, err
	}
	if err := s.Blobs.Put(ctx, row.key(offset, len(piece)), bytes.NewReader(piece), int64(len(piece))); err != nil {
		return p, err
	}
	err = s.Gate.Write(ctx, ActionUpload, func(tx db.Tx, _ rbac.Scope) error {
		ok, err := addPiece(ctx, tx, row, len(piece))
		if err == nil && !ok { // another request was quicker
			err = ErrOffset.With("offset", "?")
		}
		return err
	})
	if err != nil {
		return p, err
	}
	row.Pieces, row.Received = append(row.Pieces, int32(len(piece))), row.Received+len(piece) //nolint:gosec // at most MaxPiece
	if !row.whole() {
		return Progress{Received: row.Received}, nil
	}
	return s.finish(ctx, row)
}

// foundFor finds the upload of a piece, or the file if it is whole already.
func (s *Service) foundFor(ctx context.Context, client uuid.UUID, offset, size int) (row Sending, p Progress, err error) {
	err = s.Gate.Read(ctx, ActionUpload, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		me := scope.Actor().PersonID
		found, ok, err := underWay(ctx, tx, home.CompanyID, me, client)
		if err != nil {
			return err
		}
		if ok && !found.over(tx.Now) {
			row = found
			return row.takes(offset, size)
		}
		f, ok, err := uploaded(ctx, tx, home.CompanyID, client)
		if err == nil && (!ok || f.SweptAt != nil || f.UploadedPerson != int64(me)) {
			err = ErrNoUpload
		}
		p = Progress{f.Bytes, f.ID}
		return err
	})
	return row, p, err
}

// finish makes the file of a whole upload, by the same way and with the same checks as one
// sent at once, and lets the pieces go. Errors: ErrTorn, those of Upload.
func (s *Service) finish(ctx context.Context, row Sending) (Progress, error) {
	content, err := s.joined(ctx, row)
	if errors.Is(err, ErrTorn) {
		return Progress{}, errors.Join(err, s.end(ctx, row))
	}
	if err != nil {
		return Progress{}, err
	}
	n, err := s.Upload(ctx, Upload{ClientID: row.ClientID, Name: row.Name, Content: content, Shot: row.Shot.V})
	if err != nil {
		return Progress{}, err
	}
	return Progress{row.Bytes, n}, s.end(ctx, row)
}

// joined reads the pieces together. Errors: ErrTorn.
func (s *Service) joined(ctx context.Context, row Sending) ([]byte, error) {
	content := bytes.NewBuffer(make([]byte, 0, row.Bytes))
	for _, key := range row.keys() {
		piece, err := s.Blobs.Open(ctx, key)
		if errors.Is(err, blob.ErrAbsent) {
			return nil, ErrTorn.Because(err)
		}
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(content, io.LimitReader(piece, MaxPiece))
		if err := errors.Join(err, piece.Close()); err != nil {
			return nil, err
		}
	}
	if sum := sha256.Sum256(content.Bytes()); !bytes.Equal(sum[:], row.SHA256) {
		return nil, ErrTorn
	}
	return content.Bytes(), nil
}

// end marks the upload first and takes its pieces away then: what is left by a crash the
// sweep finds.
func (s *Service) end(ctx context.Context, row Sending) error {
	if err := s.Gate.Write(ctx, ActionUpload, func(tx db.Tx, _ rbac.Scope) error { return endSending(ctx, tx, row) }); err != nil {
		return err
	}
	for _, key := range row.keys() {
		if err := s.Blobs.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
