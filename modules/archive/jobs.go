package archive

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// WriteBundle writes an export.
type WriteBundle struct {
	CompanyID rbac.CompanyID    `json:"companyId"`
	ID        id.Of[id.Archive] `json:"id"`
}

// Kind names the job.
func (WriteBundle) Kind() string { return "archive.write-bundle" }

// Sweep forgets files that are older than they may be kept, and pieces of what is settled.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "archive.sweep-bundles" }

// Jobs registers the module's jobs.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Outside(r, s.writeBundle)
	jobs.Outside(r, s.sweep)
	s.erasing(r)
	r.Schedule(jobs.Schedule{Name: "archive.sweep", Next: jobs.DailyAt(3, 50), Task: func(time.Time) jobs.Task { return Sweep{} }})
}

// errSuperseded says that another worker has taken the export over, or it is settled.
var errSuperseded = errors.New("archive: the export is another's now")

// writeBundle writes an export. Whoever claims it goes on behind the last piece that was kept whole; a worker that was
// only slow finds out when it next notes its progress. Until the end there is no file to be had, whole or half.
func (s *Service) writeBundle(ctx context.Context, j WriteBundle) error {
	b, err := s.claim(ctx, j)
	if err == nil {
		err = s.write(ctx, &b)
	}
	f, isFault := errors.AsType[*fault.Error](err)
	switch {
	case errors.Is(err, errSuperseded):
		return nil
	case err == nil:
		return s.clear(ctx)
	case !isFault || f.Kind == fault.Unavailable || f.Kind == fault.Internal: // tried again later
		return err
	case f.Kind == fault.Forbidden:
		f = ErrRevoked
	}
	err = s.holding(ctx, b, func(ctx context.Context, tx db.Tx, now *Bundle) error {
		now.Status, now.FaultCode, now.FinishedAt, now.BlobKey, now.Stage = Failed, f.Code, &tx.Now, "", ""
		return s.settle(ctx, tx, b, *now, "archive.note-failed")
	})
	if errors.Is(err, errSuperseded) {
		return nil
	}
	return errors.Join(err, s.clear(ctx))
}

// settle notes in the trail what became of an export and tells who ordered it.
func (s *Service) settle(ctx context.Context, tx db.Tx, was, is Bundle, code string) error {
	rbac.ScopeOf(ctx).Changed("archive_bundle", int64(is.ID), is.CompanyID, was.trail(), is.trail())
	return s.Tell(ctx, tx, Note{is.CompanyID, is.ID, is.MadePersonID, code, map[string]string{"file": is.FileName, "until": is.KeptUntil.String()}})
}

func newKey() string { return "archive/" + strings.ToLower(uuid.Must(uuid.NewV7()).String()) }

// claim takes an export over. The key of the file is kept before the file is, so that a file without a row cannot remain.
func (s *Service) claim(ctx context.Context, j WriteBundle) (b Bundle, err error) {
	var left string
	err = s.Gate.Runner(ctx, j.Kind(), func(ctx context.Context, tx db.Tx) (err error) {
		b, err = lockBundle(ctx, tx, j.CompanyID, j.ID)
		if errors.Is(err, rbac.ErrNotFound) || (err == nil && b.Status != Writing) {
			return errSuperseded
		}
		if err != nil {
			return err
		}
		left, b.BlobKey = b.BlobKey, newKey()
		b.Run++
		return updateBundle(ctx, tx, b)
	})
	if err == nil && left != "" {
		err = s.Blobs.Delete(ctx, left)
	}
	return b, err
}

// holding runs fn with the export locked, unless another worker has taken it over.
func (s *Service) holding(ctx context.Context, b Bundle, fn func(ctx context.Context, tx db.Tx, b *Bundle) error) error {
	return s.Gate.Runner(ctx, WriteBundle{}.Kind(), func(ctx context.Context, tx db.Tx) error {
		now, err := lockBundle(ctx, tx, b.CompanyID, b.ID)
		if err != nil {
			return err
		}
		if now.Status != Writing || now.Run != b.Run {
			return errSuperseded
		}
		if err := fn(ctx, tx, &now); err != nil {
			return err
		}
		return updateBundle(ctx, tx, now)
	})
}

// progress notes how far an export is.
func (s *Service) progress(ctx context.Context, b *Bundle) error {
	return s.holding(ctx, *b, func(_ context.Context, _ db.Tx, now *Bundle) error {
		now.Stage, now.Done = b.Stage, b.Done
		return nil
	})
}

// reading runs fn as who ordered the export, with the rights he has now. Errors: ErrRevoked.
func (s *Service) reading(ctx context.Context, b *Bundle, fn func(ctx context.Context, tx db.Tx) error) error {
	a, err := s.ActorOf(ctx, b.MembershipID, b.CompanyID)
	if errors.Is(err, rbac.ErrNotFound) {
		err = ErrRevoked
	}
	if err != nil {
		return err
	}
	can := func(action rbac.Action) bool { return s.Gate.Can(a, action) }
	if !can(ActionOrder) || (b.Plain && !s.opens(can)) {
		return ErrRevoked
	}
	ctx = text.With(rbac.WithActor(ctx, a), text.Chinese)
	return s.Gate.Read(ctx, ActionRead, func(tx db.Tx, _ rbac.Scope) error { return fn(ctx, tx) })
}

// write reads what is not read yet, puts the file together, keeps it and settles the export.
func (s *Service) write(ctx context.Context, b *Bundle) (err error) {
	tables, pieces, err := s.readAll(ctx, b)
	if err != nil {
		return err
	}
	b.Stage = stageFiles
	if err := s.progress(ctx, b); err != nil {
		return err
	}
	f, drop, err := scratch()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	p := newPack(f, b.MadeAt)
	if err := s.fill(ctx, b, p, tables, pieces); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := s.Blobs.Put(ctx, b.BlobKey, f, p.bytes); err != nil {
		return err
	}
	err = s.holding(ctx, *b, func(ctx context.Context, tx db.Tx, now *Bundle) error {
		now.Status, now.Done, now.Files, now.FileSize, now.SHA256, now.Stage, now.FinishedAt = Done, b.Done, int64(len(p.entries)), p.bytes, p.sha256(), "", &tx.Now
		now.KeptUntil = day.In(tx.Now, day.Shanghai).AddDays(keptDays)
		return s.settle(ctx, tx, *b, *now, "archive.note-done")
	})
	if errors.Is(err, errSuperseded) {
		return errors.Join(err, s.Blobs.Delete(ctx, b.BlobKey))
	}
	return err
}

// sweep removes the files whose days are over, each before its row lets go of it, and pieces that are left.
func (s *Service) sweep(ctx context.Context, j Sweep) error {
	for {
		var rows []Bundle
		err := s.Gate.System(ctx, j.Kind(), func(tx db.Tx, _ rbac.Scope) (err error) {
			rows, err = over(ctx, tx, 100)
			return err
		})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return s.clear(ctx)
		}
		for _, b := range rows {
			if err := s.Blobs.Delete(ctx, b.BlobKey); err != nil {
				return err
			}
			if err := s.Gate.System(ctx, j.Kind(), func(tx db.Tx, _ rbac.Scope) error { return forget(ctx, tx, b) }); err != nil {
				return err
			}
		}
	}
}

// clear removes the pieces of exports that are settled.
func (s *Service) clear(ctx context.Context) error {
	for {
		var rows []Piece
		err := s.Gate.System(ctx, Sweep{}.Kind(), func(tx db.Tx, _ rbac.Scope) (err error) {
			rows, err = spare(ctx, tx, 100)
			return err
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, p := range rows {
			if err := s.Blobs.Delete(ctx, p.BlobKey); err != nil {
				return err
			}
			if err := s.Gate.System(ctx, Sweep{}.Kind(), func(tx db.Tx, _ rbac.Scope) error { return dropPiece(ctx, tx, p) }); err != nil {
				return err
			}
		}
	}
}
