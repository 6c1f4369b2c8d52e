package sheet

import (
	"io"

	"github.com/xuri/excelize/v2"

	"anbiao/kit/text"
)

// Leaf is one sheet of a workbook.
type Leaf struct {
	Name    string
	Columns []Column
	Rows    [][]string // canonical values in the order of the columns
}

// Workbook writes several lists into one file, a sheet each, each as Export writes one but without
// keys. Read finds a sheet by Mapping.Sheet.
func Workbook(w io.Writer, leaves []Leaf, l text.Lang) error {
	return write(w, func(f *excelize.File, s styles) error {
		for i, leaf := range leaves {
			if i > 0 {
				if _, err := f.NewSheet("Sheet1"); err != nil {
					return err
				}
			}
			if err := leaf.write(f, s, l); err != nil {
				return err
			}
		}
		return nil
	})
}

func (leaf Leaf) write(f *excelize.File, s styles, l text.Lang) error {
	p, err := newPage(f, leaf.Name, s)
	if err != nil {
		return err
	}
	titles := make([]string, len(leaf.Columns))
	for i, c := range leaf.Columns {
		titles[i] = c.Title[l]
		if err := p.w.SetColWidth(i+1, i+1, c.width(l)); err != nil {
			return err
		}
	}
	if err := p.heading(titles); err != nil {
		return err
	}
	for _, r := range leaf.Rows {
		line := make([]any, len(leaf.Columns))
		for i, c := range leaf.Columns {
			if i < len(r) && r[i] != "" {
				line[i] = s.cell(c, r[i], l)
			}
		}
		if err := p.row(line); err != nil {
			return err
		}
	}
	return p.w.Flush()
}
