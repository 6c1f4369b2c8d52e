package inspection

import (
	"context"
	"errors"
	"io"

	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Picture is what this module must know of a file.
type Picture struct {
	Display string // key of what is shown in the blob store; empty where it is no picture
	Thumb   string // key of a small copy
	Free    bool   // it belongs to nothing yet
}

// Pictures returns files of a company; one that does not exist is missing.
type Pictures func(ctx context.Context, tx db.Tx, company rbac.CompanyID, files []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]Picture, error)

// Blobs keeps the files; kit/blob's stores do.
type Blobs interface {
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
}

// signs refuses a signature that is no picture of its own: another's cannot be used again.
// Errors: ErrSignature.
func (s *Service) signs(ctx context.Context, tx db.Tx, c Check) error {
	if c.SignatureID == nil {
		return nil
	}
	n := id.Of[id.Attachment](*c.SignatureID)
	found, err := s.Pictures(ctx, tx, c.CompanyID, []id.Of[id.Attachment]{n})
	if err != nil {
		return err
	}
	if p := found[n]; p.Display == "" || !p.Free {
		return ErrSignature.At("body.signature")
	}
	return nil
}

// Signature returns the picture of a check's signature, to whom the check is shown. Errors:
// rbac.ErrNotFound, ErrCompanyNeeded.
func (s *Service) Signature(ctx context.Context, company rbac.CompanyID, on day.Date, n id.Of[id.Check]) ([]byte, error) {
	shown := ""
	err := s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		of, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		c, err := visible(ctx, tx, scope, of, on, n)
		if err != nil {
			return err
		}
		if c.SignatureID == nil {
			return rbac.ErrNotFound
		}
		file := id.Of[id.Attachment](*c.SignatureID)
		found, err := s.Pictures(ctx, tx, of, []id.Of[id.Attachment]{file})
		shown = found[file].Display
		return err
	})
	if err != nil {
		return nil, err
	}
	b, err := s.bytes(ctx, shown)
	if err == nil && b == nil {
		err = rbac.ErrNotFound
	}
	return b, err
}

// bytes reads a file of the store; nil if it is gone.
func (s *Service) bytes(ctx context.Context, key string) ([]byte, error) {
	if key == "" {
		return nil, nil
	}
	r, err := s.Blobs.Open(ctx, key)
	if errors.Is(err, blob.ErrAbsent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	return b, errors.Join(err, r.Close())
}
