package transfer

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/google/uuid"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// WriteList writes an export.
type WriteList struct {
	ID id.Of[id.Transfer] `json:"id"`
}

// Kind names the job.
func (WriteList) Kind() string { return "transfer.write-list" }

// writeList writes a list into a file of its own and says so at the end. Whoever claims the
// export takes it from a worker that was killed, or is only slow: that one finds out at its
// next page. Until the end there is no file to be had, whole or half.
func (s *Service) writeList(ctx context.Context, j WriteList) error {
	t, err := s.claim(ctx, j)
	if err == nil {
		err = s.writeBook(ctx, &t)
	}
	f, isFault := errors.AsType[*fault.Error](err)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errSuperseded):
		return nil
	case isFault && f.Kind != fault.Unavailable && f.Kind != fault.Internal: // the maker's or the list's doing: trying again changes nothing
		if f.Kind == fault.Forbidden {
			f = ErrRevoked
		}
		err = s.exporting(ctx, t, func(ctx context.Context, tx db.Tx, now *Transfer) error {
			was := now.trail()
			now.Status, now.FaultCode, now.FinishedAt, now.BlobKey = Failed, f.Code, &tx.Now, ""
			rbac.ScopeOf(ctx).Changed("transfer", int64(now.ID), now.company(), was, now.trail())
			return nil
		})
		if errors.Is(err, errSuperseded) {
			return nil
		}
	}
	return err
}

// claim takes an export over, from its beginning. The key of the file is kept before the file
// is, so that a file without an export cannot remain.
func (s *Service) claim(ctx context.Context, j WriteList) (t Transfer, err error) {
	var left string
	err = s.Gate.Runner(ctx, j.Kind(), func(ctx context.Context, tx db.Tx) (err error) {
		t, err = transferByID(ctx, tx, rbac.Actor{Kind: rbac.System}, j.ID, true)
		if errors.Is(err, rbac.ErrNotFound) || (err == nil && t.Status != Writing) {
			return errSuperseded
		}
		if err != nil {
			return err
		}
		left, t.BlobKey = t.BlobKey, "transfer/"+strings.ToLower(uuid.Must(uuid.NewV7()).String())
		t.Run, t.Done = t.Run+1, 0
		return updateTransfer(ctx, tx, t)
	})
	if err == nil && left != "" {
		err = s.Blobs.Delete(ctx, left)
	}
	return t, err
}

// exporting runs fn with the export locked, unless another worker has taken it over.
func (s *Service) exporting(ctx context.Context, t Transfer, fn func(ctx context.Context, tx db.Tx, t *Transfer) error) error {
	return s.Gate.Runner(ctx, WriteList{}.Kind(), func(ctx context.Context, tx db.Tx) error {
		now, err := transferByID(ctx, tx, rbac.Actor{Kind: rbac.System}, t.ID, true)
		if err != nil {
			return err
		}
		if now.Status != Writing || now.Run != t.Run {
			return errSuperseded
		}
		if err := fn(ctx, tx, &now); err != nil {
			return err
		}
		return updateTransfer(ctx, tx, now)
	})
}

// writeBook writes the list beside, keeps the file and settles the export.
func (s *Service) writeBook(ctx context.Context, t *Transfer) (err error) {
	exp, err := s.exporter(t.Kind, everything)
	if err != nil {
		return err
	}
	columns, places, err := exp.chosen(t.Columns)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp("", "anbiao-export-*.xlsx")
	if err != nil {
		return err
	}
	_ = os.Remove(f.Name()) // gone with the process that holds it, however that ends; where that cannot be, below
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
		_ = os.Remove(f.Name())
	}()
	if err := sheet.Export(f, columns, s.read(ctx, t, exp, places), t.Lang); err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := s.Blobs.Put(ctx, t.BlobKey, f, size); err != nil {
		return err
	}
	err = s.exporting(ctx, *t, func(ctx context.Context, tx db.Tx, now *Transfer) error {
		was := now.trail()
		now.Status, now.Total, now.Done, now.FileSize, now.FinishedAt = Done, t.Done, t.Done, size, &tx.Now
		rbac.ScopeOf(ctx).Changed("transfer", int64(now.ID), now.company(), was, now.trail())
		if s.Tell == nil || now.Done < tellFrom {
			return nil
		}
		return s.Tell(ctx, tx, now.ready())
	})
	if errors.Is(err, errSuperseded) {
		return errors.Join(err, s.Blobs.Delete(ctx, t.BlobKey))
	}
	return err
}

// read yields the rows of a list page by page. Each page is read with the rights its maker has
// at that moment, and noted as progress.
func (s *Service) read(ctx context.Context, t *Transfer, exp Exporter, places []int) iter.Seq2[sheet.Record, error] {
	return func(yield func(sheet.Record, error) bool) {
		for cursor := ""; ; {
			rows, next, err := s.page(ctx, t, exp, cursor)
			if err != nil {
				yield(sheet.Record{}, err)
				return
			}
			for _, r := range rows {
				if !yield(cut(r, places), nil) {
					return
				}
			}
			if next == "" {
				return
			}
			cursor = next
		}
	}
}

// page reads the next rows. Errors: ErrRevoked, ErrTooMany, those of the list.
func (s *Service) page(ctx context.Context, t *Transfer, exp Exporter, cursor string) ([]sheet.Record, string, error) {
	a, err := s.ActorOf(ctx, t.MembershipID, t.company())
	if errors.Is(err, rbac.ErrNotFound) {
		err = ErrRevoked
	}
	if err != nil {
		return nil, "", err
	}
	a.Only = t.Maker.V.Only // of the link it was started by, if it was one
	rows, next, err := exp.Pages(text.With(rbac.WithActor(ctx, a), t.Lang), t.Filters.V, cursor, exportPage)
	if err != nil {
		return nil, "", err
	}
	if t.Done += len(rows); t.Done > exportRows {
		return nil, "", ErrTooMany
	}
	return rows, next, s.exporting(ctx, *t, func(_ context.Context, _ db.Tx, now *Transfer) error {
		now.Done = t.Done
		return nil
	})
}
