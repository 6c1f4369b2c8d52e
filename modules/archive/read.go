package archive

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"anbiao/kit/db"
	"anbiao/kit/seal"
)

// mask stands for a sealed value that is not opened.
const mask = "***"

// scratch opens a file that is gone with the process that holds it, however that ends; where that cannot be, drop removes it.
func scratch() (f *os.File, drop func() error, err error) {
	if f, err = os.CreateTemp("", "anbiao-archive-*"); err != nil {
		return nil, nil, err
	}
	_ = os.Remove(f.Name())
	return f, func() error {
		err := f.Close()
		_ = os.Remove(f.Name())
		return err
	}, nil
}

// next says which piece is to be read after those that were: the last anew if it was not kept whole.
func next(b *Bundle, tables []shape, read []Piece) (p Piece, sh shape, more bool) {
	p = Piece{CompanyID: b.CompanyID, ArchiveID: b.ID, N: len(read) + 1}
	at := ""
	if n := len(read); n > 0 {
		last := read[n-1]
		switch {
		case !last.Done:
			p, at = last, last.Table
		case last.NextKey != "":
			p.FromKey, at = last.NextKey, last.Table
		default:
			for _, sh := range tables {
				if sh.Table > last.Table {
					p.Table = sh.Table
					return p, sh, true
				}
			}
			return p, sh, false
		}
	}
	for _, sh := range tables {
		if sh.Table >= at {
			if sh.Table != at {
				p.FromKey = ""
			}
			p.Table = sh.Table
			return p, sh, true
		}
	}
	return p, sh, false
}

// readAll reads every table into pieces, behind those that are there.
func (s *Service) readAll(ctx context.Context, b *Bundle) (tables []shape, read []Piece, err error) {
	err = s.reading(ctx, b, func(ctx context.Context, tx db.Tx) (err error) {
		tables, err = shapes(ctx, tx)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	err = s.holding(ctx, *b, func(ctx context.Context, tx db.Tx, _ *Bundle) (err error) {
		read, err = piecesOf(ctx, tx, *b)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	b.Done = 0
	for _, p := range read {
		if p.Done {
			b.Done += p.Rows
		}
	}
	for {
		p, sh, more := next(b, tables, read)
		if !more {
			return tables, read, nil
		}
		if err := s.piece(ctx, b, sh, &p); err != nil {
			return nil, nil, err
		}
		read = append(read[:p.N-1], p)
	}
}

// piece reads one piece and keeps it. Its key is kept before its bytes are.
func (s *Service) piece(ctx context.Context, b *Bundle, sh shape, p *Piece) (err error) {
	left := p.BlobKey
	p.BlobKey, b.Stage = newKey(), sh.Table
	err = s.holding(ctx, *b, func(ctx context.Context, tx db.Tx, now *Bundle) error {
		now.Stage, now.Done = b.Stage, b.Done
		return putPiece(ctx, tx, *p)
	})
	if err != nil {
		return err
	}
	if left != "" {
		if err := s.Blobs.Delete(ctx, left); err != nil {
			return err
		}
	}
	f, drop, err := scratch()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	if err := s.rows(ctx, b, sh, p, f); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := s.Blobs.Put(ctx, p.BlobKey, f, p.Bytes); err != nil {
		return err
	}
	b.Done += p.Rows
	p.Done = true
	err = s.holding(ctx, *b, func(ctx context.Context, tx db.Tx, now *Bundle) error {
		now.Done = b.Done
		return putPiece(ctx, tx, *p)
	})
	if errors.Is(err, errSuperseded) {
		return errors.Join(err, s.Blobs.Delete(ctx, p.BlobKey))
	}
	return err
}

// rows writes the rows of a piece, a line each.
func (s *Service) rows(ctx context.Context, b *Bundle, sh shape, p *Piece, w io.Writer) error {
	as, sealed := s.columns(b, sh)
	field := s.Box.Field(int64(b.CompanyID))
	out := bufio.NewWriter(w)
	p.Rows, p.Bytes = 0, 0
	for at := p.FromKey; ; {
		var found []line
		err := s.reading(ctx, b, func(ctx context.Context, tx db.Tx) (err error) {
			found, err = lines(ctx, tx, sh, as, b.CompanyID, at, pageRows)
			return err
		})
		if err != nil {
			return err
		}
		for _, l := range found {
			if l.Body, err = opened(l.Body, sealed, field); err != nil {
				return fmt.Errorf("archive: a row of %s: %w", sh.Table, err)
			}
			n, err := out.WriteString(l.Body + "\n")
			if err != nil {
				return err
			}
			p.Rows, p.Bytes, at = p.Rows+1, p.Bytes+int64(n), l.At
		}
		if p.NextKey = at; len(found) < pageRows {
			p.NextKey = ""
		}
		if p.NextKey == "" || p.Rows >= pieceRows {
			return out.Flush()
		}
		if err := s.progress(ctx, b); err != nil {
			return err
		}
	}
}

// columns says what stands for columns that are not written as they are, and which are to be opened by their label.
func (s *Service) columns(b *Bundle, sh shape) (as, sealed map[string]string) {
	as, sealed = map[string]string{}, map[string]string{}
	for _, c := range sh.Columns {
		if bytesShown[sh.Table+"."+c.Name] {
			as[c.Name] = `encode(t."` + c.Name + `", 'hex')`
		}
	}
	for _, c := range s.Sealed {
		switch {
		case c.Table != sh.Table:
		case b.Plain && c.Action != "":
			as[c.Column], sealed[shownAs(c.Column)] = `encode(t."`+c.Column+`", 'hex')`, c.Label
		default:
			as[c.Column] = `CASE WHEN length(t."` + c.Column + `") > 0 THEN '` + mask + `' END`
		}
	}
	return as, sealed
}

// opened opens the sealed values of a row. One that cannot be opened, sealed under a lost key, stays masked.
func opened(body string, sealed map[string]string, field *seal.Field) (string, error) {
	if len(sealed) == 0 {
		return body, nil
	}
	row := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(body), &row); err != nil {
		return "", err
	}
	for name, label := range sealed {
		var value *string
		if err := json.Unmarshal(row[name], &value); err != nil {
			return "", err
		}
		if value == nil || *value == "" {
			continue
		}
		raw, err := hex.DecodeString(*value)
		if err != nil {
			return "", err
		}
		plain, err := field.Open(raw, label)
		if err != nil {
			plain = mask
		}
		if row[name], err = json.Marshal(plain); err != nil {
			return "", err
		}
	}
	out, err := json.Marshal(row)
	return string(out), err
}
