package doc

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // pictures
	_ "image/png"
	"strconv"

	"codeberg.org/go-pdf/fpdf"
	"github.com/boombuler/barcode/code128"
	"github.com/skip2/go-qrcode"
)

// QRAt draws text as a QR code (ISO/IEC 18004, error correction M) with its quiet zone into
// a square.
func (d *Doc) QRAt(text string, x, y, size float64) {
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		d.pdf.SetError(fmt.Errorf("doc: QR code: %w", err))
		return
	}
	bits := q.Bitmap()
	dot := size / float64(len(bits))
	d.pdf.SetFillColor(0, 0, 0)
	for i, line := range bits {
		d.bars(line, x, y+float64(i)*dot, dot, dot)
	}
}

// QRRows are the lines of text as a QR code with its quiet zone, for a screen: 1 is dark. Empty for what is too long.
func QRRows(text string) []string {
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return []string{}
	}
	bits := q.Bitmap()
	rows := make([]string, len(bits))
	for i, line := range bits {
		for _, dark := range line {
			rows[i] += map[bool]string{true: "1", false: "0"}[dark]
		}
	}
	return rows
}

// BarcodeAt draws text, ASCII, as Code 128 (ISO/IEC 15417) into a box, its quiet zones inside.
func (d *Doc) BarcodeAt(text string, x, y, w, h float64) {
	b, err := code128.Encode(text)
	if err != nil {
		d.pdf.SetError(fmt.Errorf("doc: bar code: %w", err))
		return
	}
	const quiet = 10 // modules on each side
	n := b.Bounds().Dx()
	line := make([]bool, n)
	for i := range line {
		r, _, _, _ := b.At(i, 0).RGBA()
		line[i] = r == 0
	}
	dot := w / float64(n+2*quiet)
	d.pdf.SetFillColor(0, 0, 0)
	d.bars(line, x+quiet*dot, y, dot, h)
}

// bars fills the runs of dark modules of a line.
func (d *Doc) bars(line []bool, x, y, dot, h float64) {
	for i := 0; i < len(line); i++ {
		from := i
		for i < len(line) && line[i] {
			i++
		}
		if i > from {
			d.pdf.Rect(x+float64(from)*dot, y, float64(i-from)*dot, h, "F")
		}
	}
}

// ImageAt fits a PNG or JPEG into a box, keeping its shape, centred.
func (d *Doc) ImageAt(content []byte, x, y, w, h float64) {
	c, kind, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || c.Width == 0 || c.Height == 0 {
		d.pdf.SetError(fmt.Errorf("doc: picture: %w", err))
		return
	}
	scale := min(w/float64(c.Width), h/float64(c.Height))
	iw, ih := float64(c.Width)*scale, float64(c.Height)*scale
	d.images++
	o := fpdf.ImageOptions{ImageType: kind}
	name := strconv.Itoa(d.images)
	d.pdf.RegisterImageOptionsReader(name, o, bytes.NewReader(content))
	d.pdf.ImageOptions(name, x+(w-iw)/2, y+(h-ih)/2, iw, ih, false, o, 0, "")
}

// QRPNG is text as the picture of a QR code, size pixels wide, for a screen.
func QRPNG(text string, size int) ([]byte, error) {
	b, err := qrcode.Encode(text, qrcode.Medium, size)
	if err != nil {
		return nil, fmt.Errorf("doc: QR code: %w", err)
	}
	return b, nil
}
