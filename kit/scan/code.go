package scan

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/draw"
)

// Sizes of the picture kept of a page.
const (
	shownSide = 1600 // longer side, pixels
	quality   = 70
)

var hard = map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}

// find looks for a wanted code in the whole page at two sizes, then in its corners, where a
// small code stands out. turned is by how many quarters, clockwise, the page lies wrong.
func find(img image.Image, wanted func(string) bool) (code string, turned int, ok bool) {
	grey := fit(img, 2600)
	for _, g := range []*image.Gray{grey, fit(grey, 1500)} {
		if code, turned, ok = read(g, wanted); ok {
			return code, turned, true
		}
	}
	b := grey.Bounds()
	w, h := b.Dx()*2/5, b.Dy()*2/5
	for _, at := range []image.Point{{b.Dx() - w, 0}, {0, 0}, {0, b.Dy() - h}, {b.Dx() - w, b.Dy() - h}} {
		part := enlarge(grey, image.Rect(at.X, at.Y, at.X+w, at.Y+h))
		if code, turned, ok = read(part, wanted); ok {
			return code, turned, true
		}
	}
	return "", 0, false
}

func read(g *image.Gray, wanted func(string) bool) (code string, turned int, ok bool) {
	source := gozxing.NewLuminanceSourceFromImage(g)
	for _, way := range []func(gozxing.LuminanceSource) gozxing.Binarizer{gozxing.NewHybridBinarizer, gozxing.NewGlobalHistgramBinarizer} {
		bits, err := gozxing.NewBinaryBitmap(way(source))
		if err != nil {
			continue
		}
		r, err := qrcode.NewQRCodeReader().Decode(bits, hard)
		if err == nil && wanted(r.GetText()) {
			return r.GetText(), quarters(r.GetResultPoints()), true
		}
	}
	return "", 0, false
}

// quarters tells from the corners of a code (bottom left, top left, top right) how it lies.
func quarters(p []gozxing.ResultPoint) int {
	if len(p) < 3 {
		return 0
	}
	dx, dy := p[2].GetX()-p[1].GetX(), p[2].GetY()-p[1].GetY()
	return (int(math.Round(math.Atan2(dy, dx)/(math.Pi/2))) + 4) % 4
}

// upright turns img back by so many quarters.
func upright(img image.Image, turned int) image.Image {
	if turned == 0 {
		return img
	}
	src := fit(img, shownSide*2)
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	if turned != 2 {
		w, h = h, w
	}
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			switch turned {
			case 1:
				out.SetGray(x, y, src.GrayAt(w0(src)-1-y, x))
			case 2:
				out.SetGray(x, y, src.GrayAt(w-1-x, h-1-y))
			default:
				out.SetGray(x, y, src.GrayAt(y, h0(src)-1-x))
			}
		}
	}
	return out
}

func w0(g *image.Gray) int { return g.Bounds().Dx() }
func h0(g *image.Gray) int { return g.Bounds().Dy() }

// fit draws img in grey, no side longer than side.
func fit(img image.Image, side int) *image.Gray {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if l := max(w, h); l > side {
		w, h = max(1, w*side/l), max(1, h*side/l)
	}
	out := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(out, out.Bounds(), img, b, draw.Over, nil)
	return out
}

func enlarge(g *image.Gray, part image.Rectangle) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, part.Dx()*2, part.Dy()*2))
	draw.BiLinear.Scale(out, out.Bounds(), g, part, draw.Src, nil)
	return out
}

// JPEG is the page as it is kept and shown: grey, longer side at most 1600 pixels.
func (p Page) JPEG() ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, fit(p.Image, shownSide), &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

// Draw draws text as a QR code, with its quiet zone, for sheets that are made as pictures.
func Draw(text string, side int) (image.Image, error) {
	bits, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, side, side, nil)
	if err != nil {
		return nil, err
	}
	return bits, nil
}
