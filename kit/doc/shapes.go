package doc

import (
	"codeberg.org/go-pdf/fpdf"
)

// Colour is a colour of the screen.
type Colour struct{ R, G, B uint8 }

// Hex reads a colour as #RRGGBB; anything else is black.
func Hex(s string) (c Colour) {
	if len(s) != 7 || s[0] != '#' {
		return c
	}
	part := func(at int) (n uint8) {
		for _, r := range s[at : at+2] {
			switch {
			case r >= '0' && r <= '9':
				n = n<<4 | uint8(r-'0')
			case r >= 'A' && r <= 'F':
				n = n<<4 | uint8(r-'A'+10)
			case r >= 'a' && r <= 'f':
				n = n<<4 | uint8(r-'a'+10)
			}
		}
		return n
	}
	return Colour{part(1), part(3), part(5)}
}

// FillAt fills a box and frames it.
func (d *Doc) FillAt(x, y, w, h float64, c Colour) {
	d.pdf.SetFillColor(int(c.R), int(c.G), int(c.B))
	d.pdf.Rect(x, y, w, h, "FD")
}

// ShapeAt fills the outline of some points and frames it; what lies below shows through as far
// as opacity, from 0 to 1, lets it.
func (d *Doc) ShapeAt(points [][2]float64, c Colour, opacity float64) {
	outline := make([]fpdf.PointType, len(points))
	for i, p := range points {
		outline[i] = fpdf.PointType{X: p[0], Y: p[1]}
	}
	d.pdf.SetFillColor(int(c.R), int(c.G), int(c.B))
	d.pdf.SetAlpha(opacity, "Normal")
	d.pdf.Polygon(outline, "F")
	d.pdf.SetAlpha(1, "Normal")
	d.pdf.Polygon(outline, "D")
}

// CentreAt writes one line centred on x, with y at its middle.
func (d *Doc) CentreAt(x, y, points float64, s string) {
	d.aside(func() {
		d.pdf.SetFont(family, "", points)
		s = clean(s)
		w, h := d.pdf.GetStringWidth(s)+2, points*0.5
		d.pdf.SetXY(x-w/2, y-h/2)
		d.pdf.CellFormat(w, h, s, "", 0, "C", false, 0, "")
	})
}

// Size is the size of the page.
func (d *Doc) Size() (w, h float64) { return d.pdf.GetPageSize() }
