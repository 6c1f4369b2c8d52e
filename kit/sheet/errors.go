package sheet

import (
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

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
			out[place] = excelize.Cell{StyleID: s.bad, Value: written(t.hidden(place, line.at(place).text))}
		}
	}
	out[len(t.Headers)] = excelize.Cell{StyleID: s.note, Value: written(strings.Join(sentences, "\n"))}
	return out
}

// original gives a good cell back in the form of its column, and any other as text.
func (t *Table) original(v cell, place int, s styles, l text.Lang) any {
	if v.kind == none {
		return nil
	}
	for _, c := range t.columns {
		if p, ok := t.Places[c.Key]; !ok || p != place {
			continue
		}
		if c.Mask != nil {
			return s.text(c.Mask(shown(v)))
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

// hidden is the text of a cell at a place without personal data.
func (t *Table) hidden(place int, text string) string {
	for _, c := range t.columns {
		if p, ok := t.Places[c.Key]; ok && p == place && c.Mask != nil {
			return c.Mask(text)
		}
	}
	return text
}
