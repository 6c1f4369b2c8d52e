// Package stamp draws a bar of text with a QR code on the lower edge of a picture: the watermark of
// a photo. Chinese glyphs come from the embedded font; sizes follow the width of the picture, so
// that the text can be read on a phone.
package stamp

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"sync"

	"github.com/skip2/go-qrcode"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"anbiao/kit/doc"
)

// Mark is what a bar says.
type Mark struct {
	Lines []string // each is wrapped where it is too long
	Code  string   // below the QR code
	QR    string   // what the QR code holds, usually an address
}

// Measures, as parts of the width of a picture.
const (
	typeSize  = 0.022 // height of the type
	smallest  = 11.0  // pixels; below it glyphs run together
	leading   = 1.32
	qrSide    = 0.13 // of the QR code, at least one module a pixel
	maxHeight = 0.6  // of the picture: what is more is cut off
)

// veil darkens what lies under the text, which stays recognisable.
var veil = color.RGBA{0, 0, 0, 148}

// Draw draws m on the lower edge of img and returns the upper edge of the bar.
func Draw(img *image.RGBA, m Mark) (top int, err error) {
	b := img.Bounds()
	size := max(smallest, float64(b.Dx())*typeSize)
	p, err := newPen(size)
	if err != nil {
		return 0, err
	}
	defer func() { _ = p.face.Close() }()
	pad := int(size * 0.6)
	code, err := qrOf(m.QR, int(float64(b.Dx())*qrSide))
	if err != nil {
		return 0, err
	}
	side := 0
	if code != nil {
		side = max(code.Bounds().Dx(), p.width(m.Code))
	}
	step := int(size * leading)
	lines := p.wrap(m.Lines, max(b.Dx()-side-3*pad, step))
	height := max(len(lines)*step, side0(code)+step) + 2*pad
	height = min(height, int(float64(b.Dy())*maxHeight))
	top = b.Max.Y - height
	bar := image.Rect(b.Min.X, top, b.Max.X, b.Max.Y)
	draw.Draw(img, bar, image.NewUniform(veil), image.Point{}, draw.Over)
	p.on = img.SubImage(bar).(*image.RGBA) //nolint:errcheck,forcetypeassert // the sub-image of an RGBA is one
	for i, line := range lines {
		p.write(line, b.Min.X+pad, top+pad+(i+1)*step-step/4)
	}
	if code != nil {
		x, y := b.Max.X-pad-side, top+pad
		draw.Draw(p.on, code.Bounds().Add(image.Pt(x+(side-code.Bounds().Dx())/2, y)), code, image.Point{}, draw.Src)
		p.write(m.Code, x+(side-p.width(m.Code))/2, y+code.Bounds().Dy()+step-step/4)
	}
	return top, nil
}

func side0(code image.Image) int {
	if code == nil {
		return 0
	}
	return code.Bounds().Dy()
}

// qrOf draws text as a QR code with its quiet zone, about side pixels wide: whole pixels a module.
func qrOf(text string, side int) (image.Image, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no code, and nothing is wrong
	}
	q, err := qrcode.New(text, qrcode.Low)
	if err != nil {
		return nil, fmt.Errorf("stamp: QR code: %w", err)
	}
	n := len(q.Bitmap())
	return q.Image(n * max(2, side/n)), nil
}

// parsed is the font, read once.
var parsed = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(doc.Font()) })

// pen writes in one size. A face keeps buffers, so each picture has its own.
type pen struct {
	face font.Face
	on   draw.Image
}

func newPen(size float64) (*pen, error) {
	f, err := parsed()
	if err != nil {
		return nil, fmt.Errorf("stamp: font: %w", err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("stamp: font: %w", err)
	}
	return &pen{face: face}, nil
}

func (p *pen) width(s string) int { return font.MeasureString(p.face, s).Ceil() }

func (p *pen) write(s string, x, y int) {
	d := font.Drawer{Dst: p.on, Src: image.White, Face: p.face, Dot: fixed.P(x, y)}
	d.DrawString(s)
}

// closing signs must not begin a line (GB/T 15834-2011).
const closing = "，。、；：！？）》」』】〉”’…%℃°,.;:!?)]}"

// wrap breaks lines at width: between any two Chinese characters, but not before a closing sign.
func (p *pen) wrap(lines []string, width int) (out []string) {
	for _, line := range lines {
		runes := []rune(line)
		from, used := 0, fixed.Int26_6(0)
		for i := 0; i < len(runes); i++ {
			w, ok := p.face.GlyphAdvance(runes[i])
			if !ok {
				runes[i] = '〓'
				w, _ = p.face.GlyphAdvance('〓')
			}
			if used += w; used.Ceil() <= width || i == from {
				continue
			}
			if i-1 > from && isClosing(runes[i]) {
				i--
			}
			out = append(out, string(runes[from:i]))
			from, used = i, 0
			i--
		}
		out = append(out, string(runes[from:]))
	}
	return out
}

func isClosing(r rune) bool {
	for _, c := range closing {
		if c == r {
			return true
		}
	}
	return false
}
