package doc_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/kit/doc"
)

func sample(t *testing.T) *doc.Doc {
	t.Helper()
	d := doc.New(doc.Options{Title: "安全生产责任书", Footer: "永康市某某工贸有限公司", Made: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)})
	d.OnPage(func(page int) { d.BarcodeAt("LTR-000123-01", 140, 5, 55, 8) })
	d.Title("安全生产责任书（2026 年度）")
	d.Fields([][2]string{{"单位名称", "永康市某某工贸有限公司"}, {"岗位", "冲压工"}, {"姓名", "张三"}})
	d.Heading("一、岗位安全职责")
	d.Para(strings.Repeat("严格遵守操作规程，正确佩戴劳动防护用品；上岗前检查双手按钮、光电保护装置，发现失效立即停机报告。", 6))
	var rows [][]string
	for i := range 60 {
		rows = append(rows, []string{string(rune('0' + i%10)), strings.Repeat("每班检查冲压设备安全装置，𠮷字也要印出来。", 1+i%4), "每班", "10"})
	}
	d.Table([]doc.Column{{Title: "序号", Width: 12, Align: "C"}, {Title: "职责"}, {Title: "频次", Width: 20, Align: "C"}, {Title: "分值", Width: 16, Align: "R"}}, rows)
	d.Table([]doc.Column{{Title: "很长的一格"}, {Title: "短"}}, [][]string{{strings.Repeat("安全生产人人有责，", 900), "完"}})
	d.QRAt("https://example.com/field/duties/1", 15, 200, 30)
	m := image.NewGray(image.Rect(0, 0, 40, 20))
	m.Set(3, 3, color.White)
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	d.ImageAt(b.Bytes(), 60, 200, 40, 20)
	d.Small("说明：本责任书一式两份。")
	return d
}

func TestDocument(t *testing.T) {
	t.Parallel()
	one, err := sample(t).Bytes()
	require.NoError(t, err)
	two, err := sample(t).Bytes()
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(one, []byte("%PDF-")))
	assert.Equal(t, one, two, "the same content makes the same file")
	assert.Less(t, len(one), 400_000, "only the glyphs in use are embedded")
	assert.Greater(t, len(regexp.MustCompile(`/Type /Page\b`).FindAll(one, -1)), 3)
	if to := os.Getenv("DOC_SAMPLE"); to != "" {
		require.NoError(t, os.WriteFile(to, one, 0o600))
	}
}

func TestSignsTheFontLacksAreSpelled(t *testing.T) {
	t.Parallel()
	of := func(s string) []byte {
		d := doc.New(doc.Options{Made: time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)})
		d.Para(s)
		b, err := d.Bytes()
		require.NoError(t, err)
		return b
	}
	assert.True(t, bytes.Equal(of("不超过 8°C，O2"), of("不超过 8℃，O₂")))
}

func TestBadPictureIsAnError(t *testing.T) {
	t.Parallel()
	d := doc.New(doc.Options{})
	d.ImageAt([]byte("no picture"), 0, 0, 10, 10)
	require.ErrorContains(t, d.Write(&bytes.Buffer{}), "picture")
}

func TestBarcodeOfChineseIsAnError(t *testing.T) {
	t.Parallel()
	d := doc.New(doc.Options{Size: "A3", Landscape: true})
	d.BarcodeAt("安全", 0, 0, 50, 10)
	require.ErrorContains(t, d.Write(&bytes.Buffer{}), "bar code")
}
