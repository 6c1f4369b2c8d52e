package doc

import (
	"slices"
	"strings"
)

// Column is a column of a table.
type Column struct {
	Title string
	Width float64 // 0: an equal share of what the others leave
	Align string  // "L" (the default), "C", "R"
	// Fill is the colour behind a cell by its text; nil or false: none.
	Fill func(text string) (Colour, bool)
}

const (
	cell = 9.0  // type of tables
	line = 4.6  // height of a line of it
	pad  = 1.0  // above and below the text of a row
	head = 0xF0 // grey behind the header
)

// Table draws rows below a header that every page repeats. Rows grow with their text; one
// that is higher than a page is cut into pieces.
func (d *Doc) Table(columns []Column, rows [][]string) {
	widths := d.share(columns)
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.Title
	}
	d.pdf.SetFont(family, "", cell)
	header := func() {
		d.pdf.SetFillColor(head, head, head)
		d.row(widths, columns, d.cells(widths, titles), true)
	}
	d.room(4 * (line + 2*pad))
	header()
	for _, r := range rows {
		for piece := range slices.Chunk(d.transposed(widths, r), d.tallest()) {
			d.pdf.SetFont(family, "", cell)
			if d.room(float64(len(piece))*line + 2*pad) {
				d.pdf.SetFont(family, "", cell)
				header()
			}
			d.row(widths, columns, upright(piece, len(columns)), false)
		}
	}
	d.pdf.SetFont(family, "", body)
	d.Gap(3)
}

func (d *Doc) share(columns []Column) []float64 {
	rest, open := d.Width(), 0.0
	for _, c := range columns {
		if rest -= c.Width; c.Width == 0 {
			open++
		}
	}
	widths := make([]float64, len(columns))
	for i, c := range columns {
		if widths[i] = c.Width; c.Width == 0 {
			widths[i] = max(rest/open, 8)
		}
	}
	return widths
}

// tallest is how many lines a row may have on a page.
func (d *Doc) tallest() int {
	_, h := d.pdf.GetPageSize()
	return max(int((h-2*margin-6*line)/line), 1)
}

func (d *Doc) cells(widths []float64, texts []string) [][]string {
	out := make([][]string, len(widths))
	for i := range widths {
		if i < len(texts) {
			out[i] = d.wrap(texts[i], widths[i])
		}
	}
	return out
}

// transposed lists a row's lines of text, each across all columns.
func (d *Doc) transposed(widths []float64, texts []string) [][]string {
	cells := d.cells(widths, texts)
	n := 1
	for _, c := range cells {
		n = max(n, len(c))
	}
	out := make([][]string, n)
	for i := range out {
		out[i] = make([]string, len(widths))
		for j, c := range cells {
			if i < len(c) {
				out[i][j] = c[i]
			}
		}
	}
	return out
}

// upright turns lines back into cells.
func upright(lines [][]string, columns int) [][]string {
	out := make([][]string, columns)
	for _, l := range lines {
		for j, s := range l {
			out[j] = append(out[j], s)
		}
	}
	for j, c := range out {
		for len(c) > 0 && c[len(c)-1] == "" {
			c = c[:len(c)-1]
		}
		out[j] = c
	}
	return out
}

func (d *Doc) row(widths []float64, columns []Column, cells [][]string, filled bool) {
	n := 1
	for _, c := range cells {
		n = max(n, len(c))
	}
	height := float64(n)*line + 2*pad
	x, y := margin, d.pdf.GetY()
	for i, w := range widths {
		style := "D"
		if filled {
			style = "FD"
		}
		if c, ok := columns[i].colour(cells[i], filled); ok {
			d.pdf.SetFillColor(int(c.R), int(c.G), int(c.B))
			style = "FD"
		}
		d.pdf.Rect(x, y, w, height, style)
		align := columns[i].Align
		if filled {
			align = "C"
		}
		top := y + pad
		if filled || align == "C" {
			top = y + (height-float64(len(cells[i]))*line)/2
		}
		for j, s := range cells[i] {
			d.pdf.SetXY(x, top+float64(j)*line)
			d.pdf.CellFormat(w, line, s, "", 0, align, false, 0, "")
		}
		x += w
	}
	d.pdf.SetXY(margin, y+height)
}

// colour is that behind a cell; the heading keeps its own.
func (c Column) colour(lines []string, heading bool) (Colour, bool) {
	if heading || c.Fill == nil {
		return Colour{}, false
	}
	return c.Fill(strings.Join(lines, ""))
}

// Fields draws labels and values as a grid, two pairs a line.
func (d *Doc) Fields(pairs [][2]string) {
	label := 28.0
	value := (d.Width() - 2*label) / 2
	columns := []Column{{Width: label, Align: "C"}, {Width: value}, {Width: label, Align: "C"}, {Width: value}}
	widths := []float64{label, value, label, value}
	d.pdf.SetFont(family, "", cell)
	for two := range slices.Chunk(pairs, 2) {
		texts := []string{two[0][0], two[0][1], "", ""}
		if len(two) == 2 {
			texts[2], texts[3] = two[1][0], two[1][1]
		}
		cells := d.cells(widths, texts)
		n := 1
		for _, c := range cells {
			n = max(n, len(c))
		}
		if d.room(float64(n)*line + 2*pad) {
			d.pdf.SetFont(family, "", cell)
		}
		d.row(widths, columns, cells, false)
	}
	d.pdf.SetFont(family, "", body)
	d.Gap(3)
}
