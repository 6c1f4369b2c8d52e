package hazard

import (
	"context"
	"errors"
	"io"
	"time"

	"anbiao/kit/blob"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Albums finds the photos of a print.
type Albums struct {
	// Keys returns where the bytes of photos lie that are shown.
	Keys func(ctx context.Context, tx db.Tx, scope rbac.Scope, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]string, error)
	Open func(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Firm is the name of a company.
	Firm func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (string, error)
}

// Sheet prints one hazard with its photos before and after. Errors: rbac.ErrNotFound.
func (s *Service) Sheet(ctx context.Context, hid id.Of[id.Hazard]) (pdf []byte, name string, err error) {
	var r Record
	var firm string
	var keys map[id.Of[id.Attachment]]string
	var now time.Time
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = tx.Now
		if r.Hazard, err = hazardByID(ctx, tx, scope, hid); err != nil {
			return err
		}
		if r.Entries, err = entriesOf(ctx, tx, r.Hazard); err != nil {
			return err
		}
		if firm, err = s.Albums.Firm(ctx, tx, scope, r.CompanyID); err != nil {
			return err
		}
		before, after := r.photos()
		keys, err = s.Albums.Keys(ctx, tx, scope, append(append([]id.Of[id.Attachment]{}, before...), after...))
		return err
	})
	if err != nil {
		return nil, "", err
	}
	pictures := map[id.Of[id.Attachment]][]byte{}
	for n, key := range keys {
		if pictures[n], err = s.picture(ctx, key); err != nil {
			return nil, "", err
		}
	}
	pdf, err = drawSheet(r, firm, pictures, now)
	return pdf, "隐患整改单-" + r.Number + ".pdf", err
}

// picture reads a photo or a signature; nothing for one that the store has lost.
func (s *Service) picture(ctx context.Context, key string) (b []byte, err error) {
	if key == "" || s.Albums.Open == nil {
		return nil, nil
	}
	f, err := s.Albums.Open(ctx, key)
	if errors.Is(err, blob.ErrAbsent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	return io.ReadAll(f)
}

// PrintLedger prints the first rows of the ledger as its filters leave it. Errors:
// page.ErrCursor, ErrTextNeedsFirm.
func (s *Service) PrintLedger(ctx context.Context, f Filter) (pdf []byte, err error) {
	f.Query = page.Query{Limit: printRows}
	rows, _, _, err := s.Ledger(ctx, f)
	if err != nil {
		return nil, err
	}
	var now time.Time
	if err := s.Gate.Read(ctx, ActionList, func(tx db.Tx, _ rbac.Scope) error {
		now = tx.Now
		return nil
	}); err != nil {
		return nil, err
	}
	more := len(rows) > printRows
	return drawLedger(rows[:min(len(rows), printRows)], more, now)
}
