package sheet

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"anbiao/kit/text"
)

const (
	templateRows = 5000     // rows that have dropdowns
	listSheet    = "_lists" // hidden: inline dropdowns hold 255 characters only
)

// Template writes an empty list to fill in: required headings in red, text format for codes,
// dropdowns for choices, one sample row that Rows leaves out, and a second sheet that explains
// each column. The sample holds canonical values by column key; nil leaves the row out.
func Template(w io.Writer, columns []Column, sample map[string]string, l text.Lang) error {
	return write(w, func(f *excelize.File, s styles) error {
		name := text.Say(l, "sheet.data", nil)
		p, err := newPage(f, name, s)
		if err != nil {
			return err
		}
		if err := dropdowns(f, name, columns, l); err != nil {
			return err
		}
		if err := p.blank(columns, sample, l); err != nil {
			return err
		}
		if err := p.w.Flush(); err != nil {
			return err
		}
		return guide(f, s, columns, l)
	})
}

func (p *page) blank(columns []Column, sample map[string]string, l text.Lang) error {
	s := p.styles
	head, first := make([]any, len(columns)+1), make([]any, len(columns)+1)
	for i, c := range columns {
		style, format := s.head, s.words
		title := c.Title[l]
		if c.Required {
			style, title = s.need, title+"*"
		}
		if c.Kind == Code {
			format = s.code
		}
		head[i] = excelize.Cell{StyleID: style, Value: Guard(title)}
		first[i] = s.cell(c, sample[c.Key], l)
		if err := p.w.SetColStyle(i+1, i+1, format); err != nil {
			return err
		}
		if err := p.w.SetColWidth(i+1, i+1, c.width(l)); err != nil {
			return err
		}
	}
	hidden := len(columns) + 1
	head[hidden-1], first[hidden-1] = s.text(keyHeader), s.text(sampleKey)
	if err := p.w.SetColVisible(hidden, hidden, false); err != nil {
		return err
	}
	if err := p.row(head); err != nil || sample == nil {
		return err
	}
	return p.row(first)
}

// dropdowns puts the choices on a hidden sheet and points the columns there. A Choice column
// refuses anything else; other kinds only suggest.
func dropdowns(f *excelize.File, name string, columns []Column, l text.Lang) error {
	made := false
	for i, c := range columns {
		if len(c.Choices) == 0 {
			continue
		}
		if !made {
			if _, err := f.NewSheet(listSheet); err != nil {
				return err
			}
			made = true
		}
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		titles := make([]string, len(c.Choices))
		for j, o := range c.Choices {
			titles[j] = Guard(o.Title[l])
		}
		if err := f.SetSheetCol(listSheet, column+"1", &titles); err != nil {
			return err
		}
		v := excelize.NewDataValidation(true)
		v.Sqref = fmt.Sprintf("%s2:%s%d", column, column, templateRows+1)
		v.SetSqrefDropList(fmt.Sprintf("%s!$%s$1:$%s$%d", listSheet, column, column, len(titles)))
		v.ShowErrorMessage = c.Kind == Choice
		if err := f.AddDataValidation(name, v); err != nil {
			return err
		}
	}
	if !made {
		return nil
	}
	return f.SetSheetVisible(listSheet, false, true)
}

// guide explains the columns on a sheet of its own.
func guide(f *excelize.File, s styles, columns []Column, l text.Lang) error {
	name := text.Say(l, "sheet.guide", nil)
	if _, err := f.NewSheet(name); err != nil {
		return err
	}
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for place, width := range []float64{24, 10, 16, 60} {
		if err := w.SetColWidth(place+1, place+1, width); err != nil {
			return err
		}
	}
	p := &page{w: w, styles: s}
	titles := make([]string, 0, 4)
	for _, code := range []string{"sheet.guide-column", "sheet.guide-required", "sheet.guide-kind", "sheet.guide-note"} {
		titles = append(titles, text.Say(l, code, nil))
	}
	if err := p.heading(titles); err != nil {
		return err
	}
	for _, c := range columns {
		required := ""
		if c.Required {
			required = text.Say(l, "sheet.guide-yes", nil)
		}
		notes := strings.TrimSpace(c.Note[l] + "\n" + allowed(l, c))
		line := []any{s.text(c.Title[l]), s.text(required), s.text(text.Say(l, kindTexts[c.Kind], nil)), s.text(notes)}
		if err := p.row(line); err != nil {
			return err
		}
	}
	return w.Flush()
}

// kindTexts name the kinds for people.
var kindTexts = map[Kind]string{
	Text: "sheet.kind-text", Code: "sheet.kind-code", Int: "sheet.kind-int",
	Decimal: "sheet.kind-decimal", Date: "sheet.kind-date", Choice: "sheet.kind-choice",
}
