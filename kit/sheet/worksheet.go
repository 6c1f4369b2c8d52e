package sheet

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"iter"
	"regexp"
	"strconv"
	"strings"
)

// worksheet is one sheet of an xlsx, read as a stream.
type worksheet struct {
	book  *book
	part  string
	title string
}

func (w *worksheet) name() string   { return w.title }
func (w *worksheet) from1904() bool { return w.book.is1904 }

func (w *worksheet) lines() iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		shared, err := w.book.strings()
		if err != nil {
			yield(line{}, err)
			return
		}
		r, err := w.book.open(w.part, maxPart)
		if err != nil {
			yield(line{}, err)
			return
		}
		defer r.Close()
		p := parser{d: decoder(r), shared: shared}
		for {
			l, err := p.next()
			if errors.Is(err, errLast) {
				return
			}
			if err != nil {
				yield(line{}, err)
				return
			}
			if !l.empty() && !yield(l, nil) {
				return
			}
		}
	}
}

// parser walks the cells of a sheet.
type parser struct {
	d      *xml.Decoder
	shared []string
	row    int // last row seen
}

// errLast ends the rows where the file says so; the end of the file is a cut-off file.
var errLast = errors.New("sheet: behind the last row")

// next returns the next row, errLast behind the last one.
func (p *parser) next() (line, error) {
	for {
		tok, err := p.d.RawToken()
		if err != nil {
			return line{}, unreadable(err) // the end of the file before the end of the cells
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if e.Name.Local == "row" {
				p.row++
				if n, err := strconv.Atoi(attr(e, "r")); err == nil && n > p.row {
					p.row = n
				}
				return p.cells()
			}
		case xml.EndElement:
			if e.Name.Local == "sheetData" {
				return line{}, errLast
			}
		}
	}
}

func (p *parser) cells() (line, error) {
	l := line{number: p.row}
	place := -1
	for {
		tok, err := p.d.RawToken()
		if err != nil {
			return l, unreadable(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if e.Name.Local != "c" {
				continue
			}
			place++
			if ref, _, ok := position(attr(e, "r")); ok {
				place = ref - 1
			}
			c, err := p.cell(attr(e, "t"))
			if err != nil {
				return l, err
			}
			if c.kind != none && place < MaxColumns {
				for len(l.cells) <= place {
					l.cells = append(l.cells, cell{})
				}
				l.cells[place] = c
			}
		case xml.EndElement:
			if e.Name.Local == "row" {
				return l, nil
			}
		}
	}
}

// cell reads one cell of type t up to its end.
func (p *parser) cell(t string) (cell, error) {
	value := ""
	for {
		tok, err := p.d.RawToken()
		if err != nil {
			return cell{}, unreadable(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "v":
				value, err = readValue(p.d, "v")
			case "is":
				value, err = readRich(p.d, "is")
			case "f":
				_, err = readValue(p.d, "f")
			}
			if err != nil {
				return cell{}, err
			}
		case xml.EndElement:
			if e.Name.Local == "c" {
				return p.typed(t, value)
			}
		}
	}
}

func (p *parser) typed(t, value string) (cell, error) {
	switch t {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if value == "" {
			return cell{}, nil
		}
		if err != nil || n < 0 || n >= len(p.shared) {
			return cell{}, ErrUnreadable.Because(errors.New("no shared string " + value))
		}
		return worded(p.shared[n]), nil
	case "str":
		return worded(unescape(value)), nil
	case "inlineStr", "d":
		return worded(value), nil
	case "b":
		return worded(map[string]string{"1": "TRUE", "0": "FALSE"}[strings.TrimSpace(value)]), nil
	case "e":
		return cell{value, broken}, nil
	}
	value = strings.TrimSpace(value)
	if value == "" {
		return cell{}, nil
	}
	if _, err := strconv.ParseFloat(value, 64); err == nil {
		return cell{value, number}, nil
	}
	return worded(value), nil
}

func worded(s string) cell {
	if strings.TrimSpace(s) == "" {
		return cell{}
	}
	return cell{s, words}
}

// position reads a cell's name: AB12 is column 28, row 12.
func position(name string) (column, row int, ok bool) {
	i := 0
	for ; i < len(name) && name[i] >= 'A' && name[i] <= 'Z' && i < 3; i++ {
		column = column*26 + int(name[i]-'A') + 1
	}
	row, err := strconv.Atoi(name[i:])
	return column, row, err == nil && i > 0 && row > 0
}

var mergeTag = regexp.MustCompile(`<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+\d+):([A-Z]+\d+)"`)

// merges scans for the merged ranges, which stand behind all cells: by tags, without
// parsing the cells a second time.
func (w *worksheet) merges() ([]area, error) {
	r, err := w.book.open(w.part, maxPart)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), 4<<20)
	s.Split(tags)
	var all []area
	for s.Scan() {
		if !bytes.Contains(s.Bytes(), []byte("mergeCell ")) {
			continue
		}
		m := mergeTag.FindSubmatch(s.Bytes())
		if m == nil {
			continue
		}
		left, top, ok1 := position(string(m[1]))
		right, bottom, ok2 := position(string(m[2]))
		if ok1 && ok2 && len(all) < MaxRows {
			all = append(all, area{top, left, bottom, right})
		}
	}
	if err := s.Err(); err != nil {
		return nil, unreadable(err)
	}
	return all, nil
}

// tags splits XML behind every '>'.
func tags(data []byte, atEnd bool) (int, []byte, error) {
	if i := bytes.IndexByte(data, '>'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEnd {
		return len(data), nil, nil
	}
	return 0, nil, nil
}
