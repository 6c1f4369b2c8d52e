package sheet

import (
	"slices"
	"strings"

	"anbiao/kit/fault"
	"anbiao/kit/text"
)

// Fault returns a CellFault for a cell of this table, for what the caller found wrong: an
// unknown division, a person met twice. An empty column means the row.
func (t *Table) Fault(row int, column string, e *fault.Error) CellFault {
	f := CellFault{Row: row, Column: column, Code: e.Code, Params: e.Params}
	if place, ok := t.Places[column]; ok {
		f.Cell = cellName(place, row)
	}
	return f
}

// Say puts a fault in words, its column's title first: 行业：只能填…
func Say(l text.Lang, columns []Column, f CellFault) string {
	params := fault.Params{}
	title := ""
	if i := slices.IndexFunc(columns, func(c Column) bool { return c.Key == f.Column }); i >= 0 {
		title = columns[i].Title[l]
		params["allowed"] = allowed(l, columns[i])
	}
	for k, v := range f.Params {
		params[k] = v
	}
	sentence := text.Say(l, f.Code, params)
	if title == "" {
		return sentence
	}
	return text.Say(l, "sheet.cell", fault.Params{"column": title, "sentence": sentence})
}

const allowedMost = 12

func allowed(l text.Lang, c Column) string {
	var titles []string
	for _, o := range c.Choices {
		if len(titles) == allowedMost {
			titles = append(titles, "…")
			break
		}
		titles = append(titles, o.Title[l])
	}
	if l == text.Chinese {
		return strings.Join(titles, "、")
	}
	return strings.Join(titles, ", ")
}
