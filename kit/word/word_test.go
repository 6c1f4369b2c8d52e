package word_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/word"
)

// TestParts opens the file as Word does: three parts, each well-formed, text escaped.
func TestParts(t *testing.T) {
	t.Parallel()
	d := word.New()
	d.Title("统计表 <A&B>")
	d.Para("一\n二")
	d.Table([]string{"数量", "资金"}, [][]string{{"1"}, {"2", "3"}})
	b, err := d.Bytes()
	require.NoError(t, err)
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	require.Len(t, z.File, 3)
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		x := xml.NewDecoder(r)
		cells := 0
		for {
			token, err := x.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, f.Name)
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "tc" {
				cells++
			}
		}
		if f.Name == "word/document.xml" {
			require.Equal(t, 6, cells)
		}
	}
}
