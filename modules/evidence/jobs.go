package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// WriteBundle writes a package.
type WriteBundle struct {
	CompanyID rbac.CompanyID   `json:"companyId"`
	ID        id.Of[id.Bundle] `json:"id"`
}

// Kind names the job.
func (WriteBundle) Kind() string { return "evidence.write-package" }

// Sweep forgets files that are older than they may be kept.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "evidence.sweep-packages" }

// Jobs registers the module's jobs.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Outside(r, s.writeBundle)
	jobs.Outside(r, s.sweep)
	r.Schedule(jobs.Schedule{Name: "evidence.sweep", Next: jobs.DailyAt(3, 35), Task: func(time.Time) jobs.Task { return Sweep{} }})
}

// errSuperseded says that another worker has taken the package over, or it is settled.
var errSuperseded = errors.New("evidence: the package is another's now")

// writeBundle writes a package into a file of its own and says so at the end. Whoever claims it
// begins anew; a worker that was only slow finds out when it next notes its progress. Until the
// end there is no file to be had, whole or half.
func (s *Service) writeBundle(ctx context.Context, j WriteBundle) error {
	b, err := s.claim(ctx, j)
	if err == nil {
		err = s.write(ctx, &b)
	}
	f, isFault := errors.AsType[*fault.Error](err)
	switch {
	case err == nil || errors.Is(err, errSuperseded):
		return nil
	case !isFault || f.Kind == fault.Unavailable || f.Kind == fault.Internal: // tried again later
		return err
	case f.Kind == fault.Forbidden:
		f = ErrRevoked
	}
	err = s.holding(ctx, b, func(ctx context.Context, tx db.Tx, now *Bundle) error {
		now.Status, now.FaultCode, now.FinishedAt, now.BlobKey, now.Stage = Failed, f.Code, &tx.Now, "", ""
		return s.settle(ctx, tx, b, *now, "evidence.note-failed")
	})
	if errors.Is(err, errSuperseded) {
		return nil
	}
	return err
}

// settle notes in the trail what became of a package and tells its maker.
func (s *Service) settle(ctx context.Context, tx db.Tx, was, is Bundle, code string) error {
	rbac.ScopeOf(ctx).Changed("evidence_bundle", int64(is.ID), is.CompanyID, was.trail(), is.trail())
	params := map[string]string{"file": is.FileName, "until": is.KeptUntil.String()}
	return s.Tell(ctx, tx, Note{is.CompanyID, is.ID, is.MadePersonID, code, params})
}

// claim takes a package over, from its beginning. The key of the file is kept before the file
// is, so that a file without a package cannot remain.
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
		left, b.BlobKey = b.BlobKey, "evidence/"+strings.ToLower(uuid.Must(uuid.NewV7()).String())
		b.Run, b.Done, b.Stage = b.Run+1, 0, ""
		return updateBundle(ctx, tx, b)
	})
	if err == nil && left != "" {
		err = s.Blobs.Delete(ctx, left)
	}
	return b, err
}

// holding runs fn with the package locked, unless another worker has taken it over.
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

// progress notes how far a package is.
func (s *Service) progress(ctx context.Context, b *Bundle) error {
	return s.holding(ctx, *b, func(_ context.Context, _ db.Tx, now *Bundle) error {
		now.Stage, now.Done = b.Stage, b.Done
		return nil
	})
}

// write writes the package beside, keeps the file and settles it.
func (s *Service) write(ctx context.Context, b *Bundle) (err error) {
	f, err := os.CreateTemp("", "anbiao-evidence-*.zip")
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
	p := newPack(f, b.MadeAt)
	if err := s.fill(ctx, b, p); err != nil {
		return err
	}
	if p.bytes > maxBytes {
		return ErrTooLarge
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
		return s.settle(ctx, tx, *b, *now, "evidence.note-done")
	})
	if errors.Is(err, errSuperseded) {
		return errors.Join(err, s.Blobs.Delete(ctx, b.BlobKey))
	}
	return err
}

// fill writes the chapters, the index and the manifest.
func (s *Service) fill(ctx context.Context, b *Bundle, p *pack) error {
	var card Card
	err := s.Gate.System(ctx, WriteBundle{}.Kind(), func(tx db.Tx, scope rbac.Scope) (err error) {
		card, err = s.Company(ctx, tx, scope, b.CompanyID)
		return err
	})
	if err != nil {
		return err
	}
	n := 0
	for _, c := range s.Chapters {
		if !slices.Contains(b.Chapters, c.Key) {
			continue
		}
		n++
		b.Stage = c.Key
		if err := s.progress(ctx, b); err != nil {
			return err
		}
		title := say("evidence.chapter." + c.Key)
		folder := fmt.Sprintf("%02d %s", n, title)
		for _, sh := range c.Sheets {
			if err := s.list(ctx, b, p, entry{Chapter: title, Path: folder + "/" + sh.Name + ".xlsx", Title: sh.Name}, sh); err != nil {
				return err
			}
		}
		if err := s.files(ctx, b, p, c, title, folder); err != nil {
			return err
		}
	}
	return p.finish(cover{
		Company: card.Name, USCC: card.USCC, Span: b.FromOn.String() + " 至 " + b.UntilOn.String(), MadeBy: b.MadeBy, MadeAt: b.MadeAt.In(day.Shanghai).Format("2006-01-02 15:04"),
	})
}

// maker is a context in which the maker acts, with the rights he has now. Errors: ErrRevoked.
func (s *Service) maker(ctx context.Context, b *Bundle, actions ...rbac.Action) (context.Context, error) {
	a, err := s.ActorOf(ctx, b.MembershipID, b.CompanyID)
	if errors.Is(err, rbac.ErrNotFound) {
		err = ErrRevoked
	}
	if err != nil {
		return nil, err
	}
	for _, action := range append(actions, ActionMake) {
		if !s.Gate.Can(a, action) {
			return nil, ErrRevoked
		}
	}
	return text.With(rbac.WithActor(ctx, a), text.Chinese), nil
}

// list writes one list as a workbook.
func (s *Service) list(ctx context.Context, b *Bundle, p *pack, e entry, sh Sheet) error {
	var filters Filters
	if sh.Filters != nil {
		filters = sh.Filters(b.span())
	}
	rows := func() iter.Seq2[sheet.Record, error] {
		return func(yield func(sheet.Record, error) bool) {
			for cursor := ""; ; {
				found, next, err := s.rows(ctx, b, sh, filters, cursor)
				if e.Rows += len(found); e.Rows > maxRows && err == nil {
					err = ErrTooLarge
				}
				if err != nil {
					yield(sheet.Record{}, err)
					return
				}
				for _, r := range found {
					if !yield(r, nil) {
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
	err := p.add(e, func(w io.Writer) error { return sheet.Export(w, sh.Columns(), rows(), text.Chinese) })
	if err == nil {
		p.entries[len(p.entries)-1].Rows = e.Rows
	}
	return err
}

// rows reads the next rows of a list and notes the progress.
func (s *Service) rows(ctx context.Context, b *Bundle, sh Sheet, filters Filters, cursor string) ([]sheet.Record, string, error) {
	as, err := s.maker(ctx, b, sh.Action)
	if err != nil {
		return nil, "", err
	}
	found, next, err := sh.Pages(as, filters, cursor, pageRows)
	if err != nil {
		return nil, "", err
	}
	b.Done += int64(len(found))
	return found, next, s.progress(ctx, b)
}

// files writes the further files of a chapter.
func (s *Service) files(ctx context.Context, b *Bundle, p *pack, c Chapter, title, folder string) error {
	if c.Files == nil {
		return nil
	}
	for cursor := ""; ; {
		as, err := s.maker(ctx, b, c.Action)
		if err != nil {
			return err
		}
		found, next, err := c.Files(as, b.span(), cursor, pageFiles)
		if err != nil {
			return err
		}
		for _, f := range found {
			if err := s.file(ctx, p, entry{Chapter: title, Path: folder + "/" + f.Path, Title: f.Title}, f); err != nil {
				return err
			}
			if b.Done++; b.Done%lookEvery == 0 {
				if err := s.progress(ctx, b); err != nil {
					return err
				}
			}
		}
		if next == "" {
			return s.progress(ctx, b)
		}
		cursor = next
	}
}

// file writes one file, from the store or as it is. One that the store has lost is named in the
// index as missing.
func (s *Service) file(ctx context.Context, p *pack, e entry, f File) (err error) {
	if f.Blob == "" {
		return p.add(e, func(w io.Writer) error {
			_, err := w.Write(f.Content)
			return err
		})
	}
	r, err := s.Blobs.Open(ctx, f.Blob)
	if errors.Is(err, blob.ErrAbsent) {
		p.missing = append(p.missing, e.Path)
		return nil
	}
	if err != nil {
		return err
	}
	defer func() {
		if e := r.Close(); err == nil {
			err = e
		}
	}()
	return p.add(e, func(w io.Writer) error {
		_, err := io.Copy(w, r)
		return err
	})
}

// sweep removes the files whose days are over, each after its row has let go of it.
func (s *Service) sweep(ctx context.Context, j Sweep) error {
	for {
		var rows []Bundle
		err := s.Gate.System(ctx, j.Kind(), func(tx db.Tx, _ rbac.Scope) (err error) {
			rows, err = over(ctx, tx, 100)
			return err
		})
		if err != nil || len(rows) == 0 {
			return err
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
