package sheet

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"slices"

	"github.com/richardlehane/mscfb"
)

// grid is one sheet of a file as it stands there.
type grid interface {
	name() string
	// lines yields the rows that hold something, in order, until the first error.
	lines() iter.Seq2[line, error]
	merges() ([]area, error)
	from1904() bool
}

type line struct {
	number int // from 1
	cells  []cell
}

type cell struct {
	text string
	kind cellKind
}

type cellKind uint8

const (
	none cellKind = iota
	words
	number // text is the number as the file has it, perhaps with an exponent
	broken // a formula's error: #N/A
)

// area is a merged range, from 1 as Excel counts, bounds included.
type area struct{ top, left, bottom, right int }

func (l line) at(place int) cell {
	if place < 0 || place >= len(l.cells) {
		return cell{}
	}
	return l.cells[place]
}

func (l line) empty() bool {
	return !slices.ContainsFunc(l.cells, func(c cell) bool { return c.kind != none })
}

// open tells what kind of file r is and returns its visible sheets.
func open(r io.ReaderAt, size int64) ([]grid, error) {
	if size > MaxBytes {
		return nil, ErrTooLarge
	}
	head := make([]byte, min(size, 4096))
	if n, err := r.ReadAt(head, 0); err != nil && !(errors.Is(err, io.EOF) && n == len(head)) {
		return nil, err
	}
	content := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	switch {
	case len(content) == 0:
		return nil, ErrEmpty
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return nil, compound(io.NewSectionReader(r, 0, size))
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return openBook(r, size)
	case bytes.Contains(head, []byte("E-SafeNet")), bytes.Contains(head, []byte("LDSEC")):
		return nil, ErrProtected // 亿赛通 and its like, common on company computers
	case content[0] == '<':
		return nil, ErrOldFormat // a web page or SpreadsheetML named .xls
	case bytes.HasPrefix(head, []byte("%PDF")), bytes.HasPrefix(head, []byte("PK")):
		return nil, ErrNotSheet
	}
	return openCSV(r, size)
}

// compound says what a file with an OLE header is: never one we read.
func compound(r io.ReaderAt) error {
	doc, err := mscfb.New(r)
	if err != nil {
		return ErrOldFormat.Because(err)
	}
	found := ErrNotSheet
	for _, f := range doc.File {
		switch f.Name {
		case "DRMEncryptedDataSpace", "\tDRMContent", "DRMContent":
			return ErrProtected
		case "EncryptedPackage":
			found = ErrEncrypted
		case "Workbook", "Book", "WORKBOOK", "BOOK":
			found = ErrOldFormat
		}
	}
	return found
}
