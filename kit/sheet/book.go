package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
)

// book is an open xlsx: a zip archive of XML parts that refer to one another.
type book struct {
	parts   map[string]*zip.File // by clean lower-case name
	shared  string               // part with the shared strings, "" if there is none
	is1904  bool
	strings func() ([]string, error)
}

// openBook finds the visible worksheets. Names and prefixes are taken as they come: WPS and
// report generators write absolute targets, backslashes and prefixed elements.
func openBook(r io.ReaderAt, size int64) ([]grid, error) {
	if err := fewParts(r, size); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, ErrUnreadable.Because(err)
	}
	b := &book{parts: map[string]*zip.File{}}
	for _, f := range z.File {
		if name := partName(f.Name); b.parts[name] == nil {
			b.parts[name] = f
		}
	}
	main, err := b.main()
	if err != nil {
		return nil, err
	}
	targets, err := b.relations(main)
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		if t.kind == "sharedStrings" {
			b.shared = t.part
		}
	}
	b.strings = sync.OnceValues(func() ([]string, error) { return b.readStrings() })
	return b.sheets(main, targets)
}

// maxParts is how many parts an archive may have: a workbook has a dozen, with many sheets and pictures some hundred.
const maxParts = 10_000

// entry begins each line of an archive's directory.
var entry = []byte("PK\x01\x02")

// fewParts counts the lines of the directory, whatever the archive says how many they are: the reader would keep all of them in
// memory before anybody could ask.
func fewParts(r io.ReaderAt, size int64) error {
	buffer, kept, parts := make([]byte, 64<<10), 0, 0
	in := io.NewSectionReader(r, 0, size)
	for {
		n, err := in.Read(buffer[kept:])
		parts += bytes.Count(buffer[:kept+n], entry)
		switch {
		case parts > maxParts:
			return ErrTooLarge
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return ErrUnreadable.Because(err)
		}
		end := kept + n
		kept = min(end, len(entry)-1) // a mark may lie across the border of two pieces
		copy(buffer, buffer[end-kept:end])
	}
}

func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(s, `\`, "/")), "/"))
}

// main finds the workbook part, or says what else the archive is.
func (b *book) main() (string, error) {
	targets, err := b.relations("")
	if err != nil {
		return "", err
	}
	for _, t := range targets {
		if t.kind == "officeDocument" && b.parts[t.part] != nil && strings.HasSuffix(t.part, ".xml") && b.parts["word/document.xml"] == nil {
			return t.part, nil
		}
	}
	switch {
	case b.parts["xl/workbook.xml"] != nil:
		return "xl/workbook.xml", nil
	case b.parts["xl/workbook.bin"] != nil, b.parts["content.xml"] != nil:
		return "", ErrOldFormat // .xlsb, .ods
	}
	return "", ErrNotSheet
}

type target struct{ id, kind, part string }

// relations reads what a part refers to; "" is the package itself.
func (b *book) relations(part string) ([]target, error) {
	dir, file := path.Split(part)
	name := dir + "_rels/" + file + ".rels"
	if b.parts[name] == nil {
		return nil, nil
	}
	var all []target
	err := b.each(name, func(e xml.StartElement) error {
		if e.Name.Local != "Relationship" || attr(e, "TargetMode") == "External" {
			return nil
		}
		to := attr(e, "Target")
		if !strings.HasPrefix(to, "/") && !strings.HasPrefix(to, `\`) {
			to = dir + to
		}
		all = append(all, target{attr(e, "Id"), path.Base(attr(e, "Type")), partName(to)})
		return nil
	})
	return all, err
}

// sheets lists the visible worksheets in their order.
func (b *book) sheets(main string, targets []target) ([]grid, error) {
	parts := map[string]string{}
	for _, t := range targets {
		if t.kind == "worksheet" && b.parts[t.part] != nil {
			parts[t.id] = t.part
		}
	}
	var grids []grid
	err := b.each(main, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			v := attr(e, "date1904")
			b.is1904 = v == "1" || v == "true"
		case "sheet":
			part := parts[attr(e, "id")]
			if state := attr(e, "state"); part != "" && (state == "" || state == "visible") {
				grids = append(grids, &worksheet{book: b, part: part, title: attr(e, "name")})
			}
		}
		return nil
	})
	return grids, err
}

// each calls fn with every element of a small part.
func (b *book) each(part string, fn func(xml.StartElement) error) error {
	r, err := b.open(part, 4<<20)
	if err != nil {
		return err
	}
	defer r.Close()
	d := decoder(r)
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		if e, ok := tok.(xml.StartElement); ok {
			if err := fn(e); err != nil {
				return err
			}
		}
	}
}

// open unpacks a part, at most limit bytes of it.
func (b *book) open(part string, limit int64) (io.ReadCloser, error) {
	f := b.parts[part]
	if f == nil {
		return nil, ErrUnreadable.Because(fmt.Errorf("no part %q", part))
	}
	r, err := f.Open()
	if err != nil {
		return nil, ErrUnreadable.Because(err)
	}
	return &bounded{ReadCloser: r, left: limit}, nil
}

// bounded stops an archive that unpacks to more than it should, whatever it claims, and a
// single text or tag that would have to be held in memory whole.
type bounded struct {
	io.ReadCloser
	left int64
	run  int // bytes since the last '<'
}

const maxRun = 1 << 20

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 || b.run > maxRun {
		return 0, ErrTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	if i := bytes.LastIndexByte(p[:n], '<'); i >= 0 {
		b.run = n - i
	} else {
		b.run += n
	}
	return n, err
}

func decoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(r)
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		if strings.EqualFold(charset, "utf-8") {
			return in, nil
		}
		return nil, fmt.Errorf("charset %s", charset)
	}
	return d
}

// unreadable turns what the XML and zip readers say into a fault.
func unreadable(err error) error {
	if errors.Is(err, ErrTooLarge) {
		return ErrTooLarge
	}
	return ErrUnreadable.Because(err)
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}
