package photo

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"math/bits"

	"github.com/corona10/goimagehash"
)

// plain is how little the brightness of a picture may vary (standard deviation, of 255) for its
// look to say anything: a dark frame looks like every other dark frame.
const plain = 6.0

// Look returns the perceptual hash (pHash, 64 bits) of a JPEG made by Process; pictures that look
// alike differ in few bits. ok is false for a picture without anything in it. Errors: ErrBroken.
func Look(thumb []byte) (hash uint64, ok bool, err error) {
	img, err := jpeg.Decode(bytes.NewReader(thumb))
	if err != nil {
		return 0, false, ErrBroken.Because(err)
	}
	if spread(img) < plain*plain {
		return 0, false, nil
	}
	h, err := goimagehash.PerceptionHash(img)
	if err != nil {
		return 0, false, ErrBroken.Because(err)
	}
	return h.GetHash(), true, nil
}

// Apart counts the bits in which two looks differ, 0 to 64.
func Apart(a, b uint64) int { return bits.OnesCount64(a ^ b) }

// spread is the variance of the brightness.
func spread(img image.Image) float64 {
	b := img.Bounds()
	gray := image.NewGray(b)
	draw.Draw(gray, b, img, b.Min, draw.Src)
	var sum, squares float64
	for _, v := range gray.Pix {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	n := float64(len(gray.Pix))
	return squares/n - (sum/n)*(sum/n)
}

// Redraw decodes a JPEG made by Process, lets paint draw on it, and encodes it again.
// Errors: ErrBroken.
func Redraw(display []byte, paint func(*image.RGBA) error) ([]byte, error) {
	img, err := jpeg.Decode(bytes.NewReader(display))
	if err != nil {
		return nil, ErrBroken.Because(err)
	}
	canvas := image.NewRGBA(img.Bounds())
	draw.Draw(canvas, canvas.Bounds(), img, img.Bounds().Min, draw.Src)
	if err := paint(canvas); err != nil {
		return nil, err
	}
	return encode(canvas, quality)
}
