// Package photo judges uploaded files by their content and makes pictures safe to show: each
// is decoded within limits, turned upright, made smaller and written anew as JPEG. Nothing
// of the sender's bytes reaches a reader that way: no position (GPS), no page hidden in a
// picture. The original is kept by its hash, as proof.
package photo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // decoder
	"runtime"
	"strconv"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // decoder

	"anbiao/kit/fault"
)

// Sizes of what is made, in pixels, and limits of what is taken.
const (
	DisplaySide = 1600       // longer side of the picture that is shown
	ThumbSide   = 320        // longer side of the thumbnail
	MaxPixels   = 50_000_000 // of a JPEG: phones make 48 and 50 million
	maxPlain    = 25_000_000 // of other kinds, which take up to 8 bytes a pixel
	maxSide     = 20_000
	quality     = 82
	thumbLooks  = 75
)

// What may be wrong with an uploaded file.
var (
	// ErrType: content of this {type} is not taken.
	ErrType = fault.New(fault.Unsupported, "photo.type")
	// ErrHEIC: the iPhone's own format, which browsers cannot show.
	ErrHEIC = fault.New(fault.Unsupported, "photo.heic")
	// ErrMacro: an Office file with macros.
	ErrMacro = fault.New(fault.Unsupported, "photo.macro")
	// ErrBroken: named a picture, but it cannot be decoded.
	ErrBroken = fault.New(fault.Unsupported, "photo.broken")
	// ErrPixels: more than {max} million pixels, or a side of more than 20,000.
	ErrPixels = fault.New(fault.TooLarge, "photo.pixels")
)

// Picture is what is kept of a picture beside its original.
type Picture struct {
	Type          Type
	SHA256        [sha256.Size]byte // of the original, as it was sent
	Display       []byte            // JPEG, upright, longer side at most DisplaySide
	Thumb         []byte            // JPEG, longer side at most ThumbSide
	Width, Height int               // of Display
}

// seats bounds how many pictures are decoded at once: each may take 200 MB for a moment, one of a phone's page 20.
var seats = make(chan struct{}, min(max(2, runtime.GOMAXPROCS(0)), 8))

// Process reads a whole picture. It waits its turn until ctx ends.
// Errors: ErrType, ErrHEIC, ErrBroken, ErrPixels.
func Process(ctx context.Context, original []byte) (Picture, error) {
	return ProcessMarked(ctx, original, nil)
}

// Paint draws on what will be shown of a picture; thumb was made of it before. What it refuses, is refused.
type Paint func(canvas *image.RGBA, thumb []byte) error

// ProcessMarked is Process with a paint, nil for none: a mark that is drawn before the picture is written for the first
// time costs a quarter of one drawn on the finished JPEG. Errors: ErrType, ErrHEIC, ErrBroken, ErrPixels, those of paint.
func ProcessMarked(ctx context.Context, original []byte, paint Paint) (Picture, error) {
	kind, err := Detect(original)
	if err != nil {
		return Picture{}, err
	}
	if !kind.Image {
		return Picture{}, ErrType.With("type", kind.MIME)
	}
	select {
	case seats <- struct{}{}:
		defer func() { <-seats }()
	case <-ctx.Done():
		return Picture{}, ctx.Err()
	}
	p := Picture{Type: kind, SHA256: sha256.Sum256(original)}
	return p, p.make(original, paint)
}

func (p *Picture) make(original []byte, paint Paint) error {
	img, err := decode(original)
	if err != nil {
		return err
	}
	display := upright(fit(img, DisplaySide), orientation(original))
	p.Width, p.Height = display.Bounds().Dx(), display.Bounds().Dy()
	if p.Thumb, err = encode(fit(display, ThumbSide), thumbLooks); err != nil {
		return err
	}
	if paint != nil {
		if err := paint(display, p.Thumb); err != nil {
			return err
		}
	}
	p.Display, err = encode(display, quality)
	return err
}

// decode refuses by the size the header claims, before a pixel is unpacked.
func decode(original []byte) (image.Image, error) {
	c, format, err := image.DecodeConfig(bytes.NewReader(original))
	if err != nil {
		return nil, ErrBroken.Because(err)
	}
	most := maxPlain
	if format == "jpeg" {
		most = MaxPixels
	}
	if c.Width <= 0 || c.Height <= 0 {
		return nil, ErrBroken.Because(errors.New("no pixels"))
	}
	if c.Width > maxSide || c.Height > maxSide || c.Width*c.Height > most {
		return nil, ErrPixels.With("max", strconv.Itoa(most/1_000_000))
	}
	img, _, err := image.Decode(bytes.NewReader(original))
	if err != nil {
		return nil, ErrBroken.Because(err)
	}
	return img, nil
}

// fit draws img on white, no side longer than side; small pictures keep their size. It
// halves until one step is left: each pixel is the mean of the four it comes from, which no
// fine pattern survives, and which needs a tenth of the memory of a filter over the whole.
func fit(img image.Image, side int) *image.RGBA {
	for longer(img) > 2*side {
		img = halve(img)
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if l := longer(img); l > side {
		w, h = max(1, w*side/l), max(1, h*side/l)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	op := draw.Src
	if o, ok := img.(interface{ Opaque() bool }); !ok || !o.Opaque() {
		draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
		op = draw.Over
	}
	if w == b.Dx() && h == b.Dy() { // what the phone page sends
		draw.Draw(out, out.Bounds(), img, b.Min, op)
	} else {
		draw.ApproxBiLinear.Scale(out, out.Bounds(), img, b, op, nil)
	}
	return out
}

// halve makes a picture of half the width and height, without a last odd row or column.
func halve(img image.Image) *image.RGBA {
	b := img.Bounds()
	half := image.NewRGBA(image.Rect(0, 0, max(1, b.Dx()/2), max(1, b.Dy()/2)))
	whole, ok := img.(*image.RGBA)
	if !ok || b.Dx() < 2 || b.Dy() < 2 {
		draw.ApproxBiLinear.Scale(half, half.Bounds(), img, b, draw.Src, nil)
		return half
	}
	for y := range half.Rect.Dy() { // a quarter of the time of the general way
		upper := whole.Pix[whole.PixOffset(b.Min.X, b.Min.Y+2*y):]
		lower := whole.Pix[whole.PixOffset(b.Min.X, b.Min.Y+2*y+1):]
		out := half.Pix[y*half.Stride : y*half.Stride+4*half.Rect.Dx()]
		for i := range out {
			at := i/4*8 + i%4
			out[i] = uint8((int(upper[at]) + int(upper[at+4]) + int(lower[at]) + int(lower[at+4]) + 2) / 4) //nolint:gosec // a mean of bytes
		}
	}
	return half
}

func longer(img image.Image) int { return max(img.Bounds().Dx(), img.Bounds().Dy()) }

func encode(img image.Image, q int) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: q}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
