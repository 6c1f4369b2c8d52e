package sheet

import (
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"anbiao/kit/day"
	"anbiao/kit/text"
)

// Record is one row to write: its hidden key, which an import of the same file finds it
// by, and its values in canonical form, in the order of the columns.
type Record struct {
	Key    string
	Values []string
}

// Export writes a list as xlsx: codes as text, real dates and numbers, the heading frozen and
// repeated on each page, A4 across, the keys in a hidden last column. It streams: rows may be
// a cursor. An error of rows ends it and is returned.
func Export(w io.Writer, columns []Column, rows iter.Seq2[Record, error], l text.Lang) error {
	return write(w, func(f *excelize.File, s styles) error {
		p, err := newPage(f, text.Say(l, "sheet.data", nil), s)
		if err != nil {
			return err
		}
		if err := p.exportHeading(columns, l); err != nil {
			return err
		}
		line := make([]any, len(columns)+1)
		for r, err := range rows {
			if err != nil {
				return err
			}
			for i, c := range columns {
				line[i] = nil
				if i < len(r.Values) {
					line[i] = s.cell(c, r.Values[i], l)
				}
			}
			line[len(columns)] = s.text(r.Key)
			if err := p.row(line); err != nil {
				return err
			}
		}
		return p.w.Flush()
	})
}

func (p *page) exportHeading(columns []Column, l text.Lang) error {
	titles := make([]string, 0, len(columns)+1)
	for i, c := range columns {
		titles = append(titles, c.Title[l])
		if err := p.w.SetColWidth(i+1, i+1, c.width(l)); err != nil {
			return err
		}
	}
	hidden := len(columns) + 1
	if err := p.w.SetColVisible(hidden, hidden, false); err != nil {
		return err
	}
	return p.heading(append(titles, keyHeader))
}

// write makes a workbook, lets fill do its work and writes it; temporary files go in any case.
func write(w io.Writer, fill func(*excelize.File, styles) error) (err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	s, err := newStyles(f)
	if err != nil {
		return err
	}
	if err := fill(f, s); err != nil {
		return err
	}
	return f.Write(w)
}

// styles are the looks of cells.
type styles struct{ head, need, words, code, number, decimal, date, bad, note int }

func newStyles(f *excelize.File) (s styles, err error) {
	dateForm := "yyyy-mm-dd"
	grid := []excelize.Border{
		{Type: "left", Color: "BFBFBF", Style: 1},
		{Type: "right", Color: "BFBFBF", Style: 1},
		{Type: "top", Color: "BFBFBF", Style: 1},
		{Type: "bottom", Color: "BFBFBF", Style: 1},
	}
	fill := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	top := &excelize.Alignment{Vertical: "center", WrapText: true}
	head := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	for _, one := range []struct {
		id    *int
		style excelize.Style
	}{
		{&s.head, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill("DDEBF7"), Border: grid, Alignment: head, NumFmt: 49}},
		{&s.need, excelize.Style{Font: &excelize.Font{Bold: true, Color: "C00000"}, Fill: fill("DDEBF7"), Border: grid, Alignment: head, NumFmt: 49}},
		{&s.words, excelize.Style{Border: grid, Alignment: top}},
		{&s.code, excelize.Style{Border: grid, Alignment: top, NumFmt: 49}},
		{&s.number, excelize.Style{Border: grid, NumFmt: 1}},
		{&s.decimal, excelize.Style{Border: grid}},
		{&s.date, excelize.Style{Border: grid, CustomNumFmt: &dateForm}},
		{&s.bad, excelize.Style{Border: grid, Alignment: top, Fill: fill("FFC7CE"), NumFmt: 49}},
		{&s.note, excelize.Style{Border: grid, Alignment: top, Font: &excelize.Font{Color: "9C0006"}}},
	} {
		if *one.id, err = f.NewStyle(&one.style); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s styles) text(v string) excelize.Cell {
	return excelize.Cell{StyleID: s.code, Value: written(v)}
}

// written is a harmless text as the value of a cell. What looks like an escaped sign (_x000D_) is cut into runs that do not:
// two that share a line (_x000D_x000D_) would not be escaped both.
func written(v string) any {
	v = Guard(v)
	if !escaped.MatchString(v) {
		return v
	}
	parts := strings.Split(v, "_x")
	runs := make([]excelize.RichTextRun, len(parts))
	for i, part := range parts {
		if i > 0 {
			part = "x" + part
		}
		if i < len(parts)-1 {
			part += "_"
		}
		runs[i].Text = part
	}
	return runs
}

// cell writes a canonical value so that Excel shows it right and gives it back unchanged.
func (s styles) cell(c Column, v string, l text.Lang) excelize.Cell {
	switch c.Kind {
	case Int, Decimal:
		if out, ok := s.numeral(c.Kind, v); ok {
			return out
		}
	case Date:
		if d, err := day.Parse(v); err == nil && d.Year() >= 1900 {
			return excelize.Cell{StyleID: s.date, Value: d.Midnight(time.UTC)}
		}
	case Choice:
		for _, o := range c.Choices {
			if o.Value == v {
				return excelize.Cell{StyleID: s.words, Value: written(o.Title[l])}
			}
		}
	case Text:
		return excelize.Cell{StyleID: s.words, Value: written(v)}
	case Code:
	}
	return s.text(v)
}

// numeral refuses what has more digits than Excel keeps.
func (s styles) numeral(k Kind, v string) (excelize.Cell, bool) {
	if len(v) == 0 || len(v) > 15 {
		return excelize.Cell{}, false
	}
	if k == Int {
		n, err := strconv.ParseInt(v, 10, 64)
		return excelize.Cell{StyleID: s.number, Value: n}, err == nil
	}
	n, err := strconv.ParseFloat(v, 64)
	return excelize.Cell{StyleID: s.decimal, Value: n}, err == nil
}

func (c Column) width(l text.Lang) float64 {
	if c.Width > 0 {
		return c.Width
	}
	w := 14.0
	switch c.Kind {
	case Code:
		w = 22
	case Text:
		w = 24
	default: // numbers, dates and choices are short
	}
	return max(w, float64(len(c.Title[l]))*0.8)
}

// page is one sheet being written.
type page struct {
	w      *excelize.StreamWriter
	styles styles
	rows   int
}

// newPage makes the first sheet of f: A4 across, as wide as the paper, heading frozen and
// repeated in print.
func newPage(f *excelize.File, name string, s styles) (*page, error) {
	const first = "Sheet1"
	if err := f.SetSheetName(first, name); err != nil {
		return nil, err
	}
	yes, a4, across, wide, endless := true, 9, "landscape", 1, 0
	if err := f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return nil, err
	}
	layout := excelize.PageLayoutOptions{Size: &a4, Orientation: &across, FitToWidth: &wide, FitToHeight: &endless}
	if err := f.SetPageLayout(name, &layout); err != nil {
		return nil, err
	}
	if err := f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$1:$1", name), Scope: name,
	}); err != nil {
		return nil, err
	}
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	return &page{w: w, styles: s}, w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func (p *page) heading(titles []string) error {
	line := make([]any, len(titles))
	for i, t := range titles {
		line[i] = excelize.Cell{StyleID: p.styles.head, Value: Guard(t)}
	}
	return p.row(line)
}

func (p *page) row(line []any) error {
	p.rows++
	return p.w.SetRow("A"+strconv.Itoa(p.rows), line)
}
