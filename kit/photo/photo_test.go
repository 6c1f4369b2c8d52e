package photo

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"anbiao/kit/fault"
	"anbiao/kit/text"
)

// corner is a picture, red in its top left quarter and blue elsewhere.
func corner(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0, 0, 255, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{255, 0, 0, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func jpegOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}))
	return b.Bytes()
}

// withExif puts an EXIF segment behind the start of a JPEG: orientation and a remark.
func withExif(order binary.AppendByteOrder, mark string, picture []byte, o uint16) []byte {
	tiff := []byte(mark)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, tag := range []struct{ id, value uint16 }{{0x010e, 0}, {0x0112, o}} {
		tiff = order.AppendUint16(tiff, tag.id)
		tiff = order.AppendUint16(tiff, 3)
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, tag.value)
		tiff = order.AppendUint16(tiff, 0)
	}
	exif := append([]byte("Exif\x00\x00"), tiff...)
	exif = append(exif, "GPS 28.89,120.02 <script>alert(1)</script>"...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append(out, exif...), picture[2:]...)
}

func TestOrientation(t *testing.T) {
	t.Parallel()
	picture := jpegOf(t, corner(40, 20))
	// where the red quarter of the stored picture lies once it stands upright
	for o, want := range map[uint16][2]bool{ // right?, bottom?
		1: {false, false}, 2: {true, false}, 3: {true, true}, 4: {false, true},
		5: {false, false}, 6: {true, false}, 7: {true, true}, 8: {false, true},
	} {
		for _, b := range [][]byte{withExif(binary.LittleEndian, "II*\x00", picture, o), withExif(binary.BigEndian, "MM\x00*", picture, o)} {
			p, err := Process(t.Context(), b)
			require.NoError(t, err)
			wide := o < 5
			require.Equal(t, wide, p.Width > p.Height, "orientation %d", o)
			img, err := jpeg.Decode(bytes.NewReader(p.Display))
			require.NoError(t, err)
			x, y := p.Width/4, p.Height/4
			if want[0] {
				x = p.Width * 3 / 4
			}
			if want[1] {
				y = p.Height * 3 / 4
			}
			r, _, blue, _ := img.At(x, y).RGBA()
			require.Greater(t, r, blue, "orientation %d", o)
			require.Equal(t, 1, orientation(p.Display), "nothing is left to turn")
			require.NotContains(t, string(p.Display), "GPS")
			require.NotContains(t, string(p.Display)+string(p.Thumb), "script")
			require.Equal(t, sha256.Sum256(b), p.SHA256)
		}
	}
	require.Equal(t, 1, orientation(withExif(binary.LittleEndian, "II*\x00", picture, 9)))
}

func TestSizes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ w, h, dw, dh, tw, th int }{
		{4000, 3000, 1600, 1200, 320, 240},
		{3000, 4000, 1200, 1600, 240, 320},
		{100, 50, 100, 50, 100, 50},
		{5000, 2, 1600, 1, 320, 1},
	} {
		p, err := Process(t.Context(), jpegOf(t, image.NewGray(image.Rect(0, 0, c.w, c.h))))
		require.NoError(t, err)
		require.Equal(t, [2]int{c.dw, c.dh}, [2]int{p.Width, p.Height})
		thumb, err := jpeg.DecodeConfig(bytes.NewReader(p.Thumb))
		require.NoError(t, err)
		require.Equal(t, [2]int{c.tw, c.th}, [2]int{thumb.Width, thumb.Height})
	}
}

func TestTransparentIsWhite(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 30, 30))))
	p, err := Process(t.Context(), b.Bytes())
	require.NoError(t, err)
	require.Equal(t, "image/png", p.Type.MIME)
	img, err := jpeg.Decode(bytes.NewReader(p.Display))
	require.NoError(t, err)
	r, _, _, _ := img.At(15, 15).RGBA()
	require.EqualValues(t, 0xffff, r)
}

func TestWebP(t *testing.T) {
	t.Parallel()
	b, err := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	require.NoError(t, err)
	p, err := Process(t.Context(), b)
	require.NoError(t, err)
	require.Equal(t, ".webp", p.Type.Ext)
	require.Equal(t, 1, p.Width)
}

func TestPolyglotIsNeutralised(t *testing.T) {
	t.Parallel()
	b := append(jpegOf(t, corner(8, 8)), "<html><script>alert(1)</script>"...)
	p, err := Process(t.Context(), b)
	require.NoError(t, err)
	require.NotContains(t, string(p.Display)+string(p.Thumb), "script")
}

// claim is a PNG whose header claims a size it need not have.
func claim(w, h uint32) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))) // never fails on a buffer
	out := b.Bytes()
	binary.BigEndian.PutUint32(out[16:], w)
	binary.BigEndian.PutUint32(out[20:], h)
	binary.BigEndian.PutUint32(out[29:], crc32.ChecksumIEEE(out[12:29]))
	return out
}

func zipOf(names ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		_, _ = z.Create(n) // never fails on a buffer
	}
	_ = z.Close()
	return b.Bytes()
}

func TestRefused(t *testing.T) {
	t.Parallel()
	good := jpegOf(t, corner(64, 64))
	for name, c := range map[string]struct {
		content []byte
		want    *fault.Error
	}{
		"empty":       {nil, ErrType},
		"page":        {[]byte("<!DOCTYPE html><script>1</script>"), ErrType},
		"svg":         {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), ErrType},
		"program":     {[]byte("MZ\x90\x00"), ErrType},
		"shell":       {[]byte("#!/bin/sh\n"), ErrType},
		"archive":     {zipOf("a.txt"), ErrType},
		"heic":        {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), ErrHEIC},
		"pdf":         {[]byte("%PDF-1.7\n"), ErrType},
		"bomb":        {claim(60_000, 60_000), ErrPixels},
		"long":        {claim(1, 20_001), ErrPixels},
		"large":       {claim(6000, 6000), ErrPixels},
		"cut off":     {good[:len(good)/3], ErrBroken},
		"header only": {[]byte("\xff\xd8\xff"), ErrBroken},
		"lying png":   {claim(4000, 4000), ErrBroken},
	} {
		_, err := Process(t.Context(), c.content)
		require.ErrorIs(t, err, c.want, name)
		require.True(t, text.Known(text.Chinese, c.want.Code) && text.Known(text.English, c.want.Code), c.want.Code)
	}
}

func TestDetect(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	book, err := f.WriteToBuffer()
	require.NoError(t, err)
	require.NoError(t, f.Close())
	for ext, content := range map[string][]byte{
		".jpg":  jpegOf(t, corner(8, 8)),
		".png":  claim(1, 1),
		".pdf":  []byte("%PDF-1.7\n"),
		".xlsx": book.Bytes(),
		".docx": zipOf("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
	} {
		got, err := Detect(content)
		require.NoError(t, err, ext)
		require.Equal(t, ext, got.Ext)
	}
	_, err = Detect(zipOf("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/vbaProject.bin"))
	require.ErrorIs(t, err, ErrMacro)
	require.True(t, text.Known(text.Chinese, ErrMacro.Code) && text.Known(text.English, ErrMacro.Code))
}

func TestWaitingEnds(t *testing.T) {
	for range cap(seats) {
		seats <- struct{}{}
	}
	defer func() {
		for range cap(seats) {
			<-seats
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Process(ctx, jpegOf(t, corner(8, 8)))
	require.ErrorIs(t, err, context.Canceled)
}

func BenchmarkProcess(b *testing.B) {
	var original bytes.Buffer
	if err := jpeg.Encode(&original, corner(4000, 3000), nil); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Process(b.Context(), original.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}

// A quarter of each four pixels, whatever way they are read.
func TestHalve(t *testing.T) {
	t.Parallel()
	img := image.NewRGBA(image.Rect(3, 5, 3+7, 5+5)) // an odd row and column are left out
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 37)
	}
	half := halve(img)
	require.Equal(t, image.Rect(0, 0, 3, 2), half.Rect)
	for y := range 2 {
		for x := range 3 {
			for c := range 4 {
				sum := 2
				for _, p := range []image.Point{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
					sum += int(img.Pix[img.PixOffset(3+2*x+p.X, 5+2*y+p.Y)+c])
				}
				require.Equal(t, uint8(sum/4), half.Pix[half.PixOffset(x, y)+c])
			}
		}
	}
}

func FuzzProcess(f *testing.F) {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, corner(16, 8), nil) // never fails on a buffer
	f.Add(withExif(binary.LittleEndian, "II*\x00", b.Bytes(), 6))
	f.Add(claim(1, 1))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, content []byte) {
		orientation(content)
		if len(content) > 1<<16 {
			return
		}
		p, err := Process(t.Context(), content)
		if err == nil && (p.Width > DisplaySide || p.Height > DisplaySide || len(p.Thumb) == 0) {
			t.Fatalf("%d x %d", p.Width, p.Height)
		}
	})
}
