package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// plain is a text file with separated values.
type plain struct {
	r        io.ReaderAt
	size     int64
	encoding encoding.Encoding
	comma    rune
}

// openCSV finds out encoding and separator. Excel writes GBK on Chinese Windows, UTF-8 with a
// mark when asked, UTF-16 with tabs as "Unicode text".
func openCSV(r io.ReaderAt, size int64) ([]grid, error) {
	p := &plain{r: r, size: size}
	head := make([]byte, min(size, 2))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	valid, zero, err := scanText(io.NewSectionReader(r, 0, size))
	switch {
	case err != nil:
		return nil, err
	case bytes.Equal(head, []byte("\xff\xfe")), bytes.Equal(head, []byte("\xfe\xff")):
		p.encoding = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case zero:
		return nil, ErrNotSheet
	case valid:
		p.encoding = unicode.UTF8BOM
	default:
		p.encoding = simplifiedchinese.GB18030
	}
	sample := make([]byte, 64<<10)
	n, err := io.ReadFull(p.reader(), sample)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, ErrNotSheet.Because(err)
	}
	if strings.Count(string(sample[:n]), "\ufffd") > 2 || isJSON(sample[:n]) {
		return nil, ErrNotSheet
	}
	p.comma = separator(string(sample[:n]))
	return []grid{p}, nil
}

func (p *plain) reader() io.Reader {
	return p.encoding.NewDecoder().Reader(io.NewSectionReader(p.r, 0, p.size))
}

// isJSON reports whether a text begins as a JSON object or list does. Any text is a CSV
// file of some sort; this one is somebody's mistake.
func isJSON(sample []byte) bool {
	d := json.NewDecoder(bytes.NewReader(sample))
	first, err := d.Token()
	if _, opens := first.(json.Delim); err != nil || !opens {
		return false
	}
	_, err = d.Token()
	return err == nil
}

// scanText reports whether all of r is UTF-8, and whether it holds a zero byte.
func scanText(r io.Reader) (valid, zero bool, err error) {
	valid = true
	b := bufio.NewReader(r)
	for {
		c, n, err := b.ReadRune()
		if errors.Is(err, io.EOF) {
			return valid, zero, nil
		}
		if err != nil {
			return false, false, err
		}
		valid = valid && (c != utf8.RuneError || n > 1)
		zero = zero || c == 0
	}
}

// separator returns the candidate that most of the first lines have most of.
func separator(sample string) rune {
	lines := strings.SplitN(sample, "\n", 12)
	best, most := ',', 0
	for _, c := range []rune{',', '\t', ';', '，'} {
		n := 0
		for _, l := range lines {
			n += strings.Count(l, string(c))
		}
		if n > most {
			best, most = c, n
		}
	}
	return best
}

func (p *plain) name() string            { return "" }
func (p *plain) from1904() bool          { return false }
func (p *plain) merges() ([]area, error) { return nil, nil }

func (p *plain) lines() iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		r := csv.NewReader(p.reader())
		r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = p.comma, true, -1, true
		inner := 0 // line breaks inside cells so far: Excel does not count them as rows
		for {
			record, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(line{}, ErrUnreadable.Because(err))
				return
			}
			start, _ := r.FieldPos(0)
			l := line{number: start - inner}
			for _, field := range record[:min(len(record), MaxColumns)] {
				inner += strings.Count(field, "\n")
				l.cells = append(l.cells, worded(unwrap(field)))
			}
			if !l.empty() && !yield(l, nil) {
				return
			}
		}
	}
}

// unwrap takes a code out of the shells people give it so that Excel leaves it alone: ="0123".
func unwrap(s string) string {
	s = strings.ReplaceAll(s, "\x00", "")
	if t := strings.TrimSpace(s); strings.HasPrefix(t, `="`) && strings.HasSuffix(t, `"`) && len(t) > 3 {
		return t[2 : len(t)-1]
	}
	return s
}
