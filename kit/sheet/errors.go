package sheet

import (
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"anbiao/kit/seal"
	"anbiao/kit/text"
)

// WriteErrors writes the rows of t that have a fault, as they were, the bad cells coloured and
// what is wrong with them in one more column behind: to be mended and imported again.
// Codes are text in it, so that they survive this time.
func WriteErrors(w io.Writer, t *Table, faults []CellFault, l text.Lang) error {
	byRow := map[int][]CellFault{}
	for _, f := range faults {
		byRow[f.Row] = append(byRow[f.Row], f)
	}
	return write(w, func(f *excelize.File, s styles) error {
		p, err := newPage(f, text.Say(l, "sheet.errors", nil), s)
		if err != nil {
			return err
		}
		if err := p.errorHeading(t, l); err != nil {
			return err
		}
		for line, err := range t.lines() {
			if err != nil {
				return err
			}
			if bad := byRow[line.number]; len(bad) > 0 {
				if err := p.row(t.marked(line, bad, s, l)); err != nil {
					return err
				}
			}
		}
		return p.w.Flush()
	})
}

func (p *page) errorHeading(t *Table, l text.Lang) error {
	last := len(t.Headers) + 1
	if err := p.w.SetColWidth(1, last, 18); err != nil {
		return err
	}
	if err := p.w.SetColWidth(last, last, 60); err != nil {
		return err
	}
	if t.key >= 0 {
		if err := p.w.SetColVisible(t.key+1, t.key+1, false); err != nil {
			return err
		}
	}
	return p.heading(append(slices.Clone(t.Headers), text.Say(l, "sheet.errors", nil)))
}

// marked is a row of the error file.
func (t *Table) marked(line line, bad []CellFault, s styles, l text.Lang) []any {
	out := make([]any, len(t.Headers)+1)
	for place := range t.Headers {
		out[place] = t.original(line.at(place), place, s, l)
	}
	var sentences []string
	for _, f := range bad {
		sentences = append(sentences, Say(l, t.columns, f))
		if place, ok := t.Places[f.Column]; ok {
			out[place] = excelize.Cell{StyleID: s.bad, Value: Guard(t.open(place, line.at(place).text))}
		}
	}
	out[len(t.Headers)] = excelize.Cell{StyleID: s.note, Value: Guard(strings.Join(sentences, "\n"))}
	return out
}

// original gives a good cell back in the form of its column, and any other as text.
func (t *Table) original(v cell, place int, s styles, l text.Lang) any {
	if v.kind == none {
		return nil
	}
	if t.secret(place) {
		return s.text(seal.Mask(shown(v)))
	}
	for _, c := range t.columns {
		if p, ok := t.Places[c.Key]; !ok || p != place {
			continue
		}
		if value, err := c.read(v, t.grid.from1904()); err == nil {
			return s.cell(c, value, l)
		}
	}
	if v.kind == number {
		return s.text(shown(v))
	}
	return s.text(Unguard(v.text))
}

// secret reports whether a column holds personal numbers.
func (t *Table) secret(place int) bool {
	return slices.ContainsFunc(t.columns, func(c Column) bool {
		p, ok := t.Places[c.Key]
		return ok && p == place && c.Secret
	})
}

// open is a value as it may be read by whoever gets hold of the file.
func (t *Table) open(place int, value string) string {
	if t.secret(place) {
		return seal.Mask(value)
	}
	return value
}
