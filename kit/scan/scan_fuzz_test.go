package scan_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"testing"

	"anbiao/kit/fault"
	"anbiao/kit/scan"
)

// FuzzScan reads whatever is uploaded as a scan: pages or a fault come of it.
func FuzzScan(f *testing.F) {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))) // never fails on a buffer
	f.Add(b.Bytes())
	f.Add([]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R/Size 3>>\n%%EOF"))
	f.Add([]byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\nstartxref\n0\n%%EOF"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > 1<<15 {
			return
		}
		if _, err := scan.Picture(bytes.NewReader(content), wanted); err != nil {
			mustFault(t, err)
		}
		if err := scan.PDF(bytes.NewReader(content), wanted, func(int, scan.Page) error { return nil }); err != nil {
			mustFault(t, err)
		}
	})
}

func mustFault(t *testing.T, err error) {
	t.Helper()
	if _, ok := errors.AsType[*fault.Error](err); !ok {
		t.Fatalf("%v is no fault", err)
	}
}
