package stamp_test

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/stamp"
)

var mark = stamp.Mark{
	Lines: []string{
		"2026-03-10 10:30:05（手机）  2026-03-10 10:34（服务器）  手机慢 3 分 12 秒",
		"冲压一车间 3 号压力机（一号厂房东侧，靠近成品库的通道旁边，黄色标线以内） PRS-01",
		"张三 · 永康市某某工贸有限公司",
		"120.036451, 28.895102 ±12 米",
	},
	Code: "7K2M-9QXR-4TBD", QR: "https://anbiao.example.cn/verify/7K2M9QXR4TBD",
}

func canvas(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(x % 256), uint8(y % 256), uint8((x + y) % 256), 255})
		}
	}
	return img
}

func TestDrawChangesTheBarOnly(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{1600, 1200}, {1200, 1600}, {320, 240}, {60, 900}, {5, 5}} {
		img, was := canvas(size.X, size.Y), canvas(size.X, size.Y)
		top, err := stamp.Draw(img, mark)
		require.NoError(t, err)
		require.Equal(t, was.Bounds(), img.Bounds())
		require.Equal(t, was.Pix[:top*was.Stride], img.Pix[:top*img.Stride], "above the bar nothing changes: %v", size)
		require.NotEqual(t, was.Pix[top*was.Stride:], img.Pix[top*img.Stride:])
		require.GreaterOrEqual(t, top, size.Y*2/5-1, "most of the picture stays clear")
	}
	img := canvas(1600, 1200)
	top, err := stamp.Draw(img, mark)
	require.NoError(t, err)
	require.InDelta(t, 900, top, 90)
	if out := os.Getenv("STAMP_OUT"); out != "" { // to be looked at
		f, err := os.Create(out)
		require.NoError(t, err)
		require.NoError(t, png.Encode(f, img))
		require.NoError(t, f.Close())
	}
}

func TestDrawIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	one, two := canvas(800, 600), canvas(800, 600)
	for _, img := range []*image.RGBA{one, two} {
		_, err := stamp.Draw(img, mark)
		require.NoError(t, err)
	}
	require.Equal(t, one.Pix, two.Pix)
}

func TestLongAndStrangeText(t *testing.T) {
	t.Parallel()
	img := canvas(400, 300)
	_, err := stamp.Draw(img, stamp.Mark{Lines: []string{strings.Repeat("安全生产，人人有责。", 80), "", "\x00\U0001F600"}})
	require.NoError(t, err)
}

func BenchmarkDraw(b *testing.B) {
	for b.Loop() {
		if _, err := stamp.Draw(canvas(1600, 1200), mark); err != nil {
			b.Fatal(err)
		}
	}
}
