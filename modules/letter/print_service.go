package letter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"anbiao/kit/blob"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// mostPrinted is how many letters one file holds; a larger company prints by workshop.
const mostPrinted = 500

// Printing says which letters of a round to print: those sent, signed or not.
type Printing struct {
	UnitID  id.Of[id.Unit] `query:"unitId" doc:"this unit and what is below it; empty: all"`
	Waiting bool           `query:"waiting" doc:"only those not signed yet"`
}

// Paper is a file to be printed.
type Paper struct {
	Content []byte
	Name    string
	Made    time.Time
}

// Print makes one PDF of the letters of a round that the actor sees. Errors: rbac.ErrNotFound,
// ErrNothingPrint, ErrTooMany.
func (s *Service) Print(ctx context.Context, n id.Of[Round], p Printing) (Paper, error) {
	var r Round
	var letters []printed
	var made time.Time
	err := s.Gate.Read(ctx, ActionPrint, func(tx db.Tx, scope rbac.Scope) (err error) {
		if r, err = roundByID(ctx, tx, scope, n); err != nil {
			return err
		}
		units, err := s.units(ctx, tx, scope, p.UnitID)
		if err != nil {
			return err
		}
		q := Filter{RoundID: n, UnitID: p.UnitID}.where(scope, units)
		q.and("l.state IN ('sent', 'signed')")
		if p.Waiting {
			q.and("l.state = 'sent'")
		}
		rows, err := bundle(ctx, tx, q, mostPrinted)
		if err != nil {
			return err
		}
		switch {
		case len(rows) == 0:
			return ErrNothingPrint
		case len(rows) > mostPrinted:
			return ErrTooMany.With("max", fmt.Sprint(mostPrinted))
		}
		made = tx.Now
		letters, err = s.prepare(ctx, tx, rows)
		return err
	})
	if err != nil {
		return Paper{}, err
	}
	content, err := render(letters, r.Year, made)
	return Paper{content, fmt.Sprintf("安全生产责任书-%d.pdf", r.Year), made}, err
}

// PrintOne makes the PDF of one letter. Errors: rbac.ErrNotFound, ErrDraft.
func (s *Service) PrintOne(ctx context.Context, n id.Of[id.Letter]) (Paper, error) {
	var letters []printed
	var year int
	var made time.Time
	err := s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		l, err := letterByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		if l.Text == "" {
			return ErrDraft
		}
		r, err := roundByID(ctx, tx, scope, l.RoundID)
		if err != nil {
			return err
		}
		year, made = r.Year, tx.Now
		letters, err = s.prepare(ctx, tx, []Letter{l})
		return err
	})
	if err != nil {
		return Paper{}, err
	}
	content, err := render(letters, year, made)
	return Paper{content, fmt.Sprintf("%s-%s.pdf", letters[0].Code(year), letters[0].StaffName), made}, err
}

// prepare adds signatures and their pictures to letters of one company.
func (s *Service) prepare(ctx context.Context, tx db.Tx, rows []Letter) ([]printed, error) {
	signatures, files, err := s.signed(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	out := make([]printed, len(rows))
	at := map[id.Of[id.Letter]]int{}
	for i, l := range rows {
		out[i], at[l.ID] = printed{l, map[Side]Signature{}, map[Side][]byte{}}, i
	}
	pictures := map[string][]byte{} // a leader signs many letters with one picture
	for _, sig := range signatures {
		p := out[at[sig.LetterID]]
		p.signatures[sig.Side] = sig
		key := files[sig.AttachmentID].Display
		if _, read := pictures[key]; !read {
			if pictures[key], err = s.bytes(ctx, key); err != nil {
				return nil, err
			}
		}
		p.strokes[sig.Side] = pictures[key]
	}
	return out, nil
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

// Strokes returns the picture of one side's signature. Errors: rbac.ErrNotFound.
func (s *Service) Strokes(ctx context.Context, n id.Of[id.Letter], side Side) (picture []byte, err error) {
	key := ""
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		l, err := letterByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		signatures, files, err := s.signed(ctx, tx, []Letter{l})
		for _, sig := range signatures {
			if sig.Side == side {
				key = files[sig.AttachmentID].Display
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	picture, err = s.bytes(ctx, key)
	if err == nil && picture == nil {
		err = rbac.ErrNotFound
	}
	return picture, err
}
