package letter

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/scan"
	"anbiao/rbac"
)

// ReadScan reads the pages of a scan and files them.
type ReadScan struct {
	ID id.Of[Scan] `json:"id"`
}

// Kind names the job.
func (ReadScan) Kind() string { return "letter.read-scan" }

// progressEvery is after how many pages the scan's count is written, so that it is seen.
const progressEvery = 10

// sheet is a page as it was read.
type sheet struct {
	Page
	code string
}

// readScan reads a scan and files its pages. Done twice it does the same: pictures have keys of
// their own, and filing happens once, with the scan locked.
func (s *Service) readScan(ctx context.Context, t ReadScan) error {
	var sc Scan
	err := s.Gate.System(ctx, t.Kind(), func(tx db.Tx, scope rbac.Scope) (err error) {
		sc, err = scanByID(ctx, tx, scope, t.ID)
		return err
	})
	if err != nil || sc.State != reading {
		return err
	}
	sheets, err := s.leaf(ctx, sc)
	if f, isFault := errors.AsType[*fault.Error](err); isFault && f.Kind != fault.Unavailable && f.Kind != fault.Internal { // the file is at fault, not we
		return s.Gate.System(ctx, t.Kind(), func(tx db.Tx, scope rbac.Scope) error {
			if sc, err = scanByID(ctx, tx, scope, t.ID, locked); err != nil || sc.State != reading {
				return err
			}
			sc.State, sc.FaultCode = failed, f.Code
			return updateScan(ctx, tx, sc)
		})
	}
	if err != nil {
		return err
	}
	return s.Gate.System(ctx, t.Kind(), func(tx db.Tx, scope rbac.Scope) error { return s.fileAll(ctx, tx, scope, t.ID, sheets) })
}

// leaf goes through all pages of all files and keeps their pictures.
func (s *Service) leaf(ctx context.Context, sc Scan) (sheets []sheet, err error) {
	take := func(p scan.Page) error {
		n := len(sheets) + 1
		if n > scan.MaxPages {
			return scan.ErrPages.With("max", strconv.Itoa(scan.MaxPages))
		}
		one := sheet{Page{CompanyID: sc.CompanyID, RegionPath: sc.RegionPath, OversightLine: sc.OversightLine, ScanID: sc.ID, N: n, Problem: noPicture}, p.Code}
		if p.Image != nil {
			b, err := p.JPEG()
			if err != nil {
				return err
			}
			one.BlobKey, one.Problem = sc.keyOf(n), noCode
			if err := s.Blobs.Put(ctx, one.BlobKey, bytes.NewReader(b), int64(len(b))); err != nil {
				return err
			}
		}
		sheets = append(sheets, one)
		if n%progressEvery == 0 {
			return s.progress(ctx, sc.ID, n)
		}
		return ctx.Err()
	}
	for _, f := range sc.Files.V {
		b, err := s.bytes(ctx, f.Key)
		if err != nil {
			return nil, err
		}
		if f.Type == "application/pdf" {
			err = scan.PDF(bytes.NewReader(b), isStamp, func(_ int, p scan.Page) error { return take(p) })
		} else {
			var p scan.Page
			if p, err = scan.Picture(bytes.NewReader(b), isStamp); err == nil {
				err = take(p)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return sheets, nil
}

func (s *Service) progress(ctx context.Context, n id.Of[Scan], pages int) error {
	return s.Gate.System(ctx, ReadScan{}.Kind(), func(tx db.Tx, scope rbac.Scope) error {
		sc, err := scanByID(ctx, tx, scope, n, locked)
		if err != nil || sc.State != reading {
			return err
		}
		sc.Pages = pages
		return updateScan(ctx, tx, sc)
	})
}

// fileAll gives pages to the letters that their codes name, and marks those letters signed of
// which all pages are there.
func (s *Service) fileAll(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Scan], sheets []sheet) error {
	sc, err := scanByID(ctx, tx, scope, n, locked)
	if err != nil || sc.State != reading {
		return err
	}
	if _, err := roundByID(ctx, tx, scope, sc.RoundID, locked); err != nil {
		return err
	}
	var codes []uuid.UUID
	for _, one := range sheets {
		if st, ok := stampOf(one.code); ok && !slices.Contains(codes, st.letter) {
			codes = append(codes, st.letter)
		}
	}
	rows, err := lettersByCode(ctx, tx, sc.CompanyID, codes)
	if err != nil {
		return err
	}
	of := map[uuid.UUID]*Letter{}
	letters := make([]*Letter, 0, len(rows))
	for i := range rows {
		of[rows[i].PublicID] = &rows[i]
	}
	pages := make([]Page, len(sheets))
	for i, one := range sheets {
		pages[i] = one.Page
		st, ok := stampOf(one.code)
		if !ok {
			continue
		}
		l := of[st.letter]
		switch {
		case l == nil || l.RoundID != sc.RoundID || l.Text == "":
			pages[i].Problem = unknownCode
		case l.State == Superseded:
			pages[i].Problem = overCode
		default:
			pages[i].put(l.ID, st.page, st.of)
			if !slices.Contains(letters, l) {
				letters = append(letters, l)
			}
		}
	}
	if err := insertPages(ctx, tx, pages); err != nil {
		return err
	}
	if len(letters) > 0 {
		if sc.Filed, err = s.complete(ctx, tx, scope, sc, letters); err != nil {
			return err
		}
	}
	sc.State, sc.Pages = done, len(pages)
	return updateScan(ctx, tx, sc)
}
