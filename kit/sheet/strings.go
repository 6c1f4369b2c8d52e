package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// readStrings reads the shared strings, rich text joined, phonetic readings left out.
func (b *book) readStrings() ([]string, error) {
	if b.shared == "" || b.parts[b.shared] == nil {
		return nil, nil
	}
	r, err := b.open(b.shared, maxStrings)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	d := decoder(r)
	var all []string
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, unreadable(err)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "si" {
			s, err := readRich(d, "si")
			if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
	}
}

// readRich reads the text up to the end of element name: its t elements outside rPh, each with escapes of its own.
func readRich(d *xml.Decoder, name string) (string, error) {
	var out, part strings.Builder
	text, phonetic := false, false
	for {
		tok, err := d.RawToken()
		if err != nil {
			return "", unreadable(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			text = e.Name.Local == "t"
			phonetic = phonetic || e.Name.Local == "rPh"
		case xml.CharData:
			if text && !phonetic && out.Len()+part.Len() < 4*maxCell {
				part.Write(e)
			}
		case xml.EndElement:
			text = false
			switch e.Name.Local {
			case name:
				return out.String(), nil
			case "t":
				out.WriteString(unescape(part.String()))
				part.Reset()
			case "rPh":
				phonetic = false
			}
		}
	}
}

// readValue reads the characters up to the end of element name.
func readValue(d *xml.Decoder, name string) (string, error) {
	var out strings.Builder
	for {
		tok, err := d.RawToken()
		if err != nil {
			return "", unreadable(err)
		}
		switch e := tok.(type) {
		case xml.CharData:
			if out.Len() < 4*maxCell {
				out.Write(e)
			}
		case xml.EndElement:
			if e.Name.Local == name {
				return out.String(), nil
			}
		}
	}
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescape undoes the way xlsx writes signs that XML cannot hold: _x000D_.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped.ReplaceAllStringFunc(s, func(m string) string {
		n, err := strconv.ParseUint(m[2:6], 16, 16)
		if err != nil || n == 0 {
			return ""
		}
		return string(rune(n))
	})
}
