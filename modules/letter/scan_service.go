package letter

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/google/uuid"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/photo"
	"anbiao/rbac"
)

// Limits of a scan.
const (
	maxFiles     = 100
	MaxScanBytes = 100 << 20 // of all files together
)

// Incoming is one uploaded file.
type Incoming struct {
	Name string
	Size int64
	io.ReadSeeker
}

// Upload keeps the files of a scan and has them read in the background. Errors:
// rbac.ErrNotFound, ErrNoFile, ErrFileType, ErrSignedOn, blob's.
func (s *Service) Upload(ctx context.Context, round id.Of[Round], signedOn day.Date, files []Incoming) (n id.Of[Scan], err error) {
	err = s.Gate.Read(ctx, ActionFile, func(tx db.Tx, scope rbac.Scope) error {
		r, err := roundByID(ctx, tx, scope, round)
		if err != nil {
			return err
		}
		if signedOn.IsZero() || signedOn.After(today(tx)) || signedOn.Before(day.Of(r.Year-1, 1, 1)) {
			return ErrSignedOn.At("body.signedOn")
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	sources, err := s.keep(ctx, files)
	if err == nil {
		n, err = s.begin(ctx, round, signedOn, sources)
	}
	if err != nil { // also when the same request was done before
		for _, f := range sources {
			err = errors.Join(err, s.Blobs.Delete(context.WithoutCancel(ctx), f.Key))
		}
	}
	return n, err
}

// keep writes files into the store. Their type is judged by content.
func (s *Service) keep(ctx context.Context, files []Incoming) (sources []Source, err error) {
	if len(files) == 0 || len(files) > maxFiles {
		return nil, ErrNoFile.At("body.files")
	}
	for _, f := range files {
		head := make([]byte, 3072)
		n, err := io.ReadFull(f, head)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
			return sources, err
		}
		kind, err := photo.Detect(head[:n])
		if err != nil || !kind.Image && kind.MIME != "application/pdf" {
			return sources, ErrFileType.With("name", path.Base(f.Name)).At("body.files")
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return sources, err
		}
		key := "letter/scan/" + strings.ToLower(uuid.Must(uuid.NewV7()).String())
		if err := s.Blobs.Put(ctx, key, f, f.Size); err != nil {
			return sources, err
		}
		sources = append(sources, Source{path.Base(strings.ReplaceAll(f.Name, `\`, "/")), key, kind.MIME})
	}
	return sources, nil
}

func (s *Service) begin(ctx context.Context, round id.Of[Round], signedOn day.Date, sources []Source) (n id.Of[Scan], err error) {
	err = s.Gate.Write(ctx, ActionFile, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if _, err := roundByID(ctx, tx, scope, round); err != nil {
			return err
		}
		a := scope.Actor()
		scan := Scan{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, RoundID: round, Files: db.JSON[[]Source]{V: sources}, SignedOn: signedOn,
			State: reading, PersonID: a.PersonID, UploadedName: a.Name, UploadedAt: tx.Now,
		}
		if err := insertScan(ctx, tx, &scan); err != nil {
			return err
		}
		n = scan.ID
		scope.Made(int64(n))
		scope.Changed("letter_scan", int64(n), home.CompanyID, scanTrail{}, scanTrail{len(sources), signedOn.String()})
		return jobs.Enqueue(ctx, tx, ReadScan{n}, jobs.Key(n.String()))
	})
	return n, err
}

type scanTrail struct {
	Files    int
	SignedOn string
}

// Scans returns one page of a round's scans, newest first. Errors: page.ErrCursor.
func (s *Service) Scans(ctx context.Context, round id.Of[Round], q page.Query) (rows []Scan, k page.Key, err error) {
	if k, err = q.Start(sortNew, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionFile, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = scans(ctx, tx, scope, round, k, q.Limit)
		return err
	})
	return rows, k, err
}

// Bundle is a scan with its pages and what they were filed as.
type Bundle struct {
	Scan    Scan
	Pages   []Page
	Letters map[id.Of[id.Letter]]Letter
	Lacking map[id.Of[id.Letter]][]int // pages not scanned yet, of letters that are not signed
	Year    int
}

// Scan returns one scan. Errors: rbac.ErrNotFound.
func (s *Service) Scan(ctx context.Context, n id.Of[Scan]) (b Bundle, err error) {
	err = s.Gate.Read(ctx, ActionFile, func(tx db.Tx, scope rbac.Scope) (err error) {
		b = Bundle{Letters: map[id.Of[id.Letter]]Letter{}, Lacking: map[id.Of[id.Letter]][]int{}}
		if b.Scan, err = scanByID(ctx, tx, scope, n); err != nil {
			return err
		}
		r, err := roundByID(ctx, tx, scope, b.Scan.RoundID)
		if err != nil {
			return err
		}
		b.Year = r.Year
		if b.Pages, err = pagesOfScan(ctx, tx, b.Scan); err != nil {
			return err
		}
		ids := lettersIn(b.Pages)
		letters, err := lettersOf(ctx, tx, b.Scan.CompanyID, ids)
		if err != nil {
			return err
		}
		all, err := pagesOfLetters(ctx, tx, b.Scan.CompanyID, ids)
		if err != nil {
			return err
		}
		missing := lacking(all)
		for _, l := range letters {
			b.Letters[l.ID] = l
			if len(missing[l.ID]) > 0 {
				b.Lacking[l.ID] = missing[l.ID]
			}
		}
		return nil
	})
	return b, err
}

// lettersIn are the letters that pages belong to, each once.
func lettersIn(pages []Page) []id.Of[id.Letter] {
	var ids []id.Of[id.Letter]
	for _, p := range pages {
		if p.LetterID != nil {
			ids = append(ids, *p.LetterID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Filing says what a page is.
type Filing struct {
	LetterID id.Of[id.Letter] `json:"letterId,omitempty" doc:"empty: the page is put aside"`
	Page     int              `json:"page,omitempty" minimum:"1" maximum:"60" default:"1"`
	Of       int              `json:"of,omitempty" minimum:"1" maximum:"60" default:"1" doc:"how many pages the letter has"`
}

// Place files a page by hand: one that no code was read on, or the wrong one. A letter whose
// pages are complete with it is signed. Errors: rbac.ErrNotFound, ErrReading, ErrFiled,
// ErrPageNumber, ErrOtherRound, ErrDraft, ErrSuperseded.
func (s *Service) Place(ctx context.Context, n id.Of[Page], f Filing) (id.Of[Page], error) {
	err := s.Gate.Write(ctx, ActionFile, func(tx db.Tx, scope rbac.Scope) error {
		p, err := pageByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		scan, err := scanByID(ctx, tx, scope, p.ScanID, locked) // settling locks it first, too
		if err != nil {
			return err
		}
		if scan.State == reading {
			return ErrReading
		}
		if _, err := roundByID(ctx, tx, scope, scan.RoundID, locked); err != nil {
			return err
		}
		if p, err = pageByID(ctx, tx, scope, n, locked); err != nil {
			return err
		}
		if err := s.loose(ctx, tx, scope, p); err != nil {
			return err
		}
		scope.Made(int64(n))
		p.ByHand = true
		if f.LetterID == 0 {
			p.LetterID, p.Page, p.OfPages, p.Problem = nil, nil, nil, putAside
			return updatePage(ctx, tx, &p)
		}
		return s.place(ctx, tx, scope, scan, p, f)
	})
	return n, err
}

// loose refuses to take a page away from a letter that it proves signed. Errors: ErrFiled.
func (*Service) loose(ctx context.Context, tx db.Tx, scope rbac.Scope, p Page) error {
	if p.LetterID == nil {
		return nil
	}
	l, err := letterByID(ctx, tx, scope, *p.LetterID, true)
	if err == nil && l.State == Signed {
		err = ErrFiled
	}
	return err
}

func (s *Service) place(ctx context.Context, tx db.Tx, scope rbac.Scope, scan Scan, p Page, f Filing) error {
	if f.Page > f.Of {
		return ErrPageNumber.At("body.page")
	}
	l, err := letterByID(ctx, tx, scope, f.LetterID, true)
	if err != nil {
		return err
	}
	switch {
	case l.RoundID != scan.RoundID:
		return ErrOtherRound.At("body.letterId")
	case l.State == Draft:
		return ErrDraft.At("body.letterId")
	case l.State == Superseded:
		return ErrSuperseded.At("body.letterId")
	}
	p.put(l.ID, f.Page, f.Of)
	if err := updatePage(ctx, tx, &p); err != nil {
		return err
	}
	filed, err := s.complete(ctx, tx, scope, scan, []*Letter{&l})
	if err != nil {
		return err
	}
	scan.Filed += filed
	return updateScan(ctx, tx, scan)
}

// complete marks those of letters signed of which all pages are there, and returns how many.
func (s *Service) complete(ctx context.Context, tx db.Tx, scope rbac.Scope, scan Scan, letters []*Letter) (int, error) {
	ids := make([]id.Of[id.Letter], len(letters))
	for i, l := range letters {
		ids[i] = l.ID
	}
	pages, err := pagesOfLetters(ctx, tx, scan.CompanyID, ids)
	if err != nil {
		return 0, err
	}
	missing := lacking(pages)
	var filed []*Letter
	for _, l := range letters {
		if found, ok := missing[l.ID]; !ok || len(found) > 0 || l.file(scan.SignedOn) != nil {
			continue
		}
		filed = append(filed, l)
		scope.Changed(Noun, int64(l.ID), l.CompanyID, paperTrail{State: Sent}, paperTrail{l.State, scan.SignedOn.String()})
	}
	return len(filed), s.after(ctx, tx, scan.CompanyID, filed)
}

type paperTrail struct {
	State         State
	SignedOnPaper string
}

// PagePicture returns the picture of a scanned page: to those who file scans, and to those
// who see the letter it belongs to. Errors: rbac.ErrNotFound.
func (s *Service) PagePicture(ctx context.Context, n id.Of[Page]) ([]byte, error) {
	var p Page
	err := s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		if p, err = pageByID(ctx, tx, scope, n); err != nil || scope.Can(ActionFile) {
			return err
		}
		if p.LetterID == nil {
			return rbac.ErrNotFound
		}
		_, err = letterByID(ctx, tx, scope, *p.LetterID, false)
		return err
	})
	if err != nil {
		return nil, err
	}
	b, err := s.bytes(ctx, p.BlobKey)
	if err == nil && b == nil {
		err = rbac.ErrNotFound
	}
	return b, err
}
