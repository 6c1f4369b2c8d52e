// Package doc makes printed documents: PDF pages that flow, with Chinese text, tables, QR and
// bar codes. Lengths are millimetres, type sizes points.
package doc

import (
	"bytes"
	_ "embed" // the font
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

//go:embed font/wqy-microhei-gbk.ttf
var font []byte

const (
	family = "hei"
	margin = 15.0 // on every side
	body   = 10.5 // 五号, the size of office documents
	pages  = "{pages}"
)

// Options describe a document as a whole.
type Options struct {
	Size      string // "A4" (the default), "A3", "A5"
	Landscape bool
	Title     string // in the file's properties
	Footer    string // below every page, before its number
	// Made is printed into the file's properties; two documents made at one time of the same
	// content are the same bytes.
	Made time.Time
	Bare bool // no footer, as on sheets of labels
}

// Doc is a document in the making. What is drawn beyond the end of a page goes to the next.
// An error stays and comes out of Write.
type Doc struct {
	pdf    *fpdf.Fpdf
	onPage []func(page int)
	images int
}

// New starts a document with its first page.
func New(o Options) *Doc {
	size, way := o.Size, "P"
	if size == "" {
		size = "A4"
	}
	if o.Landscape {
		way = "L"
	}
	d := &Doc{pdf: fpdf.New(way, "mm", size, "")}
	d.pdf.AddUTF8FontFromBytes(family, "", font)
	d.pdf.SetTitle(clean(o.Title), true)
	d.pdf.SetCreationDate(o.Made)
	d.pdf.SetModificationDate(o.Made)
	d.pdf.SetCatalogSort(true)
	d.pdf.SetMargins(margin, margin, margin)
	d.pdf.SetAutoPageBreak(false, margin)
	d.pdf.AliasNbPages(pages)
	d.pdf.SetFooterFunc(func() {
		if o.Bare {
			return
		}
		d.pdf.SetXY(margin, -margin+4)
		d.pdf.SetFont(family, "", 8)
		d.pdf.CellFormat(0, 5, strings.TrimSpace(fmt.Sprintf("%s  %d / %s", clean(o.Footer), d.pdf.PageNo(), pages)), "", 0, "C", false, 0, "")
	})
	d.Break()
	return d
}

// OnPage lets draw put something on every page, beginning with the current one.
func (d *Doc) OnPage(draw func(page int)) {
	d.onPage = append(d.onPage, draw)
	d.aside(func() { draw(d.pdf.PageNo()) })
}

// Page is the number of the current page, from 1.
func (d *Doc) Page() int { return d.pdf.PageNo() }

// Break goes to a new page.
func (d *Doc) Break() {
	d.pdf.AddPage()
	d.pdf.SetFont(family, "", body)
	d.aside(func() {
		for _, draw := range d.onPage {
			draw(d.pdf.PageNo())
		}
	})
}

// aside draws without moving the flow.
func (d *Doc) aside(draw func()) {
	x, y := d.pdf.GetXY()
	size, _ := d.pdf.GetFontSize()
	draw()
	d.pdf.SetFont(family, "", size)
	d.pdf.SetXY(x, y)
}

// room goes to a new page unless height is left on this one.
func (d *Doc) room(height float64) bool {
	_, h := d.pdf.GetPageSize()
	if d.pdf.GetY()+height <= h-margin || d.pdf.GetY() <= margin {
		return false
	}
	d.Break()
	return true
}

// Width is the width between the margins.
func (d *Doc) Width() float64 {
	w, _ := d.pdf.GetPageSize()
	return w - 2*margin
}

// Y is how far down the page the flow is.
func (d *Doc) Y() float64 { return d.pdf.GetY() }

// Left is the height left on the page.
func (d *Doc) Left() float64 {
	_, h := d.pdf.GetPageSize()
	return h - margin - d.pdf.GetY()
}

// Gap leaves some height free.
func (d *Doc) Gap(mm float64) { d.pdf.SetY(d.pdf.GetY() + mm) }

// Title is the name of the document, large and centred.
func (d *Doc) Title(s string) { d.lines(s, 18, "C", 3) }

// Heading is the name of a part.
func (d *Doc) Heading(s string) {
	d.room(20)
	d.Gap(2)
	d.lines(s, 13, "L", 1)
}

// Para is a paragraph; a new line in s begins a new line.
func (d *Doc) Para(s string) { d.lines(s, body, "L", 1.5) }

// Small is a remark in small type.
func (d *Doc) Small(s string) { d.lines(s, 8.5, "L", 1) }

func (d *Doc) lines(s string, points float64, align string, after float64) {
	d.pdf.SetFont(family, "", points)
	height := points * 0.55
	for _, line := range d.wrap(s, d.Width()) {
		if d.room(height) {
			d.pdf.SetFont(family, "", points)
		}
		d.pdf.SetX(margin)
		d.pdf.CellFormat(d.Width(), height, line, "", 1, align, false, 0, "")
	}
	d.pdf.SetFont(family, "", body)
	d.Gap(after)
}

// TextAt writes one line with its upper left corner at x, y.
func (d *Doc) TextAt(x, y, points float64, s string) {
	d.aside(func() {
		d.pdf.SetFont(family, "", points)
		d.pdf.SetXY(x, y)
		d.pdf.CellFormat(0, points*0.5, clean(s), "", 0, "L", false, 0, "")
	})
}

// BoxAt writes a text wrapped into a box of width w from x, y down, and returns its height.
func (d *Doc) BoxAt(x, y, w, points float64, s string) (height float64) {
	d.aside(func() {
		d.pdf.SetFont(family, "", points)
		for _, line := range d.wrap(s, w) {
			d.pdf.SetXY(x, y+height)
			d.pdf.CellFormat(w, points*0.5, line, "", 0, "L", false, 0, "")
			height += points * 0.5
		}
	})
	return height
}

// RectAt draws the frame of a box.
func (d *Doc) RectAt(x, y, w, h float64) { d.pdf.Rect(x, y, w, h, "D") }

// Write writes the file.
func (d *Doc) Write(w io.Writer) error {
	if err := d.pdf.Output(w); err != nil {
		return fmt.Errorf("doc: %w", err)
	}
	return nil
}

// Bytes is the file.
func (d *Doc) Bytes() ([]byte, error) {
	var b bytes.Buffer
	err := d.Write(&b)
	return b.Bytes(), err
}
