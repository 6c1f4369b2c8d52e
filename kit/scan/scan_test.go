package scan_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/math/f64"

	"anbiao/kit/doc"
	"anbiao/kit/scan"
)

const ours = "AB-L:AZrUe3mUcAKyqoQ3m1nq5w:1/2:2026"

func wanted(s string) bool { return strings.HasPrefix(s, "AB-L:") }

// sheet is a page at 150 dpi with lines of text-like strokes and a code of 26 mm in the
// upper right corner, turned by some degrees, with noise.
func sheet(t *testing.T, code string, degrees float64, noise int) *image.Gray {
	t.Helper()
	page := image.NewGray(image.Rect(0, 0, 1240, 1754))
	draw.Draw(page, page.Bounds(), image.White, image.Point{}, draw.Src)
	r := rand.New(rand.NewPCG(1, 2))
	for y := 300; y < 1500; y += 34 {
		for x := 100; x < 1100; x += 8 + r.IntN(9) {
			draw.Draw(page, image.Rect(x, y+r.IntN(6), x+2+r.IntN(5), y+14+r.IntN(8)), image.Black, image.Point{}, draw.Src)
		}
	}
	if code != "" {
		qr, err := scan.Draw(code, 154)
		require.NoError(t, err)
		draw.Draw(page, image.Rect(1040, 40, 1194, 194), qr, image.Point{}, draw.Src)
	}
	if degrees != 0 {
		page = turn(page, degrees)
	}
	for range noise {
		page.SetGray(r.IntN(page.Bounds().Dx()), r.IntN(page.Bounds().Dy()), color.Gray{Y: uint8(r.IntN(256))})
	}
	return page
}

func turn(src *image.Gray, degrees float64) *image.Gray {
	w, h := float64(src.Bounds().Dx()), float64(src.Bounds().Dy())
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	nw, nh := math.Abs(w*cos)+math.Abs(h*sin), math.Abs(w*sin)+math.Abs(h*cos)
	out := image.NewGray(image.Rect(0, 0, int(nw), int(nh)))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	xdraw.BiLinear.Transform(out, f64.Aff3{cos, -sin, nw/2 - cos*w/2 + sin*h/2, sin, cos, nh/2 - sin*w/2 - cos*h/2}, src, src.Bounds(), xdraw.Over, nil)
	return out
}

// bundle wraps pages into a PDF, one picture a page, as a scanner does.
func bundle(t *testing.T, pages ...*image.Gray) []byte {
	t.Helper()
	d := doc.New(doc.Options{})
	for i, p := range pages {
		if i > 0 {
			d.Break()
		}
		var b bytes.Buffer
		if i%2 == 0 {
			require.NoError(t, jpeg.Encode(&b, p, &jpeg.Options{Quality: 55}))
		} else {
			require.NoError(t, png.Encode(&b, p))
		}
		d.ImageAt(b.Bytes(), 0, 0, 210, 297)
	}
	out, err := d.Bytes()
	require.NoError(t, err)
	return out
}

func TestEveryPageOfABundle(t *testing.T) {
	t.Parallel()
	angles := []float64{0, 2.5, 90, 177, -6}
	var pages []*image.Gray
	for _, a := range angles {
		pages = append(pages, sheet(t, ours, a, 20_000))
	}
	blank := image.NewGray(image.Rect(0, 0, 420, 594))
	draw.Draw(blank, blank.Bounds(), image.White, image.Point{}, draw.Src)
	pages = append(pages, blank, sheet(t, "https://example.com", 0, 0))
	var got []scan.Page
	require.NoError(t, scan.PDF(bytes.NewReader(bundle(t, pages...)), wanted, func(n int, p scan.Page) error {
		require.Equal(t, len(got)+1, n)
		got = append(got, p)
		return nil
	}))
	require.Len(t, got, len(pages))
	for i, a := range angles {
		require.Equal(t, ours, got[i].Code, "turned by %v", a)
		b := got[i].Image.Bounds()
		require.Greater(t, b.Dy(), b.Dx(), "turned by %v, shown upright", a)
		dark, err := got[i].JPEG()
		require.NoError(t, err)
		require.Greater(t, len(dark), 1000)
	}
	require.Empty(t, got[len(angles)].Code)
	require.Empty(t, got[len(angles)+1].Code, "somebody else's code")
	require.NotNil(t, got[len(angles)].Image)
}

func TestUprightHasTheCodeAtTheTop(t *testing.T) {
	t.Parallel()
	for _, a := range []float64{90, 270} {
		var b bytes.Buffer
		require.NoError(t, png.Encode(&b, sheet(t, ours, a, 0)))
		p, err := scan.Picture(bytes.NewReader(b.Bytes()), wanted)
		require.NoError(t, err)
		require.Equal(t, ours, p.Code)
		box := p.Image.Bounds()
		black := func(r image.Rectangle) (n int) {
			for y := r.Min.Y; y < r.Max.Y; y += 3 {
				for x := r.Min.X; x < r.Max.X; x += 3 {
					if v, _, _, _ := p.Image.At(x, y).RGBA(); v < 0x8000 {
						n++
					}
				}
			}
			return n
		}
		top := black(image.Rect(box.Dx()*8/10, 0, box.Dx(), box.Dy()/8))
		foot := black(image.Rect(0, box.Dy()*7/8, box.Dx()/5, box.Dy()))
		require.Greater(t, top, 20*max(foot, 1), "turned by %v", a)
	}
}

func TestPagesWithoutPictures(t *testing.T) {
	t.Parallel()
	d := doc.New(doc.Options{})
	d.Title("没有图片")
	b, err := d.Bytes()
	require.NoError(t, err)
	n := 0
	require.NoError(t, scan.PDF(bytes.NewReader(b), wanted, func(_ int, p scan.Page) error {
		n++
		require.Nil(t, p.Image)
		return nil
	}))
	require.Equal(t, 1, n)
}

func TestWhatIsNoScan(t *testing.T) {
	t.Parallel()
	for _, junk := range []string{"", "%PDF-1.4\nrubbish", "no pdf", "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj trailer<</Root 1 0 R>>"} {
		require.ErrorIs(t, scan.PDF(strings.NewReader(junk), wanted, func(int, scan.Page) error { return nil }), scan.ErrBroken, junk)
		_, err := scan.Picture(strings.NewReader(junk), wanted)
		require.ErrorIs(t, err, scan.ErrBroken)
	}
}
